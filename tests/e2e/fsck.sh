#!/bin/sh
# tests/e2e/fsck.sh: a byte of the store changes while wicid is down. It starts
# all the same, fsck finds the place, and the peer brings the entry back.
. "$(dirname "$0")/../lib/wici.sh"

# spoil NAME TEXT: its last letter becomes another wherever the text stands
# after a MessagePack string head, as in a payload; not in the index.
spoil() {
	LC_ALL=C perl -0777 -pi -e \
		"s/(text\\xd9.)\\Q$2\\E/\$1 . substr('$2', 0, -1) . 'Q'/ge" \
		"$T/$1/state/wici.db"
}

spoils() { # is the text still there as it was?
	! LC_ALL=C grep -qaF -- "$2" "$T/$1/state/wici.db"
}

long="a text of some length that stands in the payload alone, and nowhere else"
found cal "Stowarzyszenie"
join mlawa "MOPS" cal
n=0
while [ $n -lt 30 ]; do
	n=$((n + 1))
	echo "{\"title\": \"practice $n\", \"text\": \"$long $((n + 100))\"}"
done >"$T/batch"
at cal --json add practice.publish -f "$T/batch"
expect 0 "publishing"
until_true 20 "in step" in_step cal mlawa

at mlawa --json fsck
expect 0 "fsck of a whole store"
is "$(json '.bad | length')" 0 "nothing bad"
is "$(json .healed)" 0 "nothing healed"
entries=$(json .entries)
at mlawa --json fsck --rebuild
expect 0 "fsck --rebuild"
is "$(json .entries)" "$entries" "as many entries"
is "$(json .rebuilt)" true "rebuilt"

# Somebody else's entry: it comes back while fsck waits.
stop mlawa
spoil mlawa "$long 117"
spoils mlawa "$long 117" || fail "the test spoilt nothing"
daemon mlawa
at mlawa --json fsck
expect 0 "fsck with a peer: all healed"
is "$(json '.bad | length')" 1 "one bad entry"
is "$(json '.bad[0].what')" payload "what is bad"
is "$(json '.bad[0].healed')" true "it is healed"
is "$(json .healed)" 1 "healed"
until_true 20 "in step again" in_step cal mlawa
at mlawa --lang pl fsck
expect 0 "fsck again"
has "$out" "uszkodzone: 0" "in Polish"
at mlawa --json fsck
is "$(json .entries)" "$entries" "nothing was lost"

# Nobody is there to heal it: said so, exit 1, and nothing else breaks.
stop mlawa
stop cal
spoil cal "$long 105"
daemon cal
at cal fsck
expect 1 "fsck without a peer"
has "$out" "not yet" "not yet healed"
has "$out" "sealed" "the own feed: sealed, and said"
at cal --json practice publish --title "x"
expect 8 "publishing while the own feed is damaged"
is "$(json .reason)" damaged "it is a draft, and why"
at cal --json status
is "$(json .sealed_reason)" damaged "status says why"

# The peer comes, and with it the entry; publishing goes on by itself.
daemon mlawa
published() {
	at cal --json status
	[ "$(json .sealed)" = false ] && [ "$(json .drafts)" = 0 ]
}
until_true 30 "the draft is published when the entries are back" published
at cal --json fsck
expect 0 "fsck after that"
until_true 20 "in step at the end" in_step cal mlawa
at cal --json list practice.publish --limit 200
is "$(json '.items | length')" 31 "every practice is there"

# The order of the file itself is gone, in the schema or in a table: refused
# for good, with a sentence that says what can still be done. The file stays.
stop mlawa
cp "$T/mlawa/state/wici.db" "$T/kept.db"
for at in 100 4096 12288 61440; do
	cp "$T/kept.db" "$T/mlawa/state/wici.db"
	printf '\377\377\377\377' |
		dd of="$T/mlawa/state/wici.db" bs=1 seek=$at conv=notrunc \
			2>/dev/null
	timeout 20 "$WICI_BIN/wicid" --state "$T/mlawa/state" \
		--socket "$T/x.sock" --listen 127.0.0.1:0 >"$out" 2>"$err"
	is $? 78 "a broken page at $at"
	has "$err" "the store is damaged: copy its folder" "said, and what to do"
done
cp "$T/kept.db" "$T/mlawa/state/wici.db"
daemon mlawa
at mlawa --json fsck
expect 0 "the whole file again"
is "$(json '.bad | length')" 0 "nothing bad in it"
done_with
