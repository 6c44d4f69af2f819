/* daemon/store/store.c — Opening the one file so that nobody else has it, and
 * the transaction.
 *
 *   path ─> file ─> connection ─> ours? ─> settings ─> lock, migrate ─> tables
 *
 * A file that is not ours is only read. Each setting is read back: a library
 * that ignores one of them must not be trusted with the store. */
#include "daemon/store/store.h"

#include "daemon/store/private.h"
#include "daemon/store/schema.h"
#include "daemon/store/tokenizer.h"
#include "proto/require.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define OPEN_FLAGS                                                             \
	(SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW |                        \
	 SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX |                         \
	 SQLITE_OPEN_PRIVATECACHE)

struct opening {
	struct store *s;
	char *why;
	size_t why_len;
};

static enum wici_err refuse(struct opening *o, enum wici_err err,
			    const char *sentence)
{
	(void)snprintf(o->why, o->why_len, "%s", sentence);
	return err;
}

static enum wici_err refuse_errno(struct opening *o)
{
	switch (errno) {
	case EACCES:
	case EPERM:
	case EROFS:
		return refuse(o, WICI_NOT_PERMITTED,
			      "the store may not be read and written by this "
			      "user");
	case ENOSPC:
	case EDQUOT:
		return refuse(o, WICI_FULL, "the disk is full");
	case ENOENT:
	case ENOTDIR:
		return refuse(o, WICI_IO,
			      "the folder for the store does not exist");
	default:
		(void)snprintf(o->why, o->why_len,
			       "the store cannot be opened: %s",
			       strerror(errno));
		return WICI_IO;
	}
}

/* What SQLite says before the store is ours. */
static enum wici_err refuse_sqlite(struct opening *o, int rc)
{
	enum wici_err err = store_err(o->s, rc);

	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return refuse(o, WICI_BUSY,
			      "another process has this store open; only one "
			      "wicid may run on it");
	case SQLITE_NOTADB:
		return refuse(o, WICI_STORE,
			      "this is not a wici store: the file is not a "
			      "database");
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return refuse(o, WICI_NOT_PERMITTED,
			      "the store may not be written by this user");
	case SQLITE_FULL:
		return refuse(o, WICI_FULL, "the disk is full");
	case SQLITE_CANTOPEN:
		errno = sqlite3_system_errno(o->s->db);
		return refuse_errno(o);
	default:
		return refuse(o, err, o->s->problem);
	}
}

/* UNTESTED: needs a mounted network file system. Its locks and its syncs
 * promise what they do not hold. */
static bool is_on_network(const char *dir)
{
	struct statfs fs;

	if (statfs(dir, &fs) != 0)
		return false;
	switch ((unsigned long)fs.f_type & 0xffffffff) {
	case NFS_SUPER_MAGIC:
	case SMB_SUPER_MAGIC:
	case CIFS_SUPER_MAGIC:
	case 0xFE534D42: /* SMB2, not in every header. */
	case AFS_SUPER_MAGIC:
	case CODA_SUPER_MAGIC:
	case 0x00C36400: /* Ceph. */
		return true;
	default:
		return false;
	}
}

/* The folder's real path and the file's own name: SQLite refuses a link
 * anywhere on the way, but only the file itself may not be one. */
static enum wici_err resolve(struct opening *o, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	size_t dir_len = slash ? (size_t)(slash - path) + 1 : 1;
	char dir[PATH_MAX], real[PATH_MAX];

	if (dir_len >= sizeof(dir)) {
		errno = ENAMETOOLONG;
		return refuse_errno(o);
	}
	memcpy(dir, slash ? path : ".", dir_len);
	dir[dir_len] = '\0';
	if (!realpath(dir, real))
		return refuse_errno(o);
	if (is_on_network(real))
		return refuse(o, WICI_STORE,
			      "the store may not lie on a network file system");
	WICI_REQUIRE(asprintf(&o->s->path, "%s/%s", real, name) > 0);
	return WICI_OK;
}

/* Makes the file with its mode before SQLite would by the umask. A file that
 * exists is not opened here: closing it would drop SQLite's POSIX locks. */
static enum wici_err make_file(struct opening *o)
{
	struct stat st;
	int fd = open(o->s->path,
		      O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd >= 0)
		(void)close(fd);
	else if (errno != EEXIST)
		return refuse_errno(o);
	if (lstat(o->s->path, &st) != 0)
		return refuse_errno(o);
	if (S_ISLNK(st.st_mode))
		return refuse(o, WICI_STORE,
			      "the store is a symbolic link, and links are not "
			      "followed");
	if (!S_ISREG(st.st_mode))
		return refuse(o, WICI_STORE,
			      "this is not a wici store: it is not a file");
	/* SQLite takes what is shorter than its smallest page for nothing, and
	 * would write over it. */
	if (st.st_size > 0 && st.st_size < 512)
		return refuse(o, WICI_STORE,
			      "this is not a wici store: it is too short");
	return WICI_OK;
}

static enum wici_err connect_file(struct opening *o)
{
	int rc;

	(void)sqlite3_hard_heap_limit64(STORE_HEAP_MAX);
	if (sqlite3_hard_heap_limit64(-1) != STORE_HEAP_MAX)
		return refuse(o, WICI_STORE, "SQLite takes no memory limit");
	rc = sqlite3_open_v2(o->s->path, &o->s->db, OPEN_FLAGS, NULL);
	if (rc != SQLITE_OK)
		return refuse_sqlite(o, rc);
	/* SQLite falls back to reading when it may not write. */
	if (sqlite3_db_readonly(o->s->db, "main") != 0)
		return refuse_sqlite(o, SQLITE_READONLY);
	return WICI_OK;
}

static enum wici_err harden(struct opening *o)
{
	static const struct {
		int option, value;
	} config[] = {
		{SQLITE_DBCONFIG_DEFENSIVE, 1},
		{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
		{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
		{SQLITE_DBCONFIG_ENABLE_VIEW, 0},
		{SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
		{SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
		{SQLITE_DBCONFIG_DQS_DML, 0},
		{SQLITE_DBCONFIG_DQS_DDL, 0},
		{SQLITE_DBCONFIG_ENABLE_FKEY, 1},
	};
	static const struct {
		int limit, value;
	} limits[] = {
		{SQLITE_LIMIT_LENGTH, 1 << 20},
		{SQLITE_LIMIT_SQL_LENGTH, 8192},
		{SQLITE_LIMIT_COLUMN, 32},
		{SQLITE_LIMIT_EXPR_DEPTH, 32},
		{SQLITE_LIMIT_COMPOUND_SELECT, 4},
		{SQLITE_LIMIT_VDBE_OP, 4096},
		{SQLITE_LIMIT_FUNCTION_ARG, 8},
		{SQLITE_LIMIT_ATTACHED, 0},
		{SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 64},
		{SQLITE_LIMIT_VARIABLE_NUMBER, 32},
		{SQLITE_LIMIT_TRIGGER_DEPTH, 1},
		{SQLITE_LIMIT_WORKER_THREADS, 0},
	};
	int now;

	for (size_t i = 0; i < STORE_COUNT(config); i++) {
		int rc = sqlite3_db_config(o->s->db, config[i].option,
					   config[i].value, &now);

		if (rc != SQLITE_OK || now != config[i].value)
			return refuse(o, WICI_STORE,
				      "SQLite does not take a safety setting");
	}
	for (size_t i = 0; i < STORE_COUNT(limits); i++) {
		(void)sqlite3_limit(o->s->db, limits[i].limit, limits[i].value);
		now = sqlite3_limit(o->s->db, limits[i].limit, -1);
		if (now != limits[i].value)
			return refuse(o, WICI_STORE,
				      "SQLite does not take a limit");
	}
	return WICI_OK;
}

struct pragma {
	const char *set, *get, *want;
};

/* Before anything is read. */
static const struct pragma first_pragmas[] = {
	{"PRAGMA locking_mode = EXCLUSIVE", "PRAGMA locking_mode", "exclusive"},
	{"PRAGMA cell_size_check = ON", "PRAGMA cell_size_check", "1"},
	{"PRAGMA mmap_size = 0", "PRAGMA mmap_size", "0"},
};

/* Once the file is known to be ours, or new. */
static const struct pragma pragmas[] = {
	{"PRAGMA page_size = 4096", "PRAGMA page_size", "4096"},
	{"PRAGMA secure_delete = ON", "PRAGMA secure_delete", "1"},
	{"PRAGMA journal_mode = WAL", "PRAGMA journal_mode", "wal"},
	{"PRAGMA synchronous = FULL", "PRAGMA synchronous", "2"},
	{"PRAGMA wal_autocheckpoint = 4000", "PRAGMA wal_autocheckpoint",
	 "4000"},
	{"PRAGMA journal_size_limit = 33554432", "PRAGMA journal_size_limit",
	 "33554432"},
	{"PRAGMA cache_size = -8192", "PRAGMA cache_size", "-8192"},
	{"PRAGMA foreign_keys = ON", "PRAGMA foreign_keys", "1"},
	{"PRAGMA temp_store = MEMORY", "PRAGMA temp_store", "2"},
	{"PRAGMA automatic_index = OFF", "PRAGMA automatic_index", "0"},
	{"PRAGMA trusted_schema = OFF", "PRAGMA trusted_schema", "0"},
};

static enum wici_err set_pragma(struct opening *o, const struct pragma *p)
{
	sqlite3_stmt *stmt = NULL;
	bool took = false;
	int rc = sqlite3_exec(o->s->db, p->set, NULL, NULL, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(o->s->db, p->get, -1, &stmt, NULL);
	if (rc == SQLITE_OK) {
		rc = sqlite3_step(stmt);
		if (rc == SQLITE_ROW)
			took = wici_bytes_is(store_column_bytes(stmt, 0),
					     p->want);
		if (rc == SQLITE_ROW || rc == SQLITE_DONE)
			rc = SQLITE_OK;
	}
	(void)sqlite3_finalize(stmt);
	if (rc != SQLITE_OK)
		return refuse_sqlite(o, rc);
	if (took)
		return WICI_OK;
	(void)snprintf(o->why, o->why_len, "SQLite does not take a setting: %s",
		       p->set);
	return WICI_STORE;
}

static enum wici_err set_pragmas(struct opening *o, const struct pragma *p,
				 size_t count)
{
	enum wici_err err = WICI_OK;

	for (size_t i = 0; i < count && !err; i++)
		err = set_pragma(o, &p[i]);
	return err;
}

static enum wici_err judge(struct opening *o, int64_t *version)
{
	const char *why;
	int rc;
	enum wici_err err = schema_judge(o->s->db, version, &why, &rc);

	if (!err)
		return WICI_OK;
	return why ? refuse(o, err, why) : refuse_sqlite(o, rc);
}

/* The first write takes the lock, which locking_mode never gives back: who
 * comes second is refused here and not in the middle of his work. */
static enum wici_err lock_and_migrate(struct opening *o, int64_t version)
{
	sqlite3 *db = o->s->db;
	int rc = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);

	if (rc == SQLITE_OK)
		rc = schema_migrate(db, version);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	return rc == SQLITE_OK ? WICI_OK : refuse_sqlite(o, rc);
}

static enum wici_err prepare_tables(struct opening *o)
{
	struct store *s = o->s;
	const struct store_sql sql[] = {
		{&s->begin, "BEGIN IMMEDIATE"},
		{&s->commit, "COMMIT"},
		{&s->rollback, "ROLLBACK"},
	};
	static enum wici_err (*const prepare[])(struct store *) = {
		entry_prepare, entry_aside_prepare, entry_sums_prepare,
		feed_prepare,  statement_prepare,   record_prepare,
		ident_prepare, search_prepare,      book_prepare,
		draft_prepare};
	enum wici_err err = store_prepare(s, sql, STORE_COUNT(sql));

	for (size_t i = 0; i < STORE_COUNT(prepare) && !err; i++)
		err = prepare[i](s);
	return err ? refuse(o, err, s->problem) : WICI_OK;
}

/* The search index cannot be made or opened without it. */
static enum wici_err add_tokenizer(struct opening *o)
{
	if (tokenizer_new(&o->s->tokenizer, o->s->db) == SQLITE_OK)
		return WICI_OK;
	return refuse(o, WICI_STORE, "SQLite has no full-text search");
}

static enum wici_err open_steps(struct opening *o, const char *path)
{
	int64_t version = 0;
	enum wici_err err = resolve(o, path);

	if (!err)
		err = make_file(o);
	if (!err)
		err = connect_file(o);
	if (!err)
		err = harden(o);
	if (!err)
		err = set_pragmas(o, first_pragmas, STORE_COUNT(first_pragmas));
	if (!err)
		err = judge(o, &version);
	if (!err)
		err = set_pragmas(o, pragmas, STORE_COUNT(pragmas));
	if (!err)
		err = add_tokenizer(o);
	if (!err)
		err = lock_and_migrate(o, version);
	return err ? err : prepare_tables(o);
}

enum wici_err store_open(struct store **s, const char *path, char *why_buf,
			 size_t why_len)
{
	struct opening o = {calloc(1, sizeof(struct store)), why_buf, why_len};
	enum wici_err err;

	WICI_REQUIRE(o.s);
	err = open_steps(&o, path);
	if (err) {
		store_close(o.s);
		o.s = NULL;
	}
	*s = o.s;
	return err;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	if (s->db) {
		store_rollback(s);
		if (s->is_damaged) /* If it does not help, it is undone. */
			(void)sqlite3_exec(s->db, "REINDEX", NULL, NULL, NULL);
		while (s->prepared_count > 0)
			(void)sqlite3_finalize(
				s->prepared[--s->prepared_count]);
		(void)sqlite3_close(s->db);
	}
	tokenizer_free(s->tokenizer);
	free(s->path);
	free(s);
}

enum wici_err store_begin(struct store *s)
{
	enum wici_err err;

	WICI_REQUIRE(!s->in_transaction);
	err = store_step(s, s->begin);
	if (err != WICI_END)
		return err;
	s->in_transaction = true;
	s->failed = WICI_OK;
	return WICI_OK;
}

enum wici_err store_commit(struct store *s)
{
	enum wici_err err;

	WICI_REQUIRE(s->in_transaction);
	err = s->failed ? s->failed : store_step(s, s->commit);
	if (err == WICI_END) {
		s->in_transaction = false;
		return WICI_OK;
	}
	store_rollback(s);
	return err;
}

void store_rollback(struct store *s)
{
	/* After FULL or an I/O error SQLite may have done it already. */
	if (s->rollback && sqlite3_get_autocommit(s->db) == 0) {
		(void)sqlite3_step(s->rollback);
		(void)sqlite3_reset(s->rollback);
	}
	s->in_transaction = false;
	s->failed = WICI_OK;
	/* What may never have been there. */
	s->entry.last_feed_n = 0;
	s->ident.noted_count = 0;
}

bool store_is_open(const struct store *s)
{
	return s->in_transaction;
}

void store_limit_pages_for_test(struct store *s, int pages)
{
	char sql[48];

	(void)snprintf(sql, sizeof(sql), "PRAGMA max_page_count = %d", pages);
	WICI_REQUIRE(sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK);
}

const char *store_problem(const struct store *s)
{
	return s->problem;
}
