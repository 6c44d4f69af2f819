/* proto/kinds/practice.h — practice.publish: what works, for others
 * to take over. */
#ifndef WICI_PROTO_KINDS_PRACTICE_H
#define WICI_PROTO_KINDS_PRACTICE_H

#include "proto/kind.h"

#define WICI_KIND_PRACTICE_PUBLISH 48

extern const struct wici_kind wici_kind_practice_publish;

#endif
