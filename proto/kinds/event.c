/* proto/kinds/event.c — event.report: something that took place, or will, and
 * that others should know of. By name only who holds a public office.
 *
 *   ──> PLANNED ──> ANNOUNCED ──> HELD ──> REPORTED
 *        │   ▲        │   ▲
 *        ▼   │        ▼   │
 *       CANCELLED ────────┘
 *
 * Each step supersedes the one before and says in its `state` how far it is; one
 * that says nothing is a report. The first may be any, steps may be left out,
 * and what was cancelled may be planned anew. */
#include "proto/kinds/event.h"

#include "proto/kinds/row.h"
#include "proto/process.h"

#define ST(name)  name
#define ACT(name) WICI_KIND_##name

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
	WICI_ROW("state", WORD, "Stan", "State",
		 .flags = WICI_MOVE, .words = state_words),
	WICI_ROW_SUPERSEDES,
	WICI_ROW_TEXT("text", "Relacja", "Report", WICI_SEARCH),
	WICI_ROW_LINE("title", "Tytuł", "Title",
		      WICI_REQUIRED | WICI_TITLE | WICI_SEARCH),
	WICI_ROW_LINE("topic", "Temat", "Topic", WICI_SEARCH),
	{.name = NULL},
};

enum { NONE, PLANNED, ANNOUNCED, HELD, REPORTED, CANCELLED };

static const struct wici_process_state states[] = {
	{"none", {"–", "–"}},
	{"planned", {"planowane", "planned"}},
	{"announced", {"ogłoszone", "announced"}},
	{"held", {"odbyte", "held"}},
	{"reported", {"zrelacjonowane", "reported"}},
	{"cancelled", {"odwołane", "cancelled"}},
	{.code = NULL},
};

#define STEP(from_, to_, word_)                                                \
	WICI_MOVE_ROW(from_, EVENT_REPORT, to_, .by = WICI_FIRST, .word = (word_))

static const struct wici_move moves[] = {
	STEP(NONE, REPORTED, ""),
	STEP(NONE, PLANNED, "planned"),
	STEP(NONE, ANNOUNCED, "announced"),
	STEP(NONE, HELD, "held"),
	STEP(NONE, REPORTED, "reported"),
	STEP(PLANNED, PLANNED, "planned"),
	STEP(PLANNED, ANNOUNCED, "announced"),
	STEP(PLANNED, HELD, "held"),
	STEP(PLANNED, REPORTED, "reported"),
	STEP(ANNOUNCED, ANNOUNCED, "announced"),
	STEP(ANNOUNCED, HELD, "held"),
	STEP(ANNOUNCED, REPORTED, "reported"),
	STEP(HELD, HELD, "held"),
	STEP(HELD, REPORTED, "reported"),
	STEP(REPORTED, REPORTED, "reported"),
	STEP(PLANNED, REPORTED, ""),
	STEP(ANNOUNCED, REPORTED, ""),
	STEP(HELD, REPORTED, ""),
	STEP(REPORTED, REPORTED, ""),
	STEP(NONE, CANCELLED, "cancelled"),
	STEP(PLANNED, CANCELLED, "cancelled"),
	STEP(ANNOUNCED, CANCELLED, "cancelled"),
	STEP(CANCELLED, CANCELLED, "cancelled"),
	STEP(CANCELLED, PLANNED, "planned"),
	STEP(CANCELLED, ANNOUNCED, "announced"),
	{.kind = 0},
};

static const struct wici_owed owed[] = {
	WICI_OWED_ROW(PLANNED, WICI_FIRST, EVENT_REPORT, .is_after = true),
	WICI_OWED_ROW(ANNOUNCED, WICI_FIRST, EVENT_REPORT, .is_after = true),
	WICI_OWED_ROW(HELD, WICI_FIRST, EVENT_REPORT, .is_after = false),
	{.kind = 0},
};
/* clang-format on */

static const struct wici_process process = {
	.name = "event",
	.label = {"Wydarzenie", "Event"},
	.sides = {{"author", {"Autor", "Author"}}},
	.states = states,
	.moves = moves,
	.owed = owed,
};

const struct wici_kind wici_kind_event_report = {
	.number = WICI_KIND_EVENT_REPORT,
	.name = "event.report",
	.by = WICI_BY_MEMBER,
	.fields = event_fields,
	.order = "title kind state date place organizer partners audience "
		 "purpose "
		 "character topic officials presented_by_role "
		 "received_by_role certificate text",
	.process = &process,
	.label = {"Relacja z wydarzenia", "Report of an event"},
};
