#!/bin/sh
# tests/e2e/client.sh: wici without a daemon (3), without permission (4), and
# with one that has nothing yet; --json says the same as the exit code.
. "$(dirname "$0")/../lib/wici.sh"

mkdir -p "$T/none"
at none status
expect 3 "no daemon"
has "$err" "$T/none/sock" "no daemon: which socket"
at none --json status
expect 3 "no daemon, --json"
is "$(json .error.code)" no_daemon "no daemon: the code"
is "$(json .v)" 1 "the version of the object"
WICI_SOCKET=$T/none/other "$WICI_BIN/wici" --lang en status >"$out" 2>"$err"
code=$?
expect 3 "no daemon at WICI_SOCKET"
has "$err" "$T/none/other" "WICI_SOCKET is obeyed"
at none version
has "$out" "wici" "version needs no daemon"
at none help
expect 0 "help needs no daemon"

daemon cal
at cal --json status
expect 0 "a daemon without an identity answers"
is "$(json .identity)/$(json .network)" null/null "it has nothing yet"
is "$(json .next)" init "it says what to do next"
at cal
expect 0 "bare wici is status"
has "$out" "wici init" "it says so to people"
at cal --json add practice.publish -f - </dev/null
isnt "$code" 0 "publishing without a network"
at cal --json init --name "Stowarzyszenie"
expect 2 "init without a passphrase or --no-passphrase"
printf 'a good passphrase\n' >"$T/passphrase"
at cal --json init --name "Stowarzyszenie" --passphrase-file "$T/passphrase"
expect 0 "init with a passphrase"
is "$(json '.identity | length')" 64 "the identity"
at cal --json init --name "Another" --no-passphrase
expect 4 "init twice"
at cal --json network create Test
expect 2 "a network without --recovery or --single"
printf 'another\n' >"$T/wrong"
at cal --json network create Test --single --passphrase-file "$T/wrong"
expect 4 "a wrong passphrase"
is "$(json .error.code)" passphrase "a wrong passphrase: the code"
at cal --json network create Test --recovery "$T/cards" \
	--passphrase-file "$T/passphrase"
expect 0 "a network with recovery cards"
is "$(find "$T/cards" -type f | wc -l)" 2 "two cards"
lacks "$out" wicikarta "the cards are not printed"
is "$(find "$T/cards" -type f -perm /077 | wc -l)" 0 \
	"the cards are one's own to read"
at cal --json network create Test --single --passphrase-file "$T/passphrase"
isnt "$code" 0 "a second network"

# Exit codes and --json of what does not exist.
at cal --json cert verify nothing-like-it
expect 5 "a certificate that nobody has"
is "$(json .verdict)" NOT_FOUND "NOT_FOUND is a verdict"
at cal --json peer add nonsense
expect 2 "a peer that is no address"
at cal --json institution show "Nobody"
expect 5 "an institution that nobody knows"
at cal -n practice publish --title "Try"
expect 0 "-n tries"
at cal --json list practice
is "$(json '.items | length')" 0 "-n published nothing"
at cal --json practice publish --title "Spotkania" --goal "Po co"
expect 0 "fields one by one"
id=$(json .id)
at cal --json show "$(printf %.8s "$id")"
is "$(json .body.goal)" "Po co" "a prefix of eight digits is enough"
at_with cal '{"goal": "Inny"}' --json edit "$id" -f -
expect 0 "edit"
new=$(json .id)
at cal --json show "$id"
is "$(json '.superseded_by[0]')" "$new" "the old one says who follows"

# No permission: somebody who is neither root, nor us, nor of the group.
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null &&
	chmod 755 "$T" "$T/cal" && chmod 666 "$T/cal/sock" &&
	setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$WICI_BIN/wici" --lang en version >/dev/null 2>&1; then
	setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$WICI_BIN/wici" --socket "$T/cal/sock" --lang en --json \
		status >"$out" 2>"$err"
	code=$?
	expect 4 "a stranger on this machine"
	is "$(json .error.code)" not_permitted "a stranger: the code"
	chmod 660 "$T/cal/sock"
	setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$WICI_BIN/wici" --socket "$T/cal/sock" --lang en --json \
		status >"$out" 2>"$err"
	code=$?
	expect 4 "a stranger who may not open the socket"
else
	echo "no second user at hand: no permission not tried"
fi
is "$(stat -c %a "$T/cal/sock")" 660 "the socket's mode"
is "$(stat -c %a "$T/cal/state")" 700 "the state folder's mode"
done_with
