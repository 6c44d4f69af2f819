#!/bin/sh
# tests/e2e/bundle.sh: two institutions that joined over the network once and
# from then on meet by stick alone. What is lost, damaged, forged or of another
# network is told; killed in the middle, nothing is half there.
. "$(dirname "$0")/../lib/wici.sh"

publish() { # publish NAME FROM TO
	seq "$2" "$3" | sed 's/.*/{"title":"Zapis &"}/' >"$T/records"
	at "$1" --json add practice.publish -f "$T/records"
	expect 0 "publishing $2 to $3"
}

restart() {
	stop "$1"
	daemon "$1"
}

carry() { # carry FROM TO FILE: by stick
	rm -f "$T/$3"
	at "$1" --json bundle export "$T/$3"
	expect 0 "export at $1"
	at "$2" --json bundle import "$T/$3"
	expect 0 "import at $2"
	is "$(json '.rejected | length')" 0 "nothing is rejected"
}

practices() { # of the institution, as NAME has them
	"$WICI_BIN/wici" --socket "$T/$1/sock" --json list practice \
		--from "$2" --limit 200 | jq '.items | length'
}

found cal "Stowarzyszenie CAL" --issuer osl
daemon mops
at cal --json invite "MOPS Mława"
token=$(json .token)

# A bundle alone lets nobody in (joining by stick: stick.sh).
at mops --json bundle export "$T/x"
expect 4 "export without a network"
at cal --json bundle export "$T/first"
expect 0 "a founder exports"
at mops init --name "MOPS Mława" --no-passphrase
at mops --json bundle import "$T/first"
expect 4 "import without a network"
is "$(json .error.code)" not_member "it is said why"
at mops --json join "$token"
expect 0 "join, once over the network"

# From now on they do not meet.
at mops peer list
at mops --json peer remove "$(address cal)"
expect 0 "no more address"
restart mops
# It is waited for a while, whether somebody confirms it: meanwhile …
"$WICI_BIN/wici" --socket "$T/mops/sock" --json practice publish \
	--title "Czeka" >"$T/waits" 2>/dev/null &
waits=$!
publish cal 1 120
at cal --json cert grant --holder "MOPS Mława" --scheme osl --name "Certyfikat" \
	--number 1/2026 --valid-from 2026 --valid-until 2028
expect 0 "a grant"
at cal --json bundle export "$T/one"
expect 0 "export"
entries=$(json .entries)
[ "$entries" -gt 120 ] || fail "only $entries entries"
is "$(json .feeds)/$(json '.rejected | length')" 2/0 "of two feeds"
is "$(stat -c %s "$T/one")" "$(json .bytes)" "so many bytes"
[ ! -e "$T/one.new" ] || fail "the temporary name is left behind"
at cal --json bundle export "$T/one"
expect 2 "a file is not replaced"
at cal --json --yes bundle export "$T/one"
expect 0 "unless it is said"
at none --json bundle show "$T/one"
expect 0 "show needs no daemon"
is "$(json .made_by)" "Stowarzyszenie CAL" "whose it is"
is "$(json '[.items[].entries] | add')" "$(json .entries)" "show counts each"
at none --lang pl bundle show "$T/one"
has "$out" "W całości" "show in Polish"
at mops --json bundle import "$T/one"
expect 0 "import"
taken=$(json .entries)
[ "$taken" -ge 121 ] || fail "only $taken entries taken"
at mops --json cert verify 1/2026
expect 0 "the certificate is verified"
at mops --json bundle import "$T/one"
expect 0 "imported twice"
is "$(json .entries)/$(json .statements)" 0/0 "nothing is new"

# After a restart a draft waits until the other has answered by stick.
wait "$waits"
code=$?
expect 8 "a draft"
carry mops cal two
carry cal mops three
at mops --json draft list
is "$(json '.items | length')" 0 "published once it was answered"
carry mops cal four
is "$(practices cal "MOPS Mława")" 1 "and carried over"

# The second stick is small: what the first one held is left out.
publish cal 121 125
at cal --json bundle export "$T/small" --since "$T/three"
expect 0 "export --since FILE"
[ "$(json .entries)" -le 12 ] || fail "$(json .entries) entries since three"
at none bundle show "$T/small"
expect 0 "it is whole by itself"
at mops --json bundle import "$T/small"
expect 0 "import of what is new"
publish cal 126 127
at cal --json bundle export "$T/smaller" --since "$T/small"
expect 0 "export --since a small one"
[ "$(json .entries)" -le 6 ] || fail "$(json .entries) entries since small"
at cal --json bundle export "$T/chosen" --from "MOPS Mława"
expect 0 "export --from"
at none --json bundle show "$T/chosen"
is "$(json '[.items[].name] | sort | join(",")')" \
	"MOPS Mława,Stowarzyszenie CAL" "it and who admits"
at cal --json bundle export "$T/chosen2" --from "Nikt"
expect 5 "export --from nobody"
at cal --json bundle export "$T/dated" --since 2099-01-01
expect 0 "export --since DATE"
is "$(json .entries)" 0 "nothing is from then"
at mops --json bundle import "$T/dated"
expect 0 "an empty one"
publish cal 128 130
at cal --json bundle export "$T/gap" --since "$T/smaller"
at mops --json bundle import "$T/gap"
expect 8 "one stick was left out"
is "$(json '.rejected[0].reason')" gap "it is said"
at mops bundle import "$T/gap"
has "$out" "a bundle without --since brings it" "in words"
at mops --lang pl bundle import "$T/gap"
has "$out" "przyniesie to paczka bez --since" "in Polish"
carry cal mops whole

# Damaged, cut short, of another network, none at all.
publish cal 131 230
carry mops cal five
at cal --json bundle export "$T/good"
size=$(stat -c %s "$T/good")
head -c $((size - 10)) "$T/good" >"$T/short"
at none bundle show "$T/short"
expect 2 "show of a short one"
has "$err" "damaged or cut short" "it is told"
at mops --json bundle import "$T/short"
expect 8 "what stands before the damage is taken"
is "$(json .damaged)" true "that it is damaged"
[ "$(json .entries)" -ge 100 ] || fail "only $(json .entries) entries"
at mops --json bundle import "$T/good"
expect 0 "the whole one fits behind it"
is "$(json .entries)" 0 "with nothing new"
head -c 40 "$T/good" >"$T/tiny"
: >"$T/nothing"
cp "$0" "$T/text"
for file in tiny nothing text; do
	at mops --json bundle import "$T/$file"
	expect 2 "import of $file"
	at none --json bundle show "$T/$file"
	expect 2 "show of $file"
done
at mops --json bundle import "$T/missing"
expect 5 "a file that is not there"
at mops --json bundle import "$T"
isnt "$code" 0 "a folder"
for at in 100 $((size / 3)) $((size / 2)) $((size - 20)); do
	cp "$T/good" "$T/flipped"
	printf '\377\000\377\000' | dd of="$T/flipped" bs=1 seek="$at" \
		conv=notrunc 2>/dev/null
	at mops --json bundle import "$T/flipped"
	isnt "$code" 0 "flipped at $at"
done
found other "Inna sieć"
at other --json bundle export "$T/foreign"
at mops bundle import "$T/foreign"
expect 2 "another network's"
has "$err" "of another network" "it is said"
at mops --json backup create "$T/backup"
at cal --json bundle import "$T/backup"
expect 0 "a backup is a bundle, too"
at mops --json bundle export /nonexistent/file
isnt "$code" 0 "a folder that is not there"
at mops --json bundle export /dev/full
isnt "$code" 0 "no plain file"

# Killed in the middle: the client, the daemon. Nothing is half there, and the
# same again brings the rest.
long=$(printf 'x%.0s' $(seq 3000))
seq 1 300 | sed "s/.*/{\"title\":\"Duży &\",\"text\":\"$long\"}/" >"$T/large"
for i in 1 2 3 4 5; do
	at cal --json add practice.publish -f "$T/large"
	expect 0 "publishing much"
done
for delay in 0.02 0.06 0.1; do
	rm -f "$T/large.wici"
	"$WICI_BIN/wici" --socket "$T/cal/sock" bundle export "$T/large.wici" \
		>/dev/null 2>&1 &
	client=$!
	sleep "$delay"
	kill -KILL "$client" 2>/dev/null
	wait "$client" 2>/dev/null
	[ ! -e "$T/large.wici" ] || at none bundle show "$T/large.wici"
	[ ! -e "$T/large.wici" ] || expect 0 "named only when it is whole"
done
rm -f "$T/large.wici"
at cal --json bundle export "$T/large.wici"
expect 0 "the export after that"
mkdir "$T/stick"
if [ "$(id -u)" -eq 0 ] &&
	mount -t tmpfs -o size=256k wici-test "$T/stick" 2>/dev/null; then
	mounted=$T/stick
	at cal --json bundle export "$T/stick/full"
	expect 1 "a stick that is full"
	is "$(json .error.code)" io "it is said"
	is "$(find "$T/stick" -type f | wc -l)" 0 "nothing is left on it"
	umount "$mounted" && mounted=
fi
for delay in 0.05 0.1 0.2; do
	"$WICI_BIN/wici" --socket "$T/mops/sock" bundle import \
		"$T/large.wici" >/dev/null 2>&1 &
	client=$!
	sleep "$delay"
	if [ "$delay" = 0.1 ]; then
		kill -KILL "$client" 2>/dev/null
	else
		kill9 mops
	fi
	wait "$client" 2>/dev/null
	[ "$delay" = 0.1 ] || daemon mops
done
at mops --json bundle import "$T/large.wici"
expect 0 "the import after that"
at mops --json fsck
expect 0 "all is whole"
in_step cal mops || fail "they do not hold the same"
held
carry mops cal six
carry cal mops seven
at mops --json practice publish --title "Po zabiciu"
expect 0 "answered by stick, it publishes again"
carry mops cal eight
in_step cal mops || fail "they do not hold the same"
held
at cal --json doctor
is "$(json '.checks[] | select(.name == "forks") | .code')" none "no fork"
done_with
