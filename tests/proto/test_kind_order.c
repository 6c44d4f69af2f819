/* tests/proto/test_kind_order.c — The order in which people tell the fields. */
#include "proto/kinds.h"
#include "tests/test.h"

#include <string.h>

#define FOR_EACH_KIND(k) for (size_t k = 0; wici_kinds[k]; k++)

/* Each row once, and no name in the order that is none. */
TEST(the_order_for_people_has_every_row_once)
{
	FOR_EACH_KIND(i)
	{
		const struct wici_kind *k = wici_kinds[i];
		const char *order = k->order ? k->order : "";
		size_t names = 0;
		size_t rows = 0;

		for (const char *p = order; *p; p++)
			names += p == order || *p == ' ';
		while (k->fields[rows].name)
			rows++;
		for (size_t n = 0; n < rows; n++) {
			const struct wici_field *f = wici_field_nth(k, n);

			CHECK(f != NULL);
			for (size_t m = 0; m < n; m++)
				CHECK(wici_field_nth(k, m) != f);
			if (n < names)
				CHECK(strstr(order, f->name) != NULL);
		}
		CHECK(!wici_field_nth(k, rows));
	}
}

TEST_MAIN(RUN(the_order_for_people_has_every_row_once))
