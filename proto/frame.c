/* proto/frame.c — Cuts a stream into frames inside one lent buffer.
 *
 * The buffer holds what has arrived and was not yet handed out. Bytes move to
 * its front only when more are asked for, so that a frame handed out stays
 * where it is until the next call. */
#include "proto/frame.h"

#include "proto/require.h"

void wici_frame_reader_init(struct wici_frame_reader *r, uint8_t *buf,
			    size_t len)
{
	WICI_REQUIRE(buf && len > WICI_FRAME_HEADER_LEN);
	*r = (struct wici_frame_reader){.buf = buf, .buf_len = len};
}

void wici_frame_reader_lend(struct wici_frame_reader *r, uint8_t *buf,
			    size_t len)
{
	size_t ready = r->end - r->start;

	WICI_REQUIRE(buf && len >= r->buf_len);
	memmove(buf, r->buf + r->start, ready);
	r->buf = buf;
	r->buf_len = len;
	r->start = 0;
	r->end = ready;
}

uint8_t *wici_frame_in(struct wici_frame_reader *r, size_t *len)
{
	size_t ready = r->end - r->start;

	if (r->start > 0) {
		memmove(r->buf, r->buf + r->start, ready);
		r->start = 0;
		r->end = ready;
	}
	*len = r->err == WICI_OK ? r->buf_len - r->end : 0;
	return r->buf + r->end;
}

void wici_frame_in_done(struct wici_frame_reader *r, size_t n)
{
	WICI_REQUIRE(n <= r->buf_len - r->end);
	r->end += n;
}

enum wici_err wici_frame_next(struct wici_frame_reader *r, uint8_t **frame,
			      size_t *len)
{
	uint8_t *head = r->buf + r->start;
	size_t ready = r->end - r->start;
	size_t body;

	if (r->err != WICI_OK)
		return r->err;
	if (ready < WICI_FRAME_HEADER_LEN)
		return WICI_AGAIN;
	/* PROTOCOL §3.3: "A length of zero, or above 61456, ends the session."
	 * Before both sides are known the lent buffer is the limit. */
	body = wici_get_u16(head);
	if (body == 0 || body > WICI_FRAME_LEN_MAX ||
	    body > r->buf_len - WICI_FRAME_HEADER_LEN) {
		r->err = WICI_REJECT_FRAME_LEN;
		return r->err;
	}
	if (ready - WICI_FRAME_HEADER_LEN < body)
		return WICI_AGAIN;
	*frame = head + WICI_FRAME_HEADER_LEN;
	*len = body;
	r->start += WICI_FRAME_HEADER_LEN + body;
	return WICI_OK;
}

enum wici_err wici_frame_raw(struct wici_frame_reader *r, size_t n,
			     const uint8_t **raw)
{
	WICI_REQUIRE(n <= r->buf_len);
	if (r->err != WICI_OK)
		return r->err;
	if (r->end - r->start < n)
		return WICI_AGAIN;
	*raw = r->buf + r->start;
	r->start += n;
	return WICI_OK;
}
