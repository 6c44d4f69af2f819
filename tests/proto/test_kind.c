/* tests/proto/test_kind.c — The engine of kinds, on a kind that has a row of
 * every type. What does not fit is refused with the row's name and what was
 * expected; what fits is read as it was written. */
#include "proto/kind.h"

#include "proto/entry.h"
#include "proto/mp_write.h"
#include "tests/test.h"

struct all {
	bool bool_;
	struct wici_bytes bytes;
	struct wici_when day;
	struct wici_bytes line;
	struct wici_bytes lines;
	struct wici_bytes map;
	struct wici_key member;
	struct wici_bytes party;
	struct wici_id record;
	struct wici_bytes text;
	uint64_t uint;
	struct wici_when when;
	struct wici_bytes word;
};

static const struct wici_word words[] = {
	{"blue", {"niebieski", "blue one"}},
	{"red", {"czerwony", "red one"}},
	{.code = NULL},
};

/* clang-format off */
#define ROW(name_, type_, member_, ...) \
	{.name = (name_), .type = WICI_TYPE_##type_, \
	 .at = offsetof(struct all, member_), .label = {name_, name_}, \
	 __VA_ARGS__}

static const struct wici_field inner[] = {
	{.name = "a", .type = WICI_TYPE_UINT, .at = WICI_UNBOUND},
	{.name = "b", .type = WICI_TYPE_LINE, .flags = WICI_REQUIRED,
	 .len_max = 5, .at = WICI_UNBOUND},
	{.name = NULL},
};
static const struct wici_field rows[] = {
	ROW("bool", BOOL, bool_, .flags = 0),
	ROW("bytes", BYTES, bytes, .len_max = 3),
	ROW("day", DAY, day, .flags = WICI_ON),
	ROW("line", LINE, line, .flags = WICI_REQUIRED, .len_max = 10),
	ROW("lines", LINE, lines, .flags = WICI_LIST, .len_max = 4,
	    .items_max = 3),
	ROW("map", MAP, map, .sub = inner),
	{.name = "maps", .type = WICI_TYPE_MAP, .flags = WICI_LIST,
	 .items_max = 2, .at = WICI_UNBOUND, .sub = inner},
	ROW("member", MEMBER, member, .flags = 0),
	ROW("party", PARTY, party, .flags = 0),
	ROW("record", RECORD, record, .flags = 0),
	ROW("text", TEXT, text, .len_max = 20),
	ROW("uint", UINT, uint, .flags = 0),
	ROW("when", WHEN, when, .flags = 0),
	ROW("word", WORD, word, .words = words),
	{.name = NULL},
};
/* clang-format on */

static const struct wici_kind kind = {
	.number = 9,
	.name = "test.all",
	.fields = rows,
	.body_len = sizeof(struct all),
};

static uint8_t buf[40000];
static struct wici_mp_writer w;

static void begin(uint32_t pairs)
{
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, pairs);
}

static void put_str(const char *key, const char *value)
{
	wici_mp_str(&w, key);
	wici_mp_str(&w, value);
}

/* A payload whose first field is the required one. */
static void begin_line(uint32_t pairs)
{
	begin(pairs);
	put_str("line", "x");
}

static struct wici_bytes written(void)
{
	struct wici_bytes b;

	CHECK_OK(wici_mp_written(&w, &b));
	return b;
}

static void put_hash(uint8_t fill, size_t len)
{
	uint8_t b[64];

	memset(b, fill, sizeof(b));
	wici_mp_bin(&w, b, len);
}

static void put_inner(const char *b)
{
	wici_mp_map(&w, 2);
	wici_mp_str(&w, "a");
	wici_mp_uint(&w, 1);
	wici_mp_str(&w, "b");
	wici_mp_str(&w, b);
}

static void put_scalars(void)
{
	wici_mp_str(&w, "bool");
	wici_mp_bool(&w, true);
	wici_mp_str(&w, "bytes");
	wici_mp_bin(&w, "abc", 3);
	put_str("day", "1970-01-02");
	put_str("line", "wiersz");
}

static struct wici_bytes whole(void)
{
	begin(14);
	put_scalars();
	wici_mp_str(&w, "lines");
	wici_mp_array(&w, 2);
	wici_mp_str(&w, "x");
	wici_mp_str(&w, "y");
	wici_mp_str(&w, "map");
	put_inner("w");
	wici_mp_str(&w, "maps");
	wici_mp_array(&w, 1);
	put_inner("v");
	wici_mp_str(&w, "member");
	put_hash(4, 32);
	wici_mp_str(&w, "party");
	wici_mp_map(&w, 1);
	put_str("name", "Rada Miasta");
	wici_mp_str(&w, "record");
	put_hash(5, 32);
	put_str("text", "raz\ndwa");
	wici_mp_str(&w, "uint");
	wici_mp_uint(&w, WICI_SEQ_MAX);
	put_str("when", "1970");
	put_str("word", "red");
	return written();
}

TEST(a_payload_that_fits_is_read_as_it_was_written)
{
	struct wici_problem p;
	struct all a;
	struct wici_bytes b = whole();

	CHECK_OK(wici_kind_check(&kind, b, &p));
	CHECK(p.err == WICI_OK && !p.field);
	memset(&a, 0xff, sizeof(a));
	wici_kind_read(&kind, b, &a);
	CHECK(a.bool_ && wici_bytes_is(a.bytes, "abc"));
	CHECK(a.day.first == 1 && a.day.last == 1);
	CHECK(wici_bytes_is(a.line, "wiersz"));
	CHECK(wici_bytes_equal(a.lines, WICI_BYTES("\x92\xa1x\xa1y")));
	CHECK(wici_bytes_is(a.map, "\x82\xa1"
				   "a\x01\xa1"
				   "b\xa1w"));
	CHECK(a.member.b[0] == 4 && a.member.b[31] == 4);
	CHECK(a.party.len == 18 && a.record.b[31] == 5);
	CHECK(wici_bytes_is(a.text, "raz\ndwa"));
	CHECK(a.uint == WICI_SEQ_MAX);
	CHECK(a.when.first == 0 && a.when.last == 364);
	CHECK(wici_bytes_is(a.when.text, "1970"));
	CHECK(wici_bytes_is(a.word, "red"));
}

TEST(what_is_absent_is_zero)
{
	struct wici_problem p;
	struct all a;
	struct all zero = {.line = {NULL, 0}};

	begin_line(1);
	CHECK_OK(wici_kind_check(&kind, written(), &p));
	memset(&a, 0xff, sizeof(a));
	wici_kind_read(&kind, written(), &a);
	CHECK(wici_bytes_is(a.line, "x"));
	a.line = zero.line;
	CHECK(wici_is_zero(&a, sizeof(a)));
}

/* A truncated copy is another length for the allocator to guard. */
TEST(no_truncation_passes)
{
	struct wici_bytes b = whole();
	static uint8_t copy[2048];
	struct wici_problem p;

	CHECK(b.len < sizeof(copy));
	for (size_t len = 0; len < b.len; len++) {
		uint8_t *end = copy + sizeof(copy) - len;

		memcpy(end, b.p, len);
		CHECK(wici_kind_check(&kind, (struct wici_bytes){end, len},
				      &p) == p.err);
		CHECK(p.err != WICI_OK && p.err != WICI_AGAIN);
		CHECK(strcmp(p.expected, "canonical") == 0);
	}
}

/* Whatever one bit does, check answers; and what passes can be read. */
TEST(no_flipped_bit_trips_an_assert)
{
	struct wici_problem p;
	struct all a;
	size_t passed = 0;
	size_t len = whole().len;

	for (size_t i = 0; i < len * 8; i++) {
		struct wici_bytes b = {buf, len};

		buf[i / 8] ^= (uint8_t)(1u << i % 8);
		if (wici_kind_check(&kind, b, &p) == WICI_OK) {
			wici_kind_read(&kind, b, &a);
			passed++;
		}
		buf[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	CHECK(passed > 0 && passed < len * 8);
}

static void check_refused(enum wici_err err, const char *field,
			  const char *expected)
{
	struct wici_problem p;

	if (wici_kind_check(&kind, written(), &p) != err || !p.expected ||
	    strcmp(p.expected, expected) != 0)
		print_error("%s: %s, not %s\n", field ? field : "-",
			    p.expected ? p.expected : "-", expected);
	CHECK(p.err == err);
	CHECK(p.expected && strcmp(p.expected, expected) == 0);
	CHECK(!p.field == !field && (!field || !strcmp(p.field, field)));
}

TEST(a_missing_field_is_named_wherever_it_would_stand)
{
	begin(0);
	check_refused(WICI_BAD_FIELD, "line", "required");
	begin(1);
	wici_mp_str(&w, "aaa");
	wici_mp_uint(&w, 1);
	check_refused(WICI_BAD_FIELD, "line", "required");
	begin(1);
	wici_mp_str(&w, "zzz");
	wici_mp_uint(&w, 1);
	check_refused(WICI_BAD_FIELD, "line", "required");
}

TEST(an_unknown_field_is_somebodys_newer_one)
{
	struct wici_problem p;
	struct all a;

	begin(4);
	wici_mp_str(&w, "aaa");
	wici_mp_array(&w, 0);
	put_str("line", "x");
	wici_mp_str(&w, "line2");
	wici_mp_map(&w, 0);
	wici_mp_str(&w, "zzz");
	wici_mp_bool(&w, false);
	CHECK_OK(wici_kind_check(&kind, written(), &p));
	wici_kind_read(&kind, written(), &a);
	CHECK(wici_bytes_is(a.line, "x"));
}

TEST(what_is_not_a_canonical_map_is_refused_whole)
{
	begin_line(2); /* Descending. */
	wici_mp_str(&w, "bool");
	wici_mp_bool(&w, true);
	check_refused(WICI_REJECT_CANONICAL, NULL, "canonical");
	begin_line(2); /* Doubled. */
	put_str("line", "x");
	check_refused(WICI_REJECT_CANONICAL, NULL, "canonical");
	begin(1);
	wici_mp_str(&w, "line");
	wici_mp_nil(&w);
	check_refused(WICI_REJECT_CANONICAL, NULL, "canonical");
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_array(&w, 0);
	check_refused(WICI_BAD_FIELD, NULL, "map");
}

TEST(the_largest_payload_fits_and_one_more_byte_does_not)
{
	struct wici_problem p;
	static uint8_t fill[WICI_PAYLOAD_LEN_MAX];

	for (size_t more = 0; more < 2; more++) {
		begin_line(2);
		wici_mp_str(&w, "zzz");
		wici_mp_bin(&w, fill, WICI_PAYLOAD_LEN_MAX - 15 + more);
		CHECK(written().len == WICI_PAYLOAD_LEN_MAX + more);
		if (more)
			check_refused(WICI_TOO_LARGE, NULL, "size");
		else
			CHECK_OK(wici_kind_check(&kind, written(), &p));
	}
}

/* {name: value, "line": "x"} in order; value is already MessagePack. */
static void one(const char *name, struct wici_bytes value)
{
	int order = strcmp(name, "line");

	begin(order ? 2 : 1);
	if (order > 0)
		put_str("line", "x");
	wici_mp_str(&w, name);
	wici_mp_raw(&w, value);
	if (order < 0)
		put_str("line", "x");
}

struct row_case {
	const char *name;
	struct wici_bytes value;
	const char *field; /* NULL: it fits. */
	const char *expected;
};

/* clang-format off */
#define MP(lit) {(const uint8_t *)(lit), sizeof(lit) - 1}

static const struct row_case cases[] = {
	{"bool", MP("\xc2"), NULL, NULL},
	{"bool", MP("\x01"), "bool", "bool"},
	{"bytes", MP("\xc4\x02" "ab"), "bytes", "bytes"},
	{"bytes", MP("\xa3" "abc"), "bytes", "bytes"},
	{"day", MP("\xaa" "2024-02-29"), NULL, NULL},
	{"day", MP("\xaa" "2023-02-29"), "day", "day"},
	{"day", MP("\xa4" "2023"), "day", "day"},
	{"day", MP("\xc4\x0a" "2024-02-29"), "day", "day"},
	{"line", MP("\xaa" "0123456789"), NULL, NULL},
	{"line", MP("\xab" "0123456789a"), "line", "shorter"},
	{"line", MP("\xa0"), "line", "not_empty"},
	{"line", MP("\xa3" "a\nb"), "line", "line"},
	{"line", MP("\x07"), "line", "line"},
	{"lines", MP("\x93\xa1" "a\xa1" "b\xa4" "cccc"), NULL, NULL},
	{"lines", MP("\x94\xa1" "a\xa1" "b\xa1" "c\xa1" "d"), "lines",
	 "fewer"},
	{"lines", MP("\x90"), "lines", "not_empty"},
	{"lines", MP("\xa1" "a"), "lines", "list"},
	{"lines", MP("\x92\xa1" "a\xc3"), "lines", "line"},
	{"lines", MP("\x92\xa1" "a\xa5" "ccccc"), "lines", "shorter"},
	{"map", MP("\x81\xa1" "b\xa1" "x"), NULL, NULL},
	{"map", MP("\x81\xa1" "a\x01"), "b", "required"},
	{"map", MP("\x82\xa1" "a\xc3\xa1" "b\xa1" "x"), "a", "uint"},
	{"map", MP("\x81\xa1" "b\xa6" "xxxxxx"), "b", "shorter"},
	{"map", MP("\x82\xa1" "b\xa1" "x\xa1" "c\xc3"), NULL, NULL},
	{"map", MP("\x91\xa1" "x"), "map", "map"},
	{"maps", MP("\x92\x81\xa1" "b\xa1" "x\x80"), "b", "required"},
	{"maps", MP("\x81\xa1" "b\xa1" "x"), "maps", "list"},
	{"party", MP("\x80"), "party", "party"},
	{"party", MP("\x81\xa1" "x\x01"), "party", "party"},
	{"party", MP("\x81\xa4" "name\xa0"), "name", "not_empty"},
	{"party", MP("\x81\xa6" "member\xa1" "x"), "member", "member"},
	{"text", MP("\xa3" "a\nb"), NULL, NULL},
	{"text", MP("\xa3" "a\0b"), "text", "text"},
	{"uint", MP("\xff"), "uint", "uint"},
	{"uint", MP("\xcf\x00\x20\x00\x00\x00\x00\x00\x00"), "uint", "uint"},
	{"when", MP("\xa7" "2021-07"), NULL, NULL},
	{"when", MP("\xa7" "2021-13"), "when", "when"},
	{"word", MP("\xa4" "blue"), NULL, NULL},
	{"word", MP("\xa5" "green"), "word", "word"},
	{"word", MP("\xa9" "niebieski"), "word", "word"},
};
/* clang-format on */

TEST(each_type_takes_what_it_should_and_names_what_it_does_not)
{
	struct wici_problem p;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		one(cases[i].name, cases[i].value);
		if (cases[i].expected)
			check_refused(WICI_BAD_FIELD, cases[i].field,
				      cases[i].expected);
		else
			CHECK_OK(wici_kind_check(&kind, written(), &p));
	}
}

/* The daemon asks about single values before there is a payload. */
TEST(a_single_value_is_judged_as_in_a_payload)
{
	struct wici_problem p;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct row_case *c = &cases[i];
		const struct wici_field *f =
			wici_field_find(rows, wici_bytes_str(c->name));
		enum wici_err err = wici_field_check(f, c->value, &p);

		CHECK(err == (c->expected ? WICI_BAD_FIELD : WICI_OK));
		CHECK(p.err == err);
		if (c->expected)
			CHECK(!strcmp(p.expected, c->expected) &&
			      !strcmp(p.field, c->field));
	}
}

TEST(a_single_value_that_is_not_canonical_is_refused)
{
	static const uint8_t long_one[] = {0xcc, 0x01};
	static const uint8_t cut[] = {0xa3, 'a'};
	struct wici_problem p;

	CHECK_ERR(wici_field_check(wici_field_find(rows, WICI_BYTES("uint")),
				   (struct wici_bytes){long_one, 2}, &p),
		  WICI_REJECT_CANONICAL);
	CHECK(strcmp(p.field, "uint") == 0);
	CHECK_ERR(wici_field_check(wici_field_find(rows, WICI_BYTES("line")),
				   (struct wici_bytes){cut, 2}, &p),
		  WICI_REJECT_MP);
	CHECK(strcmp(p.expected, "canonical") == 0);
}

/* Zero is "absent" in the structs, so nobody may write it. */
TEST(a_member_or_record_is_32_bytes_and_not_zero)
{
	static const char *const names[] = {"member", "record"};
	struct wici_problem p;

	for (size_t i = 0; i < 2; i++) {
		for (size_t len = 31; len <= 33; len++) {
			begin_line(2);
			wici_mp_str(&w, names[i]);
			put_hash(1, len);
			if (len == 32)
				CHECK_OK(wici_kind_check(&kind, written(), &p));
			else
				check_refused(WICI_BAD_FIELD, names[i],
					      names[i]);
		}
		begin_line(2);
		wici_mp_str(&w, names[i]);
		put_hash(0, 32);
		check_refused(WICI_BAD_FIELD, names[i], names[i]);
	}
}

TEST(what_was_got_is_shown_without_its_head)
{
	struct wici_problem p;

	one("day", (struct wici_bytes)MP("\xa5kiedy"));
	CHECK_ERR(wici_kind_check(&kind, written(), &p), WICI_BAD_FIELD);
	CHECK(wici_bytes_is(p.got, "kiedy"));
}

TEST(a_word_is_found_by_its_code_and_for_people_by_its_labels)
{
	CHECK(wici_word_find(words, WICI_BYTES("red"), false) == &words[1]);
	CHECK(wici_word_find(words, WICI_BYTES("red one"), true) == &words[1]);
	CHECK(wici_word_find(words, WICI_BYTES("czerwony"), true) == &words[1]);
	CHECK(!wici_word_find(words, WICI_BYTES("czerwony"), false));
	CHECK(!wici_word_find(words, WICI_BYTES("re"), true));
}

TEST(rows_are_found_by_name_and_by_flag)
{
	CHECK(wici_field_find(rows, WICI_BYTES("word")) == &rows[13]);
	CHECK(!wici_field_find(rows, WICI_BYTES("wor")));
	CHECK(wici_field_flagged(&kind, WICI_ON) == &rows[2]);
	CHECK(!wici_field_flagged(&kind, WICI_SUBJECT));
}

TEST_MAIN(RUN(a_payload_that_fits_is_read_as_it_was_written),
	  RUN(what_is_absent_is_zero), RUN(no_truncation_passes),
	  RUN(no_flipped_bit_trips_an_assert),
	  RUN(a_missing_field_is_named_wherever_it_would_stand),
	  RUN(an_unknown_field_is_somebodys_newer_one),
	  RUN(what_is_not_a_canonical_map_is_refused_whole),
	  RUN(the_largest_payload_fits_and_one_more_byte_does_not),
	  RUN(each_type_takes_what_it_should_and_names_what_it_does_not),
	  RUN(a_single_value_is_judged_as_in_a_payload),
	  RUN(a_single_value_that_is_not_canonical_is_refused),
	  RUN(a_member_or_record_is_32_bytes_and_not_zero),
	  RUN(what_was_got_is_shown_without_its_head),
	  RUN(a_word_is_found_by_its_code_and_for_people_by_its_labels),
	  RUN(rows_are_found_by_name_and_by_flag))
