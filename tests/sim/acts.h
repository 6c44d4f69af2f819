/* tests/sim/acts.h — Acts by hand: grants, what is done to them, beacons,
 * witness entries and changes of the root, drawn from the world's seed; true or
 * not, as issuers and witnesses may say what they like. */
#ifndef WICI_TESTS_SIM_ACTS_H
#define WICI_TESTS_SIM_ACTS_H

#include "tests/sim/fresh.h"

#define AUTHORS 3
#define ACTS    150
#define WORDS   12
#define NUMBERS 6

struct act_made { /* An entry of an author's feed, as a run of one. */
	size_t author;
	struct wici_head head;
	uint16_t kind;
	struct wici_id of; /* What it decides about, or supersedes. */
	bool is_at_once;   /* In force by the world's first day. */
	char number[8];    /* Of a grant; "": none. */
	uint8_t run[900];
	size_t len;
};

struct acts {
	struct scene s;
	struct world_node *nodes[3];
	struct hand root;
	struct wici_id founded;           /* Change 1. */
	struct hostile *authors[AUTHORS]; /* Never connected. */
	struct act_made made[ACTS];
	size_t count;
	struct word *words[WORDS]; /* Each follows the one before it. */
	size_t words_count;
	struct wici_id rooted[WORDS]; /* Whom the root revoked, ever. */
	size_t rooted_count;
};

static inline size_t pick(struct acts *a, size_t below)
{
	return (size_t)world_random(a->s.w, below);
}

static inline struct world_node *any(struct acts *a)
{
	return a->nodes[pick(a, 3)];
}

/* ---- payloads; until the next ---- */

static uint8_t said_buf[2048];

static inline struct wici_bytes said_end(struct wici_mp_writer *w)
{
	struct wici_bytes payload;

	CHECK_OK(wici_mp_written(w, &payload));
	return payload;
}

static inline void put_str(struct wici_mp_writer *w, const char *key,
			   const char *value)
{
	wici_mp_str(w, key);
	wici_mp_str(w, value);
}

static inline void put_id(struct wici_mp_writer *w, const char *key,
			  const uint8_t b[32])
{
	wici_mp_str(w, key);
	wici_mp_bin(w, b, 32);
}

/* Any act made so far of this kind; NULL: there is none. */
static inline const struct act_made *any_made(struct acts *a, uint16_t kind)
{
	for (int tries = 0; a->count && tries < 60; tries++) {
		size_t i = pick(a, a->count);

		if (a->made[i].kind == kind)
			return &a->made[i];
	}
	return NULL;
}

static inline struct wici_bytes new_grant(struct acts *a, struct act_made *m)
{
	static const char *const froms[] = {"2020", "2026-11", "2026-11-21",
					    "2027"};
	const struct act_made *old = any_made(a, WICI_KIND_CERTIFICATE_GRANT);
	bool corrects = old && pick(a, 3) == 0;
	bool is_dated = pick(a, 6) > 0;
	struct wici_mp_writer w;

	(void)snprintf(m->number, sizeof(m->number), "n%zu", pick(a, NUMBERS));
	if (corrects)
		m->of = old->head.id;
	wici_mp_writer_init(&w, said_buf, sizeof(said_buf));
	wici_mp_map(&w, 4u + corrects + 2u * is_dated);
	put_id(&w, "holder", a->authors[0]->identity.b);
	wici_mp_str(&w, "index");
	wici_mp_uint(&w, pick(a, 8) ? a->count : pick(a, a->count));
	put_str(&w, "number", m->number);
	put_str(&w, "scheme", pick(a, 8) ? "cal" : "inny");
	if (corrects)
		put_id(&w, "supersedes", m->of.b);
	if (is_dated) {
		put_str(&w, "valid_from", froms[pick(a, pick(a, 3) ? 2 : 4)]);
		put_str(&w, "valid_until", pick(a, 5) ? "2030" : "2027");
	}
	return said_end(&w);
}

static inline struct wici_bytes new_decision(struct acts *a, struct act_made *m)
{
	static const char *const days[] = {"2026-11-20", "2026-11-21",
					   "2026-11-25", "2028-01-01"};
	const struct act_made *grant = any_made(a, WICI_KIND_CERTIFICATE_GRANT);
	size_t day = pick(a, 6);
	struct wici_mp_writer w;

	m->kind = (uint16_t[]){WICI_KIND_CERTIFICATE_SUSPEND,
			       WICI_KIND_CERTIFICATE_REVOKE,
			       WICI_KIND_CERTIFICATE_REINSTATE}[pick(a, 3)];
	m->is_at_once = day != 2 && day != 3;
	if (grant)
		m->of = grant->head.id;
	wici_mp_writer_init(&w, said_buf, sizeof(said_buf));
	wici_mp_map(&w, day < 4 ? 2 : 1);
	put_id(&w, "certificate", m->of.b);
	if (day < 4)
		put_str(&w, "effective", days[day]);
	return said_end(&w);
}

/* Mostly: all is well. */
static inline struct wici_bytes new_beacon(struct acts *a)
{
	struct wici_mp_writer w;
	struct wici_id grants;
	uint8_t states[ACTS / 4 + 1];

	memset(states, 0x55, sizeof(states));
	if (pick(a, 4) == 0)
		states[pick(a, sizeof(states))] = (uint8_t)pick(a, 256);
	world_bytes(a->s.w, grants.b, sizeof(grants.b));
	wici_mp_writer_init(&w, said_buf, sizeof(said_buf));
	wici_mp_map(&w, 4);
	put_id(&w, "grants", grants.b);
	wici_mp_str(&w, "roster");
	wici_mp_uint(&w, pick(a, 10) ? 1 : pick(a, 8));
	put_str(&w, "scheme", pick(a, 10) ? "cal" : "inny");
	wici_mp_str(&w, "states");
	wici_mp_bin(&w, states,
		    sizeof(states) - (pick(a, 6) ? 0 : pick(a, 30)));
	return said_end(&w);
}

static inline void put_head(struct wici_mp_writer *w,
			    const struct wici_head *head)
{
	wici_mp_map(w, 3);
	put_id(w, "feed", head->feed.b);
	put_id(w, "id", head->id.b);
	wici_mp_str(w, "seq");
	wici_mp_uint(w, head->seq);
}

/* Heads that there are, one of each author; now and then one made up. */
static inline struct wici_bytes new_sight(struct acts *a)
{
	struct wici_head heads[AUTHORS] = {{.seq = 0}};
	const struct word *said =
		a->words_count ? a->words[a->words_count - 1] : NULL;
	struct wici_mp_writer w;
	size_t count = 0;

	for (size_t i = 0; i < a->count; i++)
		if (pick(a, 3))
			heads[a->made[i].author] = a->made[i].head;
	if (said && pick(a, 4) == 0)
		said = a->words[pick(a, a->words_count)];
	for (size_t i = 0; i < AUTHORS; i++)
		count += heads[i].seq > 0;
	if (count && pick(a, 10) == 0)
		heads[pick(a, AUTHORS)].id.b[0] ^= 1;
	wici_mp_writer_init(&w, said_buf, sizeof(said_buf));
	wici_mp_map(&w, count ? 5 : 4);
	if (count) {
		wici_mp_str(&w, "heads");
		wici_mp_array(&w, (uint32_t)count);
	}
	for (size_t i = 0; i < AUTHORS; i++)
		if (heads[i].seq)
			put_head(&w, &heads[i]);
	wici_mp_str(&w, "heads_count");
	wici_mp_uint(&w, 9);
	put_id(&w, "heads_root", a->founded.b);
	wici_mp_str(&w, "roster");
	wici_mp_uint(&w, said ? said->version : 1);
	put_id(&w, "roster_id", said ? said->id.b : a->founded.b);
	return said_end(&w);
}

/* ---- entries ---- */

static inline struct wici_bytes new_payload(struct acts *a, struct act_made *m)
{
	switch (pick(a, 10)) {
	case 0:
	case 1:
	case 2:
		m->kind = WICI_KIND_CERTIFICATE_GRANT;
		return new_grant(a, m);
	case 3:
	case 4:
	case 5:
		return new_decision(a, m);
	case 6:
	case 7:
		m->kind = WICI_KIND_BEACON;
		return new_beacon(a);
	case 8:
		m->kind = WICI_KIND_WITNESS;
		return new_sight(a);
	default:
		m->kind = 0x8000;
		return (struct wici_bytes){(const uint8_t *)"\x80", 1};
	}
}

/* Of this day, mostly: the clocks of some are not right. Never less than an
 * hour ahead: that is clipped to the time of the question. */
static inline int64_t any_time(struct acts *a)
{
	static const int64_t off[] = {WORLD_CLOCK_2099, -WORLD_WALL_MS + 1,
				      -9 * (int64_t)DAY_MS,
				      -2 * (int64_t)DAY_MS};

	return WORLD_WALL_MS + 1 + (int64_t)pick(a, 1000) +
	       (pick(a, 12) ? 0 : off[pick(a, 4)]);
}

static inline void keep(struct acts *a, struct act_made *m,
			struct wici_bytes run)
{
	CHECK(run.len <= sizeof(m->run) && a->count < ACTS);
	m->head = a->authors[m->author]->head;
	memcpy(m->run, run.p, run.len);
	m->len = run.len;
	a->made[a->count++] = *m;
}

static inline void act(struct acts *a)
{
	struct act_made m = {.author = pick(a, AUTHORS)};
	struct hostile *h = a->authors[m.author];
	struct wici_bytes payload;

	if (a->count == ACTS)
		return;
	payload = new_payload(a, &m);
	h->time_ms = any_time(a);
	/* Critical: who does not know it says nothing. */
	h->flags = m.kind == 0x8000 && pick(a, 12) == 0;
	keep(a, &m, hostile_entry(h, m.kind, payload));
}

/* ---- the root ---- */

/* Mostly the newest. */
static inline struct wici_head any_place(struct acts *a, size_t author)
{
	size_t i = pick(a, 3) ? a->count - 1 : pick(a, a->count);

	while (a->made[i].author != author)
		i = (i + a->count - 1) % a->count;
	return a->made[i].head;
}

static inline void say_any_issuers(struct acts *a, struct wici_mp_writer *w)
{
	size_t present = pick(a, AUTHORS);
	struct wici_issuer issuer = {
		.scheme = "cal",
		.identity = a->authors[present]->identity,
		.token_key = a->root.key,
		.at = any_place(a, present),
	};

	for (size_t i = 0; i < AUTHORS; i++)
		if (i != present && pick(a, 4))
			issuer.closed[issuer.closed_count++].cut =
				any_place(a, i);
	wici_op_issuers(w, pick(a, 10) ? "2029-01-01" : "2026-11-20", &issuer,
			1);
}

static inline void say_any_witnesses(struct acts *a, struct wici_mp_writer *w)
{
	struct wici_witness rows[AUTHORS];
	size_t count = 0;

	for (size_t i = 0; i < AUTHORS; i++)
		if (pick(a, 2))
			rows[count++] = (struct wici_witness){
				a->authors[i]->feed, a->authors[i]->identity};
	wici_op_witnesses(w, count ? 1 : 0, rows, count);
}

static inline void root_acts(struct acts *a)
{
	const struct act_made *grant = any_made(a, WICI_KIND_CERTIFICATE_GRANT);
	const struct word *last =
		a->words_count ? a->words[a->words_count - 1] : NULL;
	struct word *said;
	size_t what = pick(a, 8);

	if (a->words_count == WORDS || !a->s.cal->is_up)
		return;
	said = calloc(1, sizeof(*said));
	CHECK(said);
	word_begin(said, a->s.cal, 1);
	said->version = last ? last->version + 1 : 2;
	if (last)
		said->prev = last->id;
	if (what < 2 && grant) {
		struct wici_revoked row = {grant->head.id, 20000};

		wici_op_revoke(&said->w, &row, 1);
		a->rooted[a->rooted_count++] = grant->head.id;
	} else if (what == 2 && a->rooted_count) {
		wici_op_lift(&said->w, &a->rooted[pick(a, a->rooted_count)], 1);
	} else if (what == 3) {
		say_any_witnesses(a, &said->w);
	} else {
		say_any_issuers(a, &said->w);
	}
	word_sign(said, &a->root, 1);
	a->words[a->words_count++] = said;
}

#endif
