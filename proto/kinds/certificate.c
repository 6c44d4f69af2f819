/* proto/kinds/certificate.c — certificate.*: a certificate granted, suspended,
 * revoked, reinstated, and why.
 *
 * What gives or takes a right can never be erased: so its fields are short
 * lines, none of which may look personal, and the reason for a revocation is
 * an erasable record of its own. */
#include "proto/kinds/certificate.h"

#include "proto/kinds/row.h"

#define GRANT(member)  offsetof(struct wici_grant_body, member)
#define REVOKE(member) offsetof(struct wici_revoke_body, member)
#define REASON(member) offsetof(struct wici_reason_body, member)

/* clang-format off */
static const struct wici_field grant_fields[] = {
	WICI_ROW_LINE("annex", "Załącznik merytoryczny", "Annex",
		      WICI_GUARDED),
	WICI_ROW("application", RECORD, "Zgłoszenie", "Application",
		 .flags = WICI_SUBJECT),
	WICI_ROW_LINE("decision", "Decyzja", "Decision", WICI_GUARDED),
	WICI_ROW_LINE("granted_for", "Za co", "Granted for",
		      WICI_SEARCH | WICI_GUARDED),
	WICI_ROW_AT("granted_on", DAY, GRANT(granted_on),
		    "Data przyznania", "Granted on", .flags = WICI_ON),
	WICI_ROW_AT("holder", MEMBER, GRANT(holder),
		    "Posiadacz", "Holder",
		    .flags = WICI_REQUIRED | WICI_ABOUT),
	WICI_ROW_AT("index", UINT, GRANT(index),
		    "Pozycja na liście", "Index",
		    .flags = WICI_REQUIRED | WICI_BY_NODE | WICI_UNIQUE),
	WICI_ROW_AT("name", LINE, GRANT(name),
		    "Nazwa", "Name", .len_max = 500,
		    .flags = WICI_TITLE | WICI_SEARCH | WICI_GUARDED),
	WICI_ROW_AT("number", LINE, GRANT(number),
		    "Numer", "Number", .len_max = 100,
		    .flags = WICI_NUMBER | WICI_SEARCH | WICI_GUARDED),
	WICI_ROW_AT("previous", RECORD, GRANT(previous),
		    "Poprzedni certyfikat", "Previous certificate",
		    .flags = 0),
	WICI_ROW_AT("scheme", LINE, GRANT(scheme),
		    "Wzorzec certyfikatu", "Scheme", .len_max = 40,
		    .flags = WICI_REQUIRED | WICI_CODE),
	WICI_ROW("source_ref", LINE, "Źródło", "Source",
		 .len_max = 2000, .flags = WICI_GUARDED),
	WICI_ROW_AT("supersedes", RECORD, GRANT(supersedes),
		    "Zastępuje", "Supersedes", .flags = WICI_SUPERSEDES),
	WICI_ROW_LINE("unit", "Jednostka posiadacza", "Unit of the holder",
		      WICI_SEARCH | WICI_GUARDED),
	WICI_ROW_AT("valid_from", WHEN, GRANT(valid_from),
		    "Ważny od", "Valid from", .flags = 0),
	WICI_ROW_AT("valid_until", WHEN, GRANT(valid_until),
		    "Ważny do", "Valid until", .flags = 0),
	WICI_ROW_LINE("valid_years_text", "Na lata (jak w dokumencie)",
		      "Valid years, as written", WICI_GUARDED),
	{.name = NULL},
};

/* Of everything that is done to a certificate. */
static const struct wici_field act_fields[] = {
	WICI_ROW_AT("certificate", RECORD, REVOKE(certificate),
		    "Certyfikat", "Certificate",
		    .flags = WICI_REQUIRED | WICI_SUBJECT | WICI_AFTER),
	WICI_ROW("charge", RECORD, "Zarzuty", "Charges",
		 .flags = WICI_SUBJECT),
	WICI_ROW_AT("effective", DAY, REVOKE(effective),
		    "Ze skutkiem od", "Effective", .flags = WICI_ON),
	{.name = NULL},
};

static const struct wici_field reason_fields[] = {
	WICI_ROW_AT("revocation", RECORD, REASON(revocation),
		    "Odebranie, zawieszenie lub przywrócenie",
		    "Revocation, suspension or reinstatement",
		    .flags = WICI_REQUIRED | WICI_SUBJECT | WICI_AFTER),
	WICI_ROW_AT("text", TEXT, REASON(text),
		    "Uzasadnienie", "Reason", .len_max = 20000,
		    .flags = WICI_REQUIRED | WICI_TITLE | WICI_SEARCH),
	{.name = NULL},
};
/* clang-format on */

static enum wici_err check_grant(const void *body, const char **field)
{
	const struct wici_grant_body *grant = body;

	return wici_check_term(&grant->valid_from, &grant->valid_until,
			       "valid_until", field);
}

const struct wici_kind wici_kind_certificate_grant = {
	.number = WICI_KIND_CERTIFICATE_GRANT,
	.name = "certificate.grant",
	.by = WICI_BY_ISSUER,
	.is_critical = true,
	.is_right = true,
	.fields = grant_fields,
	.body_len = sizeof(struct wici_grant_body),
	.check = check_grant,
	.label = {"Przyznanie certyfikatu", "Grant of a certificate"},
};

const struct wici_kind wici_kind_certificate_revoke = {
	.number = WICI_KIND_CERTIFICATE_REVOKE,
	.name = "certificate.revoke",
	.by = WICI_BY_ISSUER,
	.is_critical = true,
	.is_right = true,
	.fields = act_fields,
	.body_len = sizeof(struct wici_revoke_body),
	.label = {"Odebranie certyfikatu", "Revocation of a certificate"},
};

const struct wici_kind wici_kind_certificate_reason = {
	.number = WICI_KIND_CERTIFICATE_REASON,
	.name = "certificate.reason",
	.by = WICI_BY_ISSUER,
	.fields = reason_fields,
	.body_len = sizeof(struct wici_reason_body),
	.label = {"Uzasadnienie decyzji", "Reason for a decision"},
};

const struct wici_kind wici_kind_certificate_suspend = {
	.number = WICI_KIND_CERTIFICATE_SUSPEND,
	.name = "certificate.suspend",
	.by = WICI_BY_ISSUER,
	.is_critical = true,
	.is_right = true,
	.fields = act_fields,
	.body_len = sizeof(struct wici_revoke_body),
	.label = {"Zawieszenie certyfikatu", "Suspension of a certificate"},
};

const struct wici_kind wici_kind_certificate_reinstate = {
	.number = WICI_KIND_CERTIFICATE_REINSTATE,
	.name = "certificate.reinstate",
	.by = WICI_BY_ISSUER,
	.is_critical = true,
	.is_right = true,
	.fields = act_fields,
	.body_len = sizeof(struct wici_revoke_body),
	.label = {"Przywrócenie certyfikatu", "Reinstatement of a certificate"},
};

bool wici_kind_is_decision(const struct wici_kind *kind)
{
	return kind->fields == act_fields;
}
