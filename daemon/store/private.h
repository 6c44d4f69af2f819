/* daemon/store/private.h — The inside of the store, for daemon/store/ alone.
 *
 * Each table is a file and a struct of its prepared statements, embedded in
 * struct store and prepared once, by <table>_prepare(). No statement is left
 * stepped when a function returns: rows that are lent are copied out, so that
 * no checkpoint ever waits for a reader. */
#ifndef WICI_DAEMON_STORE_PRIVATE_H
#define WICI_DAEMON_STORE_PRIVATE_H

#include "daemon/store/ident.h"
#include "daemon/store/store.h"
#include "proto/statement.h"

struct entry_table {
	sqlite3_stmt *append, *get, *at, *after, *before, *run, *id_at, *last,
		*set_proved, *key, *lengths, *erase, *since, *note_succeed,
		*succeeds, *mend, *count, *is_there;
	sqlite3_stmt *set_aside, *drop_aside, *first_aside, *set_evidence,
		*drop_from, *drop_beyond, *next_feed, *rename_feed;
	int64_t key_feed_n; /* Whose key was asked last; 0: nobody's. */
	struct wici_key key_last;
	/* The entry read last, prev of the one that follows it; feed_n 0:
	 * none. */
	int64_t last_feed_n;
	uint64_t last_seq;
	struct wici_id last_id;
	uint8_t payload[WICI_PAYLOAD_LEN_MAX]; /* Lent to the last reader. */
};

struct feed_table {
	sqlite3_stmt *add, *update, *each;
};

struct statement_table {
	sqlite3_stmt *put, *get, *each, *after, *remove, *remove_id, *number;
	uint8_t bytes[WICI_STATEMENT_LEN_MAX]; /* Lent to the last reader. */
};

struct record_table {
	sqlite3_stmt *put, *get, *put_ref, *tally, *each_tally;
	sqlite3_stmt *erase, *drop_ref;
	sqlite3_stmt *clear_record, *clear_ref, *clear_tally;
	sqlite3_stmt *by_number, *has_ref;
	sqlite3_stmt *referring, *referring_newest;
	sqlite3_stmt *in_kind, *in_feed_kind, *in_number;
	/* Newest below n: of all, of a kind, of a feed and kind. */
	sqlite3_stmt *newest, *newest_of_kind, *newest_of_feed;
	/* The next kind that there is: in all feeds, in one. */
	sqlite3_stmt *next_kind, *next_kind_of_feed;
	uint8_t text[WICI_PAYLOAD_LEN_MAX]; /* Lent: title, number. */
};

struct ident_table {
	sqlite3_stmt *put, *by_prefix, *clear;
	/* Not written yet. */
	struct ident {
		struct wici_id id;
		int64_t n;
	} noted[IDENT_NOTED_MAX];
	size_t noted_count;
};

struct search_table {
	sqlite3_stmt *put, *remove, *clear, *purge, *find, *has, *save,
		*release;
	bool is_broken; /* So FTS5 said. */
};

struct book_table {
	sqlite3_stmt *set, *get;
	sqlite3_stmt *put_peer, *remove_peer, *each_peer;
	sqlite3_stmt *put_invite, *get_invite, *each_invite;
	sqlite3_stmt *put_held, *each_held;
};

struct draft_table {
	sqlite3_stmt *add, *get, *after, *drop, *count;
	uint8_t payload[WICI_PAYLOAD_LEN_MAX]; /* Lent to the last reader. */
};

#define STORE_STATEMENTS_MAX 128u

struct tokenizer;

struct store {
	sqlite3 *db;
	char *path;
	struct tokenizer *tokenizer;
	/* All that was prepared here; FTS5 has others, which are its own. */
	sqlite3_stmt *prepared[STORE_STATEMENTS_MAX];
	size_t prepared_count;
	sqlite3_stmt *begin, *commit, *rollback;
	bool in_transaction;
	enum wici_err failed; /* The first error of this transaction. */
	char problem[160];
	bool is_damaged; /* So SQLite said: the file's own order is gone. */
	bool has_free_for_test;
	uint64_t free_for_test;
	struct entry_table entry;
	struct feed_table feed;
	struct statement_table statement;
	struct record_table record;
	struct ident_table ident;
	struct search_table search;
	struct book_table book;
	struct draft_table draft;
};

struct store_sql {
	sqlite3_stmt **stmt;
	const char *sql;
};

#define STORE_COUNT(array) (sizeof(array) / sizeof((array)[0]))

WICI_NODISCARD
enum wici_err store_prepare(struct store *s, const struct store_sql *sql,
			    size_t count);
/* The same for statements about a virtual table. */
WICI_NODISCARD
enum wici_err store_prepare_fts(struct store *s, const struct store_sql *sql,
				size_t count);
WICI_NODISCARD
enum wici_err entry_prepare(struct store *s);
WICI_NODISCARD
enum wici_err entry_aside_prepare(struct store *s);
WICI_NODISCARD
enum wici_err entry_sums_prepare(struct store *s);
WICI_NODISCARD
enum wici_err feed_prepare(struct store *s);
WICI_NODISCARD
enum wici_err statement_prepare(struct store *s);
WICI_NODISCARD
enum wici_err record_prepare(struct store *s);
WICI_NODISCARD
enum wici_err ident_prepare(struct store *s);
WICI_NODISCARD
enum wici_err search_prepare(struct store *s);
WICI_NODISCARD
enum wici_err book_prepare(struct store *s);
WICI_NODISCARD
enum wici_err draft_prepare(struct store *s);

/* What a result code of SQLite means for the caller; its text is kept. */
enum wici_err store_err(struct store *s, int rc);

/* What SQLite gave is not in the order that was asked for, and who walks on
 * would walk for ever: WICI_STORE. */
enum wici_err store_disorder(struct store *s);

/* Steps a bound query. WICI_OK: there is a row, the caller resets. WICI_END
 * or an error: it has been reset. */
WICI_NODISCARD
enum wici_err store_step(struct store *s, sqlite3_stmt *stmt);

/* Runs a bound statement that writes; in a transaction only. */
WICI_NODISCARD
enum wici_err store_write(struct store *s, sqlite3_stmt *stmt);

/* Collects the one INTEGER column of a bound query: at most max rows. */
WICI_NODISCARD
enum wici_err store_collect(struct store *s, sqlite3_stmt *stmt, int64_t *ns,
			    size_t max, size_t *count);

/* Binders, by the number of the parameter. Bytes must live until the
 * statement is reset. */
void store_bind_int(sqlite3_stmt *stmt, int at, int64_t v);
/* Beyond INTEGER: the greatest INTEGER, which is beyond every seq. */
void store_bind_seq(sqlite3_stmt *stmt, int at, uint64_t seq);
void store_bind_bytes(sqlite3_stmt *stmt, int at, struct wici_bytes b);
void store_bind_text(sqlite3_stmt *stmt, int at, struct wici_bytes b);
void store_bind_null(sqlite3_stmt *stmt, int at);

static inline void store_bind_key(sqlite3_stmt *stmt, int at,
				  const struct wici_key *key)
{
	store_bind_bytes(stmt, at, (struct wici_bytes){key->b, sizeof(key->b)});
}

static inline void store_bind_id(sqlite3_stmt *stmt, int at,
				 const struct wici_id *id)
{
	store_bind_bytes(stmt, at, (struct wici_bytes){id->b, sizeof(id->b)});
}

/* A column's bytes (BLOB or TEXT), borrowed from the row. */
struct wici_bytes store_column_bytes(sqlite3_stmt *stmt, int column);

/* Exactly len bytes of a column, or WICI_STORE: the file is damaged. */
WICI_NODISCARD
enum wici_err store_column_copy(sqlite3_stmt *stmt, int column, void *out,
				size_t len);

/* A column's text with a NUL, or WICI_STORE when it does not fit. */
WICI_NODISCARD
enum wici_err store_column_str(sqlite3_stmt *stmt, int column, char *out,
			       size_t size);

/* From now on the file may not grow beyond this many pages: SQLite then fails
 * as it does on a full disk. */
void store_limit_pages_for_test(struct store *s, int pages);

#endif
