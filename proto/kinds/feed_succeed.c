/* proto/kinds/feed_succeed.c — feed.succeed: which feed this one carries on,
 * and from where, signed by the institution's present key. The node alone
 * writes it: no field comes from a client. */
#include "proto/kinds/feed_succeed.h"

#include "proto/kinds/row.h"

#define AT(member) offsetof(struct wici_succeed_body, member)
#define BY_NODE    (WICI_REQUIRED | WICI_BY_NODE)

/* clang-format off */
static const struct wici_field succeed_fields[] = {
	WICI_ROW_AT("close", BOOL, AT(close),
		    "Zamyka poprzedni dziennik", "Closes the feed before",
		    .flags = BY_NODE),
	WICI_ROW_AT("feed", BYTES, AT(feed),
		    "Poprzedni dziennik", "The feed before",
		    .flags = BY_NODE, .len_max = WICI_KEY_LEN),
	WICI_ROW_AT("id", RECORD, AT(id),
		    "Jego ostatni znany wpis", "Its last known entry",
		    .flags = BY_NODE),
	WICI_ROW_AT("identity", MEMBER, AT(identity),
		    "Tożsamość", "Identity", .flags = BY_NODE),
	WICI_ROW_AT("seq", UINT, AT(seq),
		    "Numer tego wpisu", "Number of that entry",
		    .flags = BY_NODE),
	WICI_ROW_AT("signature", BYTES, AT(signature),
		    "Podpis tożsamości", "Signature of the identity",
		    .flags = BY_NODE, .len_max = WICI_SIG_LEN),
	{.name = NULL},
};
/* clang-format on */

/* Entries count from 1, and there is one: it has an id. */
static enum wici_err check_succeed(const void *body, const char **field)
{
	const struct wici_succeed_body *s = body;

	if (s->seq > 0)
		return WICI_OK;
	*field = "seq";
	return WICI_BAD_FIELD;
}

const struct wici_kind wici_kind_feed_succeed = {
	.number = WICI_KIND_FEED_SUCCEED,
	.name = "feed.succeed",
	.by = WICI_BY_MEMBER,
	.is_right = true,
	.fields = succeed_fields,
	.body_len = sizeof(struct wici_succeed_body),
	.check = check_succeed,
	.label = {"Kontynuacja dziennika", "Continuation of a feed"},
};
