/* proto/kinds/area.c — area.update: streets and blocks in which an
 * institution organises the community.
 *
 * Each year's change is a record of its own; the area is their union. */
#include "proto/kinds/area.h"

#include "proto/kinds/row.h"

#define AT(member) offsetof(struct wici_area_body, member)

/* clang-format off */
static const struct wici_word change_words[] = {
	{"start", {"wyznaczenie obszaru", "start"}},
	{"extension", {"poszerzenie", "extension"}},
	{"next", {"kolejny obszar", "next area"}},
	{"end", {"zakończenie", "end"}},
	{.code = NULL},
};

static const struct wici_field address_fields[] = {
	WICI_ROW("number", LINE, "Numer", "Number",
		 .flags = WICI_REQUIRED, .len_max = 20),
	WICI_ROW("street", LINE, "Ulica", "Street",
		 .flags = WICI_REQUIRED, .len_max = 200),
	{.name = NULL},
};

static const struct wici_field area_fields[] = {
	WICI_ROW_AT("addresses", MAP, AT(addresses), "Adresy", "Addresses",
		    .flags = WICI_LIST, .items_max = 500,
		    .sub = address_fields),
	WICI_ROW_AT("change", WORD, AT(change), "Zmiana", "Change",
		    .words = change_words),
	WICI_ROW_AT("estate", LINE, AT(estate), "Osiedle", "Estate",
		    .len_max = 500,
		    .flags = WICI_REQUIRED | WICI_TITLE | WICI_SEARCH),
	WICI_ROW_AT("partial", BOOL, AT(partial), "Tylko część",
		    "Only a part", .flags = 0),
	WICI_ROW_AT("since_year", WHEN, AT(since_year),
		    "Od kiedy", "Since", .flags = WICI_ON),
	WICI_ROW_SOURCE,
	WICI_ROW_AT("supersedes", RECORD, AT(supersedes), "Zastępuje",
		    "Supersedes", .flags = WICI_SUPERSEDES),
	WICI_ROW_AT("until", WHEN, AT(until), "Do kiedy", "Until",
		    .flags = 0),
	WICI_ROW_AT("whole_streets", LINE, AT(whole_streets),
		    "Całe ulice", "Whole streets",
		    .flags = WICI_LIST | WICI_SEARCH, .len_max = 200,
		    .items_max = 500),
	{.name = NULL},
};
/* clang-format on */

static enum wici_err check_area(const void *body, const char **field)
{
	const struct wici_area_body *area = body;

	return wici_check_term(&area->since_year, &area->until, "until", field);
}

const struct wici_kind wici_kind_area_update = {
	.number = WICI_KIND_AREA_UPDATE,
	.name = "area.update",
	.by = WICI_BY_MEMBER,
	.fields = area_fields,
	.order = "estate partial change since_year until whole_streets "
		 "addresses",
	.body_len = sizeof(struct wici_area_body),
	.check = check_area,
	.label = {"Obszar działań", "Area of work"},
};
