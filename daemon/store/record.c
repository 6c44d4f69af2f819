/* daemon/store/record.c — What the cursor derives: records, references,
 * tallies.
 *
 * Every index ends with n, so the newest record of a feed and kind below some
 * n is one step in an index. A page is a merge of such streams, one for each
 * pair of feed and kind that exists; no query scans, whatever is asked. */
#include "daemon/store/record.h"

#include "daemon/store/book.h"
#include "daemon/store/ident.h"
#include "daemon/store/private.h"
#include "daemon/store/search.h"
#include "proto/require.h"

#include <stdlib.h>

#define COLUMNS "n, feed, seq, kind, about, title, number, on_day"
enum column { N, FEED, SEQ, KIND, ABOUT, TITLE, NUMBER, ON_DAY };

static enum wici_err prepare_writes(struct store *s)
{
	struct record_table *t = &s->record;
	const struct store_sql sql[] = {
		/* An entry's row never changes. REPLACE would do as well, but
		 * keeps a journal for each row. */
		{&t->put, "INSERT INTO record (" COLUMNS ")"
			  " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
			  " ON CONFLICT (n) DO NOTHING"},
		{&t->put_ref, "INSERT OR REPLACE INTO ref (target, flag, n)"
			      " VALUES (?, ?, ?)"},
		{&t->erase, "UPDATE record SET about = NULL, title = NULL,"
			    " number = NULL, on_day = NULL WHERE n = ?"},
		{&t->drop_ref, "DELETE FROM ref WHERE target = ?"
			       " AND flag = ? AND n = ?"},
		{&t->tally, "INSERT INTO tally (kind, count) VALUES (?1, ?2)"
			    " ON CONFLICT (kind) DO UPDATE"
			    " SET count = count + ?2"},
		{&t->clear_record, "DELETE FROM record"},
		{&t->clear_ref, "DELETE FROM ref"},
		{&t->clear_tally, "DELETE FROM tally"},
	};

	return store_prepare(s, sql, STORE_COUNT(sql));
}

static enum wici_err prepare_reads(struct store *s)
{
	struct record_table *t = &s->record;
	const struct store_sql sql[] = {
		{&t->get, "SELECT " COLUMNS " FROM record WHERE n = ?"},
		{&t->each_tally, "SELECT kind, count FROM tally ORDER BY kind"},
		{&t->by_number, "SELECT n FROM record WHERE kind = ?"
				" AND number = ? ORDER BY n LIMIT ?"},
		{&t->referring, "SELECT n FROM ref WHERE target = ?"
				" AND flag = ? ORDER BY n LIMIT ?"},
		{&t->referring_newest, "SELECT n FROM ref WHERE target = ?"
				       " AND flag = ? ORDER BY n DESC LIMIT ?"},
		{&t->has_ref, "SELECT n FROM ref WHERE target = ?"
			      " AND flag = ? AND n = ?"},
		{&t->in_kind, "SELECT n FROM record INDEXED BY record_kind"
			      " WHERE kind = ? AND n = ?"},
		{&t->in_feed_kind,
		 "SELECT n FROM record INDEXED BY record_feed_kind"
		 " WHERE kind = ? AND n = ? AND feed = ?"},
		{&t->in_number, "SELECT n FROM record INDEXED BY record_number"
				" WHERE kind = ? AND n = ? AND number = ?"},
		{&t->newest, "SELECT n FROM record WHERE n < ?"
			     " ORDER BY n DESC LIMIT 1"},
		{&t->newest_of_kind,
		 "SELECT n FROM record WHERE n < ? AND kind = ?"
		 " ORDER BY n DESC LIMIT 1"},
		{&t->newest_of_feed,
		 "SELECT n FROM record WHERE n < ? AND kind = ? AND feed = ?"
		 " ORDER BY n DESC LIMIT 1"},
		{&t->next_kind, "SELECT kind FROM record"
				" WHERE kind >= ? AND kind <= ?"
				" ORDER BY kind LIMIT 1"},
		{&t->next_kind_of_feed,
		 "SELECT kind FROM record"
		 " WHERE kind >= ? AND kind <= ? AND feed = ?"
		 " ORDER BY kind LIMIT 1"},
	};

	return store_prepare(s, sql, STORE_COUNT(sql));
}

enum wici_err record_prepare(struct store *s)
{
	enum wici_err err = prepare_writes(s);

	return err ? err : prepare_reads(s);
}

enum wici_err record_put(struct store *s, const struct record_row *row)
{
	sqlite3_stmt *stmt = s->record.put;

	WICI_REQUIRE(row->title.len <= WICI_PAYLOAD_LEN_MAX &&
		     row->number.len <= WICI_PAYLOAD_LEN_MAX - row->title.len);
	store_bind_int(stmt, N + 1, row->n);
	store_bind_int(stmt, FEED + 1, row->feed_n);
	store_bind_seq(stmt, SEQ + 1, row->seq);
	store_bind_int(stmt, KIND + 1, row->kind);
	if (wici_is_zero(row->about.b, sizeof(row->about.b)))
		store_bind_null(stmt, ABOUT + 1);
	else
		store_bind_key(stmt, ABOUT + 1, &row->about);
	if (row->title.len)
		store_bind_text(stmt, TITLE + 1, row->title);
	else
		store_bind_null(stmt, TITLE + 1);
	if (row->number.len)
		store_bind_text(stmt, NUMBER + 1, row->number);
	else
		store_bind_null(stmt, NUMBER + 1);
	if (row->has_on_day)
		store_bind_int(stmt, ON_DAY + 1, row->on_day);
	else
		store_bind_null(stmt, ON_DAY + 1);
	return store_write(s, stmt);
}

/* What cannot be is read as nothing: all of it is derived, and fsck finds the
 * difference. */
static void decode(struct record_table *t, struct record_row *row)
{
	sqlite3_stmt *stmt = t->get;
	struct wici_bytes title = store_column_bytes(stmt, TITLE);
	struct wici_bytes number = store_column_bytes(stmt, NUMBER);

	if (title.len > sizeof(t->text))
		title.len = 0;
	if (number.len > sizeof(t->text) - title.len)
		number.len = 0;
	*row = (struct record_row){
		.n = sqlite3_column_int64(stmt, N),
		.feed_n = sqlite3_column_int64(stmt, FEED),
		.seq = (uint64_t)sqlite3_column_int64(stmt, SEQ),
		.kind = (uint16_t)sqlite3_column_int(stmt, KIND),
		.title = {t->text, title.len},
		.number = {t->text + title.len, number.len},
		.has_on_day = sqlite3_column_type(stmt, ON_DAY) != SQLITE_NULL,
		.on_day = sqlite3_column_int(stmt, ON_DAY),
	};
	if (title.len)
		memcpy(t->text, title.p, title.len);
	if (number.len)
		memcpy(t->text + title.len, number.p, number.len);
	if (store_column_copy(stmt, ABOUT, row->about.b, WICI_KEY_LEN))
		memset(row->about.b, 0, WICI_KEY_LEN);
}

enum wici_err record_get(struct store *s, int64_t n, struct record_row *row)
{
	enum wici_err err;

	store_bind_int(s->record.get, 1, n);
	err = store_step(s, s->record.get);
	if (err)
		return err == WICI_END ? WICI_NOT_FOUND : err;
	decode(&s->record, row);
	(void)sqlite3_reset(s->record.get);
	return WICI_OK;
}

enum wici_err record_is_found(struct store *s, const struct record_row *row,
			      bool *is)
{
	struct record_table *t = &s->record;
	sqlite3_stmt *const by[] = {t->in_kind, t->in_feed_kind, t->in_number};
	enum wici_err err = WICI_OK;
	size_t count;
	int64_t n;

	*is = true;
	store_bind_int(t->in_feed_kind, 3, row->feed_n);
	store_bind_text(t->in_number, 3, row->number);
	for (size_t i = 0; i < STORE_COUNT(by) && !err; i++) {
		if (by[i] == t->in_number && !row->number.len)
			continue;
		store_bind_int(by[i], 1, row->kind);
		store_bind_int(by[i], 2, row->n);
		err = store_collect(s, by[i], &n, 1, &count);
		*is &= count == 1;
	}
	return err;
}

static enum wici_err write_ref(struct store *s, sqlite3_stmt *stmt,
			       const struct record_ref *ref)
{
	store_bind_id(stmt, 1, &ref->to);
	store_bind_int(stmt, 2, ref->flag);
	store_bind_int(stmt, 3, ref->n);
	return store_write(s, stmt);
}

enum wici_err record_put_ref(struct store *s, const struct record_ref *ref)
{
	return write_ref(s, s->record.put_ref, ref);
}

enum wici_err record_drop_ref(struct store *s, const struct record_ref *ref)
{
	return write_ref(s, s->record.drop_ref, ref);
}

enum wici_err record_erase(struct store *s, int64_t n)
{
	store_bind_int(s->record.erase, 1, n);
	return store_write(s, s->record.erase);
}

enum wici_err record_has_ref(struct store *s, const struct record_ref *ref,
			     bool *has)
{
	sqlite3_stmt *stmt = s->record.has_ref;
	size_t count;
	int64_t n;
	enum wici_err err;

	store_bind_id(stmt, 1, &ref->to);
	store_bind_int(stmt, 2, ref->flag);
	store_bind_int(stmt, 3, ref->n);
	err = store_collect(s, stmt, &n, 1, &count);
	*has = count > 0;
	return err;
}

enum wici_err record_tally(struct store *s, uint16_t kind, int64_t add)
{
	store_bind_int(s->record.tally, 1, kind);
	store_bind_int(s->record.tally, 2, add);
	return store_write(s, s->record.tally);
}

enum wici_err record_each_tally(struct store *s,
				void (*each)(void *arg, uint16_t kind,
					     int64_t count),
				void *arg)
{
	sqlite3_stmt *stmt = s->record.each_tally;
	enum wici_err err;

	while ((err = store_step(s, stmt)) == WICI_OK)
		each(arg, (uint16_t)sqlite3_column_int(stmt, 0),
		     sqlite3_column_int64(stmt, 1));
	return err == WICI_END ? WICI_OK : err;
}

enum wici_err record_clear(struct store *s)
{
	struct record_table *t = &s->record;
	enum wici_err err = store_write(s, t->clear_record);

	if (!err)
		err = store_write(s, t->clear_ref);
	if (!err)
		err = ident_clear(s);
	if (!err)
		err = store_write(s, t->clear_tally);
	if (!err)
		err = search_clear(s);
	return err ? err : book_set_int(s, RECORD_CURSOR, 0);
}

enum wici_err record_by_number(struct store *s, uint16_t kind,
			       struct wici_bytes number, int64_t *ns,
			       size_t max, size_t *count)
{
	sqlite3_stmt *stmt = s->record.by_number;

	*count = 0;
	if (number.len > WICI_PAYLOAD_LEN_MAX)
		return WICI_OK; /* A client's words: no record is as long. */
	store_bind_int(stmt, 1, kind);
	store_bind_text(stmt, 2, number);
	store_bind_seq(stmt, 3, max);
	return store_collect(s, stmt, ns, max, count);
}

enum wici_err record_referring(struct store *s, const struct wici_id *to,
			       uint16_t flag, int64_t *ns, size_t max,
			       size_t *count)
{
	sqlite3_stmt *stmt = s->record.referring;

	store_bind_id(stmt, 1, to);
	store_bind_int(stmt, 2, flag);
	store_bind_seq(stmt, 3, max);
	return store_collect(s, stmt, ns, max, count);
}

enum wici_err record_referring_newest(struct store *s, const struct wici_id *to,
				      uint16_t flag, int64_t *ns, size_t max,
				      size_t *count)
{
	sqlite3_stmt *stmt = s->record.referring_newest;

	store_bind_id(stmt, 1, to);
	store_bind_int(stmt, 2, flag);
	store_bind_seq(stmt, 3, max);
	return store_collect(s, stmt, ns, max, count);
}

/* The records of a feed and kind (or of a kind, or all), newest first. */
struct stream {
	int64_t feed; /* 0: any. */
	int64_t kind; /* −1: any, and then any feed. */
	int64_t head; /* The next n; 0: at its end. */
};

struct streams {
	struct stream *v;
	size_t count, max;
};

static enum wici_err advance(struct store *s, struct stream *stream,
			     int64_t below)
{
	struct record_table *t = &s->record;
	sqlite3_stmt *stmt = t->newest;
	size_t count;
	enum wici_err err;

	if (stream->kind >= 0)
		stmt = stream->feed ? t->newest_of_feed : t->newest_of_kind;
	store_bind_int(stmt, 1, below);
	if (stream->kind >= 0)
		store_bind_int(stmt, 2, stream->kind);
	if (stream->feed)
		store_bind_int(stmt, 3, stream->feed);
	err = store_collect(s, stmt, &stream->head, 1, &count);
	if (count == 0)
		stream->head = 0;
	return err || stream->head < below ? err : store_disorder(s);
}

/* Adds a stream that stands before n `below`; drops it when it is empty. */
static enum wici_err add_stream(struct store *s, struct streams *streams,
				struct stream stream, int64_t below)
{
	enum wici_err err = advance(s, &stream, below);

	if (err || stream.head == 0)
		return err;
	if (streams->count == streams->max) {
		streams->max = streams->max ? 2 * streams->max : 16;
		streams->v = reallocarray(streams->v, streams->max,
					  sizeof(*streams->v));
		WICI_REQUIRE(streams->v);
	}
	streams->v[streams->count++] = stream;
	return WICI_OK;
}

/* A stream for each kind that there is in the feed (0: in any). */
static enum wici_err add_kinds(struct store *s, struct streams *streams,
			       const struct record_filter *filter, int64_t feed)
{
	sqlite3_stmt *stmt =
		feed ? s->record.next_kind_of_feed : s->record.next_kind;
	bool is_any = filter->kind_first == 0 && filter->kind_last == 0;
	struct stream stream = {feed, filter->kind_first, 0};
	int64_t from;
	size_t count;
	enum wici_err err;

	for (;; stream.kind++) {
		store_bind_int(stmt, 1, stream.kind);
		store_bind_int(stmt, 2,
			       is_any ? UINT16_MAX : filter->kind_last);
		if (feed)
			store_bind_int(stmt, 3, feed);
		from = stream.kind;
		err = store_collect(s, stmt, &stream.kind, 1, &count);
		if (!err && stream.kind < from)
			err = store_disorder(s);
		if (!err && count)
			err = add_stream(s, streams, stream, filter->below);
		if (err || !count)
			return err;
	}
}

static enum wici_err add_streams(struct store *s, struct streams *streams,
				 const struct record_filter *filter)
{
	enum wici_err err = WICI_OK;

	for (size_t i = 0; i < filter->feeds_count && !err; i++)
		err = add_kinds(s, streams, filter, filter->feeds[i]);
	if (err || filter->feeds_count)
		return err;
	if (filter->kind_first || filter->kind_last)
		return add_kinds(s, streams, filter, 0);
	return add_stream(s, streams, (struct stream){0, -1, 0}, filter->below);
}

static enum wici_err merge(struct store *s, struct streams *streams,
			   int64_t *ns, size_t max, size_t *count)
{
	enum wici_err err = WICI_OK;

	while (*count < max && !err) {
		int64_t n = 0;

		for (size_t i = 0; i < streams->count; i++)
			if (streams->v[i].head > n)
				n = streams->v[i].head;
		if (n == 0)
			break;
		ns[(*count)++] = n;
		/* A feed that was named twice gives the same n twice. */
		for (size_t i = 0; i < streams->count && !err; i++)
			if (streams->v[i].head == n)
				err = advance(s, &streams->v[i], n);
	}
	return err;
}

enum wici_err record_list(struct store *s, const struct record_filter *filter,
			  int64_t *ns, size_t max, size_t *count)
{
	struct record_filter f = *filter;
	struct streams streams = {0};
	enum wici_err err;

	*count = 0;
	if (f.below <= 0)
		f.below = INT64_MAX;
	err = add_streams(s, &streams, &f);
	if (!err)
		err = merge(s, &streams, ns, max, count);
	free(streams.v);
	return err;
}
