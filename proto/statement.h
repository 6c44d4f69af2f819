/* proto/statement.h — Statements: signed objects outside all feeds.
 *
 * PROTOCOL §2.5. A statement is a canonical map
 *   {"body": bin, "sigs": [[key, signature], …], "type": uint},
 * the signers ascending by key. Its id is the hash, under the type's domain,
 * of the body alone: signatures added later do not make another statement. */
#ifndef WICI_PROTO_STATEMENT_H
#define WICI_PROTO_STATEMENT_H

#include "proto/bytes.h"
#include "proto/err.h"
#include "proto/id.h"
#include "proto/mp_write.h"

#define WICI_STATEMENT_LEN_MAX  ((size_t)49152)
#define WICI_STATEMENT_SIGS_MAX 16

enum wici_statement_type {
	WICI_STATEMENT_CHANGE = 1, /* A change of the root, §5.2. */
	WICI_STATEMENT_FORK = 2,   /* A fork proof, §5.8. */
	WICI_STATEMENT_ERASE = 3   /* An erasure, §5.6. */
};

struct wici_signer {
	struct wici_key key;
	struct wici_sig sig;
};

struct wici_statement {
	uint64_t type; /* May be one we do not know. */
	struct wici_id id;
	struct wici_bytes body; /* Borrowed. */
	size_t sigs_count;
	struct wici_signer sigs[WICI_STATEMENT_SIGS_MAX];
};

/* WICI_REJECT_STATEMENT when it is not the canonical form above, or longer
 * than it may be; verifies no signature. Borrows b. The id of an unknown type
 * is taken under the domain of changes. */
WICI_NODISCARD
enum wici_err wici_statement_decode(struct wici_statement *s,
				    struct wici_bytes b);

bool wici_statement_has_signed(const struct wici_statement *s,
			       const struct wici_key *key);

/* Takes its place among the others: there is room, and it has not signed. */
void wici_statement_sign(struct wici_statement *s,
			 const struct wici_signer *signer);

/* Signers must ascend by key. */
void wici_statement_encode(struct wici_mp_writer *w,
			   const struct wici_statement *s);

#endif
