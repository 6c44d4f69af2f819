/* proto/kinds/member.h — member.admit: the registrar takes an institution
 * in. */
#ifndef WICI_PROTO_KINDS_MEMBER_H
#define WICI_PROTO_KINDS_MEMBER_H

#include "proto/kind.h"

#define WICI_KIND_MEMBER_ADMIT 2

struct wici_admit_body {
	struct wici_key identity;
	struct wici_bytes name;
	struct wici_bytes token; /* 8 bytes: the invitation's id; or absent. */
};

extern const struct wici_kind wici_kind_member_admit;

#endif
