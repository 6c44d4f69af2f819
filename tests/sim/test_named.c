/* tests/sim/test_named.c — The root names an entry of a feed: what lies below is
 * beyond dispute, and every node comes to hold the chain that has it. */
#include "daemon/forks.h"
#include "daemon/receive.h"
#include "daemon/store/entry.h"
#include "tests/sim/parted.h"

/* The root's last word; and a node hears it. */
static uint8_t said_buf[4096];
static struct wici_bytes said;

static void tell(struct scene *s, struct world_node *at)
{
	world_begin(s->w, at);
	CHECK_OK(node_receive_statement(at->node, 9999, said));
	world_end(s->w, at);
}

/* The root speaks: one op of rows, given to one node to pass on. */
static void name_feed(struct scene *s, const struct wici_secret *root,
		      const struct wici_key *root_key, struct world_node *at,
		      const struct wici_feed_row *row)
{
	const struct wici_roster *r = &at->node->roster;
	struct wici_statement st = {.type = WICI_STATEMENT_CHANGE};
	struct wici_mp_writer w;
	uint8_t body[2048];

	wici_mp_writer_init(&w, body, sizeof(body));
	wici_change_begin(&w, &r->network, 1);
	wici_op_feeds(&w, row, 1);
	wici_change_end(&w, &r->id, r->version + 1);
	CHECK_OK(wici_mp_written(&w, &st.body));
	st.id = wici_hash_bytes(WICI_DOMAIN_CHANGE, st.body);
	wici_change_approve(&st.sigs[0], &r->network, &st.id, root_key, root);
	st.sigs_count = 1;
	wici_mp_writer_init(&w, said_buf, sizeof(said_buf));
	wici_statement_encode(&w, &st);
	CHECK_OK(wici_mp_written(&w, &said));
	tell(s, at);
}

/* CAL's identity is the root of this network. */
static void root_names(struct scene *s, const struct wici_head *head,
		       bool is_open)
{
	const struct node *cal = s->cal->node;
	struct wici_feed_row row = {*head, is_open};
	struct wici_secret root;

	CHECK_OK(keys_identity_secret(&cal->keys, cal->dir_fd, NULL, &root));
	name_feed(s, &root, &cal->keys.identity, s->cal, &row);
}

/* ---- the root's word ---- */

TEST(a_stolen_key_cannot_undo_what_the_root_has_named)
{
	struct wici_head second, end;
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 31);
	h = scene_turn(&s);
	second = h->head;
	parted_write(h, 9);
	end = h->head;
	root_names(&s, &end, false); /* It is closed, years ago. */
	world_run(s.w, 3000);
	CHECK(parted_counts(s.mlawa, &h->feed) == end.seq);
	h->head = second;
	hostile_prove(h);
	world_run(s.w, 5000);
	CHECK(forks_of(s.cal->node, &h->feed) != NULL);
	CHECK(parted_counts(s.cal, &h->feed) == end.seq);
	CHECK(parted_counts(s.mlawa, &h->feed) == end.seq);
	CHECK(!parted_feed(s.cal, &h->feed)->is_forked);
	CHECK(world_is_equal(s.cal, s.mlawa));
	hostile_hang_up(h);
	scene_check_alive(&s);
	scene_end(&s);
}

TEST(the_root_names_a_branch_and_every_node_comes_to_hold_it)
{
	struct entry_row row;
	struct wici_head fork, named;
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 32);
	h = scene_turn(&s);
	parted_write(h, 3);
	fork = parted_begin(&s, h, 30, 40);
	world_mend(s.w, s.cal, s.mlawa);
	world_run(s.w, 10000);
	/* The root decides for CAL's, the shorter one. */
	named = (struct wici_head){h->feed,
				   parted_feed(s.cal, &h->feed)->row.seq,
				   parted_feed(s.cal, &h->feed)->row.id};
	CHECK(named.seq == fork.seq + 30);
	root_names(&s, &named, true);
	world_run(s.w, 20000);
	CHECK(parted_counts(s.cal, &h->feed) == named.seq);
	CHECK(parted_counts(s.mlawa, &h->feed) == named.seq);
	CHECK(parted_feed(s.mlawa, &h->feed)->is_reached);
	CHECK(world_is_equal(s.cal, s.mlawa) && parted_is_in_step(s.cal));
	/* Mława still has what it was shown. */
	CHECK_OK(entry_at(s.mlawa->node->store,
			  entry_aside_n(parted_feed(s.mlawa, &h->feed)->row.n,
					ENTRY_EVIDENCE),
			  fork.seq + 40, &row));
	hostile_hang_up(h);
	scene_check_alive(&s);
	scene_end(&s);
}

/* Mława's part of its history ends before the entry that is named: it cannot
 * tell by itself that it is on the wrong one. */
TEST(who_holds_less_than_what_is_named_comes_to_hold_it_too)
{
	struct wici_head named;
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 33);
	h = scene_turn(&s);
	(void)parted_begin(&s, h, 30, 2);
	hostile_hang_up(h);
	named = (struct wici_head){h->feed,
				   parted_feed(s.cal, &h->feed)->row.seq,
				   parted_feed(s.cal, &h->feed)->row.id};
	root_names(&s, &named, true); /* Before any proof is known. */
	world_mend(s.w, s.cal, s.mlawa);
	world_run(s.w, 90000);
	CHECK(parted_counts(s.cal, &h->feed) == named.seq);
	CHECK(parted_counts(s.mlawa, &h->feed) == named.seq);
	CHECK(world_is_equal(s.cal, s.mlawa) && parted_is_in_step(s.mlawa));
	scene_check_alive(&s);
	scene_end(&s);
}

/* A slip of the pen, and both histories would be gone from everywhere. */
TEST(an_entry_that_nobody_has_takes_nothing_from_anybody)
{
	struct wici_head fork, named;
	struct hostile *h;
	struct scene s;

	scene_begin(&s, 34);
	h = scene_turn(&s);
	fork = parted_begin(&s, h, 6, 8);
	hostile_hang_up(h);
	world_mend(s.w, s.cal, s.mlawa);
	world_run(s.w, 5000);
	named = (struct wici_head){h->feed, fork.seq + 5, fork.id};
	root_names(&s, &named, true);
	world_run(s.w, 300000);
	CHECK(world_holds_of(s.cal, &h->feed) == fork.seq + 6);
	CHECK(world_holds_of(s.mlawa, &h->feed) == fork.seq + 8);
	CHECK(!parted_feed(s.cal, &h->feed)->is_reached);
	/* It corrects itself. */
	named.seq = parted_feed(s.mlawa, &h->feed)->row.seq;
	named.id = parted_feed(s.mlawa, &h->feed)->row.id;
	root_names(&s, &named, true);
	world_run(s.w, 90000);
	CHECK(parted_counts(s.cal, &h->feed) == fork.seq + 8);
	CHECK(world_is_equal(s.cal, s.mlawa));
	scene_check_alive(&s);
	scene_end(&s);
}

/* Mława was away while CAL admitted somebody and the root named how far. Who
 * connects to it then is an ordinary member, whom it knows from the registrar's
 * feed alone. */
TEST(a_registrar_named_further_than_is_held_parts_nobody)
{
	const struct world_param gone[] = {{"address", "cal:8481", false},
					   {NULL, NULL, false}};
	struct wici_head at;
	struct scene s;

	scene_begin(&s, 35);
	gather_dial(s.w, s.kielce, s.mlawa->address);
	CHECK(!world_call(s.w, s.mlawa, "peer.remove", gone).has_error);
	world_run(s.w, 5000);
	world_cut(s.w, s.cal, s.mlawa);
	world_cut(s.w, s.kielce, s.mlawa);
	CHECK(gather_join(s.w, s.cal, "tarnów", NULL));
	world_run(s.w, 5000);
	at = (struct wici_head){s.cal->node->own->row.key,
				s.cal->node->own->row.seq,
				s.cal->node->own->row.id};
	root_names(&s, &at, true);
	/* It hears of the change, and not yet of the feed. */
	tell(&s, s.mlawa);
	world_mend(s.w, s.kielce, s.mlawa);
	world_run(s.w, 90000);
	CHECK(parted_feed(s.mlawa, &at.feed)->is_reached);
	CHECK(world_is_equal(s.kielce, s.mlawa));
	CHECK(world_blames(s.w) == 0);
	scene_end(&s);
}

/* ---- a certificate ---- */

static const char *verdict(struct scene *s, struct world_node *at,
			   const char *id)
{
	const struct world_param ref[] = {{"ref", id, false},
					  {NULL, NULL, false}};
	struct world_reply r = world_call(s->w, at, "cert.verify", ref);

	return world_str(&r, "verdict"); /* "" where there is none. */
}

/* The feed that issues, and admits, in two histories. */
TEST(a_certificate_is_in_dispute_until_the_root_has_spoken)
{
	const struct world_param grant[] = {
		{"holder", "mlawa", false},    {"number", "7/2026", false},
		{"valid_from", "2026", false}, {"valid_until", "2028", false},
		{"name", "Certyfikat", false}, {NULL, NULL, false}};
	struct wici_feed_row row;
	struct world_reply r;
	struct wici_head fork;
	struct hostile *h;
	struct scene s;
	char id[65];

	scene_begin(&s, 36);
	r = world_call(s.w, s.cal, "cert.grant", grant);
	CHECK(!r.has_error);
	snprintf(id, sizeof(id), "%s", world_str(&r, "id"));
	gather_dial(s.w, s.mlawa, s.kielce->address);
	world_run(s.w, 10000);
	CHECK(strcmp(verdict(&s, s.mlawa, id), "VALID") == 0);
	world_cut(s.w, s.mlawa, s.kielce);
	h = hostile_become(s.w, s.cal);
	fork = h->head;
	CHECK(hostile_dial(h, s.mlawa));
	world_run(s.w, 1000);
	parted_write(h, 4);
	row = (struct wici_feed_row){h->head, true};
	hostile_hang_up(h);
	h->head = fork;
	CHECK(hostile_dial(h, s.kielce));
	world_run(s.w, 1000);
	parted_write(h, 9);
	hostile_hang_up(h);
	world_mend(s.w, s.mlawa, s.kielce);
	world_run(s.w, 10000);
	CHECK(parted_counts(s.mlawa, &h->feed) == fork.seq);
	CHECK(parted_counts(s.kielce, &h->feed) == fork.seq);
	CHECK(strcmp(verdict(&s, s.mlawa, id), "DISPUTED") == 0);
	CHECK(strcmp(verdict(&s, s.kielce, id), "DISPUTED") == 0);
	/* The root names Mława's history; Kielce hears of it alone. */
	world_cut(s.w, s.mlawa, s.kielce);
	name_feed(&s, &h->identity_secret, &h->identity, s.kielce, &row);
	world_run(s.w, 5000);
	CHECK(strcmp(verdict(&s, s.kielce, id), "DISPUTED") == 0);
	world_mend(s.w, s.mlawa, s.kielce);
	world_run(s.w, 90000);
	CHECK(parted_counts(s.mlawa, &h->feed) == fork.seq + 4);
	CHECK(parted_counts(s.kielce, &h->feed) == fork.seq + 4);
	CHECK(strcmp(verdict(&s, s.mlawa, id), "VALID") == 0);
	CHECK(strcmp(verdict(&s, s.kielce, id), "VALID") == 0);
	CHECK(world_is_equal(s.mlawa, s.kielce));
	scene_end(&s);
}

TEST_MAIN(RUN(a_stolen_key_cannot_undo_what_the_root_has_named),
	  RUN(the_root_names_a_branch_and_every_node_comes_to_hold_it),
	  RUN(who_holds_less_than_what_is_named_comes_to_hold_it_too),
	  RUN(an_entry_that_nobody_has_takes_nothing_from_anybody),
	  RUN(a_registrar_named_further_than_is_held_parts_nobody),
	  RUN(a_certificate_is_in_dispute_until_the_root_has_spoken))
