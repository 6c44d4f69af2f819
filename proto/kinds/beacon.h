/* proto/kinds/beacon.h — beacon: an issuer's regular "nothing else has happened
 * up to now". PROTOCOL §5.10. */
#ifndef WICI_PROTO_KINDS_BEACON_H
#define WICI_PROTO_KINDS_BEACON_H

#include "proto/kind.h"

#define WICI_KIND_BEACON 40

/* Bytes of `states`: 65536 certificates of a scheme. */
#define WICI_BEACON_STATES_MAX   ((size_t)16384)
#define WICI_BEACON_RESTORED_MAX 4096

struct wici_beacon_body {
	struct wici_bytes grants;   /* Merkle root of their ids (32 bytes). */
	struct wici_bytes restored; /* The raw array of indexes; or absent. */
	uint64_t roster;            /* The version that the issuer knows. */
	struct wici_bytes scheme;
	struct wici_bytes states; /* 2 bits by index. */
};

extern const struct wici_kind wici_kind_beacon;

#endif
