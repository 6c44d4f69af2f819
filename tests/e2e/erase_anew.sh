#!/bin/sh
# tests/e2e/erase_anew.sh: an institution has another key since it erased
# records: it is told, signs them anew with a card, and newcomers get the rest.
. "$(dirname "$0")/../lib/wici.sh"

state_at() { # state_at NAME ID STATE
	[ "$("$WICI_BIN/wici" --socket "$T/$1/sock" --json show "$2" |
		jq -r .state)" = "$3" ]
}

formers() { # formers NAME COUNT
	[ "$("$WICI_BIN/wici" --socket "$T/$1/sock" --json status |
		jq -r .erasures_former)" = "$2" ]
}

found cal "Stowarzyszenie CAL"
join mlawa "MOPS Mława" cal
join kielce "MOPR Kielce" cal
# More than are signed at a time.
seq 0 69 | sed 's/.*/{"title":"Klub numer&"}/' >"$T/records"
at mlawa --json add practice.publish -f "$T/records"
expect 0 "publishing"
ids=$(json '.items[].id')
count=70
at mlawa --json practice publish --title "Zostaje"
kept=$(json .id)
for id in $ids; do
	at mlawa --json erase "$id" --reason "wniosek"
	expect 0 "erasing"
done
until_true 20 "kielce erases them" state_at kielce "$id" erased
until_true 20 "kielce has the rest" state_at kielce "$kept" ok
formers mlawa 0 || fail "nothing is to be signed yet"
at mlawa erase anew
expect 0 "nothing to do is no error"

# Another key, made on paper by another machine.
daemon nowa
at nowa --json init --name "MOPS Mława" --no-passphrase
key=$(json .identity)
at nowa key card -o "$T/nowa.card"
expect 0 "its card"
stop nowa
at cal --yes roster rekey "MOPS Mława" "$key" --keep-feeds
expect 0 "rekey"
until_true 20 "mlawa is told" formers mlawa 70
at mlawa status
has "$out" "wici erase anew" "and what to do"
at mlawa doctor
expect 1 "something is wrong"
has "$out" "wici erase anew" "and what helps"
at kielce --json status
is "$(json '.warnings | index("erasures_former")')" null "not the others"

# What a newcomer sees of it.
at cal --json invite "MOPS Stalowa Wola"
token=$(json .token)
daemon stalowa
at stalowa join "$token" --name "MOPS Stalowa Wola" --no-passphrase --timeout 5
isnt "$code" 0 "it is not in step"
state_at stalowa "$kept" ok && fail "it has what stands behind the erased"
until_true 20 "it says whose records end here" sh -c \
	"'$WICI_BIN/wici' --socket '$T/stalowa/sock' --json doctor |
	jq -e '.checks[] | select(.name == \"erasures\") |
		.code == \"elsewhere\" and .institution == \"MOPS Mława\"'"

at mlawa erase anew
expect 4 "the former key is no help"
at mlawa --json erase anew --key "$T/nowa.card" -n
expect 0 "a dry run"
is "$(json '.items | length')/$(json .left)" 64/70 "names them"
at mlawa erase anew --key "$T/nowa.card" -n
has "$out" erased "to people, too"
formers mlawa 70 || fail "a dry run signed"
at mlawa erase anew --key "$T/pass"
isnt "$code" 0 "that is no card"
at mlawa --json erase anew --key "$T/nowa.card"
expect 0 "signed anew"
is "$(json .total)/$(json .left)" 70/0 "all of them"
formers mlawa 0 || fail "it is told still"
at mlawa erase anew --key "$T/nowa.card"
expect 0 "once more changes nothing"
until_true 90 "the newcomer has the rest" state_at stalowa "$kept" ok
for id in $ids; do
	state_at stalowa "$id" erased || fail "not the trace"
done
at mlawa --lang pl erase anew
has "$out" "na nowo" "in Polish"

# The machine is stolen, and the key on the new one is under a passphrase: there
# the records are that the old one had, up to the first that was erased.
stop mlawa
echo "trzy psy i kot" >"$T/pass"
daemon again
at again --json init --name "MOPS Mława" --passphrase-file "$T/pass"
key=$(json .identity)
at cal --yes roster rekey "MOPS Mława" "$key"
expect 0 "rekey"
at cal --json invite "MOPS Mława"
token=$(json .token)
at again join "$token" --timeout 5 --passphrase-file "$T/pass"
isnt "$code" 0 "it is not in step"
until_true 20 "it is told" formers again 70
state_at again "$kept" ok && fail "it has what stands behind the erased"
at again erase anew -n
has "$out" "a peer says so" "and that it has that from peers"
at again --json erase anew
expect 4 "the passphrase is needed"
at again --json erase anew --passphrase-file "$T/pass"
expect 0 "signed"
has "$err" "another institution" "with a warning"
until_true 90 "it has its records" state_at again "$kept" ok
formers again 0 || fail "it is told still"
until_true 20 "the others have it so" sh -c \
	"'$WICI_BIN/wici' --socket '$T/again/sock' --json show $id |
	jq -e '.erasure.erased_by >= 1'"
done_with
