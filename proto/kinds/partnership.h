/* proto/kinds/partnership.h — partnership.update: who works with whom,
 * and for what. */
#ifndef WICI_PROTO_KINDS_PARTNERSHIP_H
#define WICI_PROTO_KINDS_PARTNERSHIP_H

#include "proto/kind.h"

#define WICI_KIND_PARTNERSHIP_UPDATE 96

extern const struct wici_kind wici_kind_partnership_update;

#endif
