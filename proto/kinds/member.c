/* proto/kinds/member.c — member.admit: who belongs to the network, and the
 * name it is known by. */
#include "proto/kinds/member.h"

#include "proto/kinds/row.h"

#define AT(member) offsetof(struct wici_admit_body, member)

/* clang-format off */
static const struct wici_field admit_fields[] = {
	WICI_ROW_AT("identity", MEMBER, AT(identity),
		    "Tożsamość", "Identity",
		    .flags = WICI_REQUIRED | WICI_ABOUT),
	WICI_ROW_AT("name", LINE, AT(name),
		    "Nazwa", "Name", .len_max = 200,
		    .flags = WICI_REQUIRED | WICI_TITLE | WICI_SEARCH |
			     WICI_GUARDED),
	WICI_ROW_AT("token", BYTES, AT(token),
		    "Zaproszenie", "Invitation", .len_max = 8),
	{.name = NULL},
};
/* clang-format on */

const struct wici_kind wici_kind_member_admit = {
	.number = WICI_KIND_MEMBER_ADMIT,
	.name = "member.admit",
	.by = WICI_BY_REGISTRAR,
	.is_critical = true,
	.is_right = true,
	.fields = admit_fields,
	.body_len = sizeof(struct wici_admit_body),
	.label = {"Przyjęcie członka", "Admission of a member"},
};
