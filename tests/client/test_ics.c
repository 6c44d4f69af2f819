/* tests/client/test_ics.c — A visit in a calendar, whatever its texts say. */
#include "client/ics.h"

#include "client/say.h"
#include "proto/bytes.h"
#include "proto/text.h"
#include "tests/test.h"

#include <stdlib.h>

static char *written(json_t *record)
{
	char *out = NULL;
	size_t len;
	FILE *f = open_memstream(&out, &len);

	say_init("en");
	CHECK(record);
	ics_write(f, record);
	(void)fclose(f);
	json_decref(record);
	return out;
}

/* Every line by itself: of 75 bytes, whole characters, ended by CR LF, and of
 * the properties that are written here. Joins them again, in place. */
static void unfold(char *text)
{
	char *out = text;

	for (char *line = text; *line;) {
		char *end = strstr(line, "\r\n");
		size_t len;

		CHECK(end);
		len = (size_t)(end - line);
		CHECK(len <= 75 && !memchr(line, '\r', len) &&
		      !memchr(line, '\n', len));
		CHECK(wici_text_is_utf8(
			(struct wici_bytes){(const uint8_t *)line, len}));
		if (line[0] == ' ' && out > text) {
			out--;
			line++;
			len--;
		}
		memmove(out, line, len);
		out += len;
		*out++ = '\n';
		line = end + 2;
	}
	*out = '\0';
}

static json_t *visit(const char *purpose, json_t *acts)
{
	return json_pack("{s:{s:s},s:{s:s,s:s,s:s,s:s,s:[{s:s},{s:s}]},s:o}",
			 "body", "purpose", purpose, "process", "name", "visit",
			 "root", "abcd", "state", "agreed", "day", "2027-03-01",
			 "sides", "name", "MOPR Kielce", "name", "MOPS Mława",
			 "acts", acts);
}

static json_t *acts(const char *time, const char *text)
{
	return json_pack("[{s:s,s:b,s:{s:s}},{s:s?,s:b,s:{s:[{s:s,s:s}]}}]",
			 "time", "2027-01-01T08:00:00.000Z", "effective", 1,
			 "body", "purpose", "Klub", "time", time, "effective",
			 1, "body", "agenda", "time", "9:00", "text", text);
}

TEST(no_text_writes_a_line_of_its_own)
{
	char *out = written(
		visit("x", acts("2027-01-02T10:20:30.123Z",
				"a\r\nEND:VEVENT\r\nATTACH:http://x\rb\n\\,;:"
				"\x1b]0;x\x07\xc2\x9b"
				"31m\xe2\x80\xa8!")));

	unfold(out);
	CHECK(strstr(out, "\nDESCRIPTION:9:00 a\\nEND:VEVENT\\nATTACH:http://xb"
			  "\\n\\\\\\,\\;:]0\\;x31m\xe2\x80\xa8!\\n\n"));
	CHECK(!strstr(out, "\nATTACH"));
	CHECK(strstr(out, "\nDTSTAMP:20270102T102030Z\n"));
	CHECK(strstr(out, "\nDTSTART;VALUE=DATE:20270301\n"));
	CHECK(strstr(out, "\nDTEND;VALUE=DATE:20270302\n"));
	free(out);
}

TEST(long_lines_are_folded_where_a_character_begins)
{
	char text[400] = "";

	for (size_t len = 0; len + 4 < sizeof(text); len += 3) {
		char *out = written(visit("x", acts(NULL, text)));

		unfold(out);
		CHECK(strstr(out, text));
		free(out);
		memcpy(text + len, len % 2 ? "ż–" : "€", 4);
		text[len + 3] = '\0';
		if (len % 2)
			memcpy(text + len, "aż", 4);
	}
}

/* Who has not said when has a stamp all the same: it must be there. */
TEST(what_has_no_time_has_a_stamp)
{
	char *out = written(visit("x", acts(NULL, "a")));

	unfold(out);
	CHECK(strstr(out, "\nDTSTAMP:19700101T000000Z\n"));
	free(out);
}

TEST(what_it_is_about_is_what_was_said_last)
{
	char *out = written(visit("Stary cel", acts(NULL, "a")));

	unfold(out);
	CHECK(strstr(out, "MOPR Kielce → MOPS Mława: Klub\n"));
	free(out);
}

TEST_MAIN(RUN(no_text_writes_a_line_of_its_own),
	  RUN(long_lines_are_folded_where_a_character_begins),
	  RUN(what_has_no_time_has_a_stamp),
	  RUN(what_it_is_about_is_what_was_said_last))
