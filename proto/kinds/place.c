/* proto/kinds/place.c — place.update: where people of the community meet. */
#include "proto/kinds/place.h"

#include "proto/kinds/row.h"

struct place_body {
	struct wici_when closed;
	struct wici_when opened;
};

#define AT(member) offsetof(struct place_body, member)

/* clang-format off */
static const struct wici_field place_fields[] = {
	WICI_ROW_LINE("access", "Dostępność", "Access", 0),
	WICI_ROW_LINE("address", "Adres", "Address", WICI_SEARCH),
	WICI_ROW("chronicle", BOOL, "Prowadzi kronikę", "Keeps a chronicle",
		 .flags = 0),
	WICI_ROW_AT("closed", WHEN, AT(closed), "Zamknięte", "Closed",
		    .flags = 0),
	WICI_ROW_LINE("kind", "Rodzaj", "Kind", WICI_SEARCH),
	WICI_ROW_LINE("name", "Nazwa", "Name",
		      WICI_REQUIRED | WICI_TITLE | WICI_SEARCH),
	WICI_ROW_AT("opened", WHEN, AT(opened), "Otwarte od", "Opened",
		    .flags = WICI_ON),
	WICI_ROW_LINE("origin", "Pochodzenie", "Origin", WICI_SEARCH),
	WICI_ROW_SOURCE,
	WICI_ROW_SUPERSEDES,
	WICI_ROW_TEXT("text", "Opis", "Description", WICI_SEARCH),
	{.name = NULL},
};
/* clang-format on */

static enum wici_err check_place(const void *body, const char **field)
{
	const struct place_body *place = body;

	return wici_check_term(&place->opened, &place->closed, "closed", field);
}

const struct wici_kind wici_kind_place_update = {
	.number = WICI_KIND_PLACE_UPDATE,
	.name = "place.update",
	.by = WICI_BY_MEMBER,
	.fields = place_fields,
	.order = "name kind origin address access opened closed chronicle text",
	.body_len = sizeof(struct place_body),
	.check = check_place,
	.label = {"Miejsce", "Place"},
};
