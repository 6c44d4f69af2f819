/* proto/kinds/witness.c — witness: the root's version, the heads of the issuing
 * feeds, and a hash of everything public. Its node alone writes it. */
#include "proto/kinds/witness.h"

#include "proto/kinds/row.h"

#define AT(member) offsetof(struct wici_witness_body, member)
#define BY_NODE    (WICI_REQUIRED | WICI_BY_NODE)

/* clang-format off */
static const struct wici_field head_fields[] = {
	WICI_ROW("feed", BYTES, "Dziennik", "Feed",
		 .flags = WICI_REQUIRED, .len_max = WICI_KEY_LEN),
	WICI_ROW("id", BYTES, "Ostatni wpis", "Last entry",
		 .flags = WICI_REQUIRED, .len_max = WICI_ID_LEN),
	WICI_ROW("seq", UINT, "Numer", "Number", .flags = WICI_REQUIRED),
	{.name = NULL},
};

static const struct wici_field witness_fields[] = {
	WICI_ROW_AT("heads", MAP, AT(heads),
		    "Dzienniki wystawców", "Feeds of the issuers",
		    .flags = WICI_BY_NODE | WICI_LIST,
		    .items_max = WICI_WITNESS_HEADS_MAX,
		    .sub = head_fields),
	WICI_ROW_AT("heads_count", UINT, AT(heads_count),
		    "Liczba dzienników", "Number of feeds", .flags = BY_NODE),
	WICI_ROW_AT("heads_root", BYTES, AT(heads_root),
		    "Skrót dzienników", "Hash of the feeds",
		    .flags = BY_NODE, .len_max = WICI_ID_LEN),
	WICI_ROW_AT("roster", UINT, AT(roster),
		    "Wersja wykazu", "Version of the roster",
		    .flags = BY_NODE),
	WICI_ROW_AT("roster_id", BYTES, AT(roster_id),
		    "Zmiana wykazu", "Change of the roster",
		    .flags = BY_NODE, .len_max = WICI_ID_LEN),
	{.name = NULL},
};
/* clang-format on */

const struct wici_kind wici_kind_witness = {
	.number = WICI_KIND_WITNESS,
	.name = "witness",
	.by = WICI_BY_WITNESS,
	.is_right = true,
	.fields = witness_fields,
	.body_len = sizeof(struct wici_witness_body),
	.label = {"Zapis świadka", "Witness entry"},
};
