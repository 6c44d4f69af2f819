/* proto/kinds/area.h — area.update: where an institution organises
 * the community. */
#ifndef WICI_PROTO_KINDS_AREA_H
#define WICI_PROTO_KINDS_AREA_H

#include "proto/kind.h"

#define WICI_KIND_AREA_UPDATE 64

struct wici_area_body {
	struct wici_bytes addresses; /* Raw arrays; p NULL: none. */
	struct wici_bytes change;    /* "start", "extension", "next", "end" */
	struct wici_bytes estate;
	bool partial;
	struct wici_when since_year;
	struct wici_id supersedes; /* Zero: none. */
	struct wici_when until;
	struct wici_bytes whole_streets;
};

extern const struct wici_kind wici_kind_area_update;

#endif
