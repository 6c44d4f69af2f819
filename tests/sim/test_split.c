/* tests/sim/test_split.c — An issuer that shows one thing to one and another to
 * another; a witness that does. */
#include "tests/sim/court.h"

static const struct wici_bytes one = {(const uint8_t *)"\x80", 1};

#define KIND 0x8000 /* Nobody knows it: relayed by all. */

/* Those who have seen one chain, and those who have seen the other. */
static void part(struct court *c, struct world_node *from, bool is_cut)
{
	struct world_node *others[] = {c->s.mlawa, c->witnesses[0],
				       c->witnesses[1], c->witnesses[2]};

	for (size_t i = 0; i < 4; i++) {
		if (others[i] == from)
			continue;
		if (is_cut)
			world_cut(c->s.w, from, others[i]);
		else
			world_mend(c->s.w, from, others[i]);
	}
}

/* CAL's feed goes on from here, as this node alone hears it; where it ends. */
static struct wici_head show(struct court *c, struct hostile *h,
			     const struct wici_head *from,
			     struct world_node *to)
{
	h->head = *from;
	CHECK(hostile_dial(h, to));
	world_run(c->s.w, 1000);
	hostile_live(h, hostile_entry(h, KIND, one));
	world_run(c->s.w, 1000);
	hostile_hang_up(h);
	CHECK(world_holds_of(to, &from->feed) == from->seq + 1);
	return h->head;
}

static bool names_a_head(struct court *c, struct world_node *at,
			 const struct wici_key *witness,
			 const struct wici_key *issuing)
{
	struct wici_witness_body body;
	struct wici_head head;
	struct entry_row row;
	bool names;

	world_begin(c->s.w, at);
	CHECK_OK(cert_fresh_witness(at->node, witness, 0, &row));
	wici_kind_read(&wici_kind_witness, row.entry.payload, &body);
	names = wici_witness_head(&body, issuing, &head);
	world_end(c->s.w, at);
	return names;
}

static void say_branch(struct court *c, struct world_node *at,
		       const struct wici_head *head)
{
	const struct wici_feed_row row = {*head, true};

	word_begin(&said, at, 1);
	wici_op_feeds(&said.w, &row, 1);
	root_says(c->s.w, at, &said, &c->root);
	world_run(c->s.w, 120000);
}

TEST(who_has_seen_another_chain_does_not_count_and_is_told)
{
	struct wici_head from, ours;
	struct hostile *h;
	struct court c;

	court_begin(&c, 561);
	from = word_head(c.s.mlawa, &c.s.cal->node->own->row.key);
	h = hostile_become(c.s.w, c.s.cal);
	h->is_listening = false;
	part(&c, c.witnesses[0], true);
	part(&c, c.witnesses[1], true);
	ours = show(&c, h, &from, c.s.mlawa);
	settle(c.s.w);
	(void)show(&c, h, &from, c.witnesses[0]);
	(void)show(&c, h, &from, c.witnesses[1]);
	pass_days(c.s.w, 1);
	CHECK(mlawa_says(&c, "VALID", "'ok':true,'detail':'3/2"));
	for (size_t i = 0; i < 2; i++) {
		struct wici_witness w = witness_of(c.witnesses[i]);

		pass_on(&c, c.witnesses[i], c.s.mlawa, &w.feed);
		settle(c.s.w);
		CHECK(seen(&c, i, "'ok':false,'code':'split'"));
		CHECK(seen(&c, 2, "'ok':true,'code':''"));
		CHECK(mlawa_says(&c, i ? "STALE" : "VALID",
				 i ? "'ok':false,'detail':'1/2 split'"
				   : "'ok':true,'detail':'2/2"));
	}

	/* They meet, and the fork is proved: nobody vouches for it. */
	part(&c, c.witnesses[0], false);
	part(&c, c.witnesses[1], false);
	settle(c.s.w);
	pass_days(c.s.w, 1);
	for (size_t i = 0; i < 3; i++) {
		struct wici_witness w = witness_of(c.witnesses[i]);

		CHECK(word_is(c.s.w, c.witnesses[i], &c.certificate,
			      "DISPUTED"));
		CHECK(!names_a_head(&c, c.s.mlawa, &w.feed, &from.feed));
	}
	CHECK(mlawa_says(&c, "DISPUTED", "'ok':false,'detail':'0/2 unnamed'"));

	/* The root says which one it is. */
	say_branch(&c, c.s.mlawa, &ours);
	CHECK(mlawa_says(&c, "VALID", "'ok':true,'detail':'3/2"));
	CHECK(word_is(c.s.w, c.witnesses[0], &c.certificate, "VALID"));
	CHECK(names_a_head(&c, c.witnesses[0],
			   &c.witnesses[1]->node->own->row.key, &from.feed));
	court_end(&c);
}

/* Of a root that has said two things in one version. */
TEST(who_follows_another_root_does_not_count)
{
	struct wici_witness w;
	struct court c;
	struct word *rival = calloc(1, sizeof(*rival));

	CHECK(rival);
	court_begin(&c, 562);
	part(&c, c.witnesses[0], true);
	world_cut(c.s.w, c.s.cal, c.witnesses[0]);
	word_begin(rival, c.s.cal, 1);
	wici_op_quotas(&rival->w, NULL, 0);
	word_sign(rival, &c.root, 1);
	word_begin(&said, c.s.cal, 1);
	wici_op_relays(&said.w, NULL, 0);
	root_says(c.s.w, c.s.cal, &said, &c.root);
	CHECK_OK(word_tell(c.s.w, c.witnesses[0], rival));
	settle(c.s.w);
	w = witness_of(c.witnesses[0]);
	pass_on(&c, c.witnesses[0], c.s.mlawa, &w.feed);
	settle(c.s.w);
	CHECK(seen(&c, 0, "'ok':false,'code':'split'"));
	CHECK(mlawa_says(&c, "VALID", "'ok':true,'detail':'2/2"));
	/* When all is known it is a fork of the root. */
	part(&c, c.witnesses[0], false);
	world_mend(c.s.w, c.s.cal, c.witnesses[0]);
	settle(c.s.w);
	CHECK(word_is(c.s.w, c.s.mlawa, &c.certificate, "DISPUTED"));
	free(rival);
	court_end(&c);
}

/* Its feed stands before the fork: what it said until then is of that day, and
 * nothing that it says later counts. */
TEST(a_witness_whose_feed_is_forked_has_said_its_last)
{
	struct hostile *h;
	struct court c;

	court_begin(&c, 563);
	pass_days(c.s.w, 1);
	h = hostile_become(c.s.w, c.witnesses[0]);
	h->is_listening = false;
	CHECK(hostile_dial(h, c.s.mlawa));
	world_run(c.s.w, 1000);
	hostile_prove(h);
	settle(c.s.w);
	hostile_hang_up(h);
	CHECK(mlawa_says(&c, "VALID", "'ok':true,'detail':'3/2"));
	lose(&c, c.witnesses[1], true);
	pass_days(c.s.w, 8);
	CHECK(mlawa_says(&c, "STALE", "'ok':false,'detail':'1/2 old'"));
	lose(&c, c.witnesses[1], false);
	settle(c.s.w);
	CHECK(mlawa_says(&c, "VALID", "'ok':true,'detail':'2/2"));
	court_end(&c);
}

TEST_MAIN(RUN(who_has_seen_another_chain_does_not_count_and_is_told),
	  RUN(who_follows_another_root_does_not_count),
	  RUN(a_witness_whose_feed_is_forked_has_said_its_last))
