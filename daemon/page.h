/* daemon/page.h — Lists come in pages: at most so many items, and where the
 * next page begins. For the methods. */
#ifndef WICI_DAEMON_PAGE_H
#define WICI_DAEMON_PAGE_H

#include "daemon/method.h"
#include "daemon/store/record.h"

#define PAGE_LIMIT     20u
#define PAGE_LIMIT_MAX 200u
/* A page ends early rather than grow beyond what a reply may hold. */
#define PAGE_BYTES_MAX (GROWING_LEN_MAX / 2)

struct page {
	struct node *node;
	struct growing items; /* Of an array whose head comes last. */
	uint32_t count;
	uint32_t limit;
	char next[72]; /* What "after" is to be; "" at the end of the list. */
};

/* From the call's "limit". */
void page_init(struct page *p, const struct call *call);
bool page_is_full(const struct page *p);

/* Writes {"items": […], "next": …} and clears. _more: as many pairs follow,
 * which the caller writes. */
void page_end(struct page *p, struct wici_mp_writer *w);
void page_end_more(struct page *p, struct wici_mp_writer *w, uint32_t more);

/* Where the page before ended, from the call's "after": "123", or "4:123"
 * (*feed 4). 0, 0: from the beginning. WICI_BAD_FIELD. */
WICI_NODISCARD
enum wici_err page_take_after(struct call *call, int64_t *feed, int64_t *at);

/* Shows the records that a filter finds, newest first, until the page is full
 * or seen_max were looked at. show writes one item and counts it, or leaves
 * it out. */
WICI_NODISCARD
enum wici_err page_fill(struct page *p, struct record_filter *filter,
			uint32_t seen_max,
			enum wici_err (*show)(struct page *p, int64_t entry,
					      const void *arg),
			const void *arg);

#endif
