/* tests/proto/test_process_steps.c — Processes of one institution alone, whose
 * steps each supersede the one before: where the method stands in a document, a
 * task that is given away, a partnership, an event. */
#include "proto/kinds/anchoring.h"
#include "proto/kinds/commission.h"
#include "proto/kinds/event.h"
#include "proto/kinds/partnership.h"
#include "tests/proto/story.h"

static const struct wici_kind *const kinds[] = {
	&wici_kind_anchoring_update, &wici_kind_commission_update,
	&wici_kind_partnership_update, &wici_kind_event_report};

#define FOR_EACH(k)                                                            \
	for (size_t k##_ = 0; k##_ < 4; k##_++)                                \
		for (const struct wici_kind *k = kinds[k##_]; k; k = NULL)

static uint8_t step(struct story *s, const char *word, uint8_t after)
{
	return say(s, (struct said){.by = GUEST,
				    .kind = s->acts[0].kind,
				    .word = word && word[0] ? word : NULL,
				    .after = after});
}

static void begin(struct story *s, const struct wici_kind *k, const char *word)
{
	*s = (struct story){.process = k->process, .today = 20000};
	(void)say(s, (struct said){.by = GUEST,
				   .kind = k->number,
				   .word = word && word[0] ? word : NULL});
}

/* A move into `to` from the beginning, or NULL. */
static const struct wici_move *way_into(const struct wici_process *p,
					uint8_t to)
{
	for (const struct wici_move *m = p->moves; m->kind; m++)
		if (m->from == 0 && m->to == to)
			return m;
	return NULL;
}

TEST(every_move_of_each_table_is_walked)
{
	size_t walked = 0;

	FOR_EACH(k)
	{
		const struct wici_process *p = k->process;

		for (const struct wici_move *m = p->moves; m->kind; m++) {
			const struct wici_move *in = way_into(p, m->from);
			struct story s;
			uint8_t id = 1;

			if (m->from == 0) {
				begin(&s, k, m->word);
			} else {
				CHECK(in != NULL);
				begin(&s, k, in->word);
				IS(&s, p->states[m->from].code);
				id = step(&s, m->word, 1);
			}
			IS(&s, p->states[m->to].code);
			WHY(&s, id, "");
			walked++;
		}
	}
	CHECK(walked > 60);
}

/* What the table does not name changes nothing, and says why. */
TEST(every_other_step_is_without_effect)
{
	FOR_EACH(k)
	{
		const struct wici_process *p = k->process;
		const struct wici_field *f = wici_field_flagged(k, WICI_MOVE);

		for (uint8_t from = 1; p->states[from].code; from++)
			for (size_t i = 0; f->words[i].code; i++) {
				const char *word = f->words[i].code;
				bool is_move = false;
				struct story s;
				uint8_t id;

				for (const struct wici_move *m = p->moves;
				     m->kind; m++)
					is_move |= m->from == from &&
						   strcmp(m->word, word) == 0;
				if (is_move)
					continue;
				begin(&s, k, way_into(p, from)->word);
				id = step(&s, word, 1);
				IS(&s, p->states[from].code);
				WHY(&s, id, "not_allowed");
			}
	}
}

TEST(a_declared_partnership_is_none_until_it_is_concluded)
{
	struct story s;
	uint8_t id;

	begin(&s, &wici_kind_partnership_update, "declared");
	IS(&s, "declared");
	id = step(&s, "concluded", 1);
	id = step(&s, "ongoing", id);
	IS(&s, "ongoing");
	id = step(&s, NULL, id); /* Another purpose: nothing of the state. */
	IS(&s, "ongoing");
	id = step(&s, "ended", id);
	IS(&s, "ended");
	id = step(&s, "declared", id);
	IS(&s, "ended");
	WHY(&s, id, "not_allowed");
}

TEST(an_event_that_took_place_owes_its_report)
{
	struct story s;
	uint8_t id;

	begin(&s, &wici_kind_event_report, "planned");
	s.acts[0].body = make_body(
		s.bodies[0], &(struct said){.kind = WICI_KIND_EVENT_REPORT,
					    .word = "planned",
					    .date = "2027-05-04"});
	s.today = day("2027-05-03");
	IS(&s, "planned");
	CHECK(!owes(&s, WICI_FIRST, WICI_KIND_EVENT_REPORT));
	s.today = day("2027-05-04");
	IS(&s, "planned");
	CHECK(owes(&s, WICI_FIRST, WICI_KIND_EVENT_REPORT));
	id = step(&s, NULL, 1);
	IS(&s, "reported");
	CHECK(s.o.owed_count == 0);
	id = step(&s, "cancelled", id);
	IS(&s, "reported");
	WHY(&s, id, "not_allowed");
}

/* A stranger's record that says it replaces one is none of its steps. */
TEST(only_the_author_takes_the_steps)
{
	FOR_EACH(k)
	{
		const struct wici_process *p = k->process;
		struct story s;
		uint8_t id;

		begin(&s, k, p->moves[0].word);
		id = say(&s, (struct said){.by = THIRD,
					   .kind = k->number,
					   .word = p->states[2].code,
					   .after = 1});
		IS(&s, p->states[p->moves[0].to].code);
		WHY(&s, id, "not_party");
	}
}

TEST_MAIN(RUN(every_move_of_each_table_is_walked),
	  RUN(every_other_step_is_without_effect),
	  RUN(a_declared_partnership_is_none_until_it_is_concluded),
	  RUN(an_event_that_took_place_owes_its_report),
	  RUN(only_the_author_takes_the_steps))
