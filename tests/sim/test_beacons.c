/* tests/sim/test_beacons.c — When beacons are published: one a day, one a turn
 * with acts, by nobody but the issuer, and never before all is known. */
#include "tests/sim/fresh.h"

static struct word said;

static void start_here(struct scene *s, uint64_t seed)
{
	scene_begin(s, seed);
	gather_dial(s->w, s->kielce, s->mlawa->address);
	settle(s->w);
}

TEST(one_a_day_and_none_by_others)
{
	struct wici_id id;
	struct scene s;

	start_here(&s, 521);
	/* Nothing was granted: there is nothing to say. */
	pass_days(s.w, 3);
	CHECK(beacons(s.cal) == 0);
	id = word_granted(s.w, s.cal, "1/2026");
	CHECK(beacons(s.cal) == 1);
	for (unsigned day = 1; day <= 10; day++) {
		for (int i = 0; i < 4; i++)
			pass(s.w, 6 * HOUR_MS);
		CHECK(beacons(s.cal) == 1 + day);
	}
	/* A day on which something is decided has one of its own for that. */
	decide(s.w, s.cal, "cert.suspend", &id);
	CHECK(beacons(s.cal) == 12);
	decide(s.w, s.cal, "cert.reinstate", &id);
	CHECK(beacons(s.cal) == 13);
	/* A practice decides nothing, and a reason comes with its act. */
	CHECK(gather_publish(s.w, s.cal, "dobra praktyka"));
	world_run(s.w, 60000);
	CHECK(beacons(s.cal) == 13);
	CHECK(beacons(s.mlawa) == 0 && beacons(s.kielce) == 0);
	CHECK(sights(s.cal) == 0 && sights(s.mlawa) == 0);
	settle(s.w);
	CHECK(count_of(s.kielce, &s.cal->node->own->row.key,
		       WICI_KIND_BEACON) == 13);
	scene_end(&s);
}

#define MANY 100

/* As a register that is imported: all in one turn. */
TEST(a_hundred_grants_in_one_turn_are_one_beacon)
{
	struct wici_issuer issuer;
	struct wici_beacon_body body;
	struct entry_row row;
	struct scene s;

	start_here(&s, 522);
	world_begin(s.w, s.cal);
	for (unsigned i = 0; i < MANY; i++) {
		struct wici_head head;

		CHECK_OK(publish_entry(
			s.cal->node, &wici_kind_certificate_grant,
			say_grant(&s.mlawa->node->keys.identity, i),
			wici_bytes_str("cal"), &head));
	}
	world_end(s.w, s.cal);
	CHECK(beacons(s.cal) == 1);
	issuer = issued_by(s.cal, s.cal, NULL);
	world_begin(s.w, s.cal);
	CHECK_OK(cert_fresh_beacon(s.cal->node, &issuer, &row));
	wici_kind_read(&wici_kind_beacon, row.entry.payload, &body);
	CHECK(wici_beacon_state(&body, MANY - 1) == WICI_CERT_GRANTED);
	CHECK(wici_beacon_state(&body, MANY) == WICI_CERT_NONE);
	world_end(s.w, s.cal);
	CHECK(world_holds(s.cal, s.cal) == row.entry.header.seq);
	pass_days(s.w, 1);
	CHECK(beacons(s.cal) == 2);
	scene_end(&s);
}

TEST(restarts_add_none)
{
	struct wici_id id;
	struct scene s;

	start_here(&s, 523);
	id = word_granted(s.w, s.cal, "1/2026");
	pass_days(s.w, 1);
	CHECK(beacons(s.cal) == 2);
	for (int i = 0; i < 6; i++) {
		restart(&s, s.cal);
		pass(s.w, HOUR_MS);
		CHECK(beacons(s.cal) == 2);
	}
	CHECK(word_is(s.w, s.kielce, &id, "VALID"));
	/* Another day, while it was off. */
	world_kill(s.w, s.cal);
	pass_days(s.w, 2);
	world_start(s.w, s.cal);
	settle(s.w);
	CHECK(beacons(s.cal) == 3);
	scene_end(&s);
}

/* ---- not now ---- */

static void alone(struct scene *s, bool is_alone)
{
	if (is_alone) {
		world_cut(s->w, s->cal, s->mlawa);
		world_cut(s->w, s->cal, s->kielce);
		return;
	}
	world_mend(s->w, s->cal, s->mlawa);
	world_mend(s->w, s->cal, s->kielce);
	settle(s->w);
}

TEST(who_waits_for_an_echo_says_nothing_and_then_once)
{
	struct wici_id id;
	struct scene s;

	start_here(&s, 524);
	id = word_granted(s.w, s.cal, "1/2026");
	settle(s.w);
	alone(&s, true);
	restart(&s, s.cal);
	pass_days(s.w, 3);
	CHECK(beacons(s.cal) == 1);
	alone(&s, false);
	CHECK(beacons(s.cal) == 2);
	CHECK(word_is(s.w, s.kielce, &id, "VALID"));
	scene_end(&s);
}

/* The disk went back: its beacons were newer than it knows. */
TEST(an_older_disk_takes_no_beacon_back)
{
	struct image old = {NULL};
	struct wici_id id;
	struct scene s;

	start_here(&s, 525);
	id = word_granted(s.w, s.cal, "1/2026");
	settle(s.w);
	world_snapshot(s.w, s.cal, &old);
	decide(s.w, s.cal, "cert.revoke", &id);
	pass_days(s.w, 1);
	CHECK(beacons(s.cal) == 3);
	world_kill(s.w, s.cal);
	world_revert(s.w, s.cal, &old);
	alone(&s, true);
	world_start(s.w, s.cal);
	pass_days(s.w, 2);
	CHECK(beacons(s.cal) == 1);
	alone(&s, false);
	CHECK(beacons(s.cal) == 4);
	CHECK(s.cal->node->forks_count == 0 && !s.cal->node->sealed);
	CHECK(word_is(s.w, s.kielce, &id, "REVOKED"));
	CHECK(word_is(s.w, s.cal, &id, "REVOKED"));
	image_clear(&old);
	scene_end(&s);
}

TEST(a_full_disk_says_nothing_until_there_is_room)
{
	struct wici_id id;
	struct scene s;

	start_here(&s, 526);
	id = word_granted(s.w, s.cal, "1/2026");
	settle(s.w);
	store_set_free_for_test(s.cal->node->store, 0);
	pass_days(s.w, 2);
	CHECK(s.cal->node->is_read_only && beacons(s.cal) == 1);
	store_set_free_for_test(s.cal->node->store, UINT64_MAX);
	world_run(s.w, 3000);
	CHECK(beacons(s.cal) == 2);
	settle(s.w);
	CHECK(word_is(s.w, s.mlawa, &id, "VALID"));
	scene_end(&s);
}

/* Copied to another machine it is sealed; its new feed is nobody's issuer, as
 * long as the root has not named it. */
TEST(a_sealed_feed_and_one_that_is_not_named_say_nothing)
{
	struct wici_issuer issuer;
	struct wici_head cut;
	struct wici_key old;
	struct wici_id id;
	struct scene s;
	struct hand root;

	start_here(&s, 527);
	root = hand_of(s.cal);
	id = word_granted(s.w, s.cal, "1/2026");
	settle(s.w);
	old = s.cal->node->own->row.key;
	world_stop(s.w, s.cal);
	world_set_machine(s.w, s.cal, "another machine");
	world_start(s.w, s.cal);
	CHECK(s.cal->node->sealed);
	pass_days(s.w, 2);
	CHECK(count_of(s.cal, &old, WICI_KIND_BEACON) == 1);
	renew(s.w, s.cal);
	pass_days(s.w, 7);
	CHECK(beacons(s.cal) == 0);
	CHECK(word_is(s.w, s.kielce, &id, "STALE"));

	cut = word_head(s.kielce, &old);
	issuer = issued_by(s.cal, s.cal, &cut);
	word_begin(&said, s.cal, 2);
	wici_op_issuers(&said.w, "2029-01-01", &issuer, 1);
	wici_op_registrar(&said.w, &issuer.at, &cut, 1);
	root_says(s.w, s.cal, &said, &root);
	settle(s.w);
	CHECK(beacons(s.cal) == 1);
	CHECK(word_is(s.w, s.kielce, &id, "VALID"));
	CHECK(word_is(s.w, s.mlawa, &id, "VALID"));
	scene_end(&s);
}

/* ---- another installation goes on ---- */

#define OLD_ONES 300 /* Some messages full. */

/* What the newest beacon that this node holds says of the old ones: all or,
 * when there is none, nothing. */
static bool tells_all(struct scene *s, struct world_node *at,
		      const struct world_node *issuer, unsigned count,
		      bool *has_beacon)
{
	struct wici_issuer is = issued_by(at, issuer, NULL);
	struct wici_beacon_body body;
	struct entry_row row;
	bool tells = true;

	world_begin(s->w, at);
	*has_beacon = cert_fresh_beacon(at->node, &is, &row) == WICI_OK;
	if (*has_beacon) {
		wici_kind_read(&wici_kind_beacon, row.entry.payload, &body);
		for (unsigned i = 0; i < count; i++)
			tells &= wici_beacon_state(&body, i) ==
				 WICI_CERT_GRANTED;
	}
	world_end(s->w, at);
	return tells;
}

/* Each in a turn of its own; the one in the middle. */
static struct wici_id grant_many(struct scene *s, unsigned count)
{
	struct wici_head head;
	struct wici_id id;

	for (unsigned i = 0; i < count; i++) {
		world_begin(s->w, s->cal);
		CHECK_OK(publish_entry(
			s->cal->node, &wici_kind_certificate_grant,
			say_grant(&s->mlawa->node->keys.identity, i),
			wici_bytes_str("cal"), &head));
		world_end(s->w, s->cal);
		if (i == count / 2)
			id = head.id;
	}
	return id;
}

/* Mława is to go on, and has not heard all that CAL granted: it comes to Mława
 * through Kielce, a few bytes at a time. */
TEST(a_successor_says_nothing_before_it_has_heard_all)
{
	struct wici_issuer issuer;
	struct wici_head cut;
	unsigned steps = 0;
	bool has_beacon = false, was_part = false;
	uint64_t held;
	struct wici_id id;
	struct scene s;
	struct hand root;

	start_here(&s, 528);
	root = hand_of(s.cal);
	world_cut(s.w, s.mlawa, s.cal);
	world_cut(s.w, s.mlawa, s.kielce);
	id = grant_many(&s, OLD_ONES);
	settle(s.w);
	cut = word_head(s.cal, &s.cal->node->own->row.key);
	CHECK(world_holds(s.kielce, s.cal) == cut.seq);
	world_kill(s.w, s.cal); /* For good. */
	issuer = issued_by(s.kielce, s.mlawa, &cut);
	word_begin(&said, s.kielce, 2);
	wici_op_issuers(&said.w, "2029-01-01", &issuer, 1);
	wici_op_registrar(&said.w, &issuer.at, &cut, 1);
	word_sign(&said, &root, 1);
	CHECK_OK(word_tell(s.w, s.mlawa, &said));
	CHECK_OK(word_tell(s.w, s.kielce, &said));
	world_run(s.w, 5000);
	CHECK(beacons(s.mlawa) == 0);
	CHECK(word_is(s.w, s.kielce, &id, "STALE"));
	world_mend(s.w, s.mlawa, s.kielce);
	for (; !has_beacon && steps < 1000; steps++) {
		if (!s.w->fuse)
			world_fuse(s.w, 1000 + world_random(s.w, 70000));
		world_run(s.w, 20);
		CHECK(tells_all(&s, s.mlawa, s.mlawa, OLD_ONES, &has_beacon));
		held = world_holds_of(s.mlawa, &cut.feed);
		CHECK(!has_beacon || held == cut.seq);
		was_part |= held > 20 && held < cut.seq;
	}
	CHECK(was_part && has_beacon);
	world_fuse(s.w, 0);
	settle(s.w);
	CHECK(word_is(s.w, s.mlawa, &id, "VALID"));
	CHECK(word_is(s.w, s.kielce, &id, "VALID"));
	scene_end(&s);
}

/* CAL's laptop is gone; from its card, on another machine. */
TEST(a_restored_issuer_vouches_for_all_that_it_has_granted)
{
	struct world_param params[] = {{"card", NULL, false},
				       {"name", "cal", false},
				       {"no_passphrase", NULL, true},
				       {NULL, NULL, false}};
	struct wici_issuer issuer;
	struct world_reply reply;
	struct wici_id ids[3];
	struct wici_head cut;
	struct scene s;
	struct hand root;
	char card[2000];

	start_here(&s, 529);
	root = hand_of(s.cal);
	ids[0] = word_granted(s.w, s.cal, "1/2026");
	ids[1] = word_granted(s.w, s.cal, "2/2026");
	decide(s.w, s.cal, "cert.revoke", &ids[1]);
	settle(s.w);
	reply = world_call(s.w, s.cal, "identity.card", none);
	(void)snprintf(card, sizeof(card), "%s", world_str(&reply, "card"));
	params[0].str = card;
	cut = word_head(s.mlawa, &s.cal->node->own->row.key);
	world_kill(s.w, s.cal);
	world_wipe(s.w, s.cal);
	world_start(s.w, s.cal);
	CHECK(!world_call(s.w, s.cal, "restore.card", params).has_error);
	gather_dial(s.w, s.cal, s.mlawa->address);
	for (int i = 0; i < 60 && !s.cal->node->own; i++) {
		(void)world_call(s.w, s.cal, "restore.finish", none);
		world_run(s.w, 1000);
	}
	world_run(s.w, 20000);
	pass_days(s.w, 2);
	CHECK(beacons(s.cal) == 0);
	issuer = issued_by(s.cal, s.cal, &cut);
	word_begin(&said, s.cal, 2);
	wici_op_issuers(&said.w, "2029-01-01", &issuer, 1);
	wici_op_registrar(&said.w, &issuer.at, &cut, 1);
	root_says(s.w, s.mlawa, &said, &root);
	world_run(s.w, 20000);
	CHECK(beacons(s.cal) == 1);
	CHECK(word_is(s.w, s.kielce, &ids[0], "VALID"));
	CHECK(word_is(s.w, s.kielce, &ids[1], "REVOKED"));
	ids[2] = word_granted(s.w, s.cal, "3/2026");
	pass_days(s.w, 1);
	CHECK(word_is(s.w, s.kielce, &ids[2], "VALID"));
	CHECK(word_is(s.w, s.mlawa, &ids[0], "VALID"));
	scene_end(&s);
}

TEST_MAIN(RUN(one_a_day_and_none_by_others),
	  RUN(a_hundred_grants_in_one_turn_are_one_beacon),
	  RUN(restarts_add_none),
	  RUN(who_waits_for_an_echo_says_nothing_and_then_once),
	  RUN(an_older_disk_takes_no_beacon_back),
	  RUN(a_full_disk_says_nothing_until_there_is_room),
	  RUN(a_sealed_feed_and_one_that_is_not_named_say_nothing),
	  RUN(a_successor_says_nothing_before_it_has_heard_all),
	  RUN(a_restored_issuer_vouches_for_all_that_it_has_granted))
