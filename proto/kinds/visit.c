/* proto/kinds/visit.c — visit.*: what the guest and the host of a study visit
 * say to each other, and to everybody of it. What may follow what:
 * visit_process.c. Of people there are numbers and roles, and no names. */
#include "proto/kinds/visit.h"

#include "proto/kinds/row.h"

struct answer_body {
	struct wici_bytes answer;
	struct wici_when date;
};

#define AT(member) offsetof(struct answer_body, member)

/* clang-format off */
static const struct wici_word answer_words[] = {
	{"accept", {"zgoda", "accept"}},
	{"decline", {"odmowa", "decline"}},
	{"date", {"inny termin", "another date"}},
	{.code = NULL},
};

static const struct wici_field step_fields[] = {
	WICI_ROW_LINE("kind", "Rodzaj", "Kind", 0),
	WICI_ROW_LINE("place", "Miejsce", "Place", 0),
	WICI_ROW("step", UINT, "Krok", "Step", .flags = 0),
	WICI_ROW("text", TEXT, "Opis", "Description", .len_max = 2000),
	WICI_ROW_LINE("time", "Godzina", "Time", 0),
	WICI_ROW("topics", LINE, "Tematy", "Topics",
		 .flags = WICI_LIST, .len_max = 500, .items_max = 20),
	{.name = NULL},
};

static const struct wici_field question_fields[] = {
	WICI_ROW("answer", TEXT, "Odpowiedź", "Answer", .len_max = 4000),
	WICI_ROW("question", TEXT, "Pytanie", "Question",
		 .flags = WICI_REQUIRED, .len_max = 2000),
	{.name = NULL},
};

#define VISIT(flags_)                                                          \
	WICI_ROW("visit", RECORD, "Wizyta", "Visit",                           \
		 .flags = WICI_SUBJECT | (flags_))
#define AGENDA(flags_)                                                         \
	WICI_ROW("agenda", MAP, "Program", "Agenda",                           \
		 .flags = WICI_LIST | (flags_), .items_max = 50,               \
		 .sub = step_fields)

static const struct wici_field propose_fields[] = {
	WICI_ROW("date", WHEN, "Data", "Date",
		 .flags = WICI_REQUIRED | WICI_ON),
	WICI_ROW_TEXT("expected_result", "Oczekiwany rezultat",
		      "Expected result", WICI_SEARCH),
	WICI_ROW("guest_count", UINT, "Liczba gości", "Number of guests",
		 .flags = 0),
	WICI_ROW_LINE("guest_delegation", "Delegacja", "Delegation", 0),
	WICI_ROW("host", MEMBER, "Gospodarz", "Host",
		 .flags = WICI_REQUIRED | WICI_ABOUT),
	WICI_ROW_LINE("purpose", "Cel", "Purpose",
		      WICI_REQUIRED | WICI_TITLE | WICI_SEARCH),
	WICI_ROW_SOURCE,
	WICI_ROW_SUPERSEDES,
	WICI_ROW_TEXT("text", "List", "Letter", WICI_SEARCH),
	{.name = NULL},
};

static const struct wici_field answer_fields[] = {
	WICI_ROW_AFTER,
	WICI_ROW_AT("answer", WORD, AT(answer), "Odpowiedź", "Answer",
		    .flags = WICI_REQUIRED | WICI_MOVE, .words = answer_words),
	WICI_ROW_AT("date", WHEN, AT(date), "Data", "Date",
		    .flags = WICI_ON),
	WICI_ROW_TEXT("text", "Treść", "Text", WICI_TITLE | WICI_SEARCH),
	VISIT(WICI_REQUIRED),
	{.name = NULL},
};

static const struct wici_field agenda_fields[] = {
	WICI_ROW_AFTER,
	AGENDA(WICI_REQUIRED),
	WICI_ROW("date", WHEN, "Data", "Date", .flags = WICI_ON),
	WICI_ROW_SUPERSEDES,
	WICI_ROW_TEXT("text", "Uwagi", "Remarks", WICI_TITLE | WICI_SEARCH),
	VISIT(WICI_REQUIRED),
	{.name = NULL},
};

static const struct wici_field hold_fields[] = {
	WICI_ROW_AFTER,
	WICI_ROW("date", WHEN, "Kiedy się odbyła", "Held on",
		 .flags = WICI_ON),
	WICI_ROW("guest_count", UINT, "Liczba gości", "Number of guests",
		 .flags = 0),
	WICI_ROW_TEXT("text", "Uwagi", "Remarks", WICI_TITLE | WICI_SEARCH),
	VISIT(WICI_REQUIRED),
	{.name = NULL},
};

static const struct wici_field feedback_fields[] = {
	WICI_ROW_AFTER,
	WICI_ROW("qa", MAP, "Pytania i odpowiedzi", "Questions and answers",
		 .flags = WICI_LIST, .items_max = 50, .sub = question_fields),
	WICI_ROW_SUPERSEDES,
	WICI_ROW_TEXT("text", "Ocena gości", "Feedback",
		      WICI_REQUIRED | WICI_TITLE | WICI_SEARCH),
	VISIT(WICI_REQUIRED),
	WICI_ROW_TEXT("wishes", "Życzenia", "Wishes", 0),
	{.name = NULL},
};

static const struct wici_field cancel_fields[] = {
	WICI_ROW_AFTER,
	WICI_ROW_TEXT("text", "Powód", "Reason", WICI_TITLE | WICI_SEARCH),
	VISIT(WICI_REQUIRED),
	{.name = NULL},
};

static const struct wici_field evaluate_fields[] = {
	WICI_ROW_AFTER,
	WICI_ROW_TEXT("effects", "Efekty", "Effects", WICI_SEARCH),
	WICI_ROW_TEXT("obstacles", "Trudności", "Obstacles", WICI_SEARCH),
	WICI_ROW_SUPERSEDES,
	WICI_ROW_TEXT("text", "Ewaluacja", "Evaluation",
		      WICI_REQUIRED | WICI_TITLE | WICI_SEARCH),
	VISIT(WICI_REQUIRED),
	{.name = NULL},
};

static const struct wici_field report_fields[] = {
	WICI_ROW_AFTER,
	AGENDA(0),
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
	WICI_ROW("qa", MAP, "Pytania i odpowiedzi", "Questions and answers",
		 .flags = WICI_LIST, .items_max = 50, .sub = question_fields),
	WICI_ROW_LINE("report_by", "Relacja (funkcja lub zespół)",
		      "Report by (role or unit)", 0),
	WICI_ROW_SOURCE,
	WICI_ROW_SUPERSEDES,
	WICI_ROW_TEXT("text", "Relacja", "Report", WICI_SEARCH),
	VISIT(0),
	WICI_ROW_TEXT("wishes", "Życzenia", "Wishes", 0),
	{.name = NULL},
};
/* clang-format on */

/* Another date is one that is named; who accepts takes the one that was. */
static enum wici_err check_answer(const void *body, const char **field)
{
	const struct answer_body *answer = body;

	if (wici_bytes_is(answer->answer, "date") == !!answer->date.text.p)
		return WICI_OK;
	*field = "date";
	return WICI_BAD_FIELD;
}

const struct wici_kind wici_kind_visit_report = {
	.number = WICI_KIND_VISIT_REPORT,
	.name = "visit.report",
	.by = WICI_BY_MEMBER,
	.fields = report_fields,
	.process = &wici_process_visit,
	.label = {"Relacja z wizyty", "Report of a visit"},
};

const struct wici_kind wici_kind_visit_propose = {
	.number = WICI_KIND_VISIT_PROPOSE,
	.name = "visit.propose",
	.by = WICI_BY_MEMBER,
	.fields = propose_fields,
	.process = &wici_process_visit,
	.label = {"Propozycja wizyty", "Proposal of a visit"},
};

const struct wici_kind wici_kind_visit_answer = {
	.number = WICI_KIND_VISIT_ANSWER,
	.name = "visit.answer",
	.by = WICI_BY_MEMBER,
	.fields = answer_fields,
	.body_len = sizeof(struct answer_body),
	.check = check_answer,
	.label = {"Odpowiedź w sprawie wizyty", "Answer about a visit"},
};

const struct wici_kind wici_kind_visit_agenda = {
	.number = WICI_KIND_VISIT_AGENDA,
	.name = "visit.agenda",
	.by = WICI_BY_MEMBER,
	.fields = agenda_fields,
	.label = {"Program wizyty", "Agenda of a visit"},
};

const struct wici_kind wici_kind_visit_hold = {
	.number = WICI_KIND_VISIT_HOLD,
	.name = "visit.hold",
	.by = WICI_BY_MEMBER,
	.fields = hold_fields,
	.label = {"Potwierdzenie, że wizyta się odbyła",
		  "Statement that a visit was held"},
};

const struct wici_kind wici_kind_visit_feedback = {
	.number = WICI_KIND_VISIT_FEEDBACK,
	.name = "visit.feedback",
	.by = WICI_BY_MEMBER,
	.fields = feedback_fields,
	.label = {"Ocena wizyty przez gości", "Guests' feedback on a visit"},
};

const struct wici_kind wici_kind_visit_cancel = {
	.number = WICI_KIND_VISIT_CANCEL,
	.name = "visit.cancel",
	.by = WICI_BY_MEMBER,
	.fields = cancel_fields,
	.label = {"Odwołanie wizyty", "Cancellation of a visit"},
};

const struct wici_kind wici_kind_visit_evaluate = {
	.number = WICI_KIND_VISIT_EVALUATE,
	.name = "visit.evaluate",
	.by = WICI_BY_MEMBER,
	.fields = evaluate_fields,
	.label = {"Ewaluacja po wizycie", "Evaluation after a visit"},
};
