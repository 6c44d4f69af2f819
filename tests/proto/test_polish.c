/* tests/proto/test_polish.c — Folding, stems and the alphabet, for Polish and
 * for any bytes. How many forms of a word are found: tests/daemon/
 * test_recall.c. */
#include "proto/polish.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/test.h"

static struct wici_bytes fold(const char *word)
{
	static char out[WICI_POLISH_WORD_MAX];

	return (struct wici_bytes){(uint8_t *)out,
				   wici_polish_fold(out, wici_bytes_str(word))};
}

/* The stem of a folded word, as a string; "" when it has none. */
static const char *stem(const char *word)
{
	static char out[WICI_POLISH_WORD_MAX + 1];
	size_t len = strlen(word);

	CHECK(len <= WICI_POLISH_WORD_MAX);
	memcpy(out, word, len);
	out[wici_polish_stem(out, len)] = '\0';
	return out;
}

TEST(l_with_a_stroke_is_l_and_nothing_else_changes)
{
	CHECK(wici_bytes_is(fold("łódź"), "lódź"));
	CHECK(wici_bytes_is(fold("ŁŁłł"), "llll"));
	CHECK(wici_bytes_is(fold("żółw"), "żólw"));
	CHECK(wici_bytes_is(fold(""), ""));
	CHECK(wici_bytes_is(fold("\xc5"), "\xc5")); /* A cut ł. */
	CHECK(wici_bytes_is(fold("\xc5\x80\xc5\x83"), "\xc5\x80\xc5\x83"));
}

/* However long, never beyond the room, and never half a character. */
TEST(long_words_are_cut_between_characters)
{
	char word[200];

	for (size_t lead = 0; lead < 4; lead++) {
		struct wici_bytes b;

		memset(word, 'a', lead);
		for (size_t i = lead; i + 2 < sizeof(word); i += 2)
			memcpy(word + i, "ż", 3);
		b = fold(word);
		CHECK(b.len >= WICI_POLISH_WORD_MAX - 4 &&
		      b.len <= WICI_POLISH_WORD_MAX);
		CHECK(memcmp(b.p, word, b.len) == 0);
		CHECK((b.len - lead) % 2 == 0);
	}
	memset(word, 'a', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	CHECK(fold(word).len >= WICI_POLISH_WORD_MAX - 1);
}

TEST(forms_of_a_word_have_one_stem)
{
	static const char *const words[][9] = {
		{"usluga", "uslugi", "usludze", "usluge", "uslug", "uslugom",
		 "uslugami", "uslugach"},
		{"mlawa", "mlawy", "mlawie", "mlawe"},
		{"dzialalnosc", "dzialalnosci", "dzialalnoscia",
		 "dzialalnosciami"},
		{"senior", "seniora", "seniorzy", "seniorow", "seniorami"},
		{"sasiedzki", "sasiedzkie", "sasiedzkiego", "sasiedzkimi"},
		{"polska", "polski", "polsce", "polske"},
		{"urzad", "urzedu", "urzedzie", "urzedami"},
		{"kobieta", "kobiecie", "kobiety", "kobiet"},
		{"list", "liscie", "listy", "listow"},
		{"domek", "domku", "domki", "domkami"},
		{"miejsce", "miejsca", "miejscu", "miejscami"},
		{"czytac", "czyta", "czytaja", "czytalismy", "czytanie"},
		{"pracowac", "pracuje", "pracujemy", "pracowal"},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		char first[WICI_POLISH_WORD_MAX + 1];

		(void)snprintf(first, sizeof(first), "%s", stem(words[i][0]));
		for (size_t j = 1; words[i][j]; j++) {
			if (strcmp(first, stem(words[i][j])) != 0)
				print_error("%s, %s\n", words[i][0],
					    words[i][j]);
			CHECK(strcmp(first, stem(words[i][j])) == 0);
		}
	}
}

TEST(different_words_have_different_stems)
{
	static const char *const words[] = {
		"miejsce",   "miejski", "senior",    "senator", "klub",
		"klubowicz", "usluga",  "ustuga",    "praca",   "pracownik",
		"dom",       "domek",   "rada",      "radny",   "szkola",
		"skala",     "osoba",   "osobowosc", "gmina",   "gmach"};
	size_t count = sizeof(words) / sizeof(words[0]);

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < i; j++) {
			char first[WICI_POLISH_WORD_MAX + 1];

			(void)snprintf(first, sizeof(first), "%s",
				       stem(words[i]));
			CHECK(first[0] == '\0' ||
			      strcmp(first, stem(words[j])) != 0);
		}
}

TEST(short_words_and_numbers_have_no_stem)
{
	static const char *const words[] = {"",     "a",    "dom",  "mąk",
					    "2025", "0042", "1szy", "12a"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		CHECK(strcmp(stem(words[i]), "") == 0);
	CHECK(strcmp(stem("domy"), "dom") == 0);
}

static size_t count_letters(const char *p, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += ((uint8_t)p[i] & 0xc0) != 0x80;
	return count;
}

/* Every word of up to five of the letters that endings are made of: a stem is
 * never longer than the word, never shorter than three letters, is written
 * into the word's own place, and its own forms end. */
TEST(every_short_word_of_the_endings_letters_has_a_sound_stem)
{
	static const char letters[] = "aceijklmoruwyz";
	size_t n = sizeof(letters) - 1;
	size_t total = n * n * n * n * n;

	for (size_t i = 0; i < total; i++) {
		char word[8] = {0};
		size_t rest = i, len;

		for (size_t j = 0; j < 5; j++, rest /= n)
			word[j] = letters[rest % n];
		word[5] = word[6] = '!'; /* Not ours. */
		len = wici_polish_stem(word, 5);
		CHECK(len >= 3 && len <= 5);
		CHECK(word[5] == '!' && word[6] == '!');
	}
}

TEST(any_bytes_give_a_sound_stem)
{
	uint64_t seed = 7;
	uint8_t bytes[100];

	for (int i = 0; i < 200000; i++) {
		char *word;
		char folded[WICI_POLISH_WORD_MAX];
		size_t len, stem_len;

		for (size_t j = 0; j < sizeof(bytes); j++) {
			seed = seed * 6364136223846793005u +
			       1442695040888963407u;
			bytes[j] = (uint8_t)(seed >> 56);
			if (i % 2)
				bytes[j] = (uint8_t)('a' + bytes[j] % 26);
		}
		len = wici_polish_fold(
			folded,
			(struct wici_bytes){bytes, (size_t)(seed >> 20) % 100});
		/* On the heap, in its very size: ASan sees the byte beyond. */
		word = malloc(len ? len : 1);
		CHECK(word);
		memcpy(word, folded, len);
		stem_len = wici_polish_stem(word, len);
		CHECK(stem_len <= len);
		CHECK(stem_len == 0 || count_letters(word, stem_len) >= 3);
		free(word);
	}
}

TEST(small_words_are_known)
{
	CHECK(wici_polish_is_small(WICI_BYTES("w")));
	CHECK(wici_polish_is_small(WICI_BYTES("dla")));
	CHECK(wici_polish_is_small(WICI_BYTES("sie")));
	CHECK(!wici_polish_is_small(WICI_BYTES("")));
	CHECK(!wici_polish_is_small(WICI_BYTES("dom")));
	CHECK(!wici_polish_is_small(WICI_BYTES("dlaczego")));
}

/* Each before all that follow. */
TEST(names_are_in_the_order_of_the_alphabet)
{
	static const char *const names[] = {
		"",      " ",     "(próba)", "2 słowa", "A",      "a",
		"ab",    "az",    "azyl",    "Ą",       "ą",      "Ąb",
		"b",     "c",     "cz",      "ć",       "d",      "e",
		"ez",    "ę",     "f",       "Kielce",  "l",      "lz",
		"ł",     "Łódź",  "łz",      "m",       "Mlawa",  "Mława",
		"mława", "Mławb", "MOPR",    "mops",    "Muller", "Müller",
		"Muz",   "n",     "ń",       "o",       "oz",     "ó",
		"ÓSMA",  "ósmy",  "p",       "q",       "s",      "sz",
		"ś",     "Świt",  "t",       "v",       "x",      "z",
		"zz",    "ź",     "źz",      "ż",       "Żary",   "мир"};
	size_t count = sizeof(names) / sizeof(names[0]);

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++) {
			int order =
				wici_polish_compare(wici_bytes_str(names[i]),
						    wici_bytes_str(names[j]));

			if ((order < 0) != (i < j) || (order > 0) != (i > j))
				print_error("%s, %s: %d\n", names[i], names[j],
					    order);
			CHECK((order < 0) == (i < j) && (order > 0) == (i > j));
		}
}

/* An order of any bytes whatever: what sorts them must end. */
TEST(any_bytes_have_one_order)
{
	uint64_t seed = 11;
	uint8_t a[3][6];
	struct wici_bytes b[3];

	for (int i = 0; i < 300000; i++) {
		int xy, yz, xz;

		for (size_t j = 0; j < 3; j++) {
			for (size_t k = 0; k < 6; k++) {
				static const uint8_t some[] = {
					'a',  'A',  'z',  0xc4, 0x85, 0xc5,
					0x82, 0xc3, 0xb3, 0xe0, 0xf0, 0xff,
					0x80, 0x00, '1',  0x84};

				seed = seed * 6364136223846793005u +
				       1442695040888963407u;
				a[j][k] = some[seed >> 60];
			}
			b[j] = (struct wici_bytes){a[j], (seed >> 40) % 7};
		}
		xy = wici_polish_compare(b[0], b[1]);
		yz = wici_polish_compare(b[1], b[2]);
		xz = wici_polish_compare(b[0], b[2]);
		CHECK((xy == 0) == wici_bytes_equal(b[0], b[1]));
		CHECK((wici_polish_compare(b[1], b[0]) < 0) == (xy > 0));
		if (xy < 0 && yz < 0)
			CHECK(xz < 0);
	}
}

TEST_MAIN(RUN(l_with_a_stroke_is_l_and_nothing_else_changes),
	  RUN(long_words_are_cut_between_characters),
	  RUN(forms_of_a_word_have_one_stem),
	  RUN(different_words_have_different_stems),
	  RUN(short_words_and_numbers_have_no_stem),
	  RUN(every_short_word_of_the_endings_letters_has_a_sound_stem),
	  RUN(any_bytes_give_a_sound_stem), RUN(small_words_are_known),
	  RUN(names_are_in_the_order_of_the_alphabet),
	  RUN(any_bytes_have_one_order))
