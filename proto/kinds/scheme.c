/* proto/kinds/scheme.c — scheme.publish: what a certificate asks of its
 * holders, and how long it holds. Its issuer is who publishes it: it counts in
 * an issuing feed of the scheme alone. */
#include "proto/kinds/scheme.h"

#include "proto/kinds/row.h"

/* clang-format off */
static const struct wici_field standard_fields[] = {
	WICI_ROW("code", LINE, "Oznaczenie", "Code", .len_max = 40),
	WICI_ROW_LINE("name", "Nazwa", "Name", WICI_REQUIRED),
	WICI_ROW("text", TEXT, "Treść", "Text", .len_max = 2000),
	{.name = NULL},
};

static const struct wici_field scheme_fields[] = {
	WICI_ROW_LINE("name", "Nazwa", "Name",
		      WICI_REQUIRED | WICI_TITLE | WICI_SEARCH),
	WICI_ROW_LINE("regulation_ref", "Regulamin", "Regulations",
		      WICI_SEARCH),
	WICI_ROW("scheme", LINE, "Wzorzec certyfikatu", "Scheme",
		 .len_max = 40, .flags = WICI_REQUIRED | WICI_CODE),
	WICI_ROW_SOURCE,
	WICI_ROW("standards", MAP, "Standardy", "Standards",
		 .flags = WICI_LIST, .items_max = 100, .sub = standard_fields),
	WICI_ROW_SUPERSEDES,
	WICI_ROW_TEXT("text", "Opis", "Description", WICI_SEARCH),
	WICI_ROW_TEXT("validity_rule", "Na jaki okres", "Rule of validity", 0),
	WICI_ROW("version", LINE, "Wersja", "Version", .len_max = 100),
	{.name = NULL},
};
/* clang-format on */

const struct wici_kind wici_kind_scheme_publish = {
	.number = WICI_KIND_SCHEME_PUBLISH,
	.name = "scheme.publish",
	.by = WICI_BY_ISSUER,
	.fields = scheme_fields,
	.order = "scheme name version regulation_ref validity_rule standards "
		 "text",
	.label = {"Wzorzec certyfikatu", "Certificate scheme"},
};
