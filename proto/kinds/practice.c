/* proto/kinds/practice.c — practice.*: a good practice, told so that another
 * institution can judge whether it would work there too, and what became of it
 * there.
 *
 *   publish               withdraw
 *   ───────> PUBLISHED ──────────────> WITHDRAWN
 *              ▲  │ ▲                      │
 *      publish └──┘ └────── publish ───────┘
 *
 * Each version supersedes the one before; acts about any of them are about the
 * practice. Its adoption elsewhere is a process of the adopter's own, whose
 * every step supersedes the one before and says in its `state` how far it is:
 *
 *   CONSIDERED ──> PLANNED ──> UNDER WAY ──> IN PLACE      any ──> DROPPED
 *
 * Steps may be left out, and what was dropped may be taken up again. */
#include "proto/kinds/practice.h"

#include "proto/kinds/row.h"
#include "proto/process.h"

#define ST(name)  name
#define ACT(name) WICI_KIND_PRACTICE_##name

/* clang-format off */
static const struct wici_field practice_fields[] = {
	WICI_ROW_TEXT("actions", "Działania", "Actions", WICI_SEARCH),
	WICI_ROW_LINE("area", "Obszar", "Area", WICI_SEARCH),
	WICI_ROW_TEXT("audience", "Odbiorcy", "Audience", WICI_SEARCH),
	WICI_ROW_LINE("contact_role", "Kontakt (funkcja)", "Contact (role)",
		      0),
	WICI_ROW_TEXT("effects", "Efekty", "Effects", WICI_SEARCH),
	WICI_ROW_FILES("files", "Pliki", "Files"),
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

static const struct wici_field withdraw_fields[] = {
	WICI_ROW_AFTER,
	WICI_ROW("practice", RECORD, "Praktyka", "Practice",
		 .flags = WICI_REQUIRED | WICI_SUBJECT),
	WICI_ROW_TEXT("text", "Powód", "Reason", WICI_TITLE | WICI_SEARCH),
	{.name = NULL},
};

static const struct wici_word state_words[] = {
	{"considered", {"rozważana", "considered"}},
	{"planned", {"planowana", "planned"}},
	{"under-way", {"wdrażana", "under way"}},
	{"in-place", {"wdrożona", "in place"}},
	{"dropped", {"zaniechana", "dropped"}},
	{.code = NULL},
};

static const struct wici_field adopt_fields[] = {
	WICI_ROW_TEXT("adaptations", "Zmiany u nas", "Adaptations",
		      WICI_SEARCH),
	WICI_ROW("date", WHEN, "Data", "Date", .flags = WICI_ON),
	WICI_ROW_TEXT("effects", "Efekty", "Effects", WICI_SEARCH),
	WICI_ROW("practice", RECORD, "Praktyka", "Practice",
		 .flags = WICI_REQUIRED),
	WICI_ROW_SOURCE,
	WICI_ROW("state", WORD, "Stan", "State",
		 .flags = WICI_MOVE, .words = state_words),
	WICI_ROW_SUPERSEDES,
	WICI_ROW_TEXT("text", "Opis", "Description",
		      WICI_TITLE | WICI_SEARCH),
	WICI_ROW("visit", RECORD, "Wizyta, z której pochodzi",
		 "The visit it comes from", .flags = WICI_SUBJECT),
	{.name = NULL},
};

enum { NONE, PUBLISHED, WITHDRAWN };

static const struct wici_process_state practice_states[] = {
	{"none", {"–", "–"}},
	{"published", {"opublikowana", "published"}},
	{"withdrawn", {"wycofana", "withdrawn"}},
	{.code = NULL},
};

static const struct wici_move practice_moves[] = {
	WICI_MOVE_ROW(NONE, PUBLISH, PUBLISHED, .by = WICI_FIRST),
	WICI_MOVE_ROW(PUBLISHED, PUBLISH, PUBLISHED, .by = WICI_FIRST),
	WICI_MOVE_ROW(PUBLISHED, WITHDRAW, WITHDRAWN, .by = WICI_FIRST),
	WICI_MOVE_ROW(WITHDRAWN, PUBLISH, PUBLISHED, .by = WICI_FIRST),
	{.kind = 0},
};

enum { NOT_BEGUN, CONSIDERED, PLANNED, UNDER_WAY, IN_PLACE, DROPPED };

static const struct wici_process_state adoption_states[] = {
	{"none", {"–", "–"}},
	{"considered", {"rozważana", "considered"}},
	{"planned", {"planowana", "planned"}},
	{"under-way", {"wdrażana", "under way"}},
	{"in-place", {"wdrożona", "in place"}},
	{"dropped", {"zaniechana", "dropped"}},
	{.code = NULL},
};

#define STEP(from_, to_, word_)                                                \
	WICI_MOVE_ROW(from_, ADOPT, to_, .by = WICI_FIRST, .word = (word_))

static const struct wici_move adoption_moves[] = {
	STEP(NOT_BEGUN, CONSIDERED, ""), /* It says no more than that. */
	STEP(NOT_BEGUN, CONSIDERED, "considered"),
	STEP(NOT_BEGUN, PLANNED, "planned"),
	STEP(NOT_BEGUN, UNDER_WAY, "under-way"),
	STEP(NOT_BEGUN, IN_PLACE, "in-place"),
	STEP(CONSIDERED, CONSIDERED, ""),
	STEP(CONSIDERED, CONSIDERED, "considered"),
	STEP(CONSIDERED, PLANNED, "planned"),
	STEP(CONSIDERED, UNDER_WAY, "under-way"),
	STEP(CONSIDERED, IN_PLACE, "in-place"),
	STEP(CONSIDERED, DROPPED, "dropped"),
	STEP(PLANNED, PLANNED, ""),
	STEP(PLANNED, PLANNED, "planned"),
	STEP(PLANNED, UNDER_WAY, "under-way"),
	STEP(PLANNED, IN_PLACE, "in-place"),
	STEP(PLANNED, DROPPED, "dropped"),
	STEP(UNDER_WAY, UNDER_WAY, ""),
	STEP(UNDER_WAY, UNDER_WAY, "under-way"),
	STEP(UNDER_WAY, IN_PLACE, "in-place"),
	STEP(UNDER_WAY, DROPPED, "dropped"),
	STEP(IN_PLACE, IN_PLACE, ""),
	STEP(IN_PLACE, IN_PLACE, "in-place"),
	STEP(IN_PLACE, DROPPED, "dropped"),
	STEP(DROPPED, DROPPED, ""),
	STEP(DROPPED, DROPPED, "dropped"),
	STEP(DROPPED, CONSIDERED, "considered"),
	STEP(DROPPED, PLANNED, "planned"),
	STEP(DROPPED, UNDER_WAY, "under-way"),
	STEP(DROPPED, IN_PLACE, "in-place"),
	{.kind = 0},
};
/* clang-format on */

static const struct wici_process process_practice = {
	.name = "practice",
	.label = {"Dobra praktyka", "Good practice"},
	.sides = {{"author", {"Autor", "Author"}}},
	.states = practice_states,
	.moves = practice_moves,
};

static const struct wici_process process_adoption = {
	.name = "adoption",
	.label = {"Wdrożenie praktyki", "Adoption of a practice"},
	.sides = {{"adopter", {"Wdrażający", "Adopter"}}},
	.states = adoption_states,
	.moves = adoption_moves,
	.one_for = "practice",
};

const struct wici_kind wici_kind_practice_publish = {
	.number = WICI_KIND_PRACTICE_PUBLISH,
	.name = "practice.publish",
	.by = WICI_BY_MEMBER,
	.fields = practice_fields,
	.order = "title problem goal audience actions resources partners "
		 "effects "
		 "obstacles preconditions transferability osl_tool area "
		 "contact_role text",
	.process = &process_practice,
	.label = {"Dobra praktyka", "Good practice"},
};

const struct wici_kind wici_kind_practice_withdraw = {
	.number = WICI_KIND_PRACTICE_WITHDRAW,
	.name = "practice.withdraw",
	.by = WICI_BY_MEMBER,
	.fields = withdraw_fields,
	.label = {"Wycofanie praktyki", "Withdrawal of a practice"},
};

const struct wici_kind wici_kind_practice_adopt = {
	.number = WICI_KIND_PRACTICE_ADOPT,
	.name = "practice.adopt",
	.by = WICI_BY_MEMBER,
	.fields = adopt_fields,
	.process = &process_adoption,
	.label = {"Wdrożenie praktyki", "Adoption of a practice"},
};
