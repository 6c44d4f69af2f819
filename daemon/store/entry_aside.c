/* daemon/store/entry_aside.c — Entries that are taken out of their feed, and
 * into one: what was damaged, evidence of a fork, what strayed. */
#include "daemon/store/entry.h"

#include "daemon/store/private.h"

/* Feeds are numbered from 1; −n is damaged, what is below this is evidence. */
#define EVIDENCE (-((int64_t)1 << 40))

enum wici_err entry_aside_prepare(struct store *s)
{
	struct entry_table *t = &s->entry;
	const struct store_sql sql[] = {
		{&t->set_aside, "UPDATE OR REPLACE entry SET feed = -feed"
				" WHERE feed = ? AND seq >= ?"},
		{&t->next_feed, "SELECT feed FROM entry WHERE feed > ?"
				" ORDER BY feed LIMIT 1"},
		{&t->rename_feed, "UPDATE entry SET feed = ?2 WHERE feed = ?1"},
		{&t->drop_beyond,
		 "DELETE FROM entry WHERE feed = ? AND seq > ?"},
		{&t->drop_aside,
		 "DELETE FROM entry WHERE feed = -?1 AND seq <= ?2"},
		{&t->first_aside, "SELECT seq FROM entry WHERE feed = -?1"
				  " AND seq >= ?2 ORDER BY seq LIMIT 1"},
		{&t->set_evidence, "UPDATE OR IGNORE entry SET feed = ?3"
				   " WHERE feed = ?1 AND seq >= ?2"},
		{&t->drop_from,
		 "DELETE FROM entry WHERE feed = ?1 AND seq >= ?2"},
	};

	return store_prepare(s, sql, STORE_COUNT(sql));
}

int64_t entry_aside_n(int64_t feed_n, enum entry_aside why)
{
	return why == ENTRY_EVIDENCE ? EVIDENCE - feed_n : -feed_n;
}

int64_t entry_feed_of(int64_t feed_n)
{
	if (feed_n < EVIDENCE)
		return EVIDENCE - feed_n;
	return feed_n < 0 ? -feed_n : feed_n;
}

/* at: the number under which it stands. */
static enum wici_err keep_evidence(struct store *s, int64_t at, uint64_t from)
{
	struct entry_table *t = &s->entry;
	enum wici_err err;

	store_bind_int(t->set_evidence, 1, at);
	store_bind_seq(t->set_evidence, 2, from);
	store_bind_int(t->set_evidence, 3,
		       entry_aside_n(entry_feed_of(at), ENTRY_EVIDENCE));
	err = store_write(s, t->set_evidence);
	if (err)
		return err;
	store_bind_int(t->drop_from, 1, at);
	store_bind_seq(t->drop_from, 2, from);
	return store_write(s, t->drop_from);
}

enum wici_err entry_set_aside(struct store *s, int64_t feed_n, uint64_t from,
			      enum entry_aside why, uint64_t *bytes)
{
	struct entry_table *t = &s->entry;
	enum wici_err err = entry_bytes(s, feed_n, from, bytes);

	if (err)
		return err;
	t->last_feed_n = 0;
	if (why == ENTRY_EVIDENCE)
		return keep_evidence(s, feed_n, from);
	store_bind_int(t->set_aside, 1, feed_n);
	store_bind_seq(t->set_aside, 2, from);
	return store_write(s, t->set_aside);
}

enum wici_err entry_keep_aside(struct store *s, int64_t feed_n, uint64_t from)
{
	s->entry.last_feed_n = 0;
	return keep_evidence(s, entry_aside_n(feed_n, ENTRY_DAMAGED), from);
}

enum wici_err entry_next_feed(struct store *s, int64_t *feed_n)
{
	sqlite3_stmt *stmt = s->entry.next_feed;
	int64_t next;
	enum wici_err err;

	store_bind_int(stmt, 1, *feed_n);
	err = store_step(s, stmt);
	if (err)
		return err;
	next = sqlite3_column_int64(stmt, 0);
	(void)sqlite3_reset(stmt);
	if (next <= *feed_n)
		return store_disorder(s);
	*feed_n = next;
	return WICI_OK;
}

enum wici_err entry_rename_feed(struct store *s, int64_t from, int64_t to)
{
	s->entry.last_feed_n = 0;
	store_bind_int(s->entry.rename_feed, 1, from);
	store_bind_int(s->entry.rename_feed, 2, to);
	return store_write(s, s->entry.rename_feed);
}

enum wici_err entry_drop_beyond(struct store *s, int64_t feed_n, int64_t seq)
{
	s->entry.last_feed_n = 0;
	store_bind_int(s->entry.drop_beyond, 1, feed_n);
	store_bind_int(s->entry.drop_beyond, 2, seq);
	return store_write(s, s->entry.drop_beyond);
}

enum wici_err entry_drop_aside(struct store *s, int64_t feed_n, uint64_t to)
{
	s->entry.last_feed_n = 0;
	store_bind_int(s->entry.drop_aside, 1, feed_n);
	store_bind_seq(s->entry.drop_aside, 2, to);
	return store_write(s, s->entry.drop_aside);
}

enum wici_err entry_first_aside(struct store *s, int64_t feed_n, uint64_t from,
				uint64_t *seq)
{
	sqlite3_stmt *stmt = s->entry.first_aside;
	enum wici_err err;

	store_bind_int(stmt, 1, feed_n);
	store_bind_seq(stmt, 2, from);
	err = store_step(s, stmt);
	if (err)
		return err;
	*seq = (uint64_t)sqlite3_column_int64(stmt, 0);
	(void)sqlite3_reset(stmt);
	return WICI_OK;
}
