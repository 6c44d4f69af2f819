/* client/qr.h — A QR code as SVG, to be printed. By libqrencode. */
#ifndef WICI_CLIENT_QR_H
#define WICI_CLIENT_QR_H

#include "proto/err.h"

#include <stdio.h>

#define QR_TEXT_MAX ((size_t)700) /* Beyond it phones give up. */
#define QR_MM_MIN   42            /* Wide, quiet zone included. */

/* Writes <svg>: level M, a quiet zone of four modules, so wide that a module
 * has 0.45 mm or more. label is its text alternative. *mm: the width.
 * WICI_TOO_LARGE; WICI_INTERNAL: the library cannot. */
WICI_NODISCARD
enum wici_err qr_write(FILE *out, const char *text, const char *label,
		       unsigned *mm);

#endif
