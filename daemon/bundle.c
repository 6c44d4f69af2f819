/* daemon/bundle.c — Bundles that clients have open: one a client. Out:
 * daemon/bundle_out.c; in: daemon/bundle_in.c. */
#include "daemon/bundle_private.h"

#include "proto/require.h"

#include <stdlib.h>

struct bundle *bundle_of(const struct node *n, uint64_t client)
{
	struct bundle *b = n->bundles;

	while (b && b->client != client)
		b = b->next;
	return b;
}

const struct bundle_counts *bundle_counts(const struct bundle *b)
{
	return &b->counts;
}

static void bundle_free(struct bundle *b)
{
	growing_clear(&b->late);
	growing_clear(&b->left);
	free(b->rest);
	free(b->statements);
	free(b->parts);
	free(b->files);
	if (b->reader)
		sodium_memzero(b->reader, sizeof(*b->reader));
	free(b->reader);
	free(b);
}

void bundle_forget(struct node *n, uint64_t client)
{
	struct bundle **at = &n->bundles;

	while (*at) {
		struct bundle *b = *at;

		if (b->client != client) {
			at = &b->next;
			continue;
		}
		*at = b->next;
		bundle_free(b);
	}
}

void bundle_free_all(struct node *n)
{
	while (n->bundles)
		bundle_forget(n, n->bundles->client);
}

struct bundle *bundle_new(struct node *n, uint64_t client)
{
	struct bundle *b = calloc(1, sizeof(*b));

	WICI_REQUIRE(b);
	bundle_forget(n, client);
	b->client = client;
	b->next = n->bundles;
	n->bundles = b;
	return b;
}

bool bundle_is_out(const struct bundle *b)
{
	return b->is_out;
}

void bundle_reject(struct bundle *b, const char *reason,
		   const struct wici_key *feed, uint64_t seq, uint64_t entries)
{
	struct bundle_counts *c = &b->counts;
	struct bundle_rejected *last =
		c->rejected_count ? &c->rejected[c->rejected_count - 1] : NULL;

	c->rejects += entries;
	if (feed && last && wici_key_equal(&last->feed, feed) &&
	    strcmp(last->reason, reason) == 0) {
		last->entries += entries;
		return;
	}
	if (c->rejected_count == BUNDLE_REJECTED_MAX)
		return;
	last = &c->rejected[c->rejected_count++];
	*last = (struct bundle_rejected){
		.reason = reason, .seq = seq, .entries = entries};
	if (feed)
		last->feed = *feed;
}
