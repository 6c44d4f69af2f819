/* client/reference.h — The reference of the kinds that people publish, out of
 * their table: as it stands in README.md. */
#ifndef WICI_CLIENT_REFERENCE_H
#define WICI_CLIENT_REFERENCE_H

#include <stdio.h>

/* A sentence and a Markdown table, a row a kind; both languages in it. */
void reference_write(FILE *out);

#endif
