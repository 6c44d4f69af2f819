/* proto/kinds/claim.c — claim.make: what somebody said on a day. It stays
 * somebody's word, and is no fact: it says in which role, and when. */
#include "proto/kinds/claim.h"

#include "proto/kinds/row.h"

/* clang-format off */
static const struct wici_field claim_fields[] = {
	WICI_ROW("about", MEMBER, "O kim", "About", .flags = WICI_ABOUT),
	WICI_ROW("as_of", WHEN, "Kiedy", "As of", .flags = WICI_ON),
	WICI_ROW_LINE("by_role", "Kto (funkcja)", "By (role)",
		      WICI_REQUIRED | WICI_GUARDED),
	WICI_ROW_SOURCE,
	WICI_ROW_SUPERSEDES,
	WICI_ROW("text", TEXT, "Treść", "Text", .len_max = 2000,
		 .flags = WICI_REQUIRED | WICI_TITLE | WICI_SEARCH),
	{.name = NULL},
};
/* clang-format on */

const struct wici_kind wici_kind_claim_make = {
	.number = WICI_KIND_CLAIM_MAKE,
	.name = "claim.make",
	.by = WICI_BY_MEMBER,
	.fields = claim_fields,
	.order = "text by_role as_of about",
	.label = {"Twierdzenie", "Claim"},
};
