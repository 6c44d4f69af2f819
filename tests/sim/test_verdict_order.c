/* tests/sim/test_verdict_order.c — Whatever is heard of first, and whatever a
 * node forgets and finds anew: all give the same verdict on every certificate,
 * and none says VALID over a revocation that it holds. */
#include "daemon/membership.h"
#include "daemon/store/book.h"
#include "daemon/store/record.h"
#include "proto/kinds/feed_open.h"
#include "tests/sim/acts.h"

#define ORDERS 20 /* Seeds. */
#define STEPS  200

#define DAYS 3
static const char *const days[DAYS] = {NULL, "2026-11-19", "2026-11-26"};

/* ---- hearing ---- */

/* What there is of this author's feed up to this act. */
static void show(struct acts *a, struct world_node *n, size_t act)
{
	const struct feed *feed =
		feeds_find(&n->node->feeds, &a->made[act].head.feed);
	uint64_t held = feed ? feed->row.seq : 0;
	enum wici_err err = WICI_OK;

	world_begin(a->s.w, n);
	for (size_t i = 0; i <= act && (err == WICI_OK || err == WICI_END);
	     i++) {
		const struct act_made *m = &a->made[i];
		struct wici_head head;

		if (m->author == a->made[act].author && m->head.seq > held)
			err = node_receive_run(
				n->node, 9999,
				(struct wici_bytes){m->run, m->len}, &head);
	}
	world_end(a->s.w, n);
}

static void hear(struct acts *a, struct world_node *n)
{
	size_t recent = a->count < 40 ? a->count : 40;

	if (!n->is_up)
		return;
	if (a->words_count && pick(a, 3) == 0)
		(void)word_tell(a->s.w, n, a->words[pick(a, a->words_count)]);
	else
		show(a, n, a->count - 1 - pick(a, recent));
}

/* All that is derived is made anew at the next start. */
static void forget(struct acts *a, struct world_node *n)
{
	world_begin(a->s.w, n);
	CHECK_OK(record_clear(n->node->store));
	CHECK_OK(book_set_int(n->node->store, "projection", 0));
	world_end(a->s.w, n);
	world_kill(a->s.w, n);
	world_start(a->s.w, n);
}

/* ---- a revocation that is held ---- */

static bool is_held(const struct acts *a, const struct world_node *n,
		    const struct act_made *m)
{
	const struct wici_key *feed = &m->head.feed;

	(void)a;
	return word_counts(n, feed) >= m->head.seq &&
	       wici_roster_issuer(&n->node->roster, feed, m->head.seq,
				  wici_bytes_str("cal"));
}

/* May anybody say that what this revokes was given back? */
static bool is_taken_back(const struct acts *a, const struct wici_id *grant)
{
	for (size_t i = 0; i < a->count; i++)
		if (a->made[i].kind == WICI_KIND_CERTIFICATE_REINSTATE &&
		    wici_id_equal(&a->made[i].of, grant))
			return true;
	/* Of what belongs to others too it cannot be told so simply. */
	for (size_t i = 0; i < a->count; i++) {
		const struct act_made *m = &a->made[i];

		if (m->kind == WICI_KIND_CERTIFICATE_GRANT &&
		    (wici_id_equal(&m->of, grant) ||
		     (wici_id_equal(&m->head.id, grant) &&
		      !wici_is_zero(m->of.b, WICI_ID_LEN))))
			return true;
	}
	/* The root says from when, whatever the issuer says. */
	for (size_t i = 0; i < a->rooted_count; i++)
		if (wici_id_equal(&a->rooted[i], grant))
			return true;
	return false;
}

static unsigned check_revoked(struct acts *a, struct world_node *n)
{
	unsigned count = 0;

	for (size_t i = 0; n->is_up && i < a->count; i++) {
		const struct act_made *m = &a->made[i];

		if (m->kind != WICI_KIND_CERTIFICATE_REVOKE || !m->is_at_once ||
		    !is_held(a, n, m) || is_taken_back(a, &m->of))
			continue;
		if (strcmp(word_verdict(a->s.w, n, &m->of), "VALID") == 0)
			print_error("%s\n", answer_on(a->s.w, n, &m->of, NULL));
		CHECK(strcmp(word_verdict(a->s.w, n, &m->of), "VALID") != 0);
		count++;
	}
	return count;
}

/* ---- what everybody thinks ---- */

/* Who has kept what does not count says whose it is not; who never had it, that
 * there is none. True: there is more to say. */
static bool tell(FILE *f, const char *answer)
{
	static const char *const nobodys[] = {"{'verdict':'NOT_FOUND'",
					      "{'verdict':'UNKNOWN_ISSUER'"};

	for (size_t i = 0; i < 2; i++) {
		if (strncmp(answer, nobodys[i], strlen(nobodys[i])) == 0) {
			fprintf(f, "nobody's\n");
			return false;
		}
	}
	fprintf(f, "%s\n", answer);
	return true;
}

static const char *by_number(struct acts *a, struct world_node *n,
			     const char *number)
{
	const struct world_param params[] = {{"ref", number, false},
					     {NULL, NULL, false}};
	struct world_reply r = world_call(a->s.w, n, "cert.verify", params);
	struct json_out out = {call_text, 0};
	struct wici_mp_reader reader;

	if (r.has_error)
		return r.code[0] ? "ambiguous" : "";
	wici_mp_reader_init(&reader, WICI_MP_LENIENT, r.result);
	json_from_mp(&out, &reader);
	return call_text;
}

/* Of the first of these days; the caller frees it. */
static char *opinion(struct acts *a, struct world_node *n, size_t days_count)
{
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	for (size_t i = 0; i < a->count; i++) {
		bool more = true;

		if (a->made[i].kind != WICI_KIND_CERTIFICATE_GRANT)
			continue;
		for (size_t k = 0; more && k < days_count; k++)
			more = tell(f, answer_on(a->s.w, n, &a->made[i].head.id,
						 days[k]));
	}
	for (size_t i = 0; i < NUMBERS; i++) {
		char number[8];

		(void)snprintf(number, sizeof(number), "n%zu", i);
		(void)tell(f, by_number(a, n, number));
	}
	(void)fclose(f);
	return text;
}

static void tell_difference(const char *x, const char *y)
{
	for (int told = 0; *x && *y && told < 2;) {
		size_t n = strcspn(x, "\n"), m = strcspn(y, "\n");

		if ((n != m || memcmp(x, y, n) != 0) && ++told)
			fprintf(stderr, "%.*s\n%.*s\n---\n", (int)n, x, (int)m,
				y);
		x += n + (x[n] != '\0');
		y += m + (y[m] != '\0');
	}
}

static unsigned count_in(const char *text, const char *part)
{
	unsigned count = 0;

	while ((text = strstr(text, part))) {
		text += strlen(part);
		count++;
	}
	return count;
}

/* Of how many verdicts do they all say VALID? */
static unsigned check_opinions(struct acts *a, uint64_t seed, size_t days_count)
{
	char *first = opinion(a, a->nodes[0], days_count);
	unsigned valid = count_in(first, "{'verdict':'VALID'");

	for (size_t i = 1; i < 3; i++) {
		char *text = opinion(a, a->nodes[i], days_count);

		if (strcmp(first, text) != 0) {
			print_error("seed %llu: %s\n", (unsigned long long)seed,
				    a->nodes[i]->name);
			tell_difference(first, text);
		}
		CHECK(strcmp(first, text) == 0);
		free(text);
	}
	free(first);
	return valid;
}

/* ---- ---- */

static void acts_begin(struct acts *a, uint64_t seed)
{
	static const char *const names[] = {"a", "b", "c"};

	scene_begin(&a->s, seed);
	gather_dial(a->s.w, a->s.kielce, a->s.mlawa->address);
	settle(a->s.w);
	a->nodes[0] = a->s.cal;
	a->nodes[1] = a->s.mlawa;
	a->nodes[2] = a->s.kielce;
	a->root = hand_of(a->s.cal);
	a->founded = a->s.cal->node->roster.id;
	for (size_t i = 0; i < AUTHORS; i++) {
		struct hostile *h = hostile_stranger(a->s.w, names[i],
						     &a->s.cal->node->network);
		struct act_made m = {.author = i, .kind = WICI_KIND_FEED_OPEN};
		struct wici_head head;

		a->authors[i] = h;
		keep(a, &m, (struct wici_bytes){h->open, h->open_len});
		world_begin(a->s.w, a->s.cal);
		CHECK_OK(membership_admit(a->s.cal->node, &h->identity,
					  wici_bytes_str(names[i]), NULL,
					  &head));
		world_end(a->s.w, a->s.cal);
	}
	settle(a->s.w);
	root_acts(a);
	/* Apart: each hears what it is shown. */
	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; k < i; k++)
			world_cut(a->s.w, a->nodes[i], a->nodes[k]);
}

static void step(struct acts *a)
{
	struct world_node *n = any(a), *other = any(a);

	switch (pick(a, 16)) {
	case 0:
	case 1:
	case 2:
	case 3:
	case 4:
		act(a);
		act(a);
		break;
	case 5:
		root_acts(a);
		break;
	case 6:
		if (!n->is_up)
			world_start(a->s.w, n);
		else if (pick(a, 2))
			forget(a, n);
		else
			world_kill(a->s.w, n);
		break;
	case 7:
		if (n == other)
			break;
		world_mend(a->s.w, n, other);
		world_run(a->s.w, pick(a, 4000));
		world_cut(a->s.w, n, other);
		break;
	default:
		hear(a, n);
		break;
	}
}

/* Everybody hears of all: in an order of its own, and then of the others. */
static void arrive(struct acts *a)
{
	for (size_t i = 0; i < 3; i++) {
		if (!a->nodes[i]->is_up)
			world_start(a->s.w, a->nodes[i]);
		for (size_t k = 0; k < 60; k++)
			hear(a, a->nodes[i]);
	}
	for (size_t i = 0; i < 3; i++) {
		for (size_t k = 0; k < i; k++)
			world_mend(a->s.w, a->nodes[i], a->nodes[k]);
		for (size_t k = 0; k < a->words_count; k++)
			(void)word_tell(a->s.w, a->nodes[i], a->words[k]);
		for (size_t k = a->count; k--;)
			show(a, a->nodes[i], k);
	}
	settle(a->s.w);
	world_run(a->s.w, 60000);
	CHECK(world_is_equal(a->nodes[0], a->nodes[1]));
	CHECK(world_is_equal(a->nodes[0], a->nodes[2]));
}

TEST(no_order_of_arrival_changes_any_verdict)
{
	static struct acts a;
	unsigned valid = 0, revoked = 0;

	for (uint64_t seed = 1; seed <= ORDERS; seed++) {
		memset(&a, 0, sizeof(a));
		acts_begin(&a, seed);
		for (int i = 0; i < STEPS; i++) {
			step(&a);
			if (i % 20 == 19)
				revoked += check_revoked(&a, any(&a));
		}
		arrive(&a);
		valid += check_opinions(&a, seed, DAYS);
		for (size_t i = 0; i < 3; i++) {
			revoked += check_revoked(&a, a.nodes[i]);
			if (i)
				forget(&a, a.nodes[i]);
		}
		settle(a.s.w);
		valid += check_opinions(&a, seed, 1);
		while (a.words_count)
			free(a.words[--a.words_count]);
		scene_end(&a.s);
	}
	/* It was no idle talk. */
	print_message("%u valid, %u revoked\n", valid, revoked);
	CHECK(valid > 5 * ORDERS && revoked > ORDERS);
}

TEST_MAIN(RUN(no_order_of_arrival_changes_any_verdict))
