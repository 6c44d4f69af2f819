/* tests/proto/test_form.c — Fields read in their order; what does not fit is
 * remembered, and nothing is read after it. */
#include "proto/form.h"

#include "tests/test.h"

static struct wici_form form(struct wici_bytes b)
{
	struct wici_form f;

	wici_form_init(&f, b);
	return f;
}

TEST(each_field_is_read_by_its_name)
{
	struct wici_form f = form(WICI_BYTES("\x85\xa1"
					     "a\x92\x01\x02\xa1"
					     "b\xc4\x02xy\xa1"
					     "c\xc3\xa1"
					     "d\xa2hi\xa1"
					     "e\x07"));
	uint8_t bin[2];

	wici_form_map(&f, 5);
	CHECK(wici_form_array(&f, "a", 2, 2) == 2);
	CHECK(wici_form_uint(&f, NULL) == 1 && wici_form_uint(&f, NULL) == 2);
	wici_form_bin(&f, "b", bin, 2);
	CHECK(memcmp(bin, "xy", 2) == 0);
	CHECK(wici_form_bool(&f, "c"));
	CHECK(wici_bytes_is(wici_form_str(&f, "d"), "hi"));
	CHECK(wici_form_raw(&f, "e").len == 1);
	CHECK(f.ok);
}

TEST(after_what_does_not_fit_all_is_zero)
{
	struct wici_form f = form(WICI_BYTES("\x83\xa1"
					     "a\x01\xa1"
					     "b\x02\xa1"
					     "c\x03"));
	uint8_t bin[2] = {1, 1};

	wici_form_map(&f, 3);
	CHECK(wici_form_uint(&f, "a") == 1 && f.ok);
	CHECK(wici_form_uint(&f, "x") == 0 && !f.ok);
	CHECK(wici_form_uint(&f, "c") == 0 && !f.ok);
	CHECK(wici_form_array(&f, "c", 0, 9) == 0);
	CHECK(!wici_form_bool(&f, "c") && !wici_form_str(&f, "c").p);
	CHECK(!wici_form_raw(&f, "c").p);
	wici_form_bin(&f, "c", bin, 2);
	CHECK(bin[0] == 0 && bin[1] == 0 && !f.ok);
}

TEST(a_map_has_exactly_its_fields)
{
	for (uint32_t fields = 0; fields < 3; fields++) {
		struct wici_form f = form(WICI_BYTES("\x81\xa1"
						     "a\x01"));

		wici_form_map(&f, fields);
		CHECK(f.ok == (fields == 1));
	}
}

TEST(a_list_has_at_least_and_at_most_so_many_items)
{
	for (uint32_t min = 0; min < 4; min++) {
		for (uint32_t max = min; max < 4; max++) {
			struct wici_form f = form(WICI_BYTES("\x92\x01\x01"));
			bool fits = min <= 2 && 2 <= max;

			CHECK(wici_form_array(&f, NULL, min, max) ==
			      (fits ? 2 : 0));
			CHECK(f.ok == fits);
		}
	}
}

TEST(bytes_have_exactly_their_length)
{
	uint8_t bin[4];

	for (size_t len = 0; len < 5; len++) {
		struct wici_form f = form(WICI_BYTES("\xc4\x02xy"));

		wici_form_bin(&f, NULL, bin, len);
		CHECK(f.ok == (len == 2));
	}
}

TEST_MAIN(RUN(each_field_is_read_by_its_name),
	  RUN(after_what_does_not_fit_all_is_zero),
	  RUN(a_map_has_exactly_its_fields),
	  RUN(a_list_has_at_least_and_at_most_so_many_items),
	  RUN(bytes_have_exactly_their_length))
