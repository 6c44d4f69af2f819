#!/bin/sh
# tests/e2e/register.sh: a clerk's days. Today's register of a hundred
# certificates is read in, as the spreadsheet writes it and as JSON Lines; what
# does not fit is told line by line, and nothing of it is published; nothing is
# granted twice; who is about to run out of time is found; a typo is mended.
. "$(dirname "$0")/../lib/wici.sh"

# Poland's days, also where no time zones are installed.
day() {
	TZ=CET-1CEST,M3.5.0,M10.5.0/3 date -d "$1" +"${2:-%F}"
}

certificates() {
	at cal --json cert list --limit 200
	json '.items | length'
}

found cal "Stowarzyszenie CAL" --issuer cal
join mops "MOPS w Mławie" cal
join gops "GOPS Nowa Wieś" cal

# A hundred rows as Excel saves them in Poland: a byte order mark, semicolons,
# CR LF, days with dots, a text that has the separator and quotes in it, and
# empty rows at the end.
table=$T/rejestr.csv
{
	printf '\357\273\277Posiadacz;NUMER;Nazwa;"Ważny od ";Ważny do;Na lata;Za co\r\n'
	i=1
	while [ "$i" -le 100 ]; do
		holder="MOPS w Mławie"
		[ $((i % 3)) -eq 0 ] && holder="gops nowa wieś"
		until=31.12.2030
		[ "$i" -le 5 ] && until=$(day "+$i days" %d.%m.%Y)
		printf '%s;%s/2022;Certyfikat Jakości CAL;2022;%s;;"model ""OSL""; %s"\r\n' \
			"$holder" "$i" "$until" "środowisko"
		i=$((i + 1))
	done
	printf ';;;;;;\r\n'
} >"$table"

# With two names that are no members', a day that does not exist, a number
# that stands twice and a number that is none.
sed -e '3s/^[^;]*/MOPS w Kielcach/' -e '50s/^[^;]*/Klub Sąsiada/' \
	-e '60s/^[^;]*/MOPS w Kielcach/' -e '70s/;2022;/;2022-13;/' \
	-e '80s,;79/2022;,;78/2022;,' "$table" >"$T/wrong.csv"
at cal --json add certificate.grant -f "$T/wrong.csv"
isnt "$code" 0 "a register with wrong rows"
is "$(json '[.error.items[].line] | join(" ")')" "3 50 60 70 80" "the wrong rows"
is "$(json '[.error.items[].field] | join(" ")')" \
	"holder holder holder valid_from number" "their fields"
is "$(json '.error.items[3].expected + " " + .error.items[4].expected')" \
	"when unique" "what was expected"
is "$(json '.error.not_members | join(", ")')" \
	"MOPS w Kielcach, Klub Sąsiada" "those who are no members"
at cal --lang pl add certificate.grant -f "$T/wrong.csv"
has "$err" "nic nie opublikowano: nie pasuje 5 wierszy" "the sum"
has "$err" "wiersz 70: pole jest błędne: Ważny od (valid_from)" "row and field"
has "$err" "    Klub Sąsiada" "a name to invite"
has "$err" "wici invite" "what to do"
is "$(certificates)" 0 "nothing of it was published"

# Not what it should be, and which program saved it so.
iconv -f UTF-8 -t UTF-16 "$table" >"$T/utf16.csv"
sed 's/MOPS w M.*wie/MOPS w M\xb3awie/' "$table" >"$T/cp1250.csv"
for file in utf16 cp1250; do
	at cal add certificate.grant -f "$T/$file.csv"
	expect 2 "a table in $file"
	has "$err" "CSV UTF-8" "how to save it"
done
at_with cal 'Posiadacz,Nr,Nazwa' add certificate.grant -f - --csv
expect 2 "a column that is no field"
has "$err" '"Nr"' "which column"
at_with cal 'holder,number
CAL,1,2' --json add certificate.grant -f - --csv
expect 2 "a row with too many cells"
is "$(json '.error.items[0].line')" 2 "which row"

at cal --lang pl -n add certificate.grant -f "$table"
expect 0 "tried out"
has "$out" "wiersz 101" "the last row"
has "$out" "GOPS Nowa Wieś" "the holder's name, as the network has it"
has "$out" 'model "OSL"; środowisko' "quotes and separators in a cell"
is "$(certificates)" 0 "nothing was published by trying"

at cal --json add certificate.grant -f "$table"
expect 0 "a hundred rows read in"
is "$(json '.items | length') $(json '.items[99].line')" "100 101" \
	"a hundred ids, each with its line"
is "$(certificates)" 100 "a hundred certificates"
at cal --json cert verify 7/2022
expect 0 "one of them is valid"
is "$(json '.certificate.holder.name')" "MOPS w Mławie" "its holder"

at cal --json add certificate.grant -f "$table"
expect 2 "read in again"
is "$(json '.error.items | length')" 100 "every row is refused"
is "$(json '.error.items[0].expected')" unused "for its number"

# The same as JSON Lines, without numbers: these are told apart by their words.
jq -nc '[range(100)][] | {holder: "MOPS w Mławie", name: "Certyfikat \(.)",
	valid_from: "2019", valid_until: "2023"}' >"$T/stare.jsonl"
sed -e '7s/2023/23/' -e '9s/MOPS w Mławie/MOPS/' "$T/stare.jsonl" >"$T/wrong.jsonl"
at cal --json add certificate.grant -f "$T/wrong.jsonl"
is "$(json '[.error.items[] | "\(.line) \(.field)"] | join(", ")')" \
	"7 valid_until, 9 holder" "wrong lines of JSON"
is "$(json '.error.not_members[0]')" MOPS "who is no member"
at cal --json add certificate.grant -f "$T/stare.jsonl"
expect 0 "a hundred lines read in"
at cal --json add certificate.grant -f "$T/stare.jsonl"
expect 2 "the lines again"
is "$(json '.error.items[99].expected')" new "they are there already"
is "$(certificates)" 200 "two hundred certificates"

# Who runs out of time?
at cal --json cert list --expiring 3
is "$(json '[.items[].number] | join(" ")') $(json .next)" \
	"1/2022 2/2022 3/2022 null" "in three days"
at cal --json cert list --expiring 0
is "$(json '.items | length')" 0 "today nobody"
at cal --json cert list --expiring 5 --limit 2
is "$(json '[.items[].number] | join(" ")')" "1/2022 2/2022" "the first page"
at cal --json cert list --expiring 5 --limit 2 --after "$(json .next)"
is "$(json '[.items[].number] | join(" ")')" "3/2022 4/2022" "the second"
at cal --json cert list --expiring 5 --limit 2 --after "$(json .next)"
is "$(json '[.items[].number] | join(" ")') $(json .next)" "5/2022 null" \
	"the last"
at cal --json cert list --expiring 5 --holder "GOPS Nowa Wieś"
is "$(json '[.items[].number] | join(" ")')" "3/2022" "of one holder"

# A typo, and its mending.
at cal -n cert correct 12/2022 --number 12/2023 --valid-until 2029
expect 0 "a correction tried out"
at cal --json cert correct 12/2022 --number 12/2023 --valid-until 2029
expect 0 "a correction"
at cal --json cert verify 12/2023
is "$(json '.verdict + " " + .certificate.valid_until')" "VALID 2029" \
	"the corrected certificate"
is "$(json '.certificate.name')" "Certyfikat Jakości CAL" "the rest of it"
is "$(certificates)" 200 "it is still one certificate"
at cal cert correct 99/1999 --number 1
expect 5 "a certificate that is not there"
at cal --json cert grant --holder "MOPS w Mławie" --number 13/2022
expect 0 "one more of the same number, on purpose"
isnt "$(json .same_number)" null "it is told"
done_with
