#!/bin/sh
# tests/e2e/peers.sh: what a peer may throw at the port. wicid stays up, says
# why in its log, and goes on serving those who belong.
. "$(dirname "$0")/../lib/wici.sh"

found cal "Stowarzyszenie"
join mlawa "MOPS w Mławie" cal
port=$(cat "$T/cal/port")

# throw WHAT LOG-WORD 'SENTENCE'
throw() {
	: >"$T/cal/log"
	node "$root/tests/e2e/peers.mjs" "$port" "$network" "$1" \
		>"$out" 2>"$err"
	code=$?
	expect 0 "$3"
	until_true 10 "$3: the log says $2" grep -q "$2" "$T/cal/log"
	alive cal || fail "$3: wicid ended"
	at cal status
	expect 0 "$3: wicid answers"
}

throw garbage preamble "garbage instead of a preamble"
throw version version "another framing version"
throw network network "another network"
throw oversized frame_len "a frame above the limit"
throw zero frame_len "a frame of length 0"
throw handshake handshake "a handshake that is noise in the wrong sense"
throw slow timeout "one who says nothing for more than 5 s"
throw half timeout "one who stops half-way through the preamble"
throw flood preamble "300 connections of garbage"

# In the middle of all that a member's record still travels.
node "$root/tests/e2e/peers.mjs" "$port" "$network" crowd >"$T/crowd" 2>&1 &
crowd=$!
until_true 20 "a crowd that keeps 200 connections open" \
	grep -q crowded "$T/crowd"
at mlawa --json practice publish --title "Mimo tłumu"
expect 0 "publishing in a crowd"
id=$(json .id)
arrived() {
	at cal --json show "$id"
	[ "$code" -eq 0 ]
}
until_true 10 "a record travels past the crowd" arrived
wait "$crowd"
code=$?
cp "$T/crowd" "$out"
expect 0 "the crowd was sent away after its 5 s"

# A whole member, of another network.
found other "Inna sieć"
: >"$T/other/log"
at other peer add "$(address cal)"
expect 0 "peer add"
refused() {
	at other --json peer list
	[ "$(json '.items[0].reason')" = network ]
}
until_true 10 "the other network is told why" refused
done_with
