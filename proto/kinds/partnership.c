/* proto/kinds/partnership.c — partnership.update: who works with whom; also
 * with organisations that are no members. */
#include "proto/kinds/partnership.h"

#include "proto/kinds/row.h"

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
	WICI_ROW("state", WORD, "Stan", "State", .words = state_words),
	WICI_ROW_SUPERSEDES,
	WICI_ROW_TEXT("text", "Opis", "Description", WICI_SEARCH),
	WICI_ROW_AT("until", WHEN, AT(until), "Do kiedy", "Until",
		    .flags = 0),
	{.name = NULL},
};
/* clang-format on */

static enum wici_err check_partnership(const void *body, const char **field)
{
	const struct partnership_body *partnership = body;

	return wici_check_term(&partnership->since, &partnership->until,
			       "until", field);
}

const struct wici_kind wici_kind_partnership_update = {
	.number = WICI_KIND_PARTNERSHIP_UPDATE,
	.name = "partnership.update",
	.by = WICI_BY_MEMBER,
	.fields = partnership_fields,
	.body_len = sizeof(struct partnership_body),
	.check = check_partnership,
	.label = {"Partnerstwo", "Partnership"},
};
