/* proto/kinds/visit.h — visit.*: a study visit, from its proposal to what came
 * of it. */
#ifndef WICI_PROTO_KINDS_VISIT_H
#define WICI_PROTO_KINDS_VISIT_H

#include "proto/kind.h"

#define WICI_KIND_VISIT_REPORT   80
#define WICI_KIND_VISIT_PROPOSE  81
#define WICI_KIND_VISIT_ANSWER   82
#define WICI_KIND_VISIT_AGENDA   83
#define WICI_KIND_VISIT_HOLD     84
#define WICI_KIND_VISIT_FEEDBACK 85
#define WICI_KIND_VISIT_CANCEL   86
#define WICI_KIND_VISIT_EVALUATE 87

extern const struct wici_kind wici_kind_visit_report;
extern const struct wici_kind wici_kind_visit_propose;
extern const struct wici_kind wici_kind_visit_answer;
extern const struct wici_kind wici_kind_visit_agenda;
extern const struct wici_kind wici_kind_visit_hold;
extern const struct wici_kind wici_kind_visit_feedback;
extern const struct wici_kind wici_kind_visit_cancel;
extern const struct wici_kind wici_kind_visit_evaluate;

/* proto/kinds/visit_process.c */
extern const struct wici_process wici_process_visit;

#endif
