#!/bin/sh
# tests/e2e/doctor.sh: wici doctor finds what is wrong, says it in both
# languages, and exits with 1 only when something is.
. "$(dirname "$0")/../lib/wici.sh"

check() { # check NAME STATE CODE 'WHAT'
	is "$(json ".checks[] | select(.name == \"$1\") | .state + \" \" + .code")" \
		"$2 $3" "$4"
}

mkdir -p "$T/none"
at none doctor
expect 3 "no daemon"
has "$out" "ERROR   wicid does not answer" "no daemon: what"
has "$out" "$T/none/sock" "no daemon: where"
has "$out" "systemctl start wicid" "no daemon: what to do"
at none --json doctor
expect 3 "no daemon, --json"
check daemon bad no_daemon "no daemon: the finding"

daemon fresh
at fresh --json doctor
expect 0 "a daemon with nothing is not ill"
check identity warn none "no identity"
check network warn none "no network"
stop fresh

found cal "Stowarzyszenie CAL" --issuer osl
join mops "MOPS Mława" cal
at mops --json doctor
expect 0 "a member that is well"
check daemon ok answers "the daemon"
check version ok same "the versions"
check network ok member "the network"
check feed ok open "its feed"
check peers ok connected "its peers"
check card warn none "no card yet"
check backup warn none "no backup yet"
is "$(json '[.checks[] | select(.state == "bad")] | length')" 0 "nothing wrong"

# A sentence each, within 80 columns, and in Polish too.
for lang in en pl; do
	"$WICI_BIN/wici" --socket "$T/mops/sock" --lang "$lang" doctor >"$out"
	is "$(($(wc -L <"$out") <= 80))" 1 "80 columns ($lang)"
	lacks "$out" "\033" "no colour into a file ($lang)"
done
has "$out" "UWAGA   Nie zrobiono kopii zapasowej" "the backup, in Polish"
has "$out" "Zrób tak: wici key card" "the remedy, in Polish"

# What it says to do is what helps.
at mops key card -o "$T/card.txt"
expect 0 "the card"
at mops backup create "$T/mops.backup"
expect 0 "the backup"
at mops --json doctor
check card ok made "the card is made"
check backup ok verified "the backup is verified"
at mops --json status
is "$(json .backup.path)" "$T/mops.backup" "status names the backup"
is "$(json '.warnings | index("no_backup")')" null "and warns no more"
mv "$T/mops.backup" "$T/moved"
at mops --json doctor
check backup warn gone "a backup that is not there any more"

# The identity key may be kept elsewhere, as the doctor says.
check identity warn clear "a key under no passphrase"
stop mops
mv "$T/mops/state/identity.key" "$T/identity.key"
daemon mops
at mops --json doctor
check identity ok away "the key is elsewhere"
until_true 20 "confirmed" sh -c "'$WICI_BIN/wici' --socket '$T/mops/sock' \
	practice publish --title 'Bez klucza'"
stop mops
mv "$T/identity.key" "$T/mops/state/identity.key"

# A copied folder: sealed, with the way out.
cp -r "$T/mops/state" "$T/copy"
rm -r "$T/mops/state"
mv "$T/copy" "$T/mops/state"
daemon mops
at mops doctor
expect 1 "a copied folder is wrong"
has "$out" "ERROR   Publishing is sealed: the state folder was copied" "which"
has "$out" "Try: wici restore" "the way out"
at mops --json practice publish --title "Szkic"
expect 8 "sealed: a draft"
at mops --json doctor
check feed bad copied "sealed"
check drafts warn waiting "the draft"
at mops --json restore
expect 0 "the way out"
at mops --json doctor
expect 0 "well again"
check feed ok open "a new feed"
until_true 20 "the draft is published" sh -c "'$WICI_BIN/wici' --socket \
	'$T/mops/sock' --json doctor | jq -e '.checks[] |
	select(.name == \"drafts\" and .code == \"none\")'"

# The registrar with a new feed has lost its rights, and is told the command.
stop cal
cp -r "$T/cal/state" "$T/copy"
rm -r "$T/cal/state"
mv "$T/copy" "$T/cal/state"
daemon cal
until_true 20 "connected again" sh -c "'$WICI_BIN/wici' --socket \
	'$T/cal/sock' --json status | jq -e '.peers[0].state == \"in_step\"'"
at cal restore
expect 0 "the registrar goes on with a new feed"
at cal doctor
expect 1 "without its rights"
has "$out" "ERROR   The institution's rights are still with the old feed" \
	"the rights"
has "$out" 'Try: wici roster registrar "Stowarzyszenie CAL"' "how to admit"
has "$out" 'wici roster issuers osl "Stowarzyszenie CAL"' "how to grant"
at cal --json roster registrar "Stowarzyszenie CAL"
expect 0 "the registrar's right"
at cal --json roster issuers osl "Stowarzyszenie CAL"
expect 0 "the issuer's right"
at cal --json doctor
expect 0 "all well"
check rights ok here "the rights are here"

# Nobody to be reached.
stop cal
stop mops
chmod 755 "$T/mops/state"
daemon mops
chmod 755 "$T/mops/state"
at mops --json doctor
expect 1 "an open folder"
check folder bad open "others may read the keys"
done_with
