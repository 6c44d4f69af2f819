/* proto/kinds/institution.h — institution.profile: what an institution says
 * of itself. */
#ifndef WICI_PROTO_KINDS_INSTITUTION_H
#define WICI_PROTO_KINDS_INSTITUTION_H

#include "proto/kind.h"

#define WICI_KIND_INSTITUTION_PROFILE 16

extern const struct wici_kind wici_kind_institution_profile;

#endif
