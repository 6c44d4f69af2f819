/* daemon/method_publish.c — From bodies to entries: checked first, all of them,
 * so that nothing is refused once the first is written. */
#include "daemon/method_publish.h"

#include "daemon/cert_index.h"
#include "daemon/draft.h"
#include "daemon/find.h"
#include "daemon/publish.h"
#include "daemon/waiters.h"
#include "proto/kinds/certificate.h"
#include "proto/mp_read.h"

#include <stdlib.h>

#define INDEX_MAX_RAW "\xcf\x00\x1f\xff\xff\xff\xff\xff\xff" /* 2^53 − 1 */

void batch_init(struct batch *b, const struct wici_kind *kind)
{
	memset(b, 0, sizeof(*b));
	b->kind = kind;
	growing_init(&b->payloads, GROWING_LEN_MAX);
}

void batch_clear(struct batch *b)
{
	growing_clear(&b->payloads);
	twice_clear(&b->twice);
	free(b->tried.ids);
	free(b->ends);
}

static void batch_put(struct batch *b, struct wici_bytes payload)
{
	if (b->count == b->max) {
		b->max = b->max ? b->max * 2 : 16;
		b->ends = realloc(b->ends, b->max * sizeof(*b->ends));
		if (!b->ends)
			abort();
	}
	wici_mp_raw(&b->payloads.w, payload);
	b->ends[b->count++] = b->payloads.w.len;
}

static struct wici_bytes batch_at(const struct batch *b, uint32_t i)
{
	size_t from = i ? b->ends[i - 1] : 0;

	return (struct wici_bytes){b->payloads.w.buf + from, b->ends[i] - from};
}

/* The field by which an issuer's record names its scheme, or NULL. */
static const struct wici_field *scheme_field(const struct wici_kind *kind)
{
	return kind->by == WICI_BY_ISSUER ? wici_field_flagged(kind, WICI_CODE)
					  : NULL;
}

static struct wici_bytes scheme_of(const struct wici_kind *kind,
				   struct wici_bytes payload)
{
	const struct wici_field *f = scheme_field(kind);

	return f ? find_line(payload, f->name) : (struct wici_bytes){NULL, 0};
}

/* The one scheme that the own feed issues; NULL: none, or several. */
static const char *only_scheme(const struct node *n)
{
	const char *scheme = NULL;

	for (size_t i = 0; n->own && i < n->roster.issuers_count; i++) {
		const struct wici_issuer *issuer = &n->roster.issuers[i];

		if (!wici_key_equal(&issuer->at.feed, &n->own->row.key))
			continue;
		if (scheme)
			return NULL;
		scheme = issuer->scheme;
	}
	return scheme;
}

enum wici_err method_may(struct call *call, const struct wici_kind *kind,
			 struct wici_bytes payload)
{
	enum wici_err err =
		publish_may(call->node, kind, scheme_of(kind, payload));

	if (err == WICI_NOT_MEMBER)
		fault_hint(&call->fault,
			   "there is no network yet: `wici network create` or "
			   "`wici join`");
	if (err == WICI_NOT_PERMITTED && kind->by == WICI_BY_ISSUER)
		fault_hint(&call->fault,
			   "only an issuing feed writes %s: `wici roster show` "
			   "names the issuers",
			   kind->name);
	return err;
}

bool method_is_put_off(enum wici_err err)
{
	return err == WICI_WAITING || err == WICI_SEALED;
}

enum wici_err method_put_off(struct call *call, enum wici_err why,
			     uint32_t count)
{
	const struct node *n = call->node;

	if (why == WICI_WAITING && !call->is_late) {
		call->is_deferred = true;
		return waiters_add_publish(call->node, call);
	}
	if (n->is_read_only || n->is_full)
		return WICI_FULL;
	if (!draft_has_room(n, count))
		return method_refuse(call, WICI_BUSY,
				     "too many drafts wait already: `wici "
				     "draft list`");
	return WICI_OK;
}

const char *method_put_off_reason(const struct node *n, enum wici_err why)
{
	return why == WICI_SEALED ? n->sealed : wici_err_code(why);
}

/* A grant's index is the node's to give: in its place stands the greatest,
 * so that the payload cannot grow too large when it gets its own. */
static enum wici_err make_payload(struct call *call,
				  const struct wici_kind *kind,
				  struct wici_bytes map,
				  const struct body_value *supersedes,
				  struct growing *payload)
{
	static const uint8_t nothing[2 + WICI_ID_LEN] = {0xc4, WICI_ID_LEN,
							 0xff};
	struct body_input in = {.kind = kind, .map = map};
	const struct wici_field *after = wici_field_flagged(kind, WICI_AFTER);
	const struct wici_field *about = wici_field_flagged(kind, WICI_SUBJECT);
	const struct wici_field *scheme = scheme_field(kind);
	const char *only = scheme ? only_scheme(call->node) : NULL;
	struct wici_bytes raw;
	struct growing word;
	enum wici_err err;

	growing_init(&word, 1024);
	if (supersedes)
		in.values[in.values_count++] = *supersedes;
	/* What an act answers is found once it is known what it is about. */
	if (after && about && (after->flags & WICI_BY_NODE) &&
	    !wici_mp_find(WICI_MP_LENIENT, map, about->name, &raw))
		in.values[in.values_count++] = (struct body_value){
			after->name, {nothing, sizeof(nothing)}};
	if (kind == &wici_kind_certificate_grant)
		in.values[in.values_count++] =
			(struct body_value){"index", WICI_BYTES(INDEX_MAX_RAW)};
	if (only && wici_mp_find(WICI_MP_LENIENT, map, scheme->name, &raw)) {
		wici_mp_str(&word.w, only);
		in.values[in.values_count++] =
			(struct body_value){scheme->name, growing_bytes(&word)};
	}
	err = body_make(call->node, &in, payload, &call->fault);
	growing_clear(&word);
	return err;
}

static enum wici_err check_twice(struct call *call, struct batch *b,
				 struct wici_bytes payload)
{
	enum wici_err err;

	if (b->kind != &wici_kind_certificate_grant)
		return WICI_OK;
	if (b->is_many)
		return twice_check(call->node, &b->twice, payload,
				   &call->fault);
	err = twice_find(call->node, payload, &b->other);
	b->has_other = err == WICI_OK;
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

/* Of a kind of which there is one for each subject, a further one supersedes
 * the one before. */
static enum wici_err succeed_own(struct call *call,
				 const struct wici_kind *kind,
				 struct wici_bytes map, struct growing *payload)
{
	struct body_value value = {.name = "supersedes"};
	struct growing raw;
	struct wici_id id;
	struct wici_bytes given;
	enum wici_err err;

	if (!wici_mp_find(WICI_MP_LENIENT, map, value.name, &given))
		return WICI_OK;
	err = process_predecessor(call->node, kind, growing_bytes(payload),
				  &id);
	if (err)
		return err == WICI_NOT_FOUND ? WICI_OK : err;
	growing_init(&raw, 64);
	wici_mp_bin(&raw.w, id.b, WICI_ID_LEN);
	value.raw = growing_bytes(&raw);
	growing_clear(payload);
	err = make_payload(call, kind, map, &value, payload);
	growing_clear(&raw);
	return err;
}

enum wici_err batch_add(struct call *call, struct batch *b,
			struct wici_bytes map,
			const struct body_value *supersedes)
{
	struct growing payload;
	enum wici_err err;

	growing_init(&payload, GROWING_LEN_MAX);
	err = make_payload(call, b->kind, map, supersedes, &payload);
	if (!err && !supersedes)
		err = succeed_own(call, b->kind, map, &payload);
	if (!err)
		err = process_try(call->node, b->kind, &payload, &b->tried,
				  &call->fault);
	if (!err)
		err = method_may(call, b->kind, growing_bytes(&payload));
	if (method_is_put_off(err)) {
		b->put_off = err;
		err = WICI_OK;
	}
	if (!err)
		err = check_twice(call, b, growing_bytes(&payload));
	if (!err)
		batch_put(b, growing_bytes(&payload));
	growing_clear(&payload);
	if (!err && b->payloads.w.overflow)
		err = WICI_TOO_LARGE;
	return err;
}

/* The payload with its own index; the number is taken when `keep`. */
static enum wici_err index_payload(struct node *n, struct wici_bytes payload,
				   bool keep, struct growing *out)
{
	struct wici_bytes scheme = find_line(payload, "scheme");
	struct body_value value = {.name = "index"};
	struct growing number;
	uint64_t index;
	enum wici_err err = cert_index_next(n, scheme, &index);

	if (!err && keep)
		err = cert_index_keep(n, scheme, index);
	if (err)
		return err;
	growing_init(&number, 16);
	wici_mp_uint(&number.w, index);
	value.raw = growing_bytes(&number);
	body_replace(payload, &value, &out->w);
	growing_clear(&number);
	return WICI_OK;
}

enum wici_err method_publish(struct node *n, const struct wici_kind *kind,
			     struct wici_bytes payload, struct wici_head *head)
{
	struct wici_bytes scheme = scheme_of(kind, payload);
	struct growing indexed;
	enum wici_err err = WICI_OK;

	growing_init(&indexed, GROWING_LEN_MAX);
	if (kind == &wici_kind_certificate_grant) {
		err = index_payload(n, payload, true, &indexed);
		payload = growing_bytes(&indexed);
		scheme = scheme_of(kind, payload);
	}
	if (!err)
		err = publish_entry(n, kind, payload, scheme, head);
	growing_clear(&indexed);
	return err;
}

void method_write_head(struct wici_mp_writer *w, struct node *n,
		       const struct wici_head *head, uint32_t more)
{
	wici_mp_map(w, 4 + more);
	wici_mp_str(w, "id");
	wici_mp_hex(w, head->id.b, WICI_ID_LEN);
	wici_mp_str(w, "feed");
	wici_mp_hex(w, head->feed.b, WICI_KEY_LEN);
	wici_mp_str(w, "seq");
	wici_mp_uint(w, head->seq);
	wici_mp_str(w, "held_by");
	wici_mp_uint(w, view_held_by(n, n->own, head->seq));
}

/* "personal": [field…], a pair: where something looks as if it named a person.
 * It is not refused, but said. */
static void write_personal(struct wici_mp_writer *w,
			   const struct wici_kind *kind,
			   struct wici_bytes payload)
{
	const struct wici_field *f = NULL;
	struct growing names;
	uint32_t count = 0;

	growing_init(&names, GROWING_LEN_MAX);
	while ((f = wici_kind_personal(kind, payload, f))) {
		wici_mp_str(&names.w, f->name);
		count++;
	}
	wici_mp_str(w, "personal");
	wici_mp_array(w, count);
	wici_mp_raw(w, growing_bytes(&names));
	growing_clear(&names);
}

static enum wici_err write_dry(struct call *call, const struct wici_kind *kind,
			       struct wici_bytes payload)
{
	struct wici_mp_writer *w = call->result;
	enum wici_err err = WICI_OK;
	struct growing indexed;

	growing_init(&indexed, GROWING_LEN_MAX);
	if (kind == &wici_kind_certificate_grant) {
		err = index_payload(call->node, payload, false, &indexed);
		payload = growing_bytes(&indexed);
	}
	wici_mp_map(w, 4);
	wici_mp_str(w, "kind");
	wici_mp_str(w, kind->name);
	wici_mp_str(w, "body");
	view_value(w, payload);
	wici_mp_str(w, "names");
	view_names(w, call->node, kind, payload);
	write_personal(w, kind, payload);
	growing_clear(&indexed);
	return err;
}

static enum wici_err keep_one(struct call *call, const struct batch *b)
{
	struct wici_mp_writer *w = call->result;
	int64_t number = 0;
	enum wici_err err = method_put_off(call, b->put_off, 1);

	if (!err && !call->is_deferred)
		err = draft_keep(call->node, b->kind, batch_at(b, 0), &number);
	wici_mp_map(w, 4);
	wici_mp_str(w, "draft");
	wici_mp_uint(w, (uint64_t)number);
	wici_mp_str(w, "reason");
	wici_mp_str(w, method_put_off_reason(call->node, b->put_off));
	wici_mp_str(w, "kind");
	wici_mp_str(w, b->kind->name);
	write_personal(w, b->kind, batch_at(b, 0));
	return err;
}

/* One record: its head, or what it would say. */
enum wici_err batch_finish_one(struct call *call, const struct batch *b,
			       bool is_dry)
{
	struct wici_head head;
	enum wici_err err;

	if (is_dry)
		return write_dry(call, b->kind, batch_at(b, 0));
	if (b->put_off)
		return keep_one(call, b);
	err = method_publish(call->node, b->kind, batch_at(b, 0), &head);
	if (err)
		return err;
	method_write_head(call->result, call->node, &head, 2 + b->has_other);
	wici_mp_str(call->result, "kind");
	wici_mp_str(call->result, b->kind->name);
	write_personal(call->result, b->kind, batch_at(b, 0));
	if (b->has_other) {
		wici_mp_str(call->result, "same_number");
		wici_mp_hex(call->result, b->other.b, WICI_ID_LEN);
	}
	return WICI_OK;
}

static enum wici_err keep_all(struct call *call, const struct batch *b)
{
	struct wici_mp_writer *w = call->result;
	enum wici_err err = method_put_off(call, b->put_off, b->count);

	if (err || call->is_deferred)
		return err;
	wici_mp_map(w, 3);
	wici_mp_str(w, "items");
	wici_mp_array(w, b->count);
	for (uint32_t i = 0; !err && i < b->count; i++) {
		int64_t number = 0;

		err = draft_keep(call->node, b->kind, batch_at(b, i), &number);
		wici_mp_map(w, 1);
		wici_mp_str(w, "draft");
		wici_mp_uint(w, (uint64_t)number);
	}
	wici_mp_str(w, "rejected");
	wici_mp_array(w, 0);
	wici_mp_str(w, "reason");
	wici_mp_str(w, method_put_off_reason(call->node, b->put_off));
	return err;
}

enum wici_err batch_finish_all(struct call *call, const struct batch *b,
			       bool is_dry)
{
	struct wici_mp_writer *w = call->result;
	enum wici_err err = WICI_OK;

	if (!is_dry && b->put_off)
		return keep_all(call, b);
	wici_mp_map(w, 2);
	wici_mp_str(w, "items");
	wici_mp_array(w, b->count);
	for (uint32_t i = 0; !err && i < b->count; i++) {
		struct wici_head head;

		if (is_dry) {
			err = write_dry(call, b->kind, batch_at(b, i));
			continue;
		}
		err = method_publish(call->node, b->kind, batch_at(b, i),
				     &head);
		if (err)
			break;
		method_write_head(w, call->node, &head, 1);
		write_personal(w, b->kind, batch_at(b, i));
	}
	wici_mp_str(w, "rejected");
	wici_mp_array(w, 0);
	return err;
}
