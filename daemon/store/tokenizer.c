/* daemon/store/tokenizer.c — The glue between FTS5, its unicode61 and the
 * stem.
 *
 *   FTS5 ──text──> wici ──text──> unicode61 ──word──> wici ──word, ~stem──> FTS5
 *
 * One tokenizer serves the connection's one index, so FTS5's xCreate lends it
 * and xDelete does nothing. */
#include "daemon/store/tokenizer.h"

#include "proto/polish.h"
#include "proto/require.h"

#include <stdlib.h>

struct tokenizer {
	fts5_tokenizer unicode;
	Fts5Tokenizer *inner;
};

typedef int token_fn(void *ctx, int flags, const char *token, int len,
		     int start, int end);

/* Folded, and its stem with the mark before it. */
struct split {
	char folded[WICI_POLISH_WORD_MAX];
	char stem[WICI_POLISH_WORD_MAX + 1];
	size_t folded_len, stem_len; /* stem_len 0: it has none. */
};

_Static_assert(sizeof(((struct split *)0)->stem) <= SEARCH_TOKEN_MAX,
	       "every word, and every stem, is a token that can be looked for");

static void split(struct split *s, const char *token, int len)
{
	struct wici_bytes word = {(const uint8_t *)token, (size_t)len};

	s->folded_len = wici_polish_fold(s->folded, word);
	s->stem[0] = TOKENIZER_STEM;
	memcpy(s->stem + 1, s->folded, s->folded_len);
	s->stem_len = wici_polish_stem(s->stem + 1, s->folded_len);
	s->stem_len += s->stem_len > 0;
}

/* ---- for FTS5 ---- */

struct walk {
	void *ctx;
	token_fn *emit;
	bool is_prefix; /* Typing ahead is literal. */
};

static int on_word(void *arg, int flags, const char *token, int len, int start,
		   int end)
{
	struct walk *w = arg;
	struct split s;
	int rc;

	(void)flags;
	split(&s, token, len);
	rc = w->emit(w->ctx, 0, s.folded, (int)s.folded_len, start, end);
	if (rc != SQLITE_OK || s.stem_len == 0 || w->is_prefix)
		return rc;
	return w->emit(w->ctx, FTS5_TOKEN_COLOCATED, s.stem, (int)s.stem_len,
		       start, end);
}

static int emit_raw(struct walk *w, const char *text, int len)
{
	int rc = SQLITE_OK;
	int start = 1;

	for (int i = 1; i <= len && rc == SQLITE_OK; i++) {
		if (i < len && text[i] != ' ')
			continue;
		if (i > start)
			rc = w->emit(w->ctx, 0, text + start, i - start, start,
				     i);
		start = i + 1;
	}
	return rc;
}

static int tokenize(Fts5Tokenizer *self, void *ctx, int flags, const char *text,
		    int len, token_fn *emit)
{
	struct tokenizer *t = (struct tokenizer *)self;
	struct walk w = {ctx, emit, flags & FTS5_TOKENIZE_PREFIX};

	if (len > 0 && text[0] == TOKENIZER_RAW)
		return emit_raw(&w, text, len);
	return t->unicode.xTokenize(t->inner, &w, flags, text, len, on_word);
}

static int lend(void *self, const char **args, int count, Fts5Tokenizer **out)
{
	(void)args;
	(void)count;
	*out = self;
	return SQLITE_OK;
}

static void take_back(Fts5Tokenizer *self)
{
	(void)self;
}

/* ---- for us ---- */

struct words {
	bool (*each)(void *arg, const struct search_word *word);
	void *arg;
};

static int on_own_word(void *arg, int flags, const char *token, int len,
		       int start, int end)
{
	struct words *w = arg;
	struct search_word word = {.start = (size_t)start, .end = (size_t)end};
	struct split s;

	(void)flags;
	split(&s, token, len);
	word.folded = (struct wici_bytes){(uint8_t *)s.folded, s.folded_len};
	word.stem = (struct wici_bytes){(uint8_t *)s.stem, s.stem_len};
	return w->each(w->arg, &word) ? SQLITE_OK : SQLITE_DONE;
}

void tokenizer_each(struct tokenizer *t, struct wici_bytes text,
		    bool (*each)(void *arg, const struct search_word *word),
		    void *arg)
{
	struct words w = {each, arg};

	if (text.len > 0 && text.len <= INT32_MAX)
		(void)t->unicode.xTokenize(t->inner, &w, FTS5_TOKENIZE_DOCUMENT,
					   (const char *)text.p, (int)text.len,
					   on_own_word);
}

/* ---- making ---- */

static int find_api(sqlite3 *db, fts5_api **api)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &stmt, NULL);

	*api = NULL;
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_pointer(stmt, 1, (void *)api, "fts5_api_ptr",
					  NULL);
	if (rc == SQLITE_OK)
		(void)sqlite3_step(stmt);
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_OK && !*api ? SQLITE_ERROR : rc;
}

int tokenizer_new(struct tokenizer **out, sqlite3 *db)
{
	static const char *options[] = {"remove_diacritics", "2"};
	fts5_tokenizer own = {lend, take_back, tokenize};
	struct tokenizer *t = calloc(1, sizeof(*t));
	fts5_api *api;
	void *ctx = NULL;
	int rc = find_api(db, &api);

	WICI_REQUIRE(t);
	if (rc == SQLITE_OK)
		rc = api->xFindTokenizer(api, "unicode61", &ctx, &t->unicode);
	if (rc == SQLITE_OK)
		rc = t->unicode.xCreate(ctx, options, 2, &t->inner);
	if (rc == SQLITE_OK)
		rc = api->xCreateTokenizer(api, "wici", t, &own, NULL);
	if (rc != SQLITE_OK) {
		tokenizer_free(t);
		t = NULL;
	}
	*out = t;
	return rc;
}

void tokenizer_free(struct tokenizer *t)
{
	if (t && t->inner)
		t->unicode.xDelete(t->inner);
	free(t);
}
