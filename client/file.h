/* client/file.h — Small files, whole: read within a limit, written at once. */
#ifndef WICI_CLIENT_FILE_H
#define WICI_CLIENT_FILE_H

#include "client/client.h"
#include "proto/bytes.h"

#define FILE_LEN_MAX ((size_t)1 << 20)

/* path "-": the standard input. b->p is malloc'ed, with a NUL behind; the
 * caller frees it. WICI_NOT_FOUND, WICI_IO; WICI_TOO_LARGE: above
 * FILE_LEN_MAX. */
WICI_NODISCARD
enum wici_err file_read(struct client *c, const char *path,
			struct wici_bytes *b);

/* In the stead of what is there: the whole file, or nothing. WICI_IO. */
WICI_NODISCARD
enum wici_err file_write(struct client *c, const char *path,
			 struct wici_bytes b);

/* "certyfikat-12-2022.html", by the language: of the number (else the id) of an
 * object what no file system minds. malloc'ed. */
char *file_name_of(const json_t *cert, const char *ending);

#endif
