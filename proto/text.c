/* proto/text.c — Well-formed text, what looks like a person in it, and
 * bech32m.
 *
 * BIP 350; UTF-8 as in RFC 3629. */
#include "proto/text.h"

/* One code point from b at *at, or false. */
static inline bool has_code_point(struct wici_bytes b, size_t *at, uint32_t *cp)
{
	static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
	uint8_t head = b.p[*at];
	size_t more;

	if (head < 0x80)
		more = 0;
	else if (head >= 0xc2 && head <= 0xdf)
		more = 1;
	else if (head >= 0xe0 && head <= 0xef)
		more = 2;
	else if (head >= 0xf0 && head <= 0xf4)
		more = 3;
	else
		return false;
	if (b.len - *at <= more)
		return false;

	*cp = more ? head & (0x3fU >> more) : head;
	for (size_t i = 1; i <= more; i++) {
		if ((b.p[*at + i] & 0xc0) != 0x80)
			return false;
		*cp = *cp << 6 | (b.p[*at + i] & 0x3fU);
	}
	*at += more + 1;
	return *cp >= least[more] && *cp <= 0x10ffff &&
	       (*cp < 0xd800 || *cp > 0xdfff);
}

/* Every byte of a word of eight. */
#define EACH(byte) ((uint64_t)0x0101010101010101 * (byte))

/* The eight bytes at `at`, the first as the lowest: one load, to a compiler. */
static inline uint64_t word_at(struct wici_bytes b, size_t at)
{
	const uint8_t *p = b.p + at;

	return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 |
	       (uint64_t)p[3] << 24 | (uint64_t)p[4] << 32 |
	       (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
	       (uint64_t)p[7] << 56;
}

/* How many bytes stand before the first whose highest bit is set; 8: none. */
static inline size_t before_mark(uint64_t word)
{
	word &= EACH(0x80);
	return word ? (size_t)__builtin_ctzll(word) / 8 : 8;
}

/* Marks what is not from U+0020 to U+007E: the first such byte for certain, not
 * always those behind it, to which something is carried. */
static inline uint64_t mark_unprintable(uint64_t word)
{
	return word | (word + EACH(0x01)) | ~((word | EACH(0x80)) - EACH(0x20));
}

bool wici_text_is_utf8(struct wici_bytes b)
{
	uint32_t cp;
	size_t at = 0;

	while (at < b.len) {
		size_t plain = b.len - at < 8 ? 0 : before_mark(word_at(b, at));

		at += plain;
		if (plain < 8 && !has_code_point(b, &at, &cp))
			return false;
	}
	return true;
}

/* PROTOCOL §1.2: "A LINE has no control characters (C0, DEL, C1), no U+2028 or
 * U+2029, and no bidirectional controls (U+202A–202E, U+2066–2069)." With these
 * a line could look like another one. */
static bool is_unwanted(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp <= 0x9f) || cp == 0x2028 ||
	       cp == 0x2029 || (cp >= 0x202a && cp <= 0x202e) ||
	       (cp >= 0x2066 && cp <= 0x2069);
}

/* A LINE; or a TEXT, which may have newlines and tabs. */
static bool is_wanted(struct wici_bytes b, bool is_text)
{
	uint32_t cp;
	size_t at = 0;

	while (at < b.len) {
		if (b.len - at >= 8) {
			uint64_t word = mark_unprintable(word_at(b, at));
			size_t plain = before_mark(word);

			at += plain;
			if (plain == 8)
				continue;
		}
		if (!has_code_point(b, &at, &cp))
			return false;
		if (is_unwanted(cp) && !(is_text && (cp == '\n' || cp == '\t')))
			return false;
	}
	return true;
}

bool wici_text_is_line(struct wici_bytes b)
{
	return is_wanted(b, false);
}

bool wici_text_is_text(struct wici_bytes b)
{
	return is_wanted(b, true);
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

bool wici_text_is_code(struct wici_bytes b)
{
	for (size_t i = 0; i < b.len; i++) {
		uint8_t c = b.p[i];
		bool is_inner = is_digit(c) || c == '-';

		if (!(c >= 'a' && c <= 'z') && (i == 0 || !is_inner))
			return false;
	}
	return b.len > 0;
}

/* Letters, and every byte of a letter beyond ASCII. */
static bool is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 'a' - 'A') : c;
}

static size_t digits_at(struct wici_bytes b, size_t at)
{
	size_t n = 0;

	while (at + n < b.len && is_digit(b.p[at + n]))
		n++;
	return n;
}

/* What may stand between the groups of a telephone number: one space (also
 * U+00A0), one hyphen, or the end of an area code's parenthesis. */
static size_t separator_at(struct wici_bytes b, size_t at)
{
	size_t n = 0;

	if (at < b.len && b.p[at] == ')')
		n = 1;
	if (at + n < b.len && (b.p[at + n] == ' ' || b.p[at + n] == '-'))
		return n + 1;
	if (b.len - at > n + 1 && b.p[at + n] == 0xc2 &&
	    b.p[at + n + 1] == 0xa0)
		return n + 2;
	return n;
}

/* Do digits stand at `at` in groups of these sizes ("333"), and end there? */
static bool has_groups(struct wici_bytes b, size_t at, const char *sizes)
{
	size_t gap;

	for (; *sizes; sizes++) {
		if (digits_at(b, at) != (size_t)(*sizes - '0'))
			return false;
		at += (size_t)(*sizes - '0');
		gap = sizes[1] ? separator_at(b, at) : 1;
		if (gap == 0)
			return false;
		at += gap;
	}
	return true;
}

/* After +48 or 0048 nine digits are a telephone number, grouped or not. */
static bool has_national_number(struct wici_bytes b, size_t at)
{
	at += separator_at(b, at);
	return has_groups(b, at, "9") || has_groups(b, at, "333") ||
	       has_groups(b, at, "2322");
}

/* Does "tel", "telefon", "Tel.:" … stand before the digits at `at`? */
static bool has_tel_before(struct wici_bytes b, size_t at)
{
	static const uint8_t tel[] = {'t', 'e', 'l'};
	size_t i;

	for (size_t back = 3; back <= 16 && back <= at; back++) {
		if (is_digit(b.p[at - back]))
			return false;
		for (i = 0; i < 3 && lower(b.p[at - back + i]) == tel[i]; i++)
			;
		/* "hotel" names no telephone. */
		if (i == 3 && (at == back || !is_letter(b.p[at - back - 1])))
			return true;
	}
	return false;
}

/* The run of digits at `at` is not preceded by one. */
static bool has_telephone(struct wici_bytes b, size_t at)
{
	const uint8_t *p = b.p + at;
	size_t n = digits_at(b, at);

	if (at > 0 && p[-1] == '+' && n >= 2 && memcmp(p, "48", 2) == 0 &&
	    has_national_number(b, at + 2))
		return true;
	if (n >= 4 && memcmp(p, "0048", 4) == 0 &&
	    has_national_number(b, at + 4))
		return true;
	if (has_groups(b, at, "333") || has_groups(b, at, "2322"))
		return true;
	return n == 9 && has_tel_before(b, at);
}

static bool is_pesel(const uint8_t p[11])
{
	static const uint8_t weights[10] = {1, 3, 7, 9, 1, 3, 7, 9, 1, 3};
	unsigned int sum = 0;

	for (size_t i = 0; i < 10; i++)
		sum += weights[i] * (unsigned int)(p[i] - '0');
	return (10 - sum % 10) % 10 == (unsigned int)(p[10] - '0');
}

static bool is_email_char(uint8_t c)
{
	return is_letter(c) || is_digit(c) || c == '.' || c == '_' ||
	       c == '-' || c == '+' || c == '%';
}

/* local@domain.tld around the @ at `at`. */
static bool has_email(struct wici_bytes b, size_t at)
{
	size_t letters = 0; /* In the label that is being read. */
	size_t label = 0;
	size_t labels = 0; /* Before it. */

	if (at == 0 || !is_email_char(b.p[at - 1]))
		return false;
	for (size_t i = at + 1; i < b.len; i++) {
		uint8_t c = b.p[i];

		if (c == '.' && label > 0) {
			labels++;
			label = 0;
			letters = 0;
		} else if (is_letter(c) || is_digit(c) || c == '-') {
			label++;
			letters += is_letter(c);
		} else {
			break;
		}
		if (labels > 0 && letters >= 2)
			return true;
	}
	return false;
}

bool wici_text_is_personal(struct wici_bytes b)
{
	size_t n;

	for (size_t at = 0; at < b.len; at++) {
		if (b.p[at] == '@' && has_email(b, at))
			return true;
		n = digits_at(b, at);
		if (n == 0)
			continue;
		if ((n == 11 && is_pesel(b.p + at)) || has_telephone(b, at))
			return true;
		at += n - 1;
	}
	return false;
}

/* Voivodeships have even numbers, 02 to 32; kinds of a gmina are 1 to 5, 8, 9. */
bool wici_text_is_teryt(struct wici_bytes b)
{
	unsigned int voivodeship;

	if (b.len != 2 && b.len != 4 && b.len != 6 && b.len != 7)
		return false;
	for (size_t i = 0; i < b.len; i++)
		if (!is_digit(b.p[i]))
			return false;
	voivodeship = (unsigned int)(b.p[0] - '0') * 10 +
		      (unsigned int)(b.p[1] - '0');
	if (voivodeship == 0 || voivodeship > 32 || voivodeship % 2)
		return false;
	for (size_t i = 2; i + 1 < b.len; i += 2)
		if (b.p[i] == '0' && b.p[i + 1] == '0')
			return false;
	return b.len != 7 || (b.p[6] != '0' && b.p[6] != '6' && b.p[6] != '7');
}

static const char charset[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

#define BECH32M_CONST    0x2bc830a3U
#define BECH32_CHECK_LEN 6

static uint32_t polymod(uint32_t c, uint32_t value)
{
	static const uint32_t gen[] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa,
				       0x3d4233dd, 0x2a1462b3};
	uint32_t top = c >> 25;

	c = (c & 0x1ffffff) << 5 ^ value;
	for (size_t i = 0; i < 5; i++)
		if (top >> i & 1)
			c ^= gen[i];
	return c;
}

static uint32_t polymod_hrp(const char *hrp)
{
	uint32_t c = 1;

	for (const char *p = hrp; *p; p++)
		c = polymod(c, (uint32_t)(uint8_t)*p >> 5);
	c = polymod(c, 0);
	for (const char *p = hrp; *p; p++)
		c = polymod(c, (uint32_t)(uint8_t)*p & 31);
	return c;
}

enum wici_err wici_bech32_encode(char *out, size_t out_len, const char *hrp,
				 struct wici_bytes data)
{
	size_t hrp_len = strlen(hrp);
	uint32_t check = polymod_hrp(hrp);
	uint32_t bits = 0;
	unsigned int have = 0;

	if (data.len > SIZE_MAX / 16 ||
	    out_len < hrp_len + 8 + (data.len * 8 + 4) / 5)
		return WICI_TOO_LARGE;
	memcpy(out, hrp, hrp_len);
	out += hrp_len;
	*out++ = '1';

	for (size_t i = 0; i < data.len || have > 0;) {
		if (have < 5 && i < data.len) {
			bits = (bits & 0xf) << 8 | data.p[i++];
			have += 8;
		} else if (have < 5) { /* The rest, filled up with zeroes. */
			bits <<= 5 - have;
			have = 5;
		}
		have -= 5;
		check = polymod(check, bits >> have & 31);
		*out++ = charset[bits >> have & 31];
	}

	for (size_t i = 0; i < BECH32_CHECK_LEN; i++)
		check = polymod(check, 0);
	check ^= BECH32M_CONST;
	for (unsigned int i = 0; i < BECH32_CHECK_LEN; i++)
		*out++ = charset[check >> 5 * (5 - i) & 31];
	*out = '\0';
	return WICI_OK;
}

/* The next character that counts, in lower case, or 0 at the end: people wrap
 * long tokens, indent them and break them with hyphens. */
static uint8_t next_char(struct wici_cursor *c)
{
	while (c->len > 0) {
		uint8_t ch = wici_take_u8(c);

		if (ch == 0xc2 && c->len > 0 && *c->p == 0xa0)
			(void)wici_take_u8(c); /* U+00A0. */
		else if (ch == 0)
			return 0xff; /* None of ours, and not the end. */
		else if (ch != ' ' && ch != '-' && (ch < '\t' || ch > '\r'))
			return lower(ch);
	}
	return 0;
}

/* The value of a character, or 32. */
static uint32_t value_of(uint8_t ch)
{
	const char *found = ch ? strchr(charset, ch) : NULL;

	return found ? (uint32_t)(found - charset) : 32;
}

/* How many values follow the hrp, checksum included; 0 when anything is off.
 * The cursor is left at the first of them. */
static size_t check_bech32(struct wici_cursor *c, const char *hrp)
{
	struct wici_cursor ahead;
	uint32_t check = polymod_hrp(hrp);
	uint32_t value;
	size_t n = 0;
	uint8_t ch;

	for (; *hrp; hrp++)
		if (next_char(c) != (uint8_t)*hrp)
			return 0;
	if (next_char(c) != '1')
		return 0;
	for (ahead = *c; (ch = next_char(&ahead)) != 0; n++) {
		value = value_of(ch);
		if (value == 32)
			return 0;
		check = polymod(check, value);
	}
	return n >= BECH32_CHECK_LEN && check == BECH32M_CONST ? n : 0;
}

enum wici_err wici_bech32_decode(uint8_t *out, size_t out_max, size_t *len,
				 const char *hrp, struct wici_bytes text)
{
	struct wici_cursor c = wici_cursor(text);
	size_t values = check_bech32(&c, hrp);
	uint32_t bits = 0;
	unsigned int have = 0;
	size_t n = 0;

	if (values == 0)
		return WICI_TOKEN_WRONG;
	if ((values - BECH32_CHECK_LEN) * 5 / 8 > out_max)
		return WICI_TOO_LARGE;
	for (size_t i = 0; i < values - BECH32_CHECK_LEN; i++) {
		bits = (bits & 0x7f) << 5 | value_of(next_char(&c));
		have += 5;
		if (have >= 8) {
			have -= 8;
			out[n++] = (uint8_t)(bits >> have);
		}
	}

	/* One text for one value: what fills up is short, and zero. */
	if (have >= 5 || (bits & ((1U << have) - 1)) != 0)
		return WICI_TOKEN_WRONG;
	*len = n;
	return WICI_OK;
}
