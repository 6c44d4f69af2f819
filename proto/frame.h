/* proto/frame.h — Frames: bytes in, whole frames out. No I/O, no allocation.
 *
 * PROTOCOL §3.3: a frame is a 16-bit big-endian length, then that many bytes. */
#ifndef WICI_PROTO_FRAME_H
#define WICI_PROTO_FRAME_H

#include "proto/bytes.h"
#include "proto/err.h"

#define WICI_FRAME_HEADER_LEN ((size_t)2)
#define WICI_FRAME_TAG_LEN    ((size_t)16)
#define WICI_FRAME_LEN_MAX    ((size_t)61456) /* A message and its tag. */

/* Owned by the caller. Fields are private to frame.c. */
struct wici_frame_reader {
	size_t start;      /* First byte not yet handed out. */
	size_t end;        /* One past the last byte received. */
	enum wici_err err; /* Sticky: once set, the stream is dead. */
	uint8_t *buf;      /* Lent. */
	size_t buf_len;
};

void wici_frame_reader_init(struct wici_frame_reader *r, uint8_t *buf,
			    size_t len);

/* Moves to a larger buffer, with what is not yet handed out. */
void wici_frame_reader_lend(struct wici_frame_reader *r, uint8_t *buf,
			    size_t len);

/* Where to put the next bytes. *len is 0 when no more are wanted. */
uint8_t *wici_frame_in(struct wici_frame_reader *r, size_t *len);

/* n bytes were put where wici_frame_in() pointed. */
void wici_frame_in_done(struct wici_frame_reader *r, size_t n);

/* WICI_OK: *frame is the next frame, writable, borrowed until the next call
 * on r. WICI_AGAIN: bring more bytes. WICI_REJECT_FRAME_LEN, for good: the
 * length is 0, above 61456, or above what the lent buffer can hold. */
WICI_NODISCARD
enum wici_err wici_frame_next(struct wici_frame_reader *r, uint8_t **frame,
			      size_t *len);

/* Exactly n raw bytes (the preamble) before any frame, borrowed. WICI_AGAIN. */
WICI_NODISCARD
enum wici_err wici_frame_raw(struct wici_frame_reader *r, size_t n,
			     const uint8_t **raw);

#endif
