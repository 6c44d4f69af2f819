/* daemon/control.c — Clients: bytes to requests, requests to the node, replies
 * back.
 *
 * Happy path: accept, read, decode, node_call; the reply comes at the turn's
 * end. Failure modes: somebody who may not, garbage (one error, then the end),
 * a client that sends and does not read (it is not read from any more, and cut
 * off at CONTROL_OUT_MAX), a client that leaves while a job is under way. */
#include "daemon/control.h"

#include "daemon/buffer.h"
#include "daemon/control_socket.h"
#include "daemon/job.h"
#include "daemon/log.h"
#include "daemon/method.h"
#include "daemon/rpc.h"
#include "proto/require.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define IN_MIN    ((size_t)4096)
#define OUT_BUSY  ((size_t)1 << 20) /* Above: no more calls for now. */
#define CALLS_MIN 4                 /* A turn. Times 2 MiB, the longest page. */
#define CALLS_MAX 256
#define BACKLOG   64

struct client {
	struct client *next, **at;
	struct control *control;
	uint64_t n;
	uv_pipe_t pipe;
	bool is_reading, is_closing, is_gone;
	bool is_ending;   /* Closes once what is there is written. */
	bool is_eof;      /* It says no more, but may still listen. */
	bool has_job;     /* The first request in `in` waits for it. */
	bool waits_job;   /* The first request waits for somebody else's. */
	bool has_waiting; /* There may be a whole request in `in`. */
	struct buffer in;
	struct rpc_reader reader;
	size_t job_len; /* The length of that request. */
	struct buffer out;
	size_t longest;       /* Of the last turn's replies. */
	int calls, calls_max; /* In this turn. */
	struct buffer writing;
	uv_write_t write;
};

static void client_free(struct client *cl)
{
	buffer_clear(&cl->in);
	buffer_clear(&cl->out);
	buffer_clear(&cl->writing);
	free(cl);
}

static void client_on_close(uv_handle_t *handle)
{
	struct client *cl = handle->data;
	struct control *c = cl->control;

	turn_need(c->turn);
	node_client_gone(c->turn->hub->node, cl->n);
	*cl->at = cl->next;
	if (cl->next)
		cl->next->at = cl->at;
	c->count--;
	cl->is_gone = true;
	if (!cl->has_job) /* Else client_on_unlock frees it. */
		client_free(cl);
}

static void client_close(struct client *cl)
{
	if (cl->is_closing)
		return;
	cl->is_closing = true;
	uv_close((uv_handle_t *)&cl->pipe, client_on_close);
}

static void client_put(struct client *cl, struct wici_bytes bytes)
{
	size_t need = cl->out.len + bytes.len;

	if (cl->is_closing)
		return;
	if (need + cl->writing.len > CONTROL_OUT_MAX) {
		LOG(WARN, "client_too_slow", LOG_UINT("client", cl->n),
		    LOG_UINT("bytes", need + cl->writing.len));
		client_close(cl);
		return;
	}
	if (need > cl->out.max)
		buffer_need(&cl->out,
			    need < 2 * cl->out.max ? 2 * cl->out.max : need);
	if (bytes.len > cl->longest)
		cl->longest = bytes.len;
	memcpy(cl->out.p + cl->out.len, bytes.p, bytes.len);
	cl->out.len = need;
}

/* What the shell itself has to say. */
static void client_put_error(struct client *cl, uint64_t msgid,
			     enum wici_err err, const char *message)
{
	uint8_t buf[300];
	struct wici_mp_writer w;
	struct wici_bytes bytes;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	rpc_write_error(&w, msgid, err, message);
	if (wici_mp_written(&w, &bytes) == WICI_OK)
		client_put(cl, bytes);
}

/* The first len bytes of `in` are done with. */
static void client_consume(struct client *cl, size_t len)
{
	buffer_consume(&cl->in, len);
	if (cl->in.len == 0 && cl->in.max > IN_MIN)
		buffer_clear(&cl->in);
}

static struct wici_bytes client_in(const struct client *cl, size_t from)
{
	return (struct wici_bytes){cl->in.p + from, cl->in.len - from};
}

/* ── a call with a passphrase ── */

static void client_on_unlock(void *arg, const struct job *job)
{
	struct client *cl = arg;
	struct rpc_request req;
	struct control *c = cl->control;
	struct wici_bytes request = {cl->in.p, cl->job_len};

	cl->has_job = false;
	c->has_job = false;
	turn_need(c->turn); /* Others may wait. */
	if (cl->is_gone) {
		client_free(cl);
		return;
	}
	if (cl->is_closing)
		return;
	if (rpc_decode(request, &req) != WICI_OK || job->err)
		client_put_error(cl, req.msgid, job->err, NULL);
	else
		node_call(c->turn->hub->node, cl->n, req.msgid, req.method,
			  req.params, job->unlock, job->salt);
	client_consume(cl, cl->job_len);
}

/* Begins the job, or leaves the request for later; false: answered. */
static bool client_unlock(struct client *cl, const struct rpc_request *req,
			  struct wici_bytes passphrase, const uint8_t *salt)
{
	struct control *c = cl->control;
	enum wici_err err;

	cl->waits_job = c->has_job;
	if (c->has_job)
		return true;
	err = job_start(c->turn->loop, passphrase, salt, client_on_unlock, cl);
	if (err) {
		client_put_error(cl, req->msgid, err, NULL);
		return false;
	}
	cl->has_job = true;
	c->has_job = true;
	return true;
}

/* ── calls ── */

/* False: it has to wait, and what came after it too. */
static bool client_call(struct client *cl, struct wici_bytes request)
{
	struct node *n = cl->control->turn->hub->node;
	struct rpc_request req;
	struct wici_bytes passphrase;
	uint8_t salt[KEYS_SALT_LEN];
	enum wici_err err = rpc_decode(request, &req);

	if (!req.wants_reply)
		return true;
	if (err) {
		client_put_error(cl, req.msgid, WICI_USAGE,
				 "a request is [0, msgid, method, params], and "
				 "params is one map");
		return true;
	}
	if (node_needs_unlock(n, req.method, req.params, salt, &passphrase))
		return !client_unlock(cl, &req, passphrase, salt);
	node_call(n, cl->n, req.msgid, req.method, req.params, NULL, NULL);
	return true;
}

/* How long a reply will be shows only at the turn's end. Who asks much at once
 * begins slowly, and gets twice as much each turn while the replies stay
 * short. */
static void client_set_calls(struct client *cl)
{
	size_t fit = OUT_BUSY / (cl->longest + 1);

	cl->calls_max =
		cl->calls >= cl->calls_max ? 2 * cl->calls_max : CALLS_MIN;
	if (cl->calls_max > CALLS_MAX)
		cl->calls_max = CALLS_MAX;
	if ((size_t)cl->calls_max > fit)
		cl->calls_max = fit < CALLS_MIN ? CALLS_MIN : (int)fit;
	cl->longest = 0;
	cl->calls = 0;
}

static bool client_may_call(const struct client *cl)
{
	if (cl->is_closing || cl->is_ending || cl->has_job ||
	    (cl->waits_job && cl->control->has_job))
		return false;
	return cl->out.len < OUT_BUSY && cl->calls < cl->calls_max;
}

/* Takes whole requests as long as there is room for replies. In a turn. */
static void client_take(struct client *cl)
{
	size_t done = 0;
	size_t len;
	enum wici_err err = WICI_OK;

	while (client_may_call(cl)) {
		err = rpc_reader_next(&cl->reader, client_in(cl, done), &len);
		if (err)
			break;
		cl->job_len = len;
		if (!client_call(cl, (struct wici_bytes){cl->in.p + done, len}))
			break;
		done += len;
		cl->calls++;
	}
	if (done)
		client_consume(cl, done);
	cl->has_waiting = !err && cl->in.len > 0;
	if (!err || err == WICI_AGAIN)
		return;
	client_put_error(cl, 0, err,
			 "this is not MessagePack-RPC of at most "
			 "1 MiB a request");
	cl->is_ending = true;
}

static void client_on_alloc(uv_handle_t *handle, size_t suggested,
			    uv_buf_t *buf)
{
	struct client *cl = handle->data;
	size_t max = cl->in.max ? cl->in.max : IN_MIN;

	(void)suggested;
	if (cl->in.len == max)
		max *= 2;
	/* A request and a little of the next one. */
	if (max > 2 * RPC_REQUEST_MAX)
		max = 2 * RPC_REQUEST_MAX;
	buffer_need(&cl->in, max);
	*buf = uv_buf_init((char *)cl->in.p + cl->in.len,
			   (unsigned)(cl->in.max - cl->in.len));
}

static void client_on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
	struct client *cl = s->data;

	(void)buf;
	if (cl->is_closing || n == 0)
		return;
	if (n < 0 && n != UV_ENOBUFS && n != UV_EOF) {
		client_close(cl);
		return;
	}
	turn_need(cl->control->turn);
	cl->is_eof = n == UV_EOF;
	if (n > 0)
		cl->in.len += (size_t)n;
	client_take(cl);
}

/* ── replies ── */

static void client_on_write(uv_write_t *w, int status)
{
	struct client *cl = w->data;

	buffer_clear(&cl->writing);
	if (status)
		client_close(cl);
	else if (!cl->is_closing)
		turn_need(cl->control->turn);
}

static void client_write(struct client *cl)
{
	uv_stream_t *s = (uv_stream_t *)&cl->pipe;
	uv_buf_t buf = uv_buf_init((char *)cl->out.p, (unsigned)cl->out.len);
	int n;

	if (cl->writing.p || !cl->out.len)
		return;
	n = uv_try_write(s, &buf, 1);
	if (n < 0 && n != UV_EAGAIN) {
		client_close(cl);
		return;
	}
	n = n < 0 ? 0 : n;
	if ((size_t)n == cl->out.len) {
		buffer_clear(&cl->out);
		return;
	}
	cl->writing = cl->out;
	cl->out = (struct buffer){.p = NULL};
	cl->write.data = cl;
	buf = uv_buf_init((char *)cl->writing.p + n,
			  (unsigned)(cl->writing.len - (size_t)n));
	if (uv_write(&cl->write, s, &buf, 1, client_on_write) != 0)
		client_close(cl);
}

/* Nothing is read while a call or its replies wait. */
static void client_set_reading(struct client *cl)
{
	bool wanted = !cl->has_job && !cl->is_ending && !cl->is_eof &&
		      cl->out.len + cl->writing.len < OUT_BUSY &&
		      cl->in.len < 2 * RPC_REQUEST_MAX;

	if (wanted == cl->is_reading)
		return;
	cl->is_reading = wanted;
	if (!wanted)
		uv_read_stop((uv_stream_t *)&cl->pipe);
	else if (uv_read_start((uv_stream_t *)&cl->pipe, client_on_alloc,
			       client_on_read) != 0)
		client_close(cl);
}

void control_reply(struct control *c, uint64_t client, struct wici_bytes bytes)
{
	struct client *cl = c->clients;

	while (cl && cl->n != client)
		cl = cl->next;
	if (cl)
		client_put(cl, bytes);
}

/* Is there nothing left to be done for it? */
static bool client_is_done(const struct client *cl)
{
	if (cl->out.len || cl->writing.p)
		return false;
	return cl->is_ending ||
	       (cl->is_eof && !cl->has_waiting && !cl->has_job);
}

static void client_flush(struct client *cl)
{
	client_set_calls(cl);
	client_write(cl);
	if (!cl->is_closing && client_is_done(cl))
		client_close(cl);
	if (!cl->is_closing)
		client_set_reading(cl);
	if (cl->has_waiting && !cl->writing.p && client_may_call(cl)) {
		turn_need(cl->control->turn);
		client_take(cl);
	}
}

void control_flush(struct control *c)
{
	for (struct client *cl = c->clients; cl; cl = cl->next) {
		if (!cl->is_closing)
			client_flush(cl);
	}
}

/* ── clients come ── */

/* Who is not served is told, as far as one write goes. */
static void client_refuse(struct client *cl, enum wici_err err)
{
	client_put_error(cl, 0, err, NULL);
	cl->is_ending = true;
	turn_need(cl->control->turn);
}

static void control_on_knock(uv_stream_t *s, int status)
{
	struct control *c = s->data;
	struct client *cl;
	int fd = -1;

	if (status || c->is_closing)
		return;
	cl = calloc(1, sizeof(*cl));
	WICI_REQUIRE(cl);
	cl->control = c;
	cl->n = ++c->last;
	cl->calls_max = CALLS_MIN;
	rpc_reader_init(&cl->reader);
	WICI_REQUIRE(uv_pipe_init(c->turn->loop, &cl->pipe, 0) == 0);
	cl->pipe.data = cl;
	cl->next = c->clients;
	cl->at = &c->clients;
	if (cl->next)
		cl->next->at = &cl->next;
	c->clients = cl;
	c->count++;
	turn_need(c->turn);
	if (uv_accept(s, (uv_stream_t *)&cl->pipe) != 0 ||
	    uv_fileno((uv_handle_t *)&cl->pipe, &fd) != 0)
		client_close(cl);
	else if (!control_socket_may(fd, c->group))
		client_refuse(cl, WICI_NOT_PERMITTED);
	else if (c->count > CONTROL_CLIENTS_MAX)
		client_refuse(cl, WICI_BUSY);
}

enum wici_err control_open(struct control *c, struct turn *turn,
			   const char *path, char *why, size_t why_len)
{
	enum wici_err err;
	struct stat st;
	int status;

	*c = (struct control){.turn = turn};
	WICI_REQUIRE(uv_pipe_init(turn->loop, &c->pipe, 0) == 0);
	c->pipe.data = c;
	err = control_socket_prepare(path, why, why_len);
	if (err)
		return err;
	status = uv_pipe_bind(&c->pipe, path);
	if (!status && chmod(path, 0660) != 0)
		status = uv_translate_sys_error(errno);
	if (!status && stat(path, &st) != 0)
		status = uv_translate_sys_error(errno);
	if (!status)
		status = uv_listen((uv_stream_t *)&c->pipe, BACKLOG,
				   control_on_knock);
	if (!status) {
		c->group = st.st_gid;
		return WICI_OK;
	}
	snprintf(why, why_len, "the control socket %s: %s", path,
		 uv_strerror(status));
	return status == UV_EACCES || status == UV_EPERM ? WICI_NOT_PERMITTED
							 : WICI_IO;
}

void control_close(struct control *c)
{
	if (c->is_closing)
		return;
	c->is_closing = true;
	/* libuv removes the socket's file with it. */
	uv_close((uv_handle_t *)&c->pipe, NULL);
	for (struct client *cl = c->clients; cl; cl = cl->next)
		client_close(cl);
}
