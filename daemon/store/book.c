/* daemon/store/book.c — What this installation notes for itself. */
#include "daemon/store/book.h"

#include "daemon/store/private.h"
#include "proto/require.h"

#define PEER_COLUMNS "address, identity, last_contact"
enum peer_column { PEER_ADDRESS, PEER_IDENTITY, PEER_LAST_CONTACT };

#define INVITE_COLUMNS                                                         \
	"token_id, secret, name, expires, created, state, identity"
enum invite_column {
	INVITE_TOKEN_ID,
	INVITE_SECRET,
	INVITE_NAME,
	INVITE_EXPIRES,
	INVITE_CREATED,
	INVITE_STATE,
	INVITE_IDENTITY
};

enum wici_err book_prepare(struct store *s)
{
	struct book_table *t = &s->book;
	const struct store_sql sql[] = {
		{&t->set, "INSERT OR REPLACE INTO value (name, value)"
			  " VALUES (?, ?)"},
		{&t->get, "SELECT value FROM value WHERE name = ?"},
		{&t->put_peer, "INSERT OR REPLACE INTO peer (" PEER_COLUMNS ")"
			       " VALUES (?, ?, ?)"},
		{&t->remove_peer, "DELETE FROM peer WHERE address = ?"},
		{&t->each_peer,
		 "SELECT " PEER_COLUMNS " FROM peer ORDER BY address"},
		{&t->put_invite,
		 "INSERT OR REPLACE INTO invite (" INVITE_COLUMNS ")"
		 " VALUES (?, ?, ?, ?, ?, ?, ?)"},
		{&t->get_invite,
		 "SELECT " INVITE_COLUMNS " FROM invite WHERE token_id = ?"},
		{&t->each_invite,
		 "SELECT " INVITE_COLUMNS " FROM invite ORDER BY token_id"},
		{&t->put_held,
		 "INSERT OR REPLACE INTO held (feed, identity, seq)"
		 " VALUES (?, ?, ?)"},
		{&t->each_held,
		 "SELECT identity FROM held WHERE feed = ? AND seq >= ?"},
	};

	return store_prepare(s, sql, STORE_COUNT(sql));
}

enum wici_err book_set_int(struct store *s, const char *name, int64_t v)
{
	store_bind_text(s->book.set, 1, wici_bytes_str(name));
	store_bind_int(s->book.set, 2, v);
	return store_write(s, s->book.set);
}

enum wici_err book_set_blob(struct store *s, const char *name,
			    struct wici_bytes v)
{
	store_bind_text(s->book.set, 1, wici_bytes_str(name));
	store_bind_bytes(s->book.set, 2, v);
	return store_write(s, s->book.set);
}

/* Steps to the value of this name, which must be of this type. */
static enum wici_err find_value(struct store *s, const char *name, int type)
{
	sqlite3_stmt *stmt = s->book.get;
	enum wici_err err;

	store_bind_text(stmt, 1, wici_bytes_str(name));
	err = store_step(s, stmt);
	if (err)
		return err == WICI_END ? WICI_NOT_FOUND : err;
	if (sqlite3_column_type(stmt, 0) == type)
		return WICI_OK;
	(void)sqlite3_reset(stmt);
	return WICI_STORE;
}

enum wici_err book_get_int(struct store *s, const char *name, int64_t *v)
{
	enum wici_err err = find_value(s, name, SQLITE_INTEGER);

	if (err)
		return err;
	*v = sqlite3_column_int64(s->book.get, 0);
	(void)sqlite3_reset(s->book.get);
	return WICI_OK;
}

enum wici_err book_get_blob(struct store *s, const char *name, uint8_t *out,
			    size_t max, size_t *len)
{
	enum wici_err err = find_value(s, name, SQLITE_BLOB);
	struct wici_bytes b;

	if (err)
		return err;
	b = store_column_bytes(s->book.get, 0);
	*len = b.len;
	if (b.len > max)
		err = WICI_MORE;
	else if (b.len)
		memcpy(out, b.p, b.len);
	(void)sqlite3_reset(s->book.get);
	return err;
}

enum wici_err book_put_peer(struct store *s, const struct book_peer *p)
{
	sqlite3_stmt *stmt = s->book.put_peer;

	store_bind_text(stmt, PEER_ADDRESS + 1, wici_bytes_str(p->address));
	store_bind_key(stmt, PEER_IDENTITY + 1, &p->identity);
	store_bind_int(stmt, PEER_LAST_CONTACT + 1, p->last_contact_ms);
	return store_write(s, stmt);
}

enum wici_err book_remove_peer(struct store *s, const char *address)
{
	enum wici_err err;

	store_bind_text(s->book.remove_peer, 1, wici_bytes_str(address));
	err = store_write(s, s->book.remove_peer);
	if (!err && sqlite3_changes64(s->db) == 0)
		return WICI_NOT_FOUND;
	return err;
}

static enum wici_err decode_peer(sqlite3_stmt *stmt, struct book_peer *p)
{
	enum wici_err err;

	*p = (struct book_peer){
		.last_contact_ms =
			sqlite3_column_int64(stmt, PEER_LAST_CONTACT),
	};
	err = store_column_str(stmt, PEER_ADDRESS, p->address,
			       sizeof(p->address));
	if (!err)
		err = store_column_copy(stmt, PEER_IDENTITY, p->identity.b,
					WICI_KEY_LEN);
	return err;
}

enum wici_err book_each_peer(struct store *s,
			     void (*each)(void *arg, const struct book_peer *p),
			     void *arg)
{
	sqlite3_stmt *stmt = s->book.each_peer;
	struct book_peer peer;
	enum wici_err err;

	while ((err = store_step(s, stmt)) == WICI_OK) {
		err = decode_peer(stmt, &peer);
		if (err)
			break;
		each(arg, &peer);
	}
	(void)sqlite3_reset(stmt);
	return err == WICI_END ? WICI_OK : err;
}

enum wici_err book_put_invite(struct store *s, const struct book_invite *i)
{
	sqlite3_stmt *stmt = s->book.put_invite;

	store_bind_bytes(stmt, INVITE_TOKEN_ID + 1,
			 (struct wici_bytes){i->token_id, sizeof(i->token_id)});
	store_bind_bytes(stmt, INVITE_SECRET + 1,
			 (struct wici_bytes){i->secret, sizeof(i->secret)});
	store_bind_text(stmt, INVITE_NAME + 1, wici_bytes_str(i->name));
	store_bind_int(stmt, INVITE_EXPIRES + 1, i->expires);
	store_bind_int(stmt, INVITE_CREATED + 1, i->created_ms);
	store_bind_int(stmt, INVITE_STATE + 1, (int64_t)i->state);
	store_bind_key(stmt, INVITE_IDENTITY + 1, &i->identity);
	return store_write(s, stmt);
}

static enum wici_err decode_invite(sqlite3_stmt *stmt, struct book_invite *i)
{
	int state = sqlite3_column_int(stmt, INVITE_STATE);
	enum wici_err err;

	if (state < BOOK_INVITE_OPEN || state > BOOK_INVITE_REVOKED)
		return WICI_STORE;
	*i = (struct book_invite){
		.expires = sqlite3_column_int(stmt, INVITE_EXPIRES),
		.created_ms = sqlite3_column_int64(stmt, INVITE_CREATED),
		.state = (enum book_invite_state)state,
	};
	err = store_column_copy(stmt, INVITE_TOKEN_ID, i->token_id,
				sizeof(i->token_id));
	if (!err)
		err = store_column_copy(stmt, INVITE_SECRET, i->secret,
					sizeof(i->secret));
	if (!err)
		err = store_column_str(stmt, INVITE_NAME, i->name,
				       sizeof(i->name));
	if (!err)
		err = store_column_copy(stmt, INVITE_IDENTITY, i->identity.b,
					WICI_KEY_LEN);
	return err;
}

enum wici_err book_get_invite(struct store *s, const uint8_t token_id[8],
			      struct book_invite *i)
{
	sqlite3_stmt *stmt = s->book.get_invite;
	enum wici_err err;

	store_bind_bytes(stmt, 1, (struct wici_bytes){token_id, 8});
	err = store_step(s, stmt);
	if (err)
		return err == WICI_END ? WICI_NOT_FOUND : err;
	err = decode_invite(stmt, i);
	(void)sqlite3_reset(stmt);
	return err;
}

enum wici_err book_each_invite(struct store *s,
			       void (*each)(void *arg,
					    const struct book_invite *i),
			       void *arg)
{
	sqlite3_stmt *stmt = s->book.each_invite;
	struct book_invite invite;
	enum wici_err err;

	while ((err = store_step(s, stmt)) == WICI_OK) {
		err = decode_invite(stmt, &invite);
		if (err)
			break;
		each(arg, &invite);
	}
	(void)sqlite3_reset(stmt);
	return err == WICI_END ? WICI_OK : err;
}

enum wici_err book_put_held(struct store *s, const struct wici_key *identity,
			    int64_t feed_n, uint64_t seq)
{
	sqlite3_stmt *stmt = s->book.put_held;

	store_bind_int(stmt, 1, feed_n);
	store_bind_key(stmt, 2, identity);
	store_bind_seq(stmt, 3, seq);
	return store_write(s, stmt);
}

enum wici_err book_each_held(struct store *s, int64_t feed_n, uint64_t seq,
			     void (*each)(void *arg,
					  const struct wici_key *identity),
			     void *arg)
{
	sqlite3_stmt *stmt = s->book.each_held;
	struct wici_key identity;
	enum wici_err err;

	store_bind_int(stmt, 1, feed_n);
	store_bind_seq(stmt, 2, seq);
	while ((err = store_step(s, stmt)) == WICI_OK) {
		err = store_column_copy(stmt, 0, identity.b, WICI_KEY_LEN);
		if (err)
			break;
		each(arg, &identity);
	}
	(void)sqlite3_reset(stmt);
	return err == WICI_END ? WICI_OK : err;
}
