/* tests/proto/story.h — Acts of a process, said one after the other, with no
 * more in them than a fold reads. */
#ifndef WICI_TESTS_PROTO_STORY_H
#define WICI_TESTS_PROTO_STORY_H

#include "proto/day.h"
#include "proto/kinds.h"
#include "proto/mp_write.h"
#include "proto/process.h"
#include "tests/test.h"

#define FOR_EACH_PROCESS(k)                                                    \
	for (size_t i_ = 0; wici_kinds[i_]; i_++)                              \
		for (const struct wici_kind *k = wici_kinds[i_];               \
		     k && k->process; k = NULL)

#define GUEST 1 /* Sides, as authors: an identity's first byte. */
#define HOST  2
#define THIRD 3

struct story {
	const struct wici_process *process;
	struct wici_act acts[32];
	uint8_t bodies[32][128];
	size_t n;
	int32_t today;
	struct wici_outcome o;
};

struct said {
	uint8_t by;
	uint16_t kind;
	uint8_t after;    /* The id it answers; 0: the first act of all. */
	const char *word; /* Of the kind's MOVE field. */
	const char *date; /* Of its ON field. */
	uint64_t seq;     /* In its feed; 0: behind what is there. */
};

static inline void put_key(struct wici_mp_writer *w, const char *name,
			   uint8_t who)
{
	uint8_t key[32] = {who};

	wici_mp_str(w, name);
	wici_mp_bin(w, key, sizeof(key));
}

/* A body with no more than what a fold reads, in the rows' order. */
static inline struct wici_bytes make_body(uint8_t buf[128],
					  const struct said *said)
{
	const struct wici_kind *kind = wici_kind_by_number(said->kind);
	struct wici_mp_writer w;
	struct wici_bytes b;
	uint32_t count = 0;

	for (int pass = 0; pass < 2; pass++) {
		if (pass) {
			wici_mp_writer_init(&w, buf, 128);
			wici_mp_map(&w, count);
		}
		for (const struct wici_field *f = kind->fields; f->name; f++) {
			bool is_word = f->flags & WICI_MOVE && said->word;
			bool is_day = f->flags & WICI_ON && said->date;
			bool is_who = f->type == WICI_TYPE_MEMBER;

			if (!pass) {
				count += is_word || is_day || is_who;
			} else if (is_who) {
				put_key(&w, f->name,
					!strcmp(f->name, "guest") ? GUEST
								  : HOST);
			} else if (is_word || is_day) {
				wici_mp_str(&w, f->name);
				wici_mp_str(&w,
					    is_word ? said->word : said->date);
			}
		}
	}
	CHECK_OK(wici_mp_written(&w, &b));
	return b;
}

static inline uint64_t next_seq(const struct story *s, uint8_t by)
{
	uint64_t seq = 0;

	for (size_t i = 0; i < s->n; i++)
		if (s->acts[i].feed.b[0] == by && s->acts[i].seq > seq)
			seq = s->acts[i].seq;
	return seq + 10;
}

/* Its id is its number, from 1. */
static inline uint8_t say(struct story *s, struct said said)
{
	struct wici_act *a = &s->acts[s->n];

	*a = (struct wici_act){.kind = said.kind};
	a->id.b[31] = (uint8_t)(s->n + 1);
	a->after.b[31] = said.after ? said.after : (uint8_t)(s->n ? 1 : 0);
	a->author.b[0] = a->feed.b[0] = said.by;
	a->seq = said.seq ? said.seq : next_seq(s, said.by);
	a->body = make_body(s->bodies[s->n], &said);
	s->n++;
	return a->id.b[31];
}

static inline const char *state_of(struct story *s)
{
	struct wici_id root = {{0}};

	root.b[31] = 1;
	for (size_t i = 0; i < s->n; i++) /* The story may have been copied. */
		s->acts[i].body.p = s->bodies[s->acts[i].id.b[31] - 1];
	wici_process_fold(&s->o, s->process, &root, s->today, s->acts, s->n);
	return s->process->states[s->o.state].code;
}

static inline const char *why(const struct story *s, uint8_t id)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->acts[i].id.b[31] == id)
			return s->acts[i].is_effective ? "" : s->acts[i].why;
	return "lost";
}

static inline bool owes(const struct story *s, uint8_t side, uint16_t kind)
{
	for (size_t i = 0; i < s->o.owed_count; i++)
		if (s->o.owed[i]->by == side && s->o.owed[i]->kind == kind)
			return true;
	return false;
}

static inline int32_t day(const char *text)
{
	int32_t d;

	CHECK_OK(wici_day_parse(&d, wici_bytes_str(text)));
	return d;
}

#define SAY(s, by_, kind_, ...)                                                \
	say(s, (struct said){                                                  \
		       .by = (by_), .kind = WICI_KIND_##kind_, __VA_ARGS__})
#define IS(s, state_)     CHECK(strcmp(state_of(s), state_) == 0)
#define WHY(s, id_, why_) CHECK(strcmp(why(s, id_), why_) == 0)

#endif
