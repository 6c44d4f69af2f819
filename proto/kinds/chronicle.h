/* proto/kinds/chronicle.h — chronicle.write: an entry in the
 * chronicle of a place. */
#ifndef WICI_PROTO_KINDS_CHRONICLE_H
#define WICI_PROTO_KINDS_CHRONICLE_H

#include "proto/kind.h"

#define WICI_KIND_CHRONICLE_WRITE 73

extern const struct wici_kind wici_kind_chronicle_write;

#endif
