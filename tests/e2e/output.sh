#!/bin/sh
# tests/e2e/output.sh: what people read, in Polish and English, fits into 80
# columns, and the language is the one that was asked for.
. "$(dirname "$0")/../lib/wici.sh"

found cal "Stowarzyszenie Centrum Wspierania Aktywności Lokalnej CAL" \
	--issuer cal
join mlawa "Miejski Ośrodek Pomocy Społecznej w Mławie" cal
at cal --json cert grant --holder "Miejski Ośrodek Pomocy Społecznej w Mławie" \
	--scheme cal --name "Certyfikat Jakości Centrum Aktywności Lokalnej" \
	--number "CAL/1" --valid-from 2022 --valid-until 2026
expect 0 "a grant"
for data in 02-area.update 04-practice.publish 05-visit.report; do
	sed 's/w Stalowej Woli"/w Mławie"/g; s/"guest":"[^"]*"/"guest":"Stowarzyszenie Centrum Wspierania Aktywności Lokalnej CAL"/' \
		"$root/tests/data/stalowa-wola/$data.jsonl" >"$T/data"
	at mlawa --json add "${data#*-}" -f "$T/data"
	expect 0 "$data"
	id=$(json '.items[0].id // .id')
	echo "show $id" >>"$T/commands"
done
until_true 20 "in step" in_step cal mlawa
cat >>"$T/commands" <<E2
status
list
list practice
search lokalna
log
kinds
kinds practice.publish
kinds certificate.grant
cert list
cert show CAL/1
cert verify CAL/1 --on 2024-05-05
institution list
institution show cal
roster show
peer list
sync --wait
invite list
invite Kielce
help
help cert
help cert verify
help practice publish
help invite
version
show 00000000
cert verify nothing
frobnicate
practice publish
E2

wide() { # the widest line, in columns; whole ids cannot be broken
	cat "$out" "$err" | grep -vE "[0-9a-f]{64}" | wc -L
}

while read -r command; do
	for lang in pl en; do
		# shellcheck disable=SC2086
		at cal --lang $lang $command
		[ -s "$out" ] || [ -s "$err" ] || fail "$command says nothing"
		# One word that cannot be broken may stick out: a token.
		case $command in
		invite\ [A-Z]*) continue ;;
		esac
		[ "$(wide)" -le 80 ] ||
			fail "wici --lang $lang $command is $(wide) columns wide"
		held
		cat "$out" "$err" >>"$T/all.$lang"
		# Nobody reads escape sequences in a pipe.
		! grep -q "$(printf '\033')" "$out" "$err" ||
			fail "$command prints colours into a file"
	done
done <"$T/commands"
has "$T/all.pl" "Certyfikat" "Polish is Polish"
isnt "$(cmp -s "$T/all.pl" "$T/all.en"; echo $?)" 0 "the two differ"
# Words that only the other language has.
lacks "$T/all.pl" "Usage" "no English heading in Polish"
at cal --lang pl cert verify CAL/1 --on 2027-01-01
expect 6 "EXPIRED"
has "$out" "WYGASŁ" "the verdict in Polish"

# By the environment, where the locale is not generated.
LC_ALL=pl_PL.UTF-8 LANG=pl_PL.UTF-8 "$WICI_BIN/wici" --socket "$T/cal/sock" \
	cert verify CAL/1 --on 2024-05-05 >"$T/by-env" 2>/dev/null
at cal --lang pl cert verify CAL/1 --on 2024-05-05
is "$(cmp -s "$T/by-env" "$out"; echo $?)" 0 "Polish by the environment"
at cal --color always status
until_true 1 "colours when they are asked for" \
	grep -q "$(printf '\033')" "$out"
# Every result object has its version.
while read -r command; do
	case $command in
	help*) continue ;;
	esac
	# shellcheck disable=SC2086
	at cal --json $command
	is "$(json .v)" 1 "--json $command: one object, v 1"
	is "$(wc -l <"$out")" 1 "--json $command: one line"
done <"$T/commands"
done_with
