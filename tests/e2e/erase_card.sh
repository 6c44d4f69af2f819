#!/bin/sh
# tests/e2e/erase_card.sh: erasing with keys that are on paper: an institution's
# own, and the root's, of which two of three are needed.
. "$(dirname "$0")/../lib/wici.sh"

gone() { # gone WORD NAME…
	word=$1
	shift
	for name; do
		! grep -rqaiF -- "$word" "$T/$name/state" || return 1
	done
}

practice() { # practice NAME WORD: $id, and cal has it
	at "$1" --json practice publish --title "Klub $2"
	expect 0 "publishing $2"
	id=$(json .id)
	until_true 20 "cal has it" sh -c \
		"'$WICI_BIN/wici' --socket '$T/cal/sock' --json show $id |
		jq -e '.state == \"ok\"'"
}

daemon cal
at cal init --name "Stowarzyszenie CAL" --no-passphrase
expect 0 "init"
at cal --json network create "Test" --recovery "$T/cards"
expect 0 "two of three root keys"
card=$(find "$T/cards" -type f | sort | head -n 1)
other=$(find "$T/cards" -type f | sort | tail -n 1)
join mlawa "MOPS Mława" cal
at mlawa --json key card -o "$T/mlawa.card"
expect 0 "mlawa's card"

# The root: CAL's identity is one of its keys, and alone not enough.
practice mlawa xyloqwart
at cal erase "$id" --reason "sąd"
expect 4 "one root key of two"
has "$err" "0/2" "it says how many have signed"
at cal erase "$id" --reason "sąd" --key "$T/mlawa.card" -n
expect 0 "a member's own card is enough"
at cal --json erase "$id" --reason "sąd" --key "$card"
expect 0 "with a card"
gone xyloq cal || fail "cal still has it"
until_true 20 "mlawa erases it too" gone xyloq mlawa

# Both cards, at an installation that has no root key.
practice mlawa zyloqwart
join kielce "MOPR Kielce" cal
until_true 20 "kielce has it" sh -c \
	"'$WICI_BIN/wici' --socket '$T/kielce/sock' --json show $id"
at kielce erase "$id" --reason "sąd" --key "$card"
expect 4 "one card is not enough"
has "$err" "1/2" "it says how many have signed"
at kielce --json erase "$id" --reason "sąd" --key "$card" --key "$other"
expect 0 "two are"
until_true 20 "all erase it" gone zyloq cal mlawa kielce

# The institution's key is on paper alone.
practice mlawa vyloqwart
stop mlawa
rm "$T/mlawa/state/identity.key"
daemon mlawa
at mlawa erase "$id" --reason "wniosek"
expect 4 "the key is not here"
has "$err" "--key" "what to do"
at mlawa erase "$id" --reason "wniosek" --key "$T/pass"
isnt "$code" 0 "that is no card"
at mlawa --json erase "$id" --reason "wniosek" --key "$T/mlawa.card"
expect 0 "with the card"
until_true 20 "all erase it" gone vyloq cal mlawa kielce
done_with
