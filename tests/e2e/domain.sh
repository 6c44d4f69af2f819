#!/bin/sh
# tests/e2e/domain.sh: the work of an institution, told by its records: areas by
# year, a name and type that change, practices written in an editor.
. "$(dirname "$0")/../lib/wici.sh"

found mops "MOPS w Stalowej Woli"
data=$root/tests/data/stalowa-wola

# --- areas by year ------------------------------------------------------------

at mops --json add area.update -f "$data/02-area.update.jsonl"
expect 0 "the areas of a real institution"
first=$(json '.items[0].id')

blocks='[.estates[].streets[] | .street as $s |
	(if .whole then [$s] else [.blocks[] | "\($s) \(.number)"] end)[]]'
for year in 2013=0 2014=2 2016=20 2018=25; do
	at mops --json area show "MOPS w Stalowej Woli" --on "${year%=*}"
	expect 0 "the area in ${year%=*}"
	is "$(json "$blocks | length")" "${year#*=}" \
		"streets and blocks in ${year%=*}"
	is "$(json "$blocks | unique | length")" "${year#*=}" \
		"each of them once in ${year%=*}"
done
is "$(json '.estates | map(.estate) | join(", ")')" \
	"Osiedle Fabryczne, Osiedle Wyzwolenia" "both estates"
is "$(json '.estates[1].partial')" true "of one a part"

at mops --lang pl area show "MOPS w Stalowej Woli" --on 2018-12-31
expect 0 "for people"
has "$out" "Osiedle Wyzwolenia (część), od: 2018" "in Polish"
has "$out" "12, 13, 14, 15, 16, 17, 18, 19" "numbers in their order"
has "$out" "cała ulica" "a street without numbers is a whole street"
is "$(awk 'length($0) > 100' "$out" | wc -l)" 0 "no line is long"
at mops area show "MOPS w Stalowej Woli" --on 31.12.2018
expect 2 "a day as it is written in Poland"
at mops area show nobody
expect 5 "an institution that nobody knows"
at mops area show "$first"
expect 0 "one record of an area"
has "$out" "1-go Sierpnia" "what it says"

# --- a MOPS becomes a CUS: another name and type, the same institution --------

at mops --json list institution
at mops --json edit "$(json '.items[0].id')" --type MOPS --short-name "MOPS StW"
expect 0 "what it is"
at mops edit "$(json .id)" --name "Centrum Usług Społecznych w Stalowej Woli" \
	--type CUS --short-name "CUS StW"
expect 0 "what it became"
for name in "Centrum Usług Społecznych w Stalowej Woli" "cus stw" \
	"MOPS w Stalowej Woli" "mops stw"; do
	at mops --json list area --from "$name"
	expect 0 "records of $name"
	is "$(json '.items | length')" 3 "found by the name $name"
	at mops --json search "$name" --kind institution.profile
	is "$(json '.items | map(.title) | join(", ")')" \
		"Centrum Usług Społecznych w Stalowej Woli" \
		"searching for $name finds what it is now"
done
at mops --json institution show "MOPS StW"
is "$(json '.history | map(.type // "-") | join(" ")')" "- MOPS CUS" \
	"what it was, the oldest first"
is "$(json .calls_itself)" "Centrum Usług Społecznych w Stalowej Woli" \
	"its own word beside the roster's"
at mops --lang pl institution show "cus stw"
has "$out" "Nazywa się" "for people"
has "$out" "MOPS StW" "with its old short name"
at mops institution list
has "$out" "→" "both names in the list"

done_with
