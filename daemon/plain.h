/* daemon/plain.h — What people type, made plain: NFC, one kind of space,
 * nothing at the ends. DESIGN §5: rules for input, not for acceptance. */
#ifndef WICI_DAEMON_PLAIN_H
#define WICI_DAEMON_PLAIN_H

#include "proto/bytes.h"
#include "proto/err.h"

/* NFC, U+00A0 → space, CR LF → LF, trimmed. *out is allocated (free it), NUL
 * after its len bytes. WICI_REJECT_TEXT: no well-formed UTF-8. */
WICI_NODISCARD
enum wici_err plain_text(struct wici_bytes in, char **out, size_t *len);

/* The same, and without upper and lower case: for comparing names. */
WICI_NODISCARD
enum wici_err plain_folded(struct wici_bytes in, char **out, size_t *len);

/* Is b, folded, this folded text? */
bool plain_is_same(struct wici_bytes b, const char *folded);

#endif
