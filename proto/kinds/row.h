/* proto/kinds/row.h — How the tables of fields are written: a row a macro, so
 * that a table reads as one. And what every record of a member has alike. */
#ifndef WICI_PROTO_KINDS_ROW_H
#define WICI_PROTO_KINDS_ROW_H

#include "proto/kind.h"

/* A row that is bound to the kind's struct; then more members of struct
 * wici_field, .flags at least. */
#define WICI_ROW_AT(name_, type_, at_, pl_, en_, ...)                          \
	{                                                                      \
		.name = (name_), .type = WICI_TYPE_##type_, .at = (at_),       \
		.label = {(pl_), (en_)}, __VA_ARGS__                           \
	}

/* A row that no code reads. */
#define WICI_ROW(name_, type_, pl_, en_, ...)                                  \
	WICI_ROW_AT(name_, type_, WICI_UNBOUND, pl_, en_, __VA_ARGS__)

/* One line, and a text, of the usual length; then .flags, if any. */
#define WICI_ROW_LINE(name_, pl_, en_, flags_)                                 \
	WICI_ROW(name_, LINE, pl_, en_, .len_max = 500, .flags = (flags_))
#define WICI_ROW_TEXT(name_, pl_, en_, flags_)                                 \
	WICI_ROW(name_, TEXT, pl_, en_, .len_max = 20000, .flags = (flags_))

/* Where it comes from, in the words of the source. */
#define WICI_ROW_SOURCE                                                        \
	WICI_ROW("source_ref", TEXT, "Źródło", "Source", .len_max = 8000)
#define WICI_ROW_SUPERSEDES                                                    \
	WICI_ROW("supersedes", RECORD, "Zastępuje", "Supersedes",              \
		 .flags = WICI_SUPERSEDES)
/* What this act answers: the node sees to it. */
#define WICI_ROW_AFTER                                                         \
	WICI_ROW("after", RECORD, "W odpowiedzi na", "In answer to",           \
		 .flags = WICI_AFTER | WICI_BY_NODE)

/* Rows of a table of moves; ST and ACT are the file's: a state, a kind. Then
 * more members of struct wici_move. */
#define WICI_MOVE_ROW(from_, act_, to_, ...)                                   \
	{                                                                      \
		.from = ST(from_), .kind = ACT(act_), .to = ST(to_),           \
		__VA_ARGS__                                                    \
	}
/* Who owes what in a state. */
#define WICI_OWED_ROW(in_, by_, act_, ...)                                     \
	{                                                                      \
		.in = ST(in_), .by = (by_), .kind = ACT(act_), __VA_ARGS__     \
	}

/* A term that ends before it begins is nobody's intention: then the field
 * `until` is wrong. Either may be absent. */
static inline enum wici_err wici_check_term(const struct wici_when *since,
					    const struct wici_when *until,
					    const char *until_name,
					    const char **field)
{
	if (!since->text.p || !until->text.p || since->first <= until->last)
		return WICI_OK;
	*field = until_name;
	return WICI_BAD_FIELD;
}

/* Attachments. */
#define WICI_ROW_FILES(name_, pl_, en_)                                        \
	WICI_ROW(name_, FILE, pl_, en_, .flags = WICI_LIST, .items_max = 20)

#endif
