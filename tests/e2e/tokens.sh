#!/bin/sh
# tests/e2e/tokens.sh: an invitation that is wrong, used or expired is refused
# with a sentence of its own; six digits are the same on both sides; one paste
# is enough through a member, too.
. "$(dirname "$0")/../lib/wici.sh"

# The registrar's clock can be moved only without sanitizers.
plain=${WICI_PLAIN_BIN:-$root/build/bin}/wicid
wicid=$plain
[ -x "$plain" ] || skip "the expired invitation needs build/bin/wicid"
found cal "Stowarzyszenie" --issuer cal
wicid=

refuse() { # TOKEN CODE 'WHAT': a newcomer that nobody knows tries
	newcomer=$((${newcomer:-0} + 1))
	daemon "new$newcomer"
	at "new$newcomer" --json join "$1" --name "New $newcomer" \
		--no-passphrase --timeout 4
	isnt "$code" 0 "$3"
	is "$(json .error.code)" "$2" "$3: the code"
	at "new$newcomer" join "$1" --name "New $newcomer" \
		--no-passphrase --timeout 4
	isnt "$code" 0 "$3, for people"
	grep -m 1 '^wici:' "$err" >>"$T/sentences"
	stop "new$newcomer"
}

at cal --json invite "MOPS w Mławie"
expect 0 "an invitation"
token=$(json .token)
id=$(json .id)
upper=$(printf '%s' "$token" | tr 'a-z' 'A-Z' | sed 's/.\{10\}/& /g')

# Wrong: a character changed; and a whole one, but of no invitation there.
last=$(printf '%s' "$token" | tail -c 1)
other=q
[ "$last" != q ] || other=p
refuse "${token%?}$other" token_wrong "a mistyped invitation"
at cal --json invite "Somebody"
taken_back=$(json .token)
at cal --json invite revoke "$(json .id)"
expect 0 "taking an invitation back"
refuse "$taken_back" token_expired "an invitation taken back"

# Case and spaces do not matter; it works once.
daemon mlawa
at mlawa --json join "$upper" --name "MOPS w Mławie" --no-passphrase
expect 0 "an invitation in capitals with spaces"
code_there=$(json .code)
at cal --json invite list
is "$(json ".items[] | select(.id == \"$id\") | .code")" "$code_there" \
	"six digits on both sides"
is "$(json ".items[] | select(.id == \"$id\") | .state")" used "used, it says"
is "$(printf %s "$code_there" | tr -d '0-9' | wc -c)/${#code_there}" 0/6 \
	"six digits"
refuse "$token" token_used "a used invitation"

at mlawa --json join "$token" --name "MOPS w Mławie" --no-passphrase
expect 0 "the same paste again"
is "$(json .code)" "$code_there" "it only says again what was"
at cal --json invite "Again"
at mlawa --json join "$(json .token)" --name "MOPS w Mławie" --no-passphrase
isnt "$code" 0 "joining twice"
is "$(json .error.code)" already_member "joining twice: the code"

# Through a member: cal is never dialled.
at cal --json invite "MOPS w Stalowej Woli" --via "$(address mlawa)"
forwarded=$(json .token)
daemon stalowa
at stalowa --json join "$forwarded" --name "MOPS w Stalowej Woli" \
	--no-passphrase
expect 0 "joining through a member"
at stalowa --json peer list
is "$(json '[.items[].name] | unique | join(" ")')" "MOPS w Mławie" \
	"the only neighbour is the member"
at stalowa --json status
expect 0 "status of the one who came through a member"
until_true 20 "everything is there" in_step stalowa mlawa cal

# The member that is asked is not connected to the registrar.
at cal --json invite "MOPS w Kielcach" --via "$(address stalowa)"
away=$(json .token)
refuse "$away" inviter_away "two hops to the registrar"

# A kind one may not write is one thing; inviting as an ordinary member another.
at mlawa --json invite "Somebody"
expect 4 "inviting without being the registrar"

# Expired: the registrar's clock decides, and it is three days on.
at cal --json invite "Late" --days 1
expect 0 "an invitation for a day"
late=$(json .token)
stop cal
if command -v faketime >/dev/null; then
	# Not through faketime itself: it would take the signals.
	cat >"$T/later" <<-EOF
		#!/bin/sh
		LD_PRELOAD='$(faketime -f +3d sh -c 'echo $LD_PRELOAD')' \
			FAKETIME=+3d FAKETIME_DONT_FAKE_MONOTONIC=1 \
			exec '$plain' "\$@"
	EOF
	chmod +x "$T/later"
	wicid=$T/later
	daemon cal
	wicid=
	refuse "$late" token_expired "an expired invitation"
	cp "$T/sentences" "$out"
	is "$(sort -u "$T/sentences" | wc -l)" 4 \
		"sentences: wrong, used, away, expired"
else
	echo "without faketime: the expired invitation was not tried"
	daemon cal
fi
done_with
