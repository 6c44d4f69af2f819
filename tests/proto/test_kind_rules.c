/* tests/proto/test_kind_rules.c — The rules between the fields of single
 * kinds: what contradicts the rest is refused with its name. */
#include "proto/kinds/anchoring.h"
#include "proto/kinds/area.h"
#include "proto/kinds/commission.h"
#include "proto/kinds/partnership.h"
#include "proto/kinds/place.h"
#include "proto/mp_write.h"
#include "tests/test.h"

/* A body of strings; "contractor" is an organisation, "parties" one in a list.
 * Keys ascend; the first NULL ends them. */
struct ruled {
	const struct wici_kind *kind;
	const char *pairs[5][2];
	const char *field; /* NULL: it fits. */
	const char *expected;
};

static void write_pair(struct wici_mp_writer *w, const char *key,
		       const char *value)
{
	bool is_list = strcmp(key, "parties") == 0;

	wici_mp_str(w, key);
	if (is_list)
		wici_mp_array(w, 1);
	if (is_list || strcmp(key, "contractor") == 0) {
		wici_mp_map(w, 1);
		wici_mp_str(w, "name");
	}
	wici_mp_str(w, value);
}

static void check_ruled(const struct ruled *r)
{
	uint8_t buf[512];
	struct wici_mp_writer w;
	struct wici_problem p;
	struct wici_bytes b;
	uint32_t count = 0;
	enum wici_err err;

	while (count < 5 && r->pairs[count][0])
		count++;
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, count);
	for (uint32_t i = 0; i < count; i++)
		write_pair(&w, r->pairs[i][0], r->pairs[i][1]);
	CHECK_OK(wici_mp_written(&w, &b));
	err = wici_kind_check(r->kind, b, &p);
	if (!r->field) {
		CHECK_OK(err);
		return;
	}
	CHECK_ERR(err, WICI_BAD_FIELD);
	CHECK(strcmp(p.field, r->field) == 0);
	CHECK(strcmp(p.expected, r->expected) == 0);
}

/* clang-format off */
TEST(what_its_other_fields_contradict_is_refused_with_the_fields_name)
{
	static const struct ruled rows[] = {
		{&wici_kind_area_update,
		 {{"estate", "x"}, {"since_year", "2016"}, {"until", "2015"}},
		 "until", "rule"},
		{&wici_kind_area_update,
		 {{"estate", "x"}, {"since_year", "2016"}, {"until", "2016"}},
		 NULL, NULL},
		{&wici_kind_place_update,
		 {{"closed", "2013"}, {"name", "x"}, {"opened", "2014-05"}},
		 "closed", "rule"},
		{&wici_kind_place_update,
		 {{"closed", "2014"}, {"name", "x"}, {"opened", "2014-05"}},
		 NULL, NULL},
		{&wici_kind_partnership_update,
		 {{"parties", "x"}, {"purpose", "x"}, {"since", "2014"},
		  {"until", "2013-12-31"}},
		 "until", "rule"},
		{&wici_kind_commission_update,
		 {{"contractor", "x"}, {"since", "2014"},
		  {"state", "settled"}, {"subject", "x"}, {"until", "2013"}},
		 "until", "rule"},
		{&wici_kind_commission_update,
		 {{"state", "contract"}, {"subject", "x"}},
		 "contractor", "required"},
		{&wici_kind_commission_update,
		 {{"state", "tender"}, {"subject", "x"}}, NULL, NULL},
		{&wici_kind_commission_update,
		 {{"contractor", "x"}, {"state", "settled"}, {"subject", "x"}},
		 NULL, NULL},
		{&wici_kind_anchoring_update,
		 {{"doc_kind", "statut"}, {"state", "adopted"}},
		 "act_ref", "required"},
		{&wici_kind_anchoring_update,
		 {{"doc_kind", "statut"}, {"state", "draft"}}, NULL, NULL},
		{&wici_kind_anchoring_update,
		 {{"act_ref", "XL/1"}, {"doc_kind", "statut"},
		  {"state", "adopted"}}, NULL, NULL},
		{&wici_kind_anchoring_update,
		 {{"doc_kind", "statut"}, {"state", "void"}},
		 "state", "word"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check_ruled(&rows[i]);
}
/* clang-format on */

TEST_MAIN(RUN(what_its_other_fields_contradict_is_refused_with_the_fields_name))
