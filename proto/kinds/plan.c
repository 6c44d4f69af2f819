/* proto/kinds/plan.c — plan.publish: the plan for organising the local
 * community, or the local action plan (PAL), of a year. An update is a record
 * that supersedes the plan that it revises. */
#include "proto/kinds/plan.h"

#include "proto/kinds/row.h"

/* clang-format off */
static const struct wici_field plan_fields[] = {
	WICI_ROW_TEXT("diagnosis", "Diagnoza", "Diagnosis", WICI_SEARCH),
	WICI_ROW("measures", TEXT, "Działania", "Measures",
		 .flags = WICI_LIST | WICI_SEARCH, .len_max = 2000,
		 .items_max = 100),
	WICI_ROW_SOURCE,
	WICI_ROW_SUPERSEDES,
	WICI_ROW_TEXT("text", "Opis", "Description", WICI_SEARCH),
	WICI_ROW_LINE("title", "Tytuł", "Title",
		      WICI_REQUIRED | WICI_TITLE | WICI_SEARCH),
	WICI_ROW("year", WHEN, "Rok", "Year",
		 .flags = WICI_REQUIRED | WICI_ON),
	{.name = NULL},
};
/* clang-format on */

const struct wici_kind wici_kind_plan_publish = {
	.number = WICI_KIND_PLAN_PUBLISH,
	.name = "plan.publish",
	.by = WICI_BY_MEMBER,
	.fields = plan_fields,
	.order = "title year diagnosis measures text",
	.label = {"Plan OSL lub PAL", "Plan for the local community"},
};
