/* client/heading.h — A field by the heading that stands over it: of a column, of
 * a section, in front matter. */
#ifndef WICI_CLIENT_HEADING_H
#define WICI_CLIENT_HEADING_H

#include "proto/kind.h"

/* The field with this name, or with this label in Polish or English; without
 * what stands in brackets, where no other field is called so. NULL: none that a
 * person may give. */
const struct wici_field *heading_field(const struct wici_kind *kind,
				       const char *heading);

/* Nothing but blanks? */
bool heading_is_blank(const char *heading);

#endif
