/* client/rpc.c — A request goes out, its reply is waited for.
 *
 * No socket: NO_DAEMON. A socket that may not be opened: NOT_PERMITTED. A
 * daemon that stops answering: NO_DAEMON too, since nothing is known. */
#include "client/rpc.h"

#include "client/cmd.h"
#include "client/fail.h"
#include "client/json.h"
#include "client/say.h"
#include "proto/mp_read.h"

#include <errno.h>
#include <grp.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

struct reply {
	uint8_t *buf;
	size_t len;
	size_t max;
	size_t scanned;   /* Looked at. */
	uint64_t pending; /* Values that are still to come. */
};

/* The group that may use the socket, by the folder or the socket itself. */
static const char *group_of(const char *path)
{
	char copy[PATH_MAX];
	struct stat st;
	struct group *g = NULL;

	(void)snprintf(copy, sizeof(copy), "%s", path);
	if (stat(path, &st) == 0 || stat(dirname(copy), &st) == 0)
		g = getgrgid(st.st_gid);
	return g ? g->gr_name : "wici";
}

static enum wici_err refused(struct client *c, const char *path, int error)
{
	struct passwd *who = getpwuid(geteuid());
	const char *user = who ? who->pw_name : "USER";
	enum wici_err err;

	if (error == EACCES || error == EPERM) {
		const char *group = group_of(path);

		err = fail(c, WICI_NOT_PERMITTED,
			   N_("%s may not use the service wicid (%s)"), user,
			   path);
		/* Nobody should join root's group for this. */
		if (strcmp(group, "root") == 0)
			fail_hint(c, N_("sudo wici …"));
		else
			fail_hint(c,
				  N_("sudo adduser %s %s, then log in again"),
				  user, group);
		return err;
	}
	if (error == ENOENT || error == ENOTDIR)
		err = fail(c, WICI_NO_DAEMON,
			   N_("wicid is not running (no socket %s)"), path);
	else
		err = fail(c, WICI_NO_DAEMON,
			   N_("wicid is not running (%s: %s)"), path,
			   strerror(error));
	fail_hint(c, N_("sudo systemctl start wicid; or name its socket with "
			"--socket or WICI_SOCKET"));
	return err;
}

static enum wici_err connect_to(struct client *c)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	struct timeval patience = {.tv_sec = 30};
	const char *path = c->options.socket;

	if (strlen(path) >= sizeof(at.sun_path))
		return fail(c, WICI_USAGE,
			    N_("the path of the socket is too long: %s"), path);
	memcpy(at.sun_path, path, strlen(path) + 1);
	c->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->socket < 0)
		return fail(c, WICI_IO, N_("no socket can be made: %s"),
			    strerror(errno));
	/* For sending; waiting for an answer has its own clock. */
	(void)setsockopt(c->socket, SOL_SOCKET, SO_SNDTIMEO, &patience,
			 sizeof(patience));
	if (connect(c->socket, (struct sockaddr *)&at, sizeof(at)) < 0) {
		int error = errno;

		rpc_close(c);
		return refused(c, path, error);
	}
	return WICI_OK;
}

void rpc_close(struct client *c)
{
	if (c->socket >= 0)
		(void)close(c->socket);
	c->socket = -1;
}

static int64_t now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static enum wici_err silent(struct client *c, int timeout_ms)
{
	enum wici_err err = fail(c, WICI_NO_DAEMON,
				 N_("wicid has not answered for %d seconds"),
				 timeout_ms / 1000);

	fail_hint(c, N_("journalctl -u wicid -n 20"));
	return err;
}

static enum wici_err hung_up(struct client *c)
{
	enum wici_err err =
		fail(c, WICI_NO_DAEMON,
		     N_("wicid closed the connection without an answer"));

	fail_hint(c, N_("journalctl -u wicid -n 20"));
	return err;
}

/* Who is refused may find the other end closed already: what it said, if
 * anything, is still to be read. */
static enum wici_err send_all(struct client *c, struct wici_bytes b)
{
	while (b.len > 0) {
		ssize_t n = send(c->socket, b.p, b.len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EPIPE)
			return WICI_OK;
		if (n < 0)
			return hung_up(c);
		b.p += n;
		b.len -= (size_t)n;
	}
	return WICI_OK;
}

static void grow(struct wici_mp_writer *w, size_t need)
{
	size_t max = w->max ? w->max : 4096;
	uint8_t *buf;

	while (max < need)
		max *= 2;
	buf = realloc(w->buf, max);
	if (!buf)
		abort();
	w->buf = buf;
	w->max = max;
}

static enum wici_err send_request(struct client *c, const char *method,
				  const json_t *params)
{
	struct wici_mp_writer w;
	struct wici_bytes b;
	enum wici_err err;

	wici_mp_writer_init(&w, NULL, 0);
	w.grow = grow;
	wici_mp_array(&w, 4);
	wici_mp_uint(&w, 0);
	wici_mp_uint(&w, ++c->msgid);
	wici_mp_str(&w, method);
	if (params)
		json_to_mp(params, &w);
	else
		wici_mp_map(&w, 0);
	err = wici_mp_written(&w, &b);
	if (err)
		err = fail(c, err, N_("the request is too large"));
	else
		err = send_all(c, b);
	/* A passphrase may have been in it. */
	explicit_bzero(w.buf, w.len);
	free(w.buf);
	return err;
}

/* Is the first message whole? WICI_AGAIN: more bytes are needed. */
static enum wici_err scan(struct reply *r)
{
	struct wici_mp_reader mp;
	struct wici_mp v;
	enum wici_err err = WICI_OK;

	wici_mp_reader_init(&mp, WICI_MP_LENIENT,
			    (struct wici_bytes){r->buf, r->len});
	mp.p += r->scanned;
	while (r->pending > 0 && !err) {
		err = wici_mp_next(&mp, &v);
		if (err)
			break;
		r->pending--;
		if (v.type == WICI_MP_ARRAY)
			r->pending += v.count;
		if (v.type == WICI_MP_MAP)
			r->pending += (uint64_t)v.count * 2;
		r->scanned = (size_t)(mp.p - r->buf);
	}
	return err;
}

static enum wici_err receive(struct client *c, struct reply *r, int64_t until,
			     int timeout_ms)
{
	struct pollfd p = {.fd = c->socket, .events = POLLIN};
	int64_t left = until - now_ms();
	ssize_t n;
	int ready;

	if (left <= 0)
		return silent(c, timeout_ms);
	ready = poll(&p, 1, left > INT_MAX ? INT_MAX : (int)left);
	if (ready < 0 && errno == EINTR)
		return WICI_OK;
	if (ready == 0)
		return silent(c, timeout_ms);
	if (r->len == r->max) {
		if (r->max >= RPC_REPLY_MAX)
			return fail(c, WICI_TOO_LARGE,
				    N_("the answer is larger than 64 MiB"));
		r->max = r->max ? r->max * 2 : 16384;
		r->buf = realloc(r->buf, r->max);
		if (!r->buf)
			abort();
	}
	n = recv(c->socket, r->buf + r->len, r->max - r->len, 0);
	if (n < 0 && errno == EINTR)
		return WICI_OK;
	if (n <= 0)
		return hung_up(c);
	r->len += (size_t)n;
	return WICI_OK;
}

static enum wici_err no_reply(struct client *c)
{
	return fail(c, WICI_INTERNAL,
		    N_("what %s answers is not MessagePack-RPC"),
		    c->options.socket);
}

/* Drops the first message; what follows it stays. */
static void drop(struct reply *r)
{
	memmove(r->buf, r->buf + r->scanned, r->len - r->scanned);
	r->len -= r->scanned;
	r->scanned = 0;
	r->pending = 1;
}

static void on_notification(const json_t *message)
{
	const char *name = json_string_value(json_array_get(message, 1));

	if (name && strcmp(name, "fsck.progress") == 0)
		cmd_fsck_progress(
			json_array_get(json_array_get(message, 2), 0));
}

/* WICI_AGAIN: it was a notification, or an answer to something else. */
static enum wici_err take(struct client *c, const json_t *message,
			  json_t **result)
{
	json_t *error = json_array_get(message, 2);
	json_int_t type = json_integer_value(json_array_get(message, 0));
	json_int_t msgid = json_integer_value(json_array_get(message, 1));

	if (!json_is_array(message) || (type != 1 && type != 2))
		return no_reply(c);
	/* Number 0 answers no request: the connection itself is refused. */
	if (type == 1 && msgid == 0 && json_is_object(error))
		return fail_with(c, error);
	if (type == 2)
		on_notification(message);
	if (type == 2 || msgid != (json_int_t)c->msgid)
		return WICI_AGAIN;
	if (json_array_size(message) != 4)
		return no_reply(c);
	if (!json_is_null(error))
		return fail_with(c, error);
	*result = json_incref(json_array_get(message, 3));
	return json_is_object(*result) ? WICI_OK : no_reply(c);
}

static enum wici_err wait_for(struct client *c, struct reply *r, int timeout_ms,
			      json_t **result)
{
	int64_t until = now_ms() + timeout_ms;
	enum wici_err err;

	for (;;) {
		json_t *message = NULL;

		err = r->len ? scan(r) : WICI_AGAIN;
		if (err == WICI_AGAIN) {
			err = receive(c, r, until, timeout_ms);
			if (err)
				return err;
			continue;
		}
		if (err || json_from_mp((struct wici_bytes){r->buf, r->scanned},
					&message))
			return no_reply(c);
		err = take(c, message, result);
		json_decref(message);
		if (err != WICI_AGAIN)
			return err;
		drop(r);
	}
}

enum wici_err rpc_call_within(struct client *c, const char *method,
			      const json_t *params, int timeout_ms,
			      json_t **result)
{
	struct reply r = {.pending = 1};
	int64_t start = now_ms();
	enum wici_err err = WICI_OK;

	*result = NULL;
	if (c->socket < 0)
		err = connect_to(c);
	if (!err)
		err = send_request(c, method, params);
	if (!err)
		err = wait_for(c, &r, timeout_ms, result);
	if (err) {
		json_decref(*result);
		*result = NULL;
	}
	/* The seeds of recovery cards may have been in it. */
	if (r.buf)
		explicit_bzero(r.buf, r.max);
	free(r.buf);
	if (c->options.is_verbose)
		fprintf(stderr, "wici: %s: %s, %lld ms\n", method,
			wici_err_code(err), (long long)(now_ms() - start));
	return err;
}

enum wici_err rpc_call(struct client *c, const char *method,
		       const json_t *params, json_t **result)
{
	return rpc_call_within(c, method, params, RPC_TIMEOUT_MS, result);
}

bool rpc_is_refusal(enum wici_err err)
{
	return err != WICI_OK && err != WICI_NO_DAEMON && err != WICI_IO &&
	       err != WICI_INTERNAL && err != WICI_TOO_LARGE;
}
