/* proto/kinds/place.h — place.update: a club, a room, a spot where
 * people meet. */
#ifndef WICI_PROTO_KINDS_PLACE_H
#define WICI_PROTO_KINDS_PLACE_H

#include "proto/kind.h"

#define WICI_KIND_PLACE_UPDATE 72

extern const struct wici_kind wici_kind_place_update;

#endif
