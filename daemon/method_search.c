/* daemon/method_search.c — record.search: records that have all the words, in
 * whatever form; newest first, as in lists.
 *
 * What is typed is text, never a query language: quotes, NEAR, hyphens and
 * colons only part words. A * right after a word of three letters or more makes
 * it the beginning of one. Small words ("w", "dla") are looked for only when
 * there is nothing else.
 *
 * Shown is what stands, as in record.list; and only what has the words now, so
 * that a damaged index can leave something out, but show nothing wrong. */
#include "daemon/feeds.h"
#include "daemon/find.h"
#include "daemon/indexing.h"
#include "daemon/method_private.h"
#include "daemon/page.h"
#include "daemon/snippet.h"
#include "proto/kinds.h"
#include "proto/kinds/institution.h"
#include "proto/polish.h"

#include <stdio.h>
#include <stdlib.h>

#define SEEN_MAX   1000u /* Records looked at for one page. */
#define STEP       ((size_t)64)
#define FEEDS_MAX  ((size_t)64) /* Of one institution; the newest. */
#define KINDS_MAX  ((size_t)64)
#define PREFIX_MIN ((size_t)3)
#define YEAR_MAX   9999u
#define SHOWN_MAX  ((size_t)64)

_Static_assert(SNIPPET_WORDS_MAX + FEEDS_MAX + KINDS_MAX < SEARCH_TERMS_MAX,
	       "words, kinds, feeds and a year");

static const struct wici_field search_params[] = {
	PARAM_PAGE,
	PARAM("from", MEMBER, .flags = 0),
	PARAM_LINE("kind", 100, 0),
	PARAM_LINE("text", 500, WICI_REQUIRED),
	PARAM("year", UINT, .flags = 0),
	PARAM_END,
};

/* Terms, and what they borrow. The words come first. */
struct query {
	struct wici_bytes text;
	struct search_term terms[SEARCH_TERMS_MAX];
	char tokens[SEARCH_TERMS_MAX][SEARCH_TOKEN_MAX];
	size_t count, words_count;
	bool takes_small, is_too_long;
	int64_t shown[SHOWN_MAX]; /* Profiles, in the stead of old ones. */
	size_t shown_count;
};

static void add_term(struct query *q, struct wici_bytes token, bool is_prefix,
		     bool is_or)
{
	struct search_term *t = &q->terms[q->count];
	char *copy = q->tokens[q->count++];

	memcpy(copy, token.p, token.len);
	t->token = (struct wici_bytes){(uint8_t *)copy, token.len};
	t->is_prefix = is_prefix;
	t->is_or = is_or;
}

static bool has_term(const struct query *q, struct wici_bytes token,
		     bool is_prefix)
{
	for (size_t i = 0; i < q->count; i++)
		if (q->terms[i].is_prefix == is_prefix &&
		    wici_bytes_equal(q->terms[i].token, token))
			return true;
	return false;
}

static bool add_word(void *arg, const struct search_word *word)
{
	struct query *q = arg;
	bool is_prefix = word->end < q->text.len &&
			 q->text.p[word->end] == '*' &&
			 word->folded.len >= PREFIX_MIN;
	struct wici_bytes token =
		word->stem.len && !is_prefix ? word->stem : word->folded;

	if ((!is_prefix && !q->takes_small &&
	     wici_polish_is_small(word->folded)) ||
	    has_term(q, token, is_prefix))
		return true;
	q->is_too_long = q->count == SNIPPET_WORDS_MAX;
	if (!q->is_too_long)
		add_term(q, token, is_prefix, false);
	return !q->is_too_long;
}

static enum wici_err take_words(struct call *call, struct query *q)
{
	struct wici_bytes raw = {NULL, 0};

	(void)method_str(call, "text", &q->text);
	search_each_word(call->node->store, q->text, add_word, q);
	if (q->count == 0) {
		q->takes_small = true;
		search_each_word(call->node->store, q->text, add_word, q);
	}
	q->words_count = q->count;
	if (q->count > 0 && !q->is_too_long)
		return WICI_OK;
	(void)method_raw(call, "text", &raw);
	return fault_set(&call->fault, WICI_BAD_FIELD, "text",
			 q->is_too_long ? "shorter" : "words", raw);
}

static void add_kinds(struct query *q, const struct record_filter *filter)
{
	char facet[INDEXING_FACET_LEN];
	size_t count = 0;

	for (size_t i = 0; wici_kinds[i] && count < KINDS_MAX; i++) {
		uint16_t number = wici_kinds[i]->number;

		if (number >= filter->kind_first && number <= filter->kind_last)
			add_term(q, indexing_kind_facet(facet, number), false,
				 count++ > 0);
	}
}

/* False: nothing can be found. */
static bool add_feeds(struct query *q, struct call *call)
{
	char facet[INDEXING_FACET_LEN];
	struct wici_key from;
	size_t count = 0;
	int64_t *feeds;

	if (!method_key(call, "from", &from))
		return true;
	feeds = find_feeds(call->node, &from, &count);
	for (size_t i = 0; i < count && i < FEEDS_MAX; i++)
		add_term(q, indexing_feed_facet(facet, feeds[i]), false, i > 0);
	free(feeds);
	return count > 0;
}

static void add_year(struct query *q, struct call *call)
{
	char facet[INDEXING_FACET_LEN];
	uint64_t year = method_uint(call, "year", YEAR_MAX + 1);

	if (method_has(call, "year"))
		add_term(q, indexing_year_facet(facet, year), false, false);
}

/* Where the words stand in an entry. */
static enum wici_err mark(struct node *n, const struct query *q, int64_t at,
			  struct snippet *snippet)
{
	const struct wici_kind *kind;
	struct growing text;
	struct entry_row row;
	enum wici_err err = entry_get(n->store, at, &row);

	if (err)
		return err;
	kind = wici_kind_by_number(row.entry.header.kind);
	growing_init(&text, GROWING_LEN_MAX);
	indexing_text(kind, row.entry.payload, &text);
	snippet_make(snippet, n->store, growing_bytes(&text), q->terms,
		     q->words_count);
	growing_clear(&text);
	return WICI_OK;
}

static enum wici_err write_found(struct page *p, int64_t at,
				 const struct snippet *snippet)
{
	struct entry_row row;
	enum wici_err err = entry_get(p->node->store, at, &row);

	if (err)
		return err;
	p->count++;
	err = view_record(p->node, &row, VIEW_LISTED, 1, &p->items.w);
	wici_mp_str(&p->items.w, "snippet");
	wici_mp_str_bytes(
		&p->items.w,
		(struct wici_bytes){(uint8_t *)snippet->text, snippet->len});
	return err;
}

/* A profile that was replaced has the words: the institution was called so. The
 * newest is shown in its stead, once, unless it has them itself. */
static enum wici_err show_newest(struct page *p, struct query *q, int64_t at,
				 const struct wici_key *whose)
{
	struct snippet old, own;
	struct entry_row newest;
	enum wici_err err = find_profile(p->node, whose, &newest);

	if (err)
		return err == WICI_NOT_FOUND ? WICI_OK : err;
	for (size_t i = 0; i < q->shown_count; i++)
		if (q->shown[i] == newest.n)
			return WICI_OK;
	err = mark(p->node, q, newest.n, &own);
	if (!err)
		err = mark(p->node, q, at, &old);
	if (err || own.has_all || !old.has_all)
		return err;
	if (q->shown_count < SHOWN_MAX)
		q->shown[q->shown_count++] = newest.n;
	return write_found(p, newest.n, &old);
}

/* One that the index found: written when it stands, and has the words. */
static enum wici_err show(struct page *p, struct query *q, int64_t at)
{
	struct node *n = p->node;
	struct snippet snippet;
	struct entry_row row;
	const struct feed *feed;
	enum wici_err err = entry_get(n->store, at, &row);

	if (err)
		return err == WICI_NOT_FOUND ? WICI_OK : err;
	feed = feeds_by_n(&n->feeds, row.feed_n);
	if (!wici_kind_by_number(row.entry.header.kind) || !feed ||
	    view_standing(n, &row) != WICI_COUNTS)
		return WICI_OK;
	if (view_is_superseded(n, &row))
		return row.entry.header.kind == WICI_KIND_INSTITUTION_PROFILE
			       ? show_newest(p, q, at, &feed->whose)
			       : WICI_OK;
	err = mark(n, q, at, &snippet);
	return err || !snippet.has_all ? err : write_found(p, at, &snippet);
}

/* The page ends here, and something follows. */
static enum wici_err stop(struct page *p, int64_t below)
{
	(void)snprintf(p->next, sizeof(p->next), "%lld", (long long)below);
	return WICI_OK;
}

static enum wici_err stop_if_more(struct page *p, const struct query *q,
				  int64_t below)
{
	int64_t further;
	size_t count = 0;
	enum wici_err err = search_find(p->node->store, q->terms, q->count,
					below, &further, 1, &count);

	return !err && count ? stop(p, below) : err;
}

static enum wici_err fill(struct page *p, struct query *q, int64_t below)
{
	int64_t ns[STEP];
	size_t count = STEP;
	uint32_t seen = 0;
	enum wici_err err = WICI_OK;

	while (!err && count == STEP) {
		err = search_find(p->node->store, q->terms, q->count, below, ns,
				  STEP, &count);
		for (size_t i = 0; !err && i < count; i++) {
			below = ns[i];
			err = show(p, q, below);
			if (err || (!page_is_full(p) && ++seen < SEEN_MAX))
				continue;
			return i + 1 < count ? stop(p, below)
					     : stop_if_more(p, q, below);
		}
	}
	return err;
}

static enum wici_err search(struct call *call, struct query *q)
{
	struct record_filter filter = {.feeds = NULL};
	struct node *n = call->node;
	int64_t feed = 0, below = 0;
	bool can_find;
	struct page p;
	enum wici_err err = method_take_kind(call, &filter);

	if (!err)
		err = page_take_after(call, &feed, &below);
	if (!err)
		err = take_words(call, q);
	if (!err)
		err = indexing_catch_up(n);
	if (err)
		return err;
	if (filter.kind_first)
		add_kinds(q, &filter);
	add_year(q, call);
	can_find = add_feeds(q, call);
	page_init(&p, call);
	if (can_find)
		err = fill(&p, q, below);
	page_end_more(&p, call->result, 1);
	wici_mp_str(call->result, "pending");
	wici_mp_uint(call->result,
		     indexing_is_done(n) ? 0
					 : (uint64_t)(n->last_n - n->indexed));
	return err;
}

static enum wici_err record_search(struct call *call)
{
	struct query *q = growing_alloc(sizeof(*q));
	enum wici_err err;

	memset(q, 0, sizeof(*q));
	err = search(call, q);
	free(q);
	return err;
}

const struct method methods_search[] = {
	{.name = "record.search",
	 .only_asks = true,
	 .params = search_params,
	 .needs_index = true,
	 .function = record_search},
	{.name = NULL},
};
