/* proto/kinds/beacon.c — beacon: how each certificate of a scheme stands. The
 * node of its issuer alone writes it. */
#include "proto/kinds/beacon.h"

#include "proto/kinds/row.h"

#define AT(member) offsetof(struct wici_beacon_body, member)
#define BY_NODE    (WICI_REQUIRED | WICI_BY_NODE)

/* clang-format off */
static const struct wici_field beacon_fields[] = {
	WICI_ROW_AT("grants", BYTES, AT(grants),
		    "Skrót przyznań", "Hash of the grants",
		    .flags = BY_NODE, .len_max = WICI_ID_LEN),
	WICI_ROW_AT("restored", UINT, AT(restored),
		    "Przywrócone", "Reinstated",
		    .flags = WICI_BY_NODE | WICI_LIST,
		    .items_max = WICI_BEACON_RESTORED_MAX),
	WICI_ROW_AT("roster", UINT, AT(roster),
		    "Wersja wykazu", "Version of the roster",
		    .flags = BY_NODE),
	WICI_ROW_AT("scheme", LINE, AT(scheme),
		    "Wzorzec certyfikatu", "Scheme",
		    .flags = BY_NODE | WICI_CODE | WICI_TITLE, .len_max = 40),
	/* Of any length: the rule below bounds it. */
	WICI_ROW_AT("states", BYTES, AT(states),
		    "Stany certyfikatów", "States of the certificates",
		    .flags = BY_NODE),
	{.name = NULL},
};
/* clang-format on */

static enum wici_err check_beacon(const void *body, const char **field)
{
	const struct wici_beacon_body *beacon = body;

	if (beacon->states.len > 0 &&
	    beacon->states.len <= WICI_BEACON_STATES_MAX)
		return WICI_OK;
	*field = "states";
	return WICI_BAD_FIELD;
}

const struct wici_kind wici_kind_beacon = {
	.number = WICI_KIND_BEACON,
	.name = "beacon",
	.by = WICI_BY_ISSUER,
	.is_right = true,
	.fields = beacon_fields,
	.body_len = sizeof(struct wici_beacon_body),
	.check = check_beacon,
	.label = {"Znak aktualności", "Beacon"},
};
