/* proto/kinds/commission.c — commission.update: organising the local community
 * as a task that an institution, its author, gives to the third sector. */
#include "proto/kinds/commission.h"

#include "proto/kinds/row.h"

struct commission_body {
	struct wici_bytes contractor;
	struct wici_when since;
	struct wici_bytes state;
	struct wici_when until;
};

#define AT(member) offsetof(struct commission_body, member)

/* clang-format off */
static const struct wici_word scope_words[] = {
	{"whole", {"całość", "the whole"}},
	{"part", {"część", "a part"}},
	{.code = NULL},
};

static const struct wici_word state_words[] = {
	{"decision", {"decyzja", "decision"}},
	{"tender", {"konkurs ofert", "call for tenders"}},
	{"contract", {"umowa", "contract"}},
	{"execution", {"realizacja", "execution"}},
	{"report", {"sprawozdanie", "report"}},
	{"settled", {"rozliczone", "settled"}},
	{.code = NULL},
};

static const struct wici_field commission_fields[] = {
	WICI_ROW_LINE("contract_ref", "Umowa", "Contract", WICI_SEARCH),
	WICI_ROW_AT("contractor", PARTY, AT(contractor),
		    "Wykonawca", "Contractor", .flags = 0),
	WICI_ROW_LINE("procedure", "Tryb", "Procedure", WICI_SEARCH),
	WICI_ROW_LINE("report_doc", "Sprawozdanie", "Report", 0),
	WICI_ROW("scope", WORD, "Zakres", "Scope", .words = scope_words),
	WICI_ROW_AT("since", WHEN, AT(since), "Od kiedy", "Since",
		    .flags = WICI_ON),
	WICI_ROW_SOURCE,
	WICI_ROW_AT("state", WORD, AT(state), "Stan", "State",
		    .words = state_words),
	WICI_ROW_LINE("subject", "Przedmiot zlecenia", "Subject",
		      WICI_REQUIRED | WICI_TITLE | WICI_SEARCH),
	WICI_ROW_SUPERSEDES,
	WICI_ROW_TEXT("text", "Opis", "Description", WICI_SEARCH),
	WICI_ROW_AT("until", WHEN, AT(until), "Do kiedy", "Until",
		    .flags = 0),
	{.name = NULL},
};
/* clang-format on */

/* A contract is with somebody; before it nobody is chosen yet. */
static bool needs_contractor(struct wici_bytes state)
{
	return state.p && !wici_bytes_is(state, "decision") &&
	       !wici_bytes_is(state, "tender");
}

static enum wici_err check_commission(const void *body, const char **field)
{
	const struct commission_body *commission = body;

	if (!commission->contractor.p && needs_contractor(commission->state)) {
		*field = "contractor";
		return WICI_BAD_FIELD;
	}
	return wici_check_term(&commission->since, &commission->until, "until",
			       field);
}

const struct wici_kind wici_kind_commission_update = {
	.number = WICI_KIND_COMMISSION_UPDATE,
	.name = "commission.update",
	.by = WICI_BY_MEMBER,
	.fields = commission_fields,
	.body_len = sizeof(struct commission_body),
	.check = check_commission,
	.label = {"Zlecenie trzeciemu sektorowi", "Commission"},
};
