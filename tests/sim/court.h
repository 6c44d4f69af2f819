/* tests/sim/court.h — Three witnesses, of whom two are needed. */
#ifndef WICI_TESTS_SIM_COURT_H
#define WICI_TESTS_SIM_COURT_H

#include "tests/sim/fresh.h"

static struct word said;

/* CAL admits and issues; Kielce, Tarnów and Konin witness; Mława verifies. All
 * are connected to CAL, and the witnesses to Mława. */
struct court {
	struct scene s;
	struct world_node *witnesses[3];
	struct hand root;
	struct wici_id certificate;
};

static inline struct wici_witness witness_of(const struct world_node *n)
{
	return (struct wici_witness){n->node->own->row.key,
				     n->node->keys.identity};
}

static inline void name_witnesses(struct court *c, uint64_t needed,
				  size_t count)
{
	struct wici_witness rows[3];

	for (size_t i = 0; i < count; i++)
		rows[i] = witness_of(c->witnesses[i]);
	word_begin(&said, c->s.cal, 1);
	wici_op_witnesses(&said.w, needed, rows, count);
	root_says(c->s.w, c->s.cal, &said, &c->root);
}

static inline void court_begin(struct court *c, uint64_t seed)
{
	struct scene *s = &c->s;

	scene_begin(s, seed);
	c->root = hand_of(s->cal);
	c->witnesses[0] = s->kielce;
	c->witnesses[1] = gather_join(s->w, s->cal, "tarnow", NULL);
	c->witnesses[2] = gather_join(s->w, s->cal, "konin", NULL);
	for (int i = 0; i < 3; i++)
		gather_dial(s->w, c->witnesses[i], s->mlawa->address);
	settle(s->w);
	c->certificate = word_granted(s->w, s->cal, "1/2026");
	settle(s->w);
	name_witnesses(c, 2, 3);
	settle(s->w);
	CHECK(word_is(s->w, s->mlawa, &c->certificate, "VALID"));
}

static inline void court_end(struct court *c)
{
	scene_end(&c->s);
}

static inline void lose(struct court *c, struct world_node *n, bool is_lost)
{
	struct world_node *const others[] = {c->s.cal, c->s.mlawa};

	for (size_t i = 0; i < 2; i++) {
		if (is_lost)
			world_cut(c->s.w, n, others[i]);
		else
			world_mend(c->s.w, n, others[i]);
	}
}

static inline bool mlawa_says(struct court *c, const char *verdict,
			      const char *witness)
{
	return word_is(c->s.w, c->s.mlawa, &c->certificate, verdict) &&
	       checked(c->s.w, c->s.mlawa, &c->certificate, "witness", witness);
}

/* Is this said of the witness: "'ok':true,'code':''"? A row's feed stands first
 * in it, and what is asked for last. */
static inline bool seen(struct court *c, size_t i, const char *says)
{
	const char *at = answer_on(c->s.w, c->s.mlawa, &c->certificate, NULL);
	struct wici_witness w = witness_of(c->witnesses[i]);
	char feed[WICI_HEX_LEN + 1];
	const char *row;

	wici_hex(feed, w.feed.b, WICI_KEY_LEN);
	row = strstr(at, feed);
	CHECK(row);
	row = strstr(row, "'ok':");
	CHECK(row);
	if (strncmp(row, says, strlen(says)) != 0)
		print_error("%.60s\n", row);
	return strncmp(row, says, strlen(says)) == 0;
}

/* What n holds of this feed behind what `to` does is given to it, and nothing
 * else. */
static inline void pass_on(struct court *c, const struct world_node *n,
			   struct world_node *to, const struct wici_key *feed)
{
	static uint8_t buf[WICI_MESSAGE_LEN_MAX];
	uint64_t from = world_holds_of(to, feed) + 1;
	struct wici_bytes run;
	struct wici_head at;

	CHECK_OK(node_read_run(n->node, feed, from, world_holds_of(n, feed),
			       buf, sizeof(buf), &run));
	world_begin(c->s.w, to);
	CHECK_OK(node_receive_run(to->node, 9999, run, &at));
	world_end(c->s.w, to);
}

#endif
