/* proto/kinds/team.c — team.update: a team for organising the local community,
 * as it is from a day on. It has a size and roles, and no names. */
#include "proto/kinds/team.h"

#include "proto/kinds/row.h"

/* clang-format off */
static const struct wici_field team_fields[] = {
	WICI_ROW("name", LINE, "Nazwa", "Name", .len_max = 500,
		 .flags = WICI_REQUIRED | WICI_TITLE | WICI_SEARCH |
			  WICI_GUARDED),
	/* animator lokalny, organizator sieci społecznych, lokalny planista;
	 * and whatever else a model of work may bring. */
	WICI_ROW("roles", LINE, "Role", "Roles",
		 .flags = WICI_LIST | WICI_SEARCH | WICI_GUARDED,
		 .len_max = 200, .items_max = 50),
	WICI_ROW("since", WHEN, "Od kiedy", "Since", .flags = WICI_ON),
	WICI_ROW("size", UINT, "Liczebność", "Size", .flags = 0),
	WICI_ROW_SOURCE,
	WICI_ROW_SUPERSEDES,
	WICI_ROW_TEXT("text", "Opis", "Description", WICI_SEARCH),
	WICI_ROW_LINE("unit", "Jednostka wewnętrzna", "Unit", WICI_SEARCH),
	{.name = NULL},
};
/* clang-format on */

const struct wici_kind wici_kind_team_update = {
	.number = WICI_KIND_TEAM_UPDATE,
	.name = "team.update",
	.by = WICI_BY_MEMBER,
	.fields = team_fields,
	.order = "name unit since size roles text",
	.label = {"Zespół OSL", "Community organising team"},
};
