/* proto/kinds/partnership.c — partnership.update: who works with whom; also
 * with organisations that are no members.
 *
 *   ──> DECLARED ──> CONCLUDED ──> ONGOING ──> ENDED
 *                        ▲            ▲          │
 *                        └────────────┴──────────┘
 *
 * Each step supersedes the one before and says in its `state` how far it is; one
 * that says nothing tells of partners who work together. The first may be any,
 * steps may be left out, and what has ended may be taken up again. */
#include "proto/kinds/partnership.h"

#include "proto/kinds/row.h"
#include "proto/process.h"

#define ST(name)  name
#define ACT(name) WICI_KIND_##name

struct partnership_body {
	struct wici_when since;
	struct wici_when until;
};

#define AT(member) offsetof(struct partnership_body, member)

/* clang-format off */
static const struct wici_word state_words[] = {
	{"declared", {"zadeklarowane", "declared"}},
	{"concluded", {"zawarte", "concluded"}},
	{"ongoing", {"trwa", "ongoing"}},
	{"ended", {"zakończone", "ended"}},
	{.code = NULL},
};

static const struct wici_field partnership_fields[] = {
	WICI_ROW_LINE("basis_doc", "Podstawa", "Basis", 0),
	WICI_ROW("parties", PARTY, "Strony", "Parties",
		 .flags = WICI_REQUIRED | WICI_LIST, .items_max = 100),
	WICI_ROW_LINE("purpose", "Cel", "Purpose",
		      WICI_REQUIRED | WICI_TITLE | WICI_SEARCH),
	WICI_ROW_AT("since", WHEN, AT(since), "Od kiedy", "Since",
		    .flags = WICI_ON),
	WICI_ROW_SOURCE,
	WICI_ROW("state", WORD, "Stan", "State",
		 .flags = WICI_MOVE, .words = state_words),
	WICI_ROW_SUPERSEDES,
	WICI_ROW_TEXT("text", "Opis", "Description", WICI_SEARCH),
	WICI_ROW_AT("until", WHEN, AT(until), "Do kiedy", "Until",
		    .flags = 0),
	{.name = NULL},
};

enum { NONE, DECLARED, CONCLUDED, ONGOING, ENDED };

static const struct wici_process_state states[] = {
	{"none", {"–", "–"}},
	{"declared", {"zadeklarowane", "declared"}},
	{"concluded", {"zawarte", "concluded"}},
	{"ongoing", {"trwa", "ongoing"}},
	{"ended", {"zakończone", "ended"}},
	{.code = NULL},
};

#define STEP(from_, to_, word_)                                                \
	WICI_MOVE_ROW(from_, PARTNERSHIP_UPDATE, to_, .by = WICI_FIRST, .word = (word_))

static const struct wici_move moves[] = {
	STEP(NONE, ONGOING, ""),
	STEP(NONE, DECLARED, "declared"),
	STEP(NONE, CONCLUDED, "concluded"),
	STEP(NONE, ONGOING, "ongoing"),
	STEP(NONE, ENDED, "ended"),
	STEP(DECLARED, DECLARED, ""),
	STEP(DECLARED, DECLARED, "declared"),
	STEP(DECLARED, CONCLUDED, "concluded"),
	STEP(DECLARED, ONGOING, "ongoing"),
	STEP(DECLARED, ENDED, "ended"),
	STEP(CONCLUDED, CONCLUDED, ""),
	STEP(CONCLUDED, CONCLUDED, "concluded"),
	STEP(CONCLUDED, ONGOING, "ongoing"),
	STEP(CONCLUDED, ENDED, "ended"),
	STEP(ONGOING, ONGOING, ""),
	STEP(ONGOING, ONGOING, "ongoing"),
	STEP(ONGOING, ENDED, "ended"),
	STEP(ENDED, ENDED, ""),
	STEP(ENDED, ENDED, "ended"),
	STEP(ENDED, CONCLUDED, "concluded"),
	STEP(ENDED, ONGOING, "ongoing"),
	{.kind = 0},
};
/* clang-format on */

static enum wici_err check_partnership(const void *body, const char **field)
{
	const struct partnership_body *partnership = body;

	return wici_check_term(&partnership->since, &partnership->until,
			       "until", field);
}

static const struct wici_process process = {
	.name = "partnership",
	.label = {"Partnerstwo", "Partnership"},
	.sides = {{"author", {"Autor", "Author"}}},
	.states = states,
	.moves = moves,
};

const struct wici_kind wici_kind_partnership_update = {
	.number = WICI_KIND_PARTNERSHIP_UPDATE,
	.name = "partnership.update",
	.by = WICI_BY_MEMBER,
	.fields = partnership_fields,
	.order = "purpose parties basis_doc state since until text",
	.process = &process,
	.body_len = sizeof(struct partnership_body),
	.check = check_partnership,
	.label = {"Partnerstwo", "Partnership"},
};
