#!/bin/sh
# tests/e2e/kill.sh: kill -9 while publishing. Every id that was acknowledged
# is there afterwards, the feed goes on without a fork, and peers agree.
. "$(dirname "$0")/../lib/wici.sh"

found cal "Stowarzyszenie"
join mlawa "MOPS w Mławie" cal
: >"$T/ids"

publish_until_dead() {
	while at mlawa --json practice publish --title "Przed śmiercią" &&
		[ "$code" -eq 0 ]; do
		json .id >>"$T/ids"
	done
}

round=0
while [ $round -lt 4 ]; do
	round=$((round + 1))
	publish_until_dead &
	publisher=$!
	sleep 0.$((3 + round * 2))
	kill9 mlawa
	wait "$publisher"
	daemon mlawa
	at mlawa --json status
	is "$(json .sealed)" false "not sealed after kill -9 number $round"
done
count=$(wc -l <"$T/ids")
[ "$count" -ge 8 ] || fail "only $count were published; nothing was tried"
while read -r id; do
	at mlawa --json show "$id"
	[ "$(json .state)" = ok ] || fail "$id was acknowledged and is gone"
done <"$T/ids"
held
at mlawa --json practice publish --title "Potem"
expect 0 "publishing afterwards"
last=$(json .id)
until_true 30 "the peer has it all" in_step mlawa cal
at cal --json show "$last"
expect 0 "the peer has the newest"
while read -r id; do
	at cal --json show "$id"
	[ "$(json .state)" = ok ] || fail "$id did not reach the peer"
done <"$T/ids"
held
echo "$count published over 4 deaths"
done_with
