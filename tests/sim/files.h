/* tests/sim/files.h — Attachments in the simulated network: added, named,
 * asked for, and compared byte for byte. */
#ifndef WICI_TESTS_SIM_FILES_H
#define WICI_TESTS_SIM_FILES_H

#include "daemon/attachments.h"
#include "daemon/publish.h"
#include "proto/kinds/practice.h"
#include "tests/daemon/attached.h"
#include "tests/sim/gather.h"
#include "tests/sim/network.h"

static inline void files_add(struct world *w, struct world_node *n,
			     const struct attached *a)
{
	struct wici_id root;
	uint64_t size;

	world_begin(w, n);
	CHECK_OK(attachments_add(n->node, 7, a->size));
	CHECK_OK(attachments_append(n->node, 7,
				    (struct wici_bytes){a->bytes, a->size}));
	CHECK_OK(attachments_finish(n->node, 7, &root, &size));
	world_end(w, n);
	CHECK(wici_id_equal(&root, &a->root) && size == a->size);
}

/* The payload of a practice that names it. */
static inline struct wici_bytes files_payload(const struct attached *a)
{
	static uint8_t buf[400];
	struct wici_mp_writer mp;
	struct wici_bytes payload;

	wici_mp_writer_init(&mp, buf, sizeof(buf));
	wici_mp_map(&mp, 2);
	wici_mp_str(&mp, "files");
	wici_mp_array(&mp, 1);
	wici_mp_map(&mp, 3);
	wici_mp_str(&mp, "name");
	wici_mp_str(&mp, "r.pdf");
	wici_mp_str(&mp, "root");
	wici_mp_bin(&mp, a->root.b, WICI_ID_LEN);
	wici_mp_str(&mp, "size");
	wici_mp_uint(&mp, a->size);
	wici_mp_str(&mp, "title");
	wici_mp_str(&mp, "Dobra praktyka");
	CHECK_OK(wici_mp_written(&mp, &payload));
	return payload;
}

static inline void files_name(struct world *w, struct world_node *n,
			      const struct attached *a)
{
	static const struct wici_bytes none;
	struct wici_head head;

	world_begin(w, n);
	CHECK_OK(publish_entry(n->node, &wici_kind_practice_publish,
			       files_payload(a), none, &head));
	world_end(w, n);
}

static inline void files_publish(struct world *w, struct world_node *n,
				 const struct attached *a)
{
	files_add(w, n, a);
	files_name(w, n, a);
}

static inline void files_ask(struct world *w, struct world_node *n,
			     const struct attached *a)
{
	const struct world_param params[] = {{"ref", a->hex, false},
					     {NULL, NULL, false}};

	CHECK(!world_call(w, n, "attachment.get", params).has_error);
}

static inline struct attachment_view files_view(const struct world_node *n,
						const struct attached *a)
{
	struct attachment_view v;

	attachments_view(n->node, &a->root, a->size, &v);
	return v;
}

/* Whole, and each byte as it was added. */
static inline bool files_has(struct world *w, struct world_node *n,
			     const struct attached *a)
{
	static uint8_t buf[ATTACHMENTS_PIECE];
	uint64_t at = 0;
	size_t len;

	if (!n->is_up || !files_view(n, a).is_whole)
		return false;
	world_begin(w, n);
	while (at < a->size) {
		CHECK_OK(attachments_read(n->node, &a->root, a->size, at, buf,
					  &len));
		CHECK(len > 0 && memcmp(buf, a->bytes + at, len) == 0);
		at += len;
	}
	world_end(w, n);
	return true;
}

/* Until it has it; false: not within so many virtual seconds. */
static inline bool files_wait(struct world *w, struct world_node *n,
			      const struct attached *a, unsigned s)
{
	for (; s > 0 && !files_has(w, n, a); s--)
		world_run(w, 1000);
	if (!files_has(w, n, a)) {
		struct attachment_view v = files_view(n, a);

		print_error("%s: held %llu of %llu, why %d, known %d, peers "
			    "%zu\n",
			    n->name, (unsigned long long)v.held,
			    (unsigned long long)v.size, (int)v.why, v.is_known,
			    n->is_up ? world_links(n) : 0);
		return false;
	}
	return true;
}

#endif
