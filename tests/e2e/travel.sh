#!/bin/sh
# tests/e2e/travel.sh: a certificate crosses a member that is not its issuer,
# and a revocation follows it; also while one end was away, and live.
. "$(dirname "$0")/../lib/wici.sh"

found cal "Stowarzyszenie" --issuer cal
join mlawa "MOPS w Mławie" cal
join stalowa "MOPS w Stalowej Woli" cal mlawa
at stalowa --json peer list
is "$(json '[.items[].name] | unique | join(" ")')" "MOPS w Mławie" \
	"Stalowa Wola knows Mława alone"

at cal --json cert grant --holder "MOPS w Mławie" --scheme cal --name "C" \
	--number A/1 --valid-from 2022 --valid-until 2099
expect 0 "a grant"
id=$(json .id)
verdict() {
	at "$1" --json cert verify "$2" --on 2024-05-05
	[ "$(json .verdict)" = "$3" ]
}
until_true 20 "VALID behind the member" verdict stalowa A/1 VALID
expect 0 "VALID is 0"
is "$(json .certificate.issuer.name)" "Stowarzyszenie" "the issuer"
is "$(json '[.checks[] | select(.ok | not)] | length')" 0 "every check holds"
isnt "$(json '.not_checked | length')" 0 "it says what was not checked"
isnt "$(json .as_of)" null "as of when"
at stalowa --json cert verify A/1 --on 2100-01-01
expect 6 "EXPIRED is 6"
is "$(json .verdict)" EXPIRED "EXPIRED"
at stalowa --json cert verify A/1 --on 2021-12-31
expect 6 "NOT_YET_VALID is 6"
is "$(json .verdict)" NOT_YET_VALID "NOT_YET_VALID"
at stalowa --json cert verify A/1 --on 2022-01-01
expect 0 "the first day counts"
at stalowa --json cert verify A/1 --on 2099-12-31
expect 0 "the last day counts"
at stalowa --json show "$id"
is "$(json .state)/$(json .author.name)" "ok/Stowarzyszenie" "the grant itself"

# Publishing says how many hold it, once they do.
held_by_one() {
	at cal --json show "$id"
	[ "$(json .held_by)" -ge 1 ]
}
until_true 20 "held by others" held_by_one

# Away, then back: it must not stay VALID. What was before that day stands.
stop stalowa
at cal --json cert revoke A/1 --reason "Powód na próbę"
expect 0 "revoking"
daemon stalowa
revoked() {
	at stalowa --json cert verify A/1 --on "$(date -d tomorrow +%F)"
	[ "$(json .verdict)" = REVOKED ]
}
until_true 20 "REVOKED behind the member" revoked
expect 6 "REVOKED is 6"
at stalowa --json cert verify A/1 --on 2024-05-05
is "$(json .verdict)" VALID "a day before the revocation"
at stalowa cert verify A/1 --on "$(date -d tomorrow +%F)"
has "$out" "Powód na próbę" "the reason"
is "$(total stalowa)" "$(total cal)" "the same records"

# Nobody but the issuer revokes.
at mlawa --json cert revoke A/1 --reason "x"
expect 4 "revoking another's certificate"

# Live: no waiting for a timer, through the member in the middle.
at mlawa --json practice publish --title "Na żywo"
live=$(json .id)
arrived() {
	at stalowa --json show "$live"
	[ "$code" -eq 0 ]
}
until_true 3 "a record arrives live" arrived
at stalowa --json sync --wait --timeout 20
expect 0 "sync --wait"
is "$(json .in_step)" true "in step"
stop mlawa
at stalowa --json sync --wait --timeout 2
expect 7 "sync --wait with nobody there"
is "$(json .in_step)" false "not in step"
daemon mlawa
again() {
	at stalowa --json sync --wait --timeout 5
	[ "$code" -eq 0 ]
}
until_true 30 "the dialer finds the way back" again
at stalowa --json peer remove "$(address mlawa)"
expect 0 "removing the peer"
done_with
