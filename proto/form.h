/* proto/form.h — A strict reader of maps that have exactly these fields.
 *
 * Over bytes that wici_mp_check() has found canonical: keys have one order
 * there, so that reading is sequential. Sticky: after the first thing that
 * does not fit nothing else is read, what is returned is zero, and the reader
 * asks `ok` once, at its end. */
#ifndef WICI_PROTO_FORM_H
#define WICI_PROTO_FORM_H

#include "proto/bytes.h"
#include "proto/mp_read.h"

struct wici_form {
	struct wici_mp_reader r;
	bool ok;
};

void wici_form_init(struct wici_form *f, struct wici_bytes b);

/* A map of exactly so many fields. */
void wici_form_map(struct wici_form *f, uint32_t fields);

/* The field of this name; name NULL: the next item of an array, or what
 * stands there alone. */
struct wici_bytes wici_form_str(struct wici_form *f, const char *name);
uint64_t wici_form_uint(struct wici_form *f, const char *name);
bool wici_form_bool(struct wici_form *f, const char *name);
void wici_form_bin(struct wici_form *f, const char *name, void *out,
		   size_t len);
struct wici_bytes wici_form_raw(struct wici_form *f, const char *name);

/* How many items follow: min … max, else 0 and not ok. */
uint32_t wici_form_array(struct wici_form *f, const char *name, uint32_t min,
			 uint32_t max);

#endif
