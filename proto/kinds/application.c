/* proto/kinds/application.c — application.*: an institution asks for a
 * certificate; a commission looks at it; the board decides.
 *
 *   submit              appoint           assess
 *   ──────> SUBMITTED ─────────> REVIEW ─────────> ASSESSED
 *               │                │    └ inspect ┐   │
 *               │                │    <─────────┘   │
 *               └───────┬────────┴──────────┬───────┘
 *                 refuse│                   │certificate.grant
 *                       ▼       appeal      ▼
 *                    REFUSED ───┐   ┌──> GRANTED
 *                               ▼   │ grant
 *                             APPEALED ── refuse ──> REFUSED_FINALLY
 *
 *   SUBMITTED, REVIEW, ASSESSED, APPEALED ── withdraw ──> WITHDRAWN
 *
 * The institution submits, appeals and withdraws; all else is the issuer's. Its
 * commission need not tell its steps here before the board decides. The grant
 * itself is an act of the issuing feed: what it weighs is §5.4's, and where it
 * crosses a withdrawal it stands. The ceremony is an event, and changes
 * nothing. Of people there are functions, and no names. */
#include "proto/kinds/application.h"

#include "proto/kinds/certificate.h"
#include "proto/kinds/row.h"
#include "proto/process.h"

#define ST(name)  name
#define ACT(name) WICI_KIND_##name

#define INSTITUTION WICI_FIRST
#define ISSUER      WICI_SECOND

enum {
	NONE,
	SUBMITTED,
	REVIEW,
	ASSESSED,
	REFUSED,
	APPEALED,
	GRANTED,
	REFUSED_FINALLY,
	WITHDRAWN
};

/* clang-format off */
static const struct wici_word body_words[] = {
	{"board", {"zarząd", "board"}},
	{"commission", {"komisja", "commission"}},
	{.code = NULL},
};

static const struct wici_word recommendation_words[] = {
	{"grant", {"przyznać", "grant"}},
	{"refuse", {"odmówić", "refuse"}},
	{"complete", {"uzupełnić wniosek", "complete the application"}},
	{.code = NULL},
};

static const struct wici_field evidence_fields[] = {
	WICI_ROW("documents", RECORD, "Dokumenty", "Documents",
		 .flags = WICI_LIST, .items_max = 20),
	WICI_ROW_LINE("standard", "Standard", "Standard", WICI_REQUIRED),
	WICI_ROW("text", TEXT, "Dowód", "Evidence",
		 .flags = WICI_REQUIRED, .len_max = 8000),
	{.name = NULL},
};

static const struct wici_field result_fields[] = {
	WICI_ROW("met", BOOL, "Spełniony", "Met", .flags = WICI_REQUIRED),
	WICI_ROW_LINE("standard", "Standard", "Standard", WICI_REQUIRED),
	WICI_ROW("text", TEXT, "Uzasadnienie", "Reasons", .len_max = 4000),
	{.name = NULL},
};

#define APPLICATION                                                            \
	WICI_ROW("application", RECORD, "Zgłoszenie", "Application",           \
		 .flags = WICI_REQUIRED | WICI_SUBJECT)

static const struct wici_field submit_fields[] = {
	WICI_ROW("previous", RECORD, "Poprzedni certyfikat",
		 "Previous certificate", .flags = 0),
	WICI_ROW("report_doc", RECORD, "Raport", "Report", .flags = 0),
	WICI_ROW("request_doc", RECORD, "Pismo", "Letter of request",
		 .flags = 0),
	WICI_ROW("scheme", LINE, "Wzorzec certyfikatu", "Scheme",
		 .len_max = 40, .flags = WICI_REQUIRED | WICI_CODE),
	WICI_ROW_SOURCE,
	WICI_ROW("standard_evidence", MAP, "Standardy i dowody",
		 "Standards and evidence",
		 .flags = WICI_LIST, .items_max = 40, .sub = evidence_fields),
	WICI_ROW("submitted_at", DAY, "Data zgłoszenia", "Submitted on",
		 .flags = WICI_ON),
	WICI_ROW_SUPERSEDES,
	WICI_ROW_TEXT("text", "Raport w skrócie", "Report in short",
		      WICI_SEARCH),
	WICI_ROW_LINE("title", "Czego dotyczy", "Subject",
		      WICI_REQUIRED | WICI_TITLE | WICI_SEARCH),
	WICI_ROW("to", MEMBER, "Wydawca", "Issuer",
		 .flags = WICI_REQUIRED | WICI_ABOUT),
	WICI_ROW_LINE("unit", "Jednostka, która się zgłasza",
		      "Unit that applies", WICI_SEARCH),
	{.name = NULL},
};

static const struct wici_field appoint_fields[] = {
	WICI_ROW_AFTER,
	APPLICATION,
	WICI_ROW_LINE("commission", "Komisja (skład według funkcji)",
		      "Commission (by their functions)",
		      WICI_REQUIRED | WICI_TITLE),
	WICI_ROW("date", DAY, "Data", "Date", .flags = WICI_ON),
	WICI_ROW_LINE("lead_role", "Osoba odpowiedzialna (funkcja)",
		      "Responsible (function)", 0),
	{.name = NULL},
};

static const struct wici_field inspect_fields[] = {
	WICI_ROW_AFTER,
	APPLICATION,
	WICI_ROW("date", DAY, "Data wizytacji", "Inspected on",
		 .flags = WICI_REQUIRED | WICI_ON),
	WICI_ROW_LINE("expert_role", "Ekspert (funkcja)",
		      "Expert (function)", 0),
	WICI_ROW_TEXT("finding", "Ustalenia", "Finding",
		      WICI_REQUIRED | WICI_TITLE | WICI_SEARCH),
	WICI_ROW_SUPERSEDES,
	{.name = NULL},
};

static const struct wici_field assess_fields[] = {
	WICI_ROW_AFTER,
	APPLICATION,
	WICI_ROW("date", DAY, "Data", "Date", .flags = WICI_ON),
	WICI_ROW("recommendation", WORD, "Rekomendacja", "Recommendation",
		 .flags = WICI_REQUIRED, .words = recommendation_words),
	WICI_ROW("results", MAP, "Wyniki według standardów",
		 "Results by standard",
		 .flags = WICI_LIST, .items_max = 40, .sub = result_fields),
	WICI_ROW_SUPERSEDES,
	WICI_ROW_TEXT("text", "Ocena", "Assessment",
		      WICI_TITLE | WICI_SEARCH),
	{.name = NULL},
};

static const struct wici_field refuse_fields[] = {
	WICI_ROW_AFTER,
	APPLICATION,
	WICI_ROW("body", WORD, "Organ", "Decided by", .words = body_words),
	WICI_ROW("date", DAY, "Data decyzji", "Decided on",
		 .flags = WICI_ON),
	WICI_ROW_TEXT("reasons", "Uzasadnienie", "Reasons",
		      WICI_REQUIRED | WICI_TITLE | WICI_SEARCH),
	{.name = NULL},
};

static const struct wici_field appeal_fields[] = {
	WICI_ROW_AFTER,
	APPLICATION,
	WICI_ROW("date", DAY, "Data", "Date", .flags = WICI_ON),
	WICI_ROW_TEXT("text", "Odwołanie", "Appeal",
		      WICI_REQUIRED | WICI_TITLE | WICI_SEARCH),
	{.name = NULL},
};

static const struct wici_field withdraw_fields[] = {
	WICI_ROW_AFTER,
	APPLICATION,
	WICI_ROW_TEXT("text", "Powód", "Reason", WICI_TITLE | WICI_SEARCH),
	{.name = NULL},
};

static const struct wici_process_state states[] = {
	{"none", {"–", "–"}},
	{"submitted", {"złożone", "submitted"}},
	{"review", {"w ocenie komisji", "before the commission"}},
	{"assessed", {"ocenione", "assessed"}},
	{"refused", {"odmowa", "refused"}},
	{"appealed", {"w odwołaniu", "appealed"}},
	{"granted", {"przyznany", "granted"}},
	{"refused_finally", {"odmowa ostateczna", "refused finally"}},
	{"withdrawn", {"wycofane", "withdrawn"}},
	{.code = NULL},
};

/* A decision outweighs what crossed it on the way. */
#define DECIDE(state_)                                                         \
	WICI_MOVE_ROW(state_, CERTIFICATE_GRANT, GRANTED,                      \
		      .by = ISSUER, .rank = 3),                                \
	WICI_MOVE_ROW(state_, APPLICATION_REFUSE, REFUSED,                     \
		      .by = ISSUER, .rank = 2),                                \
	WICI_MOVE_ROW(state_, APPLICATION_WITHDRAW, WITHDRAWN,                 \
		      .by = INSTITUTION, .rank = 1)

static const struct wici_move moves[] = {
	WICI_MOVE_ROW(NONE, APPLICATION_SUBMIT, SUBMITTED, .by = INSTITUTION),
	WICI_MOVE_ROW(SUBMITTED, APPLICATION_SUBMIT, SUBMITTED,
		      .by = INSTITUTION),
	WICI_MOVE_ROW(SUBMITTED, APPLICATION_APPOINT, REVIEW, .by = ISSUER),
	WICI_MOVE_ROW(REVIEW, APPLICATION_SUBMIT, REVIEW, .by = INSTITUTION),
	WICI_MOVE_ROW(REVIEW, APPLICATION_APPOINT, REVIEW, .by = ISSUER),
	WICI_MOVE_ROW(REVIEW, APPLICATION_INSPECT, REVIEW, .by = ISSUER),
	WICI_MOVE_ROW(REVIEW, APPLICATION_ASSESS, ASSESSED, .by = ISSUER),
	WICI_MOVE_ROW(ASSESSED, APPLICATION_SUBMIT, REVIEW,
		      .by = INSTITUTION),
	WICI_MOVE_ROW(ASSESSED, APPLICATION_INSPECT, ASSESSED, .by = ISSUER),
	WICI_MOVE_ROW(ASSESSED, APPLICATION_ASSESS, ASSESSED, .by = ISSUER),
	DECIDE(SUBMITTED),
	DECIDE(REVIEW),
	DECIDE(ASSESSED),
	WICI_MOVE_ROW(REFUSED, CERTIFICATE_GRANT, GRANTED,
		      .by = ISSUER, .rank = 3),
	/* Before the grant that follows it, which does not name it. */
	WICI_MOVE_ROW(REFUSED, APPLICATION_APPEAL, APPEALED,
		      .by = INSTITUTION, .rank = 4),
	WICI_MOVE_ROW(APPEALED, CERTIFICATE_GRANT, GRANTED,
		      .by = ISSUER, .rank = 3),
	WICI_MOVE_ROW(APPEALED, APPLICATION_REFUSE, REFUSED_FINALLY,
		      .by = ISSUER, .rank = 2),
	WICI_MOVE_ROW(APPEALED, APPLICATION_WITHDRAW, WITHDRAWN,
		      .by = INSTITUTION, .rank = 1),
	WICI_MOVE_ROW(GRANTED, CERTIFICATE_GRANT, GRANTED, .by = ISSUER),
	{.kind = 0},
};

static const struct wici_owed owed[] = {
	WICI_OWED_ROW(SUBMITTED, ISSUER, APPLICATION_APPOINT,
		      .is_once = false),
	WICI_OWED_ROW(REVIEW, ISSUER, APPLICATION_ASSESS, .is_once = false),
	WICI_OWED_ROW(ASSESSED, ISSUER, CERTIFICATE_GRANT, .is_once = false),
	WICI_OWED_ROW(APPEALED, ISSUER, CERTIFICATE_GRANT, .is_once = false),
	{.kind = 0},
};
/* clang-format on */

static const struct wici_process process = {
	.name = "application",
	.label = {"Zgłoszenie do certyfikatu", "Application for a certificate"},
	.sides = {{"applicant", {"Wnioskodawca", "Applicant"}},
		  {"to", {"Wydawca", "Issuer"}}},
	.states = states,
	.moves = moves,
	.owed = owed,
};

const struct wici_kind wici_kind_application_submit = {
	.number = WICI_KIND_APPLICATION_SUBMIT,
	.name = "application.submit",
	.by = WICI_BY_MEMBER,
	.fields = submit_fields,
	.process = &process,
	.label = {"Zgłoszenie do certyfikatu", "Application for a certificate"},
};

const struct wici_kind wici_kind_application_appoint = {
	.number = WICI_KIND_APPLICATION_APPOINT,
	.name = "application.appoint",
	.by = WICI_BY_MEMBER,
	.fields = appoint_fields,
	.label = {"Powołanie komisji", "Appointment of a commission"},
};

const struct wici_kind wici_kind_application_inspect = {
	.number = WICI_KIND_APPLICATION_INSPECT,
	.name = "application.inspect",
	.by = WICI_BY_MEMBER,
	.fields = inspect_fields,
	.label = {"Wizytacja", "Inspection"},
};

const struct wici_kind wici_kind_application_assess = {
	.number = WICI_KIND_APPLICATION_ASSESS,
	.name = "application.assess",
	.by = WICI_BY_MEMBER,
	.fields = assess_fields,
	.label = {"Ocena komisji", "Assessment by the commission"},
};

const struct wici_kind wici_kind_application_refuse = {
	.number = WICI_KIND_APPLICATION_REFUSE,
	.name = "application.refuse",
	.by = WICI_BY_MEMBER,
	.fields = refuse_fields,
	.label = {"Odmowa", "Refusal"},
};

const struct wici_kind wici_kind_application_appeal = {
	.number = WICI_KIND_APPLICATION_APPEAL,
	.name = "application.appeal",
	.by = WICI_BY_MEMBER,
	.fields = appeal_fields,
	.label = {"Odwołanie od odmowy", "Appeal against a refusal"},
};

const struct wici_kind wici_kind_application_withdraw = {
	.number = WICI_KIND_APPLICATION_WITHDRAW,
	.name = "application.withdraw",
	.by = WICI_BY_MEMBER,
	.fields = withdraw_fields,
	.label = {"Wycofanie zgłoszenia", "Withdrawal of an application"},
};
