/* proto/kinds/practice.h — practice.*: what works, for others to take over, and
 * who did. */
#ifndef WICI_PROTO_KINDS_PRACTICE_H
#define WICI_PROTO_KINDS_PRACTICE_H

#include "proto/kind.h"

#define WICI_KIND_PRACTICE_PUBLISH  48
#define WICI_KIND_PRACTICE_WITHDRAW 49
#define WICI_KIND_PRACTICE_ADOPT    50

extern const struct wici_kind wici_kind_practice_publish;
extern const struct wici_kind wici_kind_practice_withdraw;
extern const struct wici_kind wici_kind_practice_adopt;

#endif
