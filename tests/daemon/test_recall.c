/* tests/daemon/test_recall.c — How many forms of a word a search finds, and how
 * many other words: on words of Debian's hunspell-pl, expanded to all their
 * forms, that the stem was not tuned on.
 *
 * A form is asked for, and each other form of the word is to be found: the
 * share is the recall, of each word alike. Other words found by it, of 15,000
 * in all, are false, but for those that have a form in common with it. Skipped
 * where the dictionary is not installed. */
#include "daemon/store/private.h"
#include "daemon/store/search.h"

#include "tests/daemon/test_store.h"

#define DICTIONARY "/usr/share/hunspell/pl_PL"
#define RULES_MAX  10000u
#define WORD_MAX   64u
#define POOL       15000u
#define SAMPLE     400u
#define SALT       3u

/* All in the dictionary's own ISO 8859-2: a letter is a byte. */
struct rule {
	char flag;
	char strip[WORD_MAX], add[WORD_MAX], when[WORD_MAX];
};

struct lemma {
	uint64_t order;
	char word[WORD_MAX], flags[WORD_MAX];
	uint32_t first, count; /* Of its forms. */
};

struct form {
	uint64_t word;  /* Hashes: of itself, … */
	uint64_t token; /* … of what it is looked for by. */
};

struct owner {
	uint64_t token;
	uint32_t lemma;
};

static struct {
	struct box box;
	struct rule *rules;
	size_t rules_count;
	struct lemma *lemmas;
	size_t lemmas_count;
	struct form *forms;
	size_t forms_count, forms_max;
	struct owner *owners;
	size_t owners_count;
} t;

static uint64_t hash(const void *p, size_t len)
{
	static const uint8_t key[crypto_shorthash_KEYBYTES] = {SALT};
	uint64_t h;

	_Static_assert(crypto_shorthash_BYTES == sizeof(h), "64 bits");
	(void)crypto_shorthash((uint8_t *)&h, p, len, key);
	return h;
}

static const char latin2[] = "\xb1\xe6\xea\xb3\xf1\xf3\xb6\xbc\xbf";
static const char *const polish[] = {"ą", "ć", "ę", "ł", "ń",
				     "ó", "ś", "ź", "ż"};
static const char plain[] = "acelnoszz";

/* Of the first words of this order, those that the stem was tuned on. */
static const char *const tuned_on[] = {"galut",
				       "wyimek",
				       "sekswideoteka",
				       "wegetariański",
				       "jednogodzinowy",
				       "koloryzator",
				       "nieodgwizdywany",
				       "właścicielka",
				       "proklityka",
				       "nieobmacujący",
				       "średniometrażówka",
				       "niewypomadowanie",
				       "spirantyzacja",
				       "budański",
				       "odczuwać",
				       "acetylocholina",
				       "brava",
				       "nieprzetaczany",
				       "nierozgwieżdżony",
				       "napacykować",
				       "metallika",
				       "inkretyczny",
				       "miśnieńczyk",
				       "pielesze"};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c && strchr(latin2, c));
}

/* is_plain: as it is typed without diacritics. */
static size_t to_utf8(char *out, const char *word, bool is_plain)
{
	size_t len = 0;

	for (; *word; word++) {
		const char *at = strchr(latin2, *word);

		if (at && !is_plain) {
			memcpy(out + len, polish[at - latin2], 2);
			len += 2;
		} else {
			out[len++] = at ? plain[at - latin2] : *word;
		}
	}
	return len;
}

static bool is_fresh(const struct lemma *l)
{
	char utf8[2 * WORD_MAX];
	size_t len = to_utf8(utf8, l->word, false);

	for (size_t i = 0; i < STORE_COUNT(tuned_on); i++)
		if (wici_bytes_is((struct wici_bytes){(uint8_t *)utf8, len},
				  tuned_on[i]))
			return false;
	return true;
}

/* Does the word end as the rule says: letters, [sets] and [^sets]? */
static bool fits(const char *word, const char *when)
{
	const char *parts[WORD_MAX];
	size_t count = 0, len = strlen(word);

	if (strcmp(when, ".") == 0)
		return true;
	for (const char *p = when; *p; p++) {
		parts[count++] = p;
		if (*p == '[')
			p = strchr(p, ']');
	}
	if (count > len)
		return false;
	word += len - count;
	for (size_t i = 0; i < count; i++) {
		const char *p = parts[i];
		bool is_in = false, is_not = p[0] == '[' && p[1] == '^';

		if (*p != '[') {
			if (*p != word[i])
				return false;
			continue;
		}
		for (p += 1 + is_not; *p != ']'; p++)
			is_in |= *p == word[i];
		if (is_in == is_not)
			return false;
	}
	return true;
}

static bool take_token(void *arg, const struct search_word *word)
{
	struct wici_bytes token = word->stem.len ? word->stem : word->folded;

	*(uint64_t *)arg = hash(token.p, token.len);
	return false;
}

static uint64_t token_of(const char *word, bool is_plain)
{
	char utf8[2 * WORD_MAX];
	size_t len = to_utf8(utf8, word, is_plain);
	uint64_t token = 0;

	search_each_word(t.box.s, (struct wici_bytes){(uint8_t *)utf8, len},
			 take_token, &token);
	return token;
}

static void add_form(struct lemma *l, const char *word)
{
	struct form f = {hash(word, strlen(word)), token_of(word, false)};

	for (uint32_t i = 0; i < l->count; i++)
		if (t.forms[l->first + i].word == f.word)
			return;
	/* Typed without diacritics it is looked for in the same way. */
	CHECK(token_of(word, true) == f.token);
	if (t.forms_count == t.forms_max) {
		t.forms_max = t.forms_max ? 2 * t.forms_max : 1024;
		t.forms = reallocarray(t.forms, t.forms_max, sizeof(f));
		CHECK(t.forms);
	}
	t.forms[t.forms_count++] = f;
	l->count++;
}

static void expand(struct lemma *l)
{
	l->first = (uint32_t)t.forms_count;
	add_form(l, l->word);
	for (size_t i = 0; i < t.rules_count; i++) {
		const struct rule *r = &t.rules[i];
		size_t len = strlen(l->word), strip = strlen(r->strip);
		char form[2 * WORD_MAX];

		if (!strchr(l->flags, r->flag) || strip > len ||
		    strcmp(l->word + len - strip, r->strip) != 0 ||
		    !fits(l->word, r->when))
			continue;
		(void)snprintf(form, sizeof(form), "%.*s%s", (int)(len - strip),
			       l->word, r->add);
		CHECK(strlen(form) < WORD_MAX);
		add_form(l, form);
	}
}

static void read_rules(FILE *file)
{
	char line[300];

	while (fgets(line, sizeof(line), file)) {
		struct rule r;
		char add[WORD_MAX];

		if (sscanf(line, "SFX %c %60s %60s %60s", &r.flag, r.strip, add,
			   r.when) != 4 ||
		    strcmp(r.when, "Y") == 0)
			continue;
		add[strcspn(add, "/")] = '\0';
		(void)snprintf(r.add, sizeof(r.add), "%s",
			       strcmp(add, "0") == 0 ? "" : add);
		if (strcmp(r.strip, "0") == 0)
			r.strip[0] = '\0';
		CHECK(t.rules_count < RULES_MAX);
		t.rules[t.rules_count++] = r;
	}
}

static void read_lemmas(FILE *file)
{
	char line[300];
	size_t max = 400000;

	t.lemmas = calloc(max, sizeof(*t.lemmas));
	CHECK(t.lemmas);
	while (fgets(line, sizeof(line), file)) {
		struct lemma *l = &t.lemmas[t.lemmas_count];
		size_t len = 0;

		while (is_letter(line[len]))
			len++;
		if (len < 4 || len >= WORD_MAX || line[len] != '/')
			continue;
		line[len] = '\0';
		memcpy(l->word, line, len + 1);
		(void)snprintf(l->flags, sizeof(l->flags), "%.*s",
			       (int)strcspn(line + len + 1, "\r\n"),
			       line + len + 1);
		l->order = hash(l->word, len);
		CHECK(++t.lemmas_count < max);
	}
}

static int by_order(const void *a, const void *b)
{
	const struct lemma *x = a, *y = b;

	return (x->order > y->order) - (x->order < y->order);
}

static int by_token(const void *a, const void *b)
{
	const struct owner *x = a, *y = b;

	if (x->token != y->token)
		return x->token > y->token ? 1 : -1;
	return (x->lemma > y->lemma) - (x->lemma < y->lemma);
}

static void sort_tokens(void)
{
	t.owners = calloc(t.forms_count, sizeof(*t.owners));
	CHECK(t.owners);
	for (uint32_t i = 0; i < POOL; i++)
		for (uint32_t j = 0; j < t.lemmas[i].count; j++)
			t.owners[t.owners_count++] = (struct owner){
				t.forms[t.lemmas[i].first + j].token, i};
	qsort(t.owners, t.owners_count, sizeof(*t.owners), by_token);
}

/* The dictionary, or false. */
static bool load(void)
{
	FILE *aff = fopen(DICTIONARY ".aff", "rb");
	FILE *dic = fopen(DICTIONARY ".dic", "rb");

	if (!aff || !dic)
		return false;
	box_open(&t.box);
	t.rules = calloc(RULES_MAX, sizeof(*t.rules));
	CHECK(t.rules);
	read_rules(aff);
	read_lemmas(dic);
	CHECK(fclose(aff) == 0 && fclose(dic) == 0);
	CHECK(t.rules_count > 1000 && t.lemmas_count > POOL);
	qsort(t.lemmas, t.lemmas_count, sizeof(*t.lemmas), by_order);
	for (size_t i = 0; i < POOL; i++)
		expand(&t.lemmas[i]);
	sort_tokens();
	return true;
}

static bool have_a_form_in_common(const struct lemma *a, const struct lemma *b)
{
	for (uint32_t i = 0; i < a->count; i++)
		for (uint32_t j = 0; j < b->count; j++)
			if (t.forms[a->first + i].word ==
			    t.forms[b->first + j].word)
				return true;
	return false;
}

/* Other words that this token finds. */
static size_t count_false(const struct lemma *l, uint64_t token)
{
	size_t low = 0, high = t.owners_count, count = 0;
	const struct lemma *last = l;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (t.owners[mid].token < token)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < t.owners_count && t.owners[low].token == token; low++) {
		const struct lemma *other = &t.lemmas[t.owners[low].lemma];

		if (other == l || other == last)
			continue;
		last = other;
		count += !have_a_form_in_common(l, other);
	}
	return count;
}

struct result {
	double recall;
	size_t words, queries, wrong;
};

static void measure(const struct lemma *l, struct result *r)
{
	const struct form *forms = t.forms + l->first;
	size_t found = 0;

	for (uint32_t i = 0; i < l->count; i++) {
		for (uint32_t j = 0; j < l->count; j++)
			found += i != j && forms[i].token == forms[j].token;
		r->wrong += count_false(l, forms[i].token);
		r->queries++;
	}
	r->recall += (double)found / (double)(l->count * (l->count - 1));
	r->words++;
}

/* An infinitive: it has forms by the hundred, of several words. */
static bool is_verb(const struct lemma *l)
{
	size_t len = strlen(l->word);
	char last = l->word[len - 1];

	/* -ć or -c after a vowel, but not -ość. */
	return (last == '\xe6' || strcmp(l->word + len - 2, "ec") == 0 ||
		strcmp(l->word + len - 2, "yc") == 0) &&
	       strcmp(l->word + len - 3, "o\xb6\xe6") != 0;
}

static void judge(const char *what, const struct result *r)
{
	double recall = r->recall / (double)r->words;
	double wrong = (double)r->wrong / (double)r->queries;

	print_message("%s: %zu words, %zu forms: recall %.1f %%, %.3f false "
		      "words a query\n",
		      what, r->words, r->queries, 100 * recall, wrong);
	CHECK(recall >= 0.90);
	CHECK(wrong <= 0.1);
}

TEST(nine_forms_of_ten_are_found_and_few_other_words)
{
	struct result all = {.words = 0}, nouns = {.words = 0};

	if (!load()) {
		print_message("there is no " DICTIONARY
			      ": install hunspell-pl\n");
		skip();
	}
	for (size_t i = 0; i < POOL && all.words < SAMPLE; i++)
		if (is_fresh(&t.lemmas[i]) && t.lemmas[i].count >= 5)
			measure(&t.lemmas[i], &all);
	for (size_t i = 0; i < POOL && nouns.words < SAMPLE; i++)
		if (is_fresh(&t.lemmas[i]) && t.lemmas[i].count >= 5 &&
		    !is_verb(&t.lemmas[i]))
			measure(&t.lemmas[i], &nouns);
	free(t.rules);
	free(t.lemmas);
	free(t.forms);
	free(t.owners);
	box_drop(&t.box);
	judge("words of all kinds", &all);
	judge("nouns and adjectives", &nouns);
}

TEST_MAIN(RUN(nine_forms_of_ten_are_found_and_few_other_words))
