/* proto/kinds/area.h — area.update: where an institution organises
 * the community. */
#ifndef WICI_PROTO_KINDS_AREA_H
#define WICI_PROTO_KINDS_AREA_H

#include "proto/kind.h"

#define WICI_KIND_AREA_UPDATE 64

extern const struct wici_kind wici_kind_area_update;

#endif
