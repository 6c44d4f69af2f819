#!/bin/sh
# tests/e2e/roster.sh: what the root says, from one key to the next: every verb
# of `wici roster`, with cards, with files, with a machine without a daemon.
. "$(dirname "$0")/../lib/wici.sh"

cards=$T/cards
cd "$T" || exit 1

daemon cal
at cal init --name "Stowarzyszenie CAL" --no-passphrase
expect 0 "init"
at cal --json network create "Test" --issuer osl --recovery "$cards"
expect 0 "a network with cards"
network=$(json .network)
join mlawa "MOPS Mława" cal
join kielce "MOPR Kielce" cal
until_true 20 "in step" in_step cal mlawa kielce

at cal --json roster show
is "$(json '.policy.threshold')/$(json '.policy.keys | length')" 2/3 "2 of 3"
is "$(json '[.policy.holders[] | .kind] | sort | join(" ")')" \
	"card card member" "whose the root keys are"
is "$(json '.policy.holders[] | select(.self) | .name')" \
	"Stowarzyszenie CAL" "the founder's own"

version() { # version NAME WANTED
	"$WICI_BIN/wici" --socket "$T/$1/sock" --json roster show |
		jq -e ".version == $2"
}

# approve FILE CARD: on cal, where that must be enough.
approve() {
	at cal --yes --json roster approve "$1" --key "$cards/recovery-$2.txt"
	expect 0 "approving $1 with card $2"
	is "$(json .effective)" true "$1 is in force"
}

# change FILE VERB WORD…: proposed on cal and approved by the first card.
change() {
	file=$1
	shift
	at cal --json roster "$@" -o "$T/$file"
	expect 8 "proposing $file"
	is "$(json .effective)/$(json .have)/$(json .need)" false/1/2 \
		"$file needs another key"
	approve "$T/$file" 1
	now=$(json .version)
	until_true 10 "version $now everywhere" version mlawa "$now"
}

# A file says what it does in two languages, and only its statement counts.
at cal --json roster suspend "MOPR Kielce" -o "$T/suspend"
expect 8 "a suspension needs another key"
has "$T/suspend" "zawieszona" "the file in Polish"
has "$T/suspend" "is suspended" "the file in English"
is "$(grep -c '^statement ' "$T/suspend")" 1 "one statement"
at cal --json roster suspend "MOPR Kielce" -o "$T/suspend"
expect 2 "a file is not written over"
at cal --json roster suspend "MOPS Mława" -o "$T/other"
expect 4 "a rival of what this key has approved"
[ ! -e "$T/other" ] || fail "a refused change left a file"
sed 's/^# .*/# A harmless change./' "$T/suspend" >"$T/lie"
at cal roster approve "$T/lie" --yes
has "$err" "is suspended" "what is shown comes from the statement"
expect 4 "this key has approved it already"
has "$err" "approved it already" "which it says"
printf 'WICI\nstatement 00ff\n' >"$T/broken"
at cal roster approve "$T/broken"
expect 2 "no change in the file"
at cal roster approve "$T/nothing"
expect 5 "no file"
at kielce roster approve "$T/suspend"
expect 4 "no root key"
has "$err" "--key" "what to do then"

# A machine without a daemon: the card signs, the file carries it.
cp "$T/suspend" "$T/alone"
mkdir -p "$T/none"
at none --yes --json roster approve "$T/alone" --key "$cards/recovery-2.txt"
expect 8 "approving without a daemon"
is "$(json .signatures)" 2 "two signatures"
at none --yes roster approve "$T/alone" --key "$cards/recovery-2.txt"
expect 4 "the same card again"
at none --yes roster approve "$T/alone"
expect 3 "without a card there must be a daemon"
"$WICI_BIN/wici" --socket "$T/kielce/sock" key card -o "$T/member-card" \
	>/dev/null 2>&1
at cal --yes roster approve "$T/suspend" --key "$T/member-card"
expect 4 "a card that is no root key's"
has "$err" "no root key" "which it says"

# Suspended: its node says so, and nobody applies what it goes on to write.
at kielce --json practice publish --title "Przed" --goal "x"
expect 0 "before"
before=$(json .id)
until_true 10 "before, everywhere" in_step cal mlawa kielce
at cal --yes --json roster approve "$T/alone" --key "$cards/recovery-1.txt"
expect 0 "enough are in the file"
until_true 10 "suspended everywhere" version kielce 2
at kielce --json status
is "$(json '[.warnings[] | select(. == "suspended")] | length')" 1 \
	"its node says so"
at cal --json roster show
is "$(json '.suspended[0].name')" "MOPR Kielce" "who is suspended"
at mlawa --json show "$before"
expect 0 "what was before is held"
at kielce --json practice publish --title "Potem" --goal "x"
after=$(json .id)
sleep 2
at cal --json show "$after"
expect 5 "what came after goes to nobody"
at cal roster suspend "MOPR Kielce"
expect 4 "suspended already"
at cal --yes roster approve "$T/suspend" --key "$cards/recovery-1.txt"
expect 4 "a change that has been made"
at cal roster rekey "MOPR Kielce" --card "$cards/recovery-1.txt"
expect 4 "who is suspended is not given a key"

# Back, with the key of a new machine.
daemon new
at new --json init --name "MOPR Kielce" --no-passphrase
key=$(json .identity)
change reinstate reinstate "MOPR Kielce" "$key"
at cal --json roster show
is "$(json '.suspended | length')" 0 "nobody is suspended"
at cal roster reinstate "MOPR Kielce" "$key"
expect 4 "who is not suspended is not reinstated"
at cal roster rekey "MOPR Kielce" "$key"
expect 4 "its own key is no new one"
stop kielce
at cal --json invite "MOPR Kielce"
at new --json join "$(json .token)"
expect 0 "the new machine finds its way in"
at new --json status
is "$(json .name)" "MOPR Kielce" "as the institution that it was"
at new --json practice publish --title "Znów" --goal "x"
expect 0 "it publishes"
again=$(json .id)
holds() {
	at "$1" --json show "$2"
	[ "$code" -eq 0 ]
}
until_true 10 "and is heard" holds mlawa "$again"
at mlawa --json institution list
is "$(json '.items | length')" 3 "it is no other member"

# A lost key: a newer one, from a card; what was published before stays.
daemon newer
at newer --json init --name "MOPR Kielce" --no-passphrase
key=$(json .identity)
at newer key card -o "$T/newer-card"
expect 0 "its card"
at new --json status
feed=$(json .feed)
change rekey rekey "MOPR Kielce" --card "$T/newer-card"
is "$(grep '^#' "$T/rekey" | grep -c "$key")" 2 "the file names the new key"
at new --json practice publish --title "Po kradzieży" --goal "x"
stolen=$(json .id)
at mlawa --json show "$again"
is "$(json .state)" ok "what it published counts on"
sleep 1
at cal --json show "$stolen"
expect 5 "the old key's installation is heard no more"
stop new
stop newer
at cal roster quota "MOPR Kielce" --bytes 2000000000
expect 5 "no feed of it goes on"
at cal roster quota "MOPR Kielce" --feed "$(printf %.8s "$feed")" \
	--bytes 2000000000 -o "$T/by-feed"
expect 8 "a feed by its first digits"

# Issuers: the list renewed, a scheme moved and taken away.
at cal --json roster issuers --days 900 --instead -o "$T/renew"
approve "$T/renew" 1
until_true 10 "the list renewed" version mlawa "$(json .version)"
is "$(json '.ops[0].op')" issuers "the list"
at mlawa --json roster show
is "$(json '.expires')" "$(TZ=Europe/Warsaw date -d '900 days 12:00' +%F)" \
	"the list is good for longer"
at cal --json cert grant --holder "MOPS Mława" --scheme osl --name "C" \
	--number "A/1" --valid-from 2022 --valid-until 2099
expect 0 "a certificate"
at mlawa --json key token
expect 0 "a token key"
token_key=$(json .token_key)
until_true 10 "the certificate travels" in_step cal mlawa
at cal roster issuers osl "MOPS Mława" -o "$T/x"
expect 2 "a token key is needed"
change issuer issuers osl "MOPS Mława" --token-key "$token_key"
at cal --json roster show
is "$(json '.issuers[0].name')/$(json '.issuers[0].closed | length')" \
	"MOPS Mława/1" "who issues, and who did"
at mlawa --json cert verify A/1
expect 0 "what was granted before counts on"
at mlawa --json cert grant --holder "MOPS Mława" --scheme osl --name "C" \
	--number "B/1" --valid-from 2022 --valid-until 2099
expect 0 "the new issuer grants"

# The root revokes whatever the issuer says, and lifts it.
change revoke revoke A/1
at mlawa --json cert verify A/1
expect 6 "revoked by the root"
is "$(json .verdict)/$(json .certificate.by_root)" REVOKED/true "by the root"
at mlawa cert verify A/1
has "$out" "The root" "people are told who"
at cal roster lift B/1
expect 4 "what was not revoked is not lifted"
change lift lift A/1
at mlawa --json cert verify A/1
expect 0 "valid as before"

# Lists.
change witness witness "MOPS Mława" "Stowarzyszenie CAL" --needed 1
at mlawa --json roster show
is "$(json '.witnesses | length')/$(json .witnesses_needed)" 2/1 "witnesses"
change relay relay "MOPS Mława" mlawa.example.pl:8481 10.0.0.1:8481
at mlawa --json roster show
is "$(json '.relays[0].addresses | length')" 2 "a relay's addresses"
at cal roster relay "MOPS Mława" nonsense
expect 2 "no address"
change norelay relay "MOPS Mława"
change quota quota "MOPS Mława" --bytes 2000000000
at mlawa --json roster show
is "$(json '.quotas[0].bytes')/$(json '.relays | length')" 2000000000/0 \
	"a quota, and no relays"
at cal roster quota "MOPS Mława" --bytes 5
expect 2 "a quota below the usual"

# Another installation admits; who was admitted before stays.
at mlawa --json status
feed=$(json .feed)
change feeds feeds "$feed" --open
at mlawa --json roster show
is "$(json '.feeds[] | select(.feed == "'"$feed"'") | .open')" true "a feed"
change registrar registrar "MOPS Mława"
at mlawa --json invite "MOPS Nowy"
expect 0 "the new registrar invites"
at cal --json invite "MOPS Nowy"
expect 4 "the old one no longer"
join nowy "MOPS Nowy" mlawa
at nowy --json institution list
is "$(json '.items | length')" 4 "members of both registrars"
at cal --json roster show
is "$(json '.registrar.name')/$(json '.registrar.before | length')" \
	"MOPS Mława/1" "who admits, and who did"

# Root keys: a lost card is replaced by another key.
at mlawa --json status
identity=$(json .identity)
at cal roster policy --new-card "$cards/recovery-1.txt" -o "$T/x"
expect 2 "a card is not written over"
at cal roster policy --new-card "$T/never" --remove 00 -o "$T/x"
[ "$code" -ne 0 ] && [ ! -e "$T/never" ] || fail "a card of no change"
change newcard policy --remove "$cards/recovery-2.txt" \
	--new-card "$cards/recovery-3.txt"
at cal roster issuers --days 850 -o "$T/third"
at none --yes roster approve "$T/third" --key "$cards/recovery-3.txt"
expect 8 "the new card signs"
at cal --yes roster approve "$T/third"
expect 0 "and counts"
change policy policy --remove "$cards/recovery-3.txt" --add "$identity"
at mlawa --json roster show
is "$(json '.policy.holders[] | select(.self) | .name')" "MOPS Mława" \
	"a new root key"
at cal roster policy --threshold 1
expect 2 "no minority decides"
at cal --yes roster approve "$T/policy" --key "$cards/recovery-2.txt"
expect 4 "the old card has no say"

# Two changes of one version, by keys that signed both: nothing counts until
# all keys have chosen.
stop mlawa
at cal --json roster issuers --days 800 -o "$T/a"
at cal --json roster issuers --days 700 -o "$T/b"
expect 4 "a second change of one version"
at cal --json roster issuers --days 700 --instead -o "$T/b"
expect 8 "in the stead of one that was given up"
at none --yes roster approve "$T/a" --key "$cards/recovery-1.txt"
at none --yes roster approve "$T/b" --key "$cards/recovery-1.txt"
at nowy --yes --json roster approve "$T/b"
expect 0 "enough have signed: anybody may bring it"
at cal --yes --json roster approve "$T/a"
expect 0 "and so the other one"
daemon mlawa
until_true 20 "both are known" sh -c "'$WICI_BIN/wici' --socket \
	'$T/cal/sock' --json roster show | jq -e .is_forked"
at cal --json cert verify A/1
is "$(json .verdict)" DISPUTED "a root fork"
at cal --lang en cert verify A/1
has "$out" "contradict" "people are told why"
at cal --json roster show
is "$(json '.rivals | length')" 2 "the rivals"
chosen=$(json '.rivals[0]')
at cal --json roster log --limit 100
is "$(json '[.items[] | select(.state == "rival")] | length')" 2 "in the log"
at cal --json roster stands "$chosen" -o "$T/stands"
expect 8 "a choice needs all keys"
is "$(json .need)" 3 "three of three"
at cal --yes --json roster approve "$T/stands" --key "$cards/recovery-1.txt"
expect 8 "two of three"
until_true 20 "mlawa knows both" sh -c "'$WICI_BIN/wici' --socket \
	'$T/mlawa/sock' --json roster show | jq -e .is_forked"
at mlawa --yes --json roster approve "$T/stands"
expect 0 "three of three"
is "$(json .effective)" true "the choice counts"
settled() {
	"$WICI_BIN/wici" --socket "$T/$1/sock" --json roster show |
		jq -e '.is_forked | not'
}
until_true 20 "settled on cal" settled cal
until_true 20 "settled on nowy" settled nowy
at cal --json cert verify A/1
expect 0 "valid again"

# The log, page by page, in two languages and 80 columns.
at cal --json roster log --limit 3
is "$(json '.items | length')/$(json .next)" 3/3 "a page"
at cal --json roster log --limit 3 --after "$(json .next)"
is "$(json '.items[0].version')" 4 "the next one"
is "$(json '.items[0].approvals.have')/$(json '.items[0].state')" \
	2/standing "its approvals"
for lang in pl en; do
	for command in "roster show" "roster log --limit 100" "help roster" \
		"help roster approve" "help roster rekey"; do
		# shellcheck disable=SC2086
		at cal --lang $lang $command
		[ "$(cat "$out" "$err" | grep -vE '[0-9a-f]{64}' | wc -L)" -le 80 ] ||
			fail "$command in $lang is too wide"
		held
	done
done
done_with
