/* client/heading.c — Headings compared as people write them: without case, and
 * a dash or an underscore for a space. */
#include "client/heading.h"

#include <string.h>

#define HEADING_MAX 200

/* Polish capitals and their small letters, two bytes each. */
static const char letters[] = "ĄąĆćĘęŁłŃńÓóŚśŹźŻż";

/* Without case, and all that may part words as one space. */
static void fold(char out[HEADING_MAX], const char *text)
{
	size_t len = 0;

	while (*text && len < HEADING_MAX - 3) {
		const char *at = letters;

		if (strchr(" _-\t\r\n", *text) ||
		    strncmp(text, "\u00a0", 2) == 0) {
			if (len && out[len - 1] != ' ')
				out[len++] = ' ';
			text += *text == '\xc2' ? 2 : 1;
			continue;
		}
		while (*at && strncmp(at, text, 2) != 0)
			at += 4;
		if (*at) {
			out[len++] = at[2];
			out[len++] = at[3];
			text += 2;
			continue;
		}
		out[len++] = *text >= 'A' && *text <= 'Z'
				     ? (char)(*text - 'A' + 'a')
				     : *text;
		text++;
	}
	while (len && out[len - 1] == ' ')
		len--;
	out[len] = '\0';
}

/* "na lata (jak w dokumencie)": when is_short, without what stands in
 * brackets. */
static bool is_label(const char *label, const char *heading, bool is_short)
{
	char folded[HEADING_MAX];
	char *bracket;

	fold(folded, label ? label : "");
	bracket = strstr(folded, " (");
	if (is_short && bracket)
		*bracket = '\0';
	return folded[0] && strcmp(folded, heading) == 0;
}

bool heading_is_blank(const char *heading)
{
	char folded[HEADING_MAX];

	fold(folded, heading);
	return !folded[0];
}

/* Another field's whole label may be this one's without its brackets. */
const struct wici_field *heading_field(const struct wici_kind *kind,
				       const char *heading)
{
	char folded[HEADING_MAX];

	fold(folded, heading);
	for (int is_short = 0; is_short < 2; is_short++)
		for (const struct wici_field *f = kind->fields; f->name; f++)
			if (!(f->flags & WICI_BY_NODE) &&
			    (is_label(f->name, folded, is_short) ||
			     is_label(f->label.pl, folded, is_short) ||
			     is_label(f->label.en, folded, is_short)))
				return f;
	return NULL;
}
