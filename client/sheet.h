/* client/sheet.h — A certificate on one A4 page: HTML that needs nothing else,
 * to be printed, and readable on a screen and by a screen reader too.
 *
 * WCAG 2.1 AA: language, headings, lists, contrast; all that the QR code says
 * stands beside it as text. */
#ifndef WICI_CLIENT_SHEET_H
#define WICI_CLIENT_SHEET_H

#include "proto/err.h"

#include <jansson.h>
#include <stdio.h>

struct sheet {
	const json_t *certificate; /* As in cert.verify. */
	const char *verdict;       /* On that day, as a code. */
	const char *on;
	const char *token; /* What the QR code says; its own part */
	const char *url;   /* follows "URL#" when there is a URL, else NULL. */
	const char *kid;   /* The token key's fingerprint. */
	const char *network; /* Its id in hex. */
};

/* In the language of say.h. As qr_write. */
WICI_NODISCARD
enum wici_err sheet_write(FILE *out, const struct sheet *s);

/* "29 March 2022" of a day; a month, a year, or what is none as it is. */
const char *sheet_day(const char *text, char out[64]);

#endif
