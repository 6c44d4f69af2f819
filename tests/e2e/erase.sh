#!/bin/sh
# tests/e2e/erase.sh: a record is erased, and its words are in no file of any
# store: not after kill -9 in the middle of it, nor by an old bundle, a backup
# from before, or a peer that was away.
. "$(dirname "$0")/../lib/wici.sh"

gone() { # gone WORD NAME…: in no file of their state folders
	word=$1
	shift
	for name; do
		! grep -rqaiF -- "$word" "$T/$name/state" || return 1
	done
}

there() { # there WORD NAME
	grep -rqaiF -- "$1" "$T/$2/state"
}

practice() { # practice NAME WORD: $id
	at "$1" --json practice publish --title "Klub $2" \
		--text "O $2ach i jeszcze o $2u."
	expect 0 "publishing $2"
	id=$(json .id)
}

state_at() { # state_at NAME ID STATE
	[ "$("$WICI_BIN/wici" --socket "$T/$1/sock" --json show "$2" |
		jq -r .state)" = "$3" ]
}

found cal "Stowarzyszenie CAL"
# The identity key of this one is under a passphrase.
echo "trzy psy i kot" >"$T/pass"
daemon mlawa
at cal --json invite "MOPS Mława"
at mlawa --json join "$(json .token)" --name "MOPS Mława" \
	--passphrase-file "$T/pass"
expect 0 "join mlawa"
join kielce "MOPR Kielce" cal

practice mlawa xyloqwart
first=$id
practice mlawa zostajacy
kept=$id
for name in cal kielce; do
	until_true 20 "$name has them" state_at "$name" "$kept" ok
	there xyloqwart $name || fail "$name has not got the word"
done
at kielce --json search xyloqwartami
is "$(json '.items | length')" 1 "found by its word"
at kielce --json bundle export "$T/old.wici"
expect 0 "a bundle from before"
there_in() { grep -qaF xyloqwart "$1" || fail "not in $1"; }
there_in "$T/old.wici"
at kielce --json backup create "$T/old.backup"
expect 0 "a backup from before"
there_in "$T/old.backup"

# What is needed, and what is refused.
at mlawa erase "$first" --passphrase-file "$T/pass"
expect 2 "a reason is needed"
at mlawa erase "$first" --reason "wniosek"
expect 4 "the passphrase is needed"
WICI_PASSPHRASE="nie ten" at mlawa erase "$first" --reason "wniosek"
expect 4 "the right one"
at mlawa --json erase "$first" --reason "wniosek" -n
expect 0 "a dry run"
state_at mlawa "$first" ok || fail "a dry run erased it"
at kielce erase "$first" --reason "cudzy"
expect 4 "another institution's"
at cal --json list member.admit
at cal erase "$(json '.items[0].id')" --reason "prawo"
expect 4 "what gives a right"

# kielce is away for the time being.
stop kielce
at mlawa --json erase "$first" --reason "na wniosek osoby z art. 17" \
	--passphrase-file "$T/pass"
expect 0 "erase"
is "$(json .erasure.done)" true "it says so"
gone xyloq mlawa || fail "mlawa still has it when erase has answered"
held
until_true 20 "cal erases it" gone xyloq cal
at mlawa --json show "$first"
is "$(json .state)" erased "shown as erased"
is "$(json '.body | length')" 0 "with no body"
is "$(json .erasure.reason)" "na wniosek osoby z art. 17" "and why, here"
at mlawa show "$first"
has "$out" "ERASED" "to people, too"
until_true 20 "one institution told us" sh -c \
	"'$WICI_BIN/wici' --socket '$T/mlawa/sock' --json show $first |
	jq -e '.erasure.erased_by == 1 and .erasure.institutions == 2'"
at cal --json show "$first"
is "$(json .erasure.reason)" null "the reason went nowhere"
at mlawa edit "$first" --title "Znowu"
expect 4 "what is erased is not edited"
at cal --json search xyloqwartami
is "$(json '.items | length')" 0 "not found any more"
at mlawa erase "$first" --reason "jeszcze raz" --passphrase-file "$T/pass"
expect 0 "once more changes nothing"

# An old bundle, a backup from before, a peer that was away, a newcomer.
at cal --json bundle import "$T/old.wici"
expect 0 "the old bundle"
gone xyloq cal || fail "the old bundle brought it back"
there xyloqwart kielce || fail "kielce was to be away"
daemon kielce
until_true 20 "kielce hears of it" gone xyloq kielce
stop kielce
daemon fresh
at fresh --json restore "$T/old.backup" --timeout 30
until_true 30 "the restored one hears of it" gone xyloq fresh
until_true 20 "and shows it" state_at fresh "$first" erased
join stalowa "MOPS Stalowa Wola" cal
until_true 20 "a newcomer has what is left" state_at stalowa "$kept" ok
until_true 20 "and the trace of the rest" state_at stalowa "$first" erased
gone xyloq cal mlawa fresh stalowa || fail "it came back"
held
at cal --json bundle export "$T/new.wici"
! grep -qaiF xyloq "$T/new.wici" || fail "a new bundle has it"
at none --json bundle show "$T/new.wici"
expect 0 "and is whole"
at cal --json backup create "$T/new.backup"
expect 0 "a new backup is read back"
! grep -qaiF xyloq "$T/new.backup" || fail "a new backup has it"
at none backup verify "$T/new.backup"
expect 0 "and is whole, too"

# kill -9 in the middle of it.
for round in 1 2 3 4 5; do
	practice mlawa "umieracz$round"
	until_true 20 "cal has it" state_at cal "$id" ok
	(at mlawa erase "$id" --reason "x" --passphrase-file "$T/pass") &
	eraser=$!
	sleep 0.$((1 + round))$round
	kill9 mlawa
	kill9 cal
	wait $eraser
	daemon mlawa --peer "$(address cal)"
	if state_at mlawa "$id" erased; then
		until_true 5 "what was begun is finished" \
			gone "umieracz$round" mlawa
	fi
	daemon cal
	at mlawa erase "$id" --reason "x" --passphrase-file "$T/pass"
	expect 0 "erasing after death number $round"
	until_true 5 "mlawa erases it" gone "umieracz$round" mlawa
	until_true 20 "cal erases it" gone "umieracz$round" cal
	until_true 20 "stalowa erases it" gone "umieracz$round" stalowa
done
for name in cal mlawa stalowa fresh; do
	at "$name" --json fsck
	expect 0 "$name: fsck"
	is "$(json '.bad | length')" 0 "$name: all is well"
done
gone xyloq cal mlawa stalowa fresh || fail "it came back"
there zostajacy cal || fail "what was not erased is gone"
done_with
