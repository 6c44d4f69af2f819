/* proto/kinds/practice.c — practice.publish: a good practice, told so that
 * another institution can judge whether it would work there too. */
#include "proto/kinds/practice.h"

#include "proto/kinds/row.h"

/* clang-format off */
static const struct wici_field practice_fields[] = {
	WICI_ROW_TEXT("actions", "Działania", "Actions", WICI_SEARCH),
	WICI_ROW_LINE("area", "Obszar", "Area", WICI_SEARCH),
	WICI_ROW_TEXT("audience", "Odbiorcy", "Audience", WICI_SEARCH),
	WICI_ROW_LINE("contact_role", "Kontakt (funkcja)", "Contact (role)",
		      0),
	WICI_ROW_TEXT("effects", "Efekty", "Effects", WICI_SEARCH),
	WICI_ROW_TEXT("goal", "Cel", "Goal", WICI_SEARCH),
	WICI_ROW_TEXT("obstacles", "Trudności", "Obstacles", WICI_SEARCH),
	WICI_ROW_LINE("osl_tool", "Narzędzie OSL", "Community organising tool",
		      WICI_SEARCH),
	WICI_ROW_TEXT("partners", "Partnerzy", "Partners", WICI_SEARCH),
	WICI_ROW_TEXT("preconditions", "Warunki powodzenia", "Preconditions",
		      WICI_SEARCH),
	WICI_ROW_TEXT("problem", "Problem i diagnoza", "Problem", WICI_SEARCH),
	WICI_ROW_TEXT("resources", "Zasoby i koszty", "Resources",
		      WICI_SEARCH),
	WICI_ROW_SOURCE,
	WICI_ROW_SUPERSEDES,
	WICI_ROW_TEXT("text", "Opis", "Description", WICI_SEARCH),
	WICI_ROW_LINE("title", "Tytuł", "Title",
		      WICI_REQUIRED | WICI_TITLE | WICI_SEARCH),
	WICI_ROW_TEXT("transferability", "Możliwość przeniesienia",
		      "Transferability", WICI_SEARCH),
	{.name = NULL},
};
/* clang-format on */

const struct wici_kind wici_kind_practice_publish = {
	.number = WICI_KIND_PRACTICE_PUBLISH,
	.name = "practice.publish",
	.by = WICI_BY_MEMBER,
	.fields = practice_fields,
	.label = {"Dobra praktyka", "Good practice"},
};
