/* tests/sim/test_story.c — Three institutions and an association, without a
 * socket: founding, inviting, joining, publishing, granting, revoking. */
#include "tests/sim/world.h"
#include "tests/test.h"

#include <unistd.h>

#define CAL "Stowarzyszenie CAL"
#define SW  "MOPS Stalowa Wola"
#define ML  "MOPS Mława"

struct story {
	struct world *w;
	struct world_node *cal, *mlawa, *stalowa;
};

static struct world *telling; /* Whose trace a failure shows. */

static struct world_reply ok(struct world_reply r)
{
	if (r.has_error)
		print_error("%s\n%s", r.code, world_trace(telling));
	CHECK(!r.has_error);
	return r;
}

static void found(struct story *s, uint64_t seed)
{
	s->w = telling = world_new(seed);
	s->cal = world_add(s->w, "cal");
	s->mlawa = world_add(s->w, "mlawa");
	s->stalowa = world_add(s->w, "stalowa");
	ok(world_call(s->w, s->cal, "identity.init",
		      (struct world_param[]){{"name", CAL, false},
					     {"no_passphrase", NULL, true},
					     {NULL, NULL, false}}));
	ok(world_call(s->w, s->cal, "network.create",
		      (struct world_param[]){{"name", "Sieć OSL", false},
					     {"issuer", "cal", false},
					     {"single", NULL, true},
					     {NULL, NULL, false}}));
}

static const char *invite(struct story *s, const char *name, const char *via)
{
	struct world_param params[] = {{"name", name, false},
				       {via ? "via" : NULL, via, false},
				       {NULL, NULL, false}};
	struct world_reply r =
		ok(world_call(s->w, s->cal, "invite.create", params));

	return world_str(&r, "token");
}

static struct world_reply join(struct story *s, struct world_node *n,
			       const char *name, const char *token)
{
	return world_call(s->w, n, "network.join",
			  (struct world_param[]){{"token", token, false},
						 {"name", name, false},
						 {"no_passphrase", NULL, true},
						 {NULL, NULL, false}});
}

static void gather(struct story *s, uint64_t seed)
{
	found(s, seed);
	ok(join(s, s->mlawa, ML, invite(s, ML, NULL)));
	ok(join(s, s->stalowa, SW, invite(s, SW, "mlawa:8481")));
	CHECK(world_settle(s->w, 60000));
}

static const char *grant(struct story *s)
{
	struct world_reply r = ok(world_call(
		s->w, s->cal, "certificate.grant",
		(struct world_param[]){{"holder", ML, false},
				       {"scheme", "cal", false},
				       {"name", "Certyfikat Jakości", false},
				       {"valid_from", "2022", false},
				       {"valid_until", "2026", false},
				       {NULL, NULL, false}}));

	return world_str(&r, "id");
}

static const char *verify(struct story *s, struct world_node *n,
			  const char *ref, const char *on)
{
	struct world_reply r = ok(
		world_call(s->w, n, "cert.verify",
			   (struct world_param[]){{"ref", ref, false},
						  {on ? "on" : NULL, on, false},
						  {NULL, NULL, false}}));

	return world_str(&r, "verdict");
}

static void publish(struct story *s, struct world_node *n, const char *title)
{
	ok(world_call(s->w, n, "practice.publish",
		      (struct world_param[]){{"title", title, false},
					     {NULL, NULL, false}}));
}

static bool all_equal(const struct story *s)
{
	return world_is_equal(s->cal, s->mlawa) &&
	       world_is_equal(s->mlawa, s->stalowa);
}

static void end(struct story *s)
{
	world_free(s->w);
}

TEST(a_certificate_reaches_a_node_that_never_met_its_issuer)
{
	static const char *const story[] = {"cal is asked network.create",
					    "cal holds 3 of cal",
					    "mlawa is asked network.join",
					    "mlawa dials cal",
					    "mlawa holds",
					    "of cal",
					    "stalowa is asked network.join",
					    "stalowa dials mlawa",
					    "cal is asked certificate.grant",
					    "stalowa holds",
					    NULL};
	struct story s;
	const char *id;

	gather(&s, 1);
	id = grant(&s);
	CHECK(world_settle(s.w, 60000));
	CHECK(strcmp(verify(&s, s.stalowa, id, "2024-05-05"), "VALID") == 0);
	CHECK(strcmp(verify(&s, s.stalowa, id, "2027-01-01"), "EXPIRED") == 0);
	CHECK(!world_have_met(s.w, s.stalowa, s.cal));
	CHECK(all_equal(&s));
	CHECK(world_tells(s.w, story));
	end(&s);
}

TEST(both_sides_of_an_invitation_show_the_same_six_digits)
{
	struct world_reply list, joined;
	struct story s;
	const char *code;

	found(&s, 2);
	joined = ok(join(&s, s.mlawa, ML, invite(&s, ML, NULL)));
	code = world_str(&joined, "code");
	CHECK(strlen(code) == 6);
	list = ok(world_call(s.w, s.cal, "invite.list", NULL));
	CHECK(memmem(list.result.p, list.result.len, code, 6) != NULL);
	end(&s);
}

TEST(an_invitation_admits_once)
{
	struct world_reply r;
	const char *token;
	struct story s;

	found(&s, 3);
	token = invite(&s, ML, NULL);
	ok(join(&s, s.mlawa, ML, token));
	r = join(&s, s.stalowa, SW, token);
	CHECK(r.has_error && strcmp(r.code, "token_used") == 0);
	/* That join is over: nobody is dialled for it any more. */
	r = ok(world_call(s.w, s.stalowa, "status.get", NULL));
	CHECK(strcmp(world_str(&r, "next"), "network") == 0);
	world_run(s.w, 5000);
	CHECK(s.stalowa->node->peers.rows == NULL);
	ok(join(&s, s.stalowa, SW, invite(&s, SW, NULL)));
	end(&s);
}

TEST(an_institution_whose_identity_key_is_kept_elsewhere_works_on)
{
	char path[128];
	struct world_reply r;
	struct story s;

	gather(&s, 6);
	world_kill(s.w, s.mlawa);
	(void)snprintf(path, sizeof(path), "%s/identity.key", s.mlawa->dir);
	CHECK(unlink(path) == 0);
	world_start(s.w, s.mlawa);
	r = world_call(s.w, s.mlawa, "identity.init",
		       (struct world_param[]){{"name", "Inna", false},
					      {"no_passphrase", NULL, true},
					      {NULL, NULL, false}});
	CHECK(r.has_error && strcmp(r.code, "not_permitted") == 0);
	r = ok(world_call(s.w, s.mlawa, "status.get", NULL));
	CHECK(strcmp(world_str(&r, "name"), ML) == 0);
	CHECK(strcmp(world_str(&r, "next"), "") == 0);
	publish(&s, s.mlawa, "bez klucza tożsamości");
	world_run(s.w, 3000);
	CHECK(world_settle(s.w, 60000));
	CHECK(all_equal(&s));
	end(&s);
}

TEST(a_forwarded_join_says_when_the_registrar_is_away)
{
	struct world_reply r;
	const char *token;
	struct story s;

	found(&s, 4);
	ok(join(&s, s.mlawa, ML, invite(&s, ML, NULL)));
	token = invite(&s, SW, "mlawa:8481");
	world_cut(s.w, s.mlawa, s.cal);
	r = join(&s, s.stalowa, SW, token);
	CHECK(r.has_error);
	world_mend(s.w, s.mlawa, s.cal);
	world_run(s.w, 5000);
	ok(join(&s, s.stalowa, SW, token));
	CHECK(world_settle(s.w, 60000));
	CHECK(all_equal(&s));
	end(&s);
}

TEST(a_revocation_turns_the_verdict_everywhere)
{
	struct story s;
	const char *id;

	gather(&s, 5);
	id = grant(&s);
	CHECK(world_settle(s.w, 60000));
	CHECK(strcmp(verify(&s, s.stalowa, id, NULL), "VALID") == 0);
	ok(world_call(s.w, s.cal, "cert.revoke",
		      (struct world_param[]){{"ref", id, false},
					     {"reason", "Zarzuty", false},
					     {NULL, NULL, false}}));
	CHECK(world_settle(s.w, 60000));
	CHECK(strcmp(verify(&s, s.stalowa, id, NULL), "REVOKED") == 0);
	CHECK(strcmp(verify(&s, s.mlawa, id, NULL), "REVOKED") == 0);
	CHECK(strcmp(verify(&s, s.stalowa, id, "2024-05-05"), "VALID") == 0);
	end(&s);
}

TEST(what_was_published_apart_is_everywhere_after_they_meet)
{
	for (uint64_t seed = 10; seed < 16; seed++) {
		struct story s;

		gather(&s, seed);
		world_cut(s.w, s.mlawa, s.cal);
		world_cut(s.w, s.stalowa, s.mlawa);
		for (int i = 0; i < 40; i++) {
			publish(&s, s.cal, "u nas");
			publish(&s, s.mlawa, "w Mławie");
			publish(&s, s.stalowa, "w Stalowej Woli");
		}
		world_mend(s.w, s.stalowa, s.mlawa);
		world_run(s.w, world_random(s.w, 3000));
		world_mend(s.w, s.mlawa, s.cal);
		world_run(s.w, 3000);
		CHECK(world_settle(s.w, 120000));
		CHECK(all_equal(&s));
		CHECK(world_holds(s.stalowa, s.cal) ==
		      world_holds(s.cal, s.cal));
		end(&s);
	}
}

TEST(kill_9_at_any_time_loses_nothing_that_was_acknowledged)
{
	for (uint64_t seed = 20; seed < 30; seed++) {
		struct world_node *victim;
		uint64_t acknowledged;
		struct story s;

		gather(&s, seed);
		for (int i = 0; i < 10; i++)
			publish(&s, s.mlawa, "przed");
		victim = seed % 2 ? s.mlawa : s.stalowa;
		world_run(s.w, world_random(s.w, 20));
		acknowledged = world_holds(s.mlawa, s.mlawa);
		world_kill(s.w, victim);
		world_run(s.w, 2000);
		publish(&s, s.cal, "tymczasem");
		world_start(s.w, victim);
		CHECK(world_holds(s.mlawa, s.mlawa) == acknowledged);
		world_run(s.w, 3000);
		CHECK(world_settle(s.w, 120000));
		CHECK(all_equal(&s));
		publish(&s, s.mlawa, "potem");
		CHECK(world_settle(s.w, 60000));
		CHECK(world_holds(s.cal, s.mlawa) == acknowledged + 1);
		end(&s);
	}
}

TEST(held_by_counts_the_institutions_that_acknowledged)
{
	struct world_reply r;
	struct story s;
	const char *id;

	gather(&s, 40);
	id = grant(&s);
	CHECK(world_settle(s.w, 60000));
	r = ok(world_call(s.w, s.cal, "record.show",
			  (struct world_param[]){{"id", id, false},
						 {NULL, NULL, false}}));
	/* Stalowa Wola acknowledged to Mława, which is not the author. */
	CHECK(memmem(r.result.p, r.result.len, "\xa7held_by\x01", 9) != NULL);
	end(&s);
}

TEST_MAIN(RUN(a_certificate_reaches_a_node_that_never_met_its_issuer),
	  RUN(both_sides_of_an_invitation_show_the_same_six_digits),
	  RUN(an_invitation_admits_once),
	  RUN(an_institution_whose_identity_key_is_kept_elsewhere_works_on),
	  RUN(a_forwarded_join_says_when_the_registrar_is_away),
	  RUN(a_revocation_turns_the_verdict_everywhere),
	  RUN(what_was_published_apart_is_everywhere_after_they_meet),
	  RUN(kill_9_at_any_time_loses_nothing_that_was_acknowledged),
	  RUN(held_by_counts_the_institutions_that_acknowledged))
