/* proto/kinds/chronicle.c — chronicle.write: an entry in the chronicle of a
 * place, by an institution or a group; never by a person. */
#include "proto/kinds/chronicle.h"

#include "proto/kinds/row.h"

/* clang-format off */
static const struct wici_field chronicle_fields[] = {
	WICI_ROW_LINE("author", "Autor (instytucja lub grupa)",
		      "Author (institution or group)",
		      WICI_SEARCH | WICI_GUARDED),
	WICI_ROW("date", WHEN, "Data", "Date", .flags = WICI_ON),
	WICI_ROW("place", RECORD, "Miejsce", "Place", .flags = 0),
	WICI_ROW_SOURCE,
	WICI_ROW_SUPERSEDES,
	WICI_ROW_TEXT("text", "Treść", "Text",
		      WICI_REQUIRED | WICI_TITLE | WICI_SEARCH),
	WICI_ROW("visit", RECORD, "Wizyta", "Visit", .flags = WICI_SUBJECT),
	{.name = NULL},
};
/* clang-format on */

const struct wici_kind wici_kind_chronicle_write = {
	.number = WICI_KIND_CHRONICLE_WRITE,
	.name = "chronicle.write",
	.by = WICI_BY_MEMBER,
	.fields = chronicle_fields,
	.order = "place date author text visit",
	.label = {"Wpis do kroniki", "Chronicle entry"},
};
