#!/bin/sh
# tests/e2e/input.sh: what a person types wrongly is refused with the place, the
# word and the reason, and nothing of it is published.
. "$(dirname "$0")/../lib/wici.sh"

found cal "Stowarzyszenie" --issuer cal
join mlawa "MOPS w Mławie" cal
before=$(total mlawa)

# add 'JSON' KIND CODE ERROR 'WHAT'
refused() {
	at_with mlawa "$1" --json add "$2" -f -
	expect "$3" "$5"
	is "$(json .error.code)" "$4" "$5: the code"
	isnt "$(json .error.message)" null "$5: a sentence"
}

refused '{"title": "x",' practice.publish 2 usage "malformed JSON"
at_with mlawa '{"title": "a"}
{"title": "b" "goal": "c"}' add practice.publish -f -
expect 2 "malformed JSON on line 2"
has "$err" "line 2, column 20" "malformed JSON: the place"
at_with mlawa '["title"]' add practice.publish -f -
expect 2 "an array instead of an object"

refused '{"titel": "x"}' practice.publish 2 unknown_field "an unknown field"
is "$(json .error.field)" titel "the unknown field's name"
at_with mlawa '{"titel": "x"}' add practice.publish -f -
has "$err" titel "the unknown field's name, for people"

refused '{"goal": "x"}' practice.publish 2 bad_field "a missing field"
is "$(json .error.field)" title "the missing field's name"
refused '{"title": 7}' practice.publish 2 bad_field "a number for a text"
refused '{"title": "a\u0007b"}' practice.publish 2 bad_field \
	"a control character"
refused '{"title": "x", "text": 1.5}' practice.publish 2 bad_field "a float"
refused "{\"title\": \"$(printf 'x%.0s' $(seq 5000))\"}" practice.publish 2 \
	bad_field "a title that is too long"
refused '{"title": "a"}' practice.steal 2 unknown_kind "an unknown kind"
refused '{"estate": "x", "since_year": "2014-13"}' area.update 2 bad_field \
	"a month that does not exist"
is "$(json .error.field)" since_year "the wrong date's field"

# The kinds one may not write.
refused '{"holder": "MOPS w Mławie", "scheme": "cal", "name": "x"}' \
	certificate.grant 4 not_permitted "granting without being the issuer"
identity=$(printf 'a%.0s' $(seq 64))
refused "{\"identity\": \"$identity\", \"name\": \"x\"}" member.admit 4 \
	not_permitted "admitting without being the registrar"
at cal --json cert grant --holder "MOPS w Mławie" --scheme cal --name x \
	--valid-from 2024-02-30
expect 2 "a grant from 30 February"
is "$(json .error.code)/$(json .error.field)" bad_field/valid_from \
	"the 30 February is named"
at cal --json cert grant --holder "MOPS w Mławie" --scheme other --name x
isnt "$code" 0 "a scheme that is not one's own"
at cal --json cert grant --holder "MOPS w Mławie" --scheme cal --name x \
	--granted-for "tel. 600 700 800"
expect 2 "a telephone number in a grant"
is "$(json .error.field)" granted_for "the telephone number's field"

# Of many lines all are checked first.
at_with mlawa '{"title": "good"}
{"title": "good too"}
{"title": "bad", "colour": "red"}
{"goal": "no title"}' --json add practice.publish -f -
expect 2 "JSON Lines with two bad lines"
is "$(json '[.error.items[].line] | join(" ")')" "3 4" "the bad lines"

at mlawa --json add practice.publish -f "$T/nowhere.json"
isnt "$code" 0 "a file that is not there"
head -c 300 /dev/zero | tr '\0' '\377' >"$T/not-utf8"
at mlawa --json add practice.publish -f "$T/not-utf8"
expect 2 "a file that is not UTF-8"
at mlawa --json frobnicate
expect 2 "a verb that does not exist"
is "$(json .error.code)" usage "a verb that does not exist: the code"
at mlawa --json show zzzz
isnt "$code" 0 "an id that is none"
at mlawa --json show 00000000
expect 5 "an id that nobody has"

is "$(total mlawa)" "$before" "nothing of it was published"

# And the good ones go in, all in one turn.
at_with mlawa '{"title": "good"}
{"title": "good too"}' --json add practice.publish -f -
expect 0 "two good lines"
is "$(json '.items | length')" 2 "both have an id"
is "$(total mlawa)" $((before + 2)) "both are there"
done_with
