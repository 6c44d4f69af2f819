#!/bin/sh
# tests/e2e/disk.sh: a full disk. wicid stays up, says read_only, keeps what it
# acknowledged, and writes again when there is room. A real small disk.
. "$(dirname "$0")/../lib/wici.sh"

[ "$(id -u)" -eq 0 ] || skip "only root can mount a small disk"
mkdir -p "$T/cal/state"
mount -t tmpfs -o size=128m,mode=700 wici-test "$T/cal/state" 2>/dev/null ||
	skip "mounting is not permitted here"
mounted=$T/cal/state
ballast=$mounted/ballast

free_mib() {
	df --output=avail -m "$mounted" | tail -n 1 | tr -d ' '
}

publish() { # until it is refused, 200 at a time
	batch=0
	refused=
	while [ -z "$refused" ] && [ "$batch" -lt "$1" ]; do
		batch=$((batch + 1))
		n=0
		while [ $n -lt 200 ]; do
			n=$((n + 1))
			echo "{\"title\": \"$batch $n\", \"text\": \"$long\"}"
		done >"$T/batch"
		at cal --json add practice.publish -f "$T/batch"
		if [ "$code" -eq 0 ]; then
			json '.items[].id' >>"$T/ids"
		else
			refused=$(json .error.code)
		fi
	done
}

found cal "Stowarzyszenie"
long=$(printf 'x%.0s' $(seq 900))
: >"$T/ids"
publish 3
is "$refused" "" "publishing while there is room"

# Almost full: refused before SQLite fails.
dd if=/dev/zero of="$ballast" bs=1M count=$(($(free_mib) - 50)) 2>/dev/null
sleep 2
publish 1
is "$refused" read_only "almost full: the code"
at cal --json status
is "$(json .read_only)" true "almost full: status says so"
rm "$ballast"
writes() {
	at cal --json practice publish --title "room again"
	[ "$code" -eq 0 ] && json .id >>"$T/ids"
}
until_true 10 "writing when there is room again" writes

# Full at once, to the last byte, with more on its way.
dd if=/dev/zero of="$ballast" bs=64k 2>/dev/null
publish 20
is "$refused" read_only "full: the code"
alive cal || fail "wicid ended"
at cal --json status
expect 0 "status on a full disk"
is "$(json .read_only)" true "full: status says so"
at cal --json show "$(tail -n 1 "$T/ids")"
expect 0 "reading on a full disk"
at cal practice publish --title "x"
isnt "$code" 0 "publishing on a full disk, for people"
has "$err" "disk" "publishing on a full disk: the sentence"

# Killed on the full disk; back when there is room.
kill9 cal
rm "$ballast"
daemon cal
until_true 10 "writing after the restart" writes
missing=0
for id in $(awk 'NR % 100 == 1' "$T/ids"; tail -n 4 "$T/ids"); do
	at cal --json show "$id"
	[ "$code" -eq 0 ] || missing=$((missing + 1))
done
is "$missing" 0 "what was acknowledged is there"
# feed.open, member.admit and the profile were not published by hand.
is "$(total cal)" $(($(wc -l <"$T/ids") + 3)) \
	"as many records as were acknowledged"
done_with
