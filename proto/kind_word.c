/* proto/kind_word.c — Words: those that a field knows, and what the types are
 * called. */
#include "proto/kind.h"

const struct wici_word *wici_word_find(const struct wici_word *words,
				       struct wici_bytes text, bool with_labels)
{
	for (const struct wici_word *w = words; w->code; w++)
		if (wici_bytes_is(text, w->code))
			return w;
	for (const struct wici_word *w = words; with_labels && w->code; w++)
		if (wici_bytes_is(text, w->label.pl) ||
		    wici_bytes_is(text, w->label.en))
			return w;
	return NULL;
}

const char *wici_type_name(enum wici_type type)
{
	switch (type) {
	case WICI_TYPE_LINE:
		return "line";
	case WICI_TYPE_TEXT:
		return "text";
	case WICI_TYPE_UINT:
		return "uint";
	case WICI_TYPE_BOOL:
		return "bool";
	case WICI_TYPE_DAY:
		return "day";
	case WICI_TYPE_WHEN:
		return "when";
	case WICI_TYPE_WORD:
		return "word";
	case WICI_TYPE_MEMBER:
		return "member";
	case WICI_TYPE_RECORD:
		return "record";
	case WICI_TYPE_PARTY:
		return "party";
	case WICI_TYPE_BYTES:
		return "bytes";
	case WICI_TYPE_FILE:
		return "file";
	case WICI_TYPE_MAP:
		return "map";
	}
	return "";
}
