/* daemon/indexing.c — Records into the search index, slice by slice.
 *
 *   entries ──cursor──> records ──indexed──> search index
 *
 * An index that SQLite finds damaged is dropped and made anew; when that
 * happens again and again, searching is given up until the next start, and
 * nothing else. */
#include "daemon/indexing.h"

#include "daemon/project.h"
#include "daemon/store/book.h"
#include "daemon/store/record.h"
#include "daemon/store/search.h"
#include "proto/day.h"
#include "proto/kinds.h"
#include "proto/mp_read.h"
#include "proto/polish.h"

#include <stdio.h>
#include <stdlib.h>

#define VERSION       "search version" /* The book's name for … */
#define VERSION_NOW   (INDEXING_VERSION * 1000 + WICI_POLISH_VERSION)
#define SLICE_ENTRIES 500u
#define SLICE_BYTES   ((size_t)128 << 10) /* Of text: some 20 ms. */
#define CATCH_UP_MAX  1000                /* Entries, in a search's own turn. */
#define FAILURES_MAX  3u
#define SAMPLES       3u /* Words by which compare looks for an entry. */

/* ---- what an entry says ---- */

struct wici_bytes indexing_kind_facet(char out[INDEXING_FACET_LEN],
				      uint16_t kind)
{
	(void)snprintf(out, INDEXING_FACET_LEN, "=k%u", kind);
	return wici_bytes_str(out);
}

struct wici_bytes indexing_feed_facet(char out[INDEXING_FACET_LEN],
				      int64_t feed_n)
{
	(void)snprintf(out, INDEXING_FACET_LEN, "=f%lld", (long long)feed_n);
	return wici_bytes_str(out);
}

struct wici_bytes indexing_year_facet(char out[INDEXING_FACET_LEN],
				      uint64_t year)
{
	(void)snprintf(out, INDEXING_FACET_LEN, "=y%llu",
		       (unsigned long long)year);
	return wici_bytes_str(out);
}

/* A string, or an array of them: its head is passed over. */
static void take_field(struct wici_bytes raw, struct growing *text)
{
	struct wici_mp_reader r;
	struct wici_mp v;

	wici_mp_reader_init(&r, WICI_MP_CANONICAL, raw);
	while (!wici_mp_is_end(&r) && wici_mp_next(&r, &v) == WICI_OK) {
		if (v.type != WICI_MP_STR)
			continue;
		wici_mp_raw(&text->w, v.bytes);
		wici_mp_raw(&text->w, WICI_BYTES("\n"));
	}
}

/* The fields that are titles, or those that are not. */
static void take_fields(const struct wici_kind *kind, struct wici_bytes payload,
			bool is_title, struct growing *text)
{
	const struct wici_field *f;
	struct wici_fields fields;
	struct wici_bytes raw;

	wici_fields_init(&fields, kind, payload);
	while (wici_fields_next(&fields, &f, &raw))
		if (f->flags & WICI_SEARCH &&
		    !(f->flags & WICI_TITLE) != is_title)
			take_field(raw, text);
}

void indexing_text(const struct wici_kind *kind, struct wici_bytes payload,
		   struct growing *text)
{
	take_fields(kind, payload, true, text);
	take_fields(kind, payload, false, text);
}

static uint64_t year_of(const struct record_row *record, int64_t time_ms)
{
	char day[WICI_DAY_LEN + 1];

	wici_day_format(day, record->has_on_day ? record->on_day
						: wici_day_warsaw(time_ms));
	return strtoull(day, NULL, 10);
}

/* An entry's words and facets; text of no length: it has none. */
struct said {
	struct growing text;
	struct search_doc doc;
	char facets[3 * INDEXING_FACET_LEN];
};

static void said_clear(struct said *said)
{
	growing_clear(&said->text);
}

static enum wici_err say(struct node *n, const struct entry_row *row,
			 struct said *said)
{
	uint16_t number = row->entry.header.kind;
	const struct wici_kind *kind = wici_kind_by_number(number);
	struct record_row record;
	char k[INDEXING_FACET_LEN], f[INDEXING_FACET_LEN],
		y[INDEXING_FACET_LEN];
	bool fits = false;
	enum wici_err err = WICI_OK;

	growing_init(&said->text, GROWING_LEN_MAX);
	said->doc = (struct search_doc){.n = row->n};
	if (kind && wici_field_flagged(kind, WICI_SEARCH))
		err = project_fits(n, row, &fits);
	if (err != WICI_OK || !fits)
		return err;
	indexing_text(kind, row->entry.payload, &said->text);
	said->doc.text = growing_bytes(&said->text);
	err = record_get(n->store, row->n, &record);
	if (err != WICI_OK) /* Not there: fsck finds that. */
		record.has_on_day = false;
	(void)indexing_kind_facet(k, number);
	(void)indexing_feed_facet(f, row->feed_n);
	(void)indexing_year_facet(y,
				  year_of(&record, row->entry.header.time_ms));
	(void)snprintf(said->facets, sizeof(said->facets), "%s %s %s", k, f, y);
	said->doc.facets = wici_bytes_str(said->facets);
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

/* ---- the cursor ---- */

bool indexing_is_done(const struct node *n)
{
	return n->indexed >= n->last_n || n->index_failures > FAILURES_MAX;
}

static enum wici_err drop(struct node *n)
{
	n->indexed = 0;
	return search_clear(n->store);
}

enum wici_err indexing_load(struct node *n)
{
	int64_t version = 0;
	enum wici_err err = book_get_int(n->store, VERSION, &version);

	n->indexed = 0;
	if (err == WICI_OK)
		err = book_get_int(n->store, SEARCH_CURSOR, &n->indexed);
	if (err != WICI_OK && err != WICI_NOT_FOUND)
		return err;
	if (err == WICI_OK && version == VERSION_NOW && n->indexed >= 0 &&
	    n->indexed <= n->cursor)
		return WICI_OK;
	err = drop(n);
	return err ? err : book_set_int(n->store, VERSION, VERSION_NOW);
}

/* *bytes: how much text it was. */
static enum wici_err put(struct node *n, const struct entry_row *row,
			 size_t *bytes)
{
	struct said said;
	enum wici_err err = say(n, row, &said);

	*bytes += said.doc.text.len;
	if (err == WICI_OK && said.doc.text.len)
		err = search_put(n->store, &said.doc);
	said_clear(&said);
	return err;
}

static enum wici_err finish(struct node *n, int64_t indexed)
{
	enum wici_err err = search_flush(n->store);

	if (err != WICI_OK)
		return err;
	if (search_is_broken(n->store)) {
		n->index_failures++;
		return drop(n);
	}
	n->indexed = indexed;
	return book_set_int(n->store, SEARCH_CURSOR, indexed);
}

static enum wici_err walk(struct node *n, unsigned entries_max)
{
	int64_t indexed = n->indexed;
	struct entry_row row;
	size_t bytes = 0;
	enum wici_err err = project_write(n); /* It never is behind. */

	for (unsigned i = 0;
	     err == WICI_OK && i < entries_max && bytes < SLICE_BYTES; i++) {
		err = entry_after(n->store, indexed, &row);
		if (err == WICI_END || (err == WICI_OK && row.n > n->cursor)) {
			indexed = n->cursor;
			err = WICI_OK;
			break;
		}
		if (err == WICI_OK)
			err = put(n, &row, &bytes);
		if (err == WICI_OK)
			indexed = row.n;
	}
	if (err == WICI_OK)
		err = finish(n, indexed);
	n->unchecked_bytes += bytes;
	return err == WICI_OK ? WICI_OK : node_fail(n, err);
}

static bool may_walk(const struct node *n)
{
	return !n->fatal && !n->is_full && !n->is_read_only &&
	       project_is_done(n) && !indexing_is_done(n);
}

enum wici_err indexing_turn(struct node *n)
{
	/* A search may have found it damaged; or records were dropped. */
	if ((search_is_broken(n->store) || n->indexed > n->cursor) &&
	    !n->fatal && !n->is_full && !n->is_read_only) {
		enum wici_err err = drop(n);

		if (err != WICI_OK)
			return node_fail(n, err);
		n->index_failures++;
	}
	return may_walk(n) && !n->is_pulling ? walk(n, SLICE_ENTRIES) : WICI_OK;
}

enum wici_err indexing_catch_up(struct node *n)
{
	enum wici_err err = WICI_OK;

	if (n->last_n - n->indexed > CATCH_UP_MAX)
		return WICI_OK;
	while (err == WICI_OK && may_walk(n))
		err = walk(n, SLICE_ENTRIES);
	return err;
}

enum wici_err indexing_remove(struct node *n, const struct entry_row *row)
{
	struct said said;
	enum wici_err err;

	if (row->n > n->indexed)
		return WICI_OK;
	err = say(n, row, &said);
	if (err == WICI_OK && said.doc.text.len)
		err = search_remove(n->store, &said.doc);
	if (err == WICI_OK)
		err = search_flush(n->store);
	said_clear(&said);
	return err;
}

/* ---- fsck ---- */

struct sample {
	char tokens[SAMPLES][SEARCH_TOKEN_MAX];
	size_t lens[SAMPLES];
	size_t seen;
};

/* The first words, and then ever rarer ones. */
static bool take_sample(void *arg, const struct search_word *word)
{
	struct sample *s = arg;
	struct wici_bytes token = word->stem.len ? word->stem : word->folded;
	size_t at = s->seen < SAMPLES ? s->seen : s->seen % SAMPLES;

	if (s->seen < SAMPLES || (s->seen & (s->seen - 1)) == 0) {
		memcpy(s->tokens[at], token.p, token.len);
		s->lens[at] = token.len;
	}
	s->seen++;
	return true;
}

static enum wici_err is_found(struct node *n, const struct said *said, bool *is)
{
	struct sample sample = {.seen = 0};
	struct search_term terms[SAMPLES + 1];
	char kind[INDEXING_FACET_LEN];
	size_t count = 0, found = 0;
	int64_t at = 0;
	enum wici_err err;

	search_each_word(n->store, said->doc.text, take_sample, &sample);
	while (count < SAMPLES && count < sample.seen) {
		terms[count] = (struct search_term){
			.token = {(uint8_t *)sample.tokens[count],
				  sample.lens[count]}};
		count++;
	}
	(void)snprintf(kind, sizeof(kind), "%.*s",
		       (int)strcspn(said->facets, " "), said->facets);
	terms[count++] = (struct search_term){.token = wici_bytes_str(kind)};
	err = search_find(n->store, terms, count, said->doc.n + 1, &at, 1,
			  &found);
	*is = found == 1 && at == said->doc.n;
	return err;
}

enum wici_err indexing_compare(struct node *n, const struct entry_row *row,
			       bool *is_same)
{
	struct said said;
	bool has = false, is = true;
	enum wici_err err;

	*is_same = true;
	if (row->n > n->indexed || n->index_failures > FAILURES_MAX)
		return WICI_OK;
	err = say(n, row, &said);
	if (err == WICI_OK)
		err = search_has(n->store, row->n, &has);
	if (err == WICI_OK && said.doc.text.len && has)
		err = is_found(n, &said, &is);
	*is_same = has == (said.doc.text.len > 0) && is;
	said_clear(&said);
	return err;
}
