# tests/lib/work.sh: the part of tests/demo about the work: from an application
# to its certificate, a visit, practices, charges, a name that had to go. None of
# it happened: it says "przykład" in its own words, and the visit is next year.

spring=$(($(date +%Y) + 1))-03

# put NODE WORD…: publishes; twelve digits of the id are enough, in $id.
put() {
	show_command "$@"
	node=$1
	shift
	ask "$node" --json "$@"
	[ "$code" -eq 0 ] || lost "kod wyjścia $code zamiast 0"
	id=$(json '.id[:12]')
}

# stands NODE ID STATE 'WHAT': there, as soon as it has got there.
stands() {
	tries=0
	until ask "$1" --json show "$2" && [ "$(json .process.state)" = "$3" ]; do
		tries=$((tries + 1))
		[ "$tries" -lt 100 ] || lost "$4: $(json .process.state)"
		sleep 0.1
	done
	good "$4"
}

# owed NODE KIND 'WHAT': the first thing that this institution owes.
owed() {
	ask "$1" --json status
	same "$(json '[.waiting.items[]? | select(.ours)][0].process.waits[0].kind')" \
		"$2" "$3"
}

# --- from an application to its certificate ---------------------------------------

write_application() {
	cat >"$dir/wzorzec.json" <<-J
		{"scheme": "cal", "version": "przykład",
		 "name": "Certyfikat Jakości CAL (przykład)",
		 "regulation_ref": "Regulamin certyfikatu (przykład)",
		 "validity_rule": "Pięć lat, potem nowe zgłoszenie.",
		 "standards": [
		  {"code": "S1", "name": "OSL w dokumentach instytucji"},
		  {"code": "S2", "name": "Działania oparte na partnerstwie"},
		  {"code": "S3", "name": "Odpowiedź na faktyczne potrzeby"}]}
	J
	cat >"$dir/zgloszenie.json" <<-J
		{"scheme": "cal", "to": "$(institution cal)",
		 "title": "Certyfikat pokazowy (przykład)",
		 "standard_evidence": [
		  {"standard": "S1", "text": "Statut (przykład)."},
		  {"standard": "S2", "text": "Trzy partnerstwa (przykład)."},
		  {"standard": "S3", "text": "Diagnoza osiedla (przykład)."}]}
	J
	cat >"$dir/ocena.json" <<-J
		{"recommendation": "grant", "text": "Spełnia (przykład).",
		 "results": [{"standard": "S1", "met": true},
		  {"standard": "S2", "met": true}, {"standard": "S3", "met": true}]}
	J
}

certify() {
	chapter "9. Od zgłoszenia do certyfikatu"
	tell "Odtąd wszystko jest przykładem: tego nikt nie zrobił ani nie napisał." \
		"Stowarzyszenie ogłasza wzorzec: regulamin, okres i standardy. Kielce" \
		"zgłaszają się z dowodem do każdego standardu."
	echo
	write_application
	put cal scheme publish -f "$dir/wzorzec.json"
	good "wzorzec jest ogłoszony"
	put kielce application submit -f "$dir/zgloszenie.json"
	application=$id
	stands cal "$application" submitted "zgłoszenie dotarło do stowarzyszenia"
	echo
	tell "Co na kogo czeka, mówi samo wici; nikt nie musi tego pilnować."
	echo
	run 0 cal cert list --waiting
	show_output
	owed cal application.appoint "stowarzyszenie ma powołać komisję"
	echo
	put cal application appoint "$application" \
		--commission "trzy osoby (przykład)" --lead-role "członek zarządu"
	put cal application inspect "$application" --date "$(date +%Y-%m-%d)" \
		--expert-role ekspert --finding "Klub działa (przykład)."
	put cal application assess "$application" -f "$dir/ocena.json"
	stands kielce "$application" assessed "Kielce widzą ocenę komisji"
	year=$(date +%Y)
	put cal cert grant --application "$application" \
		--holder "$(institution kielce)" --scheme cal \
		--name "Certyfikat pokazowy (przykład)" --number POKAZ/1 \
		--granted-for "pokaz wici" \
		--valid-from "$year" --valid-until $((year + 4))
	certificate=$id
	stands kielce "$application" granted "zgłoszenie skończyło się certyfikatem"
	run 0 kielce application show "$application"
	show_output
}

# --- a visit ----------------------------------------------------------------------

write_agenda() {
	cat >"$dir/program.json" <<-J
		{"agenda": [
		 {"time": "10:00", "text": "Jak zaczynał zespół (przykład)"},
		 {"time": "12:00", "text": "Rozmowa z mieszkańcami (przykład)",
		  "place": "klub"}]}
	J
}

arrange_visit() {
	chapter "10. Wizyta studyjna"
	tell "Mława (na niby) chce zobaczyć klub w Stalowej Woli i proponuje dzień." \
		"Stalowa Wola woli tydzień później."
	echo
	put mlawa visit propose --host "$(institution stalowa-wola)" \
		--purpose "Klub, który prowadzą mieszkańcy (przykład)" \
		--date "$spring-08" --guest-count 6
	visit=$id
	stands stalowa-wola "$visit" proposed "propozycja jest u gospodarza"
	run 4 mlawa visit answer "$visit" --accept
	good "za gospodarza nikt się nie zgodzi: wici odmawia (kod wyjścia 4)"
	put stalowa-wola visit answer "$visit" --date "$spring-15"
	stands mlawa "$visit" countered "inny termin jest u gości"
	run 0 mlawa
	sed -n '/Czeka na Ciebie/,$p' "$out" | sed 's/^/    /'
	owed mlawa visit.answer "teraz odpowiedź należy do Mławy"
	put mlawa visit answer "$visit" --accept
	stands stalowa-wola "$visit" accepted "termin jest wspólny"
	write_agenda
	put stalowa-wola visit agenda "$visit" -f "$dir/program.json"
	stands mlawa "$visit" agreed "program jest u gości"
	run 0 mlawa visit export "$visit" -o "$dir/wizyta.ics"
	same "$(grep -c "$(printf '^DTSTART;VALUE=DATE:%s' \
		"$(echo "$spring-15" | tr -d -)")" "$dir/wizyta.ics")" 1 \
		"plik do kalendarza: $dir/wizyta.ics"
}

look_back() {
	echo
	tell "Mija zima. Obie strony potwierdzają, że wizyta się odbyła: dopiero wtedy" \
		"jest odbyta. Goście wpisują się do kroniki i oceniają wizytę, gospodarz" \
		"ją opowiada."
	echo
	put mlawa visit hold "$visit" --guest-count 5
	stands stalowa-wola "$visit" held_guest "odbyta, mówią goście"
	put stalowa-wola visit hold "$visit"
	stands mlawa "$visit" held "odbyta, mówią obie strony"
	run 4 stalowa-wola visit cancel "$visit"
	good "a co się odbyło, tego już nikt nie odwoła"
	put mlawa chronicle write --visit "$visit" \
		--author "$(institution mlawa)" --text "Dziękujemy (przykład)."
	put mlawa visit feedback "$visit" --text "Warto było (przykład)."
	put stalowa-wola visit report --visit "$visit" \
		--guest "$(institution mlawa)" \
		--host "$(institution stalowa-wola)" --date "$spring-15" \
		--text "Gościliśmy pięć osób (przykład)."
	report=$id
}

take_home() {
	echo
	tell "Po wizycie Mława bierze do siebie praktykę Stalowej Woli, tę z rozdziału" \
		"4. Jak daleko zaszła, wie odtąd także autor."
	echo
	run 0 mlawa search 'klub oddolna inicjatywa' --kind practice.publish
	show_output
	ask mlawa --json search 'klub oddolna inicjatywa' --kind practice.publish
	practice=$(json '.items[0].id[:12]')
	same "$(json .items[0].author.name)" "$(institution stalowa-wola)" \
		"słowa w każdej formie: „oddolnych inicjatyw” też się znajdzie"
	put mlawa practice adopt "$practice" --visit "$visit" --state planowana \
		--adaptations "Dwa osiedla zamiast jednego (przykład)."
	put mlawa practice adopt "$practice" --visit "$visit" --state wdrożona \
		--effects "Klub działa (przykład)."
	adoption=$id
	stands stalowa-wola "$adoption" in-place "Stalowa Wola wie, że wdrożono"
	ask stalowa-wola --json practice show "$practice"
	same "$(json '[.taken_up[].author.name] | join(", ")')" \
		"$(institution mlawa)" "praktykę ma teraz u siebie Mława"
	stands cal "$report" held "opowieść o wizycie jest wszędzie"
	run 0 cal visit show "$visit"
	show_output
}

# --- a practice that grows ----------------------------------------------------------

write_practice() {
	cat >"$dir/kawa.md" <<-M
		---
		Tytuł: Sąsiedzka kawa (przykład)
		Narzędzie OSL: grupy
		---

		## Problem i diagnoza

		Sąsiedzi mijają się na schodach.

		## Działania

		Kawa na podwórku, w każdą sobotę.
	M
}

tell_practice() {
	chapter "11. Dobra praktyka, pisana jak list"
	tell "Mława pisze ją w zwykłym pliku. Po roku dopisuje efekty: nowy zapis" \
		"zastępuje stary, a kto szuka, ten znajduje nowy."
	echo
	write_practice
	sed 's/^/    │ /; s/ *$//' "$dir/kawa.md"
	echo
	put mlawa practice publish "$dir/kawa.md"
	first=$id
	printf '\n## Efekty\n\n- wspólna ławka\n' >>"$dir/kawa.md"
	put mlawa edit "$first" -f "$dir/kawa.md"
	second=$id
	stands kielce "$second" published "druga wersja jest w Kielcach"
	ask kielce --json search 'wspólne ławki'
	same "$(json '[.items[].id[:12]] | join(" ")')" "$second" \
		"„wspólne ławki”? są, choć napisano „wspólna ławka”"
	ask kielce --json search 'kawa sobota'
	same "$(json '[.items[].id[:12]] | join(" ")')" "$second" \
		"i tylko nowa wersja"
}

# --- charges, answered; the certificate is kept ----------------------------------------

charge() {
	put cal charge file "$certificate" --holder "$(institution kielce)" \
		--text "Nie widać planu na ten rok (przykład)."
	accusation=$id
	stands kielce "$accusation" charged "zarzuty są w Kielcach"
	owed kielce charge.answer "i czekają na odpowiedź"
	put kielce charge answer "$accusation" --text "Plan jest (przykład)."
	stands cal "$accusation" answered "stowarzyszenie ma odpowiedź"
	put cal charge dismiss "$accusation" --text "Plan jest (przykład)."
	stands kielce "$accusation" kept "certyfikat utrzymany"
}

renew() {
	put cal cert renew POKAZ/1 --number POKAZ/2 \
		--valid-from $((year + 5)) --valid-until $((year + 9))
	renewal=$id
	level
	run 6 kielce cert verify POKAZ/2
	ask kielce --json cert verify POKAZ/2
	same "$(json .verdict)" NOT_YET_VALID \
		"odnowiony na następne pięć lat: jeszcze nie obowiązuje"
	ask kielce --json cert verify POKAZ/2 --on $((year + 6))-05-05
	same "$(json .verdict)" VALID "a w roku $((year + 6)) będzie ważny"
	ask kielce --json show "$renewal"
	same "$(json '.body.previous[:12]')" "$certificate" \
		"i wskazuje poprzedni"
}

# --- a name that had to go --------------------------------------------------------------

erased_at() {
	tries=0
	until ask "$1" --json show "$2" && [ "$(json .state)" = erased ]; do
		tries=$((tries + 1))
		[ "$tries" -lt 100 ] || lost "$1: wpis $(json .state)"
		sleep 0.1
	done
}

forget() {
	chapter "13. Nazwisko, którego miało nie być"
	tell "W Mławie ktoś wpisał do kroniki gościa z nazwiskiem (zmyślonym). Numer" \
		"PESEL czy telefon wici zauważy, nazwiska nie zgadnie. Zapis trzeba" \
		"wymazać u wszystkich, także tam, gdzie już dotarł."
	echo
	put mlawa chronicle write --author "$(institution mlawa)" \
		--text "Dziękujemy Janinie Przykładowej z ul. Zmyślonej."
	slip=$id
	level
	ask stalowa-wola --json search Przykładowa
	same "$(json '.items | length')" 1 "Stalowa Wola już to ma i znajduje"
	run 0 mlawa erase "$slip" --reason "Prosiła o to." --yes
	show_output
	for node in $nodes; do
		erased_at "$node" "$slip"
	done
	good "treść zniknęła u wszystkich czterech"
	for node in $nodes; do
		ask "$node" --json search Przykładowa
		[ "$(json '.items | length')" = 0 ] || lost "$node jeszcze znajduje"
		! grep -aqs 'Janinie Przyk' "$dir/$node"/* ||
			lost "$node: nazwisko jest jeszcze w pliku"
	done
	good "nie ma jej w żadnym pliku i w żadnym wyszukiwaniu"
}
