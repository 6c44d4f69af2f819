/* daemon/peer.c — Bytes between a socket and a link.
 *
 * Happy path: open, read into the link, flush at the turn's end, … , the other
 * side closes, close. Failure modes: reset, a write that fails, a link that
 * refuses, a peer that does not read. All end in peer_close. */
#include "daemon/peer.h"

#include "daemon/log.h"
#include "proto/require.h"

#include <stdlib.h>

#define PEER_KEEPALIVE_S 60u

void peer_set_init(struct peer_set *set, struct turn *turn)
{
	set->turn = turn;
	set->first = NULL;
	set->count = 0;
}

struct peer *peer_new(struct peer_set *set)
{
	struct peer *p = calloc(1, sizeof(*p));

	WICI_REQUIRE(p);
	p->set = set;
	WICI_REQUIRE(uv_tcp_init(set->turn->loop, &p->tcp) == 0);
	p->tcp.data = p;
	p->next = set->first;
	p->at = &set->first;
	if (p->next)
		p->next->at = &p->next;
	set->first = p;
	set->count++;
	return p;
}

enum wici_err peer_open(struct peer *p, bool is_initiator, const char *address)
{
	enum wici_err err;

	snprintf(p->address, sizeof(p->address), "%s", address);
	/* Small messages are the rule; a dead peer is noticed by pings too. */
	uv_tcp_nodelay(&p->tcp, 1);
	uv_tcp_keepalive(&p->tcp, 1, PEER_KEEPALIVE_S);
	turn_need(p->set->turn);
	err = hub_open_link(p->set->turn->hub, is_initiator, p->address,
			    &p->link);
	if (err) {
		p->link = NULL;
		peer_close(p, err);
	}
	return err;
}

/* Zero copy: the socket's bytes land where the session decrypts them. */
static void peer_on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	struct peer *p = handle->data;
	size_t len = sizeof(p->set->scratch);
	uint8_t *to = p->set->scratch;

	(void)suggested;
	if (!p->linger_ms)
		to = link_in(p->link, &len);
	*buf = uv_buf_init((char *)to, (unsigned)(to ? len : 0));
}

static void peer_on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
	struct peer *p = s->data;

	(void)buf;
	if (p->is_closing || n == 0)
		return;
	if (n == UV_ENOBUFS) {
		/* The link wants no more now: the turn's end decides. */
		uv_read_stop(s);
		p->is_reading = false;
	} else if (n < 0) {
		peer_close(p, n == UV_EOF ? WICI_END : WICI_IO);
	} else if (!p->linger_ms) {
		turn_need(p->set->turn);
		link_in_done(p->link, (size_t)n);
	}
}

static void peer_on_write(uv_write_t *w, int status)
{
	struct peer *p = w->data;

	free(p->writing);
	p->writing = NULL;
	if (status)
		peer_close(p, WICI_IO);
	if (!p->is_closing) /* There is room again. */
		turn_need(p->set->turn);
}

/* The socket is full: the rest is copied and waits. */
static void peer_write_rest(struct peer *p, struct wici_bytes rest)
{
	uv_buf_t buf;

	p->writing = malloc(rest.len);
	WICI_REQUIRE(p->writing);
	memcpy(p->writing, rest.p, rest.len);
	link_out_done(p->link, rest.len);
	buf = uv_buf_init((char *)p->writing, (unsigned)rest.len);
	p->write.data = p;
	if (uv_write(&p->write, (uv_stream_t *)&p->tcp, &buf, 1,
		     peer_on_write) != 0) {
		free(p->writing);
		p->writing = NULL;
		peer_close(p, WICI_IO);
	}
}

static void peer_flush(struct peer *p)
{
	struct wici_bytes out = link_out(p->link);
	uv_buf_t buf;
	int n;

	if (p->writing || p->is_shut || !out.len)
		return;
	buf = uv_buf_init((char *)(uintptr_t)out.p, (unsigned)out.len);
	n = uv_try_write((uv_stream_t *)&p->tcp, &buf, 1);
	if (n < 0 && n != UV_EAGAIN) {
		peer_close(p, WICI_IO);
		return;
	}
	n = n < 0 ? 0 : n;
	link_out_done(p->link, (size_t)n);
	out = link_out(p->link);
	if (out.len)
		peer_write_rest(p, out);
	else /* The link may have more than had room. */
		turn_again(p->set->turn);
}

static void peer_on_shutdown(uv_shutdown_t *s, int status)
{
	if (status && status != UV_ECANCELED)
		peer_close(s->data, WICI_IO);
}

/* The link is over. Its last words first; then the other side has a second to
 * read them: a socket closed with bytes unread would throw them away. */
static void peer_linger(struct peer *p)
{
	uint64_t now = turn_mono_ms();

	if (!p->linger_ms)
		p->linger_ms = now + PEER_LINGER_MS;
	if (now >= p->linger_ms) {
		peer_close(p, p->link->err);
		return;
	}
	if (p->is_shut || p->writing || link_out(p->link).len)
		return;
	p->is_shut = true;
	p->shutdown.data = p;
	if (uv_shutdown(&p->shutdown, (uv_stream_t *)&p->tcp,
			peer_on_shutdown) != 0)
		peer_close(p, p->link->err);
}

/* Back-pressure: who wants no bytes is not read from. */
static void peer_set_reading(struct peer *p)
{
	uv_stream_t *s = (uv_stream_t *)&p->tcp;
	size_t len = 1;

	if (!p->linger_ms)
		link_in(p->link, &len);
	if ((len > 0) == p->is_reading)
		return;
	p->is_reading = len > 0;
	if (!p->is_reading)
		uv_read_stop(s);
	else if (uv_read_start(s, peer_on_alloc, peer_on_read) != 0)
		peer_close(p, WICI_IO);
}

/* Both sides have proved who they are. */
static void peer_look_ready(struct peer *p)
{
	char feed[WICI_HEX_LEN + 1];

	if (p->was_ready || p->link->session.phase != WICI_PHASE_READY)
		return;
	p->was_ready = true;
	wici_hex(feed, p->link->session.peer_feed.b, WICI_KEY_LEN);
	LOG(INFO, "peer_ready", LOG_TEXT("address", p->address),
	    LOG_TEXT("feed", feed));
}

void peer_set_flush(struct peer_set *set)
{
	struct peer *p;

	/* A peer leaves the list in its last callback only, so p->next holds.
	 */
	for (p = set->first; p; p = p->next) {
		if (!p->link || p->is_closing)
			continue;
		peer_look_ready(p);
		peer_flush(p);
		if (!p->is_closing && link_is_closing(p->link))
			peer_linger(p);
		if (!p->is_closing)
			peer_set_reading(p);
	}
}

/* Ends as they come every day; the others are somebody's fault. */
static bool is_usual(enum wici_err why)
{
	return why == WICI_END || why == WICI_IO || why == WICI_BUSY ||
	       why == WICI_NOT_FOUND || why == WICI_REJECT_DUPLICATE;
}

static void peer_log_end(const struct peer *p)
{
	const struct wici_session *s = p->link ? &p->link->session : NULL;
	const struct log_field fields[] = {
		LOG_TEXT("address", p->address),
		LOG_TEXT("code", wici_err_code(p->why)),
		LOG_TEXT("by", s && s->is_refused ? "them" : "us"),
		LOG_TEXT("text", s && s->is_refused ? s->refuse_text
						    : wici_err_text(p->why)),
		LOG_UINT("bytes_in", s ? s->bytes_in : 0),
		LOG_UINT("bytes_out", s ? s->bytes_out : 0),
		{.key = NULL},
	};

	log_line(is_usual(p->why) ? LOG_INFO : LOG_WARN, "peer_closed", fields);
}

static void peer_on_close(uv_handle_t *handle)
{
	struct peer *p = handle->data;
	const struct peer_end end = {p->was_ready, p->why};
	struct turn *turn = p->set->turn;

	if (p->link) {
		turn_need(turn);
		hub_drop_link(turn->hub, p->link, p->why);
	}
	*p->at = p->next;
	if (p->next)
		p->next->at = p->at;
	p->set->count--;
	if (p->gone)
		p->gone(p->arg, &end);
	free(p->writing);
	free(p);
}

void peer_close(struct peer *p, enum wici_err why)
{
	if (p->is_closing)
		return;
	p->is_closing = true;
	/* What the link found out says more than what the socket did. */
	p->why = p->link && link_is_closing(p->link) ? p->link->err : why;
	if (p->address[0])
		peer_log_end(p);
	uv_close((uv_handle_t *)&p->tcp, peer_on_close);
}

void peer_set_close(struct peer_set *set)
{
	for (struct peer *p = set->first; p; p = p->next)
		peer_close(p, WICI_END);
}
