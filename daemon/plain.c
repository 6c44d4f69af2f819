/* daemon/plain.c — Text from people, normalised by libutf8proc. */
#include "daemon/plain.h"

#include "daemon/growing.h"
#include "proto/text.h"

#include <stdlib.h>
#include <utf8proc.h>

static bool is_space(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* In place: it never grows. */
static size_t tidy(uint8_t *p, size_t len)
{
	size_t from = 0;
	size_t to = 0;

	for (size_t i = 0; i < len; i++) {
		uint8_t c = p[i];

		if (c == 0xc2 && i + 1 < len && p[i + 1] == 0xa0) {
			c = ' ';
			i++;
		} else if (c == '\r' && i + 1 < len && p[i + 1] == '\n') {
			continue;
		}
		p[to++] = c;
	}
	while (to > 0 && is_space(p[to - 1]))
		to--;
	while (from < to && is_space(p[from]))
		from++;
	memmove(p, p + from, to - from);
	return to - from;
}

/* Text that is NFC for certain: below U+0300 nothing combines, and nothing that is
 * two characters is one; neither do the dashes and quotation marks from U+2010
 * to U+203F. What people write here is seldom more. */
static bool is_nfc(struct wici_bytes in)
{
	for (size_t i = 0; i < in.len; i++)
		if (in.p[i] >= 0xcc &&
		    !(in.p[i] == 0xe2 && in.p[i + 1] == 0x80 &&
		      in.p[i + 2] >= 0x90))
			return false;
	return true;
}

static enum wici_err map(struct wici_bytes in, utf8proc_option_t options,
			 char **out, size_t *len)
{
	utf8proc_uint8_t *mapped = NULL;
	utf8proc_ssize_t n;

	*out = NULL;
	if (!wici_text_is_utf8(in))
		return WICI_REJECT_TEXT;
	if (options == 0 && is_nfc(in)) {
		*out = growing_alloc(in.len + 1);
		if (in.len)
			memcpy(*out, in.p, in.len);
		*len = tidy((uint8_t *)*out, in.len);
		(*out)[*len] = '\0';
		return WICI_OK;
	}
	n = utf8proc_map(in.p, (utf8proc_ssize_t)in.len, &mapped,
			 options | UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	if (n == UTF8PROC_ERROR_NOMEM)
		abort();
	if (n < 0)
		return WICI_REJECT_TEXT;
	*len = tidy(mapped, (size_t)n);
	mapped[*len] = '\0';
	*out = (char *)mapped;
	return WICI_OK;
}

enum wici_err plain_text(struct wici_bytes in, char **out, size_t *len)
{
	return map(in, 0, out, len);
}

enum wici_err plain_folded(struct wici_bytes in, char **out, size_t *len)
{
	return map(in, UTF8PROC_CASEFOLD, out, len);
}

bool plain_is_same(struct wici_bytes b, const char *folded)
{
	char *text = NULL;
	size_t len = 0;
	bool is_same;

	if (plain_folded(b, &text, &len))
		return false;
	is_same = wici_bytes_equal((struct wici_bytes){(uint8_t *)text, len},
				   wici_bytes_str(folded));
	free(text);
	return is_same;
}
