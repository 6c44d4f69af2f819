/* tests/daemon/test_publish.c — Who may write what, and that what was
 * acknowledged is never lost. */
#include "daemon/publish.h"

#include <signal.h>
#include <sys/wait.h>

#include "proto/kinds/feed_open.h"
#include "proto/kinds/member.h"
#include "tests/daemon/fixture.h"

static const struct wici_bytes no_scheme;

TEST(an_entry_is_there_after_a_restart_as_it_was_signed)
{
	static uint8_t buf[WICI_MESSAGE_LEN_MAX];
	struct wici_head head, last, none = {.seq = 0};
	struct wici_bytes run;
	struct fixture f;

	fixture_open(&f);
	fixture_found(&f, "CAL");
	fixture_begin(&f);
	CHECK_OK(fixture_publish(&f, "Klub sąsiedzki", &head));
	CHECK(f.n->feeds.heads[0].seq == head.seq - 1); /* Not yet released. */
	fixture_end(&f);
	CHECK(f.heads == 1 && f.head_from == 0);
	fixture_reopen(&f);
	CHECK(!f.n->sealed && f.n->own->row.seq == head.seq);
	CHECK(wici_id_equal(&f.n->own->row.id, &head.id));
	CHECK_OK(node_read_run(f.n, &head.feed, 1, head.seq, buf, sizeof(buf),
			       &run));
	none.feed = head.feed;
	CHECK_OK(wici_run_verify(run, &none, &f.n->network, &last));
	CHECK(last.seq == head.seq);
	fixture_drop(&f);
}

TEST(a_kind_one_may_not_write_is_refused_and_nothing_is_written)
{
	struct wici_bytes osl = WICI_BYTES("osl"), other = WICI_BYTES("iso");
	struct fixture a, b;

	fixture_open(&a);
	fixture_open(&b);
	CHECK_ERR(publish_may(a.n, &wici_kind_practice_publish, no_scheme),
		  WICI_NOT_MEMBER);
	fixture_found(&a, "CAL");
	fixture_join(&a, &b, "MOPS Mława");

	CHECK_OK(publish_may(a.n, &wici_kind_certificate_grant, osl));
	CHECK_ERR(publish_may(a.n, &wici_kind_certificate_grant, other),
		  WICI_NOT_PERMITTED);
	CHECK_ERR(publish_may(a.n, &wici_kind_feed_open, no_scheme),
		  WICI_NOT_PERMITTED);
	CHECK_OK(publish_may(b.n, &wici_kind_practice_publish, no_scheme));
	CHECK_ERR(publish_may(b.n, &wici_kind_certificate_grant, osl),
		  WICI_NOT_PERMITTED);
	CHECK_ERR(publish_may(b.n, &wici_kind_member_admit, no_scheme),
		  WICI_NOT_PERMITTED);
	fixture_drop(&a);
	fixture_drop(&b);
}

TEST(a_sealed_node_publishes_nothing_and_says_so)
{
	struct wici_head head;
	struct fixture f;
	char path[256];

	fixture_open(&f);
	fixture_found(&f, "CAL");
	f.machine = "two";
	fixture_reopen(&f);
	CHECK(f.n->sealed && !strcmp(f.n->sealed, "machine"));
	fixture_begin(&f);
	CHECK_ERR(fixture_publish(&f, "X", &head), WICI_SEALED);
	fixture_end(&f);

	f.machine = "one";
	fixture_reopen(&f);
	CHECK(!f.n->sealed);
	fixture_practice(&f, "X");
	fixture_path(&f, "fence", path);
	CHECK(unlink(path) == 0);
	fixture_reopen(&f);
	CHECK(f.n->sealed && !strcmp(f.n->sealed, "missing"));
	fixture_drop(&f);
}

/* The state folder was put back from a copy made earlier. */
TEST(an_older_store_seals_the_feed)
{
	char from[256], to[256], command[600];
	struct fixture f;

	fixture_open(&f);
	fixture_found(&f, "CAL");
	node_close(f.n);
	fixture_path(&f, "wici.db", from);
	fixture_path(&f, "old", to);
	(void)snprintf(command, sizeof(command), "cp %s %s", from, to);
	CHECK(system(command) == 0);
	CHECK_OK(fixture_try_open(&f));
	fixture_practice(&f, "X");
	node_close(f.n);
	CHECK(rename(to, from) == 0);
	CHECK_OK(fixture_try_open(&f));
	CHECK(f.n->sealed && !strcmp(f.n->sealed, "fence_ahead"));
	fixture_drop(&f);
}

/* Publishes for ever, and says each seq once its reply came out. */
static _Noreturn void publish_for_ever(struct fixture *f, int out)
{
	struct wici_head head;

	if (fixture_try_open(f) != WICI_OK)
		_exit(1);
	for (;;) {
		fixture_begin(f);
		if (fixture_publish(f, "Klub", &head) != WICI_OK)
			_exit(2);
		node_reply(f->n, 1, head.seq,
			   (struct wici_bytes){(uint8_t[]){0xc0}, 1});
		fixture_end(f);
		if (f->replies != 1 ||
		    write(out, &head.seq, sizeof(head.seq)) != sizeof(head.seq))
			_exit(3);
	}
}

/* Kills the publisher after some acknowledgements; the last one. */
static uint64_t kill_after(struct fixture *f, unsigned acks)
{
	uint64_t seq = 0, next;
	int ends[2], status;
	pid_t child;

	CHECK(pipe(ends) == 0);
	child = fork();
	CHECK(child >= 0);
	if (child == 0)
		publish_for_ever(f, ends[1]);
	(void)close(ends[1]);
	for (unsigned i = 0; i < acks; i++)
		CHECK(read(ends[0], &seq, sizeof(seq)) == sizeof(seq));
	CHECK(kill(child, SIGKILL) == 0);
	while (read(ends[0], &next, sizeof(next)) == sizeof(next))
		seq = next;
	CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status));
	(void)close(ends[0]);
	return seq;
}

TEST(kill_9_while_publishing_loses_nothing_acknowledged)
{
	static uint8_t buf[WICI_MESSAGE_LEN_MAX];
	struct wici_head at = {.seq = 0};
	struct fixture f;

	fixture_open(&f);
	fixture_found(&f, "CAL");
	at.feed = f.n->own->row.key;
	for (unsigned round = 1; round <= 12; round++) {
		uint64_t acked;

		node_close(f.n);
		f.n = NULL;
		acked = kill_after(&f, round * 3);
		f.seeds += 10000; /* Never the child's seeds again. */
		CHECK_OK(fixture_try_open(&f));
		CHECK(!f.n->sealed);
		CHECK(f.n->own->row.seq >= acked);
		fixture_practice(&f, "po restarcie");
	}
	/* One unbroken chain, each entry signed once. */
	while (at.seq < f.n->own->row.seq) {
		struct wici_bytes run;

		CHECK_OK(node_read_run(f.n, &at.feed, at.seq + 1, WICI_SEQ_MAX,
				       buf, sizeof(buf), &run));
		CHECK_OK(wici_run_verify(run, &at, &f.n->network, &at));
	}
	fixture_drop(&f);
}

TEST_MAIN(RUN(an_entry_is_there_after_a_restart_as_it_was_signed),
	  RUN(a_kind_one_may_not_write_is_refused_and_nothing_is_written),
	  RUN(a_sealed_node_publishes_nothing_and_says_so),
	  RUN(an_older_store_seals_the_feed),
	  RUN(kill_9_while_publishing_loses_nothing_acknowledged))
