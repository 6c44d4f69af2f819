/* tests/proto/test_text.c — What text may be, what names a person, and tokens
 * as people type them. */
#include "proto/text.h"

#include "tests/test.h"

/* A code point in UTF-8, also one that must not be. */
static struct wici_bytes utf8(uint8_t out[4], uint32_t cp)
{
	size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	static const uint8_t heads[] = {0, 0, 0xc0, 0xe0, 0xf0};

	for (size_t i = n; i-- > 1; cp >>= 6)
		out[i] = (uint8_t)(0x80 | (cp & 0x3f));
	out[0] = (uint8_t)(heads[n] | cp);
	return (struct wici_bytes){out, n};
}

TEST(every_code_point_is_judged_as_unicode_and_the_rules_say)
{
	uint8_t out[4];

	for (uint32_t cp = 0; cp < 0x1fffff; cp++) {
		struct wici_bytes b = utf8(out, cp);
		bool is_cp = cp <= 0x10ffff && (cp < 0xd800 || cp > 0xdfff);
		bool is_line = is_cp && cp >= 0x20 &&
			       !(cp >= 0x7f && cp <= 0x9f) && cp != 0x2028 &&
			       cp != 0x2029 &&
			       !(cp >= 0x202a && cp <= 0x202e) &&
			       !(cp >= 0x2066 && cp <= 0x2069);

		CHECK(wici_text_is_utf8(b) == is_cp);
		CHECK(wici_text_is_line(b) == is_line);
		CHECK(wici_text_is_text(b) ==
		      (is_line || cp == '\n' || cp == '\t'));
	}
}

/* Words of eight bytes are looked at together: that must not show. */
TEST(a_text_is_what_its_characters_are_wherever_they_stand)
{
	uint8_t text[32], out[4];

	for (uint32_t cp = 0; cp < 0x2100; cp++) {
		struct wici_bytes one = utf8(out, cp);

		for (size_t before = 0; before < 17; before++) {
			struct wici_bytes all = {text, before + one.len + 9};

			memset(text, before % 2 ? '~' : ' ', sizeof(text));
			memcpy(text + before, one.p, one.len);
			CHECK(wici_text_is_utf8(all) == wici_text_is_utf8(one));
			CHECK(wici_text_is_line(all) == wici_text_is_line(one));
			CHECK(wici_text_is_text(all) == wici_text_is_text(one));
		}
	}
	for (unsigned int byte = 0x80; byte <= 0xff; byte++) {
		for (size_t before = 0; before < 17; before++) {
			struct wici_bytes all = {text, before + 10};

			memset(text, 'a', sizeof(text));
			text[before] = (uint8_t)byte;
			CHECK(!wici_text_is_utf8(all));
			CHECK(!wici_text_is_line(all));
			CHECK(!wici_text_is_text(all));
		}
	}
}

TEST(malformed_utf8_is_found_wherever_it_stands)
{
	const struct wici_bytes bad[] = {
		WICI_BYTES("\x80"),             /* Nothing before it. */
		WICI_BYTES("\xc0\x80"),         /* Overlong. */
		WICI_BYTES("\xc1\xbf"),         /* Overlong. */
		WICI_BYTES("\xe0\x9f\xbf"),     /* Overlong. */
		WICI_BYTES("\xf0\x8f\xbf\xbf"), /* Overlong. */
		WICI_BYTES("\xed\xa0\x80"),     /* A surrogate. */
		WICI_BYTES("\xf4\x90\x80\x80"), /* Beyond U+10FFFF. */
		WICI_BYTES("\xf8\x88\x80\x80\x80"),
		WICI_BYTES("\xfe"),
		WICI_BYTES("\xff"),
		WICI_BYTES("\xc5\x20"), /* A letter cut short. */
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		for (size_t before = 0; before < 3; before++) {
			uint8_t text[16] = "aaaaaaaaaaaaaaa";

			memcpy(text + before, bad[i].p, bad[i].len);
			struct wici_bytes b = {text, before + bad[i].len + 1};

			CHECK(!wici_text_is_utf8(b));
			CHECK(!wici_text_is_line(b));
			CHECK(!wici_text_is_text(b));
		}
	}
}

TEST(a_letter_cut_at_the_end_is_malformed)
{
	struct wici_bytes b = WICI_BYTES("zażółć \xf0\x9f\x8f\x98");
	size_t len = b.len;

	CHECK(wici_text_is_line(b));
	for (b.len = 0; b.len < len; b.len++) {
		bool is_whole = (b.p[b.len] & 0xc0) != 0x80;
		uint8_t *copy = test_malloc(b.len + 1);
		struct wici_bytes c = {copy + 1, b.len};

		memcpy(copy + 1, b.p, b.len);
		CHECK(wici_text_is_utf8(c) == is_whole);
		CHECK(wici_text_is_line(c) == is_whole);
		CHECK(wici_text_is_text(c) == is_whole);
		test_free(copy);
	}
}

static bool is_personal(const char *s)
{
	return wici_text_is_personal(wici_bytes_str(s));
}

TEST(a_pesel_is_found_by_its_checksum)
{
	CHECK(is_personal("44051401359"));
	CHECK(is_personal("PESEL: 44051401359."));
	CHECK(is_personal("ul. 3 Maja 5, 02070803628"));
	CHECK(is_personal("x44051401359x"));
	/* Another check digit, more digits, fewer digits. */
	for (char c = '0'; c <= '9'; c++) {
		char text[] = "4405140135?";

		text[10] = c;
		CHECK(is_personal(text) == (c == '9'));
	}
	CHECK(!is_personal("440514013590"));
	CHECK(!is_personal("144051401359"));
	CHECK(!is_personal("4405140135"));
	CHECK(!is_personal("4405140 1359"));
}

TEST(telephone_numbers_are_found_as_people_write_them)
{
	CHECK(is_personal("600 123 456"));
	CHECK(is_personal("600-123-456"));
	CHECK(is_personal("kontakt: 600-123-456, po 15"));
	CHECK(is_personal("22 345 67 89"));
	CHECK(is_personal("22-345-67-89"));
	CHECK(is_personal("(15) 844 33 11"));
	CHECK(is_personal("(15)844-33-11"));
	CHECK(is_personal("600\u00a0123\u00a0456"));
	CHECK(is_personal("+48600123456"));
	CHECK(is_personal("+48 600123456"));
	CHECK(is_personal("+48 600 123 456"));
	CHECK(is_personal("+48 22 345 67 89"));
	CHECK(is_personal("+48-22-345-67-89"));
	CHECK(is_personal("+48600 123 456"));
	CHECK(is_personal("0048600123456"));
	CHECK(is_personal("0048 600 123 456"));
	CHECK(is_personal("tel 600123456"));
	CHECK(is_personal("Tel. 600123456"));
	CHECK(is_personal("TEL.:600123456"));
	CHECK(is_personal("telefon: 158443311"));
	CHECK(is_personal("tel/fax 158443311"));
}

TEST(other_numbers_of_a_public_record_are_left_alone)
{
	CHECK(!is_personal(""));
	CHECK(!is_personal("Certyfikat na lata 2022-2026"));
	CHECK(!is_personal("2014 2016 2018"));
	CHECK(!is_personal("2019-03-22"));
	CHECK(!is_personal("22-03-2019"));
	CHECK(!is_personal("22 03 2019 r."));
	CHECK(!is_personal("REGON 004459040"));
	CHECK(!is_personal("hotel 004459040"));
	CHECK(!is_personal("REGON 12345678512347"));
	CHECK(!is_personal("NIP 526-10-40-828"));
	CHECK(!is_personal("NIP 526-104-08-28"));
	CHECK(!is_personal("KRS 0000123456"));
	CHECK(!is_personal("37-450 Stalowa Wola, ul. 1-go Sierpnia 26"));
	CHECK(!is_personal("OSL/12/2022"));
	CHECK(!is_personal("600  123  456"));
	CHECK(!is_personal("600 123 4567"));
	CHECK(!is_personal("1600 123 456"));
	CHECK(!is_personal("PL61 1090 1014 0000 0712 1981 2874"));
	CHECK(!is_personal("+48"));
	CHECK(!is_personal("0048 1"));
	CHECK(!is_personal("+"));
	CHECK(!is_personal("600 123 "));
}

TEST(mail_addresses_are_found_and_a_lone_at_is_not_one)
{
	CHECK(is_personal("a@b.pl"));
	CHECK(is_personal("pisz: jan.kowalski+osl@mops-mlawa.gov.pl, proszę"));
	CHECK(is_personal("żółw@przykład.pl"));
	CHECK(!is_personal("@"));
	CHECK(!is_personal("@b.pl"));
	CHECK(!is_personal("a@"));
	CHECK(!is_personal("a@b"));
	CHECK(!is_personal("a@b."));
	CHECK(!is_personal("a@.pl"));
	CHECK(!is_personal("a@b.1"));
	CHECK(!is_personal("a @ b.pl"));
	CHECK(!is_personal("OSL@2022"));
}

TEST(no_cut_makes_the_search_for_persons_read_too_far)
{
	static const char text[] = "+48 (15) 844\u00a033 11 a@b.pl 0048 "
				   "tel. 600123456 44051401359)-";

	for (size_t from = 0; from < sizeof(text); from++) {
		for (size_t to = from; to < sizeof(text); to++) {
			uint8_t *copy = test_malloc(to - from + 1);
			struct wici_bytes b = {copy, to - from};

			memcpy(copy, text + from, b.len);
			(void)wici_text_is_personal(b);
			test_free(copy);
		}
	}
	CHECK(is_personal(text));
}

/* BIP 350's own vectors whose data is whole bytes, or none. */
TEST(the_vectors_of_bip_350_are_read)
{
	uint8_t out[64];
	size_t len = 99;

	CHECK_OK(wici_bech32_decode(out, sizeof(out), &len, "a",
				    WICI_BYTES("A1LQFN3A")));
	CHECK(len == 0);
	CHECK_OK(wici_bech32_decode(out, sizeof(out), &len, "a",
				    WICI_BYTES("a1lqfn3a")));
	CHECK_OK(wici_bech32_decode(out, sizeof(out), &len, "abcdef",
				    WICI_BYTES("abcdef1l7aum6echk45nj3s0wdvt2fg"
					       "8x9yrzpqzd3ryx")));
	CHECK(len == 20 && out[0] == 0xff && out[19] == 0x20);
	CHECK_OK(wici_bech32_decode(out, sizeof(out), &len, "?",
				    WICI_BYTES("?1v759aa")));
	/* These are bech32, not bech32m; or have a wrong checksum. */
	CHECK_ERR(wici_bech32_decode(out, sizeof(out), &len, "a",
				     WICI_BYTES("A12UEL5L")),
		  WICI_TOKEN_WRONG);
	CHECK_ERR(wici_bech32_decode(out, sizeof(out), &len, "m",
				     WICI_BYTES("M1VUXWEZ")),
		  WICI_TOKEN_WRONG);
	CHECK_ERR(wici_bech32_decode(out, sizeof(out), &len, "in",
				     WICI_BYTES("in1muywd")),
		  WICI_TOKEN_WRONG);
}

TEST(data_of_any_length_goes_there_and_back)
{
	uint8_t data[200], back[200];
	char text[400];
	size_t len;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 37 + 11);
	for (size_t n = 0; n <= sizeof(data); n++) {
		size_t need = strlen("wici") + 8 + (n * 8 + 4) / 5;
		struct wici_bytes b = {data, n};

		memset(text, 'x', sizeof(text));
		CHECK_OK(wici_bech32_encode(text, need, "wici", b));
		CHECK(strlen(text) == need - 1 && text[need] == 'x');
		CHECK_ERR(wici_bech32_encode(text, need - 1, "wici", b),
			  WICI_TOO_LARGE);
		CHECK_OK(wici_bech32_encode(text, need, "wici", b));
		CHECK_OK(wici_bech32_decode(back, n, &len, "wici",
					    wici_bytes_str(text)));
		CHECK(len == n && memcmp(back, data, n) == 0);
		if (n > 0)
			CHECK_ERR(wici_bech32_decode(back, n - 1, &len, "wici",
						     wici_bytes_str(text)),
				  WICI_TOO_LARGE);
	}
}

TEST(case_spaces_and_hyphens_do_not_matter)
{
	uint8_t data[20] = {1, 2, 3}, back[20];
	char text[64], typed[256], *p = typed;
	size_t len;

	CHECK_OK(wici_bech32_encode(text, sizeof(text), "wici",
				    (struct wici_bytes){data, sizeof(data)}));
	for (size_t i = 0; text[i]; i++) {
		*p++ = (char)(i % 2 && text[i] >= 'a' && text[i] <= 'z'
				      ? text[i] - 32
				      : text[i]);
		memcpy(p, i % 3 ? "-" : " \r\n\t\u00a0", i % 3 ? 1 : 6);
		p += i % 3 ? 1 : 6;
	}
	CHECK_OK(wici_bech32_decode(
		back, sizeof(back), &len, "wici",
		(struct wici_bytes){(uint8_t *)typed, (size_t)(p - typed)}));
	CHECK(len == sizeof(data) && memcmp(back, data, len) == 0);
}

/* Made by hand, each with a right checksum. */
TEST(a_value_has_one_token_because_what_fills_up_is_zero_and_short)
{
	uint8_t out[8];
	size_t len;

	CHECK_OK(wici_bech32_decode(out, sizeof(out), &len, "wici",
				    WICI_BYTES("wici1qyz4kd84")));
	CHECK(len == 1 && out[0] == 1);
	CHECK_ERR(wici_bech32_decode(out, sizeof(out), &len, "wici",
				     WICI_BYTES("wici1lvn63x7")),
		  WICI_TOKEN_WRONG);
	CHECK_ERR(wici_bech32_decode(out, sizeof(out), &len, "wici",
				     WICI_BYTES("wici1qpsfq74a")),
		  WICI_TOKEN_WRONG);
	CHECK_ERR(wici_bech32_decode(out, sizeof(out), &len, "wici",
				     WICI_BYTES("wici1qqqadm4zd")),
		  WICI_TOKEN_WRONG);
}

TEST(any_other_character_and_any_cut_is_noticed)
{
	uint8_t data[35] = {9, 8, 7}, back[64];
	char text[128];
	size_t len, n;

	CHECK_OK(wici_bech32_encode(text, sizeof(text), "wici",
				    (struct wici_bytes){data, sizeof(data)}));
	n = strlen(text);
	for (size_t i = 0; i < n; i++) {
		char was = text[i];

		for (int c = 0; c < 256; c++) {
			text[i] = (char)c;
			if ((c | 0x20) == was || c == was)
				continue;
			CHECK_ERR(wici_bech32_decode(
					  back, sizeof(back), &len, "wici",
					  (struct wici_bytes){(uint8_t *)text,
							      n}),
				  WICI_TOKEN_WRONG);
		}
		text[i] = was;
		CHECK_ERR(wici_bech32_decode(
				  back, sizeof(back), &len, "wici",
				  (struct wici_bytes){(uint8_t *)text, i}),
			  WICI_TOKEN_WRONG);
	}
	CHECK_ERR(wici_bech32_decode(back, sizeof(back), &len, "wicj",
				     wici_bytes_str(text)),
		  WICI_TOKEN_WRONG);
}

TEST(a_code_is_a_word_of_small_letters_digits_and_dashes)
{
	static const char *const good[] = {"a", "osl", "osl-2026", "a-"};
	static const char *const bad[] = {"", "-a", "2a", "Osl", "o l", "ó"};

	for (size_t i = 0; i < 4; i++)
		CHECK(wici_text_is_code(wici_bytes_str(good[i])));
	for (size_t i = 0; i < 6; i++)
		CHECK(!wici_text_is_code(wici_bytes_str(bad[i])));
}

TEST(a_teryt_number_is_of_a_voivodeship_a_powiat_or_a_gmina)
{
	static const char *const good[] = {"02",      "32",      "1413",
					   "1413011", "141301",  "3099992",
					   "0201014", "1465038", "1261019"};
	static const char *const bad[] = {
		"",        "1",       "03",       "34",      "00",
		"143",     "14130",   "14130110", "1413010", "1413016",
		"1413017", "1400011", "1413001",  "141301a", "14 13011",
		"0000000", "1413011 "};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		CHECK(wici_text_is_teryt(wici_bytes_str(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!wici_text_is_teryt(wici_bytes_str(bad[i])));
}

TEST_MAIN(RUN(every_code_point_is_judged_as_unicode_and_the_rules_say),
	  RUN(a_text_is_what_its_characters_are_wherever_they_stand),
	  RUN(malformed_utf8_is_found_wherever_it_stands),
	  RUN(a_letter_cut_at_the_end_is_malformed),
	  RUN(a_code_is_a_word_of_small_letters_digits_and_dashes),
	  RUN(a_pesel_is_found_by_its_checksum),
	  RUN(telephone_numbers_are_found_as_people_write_them),
	  RUN(other_numbers_of_a_public_record_are_left_alone),
	  RUN(mail_addresses_are_found_and_a_lone_at_is_not_one),
	  RUN(no_cut_makes_the_search_for_persons_read_too_far),
	  RUN(the_vectors_of_bip_350_are_read),
	  RUN(data_of_any_length_goes_there_and_back),
	  RUN(case_spaces_and_hyphens_do_not_matter),
	  RUN(a_value_has_one_token_because_what_fills_up_is_zero_and_short),
	  RUN(any_other_character_and_any_cut_is_noticed),
	  RUN(a_teryt_number_is_of_a_voivodeship_a_powiat_or_a_gmina))
