/* proto/kinds/visit_process.c — What may follow what in a study visit.
 *
 *   guest            ┌──── date (guest) ─────┐
 *   propose          ▼                       │
 *   ───────> PROPOSED ── date (host) ──> COUNTERED
 *               │  │ decline (host)         │  │ decline (guest)
 *        accept │  └─────> DECLINED <───────┘  │ accept
 *        (host) ▼                              │ (guest)
 *           ACCEPTED <─────────────────────────┘
 *               │ agenda (host)
 *               ▼
 *            AGREED          ACCEPTED, AGREED ── date ──> PROPOSED (guest)
 *               │                                         COUNTERED (host)
 *               │ hold      PROPOSED … AGREED ── cancel ──> CANCELLED
 *               ▼
 *   HELD_GUEST or HELD_HOST ── hold, by the other ──> HELD
 *   CANCELLED ── hold ──> CANCELLED_GUEST or _HOST ── hold ──> HELD
 *
 * Of what both sides have stated as held nothing can be taken back: so a
 * cancellation that comes late, or crossed it on the way, changes nothing. The
 * host's report says that it was held, too. A report without a proposal stands
 * alone: TOLD. An answer is to what was said last; one to an older proposal is
 * overtaken, so nobody has agreed to a date he never saw. */
#include "proto/kinds/chronicle.h"
#include "proto/kinds/practice.h"
#include "proto/kinds/row.h"
#include "proto/kinds/visit.h"
#include "proto/process.h"

enum state {
	NONE,
	PROPOSED,
	COUNTERED,
	ACCEPTED,
	AGREED,
	DECLINED,
	CANCELLED,
	HELD_GUEST,
	HELD_HOST,
	HELD,
	CANCELLED_GUEST,
	CANCELLED_HOST,
	TOLD
};

#define GUEST     WICI_FIRST
#define HOST      WICI_SECOND
#define BOTH      WICI_EITHER
#define ST(name)  name
#define ACT(name) WICI_KIND_##name

/* clang-format off */
static const struct wici_process_state states[] = {
	{"none", {"–", "–"}},
	{"proposed", {"zaproponowana", "proposed"}},
	{"countered", {"zaproponowano inny termin", "another date proposed"}},
	{"accepted", {"przyjęta", "accepted"}},
	{"agreed", {"program uzgodniony", "agenda agreed"}},
	{"declined", {"odrzucona", "declined"}},
	{"cancelled", {"odwołana", "cancelled"}},
	{"held_guest", {"odbyta według gościa", "held, says the guest"}},
	{"held_host", {"odbyta według gospodarza", "held, says the host"}},
	{"held", {"odbyta", "held"}},
	{"cancelled_guest", {"odwołana, według gościa odbyta",
			     "cancelled; held, says the guest"}},
	{"cancelled_host", {"odwołana, według gospodarza odbyta",
			    "cancelled; held, says the host"}},
	{"told", {"opowiedziana", "reported"}},
	{.code = NULL},
};

/* Of two answers to one act: cancelled before another date before declined
 * before accepted. */
#define ACCEPT(side)  .by = (side), .word = "accept", .rank = 1, .is_answer = true
#define DECLINE(side) .by = (side), .word = "decline", .rank = 2, .is_answer = true
#define DATE(side)    .by = (side), .word = "date", .rank = 3, .is_answer = true
#define CANCEL        .by = BOTH, .rank = 4

/* What is said of a visit that was held, and changes nothing of it. */
#define TELLING(state_)                                                        \
	WICI_MOVE_ROW(state_, VISIT_FEEDBACK, state_, .by = GUEST),            \
	WICI_MOVE_ROW(state_, VISIT_EVALUATE, state_, .by = GUEST),            \
	WICI_MOVE_ROW(state_, PRACTICE_ADOPT, state_, .by = GUEST),            \
	WICI_MOVE_ROW(state_, CHRONICLE_WRITE, state_, .by = BOTH)

static const struct wici_move moves[] = {
	WICI_MOVE_ROW(NONE, VISIT_PROPOSE, PROPOSED, .by = GUEST),
	WICI_MOVE_ROW(NONE, VISIT_REPORT, TOLD, .by = BOTH),
	WICI_MOVE_ROW(PROPOSED, VISIT_PROPOSE, PROPOSED, .by = GUEST,
		      .is_answer = true),
	WICI_MOVE_ROW(PROPOSED, VISIT_ANSWER, ACCEPTED, ACCEPT(HOST)),
	WICI_MOVE_ROW(PROPOSED, VISIT_ANSWER, DECLINED, DECLINE(HOST)),
	WICI_MOVE_ROW(PROPOSED, VISIT_ANSWER, COUNTERED, DATE(HOST)),
	WICI_MOVE_ROW(PROPOSED, VISIT_ANSWER, PROPOSED, DATE(GUEST)),
	WICI_MOVE_ROW(PROPOSED, VISIT_CANCEL, CANCELLED, CANCEL),
	WICI_MOVE_ROW(COUNTERED, VISIT_ANSWER, ACCEPTED, ACCEPT(GUEST)),
	WICI_MOVE_ROW(COUNTERED, VISIT_ANSWER, DECLINED, DECLINE(GUEST)),
	WICI_MOVE_ROW(COUNTERED, VISIT_ANSWER, PROPOSED, DATE(GUEST)),
	WICI_MOVE_ROW(COUNTERED, VISIT_ANSWER, COUNTERED, DATE(HOST)),
	WICI_MOVE_ROW(COUNTERED, VISIT_CANCEL, CANCELLED, CANCEL),
	WICI_MOVE_ROW(ACCEPTED, VISIT_AGENDA, AGREED, .by = HOST),
	WICI_MOVE_ROW(ACCEPTED, VISIT_ANSWER, PROPOSED, DATE(GUEST)),
	WICI_MOVE_ROW(ACCEPTED, VISIT_ANSWER, COUNTERED, DATE(HOST)),
	WICI_MOVE_ROW(ACCEPTED, VISIT_CANCEL, CANCELLED, CANCEL),
	WICI_MOVE_ROW(ACCEPTED, VISIT_HOLD, HELD_GUEST, .by = GUEST),
	WICI_MOVE_ROW(ACCEPTED, VISIT_HOLD, HELD_HOST, .by = HOST),
	WICI_MOVE_ROW(ACCEPTED, VISIT_REPORT, HELD_HOST, .by = HOST),
	WICI_MOVE_ROW(AGREED, VISIT_AGENDA, AGREED, .by = HOST),
	WICI_MOVE_ROW(AGREED, VISIT_ANSWER, PROPOSED, DATE(GUEST)),
	WICI_MOVE_ROW(AGREED, VISIT_ANSWER, COUNTERED, DATE(HOST)),
	WICI_MOVE_ROW(AGREED, VISIT_CANCEL, CANCELLED, CANCEL),
	WICI_MOVE_ROW(AGREED, VISIT_HOLD, HELD_GUEST, .by = GUEST),
	WICI_MOVE_ROW(AGREED, VISIT_HOLD, HELD_HOST, .by = HOST),
	WICI_MOVE_ROW(AGREED, VISIT_REPORT, HELD_HOST, .by = HOST),
	WICI_MOVE_ROW(CANCELLED, VISIT_HOLD, CANCELLED_GUEST, .by = GUEST),
	WICI_MOVE_ROW(CANCELLED, VISIT_HOLD, CANCELLED_HOST, .by = HOST),
	WICI_MOVE_ROW(CANCELLED, VISIT_REPORT, CANCELLED_HOST, .by = HOST),
	WICI_MOVE_ROW(CANCELLED_GUEST, VISIT_HOLD, HELD, .by = HOST),
	WICI_MOVE_ROW(CANCELLED_GUEST, VISIT_REPORT, HELD, .by = HOST),
	WICI_MOVE_ROW(CANCELLED_HOST, VISIT_HOLD, HELD, .by = GUEST),
	WICI_MOVE_ROW(CANCELLED_HOST, VISIT_REPORT, CANCELLED_HOST,
		      .by = HOST),
	WICI_MOVE_ROW(HELD_GUEST, VISIT_HOLD, HELD, .by = HOST),
	WICI_MOVE_ROW(HELD_GUEST, VISIT_REPORT, HELD, .by = HOST),
	WICI_MOVE_ROW(HELD_HOST, VISIT_HOLD, HELD, .by = GUEST),
	WICI_MOVE_ROW(HELD_HOST, VISIT_REPORT, HELD_HOST, .by = HOST),
	WICI_MOVE_ROW(HELD, VISIT_REPORT, HELD, .by = HOST),
	WICI_MOVE_ROW(TOLD, VISIT_REPORT, TOLD, .by = BOTH),
	TELLING(HELD_GUEST),
	TELLING(HELD_HOST),
	TELLING(HELD),
	TELLING(TOLD),
	{.kind = 0},
};

static const struct wici_owed owed[] = {
	WICI_OWED_ROW(PROPOSED, HOST, VISIT_ANSWER, .is_once = false),
	WICI_OWED_ROW(COUNTERED, GUEST, VISIT_ANSWER, .is_once = false),
	WICI_OWED_ROW(ACCEPTED, HOST, VISIT_AGENDA, .is_once = false),
	WICI_OWED_ROW(ACCEPTED, GUEST, VISIT_HOLD, .is_after = true),
	WICI_OWED_ROW(ACCEPTED, HOST, VISIT_HOLD, .is_after = true),
	WICI_OWED_ROW(AGREED, GUEST, VISIT_HOLD, .is_after = true),
	WICI_OWED_ROW(AGREED, HOST, VISIT_HOLD, .is_after = true),
	WICI_OWED_ROW(HELD_GUEST, HOST, VISIT_HOLD, .is_once = false),
	WICI_OWED_ROW(HELD_HOST, GUEST, VISIT_HOLD, .is_once = false),
	WICI_OWED_ROW(CANCELLED_GUEST, HOST, VISIT_HOLD, .is_once = false),
	WICI_OWED_ROW(CANCELLED_HOST, GUEST, VISIT_HOLD, .is_once = false),
	WICI_OWED_ROW(HELD, GUEST, VISIT_FEEDBACK, .is_once = true),
	WICI_OWED_ROW(HELD, HOST, VISIT_REPORT, .is_once = true),
	{.kind = 0},
};
/* clang-format on */

const struct wici_process wici_process_visit = {
	.name = "visit",
	.label = {"Wizyta studyjna", "Study visit"},
	.sides = {{"guest", {"Gość", "Guest"}},
		  {"host", {"Gospodarz", "Host"}}},
	.states = states,
	.moves = moves,
	.owed = owed,
};
