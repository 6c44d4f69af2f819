#!/bin/sh
# tests/e2e/draft.sh: after a restart nothing is signed before a peer has said
# how far the feed went. With a peer in reach nobody notices; without one it is
# kept as a draft, with exit code 8 and what to do.
. "$(dirname "$0")/../lib/wici.sh"

found cal "Stowarzyszenie"
join mlawa "MOPS w Mławie" cal
until_true 30 "in step" in_step mlawa cal

stop mlawa
daemon mlawa
began=$(date +%s)
at mlawa --json practice publish --title "Zaraz po starcie"
expect 0 "publishing after a restart, with a peer in reach"
[ "$(($(date +%s) - began))" -lt 8 ] || fail "it took more than seconds"
held
is "$(json .draft)" null "it is no draft"
until_true 30 "in step" in_step mlawa cal

kill9 cal
kill9 mlawa
daemon mlawa
at mlawa --json practice publish --title "Bez nikogo"
expect 8 "publishing after a restart, with nobody in reach"
is "$(json .draft)" 1 "it is a draft"
is "$(json .reason)" waiting "and why"
is "$(json .id)" null "it has no id yet"
at mlawa practice publish --title "Drugi szkic"
expect 8 "the same for people"
has "$out" "kept as draft 2" "it says that it is kept"
has "$out" "wici draft publish" "and what to do"
printf '{"title":"Trzeci"}\n{"title":"Czwarty"}\n' >"$T/lines"
at mlawa --json add practice.publish -f "$T/lines"
expect 8 "a batch"
is "$(json '.items | length')" 2 "as many drafts"
at mlawa --json status
is "$(json .drafts)" 4 "status counts them"
is "$(json '.warnings | index("drafts") != null')" true "and warns"
is "$(json '.warnings | index("waiting_echo") != null')" true "and says why"
at mlawa practice publish --title "Próba" -n
expect 0 "-n tries it out all the same"

stop mlawa
daemon mlawa
at mlawa --json draft list
expect 0 "draft list"
is "$(json '.items | length')" 4 "drafts survive a restart"
is "$(json '.items[0].title')" "Bez nikogo" "in their order"
at mlawa draft show 2
has "$out" "Drugi szkic" "draft show"
at mlawa draft drop 2
expect 0 "draft drop"
at mlawa draft show 2
expect 5 "it is gone"
at mlawa draft show dwa
expect 2 "a number is a number"

daemon cal
published() {
	at mlawa --json status
	[ "$(json .drafts)" = 0 ]
}
until_true 40 "with a peer back the drafts are published" published
until_true 30 "in step" in_step mlawa cal
at cal search "nikogo" --json
[ "$code" -eq 0 ] || at cal --json list practice.publish
has "$out" "Bez nikogo" "and reach it"

# Nobody comes back: the operator takes it upon himself, and it shows.
kill9 cal
stop mlawa
daemon mlawa
at mlawa --json practice publish --title "Na moje słowo"
expect 8 "a draft again"
at mlawa draft publish
expect 2 "not without being confirmed"
at mlawa --json --yes draft publish
expect 0 "draft publish --yes"
is "$(json .published)" 1 "published"
is "$(json .overridden)" true "on somebody's word"
at mlawa --json status
is "$(json '.warnings | index("echo_overridden") != null')" true "status says so"
until_true 5 "and the log" grep -q echo_overridden "$T/mlawa/log"
daemon cal
confirmed() {
	at mlawa --json status
	[ "$(json '.warnings | index("echo_overridden")')" = null ]
}
until_true 40 "until a peer confirms it" confirmed

# A copied folder: sealed, drafts, and the way out.
stop mlawa
cp -r "$T/mlawa/state" "$T/mlawa/copy"
rm -r "$T/mlawa/state"
mv "$T/mlawa/copy" "$T/mlawa/state"
daemon mlawa
at mlawa --json practice publish --title "Z kopii"
expect 8 "a copy publishes nothing"
is "$(json .reason)" copied "and says why"
at mlawa status
has "$out" "wici restore" "status names the way out"
at mlawa --json restore
expect 0 "wici restore, with no file"
until_true 40 "the draft is published in the new feed" published
until_true 30 "in step" in_step mlawa cal
at cal --json list practice.publish
has "$out" "Z kopii" "and the peer has it"
stop mlawa
daemon mlawa
at mlawa --json practice publish --title "I dalej"
expect 0 "it goes on"
done_with
