/* daemon/cert_fresh.h — How fresh is what this store knows of a certificate?
 * The newest beacon and the witnesses' newest entries, put to proto/fresh.h. In
 * a turn; the cursor must be done. */
#ifndef WICI_DAEMON_CERT_FRESH_H
#define WICI_DAEMON_CERT_FRESH_H

#include "daemon/certificates.h"
#include "daemon/store/entry.h"
#include "proto/fresh.h"

/* Of one that has an issuer. WICI_STORE. */
WICI_NODISCARD
enum wici_err cert_fresh_load(struct node *n, const struct certificate *c,
			      int64_t age_ms, struct wici_fresh *f);

/* The newest beacon of this scheme that counts in its present issuing feed; row
 * as read, its payload borrowed until the next entry is read. WICI_NOT_FOUND. */
WICI_NODISCARD
enum wici_err cert_fresh_beacon(struct node *n,
				const struct wici_issuer *issuer,
				struct entry_row *row);

/* The newest entry of a witness that counts; the same. below: an entry's number,
 * and older than that; 0: the newest of all. */
WICI_NODISCARD
enum wici_err cert_fresh_witness(struct node *n, const struct wici_key *feed,
				 int64_t below, struct entry_row *row);

#endif
