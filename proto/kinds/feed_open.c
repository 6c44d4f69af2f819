/* proto/kinds/feed_open.c — feed.open: which institution a feed belongs to,
 * signed by that institution's identity key. */
#include "proto/kinds/feed_open.h"

#include "proto/kinds/row.h"

#define AT(member) offsetof(struct wici_open_body, member)

/* clang-format off */
static const struct wici_field open_fields[] = {
	WICI_ROW_AT("identity", MEMBER, AT(identity),
		    "Tożsamość", "Identity", .flags = WICI_REQUIRED),
	WICI_ROW_AT("signature", BYTES, AT(signature),
		    "Podpis tożsamości", "Signature of the identity",
		    .flags = WICI_REQUIRED, .len_max = WICI_SIG_LEN),
	{.name = NULL},
};
/* clang-format on */

const struct wici_kind wici_kind_feed_open = {
	.number = WICI_KIND_FEED_OPEN,
	.name = "feed.open",
	.by = WICI_BY_OPENING,
	.is_right = true,
	.fields = open_fields,
	.body_len = sizeof(struct wici_open_body),
	.label = {"Otwarcie dziennika", "Opening of a feed"},
};
