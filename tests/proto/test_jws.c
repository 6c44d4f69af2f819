/* tests/proto/test_jws.c — QR tokens: what is written is read as the same, and
 * nothing else is read at all. */
#include "proto/jws.h"

#include "proto/day.h"
#include "tests/proto/trust.h"

static const struct wici_bytes no_url = {NULL, 0};

static struct wici_jws plain(void)
{
	struct wici_jws j = {
		.number = "12/2022",
		.holder = "Miejski Ośrodek Pomocy Społecznej w Mławie",
		.has_from = true,
		.has_until = true};

	for (uint8_t i = 0; i < WICI_JWS_JTI_LEN; i++)
		j.jti[i] = (uint8_t)(0xf0 + i);
	CHECK_OK(wici_day_parse(&j.from, WICI_BYTES("2022-01-01")));
	CHECK_OK(wici_day_parse(&j.until, WICI_BYTES("2026-12-31")));
	return j;
}

static enum wici_err sign(char text[WICI_JWS_LEN_MAX + 1],
			  const struct wici_jws *j, const char *url)
{
	struct pair p = pair(7);

	return wici_jws_sign(text, j, wici_bytes_str(url), &p.key, &p.secret);
}

/* Is what stands in the token what was signed, and by that key? */
static bool reads_as(const char *text, const struct wici_jws *j)
{
	struct wici_key key = pair(7).key;
	struct wici_jws got;

	return wici_jws_decode(&got, wici_bytes_str(text)) == WICI_OK &&
	       wici_jws_verify(&got, &key) == WICI_OK &&
	       memcmp(got.jti, j->jti, sizeof(got.jti)) == 0 &&
	       strcmp(got.number, j->number) == 0 &&
	       strcmp(got.holder, j->holder) == 0 &&
	       got.has_from == j->has_from && got.has_until == j->has_until &&
	       got.from == j->from && got.until == j->until;
}

/* A token of any header and payload, signed all the same. */
static void forge(char text[2048], const char *header, const char *payload)
{
	struct pair p = pair(7);
	uint8_t sig[64];
	size_t len;

	sodium_bin2base64(text, 1000, (const uint8_t *)header, strlen(header),
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	len = strlen(text);
	text[len++] = '.';
	sodium_bin2base64(text + len, 900, (const uint8_t *)payload,
			  strlen(payload),
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	len = strlen(text);
	crypto_sign_detached(sig, NULL, (const uint8_t *)text, len, p.secret.b);
	text[len++] = '.';
	sodium_bin2base64(text + len, 100, sig, sizeof(sig),
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

TEST(a_token_reads_as_what_was_signed)
{
	char text[WICI_JWS_LEN_MAX + 1], wrapped[WICI_JWS_LEN_MAX + 20];
	struct wici_jws j = plain();

	CHECK_OK(sign(text, &j, ""));
	CHECK(strlen(text) <= 400);
	CHECK(reads_as(text, &j));
	(void)snprintf(wrapped, sizeof(wrapped), " \r\n%s\t\n", text);
	CHECK(reads_as(wrapped, &j));
	CHECK_OK(sign(text, &j, "https://cal.example/c"));
	CHECK(strncmp(text, "https://cal.example/c#eyJ", 25) == 0);
	CHECK(reads_as(text, &j));
	j.number[0] = '\0';
	j.has_from = j.has_until = false;
	j.from = j.until = 0;
	CHECK_OK(sign(text, &j, ""));
	CHECK(reads_as(text, &j));
}

/* As §7.5 prints them: the two lines of the page, with real values. */
TEST(header_and_payload_are_those_of_the_page)
{
	char text[WICI_JWS_LEN_MAX + 1], part[700], want[200], kid[17];
	struct wici_jws j = plain();
	struct wici_key key = pair(7).key;
	const char *dot;
	size_t len;

	memset(j.jti, 0, sizeof(j.jti));
	memcpy(j.holder, "M \"S\" \\", 8);
	CHECK_OK(sign(text, &j, ""));
	dot = strchr(text, '.');
	CHECK(dot != NULL);
	CHECK(sodium_base642bin((uint8_t *)part, sizeof(part), text,
				(size_t)(dot - text), NULL, &len, NULL,
				sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0);
	part[len] = '\0';
	wici_hex(kid, key.b, 8);
	(void)snprintf(want, sizeof(want),
		       "{\"alg\":\"EdDSA\",\"kid\":\"%s\","
		       "\"typ\":\"wici-cert+jwt\"}",
		       kid);
	CHECK(strcmp(part, want) == 0);
	CHECK(sodium_base642bin((uint8_t *)part, sizeof(part), dot + 1,
				strcspn(dot + 1, "."), NULL, &len, NULL,
				sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0);
	part[len] = '\0';
	CHECK(strcmp(part,
		     "{\"jti\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"nr\":\"12/2022\","
		     "\"sub\":\"M \\\"S\\\" \\\\\",\"nbf\":1640991600,"
		     "\"exp\":1798758000}") == 0);
	CHECK(reads_as(text, &j));
}

/* RFC 8037, A.4: it is that Ed25519, over those bytes. */
TEST(the_signature_is_that_of_rfc_8037)
{
	static const char text[] =
		"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
	static const char sig[] =
		"hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGj"
		"g5BhVsPt9g7sVvpAr_MuM0KAg";
	static const char x[] = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
	struct wici_jws j = {.signed_part = WICI_BYTES(text)};
	struct wici_key key;
	size_t len;

	CHECK(sodium_base642bin(j.sig.b, 64, sig, strlen(sig), NULL, &len, NULL,
				sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0);
	CHECK(sodium_base642bin(key.b, 32, x, strlen(x), NULL, &len, NULL,
				sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0);
	memcpy(j.kid, key.b, sizeof(j.kid));
	CHECK_OK(wici_jws_verify(&j, &key));
	j.signed_part.len--;
	CHECK_ERR(wici_jws_verify(&j, &key), WICI_REJECT_SIGNATURE);
}

TEST(every_bit_that_flips_is_refused)
{
	char text[WICI_JWS_LEN_MAX + 1];
	struct wici_jws j = plain();
	struct wici_key key = pair(7).key;

	CHECK_OK(sign(text, &j, ""));
	for (size_t bit = 0; bit < 8 * strlen(text); bit++) {
		struct wici_bytes b = wici_bytes_str(text);
		struct wici_jws got;

		text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
		CHECK(wici_jws_decode(&got, b) != WICI_OK ||
		      wici_jws_verify(&got, &key) != WICI_OK);
		text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
	}
	CHECK(reads_as(text, &j));
}

TEST(every_token_cut_short_or_with_more_is_refused)
{
	char text[WICI_JWS_LEN_MAX + 1], more[WICI_JWS_LEN_MAX + 2];
	struct wici_jws j = plain(), got;

	CHECK_OK(sign(text, &j, "https://cal.example/c"));
	for (size_t len = 0; len < strlen(text); len++) {
		struct wici_bytes head = {(uint8_t *)text, len};
		struct wici_bytes tail = {(uint8_t *)text + len + 1,
					  strlen(text) - len - 1};

		CHECK_ERR(wici_jws_decode(&got, head), WICI_REJECT_JWS);
		/* Nothing is left where the token itself is whole. */
		if (tail.len < strlen(text) - 22)
			CHECK_ERR(wici_jws_decode(&got, tail), WICI_REJECT_JWS);
	}
	for (const char *p = "A.=#!"; *p; p++) {
		(void)snprintf(more, sizeof(more), "%s%c", text, *p);
		CHECK_ERR(wici_jws_decode(&got, wici_bytes_str(more)),
			  WICI_REJECT_JWS);
	}
}

#define HEAD(alg, kid, rest)                                                   \
	"{\"alg\":\"" alg "\",\"kid\":\"" kid                                  \
	"\",\"typ\":\"wici-cert+jwt\"" rest "}"
#define BODY(rest) "{\"jti\":\"AAAAAAAAAAAAAAAAAAAAAA\"" rest "}"
/* Each is signed by the right key, and no token. */
static const struct {
	const char *header, *payload;
} spellings[] = {
	{HEAD("none", "%s", ""), BODY(",\"sub\":\"M\"")},
	{HEAD("HS256", "%s", ""), BODY(",\"sub\":\"M\"")},
	{HEAD("EdDSA", "%s", ",\"crit\":[\"b64\"],\"b64\":false"),
	 BODY(",\"sub\":\"M\"")},
	{HEAD("EdDSA", "%s", ",\"alg\":\"EdDSA\""), BODY(",\"sub\":\"M\"")},
	{"{\"alg\":\"EdDSA\",\"kid\":\"%s\",\"typ\":\"JWT\"}",
	 BODY(",\"sub\":\"M\"")},
	{"{\"kid\":\"%s\",\"alg\":\"EdDSA\",\"typ\":\"wici-cert+jwt\"}",
	 BODY(",\"sub\":\"M\"")},
	{"{ "
	 "\"alg\":\"EdDSA\",\"kid\":\"%s\",\"typ\":\"wici-cert+jwt\"}",
	 BODY(",\"sub\":\"M\"")},
	{HEAD("EdDSA", "%s", ""), BODY("")},
	{HEAD("EdDSA", "%s", ""), BODY(",\"sub\":\"\"")},
	{HEAD("EdDSA", "%s", ""), BODY(",\"nr\":\"\",\"sub\":\"M\"")},
	{HEAD("EdDSA", "%s", ""), BODY(",\"sub\":\"M\",\"sub\":\"M\"")},
	{HEAD("EdDSA", "%s", ""), BODY(",\"sub\":\"M\",\"nr\":\"1\"")},
	{HEAD("EdDSA", "%s", ""), BODY(",\"sub\":\"M\",\"x\":1")},
	{HEAD("EdDSA", "%s", ""), BODY(",\"sub\":\"\\u004d\"")},
	{HEAD("EdDSA", "%s", ""), BODY(",\"sub\":\"M\\/\"")},
	{HEAD("EdDSA", "%s", ""), BODY(",\"sub\":\"M\n\"")},
	{HEAD("EdDSA", "%s", ""), BODY(",\"sub\":\"M\xff\"")},
	{HEAD("EdDSA", "%s", ""), BODY(",\"sub\":\"M\xe2\x80\xae\"")},
	{HEAD("EdDSA", "%s", ""), BODY(", \"sub\":\"M\"")},
	{HEAD("EdDSA", "%s", ""), BODY(",\"sub\":\"M\"") " "},
	/* Not the first second of a day; no number at all. */
	{HEAD("EdDSA", "%s", ""), BODY(",\"sub\":\"M\",\"nbf\":1640991601")},
	{HEAD("EdDSA", "%s", ""), BODY(",\"sub\":\"M\",\"nbf\":1e9")},
	{HEAD("EdDSA", "%s", ""), BODY(",\"sub\":\"M\",\"nbf\":01640991600")},
	{HEAD("EdDSA", "%s", ""), BODY(",\"sub\":\"M\",\"exp\":-0")},
	{HEAD("EdDSA", "%s", ""),
	 BODY(",\"sub\":\"M\",\"exp\":99999999999999999999")},
	{HEAD("EdDSA", "%s", ""), BODY(",\"sub\":\"M\",\"exp\":")},
};

TEST(other_headers_and_payloads_are_no_tokens)
{
	char text[2048], header[300], kid[17], upper[17];
	struct wici_key key = pair(7).key;
	struct wici_jws got;

	wici_hex(kid, key.b, 8);
	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
		/* Each header names its kid once. */
		(void)snprintf(header, sizeof(header), "%s",
			       spellings[i].header);
		memmove(strstr(header, "%s") + 16, strstr(header, "%s") + 2,
			strlen(strstr(header, "%s") + 2) + 1);
		memcpy(strstr(header, "\"kid\":\"") + 7, kid, 16);
		forge(text, header, spellings[i].payload);
		if (wici_jws_decode(&got, wici_bytes_str(text)) !=
		    WICI_REJECT_JWS)
			print_error("%s.%s\n", header, spellings[i].payload);
		CHECK_ERR(wici_jws_decode(&got, wici_bytes_str(text)),
			  WICI_REJECT_JWS);
	}
	/* The one that is right, so that the others are not refused for what
	 * this test does wrong; and with a kid in capitals. */
	(void)snprintf(header, sizeof(header), HEAD("EdDSA", "%s", ""), kid);
	forge(text, header, BODY(",\"sub\":\"M\",\"nbf\":1640991600"));
	CHECK_OK(wici_jws_decode(&got, wici_bytes_str(text)));
	CHECK_OK(wici_jws_verify(&got, &key));
	for (size_t i = 0; i < sizeof(kid); i++)
		upper[i] = (char)(kid[i] >= 'a' ? kid[i] - 'a' + 'A' : kid[i]);
	CHECK(strcmp(kid, upper) != 0);
	(void)snprintf(header, sizeof(header), HEAD("EdDSA", "%s", ""), upper);
	forge(text, header, BODY(",\"sub\":\"M\",\"nbf\":1640991600"));
	CHECK_ERR(wici_jws_decode(&got, wici_bytes_str(text)), WICI_REJECT_JWS);
}

TEST(another_key_is_told_apart_even_under_the_same_kid)
{
	char text[WICI_JWS_LEN_MAX + 1];
	struct wici_key key = pair(7).key, other = pair(8).key;
	struct wici_jws j = plain(), got;

	CHECK_OK(sign(text, &j, ""));
	CHECK_OK(wici_jws_decode(&got, wici_bytes_str(text)));
	CHECK(wici_jws_has_kid(&got, &key) && !wici_jws_has_kid(&got, &other));
	CHECK_ERR(wici_jws_verify(&got, &other), WICI_REJECT_SIGNATURE);
	memcpy(other.b, key.b, WICI_JWS_KID_LEN);
	CHECK(wici_jws_has_kid(&got, &other));
	CHECK_ERR(wici_jws_verify(&got, &other), WICI_REJECT_SIGNATURE);
}

static const char *repeat(char *out, const char *s, size_t count)
{
	out[0] = '\0';
	while (count-- > 0)
		strcat(out, s);
	return out;
}

/* Whatever the lengths: at most 700 bytes, and the name is still one. */
TEST(a_long_name_is_cut_at_a_character)
{
	char text[WICI_JWS_LEN_MAX + 1], url[600], name[204];
	struct wici_key key = pair(7).key;

	(void)repeat(name, "ąę ść", 22);
	for (size_t pad = 0; pad < 500; pad++) {
		struct wici_jws j = plain(), got;
		enum wici_err err;

		memcpy(j.holder, name, strlen(name) + 1);
		(void)snprintf(url, sizeof(url), "https://a/%0*d", (int)pad, 0);
		err = sign(text, &j, url);
		if (err == WICI_TOO_LARGE) {
			CHECK(pad > 200);
			continue;
		}
		CHECK_OK(err);
		CHECK(strlen(text) <= WICI_JWS_LEN_MAX);
		CHECK_OK(wici_jws_decode(&got, wici_bytes_str(text)));
		CHECK_OK(wici_jws_verify(&got, &key));
		CHECK(wici_jws_is_holder(&got, wici_bytes_str(name)));
		CHECK(!wici_jws_is_holder(&got, WICI_BYTES("MOPS")));
		/* It fits whole where there is room for it. */
		if (strcmp(got.holder, name) != 0)
			CHECK(strlen(text) > WICI_JWS_LEN_MAX - 12);
	}
}

TEST(a_name_that_is_no_longer_than_its_beginning_is_another)
{
	struct wici_jws j = plain();

	memcpy(j.holder, "Miejski Ośrodek…", sizeof("Miejski Ośrodek…"));
	CHECK(wici_jws_is_holder(&j, WICI_BYTES("Miejski Ośrodek Pomocy")));
	CHECK(wici_jws_is_holder(&j, WICI_BYTES("Miejski Ośrodek…")));
	CHECK(!wici_jws_is_holder(&j, WICI_BYTES("Miejski Ośrodek")));
	CHECK(!wici_jws_is_holder(&j, WICI_BYTES("Miejski Osrodek Pomocy")));
	/* So short a beginning would be anybody's. */
	memcpy(j.holder, "M…", sizeof("M…"));
	CHECK(!wici_jws_is_holder(&j, WICI_BYTES("MOPS")));
	memcpy(j.holder, "…", sizeof("…"));
	CHECK(!wici_jws_is_holder(&j, WICI_BYTES("MOPS")));
}

TEST(what_is_too_long_or_no_line_is_not_signed)
{
	char text[WICI_JWS_LEN_MAX + 1], url[600];
	struct wici_jws j = plain();

	(void)snprintf(url, sizeof(url), "https://%0590d", 0);
	CHECK_ERR(sign(text, &j, url), WICI_TOO_LARGE);
	CHECK_ERR(sign(text, &j, "ftp://a/"), WICI_BAD_FIELD);
	CHECK_ERR(sign(text, &j, "https://"), WICI_BAD_FIELD);
	CHECK_ERR(sign(text, &j, "https://a/#b"), WICI_BAD_FIELD);
	CHECK_ERR(sign(text, &j, "https://a/ b"), WICI_BAD_FIELD);
	CHECK_ERR(sign(text, &j, "https://ż/"), WICI_BAD_FIELD);
	j.number[0] = '\n';
	CHECK_ERR(sign(text, &j, ""), WICI_BAD_FIELD);
	j = plain();
	j.holder[0] = '\0';
	CHECK_ERR(sign(text, &j, ""), WICI_BAD_FIELD);
	/* A number of nothing but quotes, and a short name: no room, no cut. */
	j = plain();
	memset(j.number, '"', WICI_JWS_NUMBER_MAX);
	j.number[WICI_JWS_NUMBER_MAX] = '\0';
	(void)snprintf(url, sizeof(url), "https://%0200d", 0);
	CHECK_ERR(sign(text, &j, url), WICI_TOO_LARGE);
	CHECK_OK(sign(text, &j, ""));
	CHECK(reads_as(text, &j));
}

TEST(the_first_and_the_last_days_there_are_pass)
{
	static const char *const days[][2] = {{"0001-01-01", "0001-01-01"},
					      {"9999-12-31", "9999-12-31"},
					      {"1970-01-01", "1970-01-01"},
					      {"2026-03-29", "2026-10-25"}};
	char text[WICI_JWS_LEN_MAX + 1];

	for (size_t i = 0; i < 4; i++) {
		struct wici_jws j = plain();

		CHECK_OK(wici_day_parse(&j.from, wici_bytes_str(days[i][0])));
		CHECK_OK(wici_day_parse(&j.until, wici_bytes_str(days[i][1])));
		CHECK_OK(sign(text, &j, ""));
		CHECK(reads_as(text, &j));
	}
}

TEST(what_is_meant_to_be_a_token_is_told_from_a_number)
{
	static const char *const meant[] = {"eyJhbGciOiJFZERTQSJ9.x", " eyJ0",
					    "https://cal.example/c#x",
					    "http://a/#"};
	static const char *const others[] = {"",
					     "7/2022",
					     "OSL/2022/12 eyJ0",
					     "0123456789abcdef",
					     "#12",
					     "https://cal.example/c",
					     "ftp://a/#x"};
	char text[300];

	for (size_t i = 0; i < 4; i++)
		CHECK(wici_jws_is_meant(wici_bytes_str(meant[i])));
	for (size_t i = 0; i < 7; i++)
		CHECK(!wici_jws_is_meant(wici_bytes_str(others[i])));
	/* A header that is spoilt, and prose of that length. */
	CHECK(wici_jws_is_meant(wici_bytes_str(repeat(text, "xyJ.", 40))));
	CHECK(!wici_jws_is_meant(wici_bytes_str(repeat(text, "a b ", 40))));
	CHECK(!wici_jws_is_meant(no_url));
}

TEST_MAIN(RUN(a_token_reads_as_what_was_signed),
	  RUN(header_and_payload_are_those_of_the_page),
	  RUN(the_signature_is_that_of_rfc_8037),
	  RUN(every_bit_that_flips_is_refused),
	  RUN(every_token_cut_short_or_with_more_is_refused),
	  RUN(other_headers_and_payloads_are_no_tokens),
	  RUN(another_key_is_told_apart_even_under_the_same_kid),
	  RUN(a_long_name_is_cut_at_a_character),
	  RUN(a_name_that_is_no_longer_than_its_beginning_is_another),
	  RUN(what_is_too_long_or_no_line_is_not_signed),
	  RUN(the_first_and_the_last_days_there_are_pass),
	  RUN(what_is_meant_to_be_a_token_is_told_from_a_number))
