/* proto/kinds/anchoring.c — anchoring.update: where organising the local
 * community stands in the documents of an institution, its author. */
#include "proto/kinds/anchoring.h"

#include "proto/kinds/row.h"

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
		    .words = state_words),
	WICI_ROW_SUPERSEDES,
	WICI_ROW_TEXT("text", "Treść", "Text", WICI_SEARCH),
	{.name = NULL},
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

const struct wici_kind wici_kind_anchoring_update = {
	.number = WICI_KIND_ANCHORING_UPDATE,
	.name = "anchoring.update",
	.by = WICI_BY_MEMBER,
	.fields = anchoring_fields,
	.body_len = sizeof(struct anchoring_body),
	.check = check_anchoring,
	.label = {"Zakotwiczenie OSL", "Anchoring in a document"},
};
