/* tests/client/test_json.c — JSON in and out: nothing lost on the way, and
 * what is wrong in a file is named by line and column. */
#include "client/fail.h"
#include "client/file.h"
#include "client/input.h"
#include "client/json.h"

#include <stdlib.h>
#include <unistd.h>

#include "tests/test.h"

static enum wici_err parse(struct client *c, struct json_input *in,
			   const char *text)
{
	client_init(c);
	return json_input_parse(c, in, "x.json", wici_bytes_str(text));
}

static bool says(const struct client *c, const char *part)
{
	const char *message = client_string(c->error, "message");

	return message && strstr(message, part);
}

TEST(what_goes_out_comes_back)
{
	static const char text[] =
		"{\"a\":[1,-2,true,false,null,\"zażółć\\nx\"],"
		"\"b\":{\"c\":{},\"d\":[]},\"n\":9007199254740993,\"r\":1.5}";
	json_t *v = json_loads(text, 0, NULL);
	json_t *back = NULL;
	struct wici_mp_writer w;
	struct wici_bytes b;
	uint8_t buf[500];

	wici_mp_writer_init(&w, buf, sizeof(buf));
	json_to_mp(v, &w);
	CHECK_OK(wici_mp_written(&w, &b));
	CHECK_OK(json_from_mp(b, &back));
	CHECK(json_equal(v, back));
	json_decref(v);
	json_decref(back);
}

TEST(every_truncation_of_an_answer_is_noticed)
{
	json_t *v = json_loads("{\"a\":[1,\"xyz\",{\"b\":70000}]}", 0, NULL);
	json_t *back = NULL;
	struct wici_mp_writer w;
	struct wici_bytes b;
	uint8_t buf[100];

	wici_mp_writer_init(&w, buf, sizeof(buf));
	json_to_mp(v, &w);
	CHECK_OK(wici_mp_written(&w, &b));
	for (size_t len = 0; len < b.len; len++) {
		/* Of its own size, so that a sanitizer sees a step beyond. */
		uint8_t *cut = malloc(len ? len : 1);

		memcpy(cut, b.p, len);
		CHECK(json_from_mp((struct wici_bytes){cut, len}, &back));
		CHECK(back == NULL);
		free(cut);
	}
	json_decref(v);
}

TEST(bytes_are_hex_and_large_numbers_keep_their_digits)
{
	static const uint8_t raw[] = {0x93, 0xc4, 2,    0x0a, 0xff, 0xcf,
				      0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
				      0xff, 0xff, 0xcb, 0x7f, 0xf8, 0,
				      0,    0,    0,    0,    0};
	json_t *v = NULL;
	char *text;

	CHECK_OK(json_from_mp((struct wici_bytes){raw, sizeof(raw)}, &v));
	text = json_dumps(v, JSON_COMPACT);
	CHECK(strcmp(text, "[\"0aff\",\"18446744073709551615\",null]") == 0);
	free(text);
	json_decref(v);
}

TEST(nesting_without_end_is_refused)
{
	uint8_t raw[200];
	json_t *v = NULL;

	memset(raw, 0x91, sizeof(raw));
	raw[sizeof(raw) - 1] = 0xc0;
	CHECK_ERR(json_from_mp((struct wici_bytes){raw, sizeof(raw)}, &v),
		  WICI_REJECT_DEPTH);
	CHECK(v == NULL);
}

TEST(one_object_over_several_lines_is_one_record)
{
	struct json_input in;
	struct client c;

	CHECK_OK(parse(&c, &in,
		       "\n{\"a\":\n {\"b\":1},\n\"c\":[\n{\"d\":2}]}\n"));
	CHECK(!in.is_lines && json_array_size(in.bodies) == 1);
	CHECK(json_integer_value(json_array_get(in.lines, 0)) == 2);
	json_input_clear(&in);
	client_clear(&c);
}

TEST(lines_keep_their_numbers_past_blank_ones)
{
	struct json_input in;
	struct client c;

	CHECK_OK(parse(&c, &in, "\xef\xbb\xbf{\"a\":1}\r\n\n  \n{\"a\":2}\n"));
	CHECK(in.is_lines && json_array_size(in.bodies) == 2);
	CHECK(json_integer_value(json_array_get(in.lines, 1)) == 4);
	json_input_clear(&in);
	client_clear(&c);
}

TEST(what_is_no_json_is_named_by_line_and_column)
{
	static const struct {
		const char *text;
		const char *place;
	} cases[] = {
		{"{\"a\":1,\n \"b\": }", "line 2, column 7"},
		{"{\"a\":1}\n{\"b\":}\n{\"c\":3}\n", "line 2, column"},
		{"{\"a\":\n{\"b\":2}\n{\"c\":3}\n", "line 1, column"},
		{"{\"a\":1,\"a\":2}", "line 1, column"},
		{"{\"a\":1} x", "line 1, column"},
		{"{\"a\":\"\\u0000\"}", "line 1, column"},
		{"{\"a\":\"\xff\"}", "line 1, column"},
		{"[{\"a\":1}]", "line 1"},
		{"\n7", "line 2"},
		{"", "empty"},
		{" \n\n", "empty"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json_input in;
		struct client c;

		CHECK_ERR(parse(&c, &in, cases[i].text), WICI_USAGE);
		CHECK(says(&c, cases[i].place));
		CHECK(fail_exit(&c) == 2);
		client_clear(&c);
	}
}

TEST(more_than_a_mebibyte_is_refused)
{
	char path[] = "/tmp/wici-test-XXXXXX";
	int fd = mkstemp(path);
	struct json_input in;
	struct client c;

	CHECK(fd >= 0 && ftruncate(fd, (off_t)FILE_LEN_MAX + 1) == 0);
	client_init(&c);
	CHECK_ERR(input_read(&c, &in, path), WICI_TOO_LARGE);
	(void)close(fd);
	(void)unlink(path);
	CHECK_ERR(input_read(&c, &in, path), WICI_NOT_FOUND);
	client_clear(&c);
}

TEST_MAIN(RUN(what_goes_out_comes_back),
	  RUN(every_truncation_of_an_answer_is_noticed),
	  RUN(bytes_are_hex_and_large_numbers_keep_their_digits),
	  RUN(nesting_without_end_is_refused),
	  RUN(one_object_over_several_lines_is_one_record),
	  RUN(lines_keep_their_numbers_past_blank_ones),
	  RUN(what_is_no_json_is_named_by_line_and_column),
	  RUN(more_than_a_mebibyte_is_refused))
