/* tests/sim/test_order.c — Whatever the root says, whoever forks, closes or
 * admits, and whatever is heard of first: all nodes end with the same
 * fingerprints, and judge every entry alike. */
#include "daemon/judge.h"
#include "daemon/membership.h"
#include "daemon/view.h"
#include "tests/sim/order.h"
#include "tests/sim/restore.h"

#define ORDERS 60 /* Seeds. */
#define STEPS  120

/* ---- hearing ---- */

/* A branch from its beginning. */
static void show(struct order *o, struct world_node *n, size_t leaf)
{
	size_t path[LEAVES], count = 0;
	enum wici_err err = WICI_OK;

	for (; leaf != NO_PLACE; leaf = o->leaves[leaf].parent)
		path[count++] = leaf;
	world_begin(o->s.w, n);
	while (count-- && (err == WICI_OK || err == WICI_END)) {
		const struct leaf *l = &o->leaves[path[count]];
		struct wici_head head;

		err = node_receive_run(n->node, 9999,
				       (struct wici_bytes){l->run, l->len},
				       &head);
	}
	world_end(o->s.w, n);
}

static void hear(struct order *o, struct world_node *n)
{
	if (!n->is_up)
		return;
	if (o->words_count && pick(o, 2))
		(void)word_tell(o->s.w, n, o->words[pick(o, o->words_count)]);
	else
		show(o, n,
		     o->leaves_count - 1 -
			     pick(o,
				  o->leaves_count < 20 ? o->leaves_count : 20));
}

/* Two histories of one feed, each shown to a node that is alone just now. */
static void fork_feed(struct order *o, struct world_node *a,
		      struct world_node *b)
{
	size_t author = pick(o, AUTHORS);
	size_t at = any_leaf(o, author);

	if (a == b || !a->is_up || !b->is_up || o->leaves_count + 6 > LEAVES)
		return;
	for (size_t i = 0; i < 3; i++) {
		for (size_t k = 0; k < i; k++)
			world_cut(o->s.w, o->nodes[i], o->nodes[k]);
	}
	write_from(o, author, at, 1 + pick(o, 3));
	show(o, a, o->leaves_count - 1);
	write_from(o, author, at, 1 + pick(o, 3));
	show(o, b, o->leaves_count - 1);
}

static void admit(struct order *o, size_t author)
{
	struct wici_head head;

	if (!o->s.cal->is_up || o->is_admitted[author])
		return;
	world_begin(o->s.w, o->s.cal);
	o->is_admitted[author] =
		membership_admit(o->s.cal->node, &o->identities[author],
				 wici_bytes_str("Autor"), NULL,
				 &head) == WICI_OK;
	world_end(o->s.w, o->s.cal);
}

/* ---- what everybody thinks ---- */

static void tell_feed(struct world_node *n, const struct feed *feed, FILE *f)
{
	fprintf(f,
		"feed %02x%02x%02x: %d to %llu, %d %d %d:", feed->row.key.b[0],
		feed->row.key.b[1], feed->row.key.b[2], feed->limit.why,
		(unsigned long long)feed->counting_seq, feed->is_forked,
		feed->is_reached, feed->is_succeeded);
	for (uint64_t seq = 1; seq <= feed->counting_seq; seq++) {
		struct entry_row row;

		CHECK_OK(entry_at(n->node->store, feed->row.n, seq, &row));
		fprintf(f, " %d", view_standing(n->node, &row));
	}
	fprintf(f, "\n");
}

/* Who has kept what does not count says whose it is not; who never had it, that
 * there is none. */
static const char *verdict(struct order *o, struct world_node *n,
			   const struct wici_id *id)
{
	const char *is = word_verdict(o->s.w, n, id);

	return strcmp(is, "NOT_FOUND") == 0 ? "UNKNOWN_ISSUER" : is;
}

/* All that must be the same; the caller frees it. */
static char *opinion(struct order *o, struct world_node *n)
{
	const struct wici_roster *r = &n->node->roster;
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	fprintf(f, "version %llu %02x%02x, forked %d\n",
		(unsigned long long)r->version, r->id.b[0], r->id.b[1],
		r->is_forked);
	for (size_t i = 0; i < r->members_count; i++) {
		const struct wici_member *m = &r->space.members[i];

		fprintf(f, "member %02x%02x%02x: key %02x%02x, %d, %s\n",
			m->identity.b[0], m->identity.b[1], m->identity.b[2],
			m->key.b[0], m->key.b[1], m->is_suspended, m->name);
	}
	world_begin(o->s.w, n);
	for (size_t i = 0; i < n->node->feeds.count; i++) {
		if (n->node->feeds.by_key[i]->counts)
			tell_feed(n, n->node->feeds.by_key[i], f);
	}
	world_end(o->s.w, n);
	for (size_t i = 0; i < o->leaves_count; i++) {
		if (o->leaves[i].kind == WICI_KIND_CERTIFICATE_GRANT &&
		    i % 4 == 0)
			fprintf(f, "grant %zu: %s\n", i,
				verdict(o, n, &o->leaves[i].head.id));
	}
	(void)fclose(f);
	return text;
}

static bool are_equal(const struct order *o)
{
	return world_is_equal(o->nodes[0], o->nodes[1]) &&
	       world_is_equal(o->nodes[0], o->nodes[2]);
}

static void check_opinions(struct order *o, uint64_t seed)
{
	char *first = opinion(o, o->nodes[0]);

	for (size_t i = 1; i < 3; i++) {
		char *text = opinion(o, o->nodes[i]);

		if (strcmp(first, text) != 0)
			print_error("seed %llu\n%s---\n%s",
				    (unsigned long long)seed, first, text);
		CHECK(strcmp(first, text) == 0);
		free(text);
	}
	free(first);
}

/* ---- ---- */

static void step(struct order *o)
{
	struct world_node *a = any(o), *b = any(o);

	switch (pick(o, 14)) {
	case 0:
		admit(o, pick(o, AUTHORS));
		break;
	case 1:
	case 2:
		write_some(o);
		break;
	case 3:
		speak(o);
		break;
	case 4:
		choose(o);
		break;
	case 5:
		fork_feed(o, a, b);
		break;
	case 6:
	case 7:
		if (a != b)
			world_mend(o->s.w, a, b);
		break;
	case 8:
		if (a->is_up)
			world_kill(o->s.w, a);
		else
			world_start(o->s.w, a);
		break;
	default:
		hear(o, a);
		break;
	}
	world_run(o->s.w, world_random(o->s.w, 3000));
}

static void order_begin(struct order *o, uint64_t seed)
{
	static const char *const names[] = {"a", "b", "c"};

	scene_begin(&o->s, seed);
	gather_dial(o->s.w, o->s.kielce, o->s.mlawa->address);
	settle(o->s.w);
	o->nodes[0] = o->s.cal;
	o->nodes[1] = o->s.mlawa;
	o->nodes[2] = o->s.kielce;
	o->root = hand_of(o->s.cal);
	o->registrar = word_head(o->s.cal, &o->s.cal->node->keys.feed);
	for (size_t i = 0; i < AUTHORS; i++) {
		o->authors[i] = hostile_stranger(o->s.w, names[i],
						 &o->s.cal->node->network);
		o->identities[i] = o->keys[i].key = o->authors[i]->identity;
		o->keys[i].secret = o->authors[i]->identity_secret;
		open_feed(o, i);
	}
	admit(o, 0);
	admit(o, 1);
}

/* All is heard by somebody, and everybody hears of everybody. */
static void order_arrive(struct order *o)
{
	uint64_t until_ms;

	for (size_t i = 0; i < 3; i++) {
		if (!o->nodes[i]->is_up)
			world_start(o->s.w, o->nodes[i]);
		for (size_t k = 0; k < i; k++)
			world_mend(o->s.w, o->nodes[i], o->nodes[k]);
	}
	for (size_t i = 0; i < AUTHORS; i++)
		admit(o, i);
	for (size_t i = o->words_count; i--;)
		(void)word_tell(o->s.w, any(o), o->words[i]);
	until_ms = world_time(o->s.w) + 900000;
	world_run(o->s.w, 60000);
	while (!are_equal(o) && world_time(o->s.w) < until_ms)
		world_run(o->s.w, 5000);
}

static void order_end(struct order *o)
{
	world_free(o->s.w);
	while (o->words_count)
		free(o->words[--o->words_count]);
}

TEST(no_order_of_hearing_makes_two_nodes_think_differently)
{
	static struct order o;
	uint64_t forks = 0, versions = 0;

	for (uint64_t seed = 1; seed <= ORDERS; seed++) {
		memset(&o, 0, sizeof(o));
		order_begin(&o, seed);
		for (int i = 0; i < STEPS; i++)
			step(&o);
		order_arrive(&o);
		if (!are_equal(&o))
			print_error("seed %llu\n%s", (unsigned long long)seed,
				    world_trace(o.s.w));
		check_opinions(&o, seed);
		CHECK(are_equal(&o));
		CHECK(world_blames(o.s.w) == 0);
		forks += o.s.cal->node->forks_count;
		versions += o.s.cal->node->roster.version;
		/* Nothing of it is remembered: it is found anew. */
		for (size_t i = 0; i < 3; i++)
			restart(&o.s, o.nodes[pick(&o, 3)]);
		settle(o.s.w);
		check_opinions(&o, seed);
		CHECK(are_equal(&o));
		order_end(&o);
	}
	/* It was no idle talk. */
	CHECK(forks > ORDERS / 2 && versions > 3 * ORDERS);
}

TEST_MAIN(RUN(no_order_of_hearing_makes_two_nodes_think_differently))
