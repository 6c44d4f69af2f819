#!/bin/sh
# tests/e2e/start.sh: what a restart cannot mend ends wicid with 78 and one
# sentence that says what; what is fine starts.
. "$(dirname "$0")/../lib/wici.sh"

# wicid ARG…: must end by itself, soon.
start_fails() { # CODE 'TEXT' 'WHAT' ARG…
	want=$1
	text=$2
	what=$3
	shift 3
	timeout 20 "$WICI_BIN/wicid" "$@" >"$out" 2>"$err" </dev/null
	code=$?
	expect "$want" "$what"
	has "$err" "$text" "$what: the sentence"
}

state() {
	printf '%s' "--state $T/x --socket $T/x.sock --listen 127.0.0.1:0"
}

long=$(printf 'x%.0s' $(seq 300))
printf 'state = %s\n' "$T/x" >"$T/good.conf"
printf 'state = %s\nsocket = /%s\n' "$T/x" "$long" >"$T/long.conf"
start_fails 78 "line 2" "an over-long line" --config "$T/long.conf"
printf 'sate = x\n' >"$T/unknown.conf"
start_fails 78 "sate" "an unknown key" --config "$T/unknown.conf"
printf 'state\n' >"$T/half.conf"
start_fails 78 "line 1" "a line without a value" --config "$T/half.conf"
start_fails 78 "nowhere" "a config that is not there" \
	--config "$T/nowhere.conf"
start_fails 78 "--frob" "an unknown option" --frob
start_fails 78 "nonsense" "a listen address that is none" \
	--state "$T/x" --socket "$T/x.sock" --listen nonsense
start_fails 78 "peer" "a peer that is no address" \
	--state "$T/x" --socket "$T/x.sock" --peer nonsense
start_fails 78 "log" "a log level that is none" \
	--state "$T/x" --socket "$T/x.sock" --log shout
start_fails 78 "socket" "a socket's path that is too long" \
	--state "$T/x" --socket "$T/$long" --listen 127.0.0.1:0
"$WICI_BIN/wicid" --version >"$out" 2>"$err"
code=$?
expect 0 "--version"
"$WICI_BIN/wicid" --help >"$out" 2>"$err"
code=$?
expect 0 "--help"
has "$out" "--state" "--help names the options"

# The config is believed where it is right.
free_port
printf '# a comment\nstate = %s\nsocket = %s\nlisten = 127.0.0.1:%s\nlog = info\n' \
	"$T/conf/state" "$T/conf/sock" "$port" >"$T/right.conf"
mkdir -p "$T/conf"
"$WICI_BIN/wicid" --config "$T/right.conf" >"$T/conf/log" 2>&1 &
echo $! >"$T/conf/pid"
until_true 20 "a daemon by its config" \
	"$WICI_BIN/wici" --socket "$T/conf/sock" status
stop conf

# One process a state folder.
found cal "Stowarzyszenie"
start_fails 78 "another wicid" "a second daemon on one folder" \
	--state "$T/cal/state" --socket "$T/x.sock" --listen 127.0.0.1:0
at cal status
expect 0 "the first goes on"
stop cal

# A store that a newer version wrote: user_version is at byte 60 of the file.
cp "$T/cal/state/wici.db" "$T/kept.db"
printf '\000\000\003\347' |
	dd of="$T/cal/state/wici.db" bs=1 seek=60 conv=notrunc 2>/dev/null
start_fails 78 "newer version" "a store of a newer version" \
	--state "$T/cal/state" --socket "$T/x.sock" --listen 127.0.0.1:0
cp "$T/kept.db" "$T/cal/state/wici.db"

# A file that is no store at all.
mkdir -p "$T/junk"
chmod 700 "$T/junk"
head -c 8192 /dev/zero | tr '\0' 'j' >"$T/junk/wici.db"
start_fails 78 "not a wici store" "a file that is no database" \
	--state "$T/junk" --socket "$T/x.sock" --listen 127.0.0.1:0

# No permission. Root may everything, so somebody else tries.
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	mkdir -p "$T/locked"
	chmod 755 "$T"
	chmod 700 "$T/locked"
	setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$WICI_BIN/wicid" --version >"$out" 2>"$err"
	if [ $? -eq 0 ]; then
		setpriv --reuid 65534 --regid 65534 --clear-groups \
			timeout 20 "$WICI_BIN/wicid" --state "$T/locked/x" \
			--socket "$T/locked/sock" --listen 127.0.0.1:0 \
			>"$out" 2>"$err"
		code=$?
		expect 78 "a folder one may not enter"
		has "$err" "state folder" "a folder one may not enter: the sentence"
	else
		echo "nobody may not run $WICI_BIN: no permission not tried"
	fi
else
	mkdir -p "$T/locked"
	chmod 000 "$T/locked"
	start_fails 78 "state folder" "a folder one may not enter" \
		--state "$T/locked/x" --socket "$T/x.sock" \
		--listen 127.0.0.1:0
	chmod 700 "$T/locked"
fi

# What it was before all that, it is again.
daemon cal
at cal --json status
expect 0 "status after the attempts"
is "$(json .network)" "$network" "the same network"
is "$(json .sealed)" false "not sealed"
done_with
