/* proto/proof.h — A proof file: one certificate, with all that it takes to judge
 * it by nothing but the network's id.
 *
 * PROTOCOL §7.4. Pure: the roster comes from proto/offline.h, arrays are the
 * caller's. What the file leaves out cannot make the answer better: VALID takes
 * the issuer's fresh word (a beacon that lists this very grant) and, where the
 * root asks for them, enough witnesses. */
#ifndef WICI_PROTO_PROOF_H
#define WICI_PROTO_PROOF_H

#include "proto/bundle.h"
#include "proto/fork.h"
#include "proto/merkle.h"
#include "proto/offline.h"
#include "proto/verdict.h"

#define WICI_PROOF_ENTRIES_MAX ((size_t)512)
#define WICI_PROOF_FORKS_MAX   ((size_t)64)

struct wici_proof_entry {
	struct wici_entry entry; /* The payload is borrowed. */
	struct wici_id id;
	bool is_signed; /* By a good key. */
};

struct wici_proof_fork {
	struct wici_key feed;
	uint64_t seq;
};

struct wici_proof {
	struct wici_offline *offline; /* Folded; admissions are added to it. */
	struct wici_proof_entry *entries; /* Lent: WICI_PROOF_ENTRIES_MAX. */
	size_t entries_count;
	struct wici_proof_fork forks[WICI_PROOF_FORKS_MAX];
	size_t forks_count;
	bool has_grant;
	struct wici_id grant; /* That is asked about. */
	size_t path_count;
	struct wici_id path[WICI_MERKLE_PATH_MAX];
};

void wici_proof_init(struct wici_proof *p, struct wici_offline *offline,
		     struct wici_proof_entry *entries);

/* One record of the bundle, in its order; types that say nothing here are passed
 * over. Verifies each entry's own signature. bytes: borrowed until the answer
 * is no more needed. WICI_REJECT_BUNDLE: not the form of §7.4, or more than the
 * limits above; WICI_REJECT_SIGNATURE: a payload that is not its header's. */
WICI_NODISCARD
enum wici_err wici_proof_take(struct wici_proof *p, enum wici_bundle_type type,
			      struct wici_bytes bytes);

/* Writing: an entry's record, which needs 200 bytes and its payload. And which
 * grant it is about; path: as wici_merkle_path() gives it. */
void wici_proof_entry_write(struct wici_mp_writer *w,
			    const struct wici_entry *e);
void wici_proof_about_write(struct wici_mp_writer *w,
			    const struct wici_id *grant,
			    const struct wici_id *path, size_t path_count);

struct wici_proof_question {
	int32_t on_day;
	int64_t now_ms;
	int64_t age_ms; /* What counts as fresh. */
};

struct wici_proof_answer {
	struct wici_certificate certificate; /* Borrows acts. */
	struct wici_fresh fresh;
	struct wici_verdict verdict;
};

/* Once all is taken. acts: lent, WICI_PROOF_ENTRIES_MAX of them. */
void wici_proof_judge(struct wici_proof *p, struct wici_act *acts,
		      const struct wici_proof_question *q,
		      struct wici_proof_answer *a);

#endif
