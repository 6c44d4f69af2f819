/* proto/jws.c — One form of a token, and no other: what was read is written
 * again and compared, so that nothing can hide in another spelling.
 *
 * That settles "alg" none, "crit", doubled members, padding, stray bits and
 * white space inside alike. */
#include "proto/jws.h"

#include "proto/day.h"
#include "proto/text.h"

#define HEAD_BEGIN  "{\"alg\":\"EdDSA\",\"kid\":\""
#define HEAD_END    "\",\"typ\":\"wici-cert+jwt\"}"
#define ELLIPSIS    "\xe2\x80\xa6"
#define JTI_LEN     ((size_t)22) /* Of 16 bytes, in base64url. */
#define SIG_LEN     ((size_t)86) /* Of 64. */
#define PAYLOAD_MAX ((size_t)1024)
#define VARIANT     sodium_base64_VARIANT_URLSAFE_NO_PADDING

/* ---- writing ---- */

struct out { /* A text that grows in lent memory; once full, it stays so. */
	char *p;
	size_t len, max;
	bool is_full;
};

static void put(struct out *o, const void *p, size_t len)
{
	if (o->is_full || o->max - o->len < len) {
		o->is_full = true;
		return;
	}
	memcpy(o->p + o->len, p, len);
	o->len += len;
}

static void put_str(struct out *o, const char *s)
{
	put(o, s, strlen(s));
}

/* In base64url, without padding. */
static void put_base64(struct out *o, const void *p, size_t len)
{
	char text[(PAYLOAD_MAX + 2) / 3 * 4 + 1];

	sodium_bin2base64(text, sizeof(text), p, len, VARIANT);
	put_str(o, text);
}

/* A LINE has nothing but these two to be escaped. */
static void put_escaped(struct out *o, const char *s)
{
	put_str(o, "\"");
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			put_str(o, "\\");
		put(o, s, 1);
	}
	put_str(o, "\"");
}

static void put_number(struct out *o, int64_t v)
{
	char digits[20];
	size_t at = sizeof(digits);
	uint64_t u = v < 0 ? (uint64_t)-v : (uint64_t)v;

	do {
		digits[--at] = (char)('0' + u % 10);
		u /= 10;
	} while (u);
	if (v < 0)
		digits[--at] = '-';
	put(o, digits + at, sizeof(digits) - at);
}

static int64_t seconds(int32_t day)
{
	return wici_day_start(day) / 1000;
}

static void put_header(struct out *o, const uint8_t kid[WICI_JWS_KID_LEN])
{
	char hex[2 * WICI_JWS_KID_LEN + 1];

	wici_hex(hex, kid, WICI_JWS_KID_LEN);
	put_str(o, HEAD_BEGIN);
	put_str(o, hex);
	put_str(o, HEAD_END);
}

static void put_payload(struct out *o, const struct wici_jws *j)
{
	put_str(o, "{\"jti\":\"");
	put_base64(o, j->jti, WICI_JWS_JTI_LEN);
	put_str(o, "\"");
	if (j->number[0]) {
		put_str(o, ",\"nr\":");
		put_escaped(o, j->number);
	}
	put_str(o, ",\"sub\":");
	put_escaped(o, j->holder);
	if (j->has_from) {
		put_str(o, ",\"nbf\":");
		put_number(o, seconds(j->from));
	}
	if (j->has_until) {
		put_str(o, ",\"exp\":");
		put_number(o, seconds(j->until + 1));
	}
	put_str(o, "}");
}

/* "header.payload" */
static void put_signed(struct out *o, const struct wici_jws *j)
{
	char buf[PAYLOAD_MAX];
	struct out part = {.p = buf, .max = sizeof(buf)};

	put_header(&part, j->kid);
	put_base64(o, part.p, part.len);
	put_str(o, ".");
	part.len = 0;
	put_payload(&part, j);
	o->is_full |= part.is_full;
	put_base64(o, part.p, part.len);
}

static bool is_begun(struct wici_bytes b, const char *with)
{
	size_t len = strlen(with);

	return b.len > len && memcmp(b.p, with, len) == 0;
}

/* RFC 3986 without a fragment: enough that no text around it can pass. */
static bool is_url(struct wici_bytes url)
{
	if (!is_begun(url, "https://") && !is_begun(url, "http://"))
		return false;
	for (size_t i = 0; i < url.len; i++)
		if (url.p[i] <= ' ' || url.p[i] > '~' ||
		    strchr("#\"<>\\^`{|}", url.p[i]))
			return false;
	return true;
}

static bool is_line(const char *s, size_t max)
{
	return strlen(s) <= max && wici_text_is_line(wici_bytes_str(s));
}

static bool is_good(const struct wici_jws *j)
{
	return is_line(j->number, WICI_JWS_NUMBER_MAX) && j->holder[0] &&
	       is_line(j->holder, WICI_JWS_HOLDER_MAX);
}

/* One character goes from the name's end; "…" stands there from then on. */
static bool cut_holder(char holder[WICI_JWS_HOLDER_MAX + 1], size_t *kept)
{
	if (*kept > WICI_JWS_HOLDER_MAX - strlen(ELLIPSIS))
		*kept = WICI_JWS_HOLDER_MAX - strlen(ELLIPSIS) + 1;
	do {
		if (*kept == 0)
			return false;
		(*kept)--;
	} while (((uint8_t)holder[*kept] & 0xc0) == 0x80);
	memcpy(holder + *kept, ELLIPSIS, sizeof(ELLIPSIS));
	return *kept >= WICI_JWS_HOLDER_MIN;
}

enum wici_err wici_jws_sign(char text[WICI_JWS_LEN_MAX + 1],
			    const struct wici_jws *given, struct wici_bytes url,
			    const struct wici_key *key,
			    const struct wici_secret *secret)
{
	struct wici_jws j = *given;
	size_t kept = strlen(j.holder);
	size_t before = url.len ? url.len + 1 : 0;
	struct out o = {.p = text};

	if (!is_good(&j) || (url.len && !is_url(url)))
		return WICI_BAD_FIELD;
	if (before + SIG_LEN + 1 >= WICI_JWS_LEN_MAX)
		return WICI_TOO_LARGE;
	memcpy(j.kid, key->b, WICI_JWS_KID_LEN);
	for (;;) {
		o = (struct out){.p = text + before,
				 .max = WICI_JWS_LEN_MAX - before - SIG_LEN -
					1};
		put_signed(&o, &j);
		if (!o.is_full)
			break;
		if (!cut_holder(j.holder, &kept))
			return WICI_TOO_LARGE;
	}
	crypto_sign_detached(j.sig.b, NULL, (const uint8_t *)o.p, o.len,
			     secret->b);
	o.max += SIG_LEN + 1;
	put_str(&o, ".");
	put_base64(&o, j.sig.b, WICI_SIG_LEN);
	o.p[o.len] = '\0';
	if (url.len) {
		memcpy(text, url.p, url.len);
		text[url.len] = '#';
	}
	return WICI_OK;
}

/* ---- reading ---- */

static bool is_space(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct wici_bytes trim(struct wici_bytes b)
{
	while (b.len > 0 && is_space(b.p[0]))
		b = (struct wici_bytes){b.p + 1, b.len - 1};
	while (b.len > 0 && is_space(b.p[b.len - 1]))
		b.len--;
	return b;
}

/* Takes what comes before the byte, and the byte; p NULL: it is not there. */
static struct wici_bytes take_until(struct wici_bytes *b, uint8_t byte)
{
	const uint8_t *at = b->len ? memchr(b->p, byte, b->len) : NULL;
	struct wici_bytes before = {NULL, 0};

	if (!at)
		return before;
	before = (struct wici_bytes){b->p, (size_t)(at - b->p)};
	b->p += before.len + 1;
	b->len -= before.len + 1;
	return before;
}

bool wici_jws_is_meant(struct wici_bytes text)
{
	struct wici_bytes b = trim(text);
	struct wici_bytes rest = b;

	if (is_url(take_until(&rest, '#')) || is_begun(b, "eyJ"))
		return true;
	/* Longer than any number or id, and in one piece. */
	for (size_t i = 0; i < b.len; i++)
		if (b.p[i] <= ' ' || b.p[i] > '~')
			return false;
	return b.len > WICI_JWS_NUMBER_MAX;
}

/* At most `max` bytes of a part; 0: it is no base64url. */
static size_t from_base64(void *out, size_t max, struct wici_bytes part)
{
	size_t len = 0;

	if (sodium_base642bin(out, max, (const char *)part.p, part.len, NULL,
			      &len, NULL, VARIANT) != 0)
		return 0;
	return len;
}

static bool take_word(struct wici_bytes *b, const char *word)
{
	size_t len = strlen(word);

	if (b->len < len || memcmp(b->p, word, len) != 0)
		return false;
	*b = (struct wici_bytes){b->p + len, b->len - len};
	return true;
}

/* The rest of a string, past its end; max: besides the NUL. */
static bool take_string(struct wici_bytes *b, char *out, size_t max)
{
	size_t len = 0;

	while (b->len > 0 && b->p[0] != '"') {
		if (b->p[0] == '\\' && !take_word(b, "\\"))
			return false;
		if (b->len == 0 || b->p[0] == '\0' || len == max)
			return false;
		out[len++] = (char)b->p[0];
		*b = (struct wici_bytes){b->p + 1, b->len - 1};
	}
	out[len] = '\0';
	return len > 0 && take_word(b, "\"");
}

/* NumericDate: seconds, which are a day's first. */
static bool take_day(struct wici_bytes *b, int32_t *day)
{
	bool is_negative = take_word(b, "-");
	int64_t v = 0;
	size_t digits = 0;

	for (; b->len > 0 && b->p[0] >= '0' && b->p[0] <= '9' && digits < 13;
	     digits++) {
		v = v * 10 + (b->p[0] - '0');
		*b = (struct wici_bytes){b->p + 1, b->len - 1};
	}
	v = (is_negative ? -v : v) * 1000;
	*day = wici_day_warsaw(v);
	if (wici_day_start(*day) != v)
		(*day)++; /* The one past the last that there is; or none. */
	return digits > 0;
}

static bool take_payload(struct wici_bytes b, struct wici_jws *j)
{
	if (!take_word(&b, "{\"jti\":\"") || b.len < JTI_LEN ||
	    from_base64(j->jti, WICI_JWS_JTI_LEN,
			(struct wici_bytes){b.p, JTI_LEN}) != WICI_JWS_JTI_LEN)
		return false;
	b = (struct wici_bytes){b.p + JTI_LEN, b.len - JTI_LEN};
	if (!take_word(&b, "\""))
		return false;
	if (take_word(&b, ",\"nr\":\"") &&
	    !take_string(&b, j->number, WICI_JWS_NUMBER_MAX))
		return false;
	if (!take_word(&b, ",\"sub\":\"") ||
	    !take_string(&b, j->holder, WICI_JWS_HOLDER_MAX))
		return false;
	j->has_from = take_word(&b, ",\"nbf\":");
	if (j->has_from && !take_day(&b, &j->from))
		return false;
	j->has_until = take_word(&b, ",\"exp\":");
	if (j->has_until && !take_day(&b, &j->until))
		return false;
	if (j->has_until)
		j->until--; /* It is the first day on which it does not hold. */
	return take_word(&b, "}") && b.len == 0 && is_good(j);
}

static bool take_header(struct wici_bytes b, struct wici_jws *j)
{
	struct wici_bytes hex = {NULL, 2 * WICI_JWS_KID_LEN};

	if (!take_word(&b, HEAD_BEGIN) || b.len < hex.len)
		return false;
	hex.p = b.p;
	return wici_unhex(j->kid, WICI_JWS_KID_LEN, hex) == WICI_OK;
}

/* Would it be written so? */
static bool is_canonical(const struct wici_jws *j, struct wici_bytes token)
{
	char text[WICI_JWS_LEN_MAX];
	struct out o = {.p = text, .max = sizeof(text)};

	put_signed(&o, j);
	put_str(&o, ".");
	put_base64(&o, j->sig.b, WICI_SIG_LEN);
	return !o.is_full &&
	       wici_bytes_equal(token,
				(struct wici_bytes){(uint8_t *)text, o.len});
}

enum wici_err wici_jws_decode(struct wici_jws *j, struct wici_bytes text)
{
	uint8_t buf[WICI_JWS_LEN_MAX];
	struct wici_bytes b = trim(text);
	struct wici_bytes token, url, part;
	size_t len;

	memset(j, 0, sizeof(*j));
	if (b.len > WICI_JWS_LEN_MAX)
		return WICI_REJECT_JWS;
	url = take_until(&b, '#');
	if (url.p && !is_url(url))
		return WICI_REJECT_JWS;
	token = b;
	part = take_until(&b, '.');
	len = from_base64(buf, sizeof(buf), part);
	if (!take_header((struct wici_bytes){buf, len}, j))
		return WICI_REJECT_JWS;
	part = take_until(&b, '.');
	len = from_base64(buf, sizeof(buf), part);
	if (!take_payload((struct wici_bytes){buf, len}, j) ||
	    from_base64(j->sig.b, WICI_SIG_LEN, b) != WICI_SIG_LEN ||
	    !is_canonical(j, token))
		return WICI_REJECT_JWS;
	j->signed_part = (struct wici_bytes){token.p, token.len - SIG_LEN - 1};
	return WICI_OK;
}

/* ---- asking ---- */

bool wici_jws_has_kid(const struct wici_jws *j, const struct wici_key *key)
{
	return memcmp(j->kid, key->b, WICI_JWS_KID_LEN) == 0;
}

/* PROTOCOL §2.3 says what is valid, as for every other signature. */
enum wici_err wici_jws_verify(const struct wici_jws *j,
			      const struct wici_key *key)
{
	if (!wici_jws_has_kid(j, key) || wici_key_check(key) != WICI_OK ||
	    crypto_core_ed25519_is_valid_point(j->sig.b) != 1 ||
	    crypto_sign_verify_detached(j->sig.b, j->signed_part.p,
					j->signed_part.len, key->b) != 0)
		return WICI_REJECT_SIGNATURE;
	return WICI_OK;
}

bool wici_jws_is_holder(const struct wici_jws *j, struct wici_bytes name)
{
	struct wici_bytes holder = wici_bytes_str(j->holder);
	size_t tail = strlen(ELLIPSIS);

	if (wici_bytes_equal(holder, name))
		return true;
	if (holder.len < WICI_JWS_HOLDER_MIN + tail ||
	    memcmp(holder.p + holder.len - tail, ELLIPSIS, tail) != 0)
		return false;
	holder.len -= tail;
	return name.len > holder.len &&
	       memcmp(name.p, holder.p, holder.len) == 0;
}
