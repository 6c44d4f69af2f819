/* proto/kinds/document.c — document.publish: a document that others should
 * know of, or a passage of one. */
#include "proto/kinds/document.h"

#include "proto/kinds/row.h"

/* clang-format off */
static const struct wici_field document_fields[] = {
	WICI_ROW_TEXT("about", "Czego dotyczy", "About", WICI_SEARCH),
	WICI_ROW("digest", BYTES, "Skrót SHA-256", "SHA-256 digest",
		 .len_max = 32),
	WICI_ROW_FILES("files", "Pliki", "Files"),
	WICI_ROW_LINE("kind", "Rodzaj", "Kind", WICI_SEARCH),
	WICI_ROW_LINE("ref", "Sygnatura", "Reference",
		      WICI_SEARCH),
	WICI_ROW_LINE("role", "Rola", "Role", WICI_SEARCH),
	WICI_ROW_SOURCE,
	WICI_ROW_SUPERSEDES,
	WICI_ROW_TEXT("text", "Treść", "Text", WICI_SEARCH),
	WICI_ROW_LINE("title", "Tytuł", "Title",
		      WICI_REQUIRED | WICI_TITLE | WICI_SEARCH),
	{.name = NULL},
};
/* clang-format on */

const struct wici_kind wici_kind_document_publish = {
	.number = WICI_KIND_DOCUMENT_PUBLISH,
	.name = "document.publish",
	.by = WICI_BY_MEMBER,
	.fields = document_fields,
	.order = "title kind ref role about text digest",
	.label = {"Dokument", "Document"},
};
