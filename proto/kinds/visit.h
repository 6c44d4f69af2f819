/* proto/kinds/visit.h — visit.report: who visited whom, and what came
 * of it. */
#ifndef WICI_PROTO_KINDS_VISIT_H
#define WICI_PROTO_KINDS_VISIT_H

#include "proto/kind.h"

#define WICI_KIND_VISIT_REPORT 80

extern const struct wici_kind wici_kind_visit_report;

#endif
