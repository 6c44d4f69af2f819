/* tests/proto/test_process_tables.c — Every process, by its table: nothing in it
 * that cannot be, and one outcome whatever the order of arrival. */
#include "tests/proto/story.h"

static size_t states_count(const struct wici_process *p)
{
	size_t n = 0;

	while (p->states[n].code)
		n++;
	return n;
}

TEST(every_move_is_between_states_by_a_side_that_there_is)
{
	FOR_EACH_PROCESS(k)
	{
		const struct wici_process *p = k->process;
		size_t n = states_count(p);

		CHECK(n > 1 && p->name && p->label.pl && p->label.en);
		CHECK(p->moves[0].from == 0);
		for (const struct wici_move *m = p->moves; m->kind; m++) {
			const struct wici_kind *of =
				wici_kind_by_number(m->kind);

			CHECK(m->from < n && m->to < n && m->to != 0);
			CHECK(of);
			CHECK(m->by && (m->by & ~WICI_EITHER) == 0);
			CHECK(!(m->by & WICI_SECOND) || p->sides[1].field);
			if (m->word && m->word[0]) {
				const struct wici_field *f =
					wici_field_flagged(of, WICI_MOVE);

				CHECK(f &&
				      wici_word_find(f->words,
						     wici_bytes_str(m->word),
						     false));
			}
		}
	}
}

TEST(every_state_is_labelled_and_can_be_reached)
{
	FOR_EACH_PROCESS(k)
	{
		const struct wici_process *p = k->process;
		size_t n = states_count(p);
		uint32_t reached = 1;

		CHECK(n < 32);
		for (size_t round = 0; round < n; round++)
			for (const struct wici_move *m = p->moves; m->kind; m++)
				if (reached >> m->from & 1)
					reached |= 1u << m->to;
		CHECK(reached == (1u << n) - 1);
		for (size_t i = 0; i < n; i++)
			CHECK(p->states[i].label.pl[0] &&
			      p->states[i].label.en[0]);
	}
}

/* Nobody is reminded of what he may not do. */
TEST(what_is_owed_can_be_done)
{
	FOR_EACH_PROCESS(k)
	{
		const struct wici_process *p = k->process;

		for (const struct wici_owed *w = p->owed; w && w->kind; w++) {
			bool can = false;

			CHECK(w->by == WICI_FIRST || w->by == WICI_SECOND);
			for (const struct wici_move *m = p->moves; m->kind; m++)
				can |= m->from == w->in && m->kind == w->kind &&
				       (m->by & w->by);
			CHECK(can);
		}
	}
}

/* An act's kind that names a word names all there are, in some state. */
TEST(every_word_moves_something)
{
	FOR_EACH_PROCESS(k)
	{
		const struct wici_process *p = k->process;

		for (const struct wici_move *m = p->moves; m->kind; m++) {
			const struct wici_field *f = wici_field_flagged(
				wici_kind_by_number(m->kind), WICI_MOVE);

			for (size_t i = 0; f && m->word && f->words[i].code;
			     i++) {
				bool is_used = false;

				for (const struct wici_move *o = p->moves;
				     o->kind; o++)
					is_used |= o->kind == m->kind &&
						   o->word &&
						   !strcmp(o->word,
							   f->words[i].code);
				CHECK(is_used);
			}
		}
	}
}

static uint32_t random_below(uint32_t *seed, uint32_t n)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (uint32_t)(((uint64_t)*seed * n) >> 32);
}

/* Acts as two sides and a stranger might write them, on feeds of their own and
 * one more: mostly in answer to the last, else to anything, or to nothing that
 * is known. */
static void make_up(struct story *s, uint16_t root, uint32_t *seed)
{
	const char *word = s->process->moves[0].word;
	uint32_t moves = 0;

	while (s->process->moves[moves].kind)
		moves++;
	s->n = 0;
	say(s, (struct said){.by = GUEST,
			     .kind = root,
			     .word = word && word[0] ? word : NULL,
			     .date = "2027-01-01"});
	while (s->n < 14) {
		const struct wici_move *m =
			&s->process->moves[random_below(seed, moves)];
		uint32_t last = (uint32_t)s->n;
		struct said said = {
			.by = (uint8_t)(1 + random_below(seed, 9) / 4),
			.kind = m->kind,
			.word = m->word && m->word[0] ? m->word : NULL,
			.date = "2027-01-02",
			.after = (uint8_t)last,
			.seq = last * 100 + random_below(seed, 3) * 99,
		};

		if (random_below(seed, 3) == 0)
			said.after =
				(uint8_t)(1 + random_below(seed, last + 1));
		say(s, said);
		if (random_below(seed, 4) == 0)
			s->acts[s->n - 1].feed.b[0] = 7;
	}
}

TEST(every_order_of_arrival_gives_one_outcome)
{
	uint32_t seed = 7;
	size_t effective = 0;

	FOR_EACH_PROCESS(k)
	{
		for (int story = 0; story < 60; story++) {
			struct story s = {.process = k->process,
					  .today = 30000};
			struct wici_outcome first;

			make_up(&s, k->number, &seed);
			(void)state_of(&s);
			first = s.o;
			for (int round = 0; round < 30; round++) {
				for (size_t i = s.n; i > 1; i--) {
					size_t j = random_below(&seed,
								(uint32_t)i);
					struct wici_act kept = s.acts[i - 1];

					s.acts[i - 1] = s.acts[j];
					s.acts[j] = kept;
				}
				(void)state_of(&s);
				CHECK(memcmp(&first, &s.o, sizeof(first)) == 0);
			}
			for (size_t i = 1; i < s.n; i++)
				effective += s.acts[i].is_effective;
		}
	}
	CHECK(effective > 500); /* The stories were no empty ones. */
}

TEST_MAIN(RUN(every_move_is_between_states_by_a_side_that_there_is),
	  RUN(every_state_is_labelled_and_can_be_reached),
	  RUN(what_is_owed_can_be_done), RUN(every_word_moves_something),
	  RUN(every_order_of_arrival_gives_one_outcome))
