/* daemon/snippet.c — Finds again what the index has found: words of the text
 * that match, then the piece with the most of them. */
#include "daemon/snippet.h"

#include "proto/require.h"

#include <stdlib.h>

#define MATCHES_MAX ((size_t)512) /* Further ones are not marked. */
#define BEFORE      ((size_t)40)  /* Bytes before the first match. */

struct match {
	size_t start, end, line;
	uint32_t words; /* Which of them, a bit each. */
};

struct finder {
	struct wici_bytes text;
	const struct search_term *words;
	size_t words_count;
	size_t at, line; /* Where lines have been counted up to. */
	struct match matches[MATCHES_MAX];
	size_t count;
	uint32_t found;
};

static bool begins_with(struct wici_bytes word, struct wici_bytes prefix)
{
	return word.len >= prefix.len &&
	       memcmp(word.p, prefix.p, prefix.len) == 0;
}

static bool is_match(const struct search_term *t,
		     const struct search_word *word)
{
	if (t->is_prefix)
		return begins_with(word->folded, t->token);
	return wici_bytes_equal(word->folded, t->token) ||
	       wici_bytes_equal(word->stem, t->token);
}

static bool on_word(void *arg, const struct search_word *word)
{
	struct finder *f = arg;
	struct match m = {word->start, word->end, 0, 0};

	for (size_t i = 0; i < f->words_count; i++)
		if (is_match(&f->words[i], word))
			m.words |= (uint32_t)1 << i;
	if (m.words == 0)
		return true;
	for (; f->at < word->start; f->at++)
		f->line += f->text.p[f->at] == '\n';
	m.line = f->line;
	f->found |= m.words;
	if (f->count < MATCHES_MAX)
		f->matches[f->count++] = m;
	return true;
}

static unsigned count_bits(uint32_t bits)
{
	unsigned count = 0;

	for (; bits; bits &= bits - 1)
		count++;
	return count;
}

/* The match with which the best piece begins. */
static const struct match *find_best(const struct finder *f)
{
	const struct match *best = NULL;
	unsigned most = 0;

	for (size_t i = 0; i < f->count; i++) {
		const struct match *m = &f->matches[i];
		uint32_t words = 0;
		unsigned count;

		for (size_t j = i; j < f->count; j++) {
			if (j > i && (f->matches[j].line != m->line ||
				      f->matches[j].end >
					      m->start + SNIPPET_LEN - BEFORE))
				break;
			words |= f->matches[j].words;
		}
		count = count_bits(words);
		if (count > most ||
		    (count == most && best->line == 0 && m->line > 0)) {
			best = m;
			most = count;
		}
	}
	return best;
}

static bool is_inside(uint8_t byte)
{
	return (byte & 0xc0) == 0x80;
}

/* Where the piece begins: at the line's beginning, or after a space. */
static size_t find_from(struct wici_bytes text, size_t match)
{
	size_t from = match;
	size_t space = match;

	while (from > 0 && text.p[from - 1] != '\n') {
		if (match - from >= BEFORE)
			return space;
		from--;
		if (text.p[from] == ' ')
			space = from + 1;
	}
	return from;
}

/* Where it ends: with the line, or before a space, or a character. */
static size_t find_to(struct wici_bytes text, size_t from, size_t match_end)
{
	size_t end = from, space = 0;

	while (end < text.len && text.p[end] != '\n') {
		if (end - from >= SNIPPET_LEN)
			break;
		if (text.p[end] == ' ' && end >= match_end)
			space = end;
		end++;
	}
	if (end == text.len || text.p[end] == '\n')
		return end;
	if (space > 0)
		return space;
	while (end > from && is_inside(text.p[end]))
		end--;
	return end;
}

static void put(struct snippet *s, const void *p, size_t len)
{
	WICI_REQUIRE(s->len + len <= sizeof(s->text));
	memcpy(s->text + s->len, p, len);
	s->len += len;
}

static void put_piece(struct snippet *s, const struct finder *f, size_t from,
		      size_t to)
{
	static const char marks[] = {SNIPPET_BEGIN, SNIPPET_END};
	struct wici_bytes text = f->text;

	if (from > 0 && text.p[from - 1] != '\n')
		put(s, "…", strlen("…"));
	for (size_t i = 0; i < f->count; i++) {
		const struct match *m = &f->matches[i];

		if (m->start < from || m->end > to)
			continue;
		put(s, text.p + from, m->start - from);
		put(s, &marks[0], 1);
		put(s, text.p + m->start, m->end - m->start);
		put(s, &marks[1], 1);
		from = m->end;
	}
	put(s, text.p + from, to - from);
	if (to < text.len && text.p[to] != '\n')
		put(s, "…", strlen("…"));
	for (size_t i = 0; i < s->len; i++)
		if (s->text[i] == '\t')
			s->text[i] = ' ';
}

void snippet_make(struct snippet *snippet, struct store *s,
		  struct wici_bytes text, const struct search_term *words,
		  size_t words_count)
{
	struct finder *f = calloc(1, sizeof(*f));
	const struct match *best;

	WICI_REQUIRE(f && words_count <= SNIPPET_WORDS_MAX);
	f->text = text;
	f->words = words;
	f->words_count = words_count;
	snippet->len = 0;
	search_each_word(s, text, on_word, f);
	snippet->has_all =
		f->found == (uint32_t)(((uint64_t)1 << words_count) - 1);
	best = find_best(f);
	if (best) {
		size_t from = find_from(text, best->start);

		put_piece(snippet, f, from, find_to(text, from, best->end));
	}
	free(f);
}
