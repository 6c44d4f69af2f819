/* client/backup_file.c — A backup is walked record by record; what is not as
 * it must be is said in a sentence. */
#include "client/backup_file.h"

#include "client/fail.h"
#include "client/say.h"
#include "proto/bearer.h"
#include "proto/kinds/member.h"
#include "proto/mp_read.h"
#include "proto/open.h"
#include "proto/require.h"
#include "proto/run.h"
#include "proto/statement.h"
#include "proto/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECE     ((size_t)65536)
#define NAMES_MAX ((size_t)100000)

struct walk {
	struct client *c;
	struct backup_file *file;
	struct wici_bundle_reader reader;
	struct backup_feed *feeds; /* Ascending by feed. */
	size_t count, max;
	struct backup_list *list; /* Where to keep names; or NULL. */
	size_t names_max;
	uint8_t **record; /* Where to keep the backup record; or NULL. */
	size_t *record_len;
};

static enum wici_err damaged(struct walk *w, const char *what)
{
	enum wici_err err =
		fail(w->c, WICI_BAD_FIELD,
		     N_("the file is damaged or cut short: %s"), say(what));

	fail_hint(w->c, N_("take another one: wici backup verify FILE"));
	return err;
}

/* Where the feed stands, or would. */
static size_t place_of(const struct walk *w, const struct wici_key *feed)
{
	size_t low = 0, high = w->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (memcmp(w->feeds[mid].head.feed.b, feed->b, WICI_KEY_LEN) <
		    0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* This feed, its head's seq 0 when it is new. */
static struct backup_feed *feed_of(struct walk *w, const struct wici_key *feed)
{
	size_t at = place_of(w, feed);

	if (at < w->count && wici_key_equal(&w->feeds[at].head.feed, feed))
		return &w->feeds[at];
	if (w->count == w->max) {
		w->max = w->max ? 2 * w->max : 64;
		w->feeds = reallocarray(w->feeds, w->max, sizeof(*w->feeds));
		WICI_REQUIRE(w->feeds);
	}
	memmove(&w->feeds[at + 1], &w->feeds[at],
		(w->count - at) * sizeof(*w->feeds));
	w->feeds[at] = (struct backup_feed){.head.feed = *feed};
	w->count++;
	return &w->feeds[at];
}

static void copy_name(char out[201], struct wici_bytes name)
{
	size_t len = name.len < 200 ? name.len : 200;

	memcpy(out, name.p, len);
	out[len] = '\0';
}

/* An admission: what its institution is called, by this file. */
static void keep_name_of(struct walk *w, struct wici_bytes payload)
{
	struct backup_list *l = w->list;
	struct wici_bytes identity, name;
	struct wici_mp_reader r;
	struct wici_mp v;

	if (l->names_count == NAMES_MAX ||
	    wici_mp_check(WICI_MP_CANONICAL, payload, NULL) != WICI_OK ||
	    wici_mp_find(WICI_MP_CANONICAL, payload, "identity", &identity) !=
		    WICI_OK ||
	    wici_mp_find(WICI_MP_CANONICAL, payload, "name", &name) != WICI_OK)
		return;
	if (l->names_count == w->names_max) {
		w->names_max = w->names_max ? 2 * w->names_max : 64;
		l->names =
			reallocarray(l->names, w->names_max, sizeof(*l->names));
		WICI_REQUIRE(l->names);
	}
	wici_mp_reader_init(&r, WICI_MP_CANONICAL, identity);
	if (wici_mp_expect_bin(&r, l->names[l->names_count].identity.b,
			       WICI_KEY_LEN) != WICI_OK)
		return;
	wici_mp_reader_init(&r, WICI_MP_CANONICAL, name);
	if (wici_mp_expect(&r, WICI_MP_STR, &v) != WICI_OK ||
	    v.bytes.len > 200 || !wici_text_is_line(v.bytes))
		return;
	copy_name(l->names[l->names_count++].name, v.bytes);
}

static void note_entry(struct walk *w, struct backup_feed *feed,
		       const struct wici_entry *e)
{
	const struct wici_header *h = &e->header;

	if (h->seq == 1 &&
	    wici_open_check(e, &w->reader.network, &feed->identity) == WICI_OK)
		feed->has_identity = true;
	if (w->list && h->kind == WICI_KIND_MEMBER_ADMIT && e->has_payload)
		keep_name_of(w, e->payload);
}

/* As wici_run_verify(), and looks at the entries. */
static enum wici_err verify_run(struct walk *w, struct backup_feed *feed,
				struct wici_bytes bytes)
{
	struct wici_run run;
	struct wici_entry e;
	struct wici_id id;
	enum wici_err err = wici_run_open(&run, bytes, &feed->head);

	while (!err) {
		err = wici_run_next(&run, &e, &id);
		if (!err)
			note_entry(w, feed, &e);
	}
	if (err == WICI_END)
		err = wici_entry_verify(&e.header, &e.sig, &w->reader.network);
	if (!err)
		feed->head = run.at;
	return err;
}

static enum wici_err take_run(struct walk *w, struct wici_bytes run)
{
	struct backup_feed *feed;
	struct wici_key key;
	uint64_t first;
	uint16_t count;

	if (wici_run_peek(run, &key, &first, &count) != WICI_OK)
		return damaged(w, N_("a run of entries"));
	feed = feed_of(w, &key);
	if (feed->entries == 0 && wici_key_check(&key) != WICI_OK)
		return damaged(w, N_("a feed's key"));
	if (verify_run(w, feed, run) != WICI_OK)
		return damaged(w, N_("a signature or the chain of a feed"));
	feed->entries += count;
	w->file->entries += count;
	return WICI_OK;
}

static enum wici_err take_after(struct walk *w, struct wici_bytes bytes)
{
	struct backup_feed *feed;
	struct wici_head after;

	if (wici_bundle_after_read(&after, bytes) != WICI_OK)
		return damaged(w, N_("a run of entries"));
	feed = feed_of(w, &after.feed);
	if (feed->head.seq != 0)
		return damaged(w, N_("a run of entries"));
	feed->head = after;
	return WICI_OK;
}

static enum wici_err take_bearer(struct walk *w, struct wici_bytes bytes)
{
	struct wici_bearer *b = malloc(sizeof(*b));
	enum wici_err err;

	WICI_REQUIRE(b);
	err = wici_bearer_read(b, bytes);
	if (!err)
		err = wici_key_check(&b->feed);
	if (!err)
		err = wici_bearer_verify(b, bytes, &w->reader.network);
	if (!err) {
		w->file->has_bearer = true;
		w->file->bearer = b->feed;
	}
	free(b);
	return err ? damaged(w, N_("its header")) : WICI_OK;
}

static enum wici_err take_backup(struct walk *w, struct wici_bytes bytes)
{
	static const char seed[] = "\nseed ";
	struct wici_bundle_backup backup;
	struct backup_file *file = w->file;

	if (wici_bundle_backup_read(&backup, bytes) != WICI_OK)
		return damaged(w, N_("its header"));
	file->is_backup = true;
	file->identity = backup.identity;
	file->at = backup.at;
	copy_name(file->name, backup.name);
	file->has_key = backup.identity_key.len > 0;
	file->is_locked = file->has_key && !memmem(backup.identity_key.p,
						   backup.identity_key.len,
						   seed, sizeof(seed) - 1);
	if (w->record) {
		*w->record = malloc(bytes.len);
		WICI_REQUIRE(*w->record);
		memcpy(*w->record, bytes.p, bytes.len);
		*w->record_len = bytes.len;
	}
	return WICI_OK;
}

static enum wici_err take_about(struct walk *w, struct wici_bytes bytes)
{
	struct wici_bundle_about about;

	if (wici_bundle_about_read(&about, bytes) != WICI_OK)
		return damaged(w, N_("its header"));
	w->file->network = w->reader.network;
	w->file->created_ms = about.created_ms;
	copy_name(w->file->network_name, about.name);
	return WICI_OK;
}

/* No more of the last one comes. */
static void end_file(struct backup_file *file)
{
	if (file->file_left)
		file->files_cut++;
	file->file_left = 0;
}

static enum wici_err take_chunk(struct walk *w, struct wici_bytes bytes)
{
	struct wici_bundle_chunk c;
	struct wici_id leaf;

	if (wici_bundle_chunk_read(&c, bytes) != WICI_OK ||
	    !wici_chunk_is_of(&c.root, c.size, c.i, c.bytes, c.path,
			      c.path_count, &leaf))
		return damaged(w, N_("a file"));
	if (!wici_id_equal(&c.root, &w->file->file) || c.i == 0) {
		end_file(w->file);
		w->file->file = c.root;
		w->file->file_left = c.size;
		w->file->files++;
	}
	w->file->files_bytes += c.bytes.len;
	if (w->file->file_left > c.bytes.len)
		w->file->file_left -= c.bytes.len;
	else
		w->file->file_left = 0;
	return WICI_OK;
}

static enum wici_err take(struct walk *w, enum wici_bundle_type type,
			  struct wici_bytes bytes)
{
	struct wici_statement s;

	switch (type) {
	case WICI_BUNDLE_ABOUT:
		return take_about(w, bytes);
	case WICI_BUNDLE_BACKUP:
		return take_backup(w, bytes);
	case WICI_BUNDLE_STATEMENT:
		w->file->statements++;
		return wici_statement_decode(&s, bytes) == WICI_OK
			       ? WICI_OK
			       : damaged(w, N_("a statement"));
	case WICI_BUNDLE_RUN:
		return take_run(w, bytes);
	case WICI_BUNDLE_AFTER:
		return take_after(w, bytes);
	case WICI_BUNDLE_BEARER:
		return take_bearer(w, bytes);
	case WICI_BUNDLE_CHUNK:
		return take_chunk(w, bytes);
	case WICI_BUNDLE_JOIN:
		w->file->has_join = true;
		break;
	case WICI_BUNDLE_END:
	case WICI_BUNDLE_ENTRY:
	case WICI_BUNDLE_PROOF:
		break;
	}
	return WICI_OK;
}

/* WICI_AGAIN: feed on; WICI_END: it was whole. */
static enum wici_err take_all(struct walk *w, bool only_header)
{
	enum wici_bundle_type type;
	struct wici_bytes bytes;
	enum wici_err err;

	while ((err = wici_bundle_next(&w->reader, &type, &bytes)) == WICI_OK) {
		err = take(w, type, bytes);
		if (err)
			return err;
		if (only_header && type != WICI_BUNDLE_ABOUT)
			return WICI_END;
	}
	if (err == WICI_AGAIN || err == WICI_END)
		return err;
	return damaged(w, w->reader.has_head
				  ? N_("what it says does not fit its hash")
				  : N_("it is none of wici's files"));
}

static enum wici_err feed_piece(struct walk *w, struct wici_bytes piece,
				bool only_header)
{
	enum wici_err err = WICI_AGAIN;
	size_t taken;

	while (err == WICI_AGAIN && piece.len) {
		if (wici_bundle_feed(&w->reader, piece, &taken) != WICI_OK)
			return damaged(w, N_("something follows its end"));
		piece.p += taken;
		piece.len -= taken;
		err = take_all(w, only_header);
	}
	if (err == WICI_END && piece.len && !only_header)
		return damaged(w, N_("something follows its end"));
	return err;
}

static enum wici_err walk(struct walk *w, FILE *f, bool only_header)
{
	static uint8_t piece[PIECE];
	enum wici_err err = WICI_AGAIN;
	size_t len;

	wici_bundle_reader_init(&w->reader);
	while (err == WICI_AGAIN && (len = fread(piece, 1, PIECE, f)) > 0) {
		w->file->bytes += len;
		err = feed_piece(w, (struct wici_bytes){piece, len},
				 only_header);
	}
	if (err == WICI_END && !only_header && fgetc(f) != EOF)
		return damaged(w, N_("something follows its end"));
	if (ferror(f))
		return fail(w->c, WICI_IO, N_("the file cannot be read: %s"),
			    strerror(errno));
	if (err == WICI_AGAIN)
		return damaged(w, N_("its end is missing"));
	end_file(w->file);
	return err == WICI_END ? WICI_OK : err;
}

static enum wici_err open_file(struct client *c, const char *path, FILE **f)
{
	*f = fopen(path, "rbe");
	if (*f)
		return WICI_OK;
	return fail(c, errno == ENOENT ? WICI_NOT_FOUND : WICI_IO,
		    N_("%s cannot be opened: %s"), path, strerror(errno));
}

static enum wici_err check(struct client *c, const char *path,
			   struct backup_file *file, struct backup_list *list)
{
	struct walk w = {.c = c, .file = file, .list = list};
	FILE *f;
	enum wici_err err = open_file(c, path, &f);

	memset(file, 0, sizeof(*file));
	if (err)
		return err;
	err = walk(&w, f, false);
	for (size_t i = 0; i < w.count; i++)
		file->feeds += w.feeds[i].entries > 0;
	(void)fclose(f);
	if (list) {
		list->feeds = w.feeds;
		list->feeds_count = w.count;
		w.feeds = NULL;
	}
	free(w.feeds);
	sodium_memzero(&w.reader, sizeof(w.reader));
	return err;
}

enum wici_err backup_file_check(struct client *c, const char *path,
				struct backup_file *file)
{
	return check(c, path, file, NULL);
}

enum wici_err backup_file_list(struct client *c, const char *path,
			       struct backup_file *file,
			       struct backup_list *list)
{
	memset(list, 0, sizeof(*list));
	return check(c, path, file, list);
}

void backup_list_clear(struct backup_list *list)
{
	free(list->feeds);
	free(list->names);
	memset(list, 0, sizeof(*list));
}

const char *backup_list_name(const struct backup_list *list,
			     const struct wici_key *identity)
{
	for (size_t i = 0; i < list->names_count; i++)
		if (wici_key_equal(&list->names[i].identity, identity))
			return list->names[i].name;
	return NULL;
}

enum wici_err backup_file_header(struct client *c, const char *path,
				 struct wici_id *network, uint8_t **record,
				 size_t *len)
{
	struct backup_file file = {.created_ms = 0};
	struct walk w = {
		.c = c, .file = &file, .record = record, .record_len = len};
	FILE *f;
	enum wici_err err = open_file(c, path, &f);

	*record = NULL;
	if (err)
		return err;
	err = walk(&w, f, true);
	(void)fclose(f);
	free(w.feeds);
	sodium_memzero(&w.reader, sizeof(w.reader));
	if (!err && !file.is_backup)
		err = fail(c, WICI_BAD_FIELD,
			   N_("this is a bundle and no backup: it names no "
			      "institution"));
	*network = file.network;
	return err;
}
