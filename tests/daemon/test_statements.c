/* tests/daemon/test_statements.c — Many statements that come into the set or
 * leave it at once: as if one after the other. */
#include "daemon/statements.h"

#include <stdlib.h>

#include "tests/test.h"

#define IDS 40

static struct wici_id id_of(unsigned i)
{
	struct wici_id id = {{0}};

	id.b[0] = (uint8_t)(i * 37);
	id.b[5] = (uint8_t)i;
	return id;
}

static void check_same(const struct node *a, const struct node *b)
{
	CHECK(a->statements_count == b->statements_count);
	CHECK(a->statements_count == 0 ||
	      memcmp(a->statements, b->statements,
		     a->statements_count * sizeof(*a->statements)) == 0);
}

TEST(many_at_once_are_as_one_after_the_other)
{
	struct statement_mark marks[IDS];
	struct node one = {.statements = NULL}, many = {.statements = NULL};

	for (unsigned seed = 1; seed <= 500; seed++) {
		uint64_t version = many.sets_version;
		bool is_other = false;
		size_t count = 0;

		srand(seed);
		for (unsigned i = 0; i < IDS; i++) {
			struct wici_id id = id_of(i);

			if (rand() % 3 == 0)
				continue;
			marks[count].id = id;
			marks[count].is_in = rand() % 2;
			is_other |=
				statements_has(&one, &id) != marks[count].is_in;
			if (marks[count].is_in)
				statements_add(&one, &id);
			else
				statements_drop(&one, &id);
			count++;
		}
		statements_mark(&many, marks, count);
		check_same(&one, &many);
		CHECK((many.sets_version != version) == is_other);
	}
	free(one.statements);
	free(many.statements);
}

TEST_MAIN(RUN(many_at_once_are_as_one_after_the_other))
