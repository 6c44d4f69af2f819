/* tests/client/test_rpc.c — Calls, against a responder that answers well, ill,
 * byte by byte, or not at all. */
#include "client/fail.h"
#include "client/json.h"
#include "client/rpc.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/test.h"

struct responder {
	char path[64];
	pid_t pid;
};

/* Reads a request, writes the answer in pieces, and hangs up. */
static void respond(int listener, const uint8_t *answer, size_t len,
		    size_t piece)
{
	int s = accept(listener, NULL, NULL);
	uint8_t request[2000];

	if (s < 0 || read(s, request, sizeof(request)) <= 0)
		_exit(1);
	for (size_t at = 0; at < len; at += piece) {
		size_t n = len - at < piece ? len - at : piece;

		if (write(s, answer + at, n) < 0)
			_exit(1);
	}
	/* piece 0 stands for silence: until the client is gone. */
	_exit(piece == 0 && read(s, request, sizeof(request)) > 0);
}

static void start(struct responder *r, const uint8_t *answer, size_t len,
		  size_t piece)
{
	static unsigned number;
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)snprintf(r->path, sizeof(r->path), "/tmp/wici-test-%d-%u.sock",
		       (int)getpid(), number++);
	memcpy(at.sun_path, r->path, strlen(r->path) + 1);
	(void)unlink(r->path);
	CHECK(bind(listener, (struct sockaddr *)&at, sizeof(at)) == 0);
	CHECK(listen(listener, 1) == 0);
	r->pid = fork();
	CHECK(r->pid >= 0);
	if (r->pid == 0)
		respond(listener, answer, len, piece);
	(void)close(listener);
}

static void stop(struct responder *r)
{
	int status;

	CHECK(waitpid(r->pid, &status, 0) == r->pid);
	(void)unlink(r->path);
}

static size_t pack(uint8_t *out, size_t max, const char *json)
{
	json_t *v = json_loads(json, 0, NULL);
	struct wici_mp_writer w;
	struct wici_bytes b;

	CHECK(v != NULL);
	wici_mp_writer_init(&w, out, max);
	json_to_mp(v, &w);
	CHECK_OK(wici_mp_written(&w, &b));
	json_decref(v);
	return b.len;
}

static enum wici_err call(struct client *c, struct responder *r, int timeout_ms,
			  json_t **result)
{
	client_init(c);
	c->options.socket = r->path;
	return rpc_call_within(c, "status.get", NULL, timeout_ms, result);
}

TEST(an_answer_comes_through_however_it_is_cut)
{
	uint8_t wire[500];
	size_t len = pack(wire, sizeof(wire), "[2,\"peer.state\",{\"x\":1}]");

	len += pack(wire + len, sizeof(wire) - len,
		    "[1,1,null,{\"name\":\"MOPS\",\"n\":70000}]");
	for (size_t piece = 1; piece <= len; piece++) {
		json_t *result = NULL;
		struct responder r;
		struct client c;

		start(&r, wire, len, piece);
		CHECK_OK(call(&c, &r, 5000, &result));
		CHECK(strcmp(client_string(result, "name"), "MOPS") == 0);
		json_decref(result);
		client_clear(&c);
		stop(&r);
	}
}

TEST(an_error_keeps_its_code_and_fields)
{
	uint8_t wire[500];
	size_t len = pack(wire, sizeof(wire),
			  "[1,1,{\"code\":\"bad_field\",\"message\":\"m\","
			  "\"field\":\"valid_until\"},null]");
	json_t *result = NULL;
	struct responder r;
	struct client c;

	start(&r, wire, len, len);
	CHECK_ERR(call(&c, &r, 5000, &result), WICI_BAD_FIELD);
	CHECK(result == NULL && fail_exit(&c) == 2);
	CHECK(strcmp(client_string(c.error, "field"), "valid_until") == 0);
	client_clear(&c);
	stop(&r);
}

TEST(an_error_code_of_a_newer_daemon_still_fails)
{
	uint8_t wire[500];
	size_t len = pack(wire, sizeof(wire),
			  "[1,1,{\"code\":\"moon\",\"message\":\"m\"},null]");
	json_t *result = NULL;
	struct responder r;
	struct client c;

	start(&r, wire, len, len);
	CHECK(call(&c, &r, 5000, &result) != WICI_OK);
	CHECK(fail_exit(&c) == 1);
	client_clear(&c);
	stop(&r);
}

TEST(what_is_no_answer_is_refused)
{
	static const char *const answers[] = {"[3,1,null,{}]", "[1,1,null]",
					      "[1,1,null,7]", "{}",
					      "[1,1,\"text\",null]"};
	static const uint8_t garbage[] = {0xc1, 0xc1};

	for (size_t i = 0; i <= 5; i++) {
		uint8_t wire[100];
		size_t len = sizeof(garbage);
		json_t *result = NULL;
		struct responder r;
		struct client c;

		memcpy(wire, garbage, len);
		if (i < 5)
			len = pack(wire, sizeof(wire), answers[i]);
		start(&r, wire, len, len);
		CHECK_ERR(call(&c, &r, 5000, &result), WICI_INTERNAL);
		CHECK(result == NULL);
		client_clear(&c);
		stop(&r);
	}
}

TEST(a_daemon_that_hangs_up_or_is_silent_does_not_answer)
{
	static const uint8_t half[] = {0x94, 0x01};
	json_t *result = NULL;
	struct responder r;
	struct client c;

	start(&r, half, sizeof(half), 2);
	CHECK_ERR(call(&c, &r, 5000, &result), WICI_NO_DAEMON);
	client_clear(&c);
	stop(&r);
	start(&r, half, 0, 0);
	CHECK_ERR(call(&c, &r, 50, &result), WICI_NO_DAEMON);
	CHECK(fail_exit(&c) == 3);
	client_clear(&c);
	stop(&r);
}

TEST(no_socket_means_no_daemon_and_says_what_to_do)
{
	struct responder r = {.path = "/tmp/wici-test-nothing.sock"};
	json_t *result = NULL;
	struct client c;

	CHECK_ERR(call(&c, &r, 50, &result), WICI_NO_DAEMON);
	CHECK(strstr(client_string(c.error, "message"), r.path));
	CHECK(client_string(c.error, "hint") != NULL);
	client_clear(&c);
}

TEST(a_path_too_long_for_a_socket_is_a_usage_error)
{
	char path[300];
	json_t *result = NULL;
	struct client c;

	memset(path, 'a', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	client_init(&c);
	c.options.socket = path;
	CHECK_ERR(rpc_call(&c, "status.get", NULL, &result), WICI_USAGE);
	client_clear(&c);
}

TEST_MAIN(RUN(an_answer_comes_through_however_it_is_cut),
	  RUN(an_error_keeps_its_code_and_fields),
	  RUN(an_error_code_of_a_newer_daemon_still_fails),
	  RUN(what_is_no_answer_is_refused),
	  RUN(a_daemon_that_hangs_up_or_is_silent_does_not_answer),
	  RUN(no_socket_means_no_daemon_and_says_what_to_do),
	  RUN(a_path_too_long_for_a_socket_is_a_usage_error))
