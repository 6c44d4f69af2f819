#!/bin/sh
# tests/e2e/print.sh: a certificate on paper. The page is printed as a browser
# does it, on one A4 sheet; the QR code on it is large enough and read back to
# the letter; a hostile name is only a name; what is not in force is not printed.
. "$(dirname "$0")/../lib/wici.sh"
for tool in chromium pdftoppm pdftocairo pdftotext pdfinfo zbarimg; do
	command -v "$tool" >/dev/null || skip "$tool is not there"
done

# paper NAME: NAME.html, printed to NAME.pdf and photographed to NAME.png
paper() {
	chromium --headless --no-sandbox --disable-gpu --disable-quic \
		--no-first-run --disable-background-networking \
		--disable-component-update --disable-sync \
		--user-data-dir="$T/browser-$1" --print-to-pdf="$T/$1.pdf" \
		"file://$T/$1.html" >"$T/browser.log" 2>&1 ||
		fail "chromium could not print $1: $(tail -n 3 "$T/browser.log")"
	is "$(pdfinfo "$T/$1.pdf" | sed -n 's/^Pages: *//p')" 1 "$1: one page"
	pdfinfo "$T/$1.pdf" >"$T/info"
	has "$T/info" "(A4)" "$1: A4"
	pdftoppm -r 200 -png -singlefile "$T/$1.pdf" "$T/$1"
	zbarimg -q --raw "$T/$1.png" >"$T/$1.read" 2>/dev/null
	pdftotext -layout "$T/$1.pdf" "$T/$1.txt"
}

# How wide the code is on paper in tenths of a millimetre, quiet zone included:
# the longest path of the page, in points, is the dark modules.
width() {
	modules=$(sed -n 's/.*viewBox="0 0 \([0-9]*\) .*/\1/p' "$T/$1.html")
	pdftocairo -svg "$T/$1.pdf" "$T/$1.svg"
	awk -v modules="$modules" '
	length > longest { longest = length; line = $0 }
	END {
		sub(/.* d="/, "", line)
		count = split(line, part, /[ "]+/)
		low = 9999; high = 0
		for (i = 1; i < count; i++)
			if (part[i] == "M" || part[i] == "L") {
				x = part[i + 1] + 0
				if (x < low) low = x
				if (x > high) high = x
			}
		printf "%d\n", (high - low) * modules / (modules - 8) * 254 / 72
	}' "$T/$1.svg"
}

found cal "Stowarzyszenie Centrum Wspierania Aktywności Lokalnej CAL" --issuer cal
join mops "Miejski Ośrodek Pomocy Społecznej w Mławie" cal

cd "$T" || exit 1
at cal --json cert grant --holder "Miejski Ośrodek Pomocy Społecznej w Mławie" \
	--name "Certyfikat Jakości Centrum Aktywności Lokalnej" \
	--number "12/2022" --granted-on 2022-03-29 --valid-from 2022 \
	--valid-until 2030 --valid-years-text "2022–2030" \
	--granted-for "wdrażanie modelu organizowania społeczności lokalnej"
expect 0 "a grant"
at cal --lang pl cert print 12/2022
expect 0 "printed"
has "$out" certyfikat-12-2022.html "where the page is"
at cal --lang pl cert print 12/2022
expect 2 "written over"
mv certyfikat-12-2022.html plain.html
has plain.html '<html lang="pl">' "the language"
at cal --json cert print 12/2022 -o json.html
expect 0 "printed for a program"
token=$(json .token)
is "$(json '.path + " " + .verdict')" "json.html VALID" "what it says"

paper plain
is "$(cat plain.read)" "$token" "the code, read back"
wide=$(width plain)
[ "$wide" -ge 400 ] && [ "$wide" -le 600 ] ||
	fail "the code is $wide tenths of a millimetre wide"
for words in "Certyfikat Jakości" "Ośrodek Pomocy Społecznej w Mławie" \
	"12/2022" "29 marca 2022" "na lata 2022–2030" "$(json .kid)" \
	"$network" "nie pokaże" "kwalifikowaną" "wici verify" WAŻNY; do
	has plain.txt "$words" "on paper"
done
at mops --json cert verify "$(cat plain.read)"
expect 0 "what the code says, asked of another member"
is "$(json '.certificate.number + " " + .verdict')" "12/2022 VALID" "the answer"

at cal --lang en cert print 12/2022 --url https://certyfikaty.example.org/c \
	-o url.html
expect 0 "printed with an address"
has url.html '<html lang="en">' "the language"
paper url
is "$(sed 's/#.*//' url.read)" "https://certyfikaty.example.org/c" "the address"
at mops --json cert verify "$(sed 's/.*#//' url.read)"
expect 0 "what is behind it"
[ "$(width url)" -ge 400 ] || fail "the code with an address is too small"
at cal --lang pl cert print 12/2022 -o -
expect 0 "to the standard output"
has "$out" "</html>" "the page"

# Names as nobody should have them, as long as they may be; all else, too.
evil='<script>alert("x")</script><img src=x onerror='\''alert(1)'\''> & </p>'
evil="$evil$(printf 'W%.0s' $(seq $((200 - ${#evil}))))"
join evil "$evil" cal
stop evil
long=$(printf '<b>"Ważne" & długie</b> %.0s' $(seq 19))
at cal --json cert grant --holder "$evil" --number '../../<x>/1' \
	--name "$long" --granted-for "$long" --valid-years-text "$long" \
	--valid-from 2022 --valid-until 2030
expect 0 "a grant to a hostile name"
evil_id=$(json .id)
at cal --lang pl cert print '../../<x>/1'
expect 0 "printed"
[ -f certyfikat-x-1.html ] || fail "no certyfikat-x-1.html"
mv certyfikat-x-1.html evil.html
lacks evil.html '<script' "no script"
lacks evil.html '<img' "no image"
lacks evil.html '<b>' "no markup"
paper evil
tr -d '\n ' <evil.txt >evil.flat
has evil.flat '<script>alert("x")</script><imgsrc=x' "the name, as text"
has evil.flat 'kwalifikowaną' "the foot of the page"
at cal --json cert verify "$(cat evil.read)"
is "$(json .certificate.id)" "$evil_id" "the code on a full page"

# What is not in force is nothing to hand over.
at cal --json cert grant --holder "$evil" --number alt/1 --valid-from 2015 \
	--valid-until 2019
expect 0 "an old grant"
at cal --json cert print alt/1 -o no.html
expect 6 "an expired certificate"
is "$(json '"\(.verdict) \(.printed)"')" "EXPIRED false" "why"
at cal --lang pl cert print alt/1 -o no.html
has "$err" "nie drukuje" "why, for people"
at cal --json cert revoke "$evil_id" --reason "Powód"
at cal --json cert print "$evil_id" -o no.html
expect 6 "a revoked certificate"
at cal --json cert print 99/2022 -o no.html
expect 5 "a certificate that is not there"
at mops --json cert print 12/2022 -o no.html
expect 4 "somebody who is not the issuer"
[ ! -e no.html ] || fail "something was written"
cd /
done_with
