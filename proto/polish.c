/* proto/polish.c — The light stem, and the alphabet.
 *
 *   usługami ─unicode61─> usługami ─fold─> uslugami ─stem─> uslug
 *
 * The stem takes the longest ending off, then undoes what the ending did to
 * the consonant before it (nodze: nog, liście: list), then drops the vowel
 * that comes and goes (domek, domku: domk). It is no dictionary: what it gives
 * need not be a word, only the same for most forms of one. */
#include "proto/polish.h"

#include <string.h>

/* ---- folding ---- */

size_t wici_polish_fold(char out[WICI_POLISH_WORD_MAX], struct wici_bytes word)
{
	size_t len = 0;

	for (size_t i = 0; i < word.len && len < WICI_POLISH_WORD_MAX; i++) {
		/* Ł U+0141, ł U+0142: C5 81, C5 82. */
		if (word.p[i] == 0xc5 && i + 1 < word.len &&
		    (word.p[i + 1] == 0x81 || word.p[i + 1] == 0x82)) {
			out[len++] = 'l';
			i++;
		} else {
			out[len++] = (char)word.p[i];
		}
	}
	if (len < WICI_POLISH_WORD_MAX)
		return len;
	/* Full: the last character may have been cut. */
	while (len > 0 && ((uint8_t)out[len - 1] & 0xc0) == 0x80)
		len--;
	return len > 0 && (uint8_t)out[len - 1] >= 0xc0 ? len - 1 : len;
}

/* ---- the stem ---- */

#define LETTERS_MIN  ((size_t)3) /* What is left of a word. */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* With its length: each word is held against all of them. */
struct ending {
	char text[12];
	uint8_t len;
};
#define E(text)                                                                \
	{                                                                      \
		text, sizeof(text) - 1                                         \
	}
#define M(from, to)                                                            \
	{                                                                      \
		E(from), E(to)                                                 \
	}

/* Each list in the order in which it is tried. Abstract nouns end in osc. */
static const struct ending abstract[] = {
	E("osciami"), E("osciach"), E("osciom"), E("oscia"),
	E("oscie"),   E("osci"),    E("osc")};
/* What verbs end with, and hardly a noun; those with u are of -ować. */
static const struct ending verbal[] = {
	E("libyscie"), E("libysmy"), E("lybyscie"), E("lybysmy"), E("labym"),
	E("labys"),    E("lobym"),   E("lobys"),    E("lbym"),    E("lbys"),
	E("laby"),     E("loby"),    E("liby"),     E("lyby"),    E("lby"),
	E("liscie"),   E("lismy"),   E("lyscie"),   E("lysmy"),   E("ajciez"),
	E("ajmyz"),    E("ujciez"),  E("ujmyz"),    E("ijciez"),  E("ijmyz"),
	E("ijcie"),    E("ijmy"),    E("ajze"),     E("ijze"),    E("ajcie"),
	E("ajmy"),     E("ujcie"),   E("ujmy"),     E("ujesz"),   E("ujemy"),
	E("ajac"),     E("ujac"),    E("imy"),      E("ymy"),     E("asz"),
	E("isz"),      E("ysz"),     E("esz"),      E("amy"),     E("aja")};
static const struct ending endings[] = {
	E("iego"), E("iemu"), E("iami"), E("iach"), E("iowi"), E("owie"),
	E("ami"),  E("ach"),  E("iom"),  E("iow"),  E("owi"),  E("iem"),
	E("ymi"),  E("imi"),  E("ych"),  E("ich"),  E("ego"),  E("emu"),
	E("iej"),  E("om"),   E("ow"),   E("em"),   E("ym"),   E("im"),
	E("ej"),   E("ia"),   E("ie"),   E("io"),   E("iu"),   E("a"),
	E("e"),    E("i"),    E("o"),    E("u"),    E("y")};

struct map {
	struct ending from, to; /* `to` is no longer. */
};

/* What differs within one word before its ending: a vowel that comes and goes,
 * what makes a verb of a stem and a noun or an adjective of a verb. What is
 * done to all forms alike costs nothing, so there are no conditions. */
static const struct map inner[] = {
	M("ek", "k"),      M("ier", "r"),   M("er", "r"),    M("iel", ""),
	M("el", "l"),      M("ien", ""),    M("ion", ""),    M("en", ""),
	M("cyj", "cj"),    M("ij", ""),     M("yj", ""),     M("jsz", "js"),
	M("rzed", "rzad"), M("owal", "ow"), M("owac", "ow"), M("owan", "ow"),
	M("uj", "ow"),     M("al", ""),     M("il", ""),     M("yl", ""),
	M("aj", ""),       M("jac", "j"),   M("nic", "nic"), M("ac", ""),
	M("ic", ""),       M("yc", ""),     M("an", ""),     M("am", ""),
	M("on", "")};
/* The same where there is no ending: chłopiec, chłopca. */
static const struct map bare[] = {M("iec", "c")};
/* What an ending did to the consonant before it: i softens t and d (liście:
 * list), the others k and g (nodze: nog). "Miejsce" is not "miejski". */
static const struct map soft[] = {M("sc", "st"), M("c", "t"),
				  M("rzedz", "rzad"), M("dz", "d"),
				  M("rz", "r")};
static const struct map hard[] = {M("jsc", "jsc"), M("c", "k"), M("dz", "g"),
				  M("rz", "r")};

static size_t count_letters(const char *word, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += ((uint8_t)word[i] & 0xc0) != 0x80;
	return count;
}

static inline bool ends_with(const char *word, size_t len,
			     const struct ending *e)
{
	return len >= e->len && word[len - 1] == e->text[e->len - 1] &&
	       memcmp(word + len - e->len, e->text, e->len) == 0;
}

/* The first of these endings that leaves enough, or NULL. */
static const struct ending *find_ending(const char *word, size_t len,
					const struct ending *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (ends_with(word, len, &list[i]) &&
		    count_letters(word, len - list[i].len) >= LETTERS_MIN)
			return &list[i];
	return NULL;
}

/* Replaces the end by the first map that fits and leaves enough. */
static const struct map *turn(char *word, size_t *len, const struct map *maps,
			      size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct map *m = &maps[i];
		size_t left = *len - m->from.len;

		if (!ends_with(word, *len, &m->from) ||
		    count_letters(word, left) + m->to.len < LETTERS_MIN)
			continue;
		memcpy(word + left, m->to.text, m->to.len);
		*len = left + m->to.len;
		return m;
	}
	return NULL;
}

static bool drop_i(const char *word, size_t *len)
{
	bool is = word[*len - 1] == 'i' &&
		  count_letters(word, *len) > LETTERS_MIN;

	*len -= is;
	return is;
}

size_t wici_polish_stem(char *word, size_t len)
{
	const struct map *m;
	const struct ending *e;
	bool is_soft;

	if (count_letters(word, len) <= LETTERS_MIN ||
	    (word[0] >= '0' && word[0] <= '9'))
		return 0;
	e = find_ending(word, len, abstract, COUNT(abstract));
	if (e)
		return len - e->len + 3 /* osc */;
	e = find_ending(word, len, verbal, COUNT(verbal));
	if (e)
		len -= e->len;
	if (e && e->text[0] == 'u') {
		memcpy(word + len, "ow", 2);
		return len + 2;
	}
	e = find_ending(word, len, endings, COUNT(endings));
	if (e)
		len -= e->len;
	is_soft = e && e->text[0] == 'i';
	is_soft |= drop_i(word, &len);
	if (!e)
		(void)turn(word, &len, bare, COUNT(bare));
	m = turn(word, &len, inner, COUNT(inner));
	is_soft |= m && m->from.text[0] == 'i' && m->from.text[1] != 'e';
	(void)drop_i(word, &len);
	if (is_soft)
		(void)turn(word, &len, soft, COUNT(soft));
	else
		(void)turn(word, &len, hard, COUNT(hard));
	return len;
}

/* ---- words that are not looked for ---- */

bool wici_polish_is_small(struct wici_bytes word)
{
	static const char small[][6] = {
		"a",    "ale", "bez", "by",    "co",   "czy", "dla",
		"do",   "i",   "ich", "ja",    "jak",  "jej", "ku",
		"lub",  "ma",  "na",  "nad",   "nie",  "o",   "od",
		"oraz", "po",  "pod", "przez", "przy", "sa",  "sie",
		"to",   "u",   "w",   "we",    "z",    "za",  "ze"};

	for (size_t i = 0; i < COUNT(small); i++)
		if (wici_bytes_is(word, small[i]))
			return true;
	return false;
}

/* ---- the alphabet ---- */

/* Where a letter stands, and what it is beside its base letter. Beyond the
 * letters: digits before them, other scripts behind, all else first. */
struct place {
	uint32_t base;
	uint32_t mark;
};

/* a, then ą: the second letter of a base stands between it and the next. */
static const struct {
	uint32_t letter;
	char base;
	uint8_t after; /* Of a base: 1, 2. */
} polish[] = {{0x104, 'a', 1}, {0x105, 'a', 1}, {0x106, 'c', 1},
	      {0x107, 'c', 1}, {0x118, 'e', 1}, {0x119, 'e', 1},
	      {0x141, 'l', 1}, {0x142, 'l', 1}, {0x143, 'n', 1},
	      {0x144, 'n', 1}, {0xd3, 'o', 1},  {0xf3, 'o', 1},
	      {0x15a, 's', 1}, {0x15b, 's', 1}, {0x179, 'z', 1},
	      {0x17a, 'z', 1}, {0x17b, 'z', 2}, {0x17c, 'z', 2}};

/* Other languages' letters of Latin-1 and Latin Extended-A, by what they are
 * like: from U+00C0 and U+0100; '.' is itself. */
static const char latin1[] = "aaaaaaaceeeeiiiidnooooo.ouuuuytsaaaaaaaceeeeiiii"
			     "dnooooo.ouuuuyty";
static const char latin_a[] =
	"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllllllln"
	"nnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/* The next character, loosely: a byte that begins none stands for itself. */
static uint32_t next_char(struct wici_bytes *b)
{
	uint8_t first = b->p[0];
	size_t more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
	uint32_t c = first & (0x3fu >> more);

	if (first < 0xc0 || first >= 0xf8 || b->len <= more)
		more = 0;
	for (size_t i = 1; i <= more; i++) {
		if ((b->p[i] & 0xc0) != 0x80)
			more = 0;
		else
			c = c << 6 | (b->p[i] & 0x3fu);
	}
	b->p += more + 1;
	b->len -= more + 1;
	return more ? c : first;
}

#define PLACE(letter, after) (0x10000u + (uint32_t)(letter)*4u + (after))

static struct place place_of(uint32_t c)
{
	char base = 0;

	for (size_t i = 0; i < COUNT(polish); i++)
		if (polish[i].letter == c)
			return (struct place){
				PLACE(polish[i].base, polish[i].after), c};
	if (c < 0x80)
		base = (char)(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
	else if (c >= 0xc0 && c < 0x100)
		base = latin1[c - 0xc0];
	else if (c >= 0x100 && c < 0x180)
		base = latin_a[c - 0x100];
	if (base >= 'a' && base <= 'z')
		return (struct place){PLACE(base, 0u), c};
	return (struct place){c < 0x80 ? c : 0x20000u + c, c};
}

int wici_polish_compare(struct wici_bytes a, struct wici_bytes b)
{
	struct wici_bytes x = a, y = b;
	int second = 0;

	while (x.len && y.len) {
		struct place p = place_of(next_char(&x));
		struct place q = place_of(next_char(&y));

		if (p.base != q.base)
			return p.base < q.base ? -1 : 1;
		if (second == 0 && p.mark != q.mark)
			second = p.mark < q.mark ? -1 : 1;
	}
	if (x.len || y.len)
		return x.len ? 1 : -1;
	return second ? second : wici_bytes_compare(a, b);
}
