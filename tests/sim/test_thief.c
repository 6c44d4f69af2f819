/* tests/sim/test_thief.c — What is stolen: a card, a backup, an identity key,
 * the association's own laptop. Nobody is admitted by it, nothing is minted,
 * and what the robbed have said stays said. */
#include "tests/sim/restore.h"
#include "tests/sim/word.h"

static struct word said;

static const struct wici_bytes one = {(const uint8_t *)"\x80", 1};

#define KIND 0x8000 /* Nobody knows it: relayed by all. */

/* CAL, Mława and Kielce; these two are connected to each other as well; the
 * root is two of three; Mława has a certificate. */
struct robbery {
	struct scene s;
	struct hand root[3]; /* CAL's identity, and two cards. */
	struct wici_id certificate;
	struct wici_key friend; /* Whom the thief would like to admit. */
};

static void robbery_begin(struct robbery *r, uint64_t seed)
{
	scene_begin(&r->s, seed);
	gather_dial(r->s.w, r->s.kielce, r->s.mlawa->address);
	word_three_keys(r->s.w, r->s.cal, r->root);
	r->certificate = word_granted(r->s.w, r->s.cal, "1/2026");
	r->friend = hand_card(77).key;
	settle(r->s.w);
}

static void robbery_end(struct robbery *r)
{
	scene_end(&r->s);
}

static void tell(struct robbery *r, struct world_node *at)
{
	CHECK_OK(word_tell(r->s.w, at, &said));
}

/* Live, one after another, to whom the thief is connected to. */
static struct wici_id thief_says(struct hostile *h, uint16_t kind,
				 struct wici_bytes payload)
{
	hostile_live(h, hostile_entry(h, kind, payload));
	world_run(h->w, 500);
	return h->head.id;
}

/* Nobody was admitted, the certificate holds, and the thief's does not. */
static void check_nothing_won(struct robbery *r, struct world_node *at,
			      const struct wici_id *minted, size_t members)
{
	CHECK(!word_is_member(at, &r->friend));
	CHECK(at->node->roster.members_count == members);
	CHECK(word_is(r->s.w, at, &r->certificate, "VALID"));
	CHECK(strcmp(word_verdict(r->s.w, at, minted), "VALID") != 0);
}

/* ---- a card, a backup: the identity key, and no feed's ---- */

/* A machine of the thief's own, with another's identity. */
static struct hostile *with_key_of(struct robbery *r, struct world_node *robbed,
				   struct world_node *at)
{
	struct hostile *h =
		hostile_stranger(r->s.w, "złodziej", &robbed->node->network);
	struct hand stolen = hand_of(robbed);

	h->identity = stolen.key;
	h->identity_secret = stolen.secret;
	hostile_new_feed(h);
	CHECK(hostile_dial(h, at));
	world_run(r->s.w, 1000);
	CHECK(h->got[WICI_MSG_HELLO] == 1);
	hostile_live(h, (struct wici_bytes){h->open, h->open_len});
	return h;
}

TEST(a_stolen_card_or_backup_admits_nobody_and_mints_nothing)
{
	struct wici_id minted;
	struct robbery r;
	struct hostile *h;

	robbery_begin(&r, 61);
	h = with_key_of(&r, r.s.cal, r.s.mlawa);
	thief_says(h, WICI_KIND_MEMBER_ADMIT, say_admit(&r.friend));
	minted = thief_says(h, WICI_KIND_CERTIFICATE_GRANT,
			    say_grant(&r.s.kielce->node->keys.identity, 9));
	thief_says(h, WICI_KIND_CERTIFICATE_REVOKE, say_revoke(&r.certificate));
	settle(r.s.w);
	CHECK(word_counts(r.s.kielce, &h->feed) == 4); /* It is CAL's feed. */
	check_nothing_won(&r, r.s.cal, &minted, 3);
	check_nothing_won(&r, r.s.mlawa, &minted, 3);
	check_nothing_won(&r, r.s.kielce, &minted, 3);
	CHECK(world_is_equal(r.s.mlawa, r.s.kielce));
	robbery_end(&r);
}

/* The root has named the feed that admits and issues: a card does not end it. */
TEST(a_stolen_card_does_not_stop_the_feed_that_admits_and_issues)
{
	struct world_node *late;
	struct wici_head old;
	struct robbery r;
	struct hostile *h;

	robbery_begin(&r, 62);
	old = word_head(r.s.mlawa, &r.s.cal->node->keys.feed);
	old.seq = 2;
	h = with_key_of(&r, r.s.cal, r.s.mlawa);
	thief_says(h, WICI_KIND_FEED_SUCCEED, say_close(h, &old));
	settle(r.s.w);
	CHECK(!r.s.cal->node->sealed);
	late = gather_join(r.s.w, r.s.cal, "tarnów", NULL);
	(void)word_granted(r.s.w, r.s.cal, "2/2026");
	settle(r.s.w);
	CHECK(word_is_member(r.s.kielce, &late->node->keys.identity));
	CHECK(word_is(r.s.w, late, &r.certificate, "VALID"));
	robbery_end(&r);
}

TEST(one_stolen_root_key_of_two_changes_nothing)
{
	struct wici_message m = {.type = WICI_MSG_STATEMENT};
	struct robbery r;
	struct hostile *h;

	robbery_begin(&r, 63);
	h = with_key_of(&r, r.s.cal, r.s.mlawa);
	word_begin(&said, r.s.mlawa, 1);
	wici_op_member(&said.w, WICI_OP_SUSPEND,
		       &r.s.kielce->node->keys.identity, NULL, NULL, 0);
	word_sign(&said, r.root, 1);
	m.statement = said.bytes;
	hostile_send(h, &m);
	settle(r.s.w);
	CHECK(h->closed == 1 && h->refused == WICI_REJECT_APPROVAL);
	CHECK(r.s.mlawa->node->roster.version == 2);
	CHECK(r.s.kielce->node->roster.version == 2);
	CHECK(!r.s.kielce->node->sealed);
	robbery_end(&r);
}

/* ---- the identity key of an institution ---- */

TEST(who_closed_the_feed_of_the_robbed_is_undone_by_the_new_key)
{
	struct wici_feed_row row = {.is_open = true};
	const struct wici_key fresh = hand_card(9).key;
	struct wici_key identity, feed, stolen;
	struct wici_head first;
	struct robbery r;
	struct hostile *h;

	robbery_begin(&r, 64);
	CHECK(!is_draft(r.s.w, r.s.mlawa, "sprzed kradzieży"));
	settle(r.s.w);
	identity = r.s.mlawa->node->keys.identity;
	feed = r.s.mlawa->node->keys.feed;
	row.at = first = word_head(r.s.cal, &feed);
	first.seq = 1;
	h = with_key_of(&r, r.s.mlawa, r.s.kielce);
	stolen = h->feed;
	thief_says(h, WICI_KIND_FEED_SUCCEED, say_close(h, &first));
	settle(r.s.w);
	CHECK(feeds_find(&r.s.cal->node->feeds, &feed)->limit.closed_seq == 1);
	CHECK(r.s.mlawa->node->sealed);

	word_begin(&said, r.s.cal, 1);
	wici_op_member(&said.w, WICI_OP_REKEY, &identity, &fresh, &row, 1);
	word_sign(&said, r.root, 2);
	tell(&r, r.s.kielce);
	settle(r.s.w);
	CHECK(word_counts(r.s.cal, &feed) == row.at.seq);
	CHECK(word_counts(r.s.kielce, &feed) == row.at.seq);
	CHECK(word_counts(r.s.kielce, &stolen) == 0);
	CHECK(!r.s.mlawa->node->sealed);
	CHECK(!is_draft(r.s.w, r.s.mlawa, "i dalej"));
	settle(r.s.w);
	CHECK(word_counts(r.s.cal, &feed) == row.at.seq + 1);
	CHECK(world_is_equal(r.s.cal, r.s.kielce));
	CHECK(world_is_equal(r.s.cal, r.s.mlawa));
	robbery_end(&r);
}

/* ---- the association's laptop: the feed that admits and issues ---- */

/* Mława's feed admits and issues from now on; the stolen one did up to cut. */
static void move_rights(struct robbery *r, const struct world_node *at,
			const struct wici_key *to, const struct wici_key *whose,
			const struct wici_head *cut)
{
	struct wici_issuer issuer = {.scheme = "cal",
				     .identity = *whose,
				     .closed_count = 1,
				     .closed = {{*cut}}};
	struct wici_head head = word_head(at, to);

	issuer.at = head;
	issuer.token_key = *to;
	word_begin(&said, at, 2);
	wici_op_issuers(&said.w, "2029-01-01", &issuer, 1);
	wici_op_registrar(&said.w, &head, cut, 1);
	word_sign(&said, r->root + 1, 2);
}

/* Mława hears the thief out before it hears of the change, Kielce after. */
TEST(what_a_stolen_laptop_admitted_and_issued_is_void_on_every_node)
{
	struct wici_head cut, at_mlawa;
	struct world_node *late;
	struct wici_id minted;
	struct robbery r;
	struct hostile *h;

	robbery_begin(&r, 65);
	cut = word_head(r.s.mlawa, &r.s.cal->node->keys.feed);
	h = hostile_become(r.s.w, r.s.cal);
	world_cut(r.s.w, r.s.mlawa, r.s.kielce);
	CHECK(hostile_dial(h, r.s.mlawa));
	world_run(r.s.w, 1000);
	thief_says(h, WICI_KIND_MEMBER_ADMIT, say_admit(&r.friend));
	minted = thief_says(h, WICI_KIND_CERTIFICATE_GRANT,
			    say_grant(&r.friend, 9));
	thief_says(h, WICI_KIND_CERTIFICATE_REVOKE, say_revoke(&r.certificate));
	CHECK(word_is_member(r.s.mlawa, &r.friend));
	CHECK(word_is(r.s.w, r.s.mlawa, &r.certificate, "REVOKED"));

	move_rights(&r, r.s.mlawa, &r.s.mlawa->node->keys.feed,
		    &r.s.mlawa->node->keys.identity, &cut);
	tell(&r, r.s.kielce);
	tell(&r, r.s.mlawa);
	at_mlawa = word_head(r.s.mlawa, &cut.feed);
	CHECK(at_mlawa.seq == cut.seq);
	thief_says(h, WICI_KIND_MEMBER_ADMIT, say_admit(&r.friend));
	world_mend(r.s.w, r.s.mlawa, r.s.kielce);
	hostile_hang_up(h);
	CHECK(hostile_dial(h, r.s.kielce));
	world_run(r.s.w, 1000);
	thief_says(h, KIND, one);
	settle(r.s.w);
	late = gather_join(r.s.w, r.s.mlawa, "tarnów", "mlawa:8481");
	settle(r.s.w);
	check_nothing_won(&r, r.s.mlawa, &minted, 4);
	check_nothing_won(&r, r.s.kielce, &minted, 4);
	check_nothing_won(&r, late, &minted, 4);
	CHECK(word_counts(r.s.kielce, &cut.feed) == cut.seq);
	CHECK(world_is_equal(r.s.mlawa, r.s.kielce));
	CHECK(world_is_equal(r.s.mlawa, late));
	robbery_end(&r);
}

/* From its card, on another machine: nothing is left but the identity. */
static void restore_from_card(struct robbery *r, struct world_node *n,
			      const char *card)
{
	const struct world_param params[] = {{"card", card, false},
					     {"name", n->name, false},
					     {"no_passphrase", NULL, true},
					     {NULL, NULL, false}};
	struct world_reply reply;

	world_wipe(r->s.w, n);
	world_start(r->s.w, n);
	reply = world_call(r->s.w, n, "restore.card", params);
	CHECK(!reply.has_error);
	gather_dial(r->s.w, n, r->s.mlawa->address);
	for (int i = 0; i < 60 && !n->node->own; i++) {
		reply = world_call(r->s.w, n, "restore.finish", none);
		world_run(r->s.w, 1000);
	}
	if (!n->node->own)
		print_error("%s\n%s", reply.code, world_trace(r->s.w));
	CHECK(n->node->own != NULL);
	settle(r->s.w);
}

TEST(the_founders_restored_installation_admits_and_issues_again)
{
	const struct world_param invite[] = {{"name", "Nowy", false},
					     {NULL, NULL, false}};
	struct world_reply reply;
	struct world_node *late;
	struct wici_id minted, again;
	struct wici_head cut;
	struct robbery r;
	struct hostile *h;
	char card[2000];

	robbery_begin(&r, 66);
	reply = world_call(r.s.w, r.s.cal, "identity.card", none);
	CHECK(!reply.has_error);
	(void)snprintf(card, sizeof(card), "%s", world_str(&reply, "card"));
	cut = word_head(r.s.mlawa, &r.s.cal->node->keys.feed);
	h = hostile_become(r.s.w, r.s.cal);
	h->is_listening = false;
	restore_from_card(&r, r.s.cal, card);
	/* Restored it is a member, and no more than that. */
	reply = world_call(r.s.w, r.s.cal, "invite.create", invite);
	CHECK(reply.has_error && strcmp(reply.code, "not_permitted") == 0);
	CHECK(hostile_dial(h, r.s.kielce));
	world_run(r.s.w, 1000);
	minted = thief_says(h, WICI_KIND_CERTIFICATE_GRANT,
			    say_grant(&r.friend, 9));
	thief_says(h, WICI_KIND_MEMBER_ADMIT, say_admit(&r.friend));

	move_rights(&r, r.s.cal, &r.s.cal->node->keys.feed,
		    &r.s.cal->node->keys.identity, &cut);
	tell(&r, r.s.mlawa);
	settle(r.s.w);
	again = word_granted(r.s.w, r.s.cal, "2/2026");
	late = gather_join(r.s.w, r.s.cal, "tarnów", NULL);
	settle(r.s.w);
	check_nothing_won(&r, r.s.cal, &minted, 4);
	check_nothing_won(&r, r.s.kielce, &minted, 4);
	check_nothing_won(&r, late, &minted, 4);
	CHECK(word_is(r.s.w, r.s.kielce, &again, "VALID"));
	CHECK(word_is(r.s.w, late, &again, "VALID"));
	CHECK(world_is_equal(r.s.cal, r.s.kielce));
	CHECK(world_is_equal(r.s.cal, late));
	robbery_end(&r);
}

/* Years later its key is sold: two headers, 368 bytes, and every certificate of
 * those years would be in dispute. */
TEST(a_time_bomb_in_a_closed_issuing_feed_disputes_no_certificate)
{
	struct wici_head cut;
	struct robbery r;
	struct hostile *h;

	robbery_begin(&r, 67);
	cut = word_head(r.s.mlawa, &r.s.cal->node->keys.feed);
	move_rights(&r, r.s.mlawa, &r.s.mlawa->node->keys.feed,
		    &r.s.mlawa->node->keys.identity, &cut);
	tell(&r, r.s.mlawa);
	settle(r.s.w);
	h = hostile_become(r.s.w, r.s.cal);
	h->head = (struct wici_head){.feed = cut.feed};
	CHECK(hostile_dial(h, r.s.mlawa));
	world_run(r.s.w, 1000);
	hostile_prove(h);
	world_run(r.s.w, 5000);
	hostile_hang_up(h);
	settle(r.s.w);
	CHECK(r.s.mlawa->node->forks_count == 1); /* It is no secret. */
	CHECK(word_counts(r.s.mlawa, &cut.feed) == cut.seq);
	CHECK(word_is(r.s.w, r.s.mlawa, &r.certificate, "VALID"));
	CHECK(word_is(r.s.w, r.s.kielce, &r.certificate, "VALID"));
	CHECK(word_is_member(r.s.mlawa, &h->identity));
	CHECK(world_is_equal(r.s.mlawa, r.s.kielce));
	robbery_end(&r);
}

/* ---- a suspended member, a registrar that says two things ---- */

TEST(what_a_suspended_member_told_those_who_had_not_heard_is_void)
{
	struct wici_feed_row row = {.is_open = false};
	struct robbery r;
	struct hostile *h;

	robbery_begin(&r, 68);
	row.at = word_head(r.s.cal, &r.s.kielce->node->keys.feed);
	h = hostile_become(r.s.w, r.s.kielce);
	world_cut(r.s.w, r.s.cal, r.s.mlawa);
	word_begin(&said, r.s.cal, 1);
	wici_op_member(&said.w, WICI_OP_SUSPEND, &h->identity, NULL, &row, 1);
	word_sign(&said, r.root, 2);
	tell(&r, r.s.cal);
	CHECK(hostile_dial(h, r.s.mlawa));
	world_run(r.s.w, 1000);
	thief_says(h, KIND, one);
	CHECK(word_counts(r.s.mlawa, &h->feed) == row.at.seq + 1);
	world_mend(r.s.w, r.s.cal, r.s.mlawa);
	settle(r.s.w);
	thief_says(h, KIND, one);
	CHECK(word_counts(r.s.mlawa, &h->feed) == row.at.seq);
	CHECK(word_counts(r.s.cal, &h->feed) == row.at.seq);
	CHECK(world_is_equal(r.s.cal, r.s.mlawa));
	robbery_end(&r);
}

/* One newcomer is shown to Mława, another to Kielce, in the same place. */
TEST(of_two_admissions_in_one_place_none_counts_until_the_root_has_spoken)
{
	const struct wici_key other = hand_card(78).key;
	struct wici_feed_row row = {.is_open = true};
	struct wici_head fork;
	struct robbery r;
	struct hostile *h;

	robbery_begin(&r, 69);
	h = hostile_become(r.s.w, r.s.cal);
	fork = h->head;
	world_cut(r.s.w, r.s.mlawa, r.s.kielce);
	CHECK(hostile_dial(h, r.s.mlawa));
	world_run(r.s.w, 1000);
	thief_says(h, WICI_KIND_MEMBER_ADMIT, say_admit(&r.friend));
	row.at = h->head;
	hostile_hang_up(h);
	h->head = fork;
	CHECK(hostile_dial(h, r.s.kielce));
	world_run(r.s.w, 1000);
	thief_says(h, WICI_KIND_MEMBER_ADMIT, say_admit(&other));
	hostile_hang_up(h);
	CHECK(word_is_member(r.s.mlawa, &r.friend));
	CHECK(word_is_member(r.s.kielce, &other));

	world_mend(r.s.w, r.s.mlawa, r.s.kielce);
	settle(r.s.w);
	CHECK(world_is_equal(r.s.mlawa, r.s.kielce));
	CHECK(!word_is_member(r.s.mlawa, &r.friend));
	CHECK(!word_is_member(r.s.kielce, &other));
	CHECK(r.s.mlawa->node->roster.members_count == 3);
	CHECK(r.s.kielce->node->roster.members_count == 3);
	CHECK(word_is(r.s.w, r.s.mlawa, &r.certificate, "DISPUTED"));

	word_begin(&said, r.s.mlawa, 1);
	wici_op_feeds(&said.w, &row, 1);
	word_sign(&said, r.root, 2);
	tell(&r, r.s.kielce);
	world_run(r.s.w, 120000);
	CHECK(word_is_member(r.s.mlawa, &r.friend));
	CHECK(word_is_member(r.s.kielce, &r.friend));
	CHECK(!word_is_member(r.s.kielce, &other));
	CHECK(word_is(r.s.w, r.s.kielce, &r.certificate, "VALID"));
	CHECK(world_is_equal(r.s.mlawa, r.s.kielce));
	robbery_end(&r);
}

TEST_MAIN(
	RUN(a_stolen_card_or_backup_admits_nobody_and_mints_nothing),
	RUN(a_stolen_card_does_not_stop_the_feed_that_admits_and_issues),
	RUN(one_stolen_root_key_of_two_changes_nothing),
	RUN(who_closed_the_feed_of_the_robbed_is_undone_by_the_new_key),
	RUN(what_a_stolen_laptop_admitted_and_issued_is_void_on_every_node),
	RUN(the_founders_restored_installation_admits_and_issues_again),
	RUN(a_time_bomb_in_a_closed_issuing_feed_disputes_no_certificate),
	RUN(what_a_suspended_member_told_those_who_had_not_heard_is_void),
	RUN(of_two_admissions_in_one_place_none_counts_until_the_root_has_spoken))
