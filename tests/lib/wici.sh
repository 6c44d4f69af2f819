# tests/lib/wici.sh: daemons in a temporary folder, and what is asked of them.
#
#   . "$(dirname "$0")/../lib/wici.sh"      in a script of tests/e2e
#
#   daemon NAME [OPTION…]      starts wicid NAME (again), waits until it answers
#                              (alone=1: nobody is told where it listens)
#   stop NAME / kill9 NAME     ends it, TERM or KILL, and waits for that
#   at NAME WORD…              wici, asking NAME: $code, and $out, $err (files)
#   expect CODE 'WHAT'         the last `at` ended with this exit code
#   json FILTER                what jq finds in $out
#   is GOT WANTED 'WHAT' · has FILE TEXT 'WHAT' · lacks FILE TEXT 'WHAT'
#   found NAME 'INSTITUTION' [OPTION…] · join NAME 'INSTITUTION' VIA
#
# The programs are those of $WICI_BIN, else of build/bin. A test ends at the
# first thing that does not hold, says which, and shows the daemons' logs.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
WICI_BIN=${WICI_BIN:-$root/build/bin}
LC_ALL=C.UTF-8
export LC_ALL
unset WICI_SOCKET WICI_PASSPHRASE NO_COLOR COLUMNS 2>/dev/null
T=$(mktemp -d "${TMPDIR:-/tmp}/wici-test.XXXXXX")
out=$T/out
err=$T/err
code=0
held=0
ports_from=$((20000 + $$ * 61 % 9000)) # Far from the next process.

clean_up() {
	for pid_file in "$T"/*/pid; do
		[ -f "$pid_file" ] && kill -KILL "$(cat "$pid_file")" 2>/dev/null
	done
	[ -n "${mounted:-}" ] && umount "$mounted"
	rm -rf "$T"
}
trap clean_up EXIT
trap 'exit 1' INT TERM HUP PIPE

fail() {
	echo "FAILED after $held checks: $*"
	echo "--- stdout"
	tail -n 30 "$out" 2>/dev/null
	echo "--- stderr"
	tail -n 30 "$err" 2>/dev/null
	for log in "$T"/*/log; do
		[ -f "$log" ] || continue
		echo "--- $log"
		tail -n 12 "$log"
	done
	exit 1
}

skip() {
	echo "SKIPPED: $*"
	exit 77
}

done_with() {
	for dir in "$T"/*/; do
		[ -f "$dir/pid" ] && stop "$(basename "$dir")"
	done
	echo "$held checks held"
	exit 0
}

held() {
	held=$((held + 1))
}

# A TCP port of 127.0.0.1 that nobody listens on, below the ephemeral ones.
free_port() {
	ports_from=$((ports_from + 1))
	while grep -qi ":$(printf '%04X' "$ports_from") [0-9A-F:]* 0A" \
		/proc/net/tcp /proc/net/tcp6 2>/dev/null; do
		ports_from=$((ports_from + 1))
	done
	port=$ports_from
}

alive() {
	kill -0 "$(cat "$T/$1/pid" 2>/dev/null)" 2>/dev/null
}

# Its port stays the same over its lives.
daemon() {
	name=$1
	shift
	mkdir -p "$T/$name"
	if [ ! -f "$T/$name/port" ]; then
		free_port
		echo "$port" >"$T/$name/port"
	fi
	if [ -n "${alone:-}" ]; then
		set -- --listen "[::]:$(cat "$T/$name/port")" "$@"
	else
		set -- --listen "$(address "$name")" \
			--advertise "$(address "$name")" "$@"
	fi
	"${wicid:-$WICI_BIN/wicid}" --state "$T/$name/state" \
		--socket "$T/$name/sock" \
		--log debug "$@" >>"$T/$name/log" 2>&1 &
	echo $! >"$T/$name/pid"
	tries=0
	until "$WICI_BIN/wici" --socket "$T/$name/sock" status >/dev/null 2>&1; do
		alive "$name" || fail "wicid $name ended at once"
		tries=$((tries + 1))
		[ "$tries" -lt 200 ] || fail "wicid $name does not answer"
		sleep 0.1
	done
}

address() {
	echo "127.0.0.1:$(cat "$T/$1/port")"
}

# A sanitizer's finding ends a daemon with neither 0 nor a signal of ours.
stop() {
	pid=$(cat "$T/$1/pid")
	rm -f "$T/$1/pid"
	kill -TERM "$pid" 2>/dev/null
	wait "$pid"
	ended=$?
	[ "$ended" -eq 0 ] || fail "wicid $1 ended with $ended"
}

kill9() {
	pid=$(cat "$T/$1/pid")
	rm -f "$T/$1/pid"
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
}

at() {
	name=$1
	shift
	"$WICI_BIN/wici" --socket "$T/$name/sock" --lang en "$@" \
		>"$out" 2>"$err" </dev/null
	code=$?
}

# As `at`, with standard input.
at_with() {
	name=$1
	input=$2
	shift 2
	printf '%s\n' "$input" |
		"$WICI_BIN/wici" --socket "$T/$name/sock" --lang en "$@" \
			>"$out" 2>"$err"
	code=$?
}

expect() {
	[ "$code" -eq "$1" ] || fail "$2: exit code $code, not $1"
	held
}

json() {
	jq -r "$1" "$out" 2>/dev/null || echo "(no JSON)"
}

is() {
	[ "$1" = "$2" ] || fail "$3: \"$1\", not \"$2\""
	held
}

isnt() {
	[ "$1" != "$2" ] || fail "$3: \"$1\""
	held
}

has() {
	grep -qF -- "$2" "$1" || fail "$3: \"$2\" is not in $(basename "$1")"
	held
}

lacks() {
	! grep -qF -- "$2" "$1" || fail "$3: \"$2\" is in $(basename "$1")"
	held
}

# until_true SECONDS 'WHAT' COMMAND…
until_true() {
	limit=$1
	what=$2
	shift 2
	tries=0
	until "$@" >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ "$tries" -lt $((limit * 5)) ] || fail "$what: not within $limit s"
		sleep 0.2
	done
	held
}

found() {
	name=$1
	institution=$2
	shift 2
	daemon "$name"
	at "$name" init --name "$institution" --no-passphrase
	expect 0 "init $name"
	at "$name" --json network create "Test" --single "$@"
	expect 0 "network create"
	network=$(json .network)
}

# join NAME 'INSTITUTION' REGISTRAR [VIA]
join() {
	daemon "$1"
	at "$3" --json invite "$2" ${4:+--via "$(address "$4")"}
	expect 0 "invite $1"
	token=$(json .token)
	at "$1" --json join "$token" --name "$2" --no-passphrase
	expect 0 "join $1"
}

total() {
	"$WICI_BIN/wici" --socket "$T/$1/sock" --json status |
		jq -r .records.total
}

in_step() { # in_step NAME…: they hold the same number of records
	want=$(total "$1")
	for name; do
		[ "$(total "$name")" = "$want" ] || return 1
	done
}
