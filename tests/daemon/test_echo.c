/* tests/daemon/test_echo.c — A disk that went back in time does not know it:
 * nothing is signed before somebody who was met says how far the feed went. */
#include "daemon/echo.h"

#include "tests/daemon/fixture.h"

struct scene {
	struct fixture cal, mlawa, kielce;
};

static void scene_begin(struct scene *s)
{
	fixture_open(&s->cal);
	fixture_found(&s->cal, "CAL");
	fixture_open(&s->mlawa);
	fixture_join(&s->cal, &s->mlawa, "MOPS Mława");
	fixture_open(&s->kielce);
	fixture_join(&s->cal, &s->kielce, "MOPR Kielce");
	fixture_carry(&s->cal, &s->mlawa);
}

static void scene_end(struct scene *s)
{
	fixture_drop(&s->cal);
	fixture_drop(&s->mlawa);
	fixture_drop(&s->kielce);
}

static void meet(struct fixture *f)
{
	fixture_begin(f);
	echo_released(f->n);
	fixture_end(f);
}

static struct wici_head own_head(const struct fixture *f)
{
	return (struct wici_head){f->n->own->row.key, f->n->own->row.seq,
				  f->n->own->row.id};
}

/* The other one says that it holds this of f's feed. */
static void hear(struct fixture *f, const struct fixture *other,
		 const struct wici_head *head)
{
	fixture_begin(f);
	echo_heard(f->n, node_identity(other->n), head);
	fixture_end(f);
}

/* f dials an address, which led to the other one. */
static void dial(struct fixture *f, const char *address,
		 const struct fixture *other)
{
	struct peer_row *row;

	fixture_begin(f);
	row = peers_by_address(&f->n->peers, address);
	if (!row)
		row = peers_add(&f->n->peers, address);
	row->is_dialed = true;
	CHECK_OK(book_put_peer(f->n->store,
			       &(struct book_peer){.address = "kielce:8481"}));
	if (other)
		echo_met(f->n, row, node_identity(other->n));
	fixture_end(f);
}

static enum wici_err publish(struct fixture *f)
{
	struct wici_head head;
	enum wici_err err;

	fixture_begin(f);
	err = fixture_publish(f, "Klub seniora", &head);
	fixture_end(f);
	return err;
}

TEST(a_feed_that_nobody_has_met_waits_for_nobody)
{
	struct fixture f;

	fixture_open(&f);
	fixture_found(&f, "CAL");
	fixture_reopen(&f);
	CHECK(!echo_is_waiting(f.n));
	CHECK_OK(publish(&f));
	fixture_drop(&f);
}

TEST(after_a_restart_the_first_entry_waits_for_a_peer)
{
	struct wici_head head, other;
	struct scene s;

	scene_begin(&s);
	meet(&s.mlawa);
	CHECK_OK(publish(&s.mlawa)); /* No restart yet. */
	fixture_reopen(&s.mlawa);
	CHECK(echo_is_waiting(s.mlawa.n) && echo_needed(s.mlawa.n) == 1);
	CHECK_ERR(publish(&s.mlawa), WICI_WAITING);
	/* Another chain, another feed, nothing at all: no echo. */
	other = head = own_head(&s.mlawa);
	other.id.b[0] ^= 1;
	hear(&s.mlawa, &s.cal, &other);
	other = own_head(&s.cal);
	hear(&s.mlawa, &s.cal, &other);
	other = (struct wici_head){.feed = head.feed};
	hear(&s.mlawa, &s.cal, &other);
	CHECK_ERR(publish(&s.mlawa), WICI_WAITING);
	hear(&s.mlawa, &s.cal, &head);
	CHECK_OK(publish(&s.mlawa));
	/* Who has said so once need not say it again. */
	CHECK_OK(publish(&s.mlawa));
	scene_end(&s);
}

TEST(two_echoes_are_needed_where_two_are_dialled)
{
	struct wici_head head;
	struct scene s;

	scene_begin(&s);
	meet(&s.mlawa);
	dial(&s.mlawa, "cal:8481", &s.cal);
	dial(&s.mlawa, "kielce:8481", NULL);
	CHECK(echo_needed(s.mlawa.n) == 1); /* Never met. */
	dial(&s.mlawa, "kielce:8481", &s.cal);
	CHECK(echo_needed(s.mlawa.n) == 1); /* The same institution. */
	dial(&s.mlawa, "kielce:8481", &s.mlawa);
	CHECK(echo_needed(s.mlawa.n) == 1); /* Our own. */
	dial(&s.mlawa, "kielce:8481", &s.kielce);
	CHECK(echo_needed(s.mlawa.n) == 2);
	head = own_head(&s.mlawa);
	fixture_reopen(&s.mlawa);
	dial(&s.mlawa, "cal:8481", &s.cal);
	CHECK(echo_needed(s.mlawa.n) == 2); /* It is remembered. */
	hear(&s.mlawa, &s.cal, &head);
	hear(&s.mlawa, &s.cal, &head);
	CHECK_ERR(publish(&s.mlawa), WICI_WAITING);
	hear(&s.mlawa, &s.kielce, &head);
	CHECK_OK(publish(&s.mlawa));
	scene_end(&s);
}

/* What lies beyond our head, as a peer shows it. */
static void side_of(struct fixture *holder, const struct wici_key *feed,
		    uint64_t seq, struct wici_fork_side *side)
{
	fixture_begin(holder);
	CHECK_OK(node_read_header(holder->n, feed, seq, side));
	fixture_end(holder);
}

TEST(entries_that_a_peer_proves_are_fetched_before_anything_is_signed)
{
	char from[256], to[256], command[1400];
	struct wici_fork_side side;
	struct wici_head head;
	struct scene s;

	scene_begin(&s);
	meet(&s.mlawa);
	/* The whole disk goes back: store and fence, the same files. */
	node_close(s.mlawa.n);
	fixture_path(&s.mlawa, "", from);
	(void)snprintf(to, sizeof(to), "%.200s.old", s.mlawa.dir);
	(void)snprintf(command, sizeof(command), "cp -r %s %s", from, to);
	CHECK(system(command) == 0);
	CHECK_OK(fixture_try_open(&s.mlawa));
	hear(&s.mlawa, &s.cal,
	     &(struct wici_head){s.mlawa.n->own->row.key,
				 s.mlawa.n->own->row.seq,
				 s.mlawa.n->own->row.id});
	fixture_practice(&s.mlawa, "Wydane, zanim dysk wrócił");
	head = own_head(&s.mlawa);
	fixture_carry(&s.mlawa, &s.cal);
	node_close(s.mlawa.n);
	(void)snprintf(command, sizeof(command),
		       "cd %s && for f in *; do cat $f > %s/$f; done; "
		       "cd %s && for f in *; do [ -e %s/$f ] || rm $f; done; "
		       "rm -r %s",
		       to, s.mlawa.dir, s.mlawa.dir, to, to);
	CHECK(system(command) == 0);
	CHECK_OK(fixture_try_open(&s.mlawa));
	CHECK(!s.mlawa.n->sealed && s.mlawa.n->own->row.seq == head.seq - 1);

	side_of(&s.cal, &head.feed, head.seq, &side);
	fixture_begin(&s.mlawa);
	CHECK_OK(echo_ahead(s.mlawa.n, node_identity(s.cal.n), &side));
	fixture_end(&s.mlawa);
	CHECK_ERR(publish(&s.mlawa), WICI_WAITING);
	fixture_carry(&s.cal, &s.mlawa);
	CHECK(s.mlawa.n->own->row.seq == head.seq);
	CHECK_OK(publish(&s.mlawa));
	CHECK(s.mlawa.n->own->row.seq == head.seq + 1);
	scene_end(&s);
}

TEST(an_invented_header_ahead_keeps_nobody_waiting)
{
	struct wici_fork_side side;
	struct wici_head head;
	struct scene s;

	scene_begin(&s);
	meet(&s.mlawa);
	fixture_reopen(&s.mlawa);
	head = own_head(&s.mlawa);
	side_of(&s.mlawa, &head.feed, head.seq, &side);
	side.header.seq = 1000000000;
	fixture_begin(&s.mlawa);
	CHECK_ERR(echo_ahead(s.mlawa.n, node_identity(s.cal.n), &side),
		  WICI_REJECT_SIGNATURE);
	fixture_end(&s.mlawa);
	CHECK_ERR(publish(&s.mlawa), WICI_WAITING); /* Nor was it an echo. */
	hear(&s.mlawa, &s.cal, &head);
	CHECK_OK(publish(&s.mlawa));
	scene_end(&s);
}

TEST(a_clock_that_jumps_is_a_start)
{
	struct wici_head head;
	struct scene s;

	scene_begin(&s);
	meet(&s.mlawa);
	s.mlawa.wall_ms += 59000; /* A clock that is set. */
	CHECK_OK(publish(&s.mlawa));
	s.mlawa.wall_ms += 3600000;
	s.mlawa.mono_ms += 3600000; /* Nobody asked for an hour. */
	CHECK_OK(publish(&s.mlawa));
	s.mlawa.wall_ms += 3600000; /* A machine that was put to sleep. */
	CHECK_ERR(publish(&s.mlawa), WICI_WAITING);
	fixture_begin(&s.mlawa);
	fixture_end(&s.mlawa);
	head = own_head(&s.mlawa);
	hear(&s.mlawa, &s.cal, &head);
	CHECK_OK(publish(&s.mlawa));
	s.mlawa.wall_ms -= 3600000; /* Or back. */
	fixture_begin(&s.mlawa);
	fixture_end(&s.mlawa);
	CHECK(s.mlawa.rosters == 1); /* Peers are asked again. */
	CHECK_ERR(publish(&s.mlawa), WICI_WAITING);
	/* A feed that nobody has met does not care. */
	s.kielce.wall_ms += 3600000;
	CHECK_OK(publish(&s.kielce));
	scene_end(&s);
}

TEST(an_operators_word_is_kept_until_peers_confirm_it)
{
	struct wici_head head;
	struct scene s;
	int64_t kept;

	scene_begin(&s);
	meet(&s.mlawa);
	fixture_reopen(&s.mlawa);
	fixture_begin(&s.mlawa);
	CHECK_OK(echo_override(s.mlawa.n));
	kept = s.mlawa.wall_ms;
	fixture_end(&s.mlawa);
	CHECK_OK(publish(&s.mlawa));
	fixture_reopen(&s.mlawa);
	/* For that start alone; and it is not forgotten. */
	CHECK_ERR(publish(&s.mlawa), WICI_WAITING);
	CHECK(s.mlawa.n->echo.override_ms == kept);
	head = own_head(&s.mlawa);
	hear(&s.mlawa, &s.cal, &head);
	CHECK(s.mlawa.n->echo.override_ms == 0);
	CHECK_OK(book_get_int(s.mlawa.n->store, "override", &kept));
	CHECK(kept < 0); /* The record of it stays. */
	CHECK_OK(publish(&s.mlawa));
	scene_end(&s);
}

TEST_MAIN(RUN(a_feed_that_nobody_has_met_waits_for_nobody),
	  RUN(after_a_restart_the_first_entry_waits_for_a_peer),
	  RUN(two_echoes_are_needed_where_two_are_dialled),
	  RUN(entries_that_a_peer_proves_are_fetched_before_anything_is_signed),
	  RUN(an_invented_header_ahead_keeps_nobody_waiting),
	  RUN(a_clock_that_jumps_is_a_start),
	  RUN(an_operators_word_is_kept_until_peers_confirm_it))
