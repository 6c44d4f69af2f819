/* client/qr.c — Modules to one path, a run at a time: a tenth of a rectangle a
 * module. */
#include "client/qr.h"

#include "client/html.h"

#include <qrencode.h>
#include <string.h>

#define QUIET ((unsigned)4) /* ISO/IEC 18004: modules of white around. */

static unsigned width_of(unsigned modules)
{
	unsigned mm = (modules * 45 + 99) / 100;

	return mm < QR_MM_MIN ? QR_MM_MIN : mm;
}

static void write_row(FILE *out, const unsigned char *row, unsigned width,
		      unsigned y)
{
	for (unsigned x = 0; x < width;) {
		unsigned from = x;

		while (x < width && (row[x] & 1))
			x++;
		if (x > from)
			fprintf(out, "M%u %uh%uv1h-%uz", from + QUIET,
				y + QUIET, x - from, x - from);
		else
			x++;
	}
}

enum wici_err qr_write(FILE *out, const char *text, const char *label,
		       unsigned *mm)
{
	unsigned width, all;
	QRcode *qr;

	if (strlen(text) > QR_TEXT_MAX)
		return WICI_TOO_LARGE;
	qr = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	if (!qr)
		return WICI_INTERNAL;
	width = (unsigned)qr->width;
	all = width + 2 * QUIET;
	*mm = width_of(all);
	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "
		"aria-labelledby=\"qr\" width=\"%umm\" height=\"%umm\" "
		"viewBox=\"0 0 %u %u\" shape-rendering=\"crispEdges\">"
		"<title id=\"qr\">",
		*mm, *mm, all, all);
	html_text(out, label);
	fprintf(out,
		"</title><path fill=\"#fff\" d=\"M0 0h%uv%uH0z\"/>"
		"<path fill=\"#000\" d=\"",
		all, all);
	for (unsigned y = 0; y < width; y++)
		write_row(out, qr->data + (size_t)y * width, width, y);
	fputs("\"/></svg>\n", out);
	QRcode_free(qr);
	return WICI_OK;
}
