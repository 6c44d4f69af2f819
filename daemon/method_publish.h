/* daemon/method_publish.h — Bodies made and checked, then published together:
 * all of them are there, or none. */
#ifndef WICI_DAEMON_METHOD_PUBLISH_H
#define WICI_DAEMON_METHOD_PUBLISH_H

#include "daemon/body.h"
#include "daemon/method_private.h"
#include "daemon/process_try.h"
#include "daemon/twice.h"

/* What is to be published: canonical payloads, one behind the other. */
struct batch {
	const struct wici_kind *kind;
	struct growing payloads;
	size_t *ends; /* Of each, in payloads. */
	uint32_t count, max;
	enum wici_err put_off; /* WICI_OK, or why they become drafts. */
	bool is_many;          /* "bodies": no grant of them may be there. */
	struct twice twice;
	struct process_tried tried;
	bool has_other; /* Another certificate has the grant's number: */
	struct wici_id other;
};

void batch_init(struct batch *b, const struct wici_kind *kind);
void batch_clear(struct batch *b);

/* Makes one body's payload and asks whether it may be published. supersedes:
 * NULL, or the record that this one replaces. Of many grants none may be there
 * already; of one it is told. */
WICI_NODISCARD
enum wici_err batch_add(struct call *call, struct batch *b,
			struct wici_bytes map,
			const struct body_value *supersedes);

/* Publishes, keeps as drafts, or shows what would be, and writes the result: of
 * the only one; of all. Or the call waits. */
WICI_NODISCARD
enum wici_err batch_finish_one(struct call *call, const struct batch *b,
			       bool is_dry);
WICI_NODISCARD
enum wici_err batch_finish_all(struct call *call, const struct batch *b,
			       bool is_dry);

#endif
