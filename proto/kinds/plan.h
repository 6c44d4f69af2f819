/* proto/kinds/plan.h — plan.publish: a plan for organising the local
 * community. */
#ifndef WICI_PROTO_KINDS_PLAN_H
#define WICI_PROTO_KINDS_PLAN_H

#include "proto/kind.h"

#define WICI_KIND_PLAN_PUBLISH 144

extern const struct wici_kind wici_kind_plan_publish;

#endif
