/* daemon/doctor_machine.c — What the doctor looks at on this machine: disk,
 * state folder, store, clock, and the address that is listened on. */
#include "daemon/doctor.h"

#include "daemon/damage.h"
#include "daemon/feeds.h"
#include "daemon/find.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define DISK_LOW    ((uint64_t)1 << 30)
#define DAY_MS      ((int64_t)86400000)
#define CLOCK_FEEDS 5000 /* As many are looked at: an answer takes no second. */

static void check_disk(struct doctor *d)
{
	uint64_t bytes = store_free_bytes(d->n->store);
	enum doctor_state state = DOCTOR_OK;
	const char *code = "free";

	if (d->n->is_read_only) {
		state = DOCTOR_BAD;
		code = "read_only";
	} else if (bytes == 0) {
		(void)doctor_row(d, "disk", DOCTOR_UNCHECKED, "unknown", 0);
		return;
	} else if (bytes < DISK_LOW) {
		state = DOCTOR_WARN;
		code = "low";
	}
	doctor_uint(doctor_row(d, "disk", state, code, 1), "free", bytes);
}

/* The first file that others may read; or NULL. */
static const char *open_file(const struct node *n)
{
	static const char *const files[] = {"identity.key", "feed.key",
					    "token.key", "wici.db"};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct stat st;

		if (fstatat(n->dir_fd, files[i], &st, AT_SYMLINK_NOFOLLOW) ==
			    0 &&
		    (st.st_mode & 077))
			return files[i];
	}
	return NULL;
}

static void check_folder(struct doctor *d)
{
	const char *file = open_file(d->n);
	enum doctor_state state = DOCTOR_OK;
	const char *code = "private";
	struct wici_mp_writer *w;
	struct stat st;

	if (fstat(d->n->dir_fd, &st) != 0) {
		(void)doctor_row(d, "folder", DOCTOR_UNCHECKED, "unknown", 0);
		return;
	}
	if (st.st_mode & 077) {
		state = DOCTOR_BAD;
		code = "open";
	} else if (file) {
		state = DOCTOR_BAD;
		code = "file_open";
	} else if (st.st_uid != geteuid()) {
		state = DOCTOR_WARN;
		code = "owner";
	}
	w = doctor_row(d, "folder", state, code, 2);
	doctor_line(w, "path", d->n->config.state_dir);
	doctor_line(w, "file", file ? file : "");
}

static uint64_t size_of(const struct node *n, const char *file)
{
	struct stat st;

	return fstatat(n->dir_fd, file, &st, AT_SYMLINK_NOFOLLOW) == 0
		       ? (uint64_t)st.st_size
		       : 0;
}

static void check_store(struct doctor *d)
{
	const struct node *n = d->n;
	enum doctor_state state = DOCTOR_OK;
	const char *code = "whole";
	uint64_t bad = 0;
	struct wici_mp_writer *w;

	for (size_t i = 0; i < n->damages_count; i++)
		bad += !n->damages[i].is_healed;
	if (bad) {
		state = DOCTOR_BAD;
		code = "damaged";
	} else if (n->damages_count) {
		state = DOCTOR_WARN;
		code = "healed";
	}
	w = doctor_row(d, "store", state, code, 6);
	doctor_uint(w, "entries", (uint64_t)n->last_n);
	doctor_uint(w, "feeds", n->feeds.count);
	doctor_uint(w, "bytes",
		    size_of(n, "wici.db") + size_of(n, "wici.db-wal"));
	doctor_uint(w, "pending", (uint64_t)(n->last_n - n->cursor));
	doctor_uint(w, "damaged", bad);
	doctor_uint(w, "healed", n->damages_count - bad);
}

struct newest {
	int64_t others_ms, own_ms; /* 0: none was seen. */
	struct wici_key whose;
};

static enum wici_err look_at(struct node *n, const struct feed *feed,
			     struct newest *newest)
{
	struct entry_row row;
	enum wici_err err =
		entry_at(n->store, feed->row.n, feed->row.seq, &row);

	if (err)
		return err == WICI_NOT_FOUND ? WICI_OK : err;
	if (row.is_damaged)
		return WICI_OK;
	if (feed->row.is_own) {
		if (row.entry.header.time_ms > newest->own_ms)
			newest->own_ms = row.entry.header.time_ms;
	} else if (row.entry.header.time_ms > newest->others_ms) {
		newest->others_ms = row.entry.header.time_ms;
		newest->whose = feed->whose;
	}
	return WICI_OK;
}

/* Times are claims: that of an entry from tomorrow, or ours, is wrong. */
static void check_clock(struct doctor *d)
{
	struct node *n = d->n;
	struct newest newest = {.own_ms = 0};
	int64_t ahead_ms;
	enum doctor_state state = DOCTOR_OK;
	const char *code = "fits";
	struct wici_mp_writer *w;

	for (size_t i = 0; !d->err && i < n->feeds.count && i < CLOCK_FEEDS;
	     i++)
		d->err = look_at(n, n->feeds.by_key[i], &newest);
	ahead_ms = newest.others_ms - n->now.wall_ms;
	if (newest.own_ms - n->now.wall_ms > DAY_MS) {
		state = DOCTOR_WARN;
		code = "went_back";
		ahead_ms = newest.own_ms - n->now.wall_ms;
	} else if (newest.others_ms == 0) {
		(void)doctor_row(d, "clock", DOCTOR_UNCHECKED, "alone", 0);
		return;
	} else if (ahead_ms > DAY_MS) {
		state = DOCTOR_WARN;
		code = "behind";
	}
	w = doctor_row(d, "clock", state, code, 3);
	wici_mp_str(w, "now");
	view_time(w, n->now.wall_ms);
	wici_mp_str(w, "newest");
	view_time(w, state == DOCTOR_OK ? newest.others_ms
					: n->now.wall_ms + ahead_ms);
	wici_mp_str(w, "author");
	view_author(w, n, &newest.whose);
}

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static const char *listen_code(const struct node *n, bool is_registrar)
{
	const char *at = n->config.listen ? n->config.listen : "";
	bool is_dialing = false;
	bool is_wildcard = begins(at, "0.0.0.0:") || begins(at, "[::]:");
	bool is_loopback = begins(at, "127.") || begins(at, "[::1]") ||
			   begins(at, "localhost:");

	for (const struct peer_row *r = n->peers.rows; r; r = r->next) {
		if (!r->is_dialed && r->link != 0)
			return "reached";
		is_dialing |= r->is_dialed;
	}
	if (n->config.advertise)
		return "advertised";
	if (!at[0] || is_loopback)
		return is_registrar || !is_dialing ? "unreachable" : "dials";
	return is_registrar && is_wildcard ? "unnamed" : "listens";
}

/* Whether a firewall lets others through cannot be seen from within. */
static void check_listen(struct doctor *d)
{
	const struct node *n = d->n;
	bool is_registrar = n->own && wici_roster_is_registrar(
					      &n->roster, &n->own->row.key);
	const char *code = listen_code(n, is_registrar);
	bool is_warning = strcmp(code, "unreachable") == 0 ||
			  strcmp(code, "unnamed") == 0;
	struct wici_mp_writer *w;

	if (!n->has_network)
		return;
	w = doctor_row(d, "listen", is_warning ? DOCTOR_WARN : DOCTOR_OK, code,
		       1);
	doctor_line(w, "address",
		    n->config.advertise ? n->config.advertise
		    : n->config.listen  ? n->config.listen
					: "");
}

void doctor_machine(struct doctor *d)
{
	check_listen(d);
	check_clock(d);
	check_disk(d);
	check_folder(d);
	check_store(d);
}
