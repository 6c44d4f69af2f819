/* tests/daemon/filed.h — A node and its attachments: added and named as clients
 * do, brought as peers do, spoilt as disks do. */
#ifndef WICI_TESTS_DAEMON_FILED_H
#define WICI_TESTS_DAEMON_FILED_H

#include <fcntl.h>

#include "daemon/attachments.h"
#include "tests/daemon/attached.h"
#include "tests/daemon/call.h"

#define KIB ((uint64_t)1024)

static inline bool filed_is(const char *got, const char *want)
{
	if (strcmp(got, want) == 0)
		return true;
	print_error("got  %s\nwant %s\n", got, want);
	return false;
}

/* All bytes of it, but for `short_by`. */
static inline void filed_send(struct fixture *f, const struct attached *a,
			      uint64_t short_by)
{
	char *json = growing_alloc(2 * 70000 + 40);
	char begin[64];

	(void)snprintf(begin, sizeof(begin), "{'size':%llu}",
		       (unsigned long long)a->size);
	CHECK(filed_is(call(f, "attachment.begin", begin), "{}"));
	for (uint64_t at = 0; at < a->size - short_by; at += 50001) {
		uint64_t len = a->size - short_by - at;
		char *p = json + sprintf(json, "{'bytes':'");

		len = len < 50001 ? len : 50001;
		wici_hex(p, a->bytes + at, len);
		memcpy(p + 2 * len, "'}", 3);
		CHECK(filed_is(call(f, "attachment.write", json), "{}"));
	}
	free(json);
}

static inline void filed_add(struct fixture *f, const struct attached *a)
{
	filed_send(f, a, 0);
	CHECK(has(call(f, "attachment.add", "{'name':'r.pdf'}"), a->hex));
}

/* A practice that names it; its id. */
static inline const char *filed_name(struct fixture *f,
				     const struct attached *a, char id[65])
{
	char json[300];
	const char *said;

	(void)snprintf(json, sizeof(json),
		       "{'title':'P','files':[{'name':'r.pdf','root':'%s',"
		       "'size':%llu}]}",
		       a->hex, (unsigned long long)a->size);
	said = call(f, "practice.publish", json);
	if (id)
		call_get(said, "id", id, 65);
	return said;
}

static inline void filed_view(struct fixture *f, const struct attached *a,
			      struct attachment_view *v)
{
	attachments_view(f->n, &a->root, a->size, v);
}

static inline bool filed_is_whole(struct fixture *f, const struct attached *a)
{
	struct attachment_view v;

	filed_view(f, a, &v);
	return v.is_whole;
}

static inline enum attachment_why filed_why(struct fixture *f,
					    const struct attached *a)
{
	struct attachment_view v;

	filed_view(f, a, &v);
	return v.why;
}

/* What a peer would send of chunk i. */
static inline enum wici_err filed_take(struct fixture *f,
				       const struct attached *a, uint32_t i)
{
	struct wici_id path[WICI_CHUNK_PATH_MAX];
	struct wici_message m = {.type = WICI_MSG_CHUNK};
	uint32_t count = attached_path(a, i, path);
	enum wici_err err;

	m.chunk.root = a->root;
	m.chunk.i = i;
	m.chunk.path = (struct wici_packed){path[0].b, (uint16_t)count};
	m.chunk.bytes = attached_chunk(a, i);
	fixture_begin(f);
	err = attachments_take(f->n, &a->root, a->size, &m);
	fixture_end(f);
	return err;
}

static inline const char *filed_path(const struct fixture *f,
				     const struct attached *a,
				     const char *suffix)
{
	static char path[300];

	(void)snprintf(path, sizeof(path), "%s/attachments/%s%s", f->dir,
		       a->hex, suffix);
	return path;
}

static inline void filed_flip(const char *path, off_t at)
{
	int fd = open(path, O_RDWR);
	uint8_t byte = 0;

	CHECK(fd >= 0 && pread(fd, &byte, 1, at) == 1);
	byte ^= 4;
	CHECK(pwrite(fd, &byte, 1, at) == 1);
	(void)close(fd);
}

#endif
