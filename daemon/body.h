/* daemon/body.h — What a client sends, made a canonical payload by the rows of
 * its kind. In a turn.
 *
 * PROTOCOL §2.6: "Unknown fields are kept and ignored": so with what others
 * send. Our own input is strict: an unknown field is refused and named, text becomes NFC,
 * words may be given by their label, institutions and records by what people
 * call them. The same rows-engine reads the params of methods. */
#ifndef WICI_DAEMON_BODY_H
#define WICI_DAEMON_BODY_H

#include "daemon/fault.h"
#include "daemon/find.h"
#include "daemon/node.h"
#include "proto/kind.h"

#define BODY_VALUES_MAX 4

/* A field that is the node's to set, whatever the client says. */
struct body_value {
	const char *name;
	struct wici_bytes raw; /* Canonical MessagePack. */
};

struct body_input {
	const struct wici_kind *kind;
	struct wici_bytes map; /* One map, any valid MessagePack. */
	size_t values_count;
	struct body_value values[BODY_VALUES_MAX];
};

/* Writes the payload; empty w first. WICI_UNKNOWN_FIELD, WICI_BAD_FIELD,
 * WICI_NOT_FOUND or WICI_AMBIGUOUS (a name or id), WICI_TOO_LARGE; the fault
 * says which field. wici_kind_check has the last word. */
WICI_NODISCARD
enum wici_err body_make(struct node *n, const struct body_input *in,
			struct growing *payload, struct fault *fault);

/* The params of a method: the same, by its rows (in any order), without a
 * kind. A MAP row without sub is any map, copied as it came. */
WICI_NODISCARD
enum wici_err body_make_params(struct node *n, const struct wici_field *rows,
			       struct wici_bytes map, enum find_by by,
			       struct growing *out, struct fault *fault);

/* A payload with one field's value replaced; the field must be there. */
void body_replace(struct wici_bytes payload, const struct body_value *value,
		  struct wici_mp_writer *w);

/* What an edit amounts to: the old payload's fields, with those of the patch in
 * their stead; nil in the patch removes one. Fields that the node sets
 * (BY_NODE, SUPERSEDES) are left out of the old. */
void body_merge(const struct wici_kind *kind, struct wici_bytes old,
		struct wici_bytes patch, struct wici_mp_writer *w);

/* A map without one of its keys. */
void body_without(struct wici_bytes map, const char *key,
		  struct wici_mp_writer *w);

#endif
