/* proto/kinds/team.h — team.update: a team for organising the local
 * community. */
#ifndef WICI_PROTO_KINDS_TEAM_H
#define WICI_PROTO_KINDS_TEAM_H

#include "proto/kind.h"

#define WICI_KIND_TEAM_UPDATE 120

extern const struct wici_kind wici_kind_team_update;

#endif
