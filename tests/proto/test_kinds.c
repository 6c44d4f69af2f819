/* tests/proto/test_kinds.c — The table of kinds keeps its promises: numbers
 * and names for ever, rows in order, labels in both languages. And the rules
 * of single kinds. */
#include "proto/kinds.h"

#include "proto/kinds/beacon.h"
#include "proto/kinds/certificate.h"
#include "proto/kinds/feed_open.h"
#include "proto/kinds/feed_succeed.h"
#include "proto/kinds/member.h"
#include "proto/kinds/witness.h"
#include "proto/mp_write.h"
#include "tests/test.h"

#define FOR_EACH_KIND(k) for (size_t k = 0; wici_kinds[k]; k++)

/* Entries in stores all over the country carry these numbers. */
TEST(numbers_and_names_are_as_they_were_published)
{
	FILE *f = fopen("tests/data/kinds.txt", "r");
	unsigned int number;
	char name[64];
	size_t n = 0;

	CHECK(f != NULL);
	while (fscanf(f, "%u %63s", &number, name) == 2) {
		CHECK(wici_kinds[n] != NULL);
		CHECK(wici_kinds[n]->number == number);
		CHECK(strcmp(wici_kinds[n]->name, name) == 0);
		n++;
	}
	(void)fclose(f);
	CHECK(wici_kinds[n] == NULL);
}

TEST(numbers_ascend_and_each_kind_is_found_by_both)
{
	unsigned int last = 0;

	FOR_EACH_KIND(i)
	{
		const struct wici_kind *k = wici_kinds[i];

		CHECK(k->number > last);
		last = k->number;
		CHECK(wici_kind_by_number(k->number) == k);
		CHECK(wici_kind_by_name(wici_bytes_str(k->name)) == k);
	}
	CHECK(!wici_kind_by_number(0));
	CHECK(!wici_kind_by_number(9999));
	CHECK(!wici_kind_by_name(WICI_BYTES("practice")));
	CHECK(!wici_kind_by_name(WICI_BYTES("practice.publis")));
	CHECK(!wici_kind_by_name((struct wici_bytes){NULL, 0}));
}

static void check_label(const struct wici_label *l, const char *whose)
{
	if (!l->pl || !*l->pl || !l->en || !*l->en)
		print_error("%s lacks a label\n", whose);
	CHECK(l->pl && *l->pl && l->en && *l->en);
}

static size_t bound_len(const struct wici_field *f)
{
	if (f->flags & WICI_LIST)
		return sizeof(struct wici_bytes);
	switch (f->type) {
	case WICI_TYPE_UINT:
		return sizeof(uint64_t);
	case WICI_TYPE_BOOL:
		return sizeof(bool);
	case WICI_TYPE_DAY:
	case WICI_TYPE_WHEN:
		return sizeof(struct wici_when);
	case WICI_TYPE_MEMBER:
	case WICI_TYPE_RECORD:
		return 32;
	case WICI_TYPE_LINE:
	case WICI_TYPE_TEXT:
	case WICI_TYPE_WORD:
	case WICI_TYPE_BYTES:
	case WICI_TYPE_PARTY:
	case WICI_TYPE_FILE:
	case WICI_TYPE_MAP:
		return sizeof(struct wici_bytes);
	}
	return SIZE_MAX;
}

static void check_words(const struct wici_field *f)
{
	CHECK(f->words && f->words[0].code);
	for (const struct wici_word *w = f->words; w->code; w++) {
		check_label(&w->label, w->code);
		CHECK(wici_word_find(f->words, wici_bytes_str(w->code),
				     false) == w);
		CHECK(wici_word_find(f->words, wici_bytes_str(w->label.pl),
				     true) == w);
	}
}

static void check_limits(const struct wici_field *f)
{
	switch (f->type) {
	case WICI_TYPE_BYTES:
		if (strcmp(f->name, "states") == 0)
			break; /* A rule bounds it: see below. */
		CHECK(f->len_max > 0 && f->len_max <= 64);
		break;
	case WICI_TYPE_LINE:
	case WICI_TYPE_TEXT:
		CHECK(f->len_max > 0 && f->len_max <= 20000);
		break;
	case WICI_TYPE_WORD:
		check_words(f);
		break;
	case WICI_TYPE_MAP:
		CHECK(f->sub && f->sub[0].name);
		break;
	case WICI_TYPE_UINT:
	case WICI_TYPE_BOOL:
	case WICI_TYPE_DAY:
	case WICI_TYPE_WHEN:
	case WICI_TYPE_MEMBER:
	case WICI_TYPE_RECORD:
	case WICI_TYPE_PARTY:
	case WICI_TYPE_FILE:
		break;
	}
	CHECK(!(f->flags & WICI_LIST) == !f->items_max);
}

/* A flag of a projection must stand on a type that the projection takes. */
static void check_flags(const struct wici_field *f)
{
	bool is_day = f->type == WICI_TYPE_DAY || f->type == WICI_TYPE_WHEN;
	bool is_text = f->type == WICI_TYPE_LINE || f->type == WICI_TYPE_TEXT;
	uint16_t refs = WICI_AFTER | WICI_SUPERSEDES | WICI_SUBJECT;

	CHECK(!(f->flags & WICI_ABOUT) || f->type == WICI_TYPE_MEMBER);
	CHECK(!(f->flags & refs) || f->type == WICI_TYPE_RECORD);
	CHECK(!(f->flags & WICI_ON) || is_day);
	CHECK(!(f->flags &
		(WICI_TITLE | WICI_NUMBER | WICI_SEARCH | WICI_GUARDED)) ||
	      is_text);
	CHECK(!(f->flags & WICI_CODE) || f->type == WICI_TYPE_LINE);
	CHECK(!(f->flags & WICI_UNIQUE) || f->type == WICI_TYPE_UINT);
	CHECK(!(f->flags & WICI_MOVE) || f->words);
}

static void check_rows(const struct wici_kind *k, const struct wici_field *rows,
		       bool is_inner)
{
	for (const struct wici_field *f = rows; f->name; f++) {
		CHECK(f == rows || strcmp(f[-1].name, f->name) < 0);
		check_label(&f->label, f->name);
		check_limits(f);
		check_flags(f);
		CHECK(!is_inner || f->at == WICI_UNBOUND);
		if (f->at != WICI_UNBOUND)
			CHECK(f->at + bound_len(f) <= k->body_len);
		CHECK(wici_field_find(rows, wici_bytes_str(f->name)) == f);
		if (f->type == WICI_TYPE_MAP)
			check_rows(k, f->sub, true);
	}
}

TEST(every_row_is_in_order_labelled_bounded_and_inside_its_struct)
{
	FOR_EACH_KIND(i)
	{
		const struct wici_kind *k = wici_kinds[i];

		check_label(&k->label, k->name);
		CHECK(k->body_len <= WICI_BODY_LEN_MAX);
		CHECK(!k->check || k->body_len > 0);
		check_rows(k, k->fields, false);
	}
}

static size_t count_flagged(const struct wici_kind *k, uint16_t flag)
{
	size_t n = 0;

	for (const struct wici_field *f = k->fields; f->name; f++)
		n += (f->flags & flag) != 0;
	return n;
}

TEST(every_record_has_one_title_and_no_flag_of_a_projection_twice)
{
	static const uint16_t once[] = {
		WICI_TITLE,  WICI_ABOUT,  WICI_ON,
		WICI_AFTER,  WICI_NUMBER, WICI_SUPERSEDES,
		WICI_UNIQUE, WICI_CODE,   WICI_MOVE};
	FOR_EACH_KIND(i)
	{
		const struct wici_kind *k = wici_kinds[i];

		for (size_t j = 0; j < sizeof(once) / sizeof(once[0]); j++)
			CHECK(count_flagged(k, once[j]) <= 1);
		CHECK(k->is_right || count_flagged(k, WICI_TITLE) == 1);
		CHECK(count_flagged(k, WICI_SUBJECT) <= 2);
	}
}

/* What cannot be erased must not hold free text. */
TEST(kinds_that_give_or_take_a_right_have_only_guarded_lines)
{
	FOR_EACH_KIND(i)
	{
		const struct wici_kind *k = wici_kinds[i];

		if (!k->is_right)
			continue;
		for (const struct wici_field *f = k->fields; f->name; f++) {
			CHECK(f->type != WICI_TYPE_TEXT);
			CHECK(f->type != WICI_TYPE_MAP ||
			      (f->flags & WICI_BY_NODE));
			CHECK(f->type != WICI_TYPE_LINE ||
			      (f->flags & (WICI_GUARDED | WICI_CODE)));
		}
	}
}

TEST(what_a_member_publishes_can_be_corrected_and_says_where_it_comes_from)
{
	FOR_EACH_KIND(i)
	{
		const struct wici_kind *k = wici_kinds[i];

		if (k->by != WICI_BY_MEMBER || k->is_right ||
		    (wici_field_flagged(k, WICI_AFTER) && !k->process))
			continue;
		CHECK(wici_field_flagged(k, WICI_SUPERSEDES));
		CHECK(wici_field_find(k->fields, WICI_BYTES("source_ref")));
	}
}

/* The body of a grant; a NULL leaves its field out. */
struct grant {
	const char *name;
	const char *scheme;
	const char *from;
	const char *until;
};

static void put_str(struct wici_mp_writer *w, const char *key, const char *v)
{
	if (!v)
		return;
	wici_mp_str(w, key);
	wici_mp_str(w, v);
}

static enum wici_err check_grant(const struct grant *g,
				 struct wici_grant_body *body,
				 struct wici_problem *problem)
{
	static uint8_t buf[1024];
	uint8_t holder[32] = {7};
	struct wici_mp_writer w;
	struct wici_bytes b;
	enum wici_err err;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, 2u + !!g->name + !!g->scheme + !!g->from + !!g->until);
	wici_mp_str(&w, "holder");
	wici_mp_bin(&w, holder, sizeof(holder));
	wici_mp_str(&w, "index");
	wici_mp_uint(&w, 3);
	put_str(&w, "name", g->name);
	put_str(&w, "scheme", g->scheme);
	put_str(&w, "valid_from", g->from);
	put_str(&w, "valid_until", g->until);
	CHECK_OK(wici_mp_written(&w, &b));
	err = wici_kind_check(&wici_kind_certificate_grant, b, problem);
	CHECK(err == problem->err);
	if (err)
		return err;
	wici_kind_read(&wici_kind_certificate_grant, b, body);
	return wici_kind_guard(&wici_kind_certificate_grant, b, problem);
}

TEST(a_grant_for_years_is_read_as_their_first_and_last_day)
{
	struct grant g = {"Certyfikat Jakości", "cal", "2022", "2026"};
	struct wici_grant_body body;
	struct wici_problem p;

	CHECK_OK(check_grant(&g, &body, &p));
	CHECK(wici_bytes_is(body.name, "Certyfikat Jakości"));
	CHECK(wici_bytes_is(body.scheme, "cal"));
	CHECK(wici_bytes_is(body.valid_until.text, "2026"));
	CHECK(body.valid_from.first == 18993); /* 2022-01-01 */
	CHECK(body.valid_until.last == 20818); /* 2026-12-31 */
	CHECK(body.holder.b[0] == 7 && body.index == 3);
	CHECK(!body.number.p && !body.granted_on.text.p);
	CHECK(wici_is_zero(&body.previous, sizeof(body.previous)));
}

TEST(a_grant_may_leave_its_dates_open)
{
	struct grant g = {NULL, "cal", NULL, NULL};
	struct wici_grant_body body;
	struct wici_problem p;

	CHECK_OK(check_grant(&g, &body, &p));
	CHECK(!body.valid_from.text.p && !body.valid_until.text.p);
	g.until = "2026-12-31";
	CHECK_OK(check_grant(&g, &body, &p));
}

TEST(a_grant_that_ends_before_it_begins_is_refused)
{
	struct grant g = {NULL, "cal", "2026", "2025-12-31"};
	struct wici_grant_body body;
	struct wici_problem p;

	CHECK_ERR(check_grant(&g, &body, &p), WICI_BAD_FIELD);
	CHECK(strcmp(p.field, "valid_until") == 0);
	CHECK(strcmp(p.expected, "rule") == 0);
	CHECK(wici_bytes_is(p.got, "2025-12-31"));
	g.until = "2026-01-01"; /* The same year covers it. */
	CHECK_OK(check_grant(&g, &body, &p));
}

TEST(a_scheme_is_a_lowercase_word)
{
	static const char *const bad[] = {"CAL",  "cal!", "1cal",
					  "-cal", "c al", "ćal"};
	static const char *const good[] = {"cal", "c", "cal-2", "a1"};
	struct grant g = {NULL, NULL, NULL, NULL};
	struct wici_grant_body body;
	struct wici_problem p;

	CHECK_ERR(check_grant(&g, &body, &p), WICI_BAD_FIELD);
	CHECK(strcmp(p.field, "scheme") == 0);
	CHECK(strcmp(p.expected, "required") == 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		g.scheme = bad[i];
		CHECK_ERR(check_grant(&g, &body, &p), WICI_BAD_FIELD);
		CHECK(strcmp(p.expected, "code") == 0);
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		g.scheme = good[i];
		CHECK_OK(check_grant(&g, &body, &p));
	}
}

TEST(a_grant_that_names_a_person_by_number_or_address_is_refused)
{
	static const char *const bad[] = {"Jan, PESEL 44051401359",
					  "tel. 601 234 567",
					  "jan@example.org"};
	struct grant g = {NULL, "cal", NULL, NULL};
	struct wici_grant_body body;
	struct wici_problem p;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		g.name = bad[i];
		CHECK_ERR(check_grant(&g, &body, &p), WICI_BAD_FIELD);
		CHECK(strcmp(p.field, "name") == 0);
		CHECK(strcmp(p.expected, "not_personal") == 0);
	}
}

TEST(an_admission_is_read_with_and_without_its_invitation)
{
	static const uint8_t token[8] = {1, 2, 3, 4, 5, 6, 7, 8};
	uint8_t identity[32] = {9}, buf[256];
	struct wici_admit_body body;
	struct wici_mp_writer w;
	struct wici_problem p;
	struct wici_bytes b;

	for (uint32_t with = 0; with < 2; with++) {
		wici_mp_writer_init(&w, buf, sizeof(buf));
		wici_mp_map(&w, 2 + with);
		wici_mp_str(&w, "identity");
		wici_mp_bin(&w, identity, sizeof(identity));
		put_str(&w, "name", "MOPS w Mławie");
		if (with) {
			wici_mp_str(&w, "token");
			wici_mp_bin(&w, token, sizeof(token));
		}
		CHECK_OK(wici_mp_written(&w, &b));
		CHECK_OK(wici_kind_check(&wici_kind_member_admit, b, &p));
		wici_kind_read(&wici_kind_member_admit, b, &body);
		CHECK(body.identity.b[0] == 9);
		CHECK(wici_bytes_is(body.name, "MOPS w Mławie"));
		CHECK(body.token.len == (with ? sizeof(token) : 0));
	}
}

TEST(an_opening_needs_a_signature_of_64_bytes)
{
	uint8_t bytes[65] = {9};
	uint8_t buf[256];
	struct wici_open_body body;
	struct wici_mp_writer w;
	struct wici_problem p;
	struct wici_bytes b;

	for (size_t len = 63; len <= 65; len++) {
		wici_mp_writer_init(&w, buf, sizeof(buf));
		wici_mp_map(&w, 2);
		wici_mp_str(&w, "identity");
		wici_mp_bin(&w, bytes, 32);
		wici_mp_str(&w, "signature");
		wici_mp_bin(&w, bytes, len);
		CHECK_OK(wici_mp_written(&w, &b));
		if (len != 64) {
			CHECK_ERR(wici_kind_check(&wici_kind_feed_open, b, &p),
				  WICI_BAD_FIELD);
			CHECK(strcmp(p.field, "signature") == 0);
			continue;
		}
		CHECK_OK(wici_kind_check(&wici_kind_feed_open, b, &p));
		wici_kind_read(&wici_kind_feed_open, b, &body);
		CHECK(body.signature.len == 64 && body.signature.p[0] == 9);
	}
}

/* Nobody can type the signature that it needs. */
TEST(a_succession_is_written_by_the_node_alone)
{
	const struct wici_kind *k = wici_kind_by_number(3);

	CHECK(k == &wici_kind_feed_succeed && !k->is_critical && k->is_right);
	for (const struct wici_field *f = k->fields; f->name; f++)
		CHECK((f->flags & WICI_BY_NODE) && (f->flags & WICI_REQUIRED));
}

static struct wici_bytes beacon(uint8_t *buf, size_t max, size_t states)
{
	static const uint8_t zeros[WICI_BEACON_STATES_MAX + 1];
	struct wici_mp_writer w;
	struct wici_bytes b;

	wici_mp_writer_init(&w, buf, max);
	wici_mp_map(&w, 5);
	wici_mp_str(&w, "grants");
	wici_mp_bin(&w, zeros, 32);
	wici_mp_str(&w, "restored");
	wici_mp_array(&w, 1);
	wici_mp_uint(&w, 7);
	wici_mp_str(&w, "roster");
	wici_mp_uint(&w, 3);
	wici_mp_str(&w, "scheme");
	wici_mp_str(&w, "osl");
	wici_mp_str(&w, "states");
	wici_mp_bin(&w, zeros, states);
	CHECK_OK(wici_mp_written(&w, &b));
	return b;
}

TEST(a_beacon_has_from_one_byte_of_states_to_the_limit)
{
	static uint8_t buf[20000];
	struct wici_beacon_body body;
	struct wici_problem p;
	struct wici_bytes b = beacon(buf, sizeof(buf), WICI_BEACON_STATES_MAX);

	CHECK_OK(wici_kind_check(&wici_kind_beacon, b, &p));
	wici_kind_read(&wici_kind_beacon, b, &body);
	CHECK(body.states.len == WICI_BEACON_STATES_MAX && body.roster == 3);
	CHECK(body.grants.len == 32 && body.restored.len == 2);
	b = beacon(buf, sizeof(buf), WICI_BEACON_STATES_MAX + 1);
	CHECK_ERR(wici_kind_check(&wici_kind_beacon, b, &p), WICI_BAD_FIELD);
	CHECK(strcmp(p.field, "states") == 0);
	b = beacon(buf, sizeof(buf), 0);
	CHECK_ERR(wici_kind_check(&wici_kind_beacon, b, &p), WICI_BAD_FIELD);
	CHECK_OK(wici_kind_check(&wici_kind_beacon, beacon(buf, sizeof(buf), 1),
				 &p));
}

TEST(beacons_and_witness_entries_are_written_by_the_node_alone)
{
	CHECK(wici_kind_is_by_node(&wici_kind_beacon));
	CHECK(wici_kind_is_by_node(&wici_kind_witness));
}

TEST_MAIN(
	RUN(numbers_and_names_are_as_they_were_published),
	RUN(numbers_ascend_and_each_kind_is_found_by_both),
	RUN(every_row_is_in_order_labelled_bounded_and_inside_its_struct),
	RUN(every_record_has_one_title_and_no_flag_of_a_projection_twice),
	RUN(kinds_that_give_or_take_a_right_have_only_guarded_lines),
	RUN(what_a_member_publishes_can_be_corrected_and_says_where_it_comes_from),
	RUN(a_grant_for_years_is_read_as_their_first_and_last_day),
	RUN(a_grant_may_leave_its_dates_open),
	RUN(a_grant_that_ends_before_it_begins_is_refused),
	RUN(a_scheme_is_a_lowercase_word),
	RUN(a_grant_that_names_a_person_by_number_or_address_is_refused),
	RUN(an_admission_is_read_with_and_without_its_invitation),
	RUN(an_opening_needs_a_signature_of_64_bytes),
	RUN(a_succession_is_written_by_the_node_alone),
	RUN(a_beacon_has_from_one_byte_of_states_to_the_limit),
	RUN(beacons_and_witness_entries_are_written_by_the_node_alone))
