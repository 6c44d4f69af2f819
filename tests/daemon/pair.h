/* tests/daemon/pair.h — An association with some practices and a member that
 * holds them all; then something happens to a disk. */
#ifndef WICI_TESTS_DAEMON_PAIR_H
#define WICI_TESTS_DAEMON_PAIR_H

#include "tests/daemon/call.h"
#include "tests/daemon/spoil.h"

#define COUNT 6 /* Practices that the association publishes. */

struct pair {
	struct fixture cal, mlawa;
	uint64_t seq; /* Of the third practice. */
};

static inline void begin(struct pair *p)
{
	call_found(&p->cal);
	fixture_open(&p->mlawa);
	call_join(&p->cal, &p->mlawa,
		  "'name':'MOPS Mława','no_passphrase':true");
	p->seq = p->cal.n->own->row.seq + 3;
	for (int i = 0; i < COUNT; i++)
		fixture_practice(&p->cal, "Dobra praktyka");
	fixture_carry(&p->cal, &p->mlawa);
	fixture_rest(&p->mlawa);
	fixture_rest(&p->cal);
	CHECK(fixture_is_equal(&p->cal, &p->mlawa));
}

static inline void end(struct pair *p)
{
	fixture_drop(&p->mlawa);
	fixture_drop(&p->cal);
}

static inline void stop(struct fixture *f)
{
	node_close(f->n);
	f->n = NULL;
}

/* Without a peer it waits three seconds for one. */
static inline const char *fsck(struct fixture *f, const char *params)
{
	const char *text = call(f, "fsck.run", params);

	for (int i = 0; i < 1000 && !*text; i++)
		text = call_wait(f);
	CHECK(*text);
	return text;
}

static inline sqlite3_int64 row_of(const struct pair *p,
				   const struct fixture *f)
{
	char sql[200];

	(void)snprintf(sql, sizeof(sql),
		       "SELECT e.n FROM entry e JOIN feed f ON e.feed = f.n"
		       " WHERE e.seq = %llu ORDER BY f.seq DESC LIMIT 1",
		       (unsigned long long)p->seq);
	return spoil_find(f->dir, sql);
}

#endif
