#!/bin/sh
# tests/e2e/search.sh: wici search, on what came from another institution, in
# both languages: any form of a word, narrowed, marked, page by page.
. "$(dirname "$0")/../lib/wici.sh"

found cal "Stowarzyszenie CAL" --issuer cal
join mlawa "MOPS Mława" cal
cat >"$T/batch" <<E
{"title":"Usługi sąsiedzkie w Mławie","goal":"Seniorzy nie są sami","text":"Sąsiedzi Seniorzy nie są sami razy w tygodniu: zakupy, rozmowa, droga do lekarza i na spotkania klubu."}
{"title":"Klub ogrodników","goal":"Wspólny ogród na osiedlu"}
{"title":"Warsztaty dla rodziców","text":"Cykl 2025/0042, raz w miesiącu."}
E
at mlawa --json add practice.publish -f "$T/batch"
expect 0 "publishing"
at mlawa --json event report --title "Otwarcie klubu seniora" --kind otwarcie --date 2019-05-04
expect 0 "a report"
until_true 20 "in step" in_step cal mlawa

# The other one finds it, whatever form is typed.
for query in "usługa sąsiedzka" "uslug sasiedzkich" "USŁUGI" "mlawa" \
	"Mława seniora" "senior*" '"usługi" -sąsiad' 'text:rozmów'; do
	at cal --json search "$query" --kind practice
	expect 0 "search $query"
	case $query in
	*-sąsiad | text:*) # Words, all of them; "text" is not there.
		;;
	*)
		is "$(json '.items | length')" 1 "found by $query"
		is "$(json '.items[0].title')" "Usługi sąsiedzkie w Mławie" \
			"what $query finds"
		;;
	esac
done
at cal --json search klubowicze
is "$(json '.items | length')" 0 "no other word"
at cal --json search spotkań rozmowy
is "$(json '.items | length')" 1 "words without quotes, all to be there"
is "$(json '.items[0].snippet | explode | map(select(. == 2)) | length')" 2 \
	"each is marked by U+0002"
is "$(json '.items[0].state')" ok "an item as in a list"
is "$(json '.items[0].author.name')" "MOPS Mława" "its author"

# Narrowed.
at cal --json search klub
is "$(json '.items | length')" 3 "of every kind"
at cal --json search klub --kind event
is "$(json '.items | length')" 1 "of one kind"
at cal --json search klub --year 2019
is "$(json '.items[0].title')" "Otwarcie klubu seniora" "of one year"
at cal --json search klub --from "Stowarzyszenie CAL"
is "$(json '.items | length')" 0 "of one institution"
at cal --json search klub --from "MOPS Mława" --limit 2
is "$(json '.items | length')" 2 "a page"
next=$(json .next)
at cal --json search klub --from "MOPS Mława" --limit 2 --after "$next"
is "$(json '.items | length')" 1 "the next page"
is "$(json .next)" null "and no further"

# For people: no marks, 80 columns, bold on a terminal alone.
at cal search seniorzy
expect 0 "for people"
has "$out" "Usługi sąsiedzkie w Mławie" "the title"
has "$out" "Seniorzy nie są sami" "the piece with the word"
lacks "$out" "$(printf '\002')" "no marks"
lacks "$out" "$(printf '\033')" "no colour"
awk 'length($0) > 80 { exit 1 }' "$out" || fail "a line beyond 80 columns"
at cal --color always search seniorzy
has "$out" "$(printf '\033[1mSeniorzy\033[0m')" "bold where colour is on"
at cal --lang pl search zamek
expect 0 "nothing found"
has "$err" "Żaden rekord nie ma tych słów." "in Polish"
at cal --lang pl search "..."
expect 2 "no words"
has "$err" "słowa, których szukać" "what is missing, in Polish"
at cal search "$(head -c 100000 /dev/zero | tr '\0' 'a')"
expect 2 "a query of 100 KB"
at cal --lang pl search --help
has "$out" "w dowolnej formie" "help in Polish"

# What is replaced is found no more.
at mlawa --json search ogrodnik
id=$(json '.items[0].id')
at mlawa --json edit "$id" --title "Klub szachowy"
expect 0 "an edit"
at mlawa --json search ogrodników
is "$(json '.items | length')" 0 "the old title"
at mlawa --json search szachowe
is "$(json '.items | length')" 1 "the new one"
stop mlawa
daemon mlawa
at mlawa --json search szachowe
is "$(json '.items | length')" 1 "after a restart"
at mlawa --json fsck --rebuild
expect 0 "fsck --rebuild"
at mlawa --json search szachowe
is "$(json '.items | length')" 1 "after a rebuild"
done_with
