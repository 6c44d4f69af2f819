#!/bin/sh
# tests/e2e/proof.sh: proof files. Made by a member that is not the issuer, and
# verified by a stranger: no daemon, no network, no environment, an empty folder,
# nothing known but the network's id.
. "$(dirname "$0")/../lib/wici.sh"

# Without sanitizers, which bear no faketime.
plain=${WICI_PLAIN_BIN:-$root/build/bin}/wici
cal="Stowarzyszenie Centrum Wspierania Aktywności Lokalnej CAL"
mops="Miejski Ośrodek Pomocy Społecznej w Stalowej Woli"
mkdir "$T/empty"
netless=
unshare -rn true 2>/dev/null && netless="$(command -v unshare) -rn"

# alone WORD…: wici, as a stranger has it.
alone() {
	# shellcheck disable=SC2086
	(cd "$T/empty" && env -i $netless "${wici:-$WICI_BIN/wici}" "$@") \
		>"$out" 2>"$err" </dev/null
	code=$?
	[ -z "$(ls -A "$T/empty")" ] || fail "wici left something behind"
}

# verdict FILE CODE VERDICT [WORD…]
verdict() {
	file=$1
	wanted=$2
	status=$3
	shift 3
	alone --json --lang en verify "$file" --network "$network" "$@"
	expect "$wanted" "$(basename "$file") $*"
	is "$(json .verdict)" "$status" "$(basename "$file") $*: the verdict"
}

detail() {
	json ".checks[] | select(.name == \"$1\") | .detail"
}

export_to() { # export_to FILE MEMBER REF
	at "$2" --json cert export "$3" --format proof -o "$T/$1"
	expect 0 "the proof file $1"
	is "$(json .bytes)" "$(wc -c <"$T/$1")" "the length of $1"
}

says() { # says MEMBER REF VERDICT
	"$WICI_BIN/wici" --socket "$T/$1/sock" --json cert verify "$2" |
		jq -e ".verdict == \"$3\""
}

# --- a network of three root keys, and a certificate with much to say
daemon cal
at cal init --name "$cal" --no-passphrase
at cal --json network create "Sieć organizatorów społeczności lokalnej" \
	--issuer osl --recovery "$T/cards"
expect 0 "a network with cards"
network=$(json .network)
echo "$network" >"$T/network"
join mops "$mops" cal
join kielce "Miejski Ośrodek Pomocy Rodzinie w Kielcach" cal
join mlawa "Miejski Ośrodek Pomocy Społecznej w Mławie" cal
grant() { # grant NUMBER
	at cal --json cert grant --holder "$mops" --scheme osl --number "$1" \
		--name "Certyfikat jakości organizowania społeczności lokalnej" \
		--granted-for "rozwijanie organizowania społeczności lokalnej" \
		--decision "Uchwała nr 7/2022 Zarządu Stowarzyszenia CAL" \
		--granted-on 2022-03-14 --valid-from 2022 --valid-until 2098
	expect 0 "grant $1"
	id=$(json .id)
}
grant OSL/2022/2
second=$id
grant OSL/2022/3
third=$id
grant OSL/2022/1
until_true 20 "in step" in_step cal mops kielce mlawa
until_true 10 "valid in Kielce" says kielce OSL/2022/1 VALID
export_to unwitnessed kielce OSL/2022/1
verdict "$T/unwitnessed" 0 VALID
is "$(json '.not_checked | join(" ")')" "witness chain" "what is not checked"
is "$(json .certificate.holder.name)" "$mops" "the holder"
is "$(json .certificate.issuer.name)" "$cal" "the issuer"
is "$(json .certificate.number)" OSL/2022/1 "the number"

# --- three witnesses, of whom two are needed, and go into the file
at cal --json roster witness "Miejski Ośrodek Pomocy Rodzinie w Kielcach" \
	"Miejski Ośrodek Pomocy Społecznej w Mławie" "$mops" --needed 2 \
	-o "$T/change"
expect 8 "witnesses need another key"
at cal --yes roster approve "$T/change" --key "$T/cards/recovery-1.txt"
expect 0 "approved by a card"
until_true 20 "witnessed" says mops OSL/2022/1 VALID
export_to proof mops OSL/2022/1
verdict "$T/proof" 0 VALID
is "$(json '.not_checked | join(" ")')" chain "witnesses are checked"
is "$(detail witness | cut -c 1-4)" "2/2 " "both of them"
verdict "$T/unwitnessed" 0 VALID # For its week.

# Three certificates: a byte of the bitmap, which the limit leaves out.
size=$(wc -c <"$T/proof")
echo "proof file: $(wc -c <"$T/unwitnessed") bytes, with witnesses $size"
[ "$size" -le 4097 ] || fail "a proof file of $size bytes"

for lang in pl en; do
	alone --lang $lang verify "$T/proof" --network "$network"
	expect 0 "verified in $lang"
	# The id is 64 digits long, and in one piece to be copied.
	[ "$(grep -v "$id" "$out" | wc -L)" -le 80 ] ||
		fail "wider than 80 columns in $lang"
	has "$out" "OSL/2022/1" "the number in $lang"
	has "$out" "Stalowej Woli" "the holder in $lang"
done
alone --lang pl verify "$T/proof" --network "$network"
has "$out" "WAŻNY" "in Polish"
has "$out" "Nie sprawdzono" "what is not checked, in Polish"
"$WICI_BIN/wici" --json verify - --network "$network" <"$T/proof" >"$out"
is "$(json .verdict)" VALID "from the standard input"

# --- other days
verdict "$T/proof" 6 NOT_YET_VALID --on 2021-12-31
verdict "$T/proof" 0 VALID --on 2022-01-01
verdict "$T/proof" 6 EXPIRED --on 2099-01-01
later() { # later WHEN WORD…: with another clock
	when=$1
	shift
	wici=$T/then
	printf '#!/bin/sh\nexec %s -f "%s" "%s" "$@"\n' \
		"$(command -v faketime)" "$when" "$plain" >"$wici"
	chmod +x "$wici"
	verdict "$@"
	wici=
}
if command -v faketime >/dev/null && [ -x "$plain" ]; then
	later +6d "$T/proof" 0 VALID
	later +8d "$T/proof" 7 STALE
	is "$(detail beacon | cut -d ' ' -f 1)" old "an old beacon"
	is "$(detail witness)" "0/2 old" "old witnesses"
	later +8d "$T/proof" 0 VALID --max-age 9
	later +2d "$T/proof" 7 STALE --max-age 1
	later "@2098-12-31 12:00:00" "$T/proof" 7 STALE
	later "@2099-01-02 12:00:00" "$T/proof" 6 EXPIRED
	later "@2022-06-01 12:00:00" "$T/proof" 7 STALE
	is "$(detail beacon | cut -d ' ' -f 1)" ahead "of a time to come"
	later "@2021-06-01 12:00:00" "$T/proof" 6 NOT_YET_VALID
else
	echo "without faketime or build/bin/wici: other times were not tried"
fi

# --- what is no proof of it
other=$(echo "$network" | tr 0-9a-f 1-9a-f0)
alone --json verify "$T/proof" --network "$other"
expect 7 "another network"
is "$(json .verdict)" UNKNOWN_ISSUER "another network: the verdict"
alone --json verify "$T/proof"
expect 2 "no network"
alone --json verify "$T/proof" --network "${network%?}"
expect 2 "a network's id cut short"

# --- records taken apart, and sealed anew: the hash keeps off accidents alone
bytes_of() { # bytes_of FILE FROM LEN
	tail -c "+$(($2 + 1))" "$1" | head -c "$3"
}
seal() { # seal FILE: with the record that ends it
	{
		printf '\000\000\000\000\040'
		b2sum -l 256 "$1" | cut -d ' ' -f 1 | xxd -r -p
	} >"$T/end"
	cat "$T/end" >>"$1"
}
# "type from length" of each record but the last, its head included.
od -An -v -tu1 -w1 "$T/proof" | awk '
NR <= 48 { next }
left > 0 { left--; next }
{ head[n++] = $1 + 0 }
n == 5 {
	left = ((head[1] * 256 + head[2]) * 256 + head[3]) * 256 + head[4]
	if (head[0])
		print head[0], NR - 5, left + 5
	n = 0
}' >"$T/records"
[ "$(wc -l <"$T/records")" -ge 10 ] || fail "records: $(cat "$T/records")"
bare=$((size - 37))
head -c "$bare" "$T/proof" >"$T/again"
seal "$T/again"
cmp -s "$T/proof" "$T/again" || fail "sealed in another way"
while read -r type from len; do
	head -c "$from" "$T/proof" >"$T/without"
	bytes_of "$T/proof" $((from + len)) $((bare - from - len)) >>"$T/without"
	seal "$T/without"
	alone --json verify "$T/without" --network "$network"
	# A name the less where an admission is missing; else no such thing.
	case $(json '.verdict + "/" + (.certificate.holder.name // "") +
		"/" + (.certificate.issuer.name // "")') in
	"VALID//$cal" | "VALID/$mops/") is "$type" 5 "an admission" ;;
	VALID*) fail "VALID without record $type at $from" ;;
	esac
	held
done <"$T/records"

from=$(awk '$1 == 5 { print $2; exit }' "$T/records")
len=$(awk '$1 == 5 { print $3; exit }' "$T/records")
head -c "$bare" "$T/proof" >"$T/many"
bytes_of "$T/proof" "$from" "$len" >"$T/entry"
entries=$(grep -c '^5 ' "$T/records")
while [ "$entries" -lt 512 ]; do
	cat "$T/entry"
	entries=$((entries + 1))
done >>"$T/many"
cat "$T/many" "$T/entry" >"$T/more"
seal "$T/many"
seal "$T/more"
verdict "$T/many" 0 VALID # 512 entries, most of them the same.
verdict "$T/more" 6 BAD_SIGNATURE

# Up to 1 MiB with records of an unknown type; above it is read by nobody.
pad() { # pad FILE BYTES
	left=$(($2 - $(wc -c <"$1") - 37))
	while [ "$left" -gt 0 ]; do
		n=$((left > 61445 ? 60000 : left))
		printf '\011\000\000'
		printf '%04x' $((n - 5)) | xxd -r -p
		head -c $((n - 5)) /dev/zero
		left=$((left - n))
	done >"$T/padding"
	cat "$T/padding" >>"$1"
	seal "$1"
}
for mib in 1 2; do
	head -c "$bare" "$T/proof" >"$T/$mib-mib"
	pad "$T/$mib-mib" $((mib * 1048576))
	is "$(wc -c <"$T/$mib-mib")" $((mib * 1048576)) "a file of $mib MiB"
done
verdict "$T/1-mib" 0 VALID
alone --json verify "$T/2-mib" --network "$network"
expect 2 "2 MiB"
is "$(json .error.code)" too_large "2 MiB: the code"

# --- damage
for at in 49 100 1000 2000 $((size - 60)) $((size - 3)); do
	cp "$T/proof" "$T/damaged"
	byte=$(bytes_of "$T/proof" "$at" 1 | xxd -p)
	printf '%02x' $((0x$byte ^ 16)) | xxd -r -p |
		dd of="$T/damaged" bs=1 seek="$at" conv=notrunc 2>/dev/null
	verdict "$T/damaged" 6 BAD_SIGNATURE
	head -c "$at" "$T/proof" >"$T/short"
	verdict "$T/short" 6 BAD_SIGNATURE
done
cat "$T/proof" "$T/proof" >"$T/twice"
verdict "$T/twice" 6 BAD_SIGNATURE
at mops roster export -o "$T/issuers"
alone --json verify "$T/issuers" --network "$network"
expect 2 "the list of issuers is no proof"
: >"$T/nothing"
alone --json verify "$T/nothing" --network "$network"
expect 2 "an empty file"

# --- what became of the others
at cal --json cert revoke OSL/2022/2 --effective 2026-01-01 --yes
expect 0 "revoked"
at cal --json cert correct OSL/2022/3 --number OSL/2022/3a
expect 0 "corrected"
corrected=$(json .id)
until_true 20 "revoked everywhere" says kielce OSL/2022/2 REVOKED
until_true 20 "corrected everywhere" says kielce OSL/2022/3a VALID
export_to revoked kielce OSL/2022/2
verdict "$T/revoked" 6 REVOKED
is "$(json .certificate.id)" "$second" "the revoked one"
is "$(json .certificate.revoked_from)" 2026-01-01 "since when"
alone --lang pl verify "$T/revoked" --network "$network"
has "$out" "ODEBRANY" "revoked, in Polish"
for ref in "$third" "$corrected"; do
	export_to corrected kielce "$ref"
	verdict "$T/corrected" 0 VALID
	is "$(json .certificate.number)" OSL/2022/3a "corrected: the number"
	is "$(json .certificate.id)" "$corrected" "corrected: the id"
	rm "$T/corrected"
done

# --- of another network, where the same institution issues
found other "$cal" --issuer osl
at other --json cert grant --holder "$cal" --scheme osl --number 1 \
	--valid-from 2022 --valid-until 2098
expect 0 "a grant elsewhere"
export_to foreign other 1
verdict "$T/foreign" 0 VALID
network=$(cat "$T/network")
verdict "$T/foreign" 7 UNKNOWN_ISSUER
done_with
