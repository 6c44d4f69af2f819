/* tests/daemon/fixture.h — Nodes in folders of their own, under a clock of
 * their own, and what passes between them with no network in between. */
#ifndef WICI_TESTS_DAEMON_FIXTURE_H
#define WICI_TESTS_DAEMON_FIXTURE_H

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/membership.h"
#include "daemon/node.h"
#include "daemon/project.h"
#include "daemon/publish.h"
#include "daemon/receive.h"
#include "daemon/store/entry.h"
#include "daemon/store/record.h"
#include "proto/day.h"
#include "proto/kinds/certificate.h"
#include "proto/kinds/institution.h"
#include "proto/kinds/practice.h"
#include "proto/run.h"
#include "tests/test.h"

#define FIXTURE_WALL_MS ((int64_t)1795225200000) /* 2026-11-21 */

/* Above 0: fixtures are numbered from here, and what they draw is the same in
 * each run of a test, and not only in each run of a folder. */
static uint64_t fixture_number;

struct fixture {
	char dir[200];
	char why[200];
	const char *machine;
	const char *listen;
	uint64_t eager, quota; /* Of attachments; 0: as ever. */
	struct node *n;
	int64_t wall_ms;
	uint64_t mono_ms;
	uint64_t seeds, number;
	/* What came out since the last fixture_end(). */
	size_t heads, replies, rosters, networks, dials, statements, fatals;
	size_t admitted;
	enum wici_err admitted_err;
	uint64_t admitted_seq, head_from;
	uint8_t reply[512];
	size_t reply_len;
};

static inline struct node_now fixture_now(struct fixture *f)
{
	struct node_now now = {f->wall_ms, f->mono_ms, {0}};

	uint8_t key[32] = {0};

	f->seeds++;
	memcpy(key, f->number ? (const void *)&f->number : f->dir,
	       f->number ? sizeof(f->number) : sizeof(key));
	(void)crypto_generichash(now.seed, sizeof(now.seed),
				 (const uint8_t *)&f->seeds, sizeof(f->seeds),
				 key, sizeof(key));
	return now;
}

static inline void fixture_take(struct fixture *f,
				const struct node_output *out)
{
	switch (out->type) {
	case NODE_REPLY:
		f->replies++;
		f->reply_len = out->reply.bytes.len;
		CHECK(f->reply_len <= sizeof(f->reply));
		memcpy(f->reply, out->reply.bytes.p, f->reply_len);
		break;
	case NODE_HEAD:
		f->heads++;
		f->head_from = out->head.from;
		break;
	case NODE_STATEMENT:
		f->statements++;
		break;
	case NODE_ROSTER:
		f->rosters++;
		break;
	case NODE_ADMITTED:
		f->admitted++;
		f->admitted_err = out->admitted.err;
		f->admitted_seq = out->admitted.seq;
		break;
	case NODE_NETWORK:
		f->networks++;
		break;
	case NODE_DIALS:
		f->dials++;
		break;
	case NODE_FATAL:
		f->fatals++;
		break;
	}
}

static inline void fixture_drain(struct fixture *f)
{
	struct node_output out;

	f->heads = f->replies = f->rosters = f->networks = f->dials = 0;
	f->statements = f->fatals = f->admitted = 0;
	while (node_next(f->n, &out))
		fixture_take(f, &out);
}

static inline void fixture_begin(struct fixture *f)
{
	struct node_now now;

	f->mono_ms += 10;
	f->wall_ms += 10;
	now = fixture_now(f);
	node_turn_begin(f->n, &now);
}

static inline void fixture_end(struct fixture *f)
{
	node_turn_end(f->n);
	fixture_drain(f);
}

/* Quiet turns, until nothing is left to do. */
static inline void fixture_rest(struct fixture *f)
{
	do {
		fixture_begin(f);
		node_tick(f->n);
		fixture_end(f);
	} while (node_is_busy(f->n));
}

static inline enum wici_err fixture_try_open(struct fixture *f)
{
	struct node_config config = {.state_dir = f->dir,
				     .listen = f->listen,
				     .machine_id = f->machine,
				     .attachments_eager = f->eager,
				     .attachments_quota = f->quota};
	struct node_now now = fixture_now(f);
	enum wici_err err =
		node_open(&f->n, &config, &now, f->why, sizeof(f->why));

	if (err == WICI_OK)
		fixture_drain(f);
	return err;
}

static inline void fixture_reopen(struct fixture *f)
{
	node_close(f->n);
	f->n = NULL;
	CHECK_OK(fixture_try_open(f));
}

static inline void fixture_make(struct fixture *f)
{
	const char *tmp = getenv("TMPDIR");

	*f = (struct fixture){.machine = "one",
			      .listen = "192.0.2.7:8481",
			      .wall_ms = FIXTURE_WALL_MS,
			      .mono_ms = 1000};
	if (fixture_number)
		f->number = fixture_number++;
	(void)snprintf(f->dir, sizeof(f->dir), "%.150s/wici-node-XXXXXX",
		       tmp ? tmp : "/tmp");
	CHECK(mkdtemp(f->dir));
}

static inline void fixture_open(struct fixture *f)
{
	fixture_make(f);
	CHECK_OK(fixture_try_open(f));
}

static inline void fixture_empty_dir(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d)))
		(void)unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		(void)closedir(d);
}

static inline void fixture_empty(struct fixture *f)
{
	char path[256];

	CHECK(snprintf(path, sizeof(path), "%s/attachments", f->dir) <
	      (int)sizeof(path));
	fixture_empty_dir(path);
	(void)rmdir(path);
	fixture_empty_dir(f->dir);
}

static inline void fixture_drop(struct fixture *f)
{
	node_close(f->n);
	f->n = NULL;
	fixture_empty(f);
	CHECK(rmdir(f->dir) == 0);
}

static inline void fixture_path(const struct fixture *f, const char *name,
				char out[256])
{
	(void)snprintf(out, 256, "%s/%s", f->dir, name);
}

static inline void fixture_identity(struct fixture *f, const char *name)
{
	struct keys_new_identity make = {.unlock = NULL};
	struct wici_mp_writer w;
	struct wici_bytes profile;
	uint8_t buf[300];

	fixture_begin(f);
	node_random(f->n, make.seed, sizeof(make.seed));
	CHECK_OK(keys_make_identity(&f->n->keys, f->n->dir_fd, &make));
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, 1);
	wici_mp_str(&w, "name");
	wici_mp_str(&w, name);
	CHECK_OK(wici_mp_written(&w, &profile));
	CHECK_OK(book_set_blob(f->n->store, "profile", profile));
	fixture_end(f);
}

static inline struct membership_found fixture_founding(const char *name)
{
	return (struct membership_found){.name = WICI_BYTES("Certyfikat OSL"),
					 .member_name = wici_bytes_str(name),
					 .scheme = WICI_BYTES("osl")};
}

/* A network, founded here; it issues for the scheme "osl". */
static inline void fixture_found(struct fixture *f, const char *name)
{
	struct membership_found found = fixture_founding(name);

	fixture_identity(f, name);
	fixture_begin(f);
	CHECK_OK(membership_found(f->n, &found));
	fixture_end(f);
	CHECK(f->fatals == 0);
}

static inline struct wici_bytes fixture_title(uint8_t *buf, size_t max,
					      const char *title)
{
	struct wici_mp_writer w;
	struct wici_bytes payload;

	wici_mp_writer_init(&w, buf, max);
	wici_mp_map(&w, 1);
	wici_mp_str(&w, "title");
	wici_mp_str(&w, title);
	CHECK_OK(wici_mp_written(&w, &payload));
	return payload;
}

/* In a turn. */
static inline enum wici_err fixture_publish(struct fixture *f,
					    const char *title,
					    struct wici_head *head)
{
	uint8_t buf[600];

	return publish_entry(f->n, &wici_kind_practice_publish,
			     fixture_title(buf, sizeof(buf), title),
			     (struct wici_bytes){NULL, 0}, head);
}

/* In a turn of its own. */
static inline void fixture_practice(struct fixture *f, const char *title)
{
	struct wici_head head;

	fixture_begin(f);
	CHECK_OK(fixture_publish(f, title, &head));
	fixture_end(f);
	CHECK(f->fatals == 0);
}

static inline void fixture_invite(struct fixture *f, const char *name,
				  struct wici_token *token)
{
	struct book_invite invite;

	fixture_begin(f);
	CHECK_OK(membership_invite(f->n, wici_bytes_str(name), 14, NULL, token,
				   &invite));
	fixture_end(f);
}

/* Carries a's statements to b. */
static inline void fixture_carry_statements(struct fixture *a,
					    struct fixture *b)
{
	struct wici_range_set set = node_set(a->n, WICI_SPACE_STATEMENTS);

	for (size_t i = 0; i < set.count; i++) {
		struct wici_bytes bytes;
		struct wici_id id;
		enum wici_err err;

		memcpy(id.b, set.items[i].feed.b, WICI_ID_LEN);
		CHECK_OK(node_read_statement(a->n, &id, &bytes));
		err = node_receive_statement(b->n, 7, bytes);
		CHECK(err == WICI_OK || err == WICI_END);
	}
}

/* Carries what b lacks of one feed; the last answer. In a turn of b's. */
static inline enum wici_err fixture_carry_feed(struct fixture *a,
					       struct fixture *b,
					       const struct wici_head *head)
{
	static uint8_t buf[WICI_MESSAGE_LEN_MAX];
	const struct feed *have = feeds_find(&b->n->feeds, &head->feed);
	uint64_t from = have ? have->row.seq + 1 : 1;
	struct wici_head at;
	struct wici_bytes run;
	enum wici_err err = WICI_END;

	while (from <= head->seq) {
		CHECK_OK(node_read_run(a->n, &head->feed, from, head->seq, buf,
				       sizeof(buf), &run));
		err = node_receive_run(b->n, 7, run, &at);
		if (err != WICI_OK)
			break;
		from = at.seq + 1;
	}
	return err;
}

/* All that a has and b lacks: statements, the registrar feed, the rest. */
static inline void fixture_carry(struct fixture *a, struct fixture *b)
{
	struct wici_range_set set = node_set(a->n, WICI_SPACE_HEADS);

	fixture_begin(b);
	fixture_carry_statements(a, b);
	for (int class = 0; class <= 3; class ++) {
		for (size_t i = 0; i < set.count; i++) {
			if (node_feed_class(a->n, &set.items[i].feed) == class)
				(void)fixture_carry_feed(a, b, &set.items[i]);
		}
	}
	fixture_end(b);
	CHECK(b->fatals == 0);
}

/* b joins a's network, as if it had dialled a. */
static inline void fixture_join(struct fixture *a, struct fixture *b,
				const char *name)
{
	struct wici_message m;
	struct wici_token token;
	uint8_t buf[1024];

	fixture_invite(a, name, &token);
	fixture_identity(b, name);
	fixture_begin(b);
	CHECK_OK(membership_join(b->n, &token, NULL));
	fixture_end(b);
	CHECK_OK(node_join_message(b->n, buf, &m));
	fixture_begin(a);
	CHECK_OK(node_join(a->n, 5, &m));
	fixture_end(a);
	CHECK(a->admitted == 1 && a->admitted_err == WICI_OK);
	fixture_carry(a, b);
	fixture_carry(b, a);
	CHECK(node_is_member(b->n));
}

static inline bool fixture_is_equal(struct fixture *a, struct fixture *b)
{
	struct wici_state x, y;

	node_state(a->n, &x);
	node_state(b->n, &y);
	return wici_id_equal(&x.heads, &y.heads) &&
	       wici_id_equal(&x.statements, &y.statements);
}

#endif
