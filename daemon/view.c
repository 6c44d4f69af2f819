/* daemon/view.c — From an entry to a map that says all there is to say.
 *
 * Body values need no rows (view_value.c). Rows tell which of them are institutions, whose names stand beside. */
#include "daemon/view.h"

#include "daemon/cert_index.h"
#include "daemon/damage.h"
#include "daemon/feeds.h"
#include "daemon/find.h"
#include "daemon/judge.h"
#include "daemon/refs.h"
#include "daemon/store/book.h"
#include "proto/day.h"
#include "proto/kinds.h"
#include "proto/kinds/certificate.h"
#include "proto/mp_read.h"

#include <stdlib.h>

#define VIEW_REFS_MAX ((size_t)64)

void view_author(struct wici_mp_writer *w, const struct node *n,
		 const struct wici_key *identity)
{
	const char *name = find_name(n, identity);

	wici_mp_map(w, 2);
	wici_mp_str(w, "identity");
	wici_mp_hex(w, identity->b, WICI_KEY_LEN);
	wici_mp_str(w, "name");
	view_line(w, wici_bytes_str(name ? name : ""));
}

void view_named_by(struct wici_mp_writer *w, struct node *n, int64_t entry)
{
	const struct feed *feed = NULL;
	struct entry_row row;
	bool is_there = entry && entry_get(n->store, entry, &row) == WICI_OK;

	if (is_there)
		feed = feeds_by_n(&n->feeds, row.feed_n);
	wici_mp_str(w, "record");
	if (is_there)
		wici_mp_hex(w, row.id.b, sizeof(row.id.b));
	else
		wici_mp_nil(w);
	wici_mp_str(w, "author");
	if (feed)
		view_author(w, n, &feed->whose);
	else
		wici_mp_nil(w);
}

bool view_is_signed(struct node *n, struct entry_row *row)
{
	struct feed *feed = feeds_by_n(&n->feeds, row->feed_n);

	if (row->is_proved)
		return true;
	if (!feed)
		return false;
	row->entry.header.feed = feed->row.key;
	if (wici_entry_verify(&row->entry.header, &row->entry.sig, &n->network))
		return false;
	row->is_proved = true;
	/* A note that saves work. When it cannot be kept, the commit repeats
	 * the error; the signature holds all the same. */
	if (store_is_open(n->store)) {
		enum wici_err kept = entry_set_proved(n->store, row->n);

		(void)kept;
	}
	return true;
}

/* What names a scheme must stand in an issuing feed of that scheme. */
static bool does_issue(struct node *n, const struct wici_kind *kind,
		       const struct feed *feed, const struct entry_row *row)
{
	const struct wici_field *code = wici_field_flagged(kind, WICI_CODE);

	return !code ||
	       wici_roster_issuer(&n->roster, &feed->row.key,
				  row->entry.header.seq,
				  find_line(row->entry.payload, code->name));
}

enum wici_standing view_standing(struct node *n, struct entry_row *row)
{
	const struct wici_kind *kind =
		wici_kind_by_number(row->entry.header.kind);
	struct feed *feed = feeds_by_n(&n->feeds, row->feed_n);
	struct wici_problem problem;
	enum wici_standing standing;

	if (!feed || !n->has_network)
		return WICI_VOID_FEED;
	row->entry.header.feed = feed->row.key;
	if (!row->entry.has_payload)
		return WICI_ERASED;
	if (row->is_damaged)
		damage_suspect(n, feed, row->entry.header.seq);
	if (row->is_damaged ||
	    (kind && wici_kind_check(kind, row->entry.payload, &problem)))
		return WICI_VOID_BODY;
	standing = judge_standing(n, feed, kind, row->entry.header.seq);
	if (standing != WICI_COUNTS)
		return standing;
	if (kind && kind->by == WICI_BY_ISSUER &&
	    !does_issue(n, kind, feed, row))
		return WICI_VOID_RIGHT;
	if (kind && kind->is_right && !view_is_signed(n, row))
		return WICI_VOID_SIG;
	if (kind == &wici_kind_certificate_grant && cert_index_is_used(n, row))
		return WICI_VOID_INDEX;
	return WICI_COUNTS;
}

/* Identities in a body, each once. */
struct names {
	struct wici_key keys[VIEW_NAMES_MAX];
	size_t count;
};

static void add_name(struct names *names, struct wici_bytes key)
{
	if (key.len != WICI_KEY_LEN || names->count == VIEW_NAMES_MAX)
		return;
	for (size_t i = 0; i < names->count; i++)
		if (memcmp(names->keys[i].b, key.p, WICI_KEY_LEN) == 0)
			return;
	memcpy(names->keys[names->count++].b, key.p, WICI_KEY_LEN);
}

static void find_names(struct names *names, const struct wici_field *rows,
		       struct wici_bytes map);

static void find_names_of(struct names *names, const struct wici_field *f,
			  struct wici_bytes raw)
{
	struct wici_mp_reader r;
	struct wici_mp v;
	struct wici_bytes member;

	wici_mp_reader_init(&r, WICI_MP_CANONICAL, raw);
	if (wici_mp_next(&r, &v))
		return;
	if (f->type == WICI_TYPE_MEMBER && v.type == WICI_MP_BIN)
		add_name(names, v.bytes);
	else if (f->type == WICI_TYPE_MAP && f->sub && v.type == WICI_MP_MAP)
		find_names(names, f->sub, raw);
	else if (f->type == WICI_TYPE_PARTY && v.type == WICI_MP_MAP &&
		 !wici_mp_find(WICI_MP_CANONICAL, raw, "member", &member)) {
		wici_mp_reader_init(&r, WICI_MP_CANONICAL, member);
		if (!wici_mp_expect(&r, WICI_MP_BIN, &v))
			add_name(names, v.bytes);
	}
}

static void find_names(struct names *names, const struct wici_field *rows,
		       struct wici_bytes map)
{
	struct wici_mp_reader r;
	struct wici_mp v;
	struct wici_bytes raw;

	for (const struct wici_field *f = rows; f->name; f++) {
		if (wici_mp_find(WICI_MP_CANONICAL, map, f->name, &raw))
			continue;
		if (!(f->flags & WICI_LIST)) {
			find_names_of(names, f, raw);
			continue;
		}
		wici_mp_reader_init(&r, WICI_MP_CANONICAL, raw);
		if (wici_mp_expect(&r, WICI_MP_ARRAY, &v))
			continue;
		for (uint32_t i = 0; i < v.count; i++) {
			if (wici_mp_skip(&r, &raw))
				break;
			find_names_of(names, f, raw);
		}
	}
}

static void write_names(struct wici_mp_writer *w, const struct node *n,
			const struct names *names)
{
	uint32_t known = 0;

	for (size_t i = 0; i < names->count; i++)
		known += find_name(n, &names->keys[i]) != NULL;
	wici_mp_map(w, known);
	for (size_t i = 0; i < names->count; i++) {
		const char *name = find_name(n, &names->keys[i]);

		if (!name)
			continue;
		wici_mp_hex(w, names->keys[i].b, WICI_KEY_LEN);
		wici_mp_str(w, name);
	}
}

static const char *state_of(enum wici_standing standing,
			    const struct wici_kind *kind)
{
	if (standing == WICI_ERASED)
		return "erased";
	if (standing != WICI_COUNTS)
		return "void";
	return kind ? "ok" : "unknown_kind";
}

/* The body as a map: empty when there is none, or when it cannot be read. */
static void write_body(struct wici_mp_writer *w, const struct entry_row *row)
{
	struct wici_bytes payload = row->entry.payload;
	struct wici_mp_reader r;
	struct wici_mp v;

	wici_mp_reader_init(&r, WICI_MP_LENIENT, payload);
	if (!row->entry.has_payload ||
	    wici_mp_check(WICI_MP_LENIENT, payload, NULL) ||
	    wici_mp_expect(&r, WICI_MP_MAP, &v))
		wici_mp_map(w, 0);
	else
		view_value(w, payload);
}

struct holders {
	const struct node *n;
	uint64_t count;
};

/* A member, not suspended: others may have thrown it away. */
static void count_holder(void *arg, const struct wici_key *identity)
{
	struct holders *h = arg;
	const struct wici_member *m =
		wici_roster_member(&h->n->roster, identity);

	h->count += m && !m->is_suspended;
}

uint64_t view_held_by(struct node *n, const struct feed *feed, uint64_t seq)
{
	struct holders h = {.n = n};

	if (!n->has_network || book_each_held(n->store, feed->row.n, seq,
					      count_holder, &h) != WICI_OK)
		return 0;
	return h.count;
}

/* Records of the same institution that count and name this one as what they
 * replace. */
static size_t superseding(struct node *n, const struct entry_row *row,
			  struct wici_id *ids, size_t max)
{
	struct feed *feed = feeds_by_n(&n->feeds, row->feed_n);
	struct refs_asked q = {.to = &row->id, .flag = WICI_SUPERSEDES};
	struct refs_by by = {.found.each_max = VIEW_REFS_MAX};
	size_t found = 0;
	enum wici_err err;

	if (!feed)
		return 0;
	by.whose[by.whose_count++] = feed->whose;
	err = refs_ask_by(n, &q, &by);
	for (size_t i = 0; !err && i < by.found.count && found < max; i++) {
		struct entry_row other;

		err = entry_get(n->store, by.found.ns[i], &other);
		if (err || other.entry.header.kind != row->entry.header.kind ||
		    view_standing(n, &other) != WICI_COUNTS)
			continue;
		ids[found++] = other.id;
	}
	free(by.found.ns);
	return found;
}

bool view_is_superseded(struct node *n, const struct entry_row *row)
{
	struct wici_id id;

	return superseding(n, row, &id, 1) > 0;
}

void view_names(struct wici_mp_writer *w, const struct node *n,
		const struct wici_kind *kind, struct wici_bytes payload)
{
	struct names names = {.count = 0};

	find_names(&names, kind->fields, payload);
	write_names(w, n, &names);
}

/* What the head of every record says. */
static void write_head(struct node *n, const struct entry_row *row,
		       const struct feed *feed, struct wici_mp_writer *w)
{
	const struct wici_header *h = &row->entry.header;
	const struct wici_kind *kind = wici_kind_by_number(h->kind);
	static const struct wici_label none = {"", ""};
	char number[32];

	wici_mp_str(w, "id");
	wici_mp_hex(w, row->id.b, WICI_ID_LEN);
	wici_mp_str(w, "kind");
	(void)snprintf(number, sizeof(number), "%u", h->kind);
	wici_mp_str(w, kind ? kind->name : number);
	wici_mp_str(w, "kind_label");
	view_label(w, kind ? &kind->label : &none);
	wici_mp_str(w, "author");
	view_author(w, n, &feed->whose);
	wici_mp_str(w, "feed");
	wici_mp_hex(w, feed->row.key.b, WICI_KEY_LEN);
	wici_mp_str(w, "seq");
	wici_mp_uint(w, h->seq);
	wici_mp_str(w, "time");
	view_time(w, h->time_ms);
}
#define HEAD_PAIRS 7

static struct wici_bytes title_of(const struct wici_kind *kind,
				  struct wici_bytes payload)
{
	const struct wici_field *f =
		kind ? wici_field_flagged(kind, WICI_TITLE) : NULL;

	return f ? find_line(payload, f->name) : (struct wici_bytes){NULL, 0};
}

bool view_superseded(const struct wici_kind *kind, struct wici_bytes payload,
		     struct wici_bytes *id)
{
	const struct wici_field *f =
		kind ? wici_field_flagged(kind, WICI_SUPERSEDES) : NULL;
	struct wici_mp_reader r;
	struct wici_bytes raw;
	struct wici_mp v;

	if (!f || wici_mp_find(WICI_MP_CANONICAL, payload, f->name, &raw))
		return false;
	wici_mp_reader_init(&r, WICI_MP_CANONICAL, raw);
	if (wici_mp_expect(&r, WICI_MP_BIN, &v))
		return false;
	*id = v.bytes;
	return true;
}

/* The end of a record that is shown alone. */
static void write_links(struct node *n, const struct entry_row *row,
			const struct feed *feed, struct wici_bytes supersedes,
			struct wici_mp_writer *w)
{
	struct wici_id ids[VIEW_REFS_MAX];
	size_t count = superseding(n, row, ids, VIEW_REFS_MAX);

	wici_mp_str(w, "superseded_by");
	wici_mp_array(w, (uint32_t)count);
	for (size_t i = 0; i < count; i++)
		wici_mp_hex(w, ids[i].b, WICI_ID_LEN);
	if (supersedes.p) {
		wici_mp_str(w, "supersedes");
		wici_mp_hex(w, supersedes.p, supersedes.len);
	}
	if (feed->row.is_own) {
		wici_mp_str(w, "held_by");
		wici_mp_uint(w, view_held_by(n, feed, row->entry.header.seq));
	}
}

static void write_erasure(struct node *n, const struct entry_row *row,
			  const struct feed *feed, struct wici_mp_writer *w)
{
	const struct wici_head of = {feed->row.key, row->entry.header.seq,
				     row->id};

	view_erasure(w, n, &of);
}

/* row's payload is ours to keep while we read on. */
static void write_record(struct node *n, struct entry_row *row,
			 const struct feed *feed, enum view_form form,
			 uint32_t more, struct wici_mp_writer *w)
{
	const struct wici_kind *kind =
		wici_kind_by_number(row->entry.header.kind);
	enum wici_standing standing = view_standing(n, row);
	bool is_void = standing != WICI_COUNTS && standing != WICI_ERASED;
	struct wici_bytes payload = row->entry.payload;
	struct wici_bytes supersedes = {NULL, 0};
	struct names names = {.count = 0};
	bool fits = standing != WICI_VOID_BODY && standing != WICI_ERASED;
	uint32_t pairs = HEAD_PAIRS + 4 + is_void + more;

	if (fits && kind) {
		find_names(&names, kind->fields, payload);
		(void)view_superseded(kind, payload, &supersedes);
	}
	if (form == VIEW_SHOWN)
		pairs += (supersedes.p ? 1u : 0u) + feed->row.is_own +
			 (standing == WICI_ERASED);
	wici_mp_map(w, pairs);
	write_head(n, row, feed, w);
	wici_mp_str(w, "state");
	wici_mp_str(w, state_of(standing, kind));
	if (is_void) {
		wici_mp_str(w, "why");
		wici_mp_str(w, wici_standing_name(standing));
	}
	wici_mp_str(w, "body");
	write_body(w, row);
	wici_mp_str(w, "names");
	write_names(w, n, &names);
	if (form == VIEW_SHOWN) {
		write_links(n, row, feed, supersedes, w);
		if (standing == WICI_ERASED)
			write_erasure(n, row, feed, w);
		return;
	}
	wici_mp_str(w, "title");
	view_line(w, fits ? title_of(kind, payload)
			  : (struct wici_bytes){NULL, 0});
}

enum wici_err view_record(struct node *n, struct entry_row *row,
			  enum view_form form, uint32_t more,
			  struct wici_mp_writer *w)
{
	struct feed *feed = feeds_by_n(&n->feeds, row->feed_n);
	struct wici_bytes borrowed = row->entry.payload;
	uint8_t *kept = NULL;

	if (!feed)
		return WICI_STORE;
	if (borrowed.len) {
		kept = growing_alloc(borrowed.len);
		memcpy(kept, borrowed.p, borrowed.len);
		row->entry.payload.p = kept;
	}
	write_record(n, row, feed, form, more, w);
	row->entry.payload = borrowed;
	free(kept);
	return WICI_OK;
}
