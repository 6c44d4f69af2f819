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
has "$err" "write 2018-12-31" "as it is to be written"
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

# --- every other kind of work, and how far it is -------------------------------

publish() { # publish NOUN VERB [OPTION…]: one record, then listed
	noun=$1
	at mops --json "$@"
	expect 0 "$*"
	id=$(json .id)
	at mops --json list "$noun"
	is "$(json '.items[0].id')" "$id" "$noun is listed"
}
publish chronicle write --text "Byliśmy w klubie." --author "MOPR w Kielcach" \
	--date 2019-03-22
publish team update --name "Zespół OSL" --size 4 --since 2014 \
	--roles "animator lokalny" --roles "lokalny planista"
publish plan publish --title "Plan OSL" --year 2021 --measures "klub" \
	--measures "festyn"
publish claim make --text "Jedyny taki." --by-role "członkini zarządu" \
	--as-of 2021-07 --about "MOPS w Stalowej Woli"
publish anchoring update --doc-kind statut --state projekt
publish event report --title Seminarium --kind seminarium --state planned \
	--date 2019-05-04
at mops edit "$id" --state odbyte
expect 0 "an event, held"
publish commission update --subject "Klub" --state decyzja
at mops edit "$id" --state umowa
expect 2 "a contract with nobody"
has "$err" contractor "the field that is missing"
at mops --json edit "$id" --state umowa --contractor "Fundacja Sąsiad"
expect 0 "a contract"
at mops edit "$(json .id)" --state decision
expect 4 "a step back"
at mops scheme publish --name Wzorzec --scheme cal
expect 4 "a scheme of who issues none"
at mops --lang pl commission update --subject x --state robimy
expect 2 "a word that there is not"
has "$err" "tender (konkurs ofert)" "the words with their labels"
at mops --lang pl commision update --subject x
expect 2 "a noun that there is not"
has "$err" "wici commission" "the one that is meant"

at_with mops '{"title":"a","kind":"b","date":"31.12.2026"}
{"title":"c","kind":"d","date":"2026-02-30"}' add event.report -f -
expect 2 "lines with wrong dates"
has "$err" "write 2026-12-31" "the first as it is to be written"
has "$err" "no such day" "the second told to be none"

# --- practices as Markdown, and in an editor -------------------------------------

cat >"$T/klub.md" <<E
---
title: Klub sąsiedzki
Narzędzie OSL: grupy
---

## Problem i diagnoza

Sąsiedzi się nie znają.

## Efekty

- wspólny ogród
E
at mops --json practice publish "$T/klub.md"
expect 0 "a practice in a file"
id=$(json .id)
at mops --json show "$id"
is "$(json .body.problem)" "Sąsiedzi się nie znają." "a section is a field"
is "$(json .body.osl_tool)" grupy "front matter by its Polish label"

at mops --lang pl practice show "$id" --markdown
expect 0 "as Markdown again"
cp "$out" "$T/again.md"
has "$out" "## Problem i diagnoza" "under its label"
at mops -n edit "$id" -f "$T/again.md"
expect 0 "the round trip fits"
sed -i 's/^- wspólny ogród/- wspólny ogród i plac/; /^osl_tool/d' "$T/again.md"
at mops --json edit "$id" -f "$T/again.md"
expect 0 "edited"
at mops --json show "$(json .id)"
is "$(json .body.effects)" "- wspólny ogród i plac" "what was changed"
is "$(json .body.osl_tool)" null "what was taken out is gone"
is "$(json .body.title)" "Klub sąsiedzki" "the rest is there"

printf -- '---\ntitle: x\nkolor: y\n---\n' >"$T/wrong.md"
at mops practice publish "$T/wrong.md"
expect 2 "a field that there is not"
has "$err" "wrong.md, line 3" "told with its line"
printf -- '---\ntitle: x\ndate: 31.12.2026\nkind: y\n---\n' >"$T/wrong.md"
at mops event report "$T/wrong.md"
expect 2 "a value that does not fit"
has "$err" "wrong.md, line 3" "told with its line, too"
at mops practice publish
expect 2 "nothing given, and no terminal"

if command -v script >/dev/null; then
	typed() { # typed WHAT-THE-EDITOR-DOES WORD…: on a terminal
		printf '#!/bin/sh\n%s\n' "$1" >"$T/editor"
		chmod +x "$T/editor"
		shift
		env VISUAL="$T/editor" TMPDIR="$T" script -qec \
			"$WICI_BIN/wici --socket $T/mops/sock --lang en $*" \
			/dev/null >"$out" 2>"$err" </dev/null
		code=$?
	}
	typed 'sed -i "s/^title:.*/title: Z edytora/" "$1"' practice publish
	expect 0 "written in an editor"
	at mops --json list practice --limit 1
	is "$(json '.items[0].title')" "Z edytora" "it is published"
	typed 'sed -i "s/^title:.*/title: Poprawione/" "$1"' \
		edit "$(json '.items[0].id')"
	expect 0 "a record edited in an editor"
	at mops --json list practice --limit 1
	is "$(json '.items[0].title')" Poprawione "it is changed"
	is "$(find "$T" -name 'wici-*.md' | wc -l)" 0 "and no file stays"
	typed : practice publish
	expect 2 "left as it was"
	typed ': >"$1"' practice publish
	expect 2 "emptied"
	is "$(find "$T" -name 'wici-*.md' | wc -l)" 0 "nothing to keep"
	typed 'echo "## Cel" >"$1"; echo x >>"$1"' practice publish
	expect 2 "without a title"
	is "$(find "$T" -name 'wici-*.md' | wc -l)" 1 "what was written is kept"
	has "$out" "$(find "$T" -name 'wici-*.md')" "and it is told where"
fi

done_with
