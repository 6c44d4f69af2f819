/* client/backup_file.c — A backup is walked record by record; what is not as
 * it must be is said in a sentence. */
#include "client/backup_file.h"

#include "client/fail.h"
#include "client/say.h"
#include "proto/require.h"
#include "proto/run.h"
#include "proto/statement.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECE ((size_t)65536)

struct walk {
	struct client *c;
	struct backup_file *file;
	struct wici_bundle_reader reader;
	struct wici_head *heads; /* Ascending by feed: how far each came. */
	size_t count, max;
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

/* The head of this feed, seq 0 when it is new. */
static struct wici_head *head_of(struct walk *w, const struct wici_key *feed)
{
	size_t at = wici_head_place(w->heads, w->count, feed);

	if (at < w->count && wici_key_equal(&w->heads[at].feed, feed))
		return &w->heads[at];
	if (w->count == w->max) {
		w->max = w->max ? 2 * w->max : 64;
		w->heads = reallocarray(w->heads, w->max, sizeof(*w->heads));
		WICI_REQUIRE(w->heads);
	}
	memmove(&w->heads[at + 1], &w->heads[at],
		(w->count - at) * sizeof(*w->heads));
	w->heads[at] = (struct wici_head){.feed = *feed};
	w->count++;
	return &w->heads[at];
}

static enum wici_err take_run(struct walk *w, struct wici_bytes run)
{
	struct wici_head *head, last;
	struct wici_key feed;
	uint64_t first;
	uint16_t count;

	if (wici_run_peek(run, &feed, &first, &count) != WICI_OK)
		return damaged(w, N_("a run of entries"));
	head = head_of(w, &feed);
	if (head->seq == 0 && wici_key_check(&feed) != WICI_OK)
		return damaged(w, N_("a feed's key"));
	if (wici_run_verify(run, head, &w->reader.network, &last) != WICI_OK)
		return damaged(w, N_("a signature or the chain of a feed"));
	w->file->entries += last.seq - head->seq;
	*head = last;
	return WICI_OK;
}

static void copy_name(char out[201], struct wici_bytes name)
{
	size_t len = name.len < 200 ? name.len : 200;

	memcpy(out, name.p, len);
	out[len] = '\0';
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
				  : N_("it is no backup of wici's"));
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

enum wici_err backup_file_check(struct client *c, const char *path,
				struct backup_file *file)
{
	struct walk w = {.c = c, .file = file};
	FILE *f;
	enum wici_err err = open_file(c, path, &f);

	memset(file, 0, sizeof(*file));
	if (err)
		return err;
	err = walk(&w, f, false);
	file->feeds = w.count;
	(void)fclose(f);
	free(w.heads);
	sodium_memzero(&w.reader, sizeof(w.reader));
	return err;
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
	free(w.heads);
	sodium_memzero(&w.reader, sizeof(w.reader));
	if (!err && !file.is_backup)
		err = fail(c, WICI_BAD_FIELD,
			   N_("this is a bundle and no backup: it names no "
			      "institution"));
	*network = file.network;
	return err;
}
