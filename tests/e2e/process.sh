#!/bin/sh
# tests/e2e/process.sh: what institutions do with each other, from the command
# line of both sides: a visit from its proposal to the adoption at home, an
# application to its certificate, charges to their end; what waits for whom.
. "$(dirname "$0")/../lib/wici.sh"

found cal "Stowarzyszenie CAL" --issuer cal
join mlawa "MOPS Mława" cal
join kielce "MOPR Kielce" cal
until_true 20 "in step" in_step cal mlawa kielce

# No line for people above 80 columns, but for whole ids.
narrow() {
	grep -v '[0-9a-f]\{64\}' "$out" >"$T/narrow"
	is "$(($(wc -L <"$T/narrow") <= 80))" 1 "80 columns"
}

spread() {
	until_true 20 "all have it" in_step cal mlawa kielce
}

# id WHO WORD…: publishes, and waits until all have it.
id() {
	at "$@"
	expect 0 "$*"
	id=$(json .id)
	spread
}

# stands WHO ID STATE
stands() {
	at "$1" --json show "$2"
	is "$(json .process.state)" "$3" "$1 sees $3"
}

# --- a visit -----------------------------------------------------------------

id mlawa --json practice publish --title "Klub Sąsiada" \
	--problem "Seniorzy są sami" --osl-tool "grupy"
practice=$id
id kielce --json visit propose --host "MOPS Mława" --purpose "Klub Sąsiada" \
	--date 2027-03-01 --guest-count 6
visit=$id
stands mlawa "$visit" proposed

# What waits for whom, for both.
at mlawa --json visit list --waiting
is "$(json '.items[0].process.waits[0].kind')" visit.answer "an answer is owed"
is "$(json '.items[0].ours')" true "by the host"
at kielce --json visit list --waiting
is "$(json '.items[0].ours')" false "not by the guest"
at cal --json visit list --waiting
is "$(json '.items | length')" 0 "nothing waits for others"
at mlawa --json visit list --waiting --from "MOPR Kielce"
expect 0 "what waits of those that one institution has begun"
is "$(json '.items | length')" 1 "the guest's proposal"
at mlawa --json visit list --waiting --from "Stowarzyszenie CAL"
is "$(json '.items | length')" 0 "somebody else has begun none"
at mlawa practice list --waiting --from "Nikt taki"
expect 5 "of nobody"
at mlawa visit list --waiting --after x
expect 2 "what waits has no pages"
has "$err" "does not go together with --after" "and it is said"
at mlawa status
expect 0 status
has "$out" "Waits for you" "status says so"
at mlawa --lang pl status
has "$out" "Czeka na Ciebie" "in Polish"
has "$out" "Klub Sąsiada" "and for what"
narrow

# What cannot be done is refused, and nothing is published.
at kielce visit answer "$visit" --accept
expect 4 "the guest cannot accept its own proposal"
has "$err" "proposed" "and it says how it stands"
at kielce --lang pl visit answer "$visit" --accept
has "$err" "zaproponowana" "in Polish"
at cal visit cancel "$visit"
expect 4 "nor can a third party cancel it"
at mlawa visit answer "$visit" --date wtorek
expect 2 "a date is a date"
at mlawa visit answer "$practice" --accept
expect 4 "a practice is no visit"
at mlawa visit answer 0123456789abcdef --accept
expect 5 "nor is nothing"
at mlawa --lang pl visit answer "$visit"
expect 2 "an answer says something"
has "$err" "accept (zgoda)" "and it is told what it may be"
at mlawa visit answer "$visit" --accept --date 2027-03-08
expect 2 "who accepts names no other date"
lacks "$err" "beginning" "which has no beginning to come after"
at mlawa -n visit answer "$visit" --accept
expect 0 "tried out"
stands mlawa "$visit" proposed
at kielce --lang pl visit propose --host "MOPR Kielce" --purpose x --date 2027
expect 2 "nobody visits himself"
has "$err" "inna instytucja" "and is told so"
at kielce visit propose --host "MOPS Radom" --purpose x --date 2027
expect 5 "nor who is no member"
at kielce visit propose --host "MOPS Mława" --date 2027 --purpose the club
expect 5 "a value of two words without quotes"
has "$err" "quotes" "is told to be put into them"
at cal --lang pl help visit
has "$out" "visit list" "help names what every noun has"
has "$out" "visit show ID" "both of it"
narrow
at cal --lang pl help visit answer
has "$out" "visit answer VISIT" "and what an act is about"
has "$out" "--accept" "and the short form of a word"
narrow
at cal help practice adopt
has "$out" "in-place" "all words of a state"
narrow

# Another date; accepted; both moved at once.
id mlawa --json visit answer "$visit" --date 2027-03-08
stands kielce "$visit" countered
id kielce --json visit answer "$visit" --accept
stands mlawa "$visit" accepted
at kielce visit answer "$visit" --decline
expect 4 "nobody answers twice"
at kielce edit "$id" --answer decline
expect 4 "nor is an answer edited"
at kielce edit "$visit" --host "Stowarzyszenie CAL"
expect 2 "nor does a visit get another host"
cat >"$T/agenda.json" <<J
{"agenda":[{"time":"10:00","text":"Struktura i regulaminy"},
{"time":"12:00","text":"Klub, prowadzony przez wolontariuszy","place":"Klub"}]}
J
id mlawa --json visit agenda "$visit" -f "$T/agenda.json"
stands kielce "$visit" agreed
at kielce --json show "$visit"
is "$(json .process.day)" 2027-03-08 "on the day that was agreed"

# In a calendar.
at kielce visit export "$visit" -o "$T/visit.ics"
expect 0 "an .ics file"
has "$T/visit.ics" "BEGIN:VEVENT" "an event"
has "$T/visit.ics" "DTSTART;VALUE=DATE:20270308" "on its day"
has "$T/visit.ics" "STATUS:CONFIRMED" "confirmed"
has "$T/visit.ics" "10:00 Struktura i regulaminy" "with its agenda"
is "$(awk '{sub(/\r$/, "")} length($0) > 75' "$T/visit.ics" | wc -l)" 0 \
	"no line above 75 bytes"
is "$(grep -c "$(printf '\r')$" "$T/visit.ics")" "$(wc -l <"$T/visit.ics")" \
	"every line ends with CR LF"
at kielce visit export "$practice"
expect 5 "a practice is no visit"

# Held, as both say; then told of.
id kielce --json visit hold "$visit" --guest-count 5
stands cal "$visit" held_guest
id mlawa --json visit hold "$visit"
stands cal "$visit" held
at mlawa visit cancel "$visit"
expect 4 "what was held cannot be cancelled"
id kielce --json visit feedback "$visit" --text "Warto było."
id mlawa --json visit report --visit "$visit" --guest "MOPR Kielce" \
	--host "MOPS Mława" --date 2027-03-08 --text "Gościliśmy pięć osób."
at mlawa --json visit list --waiting
is "$(json '.items | length')" 0 "nobody owes anything more"

# Adopted at home, from that visit; who adopted what.
at kielce practice adopt "$visit"
expect 2 "a visit is no practice"
has "$err" "of the sort" "and it is told why"
at kielce practice adopt 0123456789abcdef
expect 5 "nor is nothing"
at kielce --lang pl practice adopt "$practice" --state zaniechana
expect 4 "nothing is given up that has not begun"
has "$err" "w obecnym stanie" "in Polish"
id kielce --json practice adopt "$practice" --visit "$visit"
id kielce --json practice adopt "$practice" --visit "$visit" --in-place \
	--effects "Klub działa w dwóch osiedlach."
at mlawa --json practice show "$practice"
is "$(json '.taken_up | length')" 1 "one adoption"
is "$(json '.taken_up[0].author.name')" "MOPR Kielce" "by whom"
is "$(json '.taken_up[0].process.state')" in-place "how far"
at mlawa --json practice list --from "MOPR Kielce"
is "$(json '.items[0].subject | [.id, .title] | join(" ")')" \
	"$practice Klub Sąsiada" "what was adopted, and its title"
at mlawa practice list --from "MOPR Kielce"
has "$out" "Klub Sąsiada (" "for people, too"
id kielce --json visit evaluate "$visit" --text "Przyjęło się."
at mlawa --lang pl visit show "$visit"
expect 0 "the visit, whole"
has "$out" "odbyta" "its state"
has "$out" "Ewaluacja po wizycie" "and its acts"
narrow
at cal --lang pl visit list
expect 0 "the list of visits"
has "$out" "MOPR Kielce" "the guest"
narrow
at cal --json visit list
is "$(json '.items | length')" 1 "one visit, not each of its acts"

# --- from application to certificate ---------------------------------------------

at kielce --lang pl application submit --scheme cal --to "MOPS Mława" --title x
expect 2 "an application goes to who issues"
has "$err" "wici roster show" "and it is told where they stand"
at kielce application submit --scheme osl --to "Stowarzyszenie CAL" --title x
expect 2 "for its scheme"
id kielce --json application submit --scheme cal --to "Stowarzyszenie CAL" \
	--title "Certyfikat OSL" --unit "Dział Pomocy Środowiskowej"
application=$id
at cal cert list --waiting
expect 0 "what waits, for people"
at cal --json cert list --waiting
is "$(json '.items[0].process.waits[0].kind')" application.appoint \
	"a commission is awaited"
id cal --json application appoint "$application" --commission "trzy osoby"
id cal --json application assess "$application" --recommendation refuse
id cal --json application refuse "$application" --reasons "Brak raportu."
stands kielce "$application" refused
at mlawa application appeal "$application" --text "Nie nasze"
expect 4 "only the applicant appeals"
has "$err" "whose step this is" "and it is told why"
id kielce --json application appeal "$application" --text "Raport był."
stands cal "$application" appealed
at cal cert grant --application "$application" --holder "MOPS Mława" --number 7
expect 2 "the certificate is not another's who did not apply"
id cal --json cert grant --application "$application" --holder "MOPR Kielce" \
	--number 7/2027 --valid-from 2027 --valid-until 2031 \
	--unit "Dział Pomocy Środowiskowej"
grant=$id
stands kielce "$application" granted
is "$(json '[.acts[].why | values] | length')" 0 "every step had its effect"
at kielce --json cert verify 7/2027
is "$(json .certificate.number)" 7/2027 "the certificate is there"

# Charges, answered and upheld; the certificate is taken away by its own act.
at cal charge file "$grant" --holder "MOPS Mława" --text "Brak zespołu."
expect 2 "charges are against the holder"
id cal --json charge file "$grant" --holder "MOPR Kielce" --text "Brak zespołu."
charge=$id
at kielce --json cert list --waiting
is "$(json '.items[0].process.waits[0].kind')" charge.answer "an answer is owed"
id kielce --json charge answer "$charge" --text "Zespół jest."
at cal cert revoke 7/2027 --charge "$grant"
expect 4 "a certificate is no charge"
at cal cert revoke 7/2027 --charge "$charge" --reason "Zespołu nie ma."
expect 0 "the certificate is revoked"
spread
stands kielce "$charge" taken
at kielce cert verify 7/2027 --on 2028-01-01
expect 6 "revoked"
id kielce --json charge appeal "$charge" --text "Odwołujemy się."
at cal cert reinstate 7/2027 --charge "$charge"
expect 0 "and reinstated"
spread
stands kielce "$charge" restored
is "$(json '[.acts[].why | values] | length')" 0 "the appeal, too"

# Renewed: a new one, that names the old.
at cal cert renew 7/2027
expect 2 "a renewal without a date"
has "$err" "--valid-from" "is told what it lacks"
id cal --json cert renew 7/2027 --number 8/2032 --valid-from 2032 \
	--valid-until 2036
at cal --json show "$id"
is "$(json .body.previous)" "$grant" "the renewal names the old one"
is "$(json .body.unit)" "Dział Pomocy Środowiskowej" "and keeps its unit"

done_with
