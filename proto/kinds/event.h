/* proto/kinds/event.h — event.report: a seminar, a session, a campaign,
 * a ceremony. */
#ifndef WICI_PROTO_KINDS_EVENT_H
#define WICI_PROTO_KINDS_EVENT_H

#include "proto/kind.h"

#define WICI_KIND_EVENT_REPORT 88

extern const struct wici_kind wici_kind_event_report;

#endif
