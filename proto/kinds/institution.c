/* proto/kinds/institution.c — institution.profile: name, kind and place of an
 * institution, its units and its team for organising the local community.
 *
 * A team has a size and no names. A claim is somebody's word on a day, and
 * stays that: it says who made it and when. */
#include "proto/kinds/institution.h"

#include "proto/kinds/row.h"

/* clang-format off */
static const struct wici_word type_words[] = {
	{"OPS", {"ośrodek pomocy społecznej", "social welfare centre"}},
	{"GOPS", {"gminny ośrodek pomocy społecznej",
		  "commune social welfare centre"}},
	{"MGOPS", {"miejsko-gminny ośrodek pomocy społecznej",
		   "town and commune social welfare centre"}},
	{"MOPS", {"miejski ośrodek pomocy społecznej",
		  "municipal social welfare centre"}},
	{"MOPR", {"miejski ośrodek pomocy rodzinie",
		  "municipal family support centre"}},
	{"CUS", {"centrum usług społecznych", "social services centre"}},
	{"PCPR", {"powiatowe centrum pomocy rodzinie",
		  "county family support centre"}},
	{"ROPS", {"regionalny ośrodek polityki społecznej",
		  "regional social policy centre"}},
	{"association", {"stowarzyszenie", "association"}},
	{"foundation", {"fundacja", "foundation"}},
	{"forum", {"forum", "forum"}},
	{"authority", {"organ gminy", "municipal authority"}},
	{"other", {"inna", "other"}},
	{.code = NULL},
};

static const struct wici_field claim_fields[] = {
	WICI_ROW("as_of", WHEN, "Kiedy", "As of", .flags = 0),
	WICI_ROW_LINE("by_role", "Kto (funkcja)", "By (role)", WICI_REQUIRED),
	WICI_ROW("text", TEXT, "Treść", "Text",
		 .flags = WICI_REQUIRED, .len_max = 2000),
	{.name = NULL},
};

static const struct wici_field team_fields[] = {
	WICI_ROW_LINE("name", "Nazwa", "Name", 0),
	WICI_ROW("since", WHEN, "Od kiedy", "Since", .flags = 0),
	WICI_ROW("size", UINT, "Liczebność", "Size", .flags = 0),
	{.name = NULL},
};

static const struct wici_field unit_fields[] = {
	WICI_ROW_LINE("name", "Nazwa", "Name", WICI_REQUIRED),
	WICI_ROW("since", WHEN, "Od kiedy", "Since", .flags = 0),
	{.name = NULL},
};

static const struct wici_field profile_fields[] = {
	WICI_ROW("aliases", LINE, "Inne nazwy", "Other names",
		 .flags = WICI_LIST | WICI_SEARCH, .len_max = 500,
		 .items_max = 20),
	WICI_ROW_LINE("city", "Miejscowość", "City", WICI_SEARCH),
	WICI_ROW("claims", MAP, "Twierdzenia", "Claims",
		 .flags = WICI_LIST, .items_max = 50, .sub = claim_fields),
	WICI_ROW("links", LINE, "Strony i profile", "Links",
		 .flags = WICI_LIST, .len_max = 500, .items_max = 20),
	WICI_ROW("name", LINE, "Nazwa", "Name", .len_max = 200,
		 .flags = WICI_REQUIRED | WICI_TITLE | WICI_SEARCH),
	WICI_ROW("osl_since", WHEN, "OSL od", "Organises the community since",
		 .flags = 0),
	WICI_ROW_LINE("parent", "Jednostka nadrzędna", "Parent", 0),
	WICI_ROW("predecessor", PARTY, "Poprzednik", "Predecessor",
		 .flags = 0),
	WICI_ROW("regon", LINE, "REGON", "REGON", .len_max = 14),
	WICI_ROW("short_name", LINE, "Nazwa skrócona", "Short name",
		 .flags = WICI_SEARCH, .len_max = 100),
	WICI_ROW_SOURCE,
	WICI_ROW("successor", PARTY, "Następca", "Successor", .flags = 0),
	WICI_ROW_SUPERSEDES,
	WICI_ROW("team", MAP, "Zespół OSL", "Community organising team",
		 .sub = team_fields),
	WICI_ROW("teryt", LINE, "TERYT", "TERYT",
		 .len_max = 10, .flags = WICI_TERYT),
	WICI_ROW("type", WORD, "Typ", "Type", .words = type_words),
	WICI_ROW("units", MAP, "Jednostki", "Units",
		 .flags = WICI_LIST, .items_max = 50, .sub = unit_fields),
	{.name = NULL},
};
/* clang-format on */

const struct wici_kind wici_kind_institution_profile = {
	.number = WICI_KIND_INSTITUTION_PROFILE,
	.name = "institution.profile",
	.by = WICI_BY_MEMBER,
	.fields = profile_fields,
	.order = "name short_name type city teryt regon parent predecessor "
		 "successor aliases units team osl_since links claims",
	.label = {"Profil instytucji", "Profile of an institution"},
};
