#!/bin/sh
# tests/e2e/rpc.sh: somebody else's MessagePack-RPC client (npm's
# msgpack-rpc-lite) is served on the control socket; garbage is refused.
. "$(dirname "$0")/../lib/wici.sh"

sh "$root/tests/e2e/rpc/install" "$T/npm" >"$T/npm.log" 2>&1 || {
	cat "$T/npm.log"
	fail "npm could not install msgpack-rpc-lite"
}
found cal "Stowarzyszenie"
node "$T/npm/client.mjs" "$T/cal/sock" >"$out" 2>"$err"
code=$?
expect 0 "the client"
cat "$out"
alive cal || fail "wicid ended"
at cal --json list practice
is "$(json '.items | length')" 2 "what it published is there"
lacks "$T/cal/log" "Sanitizer" "no sanitizer spoke"
done_with
