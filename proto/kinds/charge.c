/* proto/kinds/charge.c — charge.*: what is held against the holder of a
 * certificate, and what comes of it.
 *
 *   file            answer
 *   ────> CHARGED ─────────> ANSWERED
 *             │                 │
 *             ├───── dismiss ───┴──> KEPT
 *             │
 *             └─ certificate.revoke ──> TAKEN ── appeal ──> APPEALED
 *                (from ANSWERED, too)      │                  │   │
 *                certificate.reinstate     ▼       reinstate  │   │ uphold
 *                                       RESTORED <────────────┘   ▼
 *                                                          TAKEN_FINALLY
 *
 * The holder answers and appeals; all else is the issuer's. Whether the
 * certificate holds is said by its own acts alone, §5.4, which name the charge
 * here: nothing else is taken or given by these records. */
#include "proto/kinds/charge.h"

#include "proto/kinds/certificate.h"
#include "proto/kinds/row.h"
#include "proto/process.h"

#define ST(name)  name
#define ACT(name) WICI_KIND_##name

#define ISSUER WICI_FIRST
#define HOLDER WICI_SECOND

enum {
	NONE,
	CHARGED,
	ANSWERED,
	KEPT,
	TAKEN,
	APPEALED,
	RESTORED,
	TAKEN_FINALLY
};

/* clang-format off */
#define CHARGE                                                                 \
	WICI_ROW("charge", RECORD, "Zarzuty", "Charges",                       \
		 .flags = WICI_REQUIRED | WICI_SUBJECT)

static const struct wici_field file_fields[] = {
	WICI_ROW("certificate", RECORD, "Certyfikat", "Certificate",
		 .flags = WICI_REQUIRED),
	WICI_ROW("date", DAY, "Data", "Date", .flags = WICI_ON),
	WICI_ROW("holder", MEMBER, "Posiadacz", "Holder",
		 .flags = WICI_REQUIRED | WICI_ABOUT),
	WICI_ROW_SUPERSEDES,
	WICI_ROW_TEXT("text", "Zarzuty", "Charges",
		      WICI_REQUIRED | WICI_TITLE | WICI_SEARCH),
	{.name = NULL},
};

/* Of all that follows them. */
static const struct wici_field act_fields[] = {
	WICI_ROW_AFTER,
	CHARGE,
	WICI_ROW("date", DAY, "Data", "Date", .flags = WICI_ON),
	WICI_ROW_TEXT("text", "Treść", "Text",
		      WICI_REQUIRED | WICI_TITLE | WICI_SEARCH),
	{.name = NULL},
};

static const struct wici_process_state states[] = {
	{"none", {"–", "–"}},
	{"charged", {"postawiono zarzuty", "charged"}},
	{"answered", {"posiadacz odpowiedział", "answered"}},
	{"kept", {"certyfikat utrzymany", "certificate kept"}},
	{"taken", {"certyfikat odebrany", "certificate taken away"}},
	{"appealed", {"w odwołaniu", "appealed"}},
	{"restored", {"certyfikat przywrócony", "certificate restored"}},
	{"taken_finally", {"certyfikat odebrany ostatecznie",
			   "certificate taken away finally"}},
	{.code = NULL},
};

/* Before the decision that follows: what decides about a certificate does not
 * name what it answers. */
#define HEARD .by = HOLDER, .rank = 4

#define CLOSE(state_)                                                          \
	WICI_MOVE_ROW(state_, CHARGE_DISMISS, KEPT, .by = ISSUER, .rank = 2),  \
	WICI_MOVE_ROW(state_, CERTIFICATE_REVOKE, TAKEN,                       \
		      .by = ISSUER, .rank = 3)

static const struct wici_move moves[] = {
	WICI_MOVE_ROW(NONE, CHARGE_FILE, CHARGED, .by = ISSUER),
	WICI_MOVE_ROW(CHARGED, CHARGE_FILE, CHARGED, .by = ISSUER),
	WICI_MOVE_ROW(CHARGED, CHARGE_ANSWER, ANSWERED, HEARD),
	WICI_MOVE_ROW(ANSWERED, CHARGE_FILE, CHARGED, .by = ISSUER),
	WICI_MOVE_ROW(ANSWERED, CHARGE_ANSWER, ANSWERED, HEARD),
	CLOSE(CHARGED),
	CLOSE(ANSWERED),
	WICI_MOVE_ROW(TAKEN, CHARGE_APPEAL, APPEALED, HEARD),
	WICI_MOVE_ROW(TAKEN, CERTIFICATE_REINSTATE, RESTORED,
		      .by = ISSUER, .rank = 3),
	WICI_MOVE_ROW(APPEALED, CERTIFICATE_REINSTATE, RESTORED,
		      .by = ISSUER, .rank = 3),
	WICI_MOVE_ROW(APPEALED, CHARGE_UPHOLD, TAKEN_FINALLY,
		      .by = ISSUER, .rank = 2),
	{.kind = 0},
};

static const struct wici_owed owed[] = {
	WICI_OWED_ROW(CHARGED, HOLDER, CHARGE_ANSWER, .is_once = false),
	WICI_OWED_ROW(ANSWERED, ISSUER, CHARGE_DISMISS, .is_once = false),
	WICI_OWED_ROW(APPEALED, ISSUER, CHARGE_UPHOLD, .is_once = false),
	{.kind = 0},
};
/* clang-format on */

static const struct wici_process process = {
	.name = "charge",
	.label = {"Zarzuty wobec posiadacza", "Charges against a holder"},
	.sides = {{"issuer", {"Wydawca", "Issuer"}},
		  {"holder", {"Posiadacz", "Holder"}}},
	.states = states,
	.moves = moves,
	.owed = owed,
};

const struct wici_kind wici_kind_charge_file = {
	.number = WICI_KIND_CHARGE_FILE,
	.name = "charge.file",
	.by = WICI_BY_ISSUER,
	.fields = file_fields,
	.process = &process,
	.label = {"Zarzuty", "Charges"},
};

const struct wici_kind wici_kind_charge_answer = {
	.number = WICI_KIND_CHARGE_ANSWER,
	.name = "charge.answer",
	.by = WICI_BY_MEMBER,
	.fields = act_fields,
	.label = {"Odpowiedź na zarzuty", "Answer to charges"},
};

const struct wici_kind wici_kind_charge_dismiss = {
	.number = WICI_KIND_CHARGE_DISMISS,
	.name = "charge.dismiss",
	.by = WICI_BY_ISSUER,
	.fields = act_fields,
	.label = {"Utrzymanie certyfikatu", "Charges dismissed"},
};

const struct wici_kind wici_kind_charge_appeal = {
	.number = WICI_KIND_CHARGE_APPEAL,
	.name = "charge.appeal",
	.by = WICI_BY_MEMBER,
	.fields = act_fields,
	.label = {"Odwołanie od odebrania", "Appeal against a revocation"},
};

const struct wici_kind wici_kind_charge_uphold = {
	.number = WICI_KIND_CHARGE_UPHOLD,
	.name = "charge.uphold",
	.by = WICI_BY_ISSUER,
	.fields = act_fields,
	.label = {"Odebranie ostateczne", "Revocation upheld"},
};
