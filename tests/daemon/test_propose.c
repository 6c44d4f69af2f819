/* tests/daemon/test_propose.c — What the root shall say: built from what is
 * held here, refused where it would come to nothing, approved once by a key. */
#include "daemon/propose.h"

#include "tests/daemon/call.h"

/* CAL founded a network with one root key and issues for "osl"; MOPS Mława is
 * a member, invited as "Nowy". Both hold all. */
struct two {
	struct fixture cal, mlawa;
};

static void two_open(struct two *t)
{
	call_found(&t->cal);
	fixture_open(&t->mlawa);
	call_join(&t->cal, &t->mlawa,
		  "'name':'MOPS Mława','no_passphrase':true");
}

static void two_drop(struct two *t)
{
	fixture_drop(&t->cal);
	fixture_drop(&t->mlawa);
}

/* Both ways, until both have judged what came. */
static void two_meet(struct two *t)
{
	fixture_carry(&t->cal, &t->mlawa);
	fixture_carry(&t->mlawa, &t->cal);
	fixture_carry(&t->cal, &t->mlawa);
}

static bool is_refused(struct fixture *f, const char *method, const char *json,
		       const char *code, const char *why)
{
	const char *text = call(f, method, json);

	return has(text, code) && has(text, why);
}

static bool is_made(const char *text)
{
	return has(text, "'effective':true");
}

static void feed_hex(const struct fixture *f, char out[WICI_HEX_LEN + 1])
{
	wici_hex(out, f->n->own->row.key.b, WICI_KEY_LEN);
}

TEST(one_root_key_of_one_acts_at_once_and_everybody_follows)
{
	struct two t;

	two_open(&t);
	CHECK(is_made(
		call(&t.cal, "roster.suspend", "{'institution':'Nowy'}")));
	CHECK(t.cal.n->roster.version == 2);
	two_meet(&t);
	CHECK(t.mlawa.n->roster.version == 2);
	CHECK(has(call(&t.mlawa, "status.get", "{}"), "'suspended'"));
	CHECK(has(call(&t.cal, "roster.log", "{}"),
		  "'state':'standing','approvals':{'have':1,'need':1"));
	two_drop(&t);
}

TEST(what_would_be_without_effect_is_refused_with_a_sentence)
{
	struct two t;

	two_open(&t);
	CHECK(is_refused(&t.cal, "roster.reinstate",
			 "{'institution':'Nowy','key':'"
			 "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd"
			 "55f12af4660c'}",
			 "not_permitted", "not suspended"));
	CHECK(is_refused(&t.cal, "roster.lift",
			 "{'ref':'"
			 "00000000000000000000000000000000000000000000000000"
			 "000000000000aa'}",
			 "not_permitted", "not revoked"));
	CHECK(is_refused(&t.cal, "roster.stands",
			 "{'change':'"
			 "00000000000000000000000000000000000000000000000000"
			 "000000000000aa'}",
			 "not_permitted", "nothing to choose"));
	CHECK(is_refused(&t.cal, "roster.registrar",
			 "{'institution':'Stowarzyszenie CAL'}",
			 "not_permitted", "already"));
	CHECK(is_refused(&t.cal, "roster.witness",
			 "{'witnesses':['Nowy'],'needed':2}", "bad_field",
			 "needed"));
	CHECK(is_refused(&t.cal, "roster.policy", "{'threshold':2}",
			 "bad_field", "more than half"));
	CHECK(is_refused(&t.cal, "roster.suspend", "{'institution':'Nikt'}",
			 "not_found", "institution"));
	CHECK(is_refused(&t.mlawa, "roster.relay",
			 "{'institution':'Nowy','addresses':['no']}",
			 "bad_field", "address"));
	CHECK(t.cal.n->roster.version == 1);
	two_drop(&t);
}

/* PROTOCOL §5.9 ends a closed feed for everything; who only gives a right away
 * publishes on, also after the list was restated once more. */
TEST(who_issues_no_more_publishes_on_and_admits_on)
{
	struct two t;
	char json[400], key[80];

	two_open(&t);
	call_get(call(&t.mlawa, "identity.token", "{}"), "token_key", key,
		 sizeof(key));
	(void)snprintf(json, sizeof(json),
		       "{'scheme':'osl','institution':'Nowy',"
		       "'token_key':'%s'}",
		       key);
	CHECK(is_made(call(&t.cal, "roster.issuers", json)));
	CHECK(is_made(call(&t.cal, "roster.issuers", "{'days':100}")));
	CHECK(t.cal.n->roster.issuers[0].closed_count == 1);
	fixture_practice(&t.cal, "Dalej");
	CHECK(t.cal.n->own->counting_seq == t.cal.n->own->row.seq);
	CHECK(has(call(&t.cal, "invite.create", "{'name':'Inny'}"), "token"));
	two_meet(&t);
	CHECK(fixture_is_equal(&t.cal, &t.mlawa));
	two_drop(&t);
}

TEST(a_registrar_that_is_replaced_publishes_on)
{
	struct two t;

	two_open(&t);
	CHECK(is_made(
		call(&t.cal, "roster.registrar", "{'institution':'Nowy'}")));
	CHECK(t.cal.n->roster.before_count == 1);
	CHECK(t.cal.n->roster.members_count == 2);
	fixture_practice(&t.cal, "Dalej");
	CHECK(t.cal.n->own->counting_seq == t.cal.n->own->row.seq);
	/* And back again: it is no feed before itself. */
	two_meet(&t);
	CHECK(is_made(call(&t.cal, "roster.registrar",
			   "{'institution':'Stowarzyszenie CAL'}")));
	CHECK(t.cal.n->roster.before_count == 1);
	two_drop(&t);
}

TEST(a_quota_and_relays_restate_the_rest_of_their_lists)
{
	struct two t;

	two_open(&t);
	CHECK(is_made(call(&t.cal, "roster.quota",
			   "{'institution':'Nowy','bytes':2000000000}")));
	CHECK(is_made(call(&t.cal, "roster.quota",
			   "{'institution':'Stowarzyszenie CAL',"
			   "'entries':2000000}")));
	CHECK(t.cal.n->roster.quotas_count == 2);
	/* The usual one needs no row. */
	CHECK(is_made(call(&t.cal, "roster.quota",
			   "{'institution':'Nowy','bytes':1073741824}")));
	CHECK(t.cal.n->roster.quotas_count == 1);
	CHECK(is_made(call(&t.cal, "roster.relay",
			   "{'institution':'Nowy',"
			   "'addresses':['a.pl:1','[::1]:2']}")));
	CHECK(is_made(call(&t.cal, "roster.relay",
			   "{'institution':'Stowarzyszenie CAL',"
			   "'addresses':['b.pl:1']}")));
	CHECK(t.cal.n->roster.relays_count == 2);
	CHECK(is_made(call(&t.cal, "roster.relay", "{'institution':'Nowy'}")));
	CHECK(t.cal.n->roster.relays_count == 1);
	two_drop(&t);
}

/* --- Root keys ----------------------------------------------------------------- */

/* The policy of two keys: CAL's and Mława's. */
static void add_second_root_key(struct two *t)
{
	char json[200], key[WICI_HEX_LEN + 1];

	wici_hex(key, t->mlawa.n->keys.identity.b, WICI_KEY_LEN);
	(void)snprintf(json, sizeof(json), "{'add':['%s']}", key);
	/* The policy that it brings wants two approvals: Mława's as well. */
	CHECK(has(call(&t->cal, "roster.policy", json),
		  "'effective':false,'version':2"));
}

static void statement_of(const char *text, char *json, size_t max)
{
	static char hex[2 * 2000];

	call_get(text, "statement", hex, sizeof(hex));
	(void)snprintf(json, max, "{'statement':'%s'}", hex);
}

TEST(the_second_approval_makes_it_effective_on_another_machine)
{
	struct two t;
	char json[5000];

	two_open(&t);
	add_second_root_key(&t);
	statement_of(call_text, json, sizeof(json));
	CHECK(has(call(&t.mlawa, "roster.read", json), "'version':2") &&
	      has(call_text, "'have':1,'need':2"));
	CHECK(is_refused(&t.cal, "roster.approve", json, "not_permitted",
			 "already"));
	CHECK(has(call(&t.cal, "roster.submit", json), "'effective':false"));
	CHECK(is_made(call(&t.mlawa, "roster.approve", json)));
	CHECK(t.mlawa.n->roster.policy.keys_count == 2);
	two_meet(&t);
	CHECK(t.cal.n->roster.policy.threshold == 2);
	CHECK(is_refused(&t.cal, "roster.submit", json, "not_permitted",
			 "made already"));
	two_drop(&t);
}

TEST(a_key_approves_one_change_of_a_version_and_no_rival)
{
	struct two t;

	two_open(&t);
	add_second_root_key(&t);
	CHECK(is_refused(&t.cal, "roster.issuers", "{'days':100}",
			 "not_permitted", "--instead"));
	/* The note outlives a restart: it is in the book. */
	fixture_reopen(&t.cal);
	CHECK(is_refused(&t.cal, "roster.issuers", "{'days':100}",
			 "not_permitted", "--instead"));
	CHECK(is_made(
		call(&t.cal, "roster.issuers", "{'days':100,'instead':true}")));
	two_drop(&t);
}

TEST(an_old_change_is_refused_and_says_why)
{
	struct two t;
	char json[5000];

	two_open(&t);
	add_second_root_key(&t);
	statement_of(call_text, json, sizeof(json));
	CHECK(is_made(
		call(&t.cal, "roster.issuers", "{'days':100,'instead':true}")));
	two_meet(&t);
	CHECK(is_refused(&t.mlawa, "roster.approve", json, "not_permitted",
			 "in force"));
	two_drop(&t);
}

TEST(a_root_key_of_an_institution_that_is_rekeyed_is_replaced_with_it)
{
	struct two t;
	char json[300];

	two_open(&t);
	(void)snprintf(json, sizeof(json),
		       "{'institution':'Stowarzyszenie CAL','keep_feeds':true,"
		       "'key':'3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968c"
		       "c0cd55f12af4660c'}");
	/* Its one key says so, and the new one has to say it too. */
	CHECK(has(call(&t.cal, "roster.rekey", json), "'effective':false"));
	CHECK(has(call_text, "'op':'rekey'") &&
	      has(call_text, "'op':'policy'") && has(call_text, "'open':true"));
	two_drop(&t);
}

TEST(ending_the_feed_that_admits_is_noted)
{
	struct two t;

	two_open(&t);
	CHECK(has(call(&t.cal, "roster.suspend",
		       "{'institution':'Stowarzyszenie CAL'}"),
		  "'notes':['ends_registrar','ends_issuer']"));
	two_drop(&t);
}

/* --- Feeds ------------------------------------------------------------------------ */

TEST(a_feed_is_found_by_its_first_digits_and_cut_where_it_is_said)
{
	struct two t;
	char json[200], key[WICI_HEX_LEN + 1];
	uint64_t seq;

	two_open(&t);
	fixture_practice(&t.mlawa, "Jeden");
	two_meet(&t);
	seq = t.mlawa.n->own->row.seq;
	feed_hex(&t.mlawa, key);
	(void)snprintf(json, sizeof(json), "{'feed':'%.8s','seq':%llu}", key,
		       (unsigned long long)seq - 1);
	CHECK(is_made(call(&t.cal, "roster.feeds", json)));
	two_meet(&t);
	CHECK(t.mlawa.n->own->counting_seq == seq - 1);
	CHECK(is_refused(&t.cal, "roster.feeds", "{'feed':'00000000','seq':1}",
			 "not_found", "feed"));
	(void)snprintf(json, sizeof(json), "{'feed':'%.8s','seq':99}", key);
	CHECK(is_refused(&t.cal, "roster.feeds", json, "not_found", "far"));
	two_drop(&t);
}

/* --- From a newer version ----------------------------------------------------------- */

/* A change with an op 30, as a later wici may make it. */
static void receive_newer(struct fixture *f)
{
	struct node *n = f->n;
	struct wici_statement s = {.type = WICI_STATEMENT_CHANGE};
	struct wici_secret secret;
	struct wici_mp_writer w;
	struct wici_bytes bytes;
	uint8_t body[300], buf[600];

	CHECK_OK(keys_identity_secret(&n->keys, n->dir_fd, NULL, &secret));
	wici_mp_writer_init(&w, body, sizeof(body));
	wici_change_begin(&w, &n->network, 1);
	wici_mp_map(&w, 1);
	wici_mp_str(&w, "op");
	wici_mp_uint(&w, 30);
	wici_change_end(&w, &n->roster.id, n->roster.version + 1);
	CHECK_OK(wici_mp_written(&w, &s.body));
	s.id = wici_hash_bytes(WICI_DOMAIN_CHANGE, s.body);
	wici_change_approve(&s.sigs[0], &n->network, &s.id, &n->keys.identity,
			    &secret);
	s.sigs_count = 1;
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_statement_encode(&w, &s);
	CHECK_OK(wici_mp_written(&w, &bytes));
	fixture_begin(f);
	CHECK_OK(node_receive_statement(n, 7, bytes));
	fixture_end(f);
}

TEST(a_change_of_a_newer_version_is_named_where_people_look)
{
	struct two t;

	two_open(&t);
	receive_newer(&t.cal);
	CHECK(t.cal.n->roster.version == 1);
	CHECK(has(call(&t.cal, "status.get", "{}"), "'newer_needed'"));
	CHECK(has(call_text, "'newer_change':2"));
	CHECK(has(call(&t.cal, "roster.show", "{}"),
		  "'needs_newer':true,'newer_change':2"));
	CHECK(has(call(&t.cal, "roster.log", "{}"),
		  "'ops':[{'op':'unknown'}]") &&
	      has(call_text, "'state':'newer'"));
	two_drop(&t);
}

TEST_MAIN(RUN(one_root_key_of_one_acts_at_once_and_everybody_follows),
	  RUN(what_would_be_without_effect_is_refused_with_a_sentence),
	  RUN(who_issues_no_more_publishes_on_and_admits_on),
	  RUN(a_registrar_that_is_replaced_publishes_on),
	  RUN(a_quota_and_relays_restate_the_rest_of_their_lists),
	  RUN(the_second_approval_makes_it_effective_on_another_machine),
	  RUN(a_key_approves_one_change_of_a_version_and_no_rival),
	  RUN(an_old_change_is_refused_and_says_why),
	  RUN(a_root_key_of_an_institution_that_is_rekeyed_is_replaced_with_it),
	  RUN(ending_the_feed_that_admits_is_noted),
	  RUN(a_feed_is_found_by_its_first_digits_and_cut_where_it_is_said),
	  RUN(a_change_of_a_newer_version_is_named_where_people_look))
