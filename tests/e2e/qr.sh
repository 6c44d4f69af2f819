#!/bin/sh
# tests/e2e/qr.sh: QR tokens. Made where the token key is; verified with the
# grant, with a list of issuers, and alone; and by jose (npm) and openssl, which
# refuse each variant, as wici does.
. "$(dirname "$0")/../lib/wici.sh"

sh "$root/tests/e2e/jose/install" "$T/npm" >"$T/npm.log" 2>&1 || {
	cat "$T/npm.log"
	fail "npm could not install jose"
}
found cal "Stowarzyszenie CAL" --issuer osl
join mlawa "Miejski Ośrodek Pomocy Społecznej w Mławie" cal
at cal --json cert grant --holder "Miejski Ośrodek Pomocy Społecznej w Mławie" \
	--scheme osl --number "12/2022 \"A\"" --valid-from 2022 \
	--valid-until 2098 --name "Certyfikat OSL"
expect 0 "a grant"
until_true 20 "in step" in_step cal mlawa

# offline LANG WORD…: wici verify, with no daemon.
offline() {
	lang=$1
	shift
	"$WICI_BIN/wici" --socket "$T/none" --lang "$lang" "$@" \
		>"$out" 2>"$err" </dev/null
	code=$?
}

# --- made
at cal cert export '12/2022 "A"' --format jws
expect 0 "an export"
token=$(cat "$out")
is "$(wc -l <"$out")" 1 "the token alone"
[ "${#token}" -le 400 ] || fail "a token of ${#token} characters"
at cal --json cert export '12/2022 "A"' --format jws \
	--url https://cal.example/c -o "$T/token"
expect 0 "an export into a file"
is "$(json .token)" "https://cal.example/c#$token" "with its URL"
is "$(json .token)" "$(cat "$T/token")" "the file"
is "$(json .bytes)" "$(json .token | tr -d '\n' | wc -c)" "its length"
at mlawa --json cert export '12/2022 "A"' --format jws
expect 4 "an export without the token key"
is "$(json .error.code)" not_permitted "the code"
at cal --json cert export '12/2022 "A"' --format jws --url ftp://x
expect 2 "a URL that is none"
at cal --json roster export -o "$T/issuers"
expect 0 "the list of issuers"
is "$(json .network)" "$network" "of this network"
is "$(json .bytes)" null "bytes are in the file alone"

# --- verified
at mlawa --json cert verify "$(cat "$T/token")"
expect 0 "with the grant"
is "$(json .verdict)" VALID "with the grant: the verdict"
is "$(json '.checks[0] | .name, .ok')" "$(printf 'token\ntrue')" "its check"
offline en --json verify "$token" --network "$network"
expect 7 "alone"
is "$(json .verdict)" UNKNOWN_ISSUER "alone: the verdict"
is "$(json '.not_checked | join(" ")')" "token status" "alone: not checked"
offline en --json verify "$T/token" --network "$network" --issuers "$T/issuers"
expect 7 "with the list"
is "$(json .verdict)/$(json .as_of)" STALE/null "with the list: the verdict"
is "$(json .certificate.number)" '12/2022 "A"' "the number"
is "$(json .certificate.holder.name)" \
	"Miejski Ośrodek Pomocy Społecznej w Mławie" "the holder"
is "$(json .certificate.valid_from)/$(json .certificate.valid_until)" \
	2022-01-01/2098-12-31 "the days"
is "$(json '.not_checked | join(" ")')" status "with the list: not checked"
offline pl verify "$token" --network "$network" --issuers "$T/issuers"
expect 7 "with the list, in Polish"
has "$out" "Podpis poprawny, ale nie wiadomo" "in Polish"
has "$out" "Nie sprawdzono: czy certyfikatu później nie odebrano" \
	"in Polish: not checked"
offline en --json verify "$token" --network "$network" \
	--issuers "$T/issuers" --on 2099-01-01
expect 6 "after its last day"
is "$(json .verdict)" EXPIRED "after its last day: the verdict"
"$WICI_BIN/wici" --lang en verify - --network "$network" <"$T/token" \
	>"$out" 2>"$err"
code=$?
expect 7 "from the standard input"

# --- what cannot be verified is said, and is no verdict
offline en --json verify "$token" --network "$(echo "$network" | tr 0-9a-f 1-9a-f0)" \
	--issuers "$T/issuers"
expect 2 "another network's list"
offline en --json verify "$token"
expect 2 "without a network"
offline en --json verify "$T/issuers" --network "$network"
expect 2 "a list instead of a token"
offline en --json verify "$T/nothing" --network "$network"
expect 5 "a file that is not there"
head -c 1048577 /dev/zero >"$T/large"
offline en --json verify "$token" --network "$network" --issuers "$T/large"
expect 2 "a file above 1 MiB"
is "$(json .error.code)" too_large "a file above 1 MiB: the code"
head -c 200 "$T/issuers" >"$T/short"
offline en --json verify "$token" --network "$network" --issuers "$T/short"
expect 2 "a list cut short"

# --- others, and every variant
mkdir "$T/variants"
node "$T/npm/verify.mjs" "$T/cal/state/token.key" "$token" "$T/variants" \
	>"$out" 2>"$err"
code=$?
expect 0 "jose"
cat "$out"
openssl_says() { # NAME
	if openssl pkeyutl -verify -pubin -inkey "$T/variants/key.pem" -rawin \
		-in "$T/variants/$1.in" -sigfile "$T/variants/$1.sig" >/dev/null 2>&1; then
		echo ok
	else
		echo bad
	fi
}
is "$(openssl_says genuine)" ok "openssl: the token"
while read -r variant with_grant with_list says; do
	is "$(openssl_says "$variant")" "$says" "openssl: $variant"
	at mlawa --json cert verify "$(cat "$T/variants/$variant")"
	isnt "$code" 0 "$variant, with the grant"
	is "$(json .verdict)" "$with_grant" "$variant, with the grant"
	offline en --json verify "$T/variants/$variant" --network "$network" \
		--issuers "$T/issuers"
	isnt "$code" 0 "$variant, with the list"
	is "$(json .verdict)" "$with_list" "$variant, with the list"
done <"$T/variants/list"
is "$(wc -l <"$T/variants/list")" 28 "variants tried"

# --- a token key that is replaced: the paper stays
at mlawa --json key token
other=$(json .token_key)
at cal --json roster issuers osl "Stowarzyszenie CAL" --token-key "$other"
expect 0 "another token key"
at cal --json cert verify "$token"
expect 0 "a token of the former key"
is "$(json '.checks[0].detail')" former_key "it is told"
at cal --json roster export -o "$T/issuers"
offline en --json verify "$token" --network "$network" --issuers "$T/issuers"
expect 7 "with the newer list"
is "$(json '.checks[0].detail')" former_key "offline, too"
at cal cert export '12/2022 "A"' --format jws
expect 4 "the former key makes no more tokens"
at cal cert revoke '12/2022 "A"' --yes
at cal --json cert verify "$token"
expect 6 "a revoked one"
is "$(json .verdict)" REVOKED "a revoked one: the verdict"
done_with
