/* daemon/fetch.c — Who fetches what from whom: offers, and one asked link a
 * feed.
 *
 * A feed is in one place: waiting[class] while nobody is asked, asked while
 * somebody is. It leaves when no offer is ahead of what we hold. */
#include "daemon/fetch.h"

#include "daemon/erase.h"
#include "proto/require.h"

#include <stdlib.h>
#include <uthash.h>
#include <utlist.h>

struct fetch_offer {
	uint64_t link;
	uint64_t seq;
};

struct fetch_feed {
	struct wici_key key;
	int class;
	uint64_t have;  /* Arrived up to here, as far as fetch knows. */
	uint64_t asked; /* Link; 0: in waiting. */
	uint64_t to;    /* What was asked for, inclusive. */
	uint64_t moved_ms;
	struct fetch_offer *offers;
	size_t offers_count, offers_max;
	struct fetch_feed *prev, *next; /* In waiting or asked. */
	UT_hash_handle hh;
};

struct fetch_link {
	uint64_t n;
	size_t offers, asked;
	uint64_t moved_ms;   /* It brought something that it was asked for. */
	uint64_t stalled_ms; /* It did not; 0: never yet. */
	UT_hash_handle hh;
};

void fetch_init(struct fetch *f)
{
	memset(f, 0, sizeof(*f));
}

static struct fetch_link *fetch_link_of(const struct fetch *f, uint64_t n)
{
	struct fetch_link *link;

	HASH_FIND(hh, f->links, &n, sizeof(n), link);
	return link;
}

static struct fetch_link *fetch_link_add(struct fetch *f, uint64_t n)
{
	struct fetch_link *link = fetch_link_of(f, n);

	if (link)
		return link;
	link = calloc(1, sizeof(*link));
	WICI_REQUIRE(link != NULL);
	link->n = n;
	HASH_ADD(hh, f->links, n, sizeof(link->n), link);
	return link;
}

static void fetch_unlist(struct fetch *f, struct fetch_feed *feed)
{
	if (feed->asked)
		DL_DELETE(f->asked, feed);
	else
		DL_DELETE(f->waiting[feed->class], feed);
}

/* No offer is left: nobody is asked either. */
static void fetch_free(struct fetch *f, struct fetch_feed *feed)
{
	WICI_REQUIRE(feed->offers_count == 0);
	if (feed->asked)
		fetch_link_of(f, feed->asked)->asked--;
	fetch_unlist(f, feed);
	HASH_DEL(f->feeds, feed);
	free(feed->offers);
	free(feed);
}

static void fetch_wait(struct fetch *f, struct fetch_feed *feed)
{
	if (!feed->asked)
		return;
	DL_DELETE(f->asked, feed);
	fetch_link_of(f, feed->asked)->asked--;
	feed->asked = 0;
	DL_PREPEND(f->waiting[feed->class], feed);
}

void fetch_clear(struct fetch *f)
{
	struct fetch_link *link, *tmp;

	HASH_ITER(hh, f->links, link, tmp)
	fetch_forget(f, link->n);
	WICI_REQUIRE(f->feeds == NULL);
}

static struct fetch_feed *fetch_find(const struct fetch *f,
				     const struct wici_key *key)
{
	struct fetch_feed *feed;

	HASH_FIND(hh, f->feeds, key, sizeof(*key), feed);
	return feed;
}

static struct fetch_offer *fetch_offer_of(struct fetch_feed *feed,
					  uint64_t link)
{
	for (size_t i = 0; i < feed->offers_count; i++) {
		if (feed->offers[i].link == link)
			return &feed->offers[i];
	}
	return NULL;
}

static void fetch_drop_offer(struct fetch *f, struct fetch_feed *feed,
			     uint64_t link)
{
	struct fetch_offer *offer = fetch_offer_of(feed, link);

	if (!offer)
		return;
	*offer = feed->offers[--feed->offers_count];
	fetch_link_of(f, link)->offers--;
	if (feed->asked == link)
		fetch_wait(f, feed);
	if (feed->offers_count == 0)
		fetch_free(f, feed);
}

static struct fetch_feed *fetch_add(struct fetch *f,
				    const struct wici_head *head, int class)
{
	struct fetch_feed *feed = calloc(1, sizeof(*feed));

	WICI_REQUIRE(feed != NULL);
	WICI_REQUIRE(class >= 0 && class < FETCH_CLASSES);
	feed->key = head->feed;
	feed->class = class;
	HASH_ADD(hh, f->feeds, key, sizeof(feed->key), feed);
	DL_APPEND(f->waiting[class], feed);
	return feed;
}

static bool fetch_is_doubted(const struct fetch *f,
			     const struct fetch_link *link)
{
	return link->stalled_ms &&
	       f->now_ms - link->stalled_ms < FETCH_DOUBT_MS;
}

enum wici_err fetch_offer(struct fetch *f, uint64_t link,
			  const struct wici_head *head, int feed_class)
{
	struct fetch_link *from = fetch_link_add(f, link);
	struct fetch_feed *feed = fetch_find(f, &head->feed);
	struct fetch_offer *offer = feed ? fetch_offer_of(feed, link) : NULL;

	if (offer) {
		if (offer->seq < head->seq)
			offer->seq = head->seq;
		return WICI_OK;
	}
	if (from->offers >= FETCH_OFFERS_MAX || fetch_is_doubted(f, from) ||
	    (!feed && HASH_COUNT(f->feeds) >= FETCH_FEEDS_MAX))
		return WICI_TOO_LARGE;
	if (!feed)
		feed = fetch_add(f, head, feed_class);
	if (feed->offers_count == feed->offers_max) {
		feed->offers_max += 4;
		feed->offers = reallocarray(feed->offers, feed->offers_max,
					    sizeof(*feed->offers));
		WICI_REQUIRE(feed->offers != NULL);
	}
	feed->offers[feed->offers_count++] =
		(struct fetch_offer){link, head->seq};
	from->offers++;
	return WICI_OK;
}

/* And does it move? Who only says so must not hold up everything else. */
static bool fetch_is_registrar_behind(const struct fetch *f, uint64_t now_ms)
{
	const struct fetch_feed *feed;

	if (f->waiting[0])
		return true;
	DL_FOREACH(f->asked, feed)
	{
		if (feed->class == 0 && now_ms - feed->moved_ms < FETCH_GATE_MS)
			return true;
	}
	return false;
}

/* What we hold now, pending entries included. */
static uint64_t fetch_have(const struct node *n, const struct wici_key *key)
{
	const struct feed *feed = feeds_find(&n->feeds, key);

	return feed ? feed->row.seq : 0;
}

/* Of what is offered, the last that counts here. What stands behind an entry
 * that was not taken is not sent for nothing each time it is tried again. */
static uint64_t fetch_useful(const struct node *n, const struct wici_key *key,
			     uint64_t seq)
{
	const struct feed *feed = feeds_find(&n->feeds, key);
	uint64_t next = fetch_have(n, key) + 1;

	if (seq > next && erase_is_missed(n, key, next))
		return next;
	return feed && feed->limit.counts && seq > feed->limit.seq
		       ? feed->limit.seq
		       : seq;
}

static enum wici_err fetch_next_of_class(struct fetch *f, int class,
					 uint64_t link, const struct node *n,
					 struct fetch_want *want)
{
	struct fetch_feed *feed, *tmp;

	DL_FOREACH_SAFE(f->waiting[class], feed, tmp)
	{
		struct fetch_offer *offer = fetch_offer_of(feed, link);
		uint64_t to;

		if (!offer)
			continue;
		feed->have = fetch_have(n, &feed->key);
		to = fetch_useful(n, &feed->key, offer->seq);
		if (to <= feed->have) {
			fetch_drop_offer(f, feed, link);
			continue;
		}
		*want = (struct fetch_want){feed->key, feed->have + 1, to};
		return WICI_OK;
	}
	return WICI_END;
}

enum wici_err fetch_next(struct fetch *f, uint64_t link, const struct node *n,
			 uint64_t now_ms, struct fetch_want *want)
{
	int last = fetch_is_registrar_behind(f, now_ms) ? 0 : FETCH_CLASSES - 1;
	struct fetch_link *of = fetch_link_of(f, link);
	struct fetch_feed *feed;

	if (!of || !of->offers || of->asked >= FETCH_LINK_MAX)
		return WICI_END;
	for (int class = 0; class <= last; class ++) {
		if (fetch_next_of_class(f, class, link, n, want) != WICI_OK)
			continue;
		feed = fetch_find(f, &want->feed);
		DL_DELETE(f->waiting[class], feed);
		feed->asked = link;
		feed->to = want->to;
		feed->moved_ms = now_ms;
		if (of->asked == 0)
			of->moved_ms = now_ms;
		DL_APPEND(f->asked, feed);
		of->asked++;
		return WICI_OK;
	}
	return WICI_END;
}

void fetch_arrived(struct fetch *f, const struct wici_key *feed, uint64_t seq,
		   uint64_t link, uint64_t now_ms)
{
	struct fetch_feed *ff = fetch_find(f, feed);
	size_t i = 0;

	if (!ff)
		return;
	/* What we hold already is no progress. */
	if (ff->asked == link && seq > ff->have)
		ff->moved_ms = fetch_link_of(f, link)->moved_ms = now_ms;
	ff->have = seq;
	while (i < ff->offers_count) {
		if (ff->offers[i].seq > seq) {
			i++;
			continue;
		}
		fetch_link_of(f, ff->offers[i].link)->offers--;
		ff->offers[i] = ff->offers[--ff->offers_count];
	}
	if (ff->offers_count == 0)
		fetch_free(f, ff);
	else if (ff->asked && seq >= ff->to)
		fetch_wait(f, ff);
}

void fetch_withdraw(struct fetch *f, uint64_t link, const struct wici_key *feed)
{
	struct fetch_feed *ff = fetch_find(f, feed);

	if (ff)
		fetch_drop_offer(f, ff, link);
}

static void fetch_drop_offers(struct fetch *f, uint64_t link)
{
	struct fetch_feed *feed, *tmp;

	HASH_ITER(hh, f->feeds, feed, tmp)
	fetch_drop_offer(f, feed, link);
}

void fetch_forget(struct fetch *f, uint64_t link)
{
	struct fetch_link *gone = fetch_link_of(f, link);

	if (!gone)
		return;
	fetch_drop_offers(f, link);
	HASH_DEL(f->links, gone);
	free(gone);
}

/* A link serves what it is asked for one by one: while it brings anything, the
 * rest has to wait, unless others could bring it. */
uint64_t fetch_stalled(struct fetch *f, uint64_t now_ms)
{
	struct fetch_feed *feed;

	f->now_ms = now_ms;
	DL_FOREACH(f->asked, feed)
	{
		struct fetch_link *link = fetch_link_of(f, feed->asked);

		if (now_ms - feed->moved_ms < FETCH_STALL_MS)
			continue;
		if (now_ms - link->moved_ms >= FETCH_STALL_MS) {
			link->stalled_ms = now_ms;
			fetch_drop_offers(f, link->n);
			return link->n;
		}
		if (now_ms - feed->moved_ms >= FETCH_SLOW_MS &&
		    feed->offers_count > 1) {
			fetch_drop_offer(f, feed, link->n);
			return link->n;
		}
	}
	return 0;
}

bool fetch_is_idle(const struct fetch *f, uint64_t link)
{
	const struct fetch_link *of = fetch_link_of(f, link);

	return !of || of->offers == 0;
}

uint64_t fetch_behind(const struct fetch *f, uint64_t link,
		      const struct node *n)
{
	struct fetch_feed *feed, *tmp;
	uint64_t behind = 0;

	if (fetch_is_idle(f, link))
		return 0;
	HASH_ITER(hh, f->feeds, feed, tmp)
	{
		const struct fetch_offer *offer = fetch_offer_of(feed, link);
		uint64_t have = fetch_have(n, &feed->key);

		uint64_t to =
			fetch_useful(n, &feed->key, offer ? offer->seq : 0);

		if (to > have)
			behind += to - have;
	}
	return behind;
}
