/* proto/fresh.h — How fresh is what is known of a scheme's certificates? From
 * beacons and witness entries to one answer, for one certificate.
 *
 * PROTOCOL §5.10. Pure: the daemon gives what it holds, a proof file what
 * stands in it. Begin, give the beacon and the entries, end. */
#ifndef WICI_PROTO_FRESH_H
#define WICI_PROTO_FRESH_H

#include "proto/certificate.h"
#include "proto/kinds/beacon.h"
#include "proto/kinds/witness.h"

#define WICI_FRESH_AGE_MS   ((int64_t)7 * 86400000) /* Unless asked otherwise. */
#define WICI_FRESH_AHEAD_MS ((int64_t)3600000) /* Clocks differ by so much. */

/* Why a beacon or a witness entry does not count: X(NAME, code), the graver the
 * later. */
#define WICI_SIGHTS(X)                                                         \
	X(COUNTS, "")                                                          \
	X(NONE, "none")       /* There is none. */                             \
	X(UNNAMED, "unnamed") /* It names no head of the issuing feed. */      \
	X(OLD, "old")         /* Older than the verifier wants. */             \
	X(AHEAD, "ahead")     /* Of a time that is still to come. */           \
	X(BEHIND, "behind")   /* It has seen more of the issuing feed. */      \
	X(ROSTER, "roster")   /* It knows a newer change of the root. */       \
	X(SPLIT, "split")     /* It has seen other entries, or another root. */

enum wici_sight {
#define X(name, code) WICI_SIGHT_##name,
	WICI_SIGHTS(X)
#undef X
};
const char *wici_sight_code(enum wici_sight s);

/* What is held of the head that a witness entry names. */
enum wici_head_held {
	WICI_HEAD_UNNAMED, /* It names none of the issuing feed. */
	WICI_HEAD_HELD,    /* That entry. */
	WICI_HEAD_AHEAD,   /* Not so far, or it cannot be told. */
	WICI_HEAD_OTHER    /* Another entry in its place. */
};

struct wici_witness_sight { /* What was made of each witness. */
	struct wici_key feed;
	enum wici_sight sight;
	int64_t time_ms; /* Of its newest entry; 0: none. */
};

struct wici_fresh {
	const struct wici_roster *roster;
	int64_t now_ms;
	int64_t age_ms;

	/* The beacon of the scheme. */
	enum wici_sight beacon;
	int64_t beacon_ms;
	/* Does it come after the grant and every act about it? Then what it says
	 * counts, where that is the worse. */
	bool is_covered;
	/* Does it know an earlier version of the roster only? The newest change
	 * may be about this. */
	bool is_before;
	enum wici_certificate_state said; /* NONE: no such grant stands. */
	bool is_restored;

	/* The witnesses, named or by default: needed of them must count. */
	bool is_named; /* The root names some. */
	uint64_t needed, counted;
	int64_t witness_ms;      /* The needed-th newest, fresh or old; 0. */
	enum wici_sight witness; /* When too few count: the gravest reason. */
	size_t witnesses_count;
	struct wici_witness_sight witnesses[WICI_WITNESSES_MAX];

	int64_t as_of_ms;   /* The older of both; 0: not known. */
	int64_t existed_ms; /* The grant existed before; 0: nobody says. */
};

/* age_ms: what the verifier takes for fresh. issuing: the scheme's present
 * feed, or NULL where nobody issues it. Borrows r, until the end. */
void wici_fresh_begin(struct wici_fresh *f, const struct wici_roster *r,
		      const struct wici_key *issuing, int64_t now_ms,
		      int64_t age_ms);

/* The newest beacon of the scheme in its present issuing feed, its own signature
 * verified. index: of the grant that stands. */
void wici_fresh_beacon(struct wici_fresh *f,
		       const struct wici_beacon_body *body, int64_t time_ms,
		       uint64_t index, bool is_covered);

/* The newest entry of this witness (a feed that wici_roster_witness() names),
 * its own signature verified. is_root_held: the change it names is held and in
 * force, or was. */
void wici_fresh_witness(struct wici_fresh *f, const struct wici_key *feed,
			const struct wici_witness_body *body, int64_t time_ms,
			bool is_root_held, enum wici_head_held held);

/* When each witness first saw the grant: the needed-th of these times is the
 * bound. times: ascending or not, sorted here. */
void wici_fresh_existed(struct wici_fresh *f, int64_t *times, size_t count);

void wici_fresh_end(struct wici_fresh *f);

/* Is it as fresh as the verifier wants? */
bool wici_fresh_is(const struct wici_fresh *f);

/* What a beacon says of an index; NONE beyond its end. */
enum wici_certificate_state wici_beacon_state(
	const struct wici_beacon_body *body, uint64_t index);

/* Sets the 2 bits of an index; it is within len · 4. */
void wici_beacon_set(uint8_t *states, uint64_t index,
		     enum wici_certificate_state state);

/* The head that a witness entry names of this feed. False: none. */
bool wici_witness_head(const struct wici_witness_body *body,
		       const struct wici_key *feed, struct wici_head *head);

/* The i-th head that it names. False: no more. */
bool wici_witness_head_at(const struct wici_witness_body *body, size_t i,
			  struct wici_head *head);

/* What is held, as far as one entry can tell: entry at, of the same feed. */
enum wici_head_held wici_head_compare(const struct wici_head *named,
				      const struct wici_head *at);

#endif
