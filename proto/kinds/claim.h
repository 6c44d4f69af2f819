/* proto/kinds/claim.h — claim.make: somebody's word on a day. */
#ifndef WICI_PROTO_KINDS_CLAIM_H
#define WICI_PROTO_KINDS_CLAIM_H

#include "proto/kind.h"

#define WICI_KIND_CLAIM_MAKE 152

extern const struct wici_kind wici_kind_claim_make;

#endif
