/* proto/kinds/anchoring.h — anchoring.update: where the method stands
 * in an institution's own documents. */
#ifndef WICI_PROTO_KINDS_ANCHORING_H
#define WICI_PROTO_KINDS_ANCHORING_H

#include "proto/kind.h"

#define WICI_KIND_ANCHORING_UPDATE 128

extern const struct wici_kind wici_kind_anchoring_update;

#endif
