/* proto/kinds/visit.c — visit.report: a study visit as its host tells it.
 * Of people there are numbers and roles, and no names. */
#include "proto/kinds/visit.h"

#include "proto/kinds/row.h"

/* clang-format off */
static const struct wici_field step_fields[] = {
	WICI_ROW_LINE("kind", "Rodzaj", "Kind", 0),
	WICI_ROW_LINE("place", "Miejsce", "Place", 0),
	WICI_ROW("step", UINT, "Krok", "Step", .flags = 0),
	WICI_ROW("text", TEXT, "Opis", "Description", .len_max = 2000),
	WICI_ROW("topics", LINE, "Tematy", "Topics",
		 .flags = WICI_LIST, .len_max = 500, .items_max = 20),
	{.name = NULL},
};

static const struct wici_field visit_fields[] = {
	WICI_ROW("agenda", MAP, "Program", "Agenda",
		 .flags = WICI_LIST, .items_max = 50, .sub = step_fields),
	WICI_ROW("date", WHEN, "Data", "Date",
		 .flags = WICI_REQUIRED | WICI_ON),
	WICI_ROW_TEXT("expected_result", "Oczekiwany rezultat",
		      "Expected result", WICI_SEARCH),
	WICI_ROW_TEXT("feedback", "Ocena gości", "Feedback", WICI_SEARCH),
	WICI_ROW_TEXT("follow_up", "Co dalej", "Follow-up", WICI_SEARCH),
	WICI_ROW("guest", MEMBER, "Gość", "Guest",
		 .flags = WICI_REQUIRED | WICI_ABOUT),
	WICI_ROW("guest_count", UINT, "Liczba gości", "Number of guests",
		 .flags = 0),
	WICI_ROW_LINE("guest_delegation", "Delegacja", "Delegation", 0),
	WICI_ROW("host", MEMBER, "Gospodarz", "Host", .flags = WICI_REQUIRED),
	WICI_ROW_LINE("kind", "Rodzaj", "Kind", 0),
	WICI_ROW_LINE("purpose", "Cel", "Purpose", WICI_TITLE | WICI_SEARCH),
	WICI_ROW_LINE("report_by", "Relacja (funkcja lub zespół)",
		      "Report by (role or unit)", 0),
	WICI_ROW_SOURCE,
	WICI_ROW_SUPERSEDES,
	WICI_ROW_TEXT("text", "Relacja", "Report", WICI_SEARCH),
	WICI_ROW_TEXT("wishes", "Życzenia", "Wishes", 0),
	{.name = NULL},
};
/* clang-format on */

const struct wici_kind wici_kind_visit_report = {
	.number = WICI_KIND_VISIT_REPORT,
	.name = "visit.report",
	.by = WICI_BY_MEMBER,
	.fields = visit_fields,
	.label = {"Relacja z wizyty", "Report of a visit"},
};
