/* daemon/certificates_private.h — What certificates.c (the acts about one),
 * certificates_find.c (what people call it) and twice.c share. */
#ifndef WICI_DAEMON_CERTIFICATES_PRIVATE_H
#define WICI_DAEMON_CERTIFICATES_PRIVATE_H

#include "daemon/certificates.h"
#include "daemon/store/record.h"

#define CERTIFICATES_REFS_MAX ((size_t)1 << 20)

struct certificates_asked {
	const struct wici_id *to; /* By reference, with this flag … */
	uint16_t flag;
	struct wici_bytes number; /* … or, to NULL: a grant's number. */
};

/* A query that fills an array, asked again with a larger one until it all
 * fits, or there are CERTIFICATES_REFS_MAX. Free *ns, also after an error. */
WICI_NODISCARD
enum wici_err certificates_ask(struct node *n,
			       const struct certificates_asked *q, int64_t **ns,
			       size_t *count);

#endif
