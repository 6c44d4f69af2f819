/* proto/kinds/document.h — document.publish: a statute, a report,
 * a definition. */
#ifndef WICI_PROTO_KINDS_DOCUMENT_H
#define WICI_PROTO_KINDS_DOCUMENT_H

#include "proto/kind.h"

#define WICI_KIND_DOCUMENT_PUBLISH 104

extern const struct wici_kind wici_kind_document_publish;

#endif
