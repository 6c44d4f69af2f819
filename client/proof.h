/* client/proof.h — Verifying a proof file: PROTOCOL §7.4. */
#ifndef WICI_CLIENT_PROOF_H
#define WICI_CLIENT_PROOF_H

#include "client/client.h"
#include "proto/proof.h"

/* whole: the file's bytes. c->result and c->exit are the answer, in the shape of
 * cert.verify's. Whatever is wrong with the file is an answer too: it is not
 * what it says (BAD_SIGNATURE), or of another network (UNKNOWN_ISSUER).
 * WICI_NOT_FOUND: a whole bundle, and no proof file. */
WICI_NODISCARD
enum wici_err proof_verify(struct client *c, const struct wici_id *network,
			   const struct wici_proof_question *q,
			   struct wici_bytes whole);

#endif
