#!/bin/sh
# tests/e2e/noise.sh: an independent Noise (npm's noise-handshake) shakes hands
# with a running wicid, as initiator and as responder.
. "$(dirname "$0")/../lib/wici.sh"

sh "$root/tests/e2e/noise/install" "$T/npm" >"$T/npm.log" 2>&1 || {
	cat "$T/npm.log"
	fail "npm could not install noise-handshake"
}
found cal "Stowarzyszenie"
node "$T/npm/peer.mjs" 127.0.0.1 "$(cat "$T/cal/port")" "$network" initiator \
	>"$out" 2>"$err"
code=$?
expect 0 "as initiator"
has "$out" "decrypted" "what it says"
cat "$out"

node "$T/npm/peer.mjs" 127.0.0.1 0 "$network" responder >"$T/responder" 2>&1 &
responder=$!
until_true 10 "the responder listens" grep -q '^listening' "$T/responder"
at cal peer add "127.0.0.1:$(sed -n 's/^listening //p' "$T/responder")"
expect 0 "peer add"
wait "$responder"
code=$?
cp "$T/responder" "$out"
expect 0 "as responder"
at cal --json status
expect 0 "wicid is up"
at cal --json roster show
feed=$(json .registrar.feed)
has "$T/responder" "$feed" "it proved its own feed"
cat "$T/responder"

# The same with another network id must fail: the prologue covers it whole.
almost=$(printf '%s' "$network" | sed 's/.$//')
case $network in
*0) almost=${almost}1 ;;
*) almost=${almost}0 ;;
esac
node "$T/npm/peer.mjs" 127.0.0.1 "$(cat "$T/cal/port")" "$almost" initiator \
	>"$out" 2>"$err"
code=$?
expect 1 "another network id, the same first 8 bytes"
done_with
