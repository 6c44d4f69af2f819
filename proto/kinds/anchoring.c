/* proto/kinds/anchoring.c — anchoring.update: where organising the local
 * community stands in the documents of an institution, its author.
 *
 *   ──> DRAFT ──> ADOPTED ──> IN FORCE ──> REPEALED
 *         ▲                                    │
 *         └────────────────────────────────────┘
 *
 * Each step supersedes the one before and says in its `state` how far it is.
 * The first may be any, since acts are older than their records; steps may be
 * left out, and what was repealed may be drafted anew. */
#include "proto/kinds/anchoring.h"

#include "proto/kinds/row.h"
#include "proto/process.h"

#define ST(name)  name
#define ACT(name) WICI_KIND_##name

struct anchoring_body {
	struct wici_bytes act_ref;
	struct wici_when effective_from;
	struct wici_bytes state;
};

#define AT(member) offsetof(struct anchoring_body, member)

/* clang-format off */
static const struct wici_word state_words[] = {
	{"draft", {"projekt", "draft"}},
	{"adopted", {"przyjęte", "adopted"}},
	{"in-force", {"obowiązuje", "in force"}},
	{"repealed", {"uchylone", "repealed"}},
	{.code = NULL},
};

static const struct wici_field anchoring_fields[] = {
	WICI_ROW_AT("act_ref", LINE, AT(act_ref), "Akt", "Act",
		    .len_max = 500, .flags = WICI_SEARCH),
	/* statut, regulamin organizacyjny, zakres czynności, strategia … */
	WICI_ROW_LINE("doc_kind", "Rodzaj dokumentu", "Kind of document",
		      WICI_REQUIRED | WICI_TITLE | WICI_SEARCH),
	WICI_ROW("document", RECORD, "Dokument", "Document", .flags = 0),
	WICI_ROW_AT("effective_from", WHEN, AT(effective_from),
		    "Obowiązuje od", "Effective from", .flags = WICI_ON),
	WICI_ROW_LINE("provision", "Przepis", "Provision", WICI_SEARCH),
	WICI_ROW_SOURCE,
	WICI_ROW_AT("state", WORD, AT(state), "Stan", "State",
		    .flags = WICI_REQUIRED | WICI_MOVE,
		    .words = state_words),
	WICI_ROW_SUPERSEDES,
	WICI_ROW_TEXT("text", "Treść", "Text", WICI_SEARCH),
	{.name = NULL},
};

enum { NONE, DRAFT, ADOPTED, IN_FORCE, REPEALED };

static const struct wici_process_state states[] = {
	{"none", {"–", "–"}},
	{"draft", {"projekt", "draft"}},
	{"adopted", {"przyjęte", "adopted"}},
	{"in-force", {"obowiązuje", "in force"}},
	{"repealed", {"uchylone", "repealed"}},
	{.code = NULL},
};

#define STEP(from_, to_, word_)                                                \
	WICI_MOVE_ROW(from_, ANCHORING_UPDATE, to_, .by = WICI_FIRST, .word = (word_))

static const struct wici_move moves[] = {
	STEP(NONE, DRAFT, "draft"),
	STEP(NONE, ADOPTED, "adopted"),
	STEP(NONE, IN_FORCE, "in-force"),
	STEP(NONE, REPEALED, "repealed"),
	STEP(DRAFT, DRAFT, "draft"),
	STEP(DRAFT, ADOPTED, "adopted"),
	STEP(DRAFT, IN_FORCE, "in-force"),
	STEP(DRAFT, REPEALED, "repealed"),
	STEP(ADOPTED, ADOPTED, "adopted"),
	STEP(ADOPTED, IN_FORCE, "in-force"),
	STEP(ADOPTED, REPEALED, "repealed"),
	STEP(IN_FORCE, IN_FORCE, "in-force"),
	STEP(IN_FORCE, REPEALED, "repealed"),
	STEP(REPEALED, REPEALED, "repealed"),
	STEP(REPEALED, DRAFT, "draft"),
	{.kind = 0},
};
/* clang-format on */

/* An act has been adopted, or there is none yet. */
static enum wici_err check_anchoring(const void *body, const char **field)
{
	const struct anchoring_body *anchoring = body;

	if (!wici_bytes_is(anchoring->state, "adopted") ||
	    anchoring->act_ref.p || anchoring->effective_from.text.p)
		return WICI_OK;
	*field = "act_ref";
	return WICI_BAD_FIELD;
}

static const struct wici_process process = {
	.name = "anchoring",
	.label = {"Zakotwiczenie OSL", "Anchoring in a document"},
	.sides = {{"author", {"Instytucja", "Institution"}}},
	.states = states,
	.moves = moves,
};

const struct wici_kind wici_kind_anchoring_update = {
	.number = WICI_KIND_ANCHORING_UPDATE,
	.name = "anchoring.update",
	.by = WICI_BY_MEMBER,
	.fields = anchoring_fields,
	.order =
		"doc_kind state act_ref effective_from provision document text",
	.process = &process,
	.body_len = sizeof(struct anchoring_body),
	.check = check_anchoring,
	.label = {"Zakotwiczenie OSL", "Anchoring in a document"},
};
