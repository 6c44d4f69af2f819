/* proto/kinds/commission.c — commission.update: organising the local community
 * as a task that an institution, its author, gives to the third sector.
 *
 *   ──> DECISION ──> TENDER ──> CONTRACT ──> EXECUTION ──> REPORT ──> SETTLED
 *
 * Each step supersedes the one before and says in its `state` how far it is.
 * The first may be any, and steps may be left out: not every task is given by a
 * call for tenders. There is no way back; what begins anew is another one. */
#include "proto/kinds/commission.h"

#include "proto/kinds/row.h"
#include "proto/process.h"

#define ST(name)  name
#define ACT(name) WICI_KIND_##name

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
		    .flags = WICI_REQUIRED | WICI_MOVE,
		    .words = state_words),
	WICI_ROW_LINE("subject", "Przedmiot zlecenia", "Subject",
		      WICI_REQUIRED | WICI_TITLE | WICI_SEARCH),
	WICI_ROW_SUPERSEDES,
	WICI_ROW_TEXT("text", "Opis", "Description", WICI_SEARCH),
	WICI_ROW_AT("until", WHEN, AT(until), "Do kiedy", "Until",
		    .flags = 0),
	{.name = NULL},
};

enum { NONE, DECISION, TENDER, CONTRACT, EXECUTION, REPORT, SETTLED };

static const struct wici_process_state states[] = {
	{"none", {"–", "–"}},
	{"decision", {"decyzja", "decision"}},
	{"tender", {"konkurs ofert", "call for tenders"}},
	{"contract", {"umowa", "contract"}},
	{"execution", {"realizacja", "execution"}},
	{"report", {"sprawozdanie", "report"}},
	{"settled", {"rozliczone", "settled"}},
	{.code = NULL},
};

#define STEP(from_, to_, word_)                                                \
	WICI_MOVE_ROW(from_, COMMISSION_UPDATE, to_, .by = WICI_FIRST, .word = (word_))

static const struct wici_move moves[] = {
	STEP(NONE, DECISION, "decision"),
	STEP(NONE, TENDER, "tender"),
	STEP(NONE, CONTRACT, "contract"),
	STEP(NONE, EXECUTION, "execution"),
	STEP(NONE, REPORT, "report"),
	STEP(NONE, SETTLED, "settled"),
	STEP(DECISION, DECISION, "decision"),
	STEP(DECISION, TENDER, "tender"),
	STEP(DECISION, CONTRACT, "contract"),
	STEP(DECISION, EXECUTION, "execution"),
	STEP(DECISION, REPORT, "report"),
	STEP(DECISION, SETTLED, "settled"),
	STEP(TENDER, TENDER, "tender"),
	STEP(TENDER, CONTRACT, "contract"),
	STEP(TENDER, EXECUTION, "execution"),
	STEP(TENDER, REPORT, "report"),
	STEP(TENDER, SETTLED, "settled"),
	STEP(CONTRACT, CONTRACT, "contract"),
	STEP(CONTRACT, EXECUTION, "execution"),
	STEP(CONTRACT, REPORT, "report"),
	STEP(CONTRACT, SETTLED, "settled"),
	STEP(EXECUTION, EXECUTION, "execution"),
	STEP(EXECUTION, REPORT, "report"),
	STEP(EXECUTION, SETTLED, "settled"),
	STEP(REPORT, REPORT, "report"),
	STEP(REPORT, SETTLED, "settled"),
	STEP(SETTLED, SETTLED, "settled"),
	{.kind = 0},
};

static const struct wici_owed owed[] = {
	WICI_OWED_ROW(REPORT, WICI_FIRST, COMMISSION_UPDATE,
		      .is_once = false),
	{.kind = 0},
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

static const struct wici_process process = {
	.name = "commission",
	.label = {"Zlecenie trzeciemu sektorowi", "Commission"},
	.sides = {{"author", {"Zlecający", "Principal"}}},
	.states = states,
	.moves = moves,
	.owed = owed,
};

const struct wici_kind wici_kind_commission_update = {
	.number = WICI_KIND_COMMISSION_UPDATE,
	.name = "commission.update",
	.by = WICI_BY_MEMBER,
	.fields = commission_fields,
	.order = "subject state contractor scope procedure contract_ref since "
		 "until report_doc text",
	.process = &process,
	.body_len = sizeof(struct commission_body),
	.check = check_commission,
	.label = {"Zlecenie trzeciemu sektorowi", "Commission"},
};
