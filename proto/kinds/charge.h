/* proto/kinds/charge.h — charge.*: charges against a holder, in writing, before
 * a certificate is taken away. */
#ifndef WICI_PROTO_KINDS_CHARGE_H
#define WICI_PROTO_KINDS_CHARGE_H

#include "proto/kind.h"

#define WICI_KIND_CHARGE_FILE    160
#define WICI_KIND_CHARGE_ANSWER  161
#define WICI_KIND_CHARGE_DISMISS 162
#define WICI_KIND_CHARGE_APPEAL  163
#define WICI_KIND_CHARGE_UPHOLD  164

extern const struct wici_kind wici_kind_charge_file;
extern const struct wici_kind wici_kind_charge_answer;
extern const struct wici_kind wici_kind_charge_dismiss;
extern const struct wici_kind wici_kind_charge_appeal;
extern const struct wici_kind wici_kind_charge_uphold;

#endif
