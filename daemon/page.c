/* daemon/page.c — One page of a list: from where the last one ended, until it
 * is full. */
#include "daemon/page.h"

#include "daemon/view.h"

#include <stdio.h>

#define PAGE_STEP ((size_t)64) /* Records asked of the store at a time. */

void page_init(struct page *p, const struct call *call)
{
	uint64_t limit = method_uint(call, "limit", PAGE_LIMIT);

	memset(p, 0, sizeof(*p));
	p->node = call->node;
	growing_init(&p->items, GROWING_LEN_MAX);
	p->limit = limit > PAGE_LIMIT_MAX ? PAGE_LIMIT_MAX : (uint32_t)limit;
	if (p->limit == 0)
		p->limit = 1;
}

bool page_is_full(const struct page *p)
{
	return p->count >= p->limit || p->items.w.len >= PAGE_BYTES_MAX;
}

void page_end(struct page *p, struct wici_mp_writer *w)
{
	page_end_more(p, w, 0);
}

void page_end_more(struct page *p, struct wici_mp_writer *w, uint32_t more)
{
	wici_mp_map(w, 2 + more);
	wici_mp_str(w, "items");
	wici_mp_array(w, p->count);
	if (p->items.w.overflow)
		w->overflow = true;
	wici_mp_raw(w, growing_bytes(&p->items));
	wici_mp_str(w, "next");
	view_line(w, wici_bytes_str(p->next));
	growing_clear(&p->items);
}

enum wici_err page_take_after(struct call *call, int64_t *feed, int64_t *at)
{
	struct wici_bytes text;
	struct wici_bytes raw = {NULL, 0};
	long long a = 0;
	long long b = 0;
	char copy[48] = "";
	char end;
	int got;

	*feed = *at = 0;
	if (!method_str(call, "after", &text))
		return WICI_OK;
	if (text.len < sizeof(copy))
		memcpy(copy, text.p, text.len);
	got = sscanf(copy, "%18lld:%18lld%c", &a, &b, &end);
	if (got == 2 && a > 0 && b > 0) {
		*feed = a;
		*at = b;
		return WICI_OK;
	}
	if (got == 1 && a > 0 && sscanf(copy, "%18lld%c", &a, &end) == 1) {
		*at = a;
		return WICI_OK;
	}
	(void)method_raw(call, "after", &raw);
	return fault_set(&call->fault, WICI_BAD_FIELD, "after", "cursor", raw);
}

/* The page ends here: it has a next one only if something follows. */
static enum wici_err page_stop(struct page *p,
			       const struct record_filter *filter)
{
	int64_t further;
	size_t count = 0;
	enum wici_err err =
		record_list(p->node->store, filter, &further, 1, &count);

	if (!err && count)
		(void)snprintf(p->next, sizeof(p->next), "%lld",
			       (long long)filter->below);
	return err;
}

enum wici_err page_fill(struct page *p, struct record_filter *filter,
			uint32_t seen_max,
			enum wici_err (*show)(struct page *p, int64_t entry,
					      const void *arg),
			const void *arg)
{
	int64_t ns[PAGE_STEP];
	size_t count = PAGE_STEP;
	uint32_t seen = 0;
	enum wici_err err = WICI_OK;

	while (!err && count == PAGE_STEP) {
		err = record_list(p->node->store, filter, ns, PAGE_STEP,
				  &count);
		for (size_t i = 0; !err && i < count; i++) {
			err = show(p, ns[i], arg);
			filter->below = ns[i];
			if (!err && (page_is_full(p) || ++seen >= seen_max))
				return page_stop(p, filter);
		}
	}
	return err;
}
