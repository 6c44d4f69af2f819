/* proto/kinds/scheme.h — scheme.publish: what a certificate asks
 * of its holders. */
#ifndef WICI_PROTO_KINDS_SCHEME_H
#define WICI_PROTO_KINDS_SCHEME_H

#include "proto/kind.h"

#define WICI_KIND_SCHEME_PUBLISH 112

extern const struct wici_kind wici_kind_scheme_publish;

#endif
