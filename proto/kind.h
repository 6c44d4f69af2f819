/* proto/kind.h — What a record kind is: rows of fields. Checking and reading
 * a payload by its rows, for every kind alike.
 *
 * PROTOCOL §2.6. Validation, typed reading, JSON both ways, command-line
 * flags, method parameters, reference and projections all come from the rows.
 * Rows ascend by name, as the keys of a canonical map do, so that one merge
 * walk finds what is missing, doubled or misplaced. */
#ifndef WICI_PROTO_KIND_H
#define WICI_PROTO_KIND_H

#include "proto/attachment.h"
#include "proto/bytes.h"
#include "proto/err.h"
#include "proto/id.h"
#include "proto/mp_read.h"

/* How a value stands in a payload, and what `at` points to in the kind's
 * struct. The struct is zeroed first: zero, or a NULL p, is "absent"; so a
 * LINE or TEXT is never empty, and a MEMBER or RECORD never zero. */
enum wici_type {
	WICI_TYPE_LINE, /* str, a LINE of text.h → struct wici_bytes */
	WICI_TYPE_TEXT, /* str, a TEXT of text.h → struct wici_bytes */
	WICI_TYPE_UINT, /* uint ≤ 2^53 − 1 → uint64_t */
	WICI_TYPE_BOOL, /* bool → bool */
	WICI_TYPE_DAY,  /* str "2026-12-31" → struct wici_when */
	WICI_TYPE_WHEN, /* str "2014", "2021-07" or a day → struct wici_when */
	WICI_TYPE_WORD,   /* str, one of `words` → struct wici_bytes */
	WICI_TYPE_MEMBER, /* bin [32], an identity → struct wici_key */
	WICI_TYPE_RECORD, /* bin [32], an entry's id → struct wici_id */
	WICI_TYPE_PARTY, /* map {member?: bin [32], name?: LINE}, one at least */
	WICI_TYPE_BYTES, /* bin of exactly len_max → struct wici_bytes */
	WICI_TYPE_FILE,  /* map by wici_file_fields: attachment.h */
	WICI_TYPE_MAP    /* map by `sub` */
};

/* Flags of a field. */
#define WICI_REQUIRED   0x0001u
#define WICI_LIST       0x0002u /* array of 1 … items_max of the type */
#define WICI_TITLE      0x0004u /* record: title */
#define WICI_ABOUT      0x0008u /* record: about whom (MEMBER) */
#define WICI_AFTER      0x0010u /* the act this one answers (RECORD) */
#define WICI_NUMBER     0x0020u /* record: looked up by people */
#define WICI_ON         0x0040u /* record: on which day (DAY, WHEN) */
#define WICI_SEARCH     0x0080u /* goes into the search index */
#define WICI_BY_NODE    0x0100u /* set by the node, never by a client */
#define WICI_GUARDED    0x0200u /* refused when it looks personal, §5.6 */
#define WICI_SUPERSEDES 0x0400u /* the record this one replaces (RECORD) */
#define WICI_SUBJECT    0x0800u /* the record this act is about (RECORD) */
#define WICI_CODE       0x1000u /* LINE: a lowercase word, [a-z][a-z0-9-]* */
#define WICI_UNIQUE     0x2000u /* used once for each CODE of its kind (UINT) */
#define WICI_TERYT      0x4000u /* LINE: input must be a TERYT number */
#define WICI_MOVE       0x8000u /* which move of its process it is (WORD) */

#define WICI_UNBOUND      0xffff /* `at` of a field that no code reads. */
#define WICI_BODY_LEN_MAX ((size_t)512) /* Of any kind's struct. */

struct wici_label {
	const char *pl;
	const char *en;
};

struct wici_word { /* code NULL ends the list. */
	const char *code;
	struct wici_label label;
};

struct wici_when {     /* text.p NULL: absent. */
	int32_t first; /* Days since 1970-01-01. */
	int32_t last;
	struct wici_bytes text;
};

struct wici_field {
	const char *name; /* Key, JSON name and flag. NULL ends the list. */
	enum wici_type type;
	uint16_t flags;
	uint16_t len_max;   /* Of LINE, TEXT: bytes; of BYTES: exactly; 0:
			     * any length (in params, or by the kind's rule). */
	uint16_t items_max; /* Of a LIST. */
	uint16_t at;        /* offsetof() in the kind's struct, or UNBOUND. */
	const struct wici_word *words;
	const struct wici_field *sub;
	struct wici_label label;
};

struct wici_process;

/* Whose feeds an act of this kind counts in: judged when applied. */
enum wici_right {
	WICI_BY_OPENING,   /* Entry 1 of any feed, and only there. */
	WICI_BY_MEMBER,    /* Any member's feed. */
	WICI_BY_REGISTRAR, /* The registrar feed. */
	WICI_BY_ISSUER,    /* An issuing feed, for its scheme. */
	WICI_BY_WITNESS    /* A feed whose word about the root is asked for. */
};

struct wici_kind {
	uint16_t number;  /* In the header; never reused. */
	const char *name; /* "certificate.grant": also a method's. */
	enum wici_right by;
	bool is_critical; /* Sets WICI_FLAG_CRITICAL. */
	bool is_right;    /* Gives or takes a right: own signature verified
			   * before applied, not erasable. */
	const struct wici_field *fields;
	/* Names of fields in the order in which people tell them, a blank
	 * between two; the others follow by name. NULL: all by name. */
	const char *order;
	size_t body_len; /* sizeof the kind's struct. */
	/* What a record of this kind begins: process.h; or NULL. */
	const struct wici_process *process;
	/* A rule between fields, or NULL. On an error *field is its name: of
	 * one that is not there, the others ask for it. */
	enum wici_err (*check)(const void *body, const char **field);
	struct wici_label label;
};

/* What is wrong with a payload or an input, for people: all static strings
 * but `got`, which is borrowed. Inside a MAP `field` is the inner row's. */
struct wici_problem {
	enum wici_err err;
	const char *field; /* The row's name, or NULL. */
	/* A code word: wici_type_name() of the row; or "required", "list",
	 * "fewer", "shorter", "not_empty", "not_personal", "code", "file_name",
	 * "file_size", "media_type"; "rule" (the one between fields); of the whole "canonical", "map", "size". */
	const char *expected;
	struct wici_bytes got;
};

/* The rows of a FILE: name, root, size, type. */
extern const struct wici_field wici_file_fields[];

/* Does the payload fit the kind? Canonical, every required field, every value
 * of its type and within limits, the rule between fields. Unknown fields are
 * allowed (foreign input: PROTOCOL §2.6). *problem says what is wrong; the
 * result equals problem->err: WICI_TOO_LARGE, a WICI_REJECT_* of
 * wici_mp_check(), else WICI_BAD_FIELD. */
WICI_NODISCARD
enum wici_err wici_kind_check(const struct wici_kind *kind,
			      struct wici_bytes payload,
			      struct wici_problem *problem);

/* The fields of a payload that its kind knows, in their order and in one walk:
 * keys and rows both ascend. The payload must have passed wici_kind_check, and is
 * borrowed. Owned by the caller; private to kind.c. */
struct wici_fields {
	struct wici_mp_reader r;
	uint32_t left;
	const struct wici_field *row;
};
void wici_fields_init(struct wici_fields *f, const struct wici_kind *kind,
		      struct wici_bytes payload);
/* *raw: its value. False: there are no more. */
bool wici_fields_next(struct wici_fields *f, const struct wici_field **field,
		      struct wici_bytes *raw);

/* For input alone (a guess must not decide what counts): does a GUARDED line
 * look as if it named a person? The payload must have passed wici_kind_check.
 * WICI_BAD_FIELD, expected "not_personal". */
WICI_NODISCARD
enum wici_err wici_kind_guard(const struct wici_kind *kind,
			      struct wici_bytes payload,
			      struct wici_problem *problem);

/* For input alone: the next field behind `after` (NULL: the first) that is not
 * GUARDED and in which something looks personal, however deep. The payload must
 * have passed wici_kind_check. NULL: no more. */
const struct wici_field *wici_kind_personal(const struct wici_kind *kind,
					    struct wici_bytes payload,
					    const struct wici_field *after);

/* Reads bound fields into the kind's struct (kind->body_len bytes, zeroed
 * here). The payload must have passed wici_kind_check. Lists bind as the raw
 * array (struct wici_bytes). Borrows the payload. */
void wici_kind_read(const struct wici_kind *kind, struct wici_bytes payload,
		    void *body);

/* Is one value (raw MessagePack) of the field's type and limits, LIST
 * included? Used by check and by the daemon for what a client sent. */
WICI_NODISCARD
enum wici_err wici_field_check(const struct wici_field *f,
			       struct wici_bytes raw,
			       struct wici_problem *problem);

/* The i-th attachment that the payload names, over all its fields. The payload
 * must have passed wici_kind_check, and is borrowed. */
bool wici_kind_file(const struct wici_kind *kind, struct wici_bytes payload,
		    size_t i, struct wici_file *file);

/* Does the node alone write this kind: entry 1, admissions, and what has no
 * field that a client may give? */
bool wici_kind_is_by_node(const struct wici_kind *kind);

/* The row of this name, or NULL. */
const struct wici_field *wici_field_find(const struct wici_field *fields,
					 struct wici_bytes name);

/* The i-th row in the order for people, or NULL. */
const struct wici_field *wici_field_nth(const struct wici_kind *kind, size_t i);

/* The first row with this flag, or NULL. */
const struct wici_field *wici_field_flagged(const struct wici_kind *kind,
					    uint16_t flag);

/* The word of this code; with_labels also by a label, in either language, as
 * people type it. NULL when there is none. */
const struct wici_word *wici_word_find(const struct wici_word *words,
				       struct wici_bytes text,
				       bool with_labels);

/* The code word for a type, as in errors and `wici kinds`: "line", "day"… */
const char *wici_type_name(enum wici_type type);

#endif
