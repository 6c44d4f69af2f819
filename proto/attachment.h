/* proto/attachment.h — Attachments: what names one, its address, and each
 * chunk of it by its path. No I/O, no allocation.
 *
 * PROTOCOL §4.6. A file is cut into chunks of 32 KiB, the last one shorter.
 * They are the leaves of a Merkle tree (§2.7), whose root is hashed with the
 * file's size: that is the address. So whoever shows one chunk that fits has
 * shown the size too, and with it how many chunks there are. */
#ifndef WICI_PROTO_ATTACHMENT_H
#define WICI_PROTO_ATTACHMENT_H

#include "proto/id.h"

#define WICI_CHUNK_LEN_MAX       ((size_t)32768)
#define WICI_ATTACHMENT_SIZE_MAX ((uint64_t)67108864)
#define WICI_CHUNKS_MAX          2048u
#define WICI_CHUNK_PATH_MAX      11u /* Hashes beside one of 2048 leaves. */
#define WICI_FILE_NAME_LEN_MAX   ((size_t)200)
#define WICI_MEDIA_TYPE_LEN_MAX  ((size_t)127)

/* A FILE of PROTOCOL §2.6, as a record names it. */
struct wici_file {
	struct wici_bytes name;
	struct wici_id root; /* The address. */
	uint64_t size;
	struct wici_bytes type; /* A media type; p NULL: not said. */
};

/* Reads a FILE, which has passed wici_kind_check. Borrows raw. */
void wici_file_read(struct wici_bytes raw, struct wici_file *file);

/* May a file be called so? A LINE of at most 200 bytes that is no path: no `/`,
 * no `\`, not `.` or `..`. */
bool wici_file_name_is_plain(struct wici_bytes name);

/* "application/pdf": two names of RFC 6838, §4.2; no parameters. */
bool wici_media_type_is_plain(struct wici_bytes type);

/* How many chunks a file of this size has; 0: no attachment has this size. */
uint32_t wici_chunks_count(uint64_t size);

/* How long chunk i of it is; i < count. */
size_t wici_chunk_len(uint64_t size, uint32_t i);

/* The address, by the root of the tree over the chunks. */
struct wici_id wici_attachment_address(uint64_t size,
				       const struct wici_id *root);

/* Is this chunk i of the file of this size and address? path: what stands
 * beside it, from below. Whatever does not fit is a no; else *leaf is its
 * hash. */
bool wici_chunk_is_of(const struct wici_id *address, uint64_t size, uint32_t i,
		      struct wici_bytes chunk, const struct wici_id *path,
		      size_t path_count, struct wici_id *leaf);

#endif
