/* proto/kinds.c — The table of kinds: one line a kind. */
#include "proto/kinds.h"

#include "proto/kinds/anchoring.h"
#include "proto/kinds/application.h"
#include "proto/kinds/area.h"
#include "proto/kinds/beacon.h"
#include "proto/kinds/certificate.h"
#include "proto/kinds/charge.h"
#include "proto/kinds/chronicle.h"
#include "proto/kinds/claim.h"
#include "proto/kinds/commission.h"
#include "proto/kinds/document.h"
#include "proto/kinds/event.h"
#include "proto/kinds/feed_open.h"
#include "proto/kinds/feed_succeed.h"
#include "proto/kinds/institution.h"
#include "proto/kinds/member.h"
#include "proto/kinds/partnership.h"
#include "proto/kinds/place.h"
#include "proto/kinds/plan.h"
#include "proto/kinds/practice.h"
#include "proto/kinds/scheme.h"
#include "proto/kinds/team.h"
#include "proto/kinds/visit.h"
#include "proto/kinds/witness.h"

/* clang-format off */
const struct wici_kind *const wici_kinds[] = {
	&wici_kind_feed_open,
	&wici_kind_member_admit,
	&wici_kind_feed_succeed,
	&wici_kind_institution_profile,
	&wici_kind_certificate_grant,
	&wici_kind_certificate_revoke,
	&wici_kind_certificate_reason,
	&wici_kind_certificate_suspend,
	&wici_kind_certificate_reinstate,
	&wici_kind_beacon,
	&wici_kind_witness,
	&wici_kind_practice_publish,
	&wici_kind_practice_withdraw,
	&wici_kind_practice_adopt,
	&wici_kind_application_submit,
	&wici_kind_application_appoint,
	&wici_kind_application_inspect,
	&wici_kind_application_assess,
	&wici_kind_application_refuse,
	&wici_kind_application_appeal,
	&wici_kind_application_withdraw,
	&wici_kind_area_update,
	&wici_kind_place_update,
	&wici_kind_chronicle_write,
	&wici_kind_visit_report,
	&wici_kind_visit_propose,
	&wici_kind_visit_answer,
	&wici_kind_visit_agenda,
	&wici_kind_visit_hold,
	&wici_kind_visit_feedback,
	&wici_kind_visit_cancel,
	&wici_kind_visit_evaluate,
	&wici_kind_event_report,
	&wici_kind_partnership_update,
	&wici_kind_document_publish,
	&wici_kind_scheme_publish,
	&wici_kind_team_update,
	&wici_kind_anchoring_update,
	&wici_kind_commission_update,
	&wici_kind_plan_publish,
	&wici_kind_claim_make,
	&wici_kind_charge_file,
	&wici_kind_charge_answer,
	&wici_kind_charge_dismiss,
	&wici_kind_charge_appeal,
	&wici_kind_charge_uphold,
	NULL,
};
/* clang-format on */

const struct wici_kind *wici_kind_by_number(uint16_t number)
{
	for (size_t i = 0; wici_kinds[i]; i++)
		if (wici_kinds[i]->number == number)
			return wici_kinds[i];
	return NULL;
}

const struct wici_kind *wici_kind_by_name(struct wici_bytes name)
{
	for (size_t i = 0; wici_kinds[i]; i++)
		if (wici_bytes_is(name, wici_kinds[i]->name))
			return wici_kinds[i];
	return NULL;
}

/* FNV-1a. */
static void mix(uint32_t *sum, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		*sum = (*sum ^ (value >> (i * 8) & 0xff)) * 16777619u;
}

static void mix_text(uint32_t *sum, const char *text)
{
	for (; *text; text++)
		mix(sum, (uint8_t)*text);
	mix(sum, 0);
}

/* No deeper than the table, which is ours. */
static void mix_rows(uint32_t *sum, const struct wici_field *rows)
{
	for (const struct wici_field *f = rows; f->name; f++) {
		mix_text(sum, f->name);
		mix(sum, (uint32_t)f->type << 16 | f->flags);
		mix(sum, (uint32_t)f->len_max << 16 | f->items_max);
		for (const struct wici_word *w = f->words; w && w->code; w++)
			mix_text(sum, w->code);
		if (f->sub)
			mix_rows(sum, f->sub);
	}
}

uint32_t wici_kinds_version(void)
{
	uint32_t sum = 2166136261u;

	for (size_t i = 0; wici_kinds[i]; i++) {
		mix(&sum, wici_kinds[i]->number);
		mix(&sum,
		    (uint32_t)wici_kinds[i]->by << 1 | wici_kinds[i]->is_right);
		mix_rows(&sum, wici_kinds[i]->fields);
	}
	return sum;
}
