/* proto/kinds/event.c — event.report: something that took place, or will, and
 * that others should know of. By name only who holds a public office. */
#include "proto/kinds/event.h"

#include "proto/kinds/row.h"

/* clang-format off */
static const struct wici_word state_words[] = {
	{"planned", {"planowane", "planned"}},
	{"announced", {"ogłoszone", "announced"}},
	{"held", {"odbyte", "held"}},
	{"reported", {"zrelacjonowane", "reported"}},
	{"cancelled", {"odwołane", "cancelled"}},
	{.code = NULL},
};

static const struct wici_field official_fields[] = {
	WICI_ROW("institution", PARTY, "Instytucja", "Institution",
		 .flags = 0),
	WICI_ROW_LINE("name", "Imię i nazwisko", "Name", 0),
	WICI_ROW_LINE("role", "Funkcja publiczna", "Public office",
		      WICI_REQUIRED),
	WICI_ROW_LINE("term", "Okres", "Term", 0),
	{.name = NULL},
};

static const struct wici_field event_fields[] = {
	WICI_ROW_LINE("audience", "Odbiorcy", "Audience", WICI_SEARCH),
	WICI_ROW("certificate", RECORD, "Certyfikat", "Certificate",
		 .flags = 0),
	WICI_ROW_LINE("character", "Charakter", "Character", 0),
	WICI_ROW("date", WHEN, "Data", "Date", .flags = WICI_ON),
	WICI_ROW_LINE("kind", "Rodzaj", "Kind", WICI_REQUIRED | WICI_SEARCH),
	WICI_ROW("officials", MAP, "Obecne osoby pełniące funkcje publiczne",
		 "Public officials present",
		 .flags = WICI_LIST, .items_max = 50, .sub = official_fields),
	WICI_ROW("organizer", PARTY, "Organizator", "Organizer", .flags = 0),
	WICI_ROW("partners", PARTY, "Partnerzy", "Partners",
		 .flags = WICI_LIST, .items_max = 50),
	WICI_ROW_LINE("place", "Miejsce", "Place", WICI_SEARCH),
	WICI_ROW_LINE("presented_by_role", "Wręczający (funkcja)",
		      "Presented by (role)", 0),
	WICI_ROW_TEXT("purpose", "Cel", "Purpose", WICI_SEARCH),
	WICI_ROW_LINE("received_by_role", "Odbierający (funkcja)",
		      "Received by (role)", 0),
	WICI_ROW("reported_in", WHEN, "Data publikacji", "Reported in",
		 .flags = 0),
	WICI_ROW_SOURCE,
	WICI_ROW("state", WORD, "Stan", "State", .words = state_words),
	WICI_ROW_SUPERSEDES,
	WICI_ROW_TEXT("text", "Relacja", "Report", WICI_SEARCH),
	WICI_ROW_LINE("title", "Tytuł", "Title",
		      WICI_REQUIRED | WICI_TITLE | WICI_SEARCH),
	WICI_ROW_LINE("topic", "Temat", "Topic", WICI_SEARCH),
	{.name = NULL},
};
/* clang-format on */

const struct wici_kind wici_kind_event_report = {
	.number = WICI_KIND_EVENT_REPORT,
	.name = "event.report",
	.by = WICI_BY_MEMBER,
	.fields = event_fields,
	.label = {"Relacja z wydarzenia", "Report of an event"},
};
