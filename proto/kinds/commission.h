/* proto/kinds/commission.h — commission.update: the method as a task
 * given to the third sector. */
#ifndef WICI_PROTO_KINDS_COMMISSION_H
#define WICI_PROTO_KINDS_COMMISSION_H

#include "proto/kind.h"

#define WICI_KIND_COMMISSION_UPDATE 136

extern const struct wici_kind wici_kind_commission_update;

#endif
