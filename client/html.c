/* client/html.c — Letters that mean something to HTML, made letters again. */
#include "client/html.h"

#include "proto/text.h"

#define REPLACEMENT "\xef\xbf\xbd"

/* Bytes of the letter that begins here; 1 for what begins none. */
static size_t letter_len(const char *p)
{
	static const uint8_t heads[][2] = {
		{0xe0, 0xc0}, {0xf0, 0xe0}, {0xf8, 0xf0}};
	const uint8_t *b = (const uint8_t *)p;

	for (size_t i = 0; i < 3; i++) {
		size_t len = 1;

		if ((b[0] & heads[i][0]) != heads[i][1])
			continue;
		while (len < i + 2 && (b[len] & 0xc0) == 0x80)
			len++;
		return len;
	}
	return 1;
}

static const char *entity(char letter)
{
	switch (letter) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void html_text(FILE *out, const char *text)
{
	while (text && *text) {
		size_t len = letter_len(text);
		struct wici_bytes b = {(const uint8_t *)text, len};
		const char *word = entity(*text);

		if (word)
			fputs(word, out);
		else if (*text == '\n' || wici_text_is_line(b))
			(void)fwrite(text, 1, len, out);
		else
			fputs(REPLACEMENT, out);
		text += len;
	}
}

void html_element(FILE *out, const char *tag, const char *name,
		  const char *text)
{
	if (!text || !text[0])
		return;
	fprintf(out, "<%s", tag);
	if (name)
		fprintf(out, " class=\"%s\"", name);
	fputc('>', out);
	html_text(out, text);
	fprintf(out, "</%s>\n", tag);
}
