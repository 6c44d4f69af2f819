/* proto/kinds/application.h — application.*: how an institution comes by a
 * certificate, or is refused it. */
#ifndef WICI_PROTO_KINDS_APPLICATION_H
#define WICI_PROTO_KINDS_APPLICATION_H

#include "proto/kind.h"

#define WICI_KIND_APPLICATION_SUBMIT   56
#define WICI_KIND_APPLICATION_APPOINT  57
#define WICI_KIND_APPLICATION_INSPECT  58
#define WICI_KIND_APPLICATION_ASSESS   59
#define WICI_KIND_APPLICATION_REFUSE   60
#define WICI_KIND_APPLICATION_APPEAL   61
#define WICI_KIND_APPLICATION_WITHDRAW 62

extern const struct wici_kind wici_kind_application_submit;
extern const struct wici_kind wici_kind_application_appoint;
extern const struct wici_kind wici_kind_application_inspect;
extern const struct wici_kind wici_kind_application_assess;
extern const struct wici_kind wici_kind_application_refuse;
extern const struct wici_kind wici_kind_application_appeal;
extern const struct wici_kind wici_kind_application_withdraw;

#endif
