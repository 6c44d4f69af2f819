/* daemon/project.c — What an entry's fields mean for records, references and
 * ids: read from the rows of its kind, for every kind alike.
 *
 * An entry that does not fit its kind, whose kind is unknown, or that gives a
 * right without a good signature of its own, gets a bare row: `log` shows it,
 * nothing finds it by title or number. Standing is not looked at: it is asked
 * of the roster whenever it matters. */
#include "daemon/project.h"

#include "daemon/attachments.h"
#include "daemon/damage.h"
#include "daemon/find.h"
#include "daemon/store/book.h"
#include "daemon/store/ident.h"
#include "daemon/store/record.h"
#include "proto/day.h"
#include "proto/kinds.h"
#include "proto/require.h"

#define TITLE_MAX ((size_t)200)
#define VERSION   "projection" /* The book's name for version_now(). */

static const uint16_t ref_flags[] = {WICI_SUBJECT, WICI_AFTER, WICI_SUPERSEDES};

struct fields {
	struct node *n;
	struct record_row record;
	bool is_check; /* Nothing is written, … */
	bool differs;  /* … but compared with what is there. */
	bool is_erasing;
};

/* At most TITLE_MAX bytes, not ending inside a character. */
static struct wici_bytes shorten(struct wici_bytes text)
{
	size_t len = TITLE_MAX;

	if (text.len <= TITLE_MAX)
		return text;
	while (len > 0 && (text.p[len] & 0xc0) == 0x80)
		len--;
	return (struct wici_bytes){text.p, len};
}

static enum wici_err put_ref(struct fields *f, const struct record_ref *ref)
{
	bool has;
	enum wici_err err;

	if (f->is_erasing)
		return record_drop_ref(f->n->store, ref);
	if (!f->is_check)
		return record_put_ref(f->n->store, ref);
	err = record_has_ref(f->n->store, ref, &has);
	f->differs |= !has;
	return err;
}

/* For this store alone, as in project_unique. */
struct wici_id project_ref_by(const struct wici_key *feed,
			      const struct wici_id *to)
{
	static const uint8_t domain[WICI_DOMAIN_LEN] = "wici/ref by/1";
	struct wici_hash h;

	(void)crypto_generichash_init(&h.state, NULL, 0, WICI_ID_LEN);
	wici_hash_update(&h, domain, sizeof(domain));
	wici_hash_update(&h, feed->b, sizeof(feed->b));
	wici_hash_update(&h, to->b, sizeof(to->b));
	return wici_hash_final(&h);
}

static enum wici_err put_ref_by(struct fields *f, struct record_ref ref)
{
	const struct feed *feed = feeds_by_n(&f->n->feeds, f->record.feed_n);

	if (!feed ||
	    !(ref.flag & (WICI_SUBJECT | WICI_SUPERSEDES | WICI_ABOUT)))
		return WICI_OK;
	ref.to = project_ref_by(&feed->row.key, &ref.to);
	return put_ref(f, &ref);
}

static enum wici_err put_refs(struct fields *f, const struct wici_field *field,
			      struct wici_bytes to)
{
	struct record_ref ref = {.n = f->record.n};
	bool has_flag = false;
	enum wici_err err = WICI_OK;

	memcpy(ref.to.b, to.p, WICI_ID_LEN);
	for (size_t i = 0; i < 3 && err == WICI_OK; i++) {
		if (!(field->flags & ref_flags[i]))
			continue;
		has_flag = true;
		ref.flag = ref_flags[i];
		err = put_ref(f, &ref);
		if (!err)
			err = put_ref_by(f, ref);
	}
	if (!has_flag)
		err = put_ref(f, &ref);
	return err;
}

/* Whom a record is about finds it: for what waits for him. */
static enum wici_err put_about(struct fields *f, struct wici_bytes key)
{
	struct record_ref ref = {.n = f->record.n, .flag = WICI_ABOUT};
	enum wici_err err;

	memcpy(f->record.about.b, key.p, WICI_KEY_LEN);
	memcpy(ref.to.b, key.p, WICI_KEY_LEN);
	err = put_ref(f, &ref);
	return err ? err : put_ref_by(f, ref);
}

/* One value of a field; of a list, each item. */
static enum wici_err take_value(struct fields *f,
				const struct wici_field *field,
				const struct wici_mp *v)
{
	struct record_row *row = &f->record;
	int32_t last;

	if (v->type != WICI_MP_STR && v->type != WICI_MP_BIN)
		return WICI_OK;
	if (field->type == WICI_TYPE_RECORD && v->bytes.len == WICI_ID_LEN)
		return put_refs(f, field, v->bytes);
	if (field->flags & WICI_TITLE && v->type == WICI_MP_STR)
		row->title = shorten(v->bytes);
	if (field->flags & WICI_NUMBER && v->type == WICI_MP_STR)
		row->number = v->bytes;
	if (field->flags & WICI_ABOUT && v->bytes.len == WICI_KEY_LEN)
		return put_about(f, v->bytes);
	if (field->flags & WICI_ON &&
	    wici_when_parse(&row->on_day, &last, v->bytes) == WICI_OK)
		row->has_on_day = true;
	return WICI_OK;
}

/* An attachment that it names. */
static enum wici_err take_file(struct fields *f, struct wici_bytes raw)
{
	struct record_ref ref = {.n = f->record.n, .flag = RECORD_NAMES};
	const struct feed *feed = feeds_by_n(&f->n->feeds, f->record.feed_n);
	const struct wici_key *own = node_identity(f->n);
	struct wici_file file;
	enum wici_err err;

	wici_file_read(raw, &file);
	ref.to = file.root;
	err = put_ref(f, &ref);
	if (err || f->is_check)
		return err;
	return attachments_named(
		f->n, &file, own && feed && wici_key_equal(own, &feed->whose));
}

static enum wici_err take_field(struct fields *f,
				const struct wici_field *field,
				struct wici_bytes raw)
{
	struct wici_mp_reader r;
	struct wici_mp v;
	uint32_t count = 1;
	enum wici_err err = WICI_OK;

	if (field->type == WICI_TYPE_MAP || field->type == WICI_TYPE_PARTY)
		return WICI_OK;
	wici_mp_reader_init(&r, WICI_MP_CANONICAL, raw);
	if (field->flags & WICI_LIST) {
		WICI_REQUIRE(wici_mp_expect(&r, WICI_MP_ARRAY, &v) == WICI_OK);
		count = v.count;
	}
	for (uint32_t i = 0; i < count && err == WICI_OK; i++) {
		if (field->type == WICI_TYPE_FILE) {
			WICI_REQUIRE(wici_mp_skip(&r, &raw) == WICI_OK);
			err = take_file(f, raw);
			continue;
		}
		WICI_REQUIRE(wici_mp_next(&r, &v) == WICI_OK);
		err = take_value(f, field, &v);
	}
	return err;
}

/* The payload has passed wici_kind_check. */
static enum wici_err take_fields(struct fields *f, const struct wici_kind *kind,
				 struct wici_bytes payload)
{
	const struct wici_field *field;
	struct wici_fields fields;
	struct wici_bytes raw;
	enum wici_err err = WICI_OK;

	wici_fields_init(&fields, kind, payload);
	while (!err && wici_fields_next(&fields, &field, &raw))
		err = take_field(f, field, raw);
	return err;
}

static enum wici_err put_unique(struct fields *f, const struct wici_kind *kind,
				struct wici_bytes payload)
{
	const struct feed *feed = feeds_by_n(&f->n->feeds, f->record.feed_n);
	struct record_ref ref = {.n = f->record.n, .flag = WICI_UNIQUE};

	if (!feed || project_unique(kind, &feed->row.key, payload, &ref.to))
		return WICI_OK;
	return put_ref(f, &ref);
}

/* PROTOCOL §2.4: "Kinds that give or take a right, and whatever is exported, are
 * applied only once their own signature has been verified." Then it is noted. */
static enum wici_err prove(struct node *n, const struct wici_kind *kind,
			   const struct entry_row *row, bool *is_good)
{
	struct wici_header h = row->entry.header;
	const struct feed *feed = feeds_by_n(&n->feeds, row->feed_n);

	*is_good = row->is_proved || !kind->is_right;
	if (*is_good || !feed)
		return WICI_OK;
	h.feed = feed->row.key;
	if (wici_entry_verify(&h, &row->entry.sig, &n->network) != WICI_OK)
		return WICI_OK;
	*is_good = true;
	return entry_set_proved(n->store, row->n);
}

enum wici_err project_fits(struct node *n, const struct entry_row *row,
			   bool *fits)
{
	const struct wici_kind *kind =
		wici_kind_by_number(row->entry.header.kind);
	struct wici_problem problem;

	*fits = kind && !row->is_damaged && row->entry.has_payload &&
		wici_kind_check(kind, row->entry.payload, &problem) == WICI_OK;
	return *fits ? prove(n, kind, row, fits) : WICI_OK;
}

/* Record and references; *fits: is it more than a bare row? */
static enum wici_err derive(struct fields *f, const struct entry_row *row,
			    bool *fits)
{
	const struct wici_header *h = &row->entry.header;
	const struct wici_kind *kind = wici_kind_by_number(h->kind);
	enum wici_err err = project_fits(f->n, row, fits);

	f->record = (struct record_row){.n = row->n,
					.feed_n = row->feed_n,
					.seq = h->seq,
					.kind = h->kind};
	if (err == WICI_OK && *fits)
		err = take_fields(f, kind, row->entry.payload);
	if (err == WICI_OK && *fits)
		err = put_unique(f, kind, row->entry.payload);
	return err;
}

/* Writes record and references, and notes the id. */
static enum wici_err project_row(struct node *n, const struct entry_row *row,
				 bool *fits)
{
	struct fields f = {.n = n};
	struct feed *feed = feeds_by_n(&n->feeds, row->feed_n);
	enum wici_err err = derive(&f, row, fits);

	if (row->is_damaged && feed)
		damage_suspect(n, feed, row->entry.header.seq);
	if (err == WICI_OK)
		err = record_put(n->store, &f.record);
	if (err == WICI_OK && ident_is_full(n->store))
		err = project_write(n);
	if (err == WICI_OK)
		ident_note(n->store, &row->id, row->n);
	return err;
}

/* Of what the cursor has passed the tally knows; the rest it will find bare. */
enum wici_err project_erase(struct node *n, const struct entry_row *row)
{
	struct fields f = {.n = n, .is_erasing = true};
	bool fits;
	enum wici_err err = project_write(n);

	if (err == WICI_OK)
		err = derive(&f, row, &fits);
	if (err == WICI_OK && fits && row->n <= n->cursor)
		err = record_tally(n->store, f.record.kind, -1);
	return err == WICI_OK ? record_erase(n->store, row->n) : err;
}

static bool is_same_record(const struct record_row *a,
			   const struct record_row *b)
{
	return a->feed_n == b->feed_n && a->seq == b->seq &&
	       a->kind == b->kind && wici_key_equal(&a->about, &b->about) &&
	       wici_bytes_equal(a->title, b->title) &&
	       wici_bytes_equal(a->number, b->number) &&
	       a->has_on_day == b->has_on_day &&
	       (!a->has_on_day || a->on_day == b->on_day);
}

enum wici_err project_compare(struct node *n, const struct entry_row *row,
			      bool *is_same, bool *is_tallied)
{
	struct fields f = {.n = n, .is_check = true};
	struct record_row stored;
	bool is_found = false;
	size_t count = 0;
	int64_t at = 0;
	enum wici_err err = derive(&f, row, is_tallied);

	*is_tallied |= !wici_kind_by_number(row->entry.header.kind);
	*is_same = false;
	if (err == WICI_OK)
		err = ident_by_prefix(n->store, row->id.b, WICI_ID_LEN, -1, &at,
				      1, &count);
	if (err == WICI_OK)
		err = record_is_found(n->store, &f.record, &is_found);
	if (err == WICI_OK)
		err = record_get(n->store, row->n, &stored);
	if (err == WICI_NOT_FOUND)
		return WICI_OK;
	if (err == WICI_OK)
		*is_same = !f.differs && is_found && count == 1 &&
			   at == row->n && is_same_record(&f.record, &stored);
	return err;
}

/* The cursor passes an entry. Known kinds are tallied when it fits; unknown
 * ones always. */
static enum wici_err pass(struct node *n, const struct entry_row *row,
			  bool fits)
{
	uint16_t kind = row->entry.header.kind;
	enum wici_err err = WICI_OK;
	size_t i = 0;

	if (fits || !wici_kind_by_number(kind)) {
		while (i < n->tallies_count && n->tallies[i].kind != kind)
			i++;
		if (i == NODE_TALLIES_MAX) {
			err = project_write(n);
			i = 0;
		}
		if (i == n->tallies_count) {
			n->tallies[i].kind = kind;
			n->tallies[i].count = 0;
			n->tallies_count++;
		}
		n->tallies[i].count++;
	}
	n->cursor = row->n;
	return err;
}

enum wici_err project_entry(struct node *n, const struct entry_row *row)
{
	bool is_next = row->n == n->cursor + 1;
	bool fits;
	enum wici_err err = project_row(n, row, &fits);

	return err == WICI_OK && is_next ? pass(n, row, fits) : err;
}

enum wici_err project_write(struct node *n)
{
	enum wici_err err = ident_write(n->store);

	for (size_t i = 0; i < n->tallies_count && err == WICI_OK; i++)
		err = record_tally(n->store, n->tallies[i].kind,
				   n->tallies[i].count);
	if (err == WICI_OK && n->cursor_written != n->cursor)
		err = book_set_int(n->store, RECORD_CURSOR, n->cursor);
	n->tallies_count = 0;
	n->cursor_written = n->cursor;
	return err;
}

enum wici_err project_slice(struct node *n, size_t max)
{
	struct entry_row row;
	bool fits;
	enum wici_err err = WICI_OK;

	while (max-- > 0 && !project_is_done(n) && err == WICI_OK) {
		err = entry_after(n->store, n->cursor, &row);
		/* What is left was set aside; when that is dropped, its
		 * numbers are given to others, which must not be passed over. */
		if (err == WICI_END)
			n->last_n = n->cursor;
		if (err == WICI_OK)
			err = project_row(n, &row, &fits);
		if (err == WICI_OK)
			err = pass(n, &row, fits);
	}
	if (err == WICI_END || (err == WICI_OK && project_is_done(n)))
		err = project_write(n);
	return err == WICI_OK ? WICI_OK : node_fail(n, err);
}

enum wici_err project_each_tally(struct node *n,
				 void (*each)(void *arg, uint16_t kind,
					      int64_t count),
				 void *arg)
{
	enum wici_err err = n->is_read_only ? WICI_OK : project_write(n);

	return err == WICI_OK ? record_each_tally(n->store, each, arg) : err;
}

enum wici_err project_clear(struct node *n)
{
	n->cursor = n->cursor_written = n->indexed = 0;
	n->tallies_count = 0;
	return record_clear(n->store);
}

/* An entry whose kind, or one of whose fields, is known only now was passed
 * over: it must be found like those that come later. */
static int64_t version_now(void)
{
	return (int64_t)PROJECT_VERSION << 32 | wici_kinds_version();
}

enum wici_err project_open(struct node *n)
{
	int64_t version = 0;
	enum wici_err err = book_get_int(n->store, VERSION, &version);

	if (err && err != WICI_NOT_FOUND)
		return err;
	if (!err && version == version_now())
		return WICI_OK;
	err = record_clear(n->store);
	return err ? err : book_set_int(n->store, VERSION, version_now());
}

bool project_is_done(const struct node *n)
{
	return n->cursor >= n->last_n;
}
