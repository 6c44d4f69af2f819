/* daemon/fetch.h — Who fetches what from whom.
 *
 * Links offer heads that are ahead of ours; fetch keeps, for each feed, the
 * highest offer of each link, and asks one link at a time, in the order of
 * node_feed_class; nothing else is asked while the registrar feed is behind. A
 * link that stalls or closes loses its feeds to another that offered them. */
#ifndef WICI_DAEMON_FETCH_H
#define WICI_DAEMON_FETCH_H

#include "daemon/node.h"

#define FETCH_LINK_MAX   32    /* Feeds asked of one link at a time. */
#define FETCH_OFFERS_MAX 16384 /* Of one link; more are left for later. */
#define FETCH_FEEDS_MAX  32768 /* Offered by all links together. */
#define FETCH_STALL_MS   10000u
#define FETCH_SLOW_MS    60000u /* A feed, when another link offers it too. */
#define FETCH_DOUBT_MS   30000u /* Nothing is believed of who stalled. */
#define FETCH_GATE_MS    3000u  /* So long the registrar's feed goes alone. */
#define FETCH_CLASSES    4

struct fetch_feed;
struct fetch_link; /* What a link has offered and is asked for. */

struct fetch {
	struct fetch_link *links;                  /* uthash, by number. */
	struct fetch_feed *feeds;                  /* uthash, by feed key. */
	struct fetch_feed *waiting[FETCH_CLASSES]; /* Nobody is asked. */
	struct fetch_feed *asked;
	uint64_t now_ms; /* As last heard. */
};

void fetch_init(struct fetch *f);
void fetch_clear(struct fetch *f);

/* The link says it holds this head, which is ahead of ours. WICI_TOO_LARGE: it
 * offers more than is kept, or stalled lately; what is left shows when STATE is
 * compared. */
WICI_NODISCARD
enum wici_err fetch_offer(struct fetch *f, uint64_t link,
			  const struct wici_head *head, int feed_class);

/* What to ask of this link now. WICI_END: nothing. */
struct fetch_want {
	struct wici_key feed;
	uint64_t from, to;
};
WICI_NODISCARD
enum wici_err fetch_next(struct fetch *f, uint64_t link, const struct node *n,
			 uint64_t now_ms, struct fetch_want *want);

/* Entries of the feed arrived up to seq: by the link that was asked, or by a
 * live push. Ends what is complete. */
void fetch_arrived(struct fetch *f, const struct wici_key *feed, uint64_t seq,
		   uint64_t link, uint64_t now_ms);

/* The link has no more of this feed than seq, or we cannot use it: the offer
 * is withdrawn. */
void fetch_withdraw(struct fetch *f, uint64_t link,
		    const struct wici_key *feed);

/* The link is gone, or must not be asked any more. */
void fetch_forget(struct fetch *f, uint64_t link);

/* Takes slices from links that stalled: what brings nothing of all it was
 * asked for loses every offer, and is not believed for a while. Returns one such
 * link (0: none), call again until 0. */
uint64_t fetch_stalled(struct fetch *f, uint64_t now_ms);

/* Is nothing asked of, or offered by, this link? */
bool fetch_is_idle(const struct fetch *f, uint64_t link);

/* Entries offered by this link that we lack. */
uint64_t fetch_behind(const struct fetch *f, uint64_t link,
		      const struct node *n);

#endif
