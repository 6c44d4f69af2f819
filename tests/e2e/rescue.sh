#!/bin/sh
# tests/e2e/rescue.sh: what README says to do when something goes wrong, word
# by word: a stolen laptop, a lost identity key, a forgotten passphrase.
. "$(dirname "$0")/../lib/wici.sh"

practices() { # of the institution, as NAME has them
	"$WICI_BIN/wici" --socket "$T/$1/sock" --json list practice \
		--from "$2" --limit 200 | jq '.items | length'
}

has_all() { # has_all NAME INSTITUTION COUNT
	[ "$(practices "$1" "$2")" = "$3" ]
}

works() { # works NAME: the doctor finds nothing wrong, and it publishes
	at "$1" --json practice publish --title "Dalej"
	expect 0 "$1 publishes"
	at "$1" doctor
	expect 0 "$1 is well"
}

# root WORD…: a change by wici roster: this installation's key, and a card's.
root() {
	file=$T/change-$held
	at cal --yes roster "$@" -o "$file"
	expect 8 "one of three keys has signed: $1"
	at cal --yes roster approve "$file" --key "$cards/recovery-1.txt"
	expect 0 "with a card it is enough: $1"
}

cards=$T/cards
daemon cal
at cal init --name "Stowarzyszenie CAL" --no-passphrase
expect 0 "init"
at cal --json network create "Test" --issuer osl --recovery "$cards"
expect 0 "a network with two recovery cards"
join mops "MOPS Mława" cal
join kielce "MOPR Kielce" cal
for name in mops kielce; do
	at "$name" practice publish --title "Przed"
	expect 0 "a record"
	at "$name" key card -o "$T/$name.card"
	expect 0 "its card"
done
until_true 20 "the others have it" has_all cal "MOPR Kielce" 1

# A stolen laptop, and no card: suspended at once, reinstated with a new key.
root suspend "MOPS Mława"
until_true 20 "the thief's machine is told" sh -c "'$WICI_BIN/wici' --socket \
	'$T/mops/sock' --json doctor | jq -e '.checks[] |
	select(.name == \"network\" and .code == \"suspended\")'"
daemon new
at new --json init --name "MOPS Mława" --no-passphrase
expect 0 "a new identity on a new machine"
key=$(json .identity)
root reinstate "MOPS Mława" "$key"
at cal --json invite "MOPS Mława"
expect 0 "an invitation to come in by"
token=$(json .token)
at new --json join "$token"
expect 0 "joined as the same institution"
works new
until_true 20 "old and new are one institution's" has_all cal "MOPS Mława" 2
stop mops

# A lost identity key (the disk, and no card): a new key, and the same again.
kill9 kielce
rm -rf "$T/kielce/state"
daemon kielce
at kielce --json init --name "MOPR Kielce" --no-passphrase
expect 0 "a new identity"
key=$(json .identity)
root rekey "MOPR Kielce" "$key"
at cal --json invite "MOPR Kielce"
token=$(json .token)
at kielce --json join "$token"
expect 0 "joined as the same institution"
works kielce
until_true 20 "old and new are one institution's" has_all cal "MOPR Kielce" 2
at cal --json institution list
is "$(json '.items | length')" 3 "no institution was added"

# A forgotten passphrase: an empty state folder, and the card.
printf 'zapomniane\n' >"$T/forgotten"
daemon plock
at cal --json invite "CUS Płock"
token=$(json .token)
at plock --json join "$token" --name "CUS Płock" \
	--passphrase-file "$T/forgotten"
expect 0 "with a passphrase"
at plock practice publish --title "Przed"
expect 0 "a record"
at plock key card -o "$T/plock.card" --passphrase-file "$T/forgotten"
expect 0 "its card"
until_true 20 "the others have it" has_all cal "CUS Płock" 1
stop plock
mv "$T/plock/state" "$T/plock/state.old"
daemon plock
printf 'nowe\n' >"$T/passphrase"
at plock --json restore --card "$T/plock.card" --name "CUS Płock" --close \
	--passphrase-file "$T/passphrase"
expect 0 "restored with a new one"
works plock
until_true 20 "the records are back" has_all plock "CUS Płock" 2

# The association's own laptop is stolen: the two cards speak for it no more,
# and its rights go to the installation that was restored.
at cal --json backup create "$T/cal.backup"
expect 0 "its backup"
kill9 cal
rm -rf "$T/cal/state"
daemon cal --peer "$(address plock)"
at cal --json restore "$T/cal.backup" --close
expect 0 "restored"
root registrar "Stowarzyszenie CAL"
at cal key token
expect 0 "a token key of its own"
root issuers osl "Stowarzyszenie CAL"
works cal
at cal --json invite "Nowy"
expect 0 "it invites"
at cal --json cert grant --holder "CUS Płock" --scheme osl \
	--name "Certyfikat OSL" --number 1/2026 --valid-from 2026 \
	--valid-until 2030
expect 0 "it grants"
done_with
