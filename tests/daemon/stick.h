/* tests/daemon/stick.h — Bundles between two nodes: as a node writes them, and
 * as anybody may. */
#ifndef WICI_TESTS_DAEMON_STICK_H
#define WICI_TESTS_DAEMON_STICK_H

#include "daemon/bundle.h"

#include "daemon/echo.h"
#include "daemon/forks.h"
#include "proto/bearer.h"
#include "tests/daemon/author.h"
#include "tests/daemon/forked.h"

#define CLIENT 9

struct file {
	uint8_t *p;
	size_t len, max;
	struct wici_bundle_writer w;
};

static struct bundle_counts counts;

static inline void file_clear(struct file *f)
{
	free(f->p);
	memset(f, 0, sizeof(*f));
}

static inline uint8_t *room(struct file *f, size_t len)
{
	if (f->max - f->len < len) {
		f->max = 2 * f->max + len;
		f->p = realloc(f->p, f->max);
		CHECK(f->p);
	}
	return f->p + f->len;
}

/* ---- what a node writes ---- */

static inline void write_want(struct fixture *n, struct file *f,
			      const struct bundle_want *want,
			      const struct wici_head *held, size_t held_count)
{
	struct bundle *b;
	enum wici_err err;
	size_t len;

	f->len = 0;
	fixture_begin(n);
	CHECK_OK(bundle_open_out(n->n, CLIENT, want, &b));
	for (size_t i = 0; i < held_count; i++)
		CHECK_OK(bundle_leave_out(n->n, b, &held[i]));
	do {
		err = bundle_read(n->n, b, room(f, BUNDLE_PIECE_MAX),
				  BUNDLE_PIECE_MAX, &len);
		f->len += len;
	} while (err == WICI_OK);
	CHECK_ERR(err, WICI_END);
	counts = *bundle_counts(b);
	bundle_forget(n->n, CLIENT);
	fixture_end(n);
}

static inline void write_all(struct fixture *n, struct file *f)
{
	const struct bundle_want want = {.is_backup = false};

	write_want(n, f, &want, NULL, 0);
}

/* Other people's files are of more pieces than one. */
static inline enum wici_err take_pieces(struct fixture *n, const struct file *f,
					size_t step)
{
	struct bundle *b;
	enum wici_err err = WICI_OK;

	fixture_begin(n);
	bundle_open_in(n->n, CLIENT, &b);
	fixture_end(n);
	for (size_t at = 0; at < f->len && err == WICI_OK; at += step) {
		size_t len = f->len - at < step ? f->len - at : step;

		do {
			fixture_begin(n);
			err = bundle_write(n->n, b,
					   (struct wici_bytes){f->p + at, len});
			counts = *bundle_counts(b);
			fixture_end(n);
			CHECK(n->fatals == 0);
			len = 0;
		} while (err == WICI_MORE);
	}
	bundle_forget(n->n, CLIENT);
	return err;
}

static inline enum wici_err take(struct fixture *n, const struct file *f)
{
	return take_pieces(n, f, 200000);
}

/* ---- what anybody writes ---- */

static inline void forge_record(struct file *f, enum wici_bundle_type type,
				struct wici_bytes bytes)
{
	uint8_t *at = room(f, 5 + bytes.len);

	wici_bundle_record(&f->w, at, type, bytes);
	if (bytes.len)
		memcpy(at + 5, bytes.p, bytes.len);
	f->len += 5 + bytes.len;
}

static inline void forge_begin(struct file *f, const struct wici_id *network)
{
	struct wici_bundle_about about = {.name = WICI_BYTES("Sieć")};
	struct wici_mp_writer w;
	struct wici_bytes b;
	uint8_t buf[300];

	f->len = 0;
	wici_bundle_begin(&f->w, room(f, WICI_BUNDLE_HEAD_LEN), network);
	f->len = WICI_BUNDLE_HEAD_LEN;
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_bundle_about_write(&w, &about);
	CHECK_OK(wici_mp_written(&w, &b));
	forge_record(f, WICI_BUNDLE_ABOUT, b);
}

static inline void forge_end(struct file *f)
{
	wici_bundle_end(&f->w, room(f, 37));
	f->len += 37;
}

static inline bool is_rejected(const char *reason)
{
	for (size_t i = 0; i < counts.rejected_count; i++)
		if (strcmp(counts.rejected[i].reason, reason) == 0)
			return true;
	for (size_t i = 0; i < counts.rejected_count; i++)
		print_error("%s\n", counts.rejected[i].reason);
	return false;
}

struct pair {
	struct fixture cal, mlawa;
	struct file f;
};

static inline void begin(struct pair *p)
{
	memset(&p->f, 0, sizeof(p->f));
	make_pair(&p->cal, &p->mlawa);
}

static inline void end(struct pair *p)
{
	file_clear(&p->f);
	drop_pair(&p->cal, &p->mlawa);
}

static inline void publish(struct fixture *f, int count)
{
	while (count-- > 0)
		fixture_practice(f, "Klub");
}

#endif
