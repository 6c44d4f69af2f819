/* proto/bundle.h — The wire format in a file: for a stick, or a backup.
 *
 * PROTOCOL §7.1, §7.2. Bytes of any length go through: the writer fills a
 * lent buffer record by record, the reader is fed pieces as they come. Both
 * hash everything; the last record proves that nothing is missing. What the
 * records say is checked by who takes them in. */
#ifndef WICI_PROTO_BUNDLE_H
#define WICI_PROTO_BUNDLE_H

#include "proto/attachment.h"
#include "proto/entry.h"
#include "proto/mp_write.h"

#define WICI_BUNDLE_HEAD_LEN   ((size_t)48) /* Before the first record. */
#define WICI_BUNDLE_RECORD_MAX ((size_t)61440)
#define WICI_BUNDLE_ADDRESSES  16
#define WICI_BUNDLE_AFTER_LEN  ((size_t)72)

enum wici_bundle_type {
	WICI_BUNDLE_END = 0,
	WICI_BUNDLE_ABOUT = 1,
	WICI_BUNDLE_STATEMENT = 2,
	WICI_BUNDLE_RUN = 3,
	WICI_BUNDLE_BACKUP = 4,
	WICI_BUNDLE_ENTRY = 5, /* Of a proof file: proto/proof.h. */
	WICI_BUNDLE_PROOF = 6,
	WICI_BUNDLE_AFTER = 7,
	WICI_BUNDLE_BEARER = 8, /* Whose it is: proto/bearer.h. */
	WICI_BUNDLE_JOIN = 9,   /* A message JOIN: who asks to be let in. */
	WICI_BUNDLE_CHUNK = 10  /* Of a file. */
};

struct wici_bundle_about {
	uint64_t created_ms;
	uint64_t entries, feeds;
	struct wici_bytes name; /* Of the network. */
};

struct wici_bundle_backup {
	struct wici_key identity;
	struct wici_head at; /* The installation's feed and its head. */
	struct wici_id roster_id;
	uint64_t roster_version;
	struct wici_bytes name;         /* Of the institution. */
	struct wici_bytes identity_key; /* The file's text; may be empty. */
	size_t addresses_count;
	struct wici_bytes addresses[WICI_BUNDLE_ADDRESSES];
};

/* ---- writing ---- */

struct wici_bundle_writer {
	struct wici_hash hash;
};

/* Writes the head (48 bytes). */
void wici_bundle_begin(struct wici_bundle_writer *w, uint8_t *out,
		       const struct wici_id *network);
/* Writes type ‖ len of a record whose bytes the caller writes behind it, and
 * hashes both. 5 bytes. */
void wici_bundle_record(struct wici_bundle_writer *w, uint8_t *out,
			enum wici_bundle_type type, struct wici_bytes bytes);
/* Writes the last record: 37 bytes. */
void wici_bundle_end(struct wici_bundle_writer *w, uint8_t *out);

void wici_bundle_about_write(struct wici_mp_writer *w,
			     const struct wici_bundle_about *about);
void wici_bundle_backup_write(struct wici_mp_writer *w,
			      const struct wici_bundle_backup *backup);

/* AFTER: the entry that the feed's next run follows. 72 bytes. */
void wici_bundle_after_write(uint8_t *out, const struct wici_head *after);

/* CHUNK: one of a file's, by the path of its tree (proto/attachment.h). */
struct wici_bundle_chunk {
	uint64_t size; /* Of the file. */
	struct wici_id root;
	uint32_t i;
	size_t path_count;
	const struct wici_id *path;
	struct wici_bytes bytes;
};

/* Into out, which holds a record: how many bytes. */
size_t wici_bundle_chunk_write(uint8_t *out,
			       const struct wici_bundle_chunk *chunk);

/* Borrows b. Whether it fits is not looked at. WICI_REJECT_BUNDLE. */
WICI_NODISCARD
enum wici_err wici_bundle_chunk_read(struct wici_bundle_chunk *chunk,
				     struct wici_bytes b);

/* ---- reading ---- */

struct wici_bundle_reader {
	struct wici_hash hash;
	struct wici_id network; /* Once the head was read. */
	bool has_head;
	bool is_done;      /* The end was read, and fits. */
	enum wici_err err; /* Sticky: a bundle that was refused stays so. */
	uint64_t records;
	uint8_t buf[5 + WICI_BUNDLE_RECORD_MAX];
	size_t len;  /* Bytes in buf. */
	size_t used; /* Of them, handed out. */
};

void wici_bundle_reader_init(struct wici_bundle_reader *r);

/* Takes as many of the bytes as fit; *taken says how many. Call next() until
 * WICI_AGAIN or WICI_END, then feed on, to the end of the file: the bundle was
 * whole if is_done holds then. WICI_REJECT_BUNDLE: bytes behind the end. */
WICI_NODISCARD
enum wici_err wici_bundle_feed(struct wici_bundle_reader *r,
			       struct wici_bytes bytes, size_t *taken);

/* The next record, borrowed until the next call. WICI_AGAIN: more bytes are
 * needed; WICI_END: the end record was right; WICI_REJECT_BUNDLE: no bundle,
 * damaged, out of order (ABOUT first and once, BACKUP second if at all),
 * too long. Types that are not known are passed over. */
WICI_NODISCARD
enum wici_err wici_bundle_next(struct wici_bundle_reader *r,
			       enum wici_bundle_type *type,
			       struct wici_bytes *bytes);

/* WICI_REJECT_BUNDLE when it is not the canonical map. Borrows b. */
WICI_NODISCARD
enum wici_err wici_bundle_about_read(struct wici_bundle_about *about,
				     struct wici_bytes b);
WICI_NODISCARD
enum wici_err wici_bundle_backup_read(struct wici_bundle_backup *backup,
				      struct wici_bytes b);
WICI_NODISCARD
enum wici_err wici_bundle_after_read(struct wici_head *after,
				     struct wici_bytes b);

#endif
