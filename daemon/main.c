/* daemon/main.c — wicid: starts everything, joins it, ends it.
 *
 * Above the loop stand the parts: control (clients), listener and dialer
 * (peers), timer. Below it the hub, which does the work once a turn. What the
 * hub leaves to be done is handed out here. */
#include "daemon/config.h"
#include "daemon/control.h"
#include "daemon/dialer.h"
#include "daemon/listener.h"
#include "daemon/notify.h"
#include "daemon/timer.h"
#include "proto/require.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXIT_CANNOT_MEND 78 /* EX_CONFIG: a restart would end the same way. */
#define STOP_MS          2000
#define WHY_LEN          600

static const int signals[] = {SIGTERM, SIGINT, SIGHUP};
#define SIGNALS (sizeof(signals) / sizeof(signals[0]))

struct shell {
	struct config config;
	char machine_id[64];
	uv_loop_t loop;
	struct node *node;
	struct hub hub;
	struct turn turn;
	struct peer_set peers;
	struct listener listener;
	struct dialer dialer;
	struct control control;
	struct timer timer;
	uv_signal_t signals[SIGNALS];
	uv_timer_t stop; /* The end does not wait for a name server. */
	bool is_stopping;
	/* As last told. */
	bool is_read_only;
	const char *sealed;
	int64_t override_ms;
};

static struct shell shell;

/* One sentence, and the exit code that says whether to try again. */
static int fatal(enum wici_err err, const char *why)
{
	bool may_mend =
		err == WICI_IO || err == WICI_FULL || err == WICI_INTERNAL;

	fprintf(stderr, "wicid: %s\n", why);
	notify_status(why);
	return may_mend ? EXIT_FAILURE : EXIT_CANNOT_MEND;
}

/* Secrets are in this memory: nobody attaches, nothing is dumped. */
static void harden(void)
{
	const struct rlimit none = {0, 0};

	umask(0077);
#ifndef __SANITIZE_ADDRESS__ /* Its leak check attaches. */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
	(void)setrlimit(RLIMIT_CORE, &none);
	signal(SIGPIPE, SIG_IGN);
}

/* The copy of a disk is told from the machine it was made on. Without the
 * file (a container) it is not. */
static const char *read_machine_id(struct shell *s)
{
	int fd = open("/etc/machine-id", O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return NULL;
	len = read(fd, s->machine_id, sizeof(s->machine_id) - 1);
	close(fd);
	if (len <= 0)
		return NULL;
	s->machine_id[len] = '\0';
	s->machine_id[strcspn(s->machine_id, "\n")] = '\0';
	return s->machine_id[0] ? s->machine_id : NULL;
}

/* ── the end ── */

static void shell_on_stop_late(uv_timer_t *timer)
{
	uv_stop(timer->loop);
}

static void shell_stop(struct shell *s)
{
	control_close(&s->control);
	listener_close(&s->listener);
	dialer_close(&s->dialer);
	peer_set_close(&s->peers);
	timer_close(&s->timer);
	for (size_t i = 0; i < SIGNALS; i++)
		uv_close((uv_handle_t *)&s->signals[i], NULL);
	uv_timer_start(&s->stop, shell_on_stop_late, STOP_MS, 0);
	uv_unref((uv_handle_t *)&s->stop);
}

/* The turn that is open is ended first: its replies still go out. */
static void shell_on_signal(uv_signal_t *signal, int number)
{
	struct shell *s = signal->data;

	if (!s->is_stopping)
		LOG(INFO, "stopping", LOG_TEXT("signal", strsignal(number)));
	notify_stopping();
	s->is_stopping = true;
	turn_need(&s->turn);
}

/* ── the turn ── */

static _Noreturn void shell_die(const char *why)
{
	LOG(ERROR, "fatal", LOG_TEXT("text", why));
	log_tick(true);
	notify_status(why);
	/* The store may be in any state in memory; on disk it is whole. */
	_exit(EXIT_FAILURE);
}

static void shell_start_network(struct shell *s)
{
	char why[WHY_LEN];

	if (listener_start(&s->listener, why, sizeof(why)) != WICI_OK)
		LOG(ERROR, "listen_failed", LOG_TEXT("text", why));
	dialer_look(&s->dialer);
	notify_status("running");
}

static void shell_route(struct shell *s, const struct hub_output *out)
{
	switch (out->type) {
	case HUB_REPLY:
		control_reply(&s->control, out->client, out->bytes);
		break;
	case HUB_NETWORK:
		shell_start_network(s);
		break;
	case HUB_DIALS:
		dialer_look(&s->dialer);
		break;
	case HUB_FATAL:
		shell_die(out->fatal);
	}
}

static void shell_on_turn_ended(void *arg)
{
	struct shell *s = arg;
	struct hub_output out;

	while (hub_next(&s->hub, &out))
		shell_route(s, &out);
	peer_set_flush(&s->peers);
	control_flush(&s->control);
	if (s->is_stopping && !uv_is_closing((uv_handle_t *)&s->timer.handle))
		shell_stop(s);
	if (!s->is_stopping)
		listener_look(&s->listener, false);
	notify_alive(turn_mono_ms());
}

/* An administrator reads it in the journal before a clerk runs into it. */
static void shell_tell_disk(struct shell *s)
{
	if (s->is_read_only == s->node->is_read_only)
		return;
	s->is_read_only = s->node->is_read_only;
	if (s->is_read_only)
		LOG(WARN, "read_only",
		    LOG_TEXT("text", "the disk is almost full: make room, "
				     "64 MiB or more must be free"));
	else
		LOG(INFO, "writing_again", LOG_TEXT("text", "there is room"));
	notify_status(s->is_read_only ? "read-only: the disk is almost full"
				      : "running");
}

/* The same for the own feed: what keeps it from publishing, and who published
 * in spite of it. */
static void shell_tell_feed(struct shell *s)
{
	const struct node *n = s->node;

	if (s->sealed != n->sealed && n->sealed)
		LOG(WARN, "sealed", LOG_TEXT("reason", n->sealed));
	else if (s->sealed != n->sealed)
		LOG(INFO, "unsealed", LOG_TEXT("text", "it publishes again"));
	s->sealed = n->sealed;
	if (n->echo.override_ms != 0 && n->echo.override_ms != s->override_ms)
		LOG(WARN, "echo_overridden",
		    LOG_TEXT("text", "drafts were published on an operator's "
				     "word, and no peer has confirmed it "
				     "yet"));
	s->override_ms = n->echo.override_ms;
}

static void shell_on_beat(void *arg)
{
	struct shell *s = arg;

	log_tick(false);
	if (s->is_stopping)
		return;
	shell_tell_disk(s);
	shell_tell_feed(s);
	if (s->node->has_network && !s->listener.is_listening)
		shell_start_network(s);
	dialer_look(&s->dialer);
	listener_look(&s->listener, true);
}

/* ── the start ── */

/* What no restart mends is told from what it may: the node knows only that
 * the folder cannot be opened. */
static enum wici_err check_state(const char *path, char *why)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash && slash > path ? (size_t)(slash - path) : 1;
	char parent[WHY_LEN];
	struct stat st;

	snprintf(parent, sizeof(parent), "%.*s", (int)len, slash ? path : ".");
	if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		errno = ENOTDIR;
	else if (access(path, R_OK | W_OK | X_OK) == 0)
		return WICI_OK;
	else if (errno == ENOENT && access(parent, W_OK | X_OK) == 0)
		return WICI_OK;
	snprintf(why, WHY_LEN, "the state folder %s: %s", path,
		 strerror(errno));
	return WICI_NOT_PERMITTED;
}

static enum wici_err shell_open_node(struct shell *s, char *why)
{
	const struct node_config config = {
		.state_dir = s->config.state,
		.attachments_eager = s->config.attachments_eager,
		.attachments_quota = s->config.attachments_quota,
		.listen = s->config.listen,
		.advertise = s->config.advertise,
		.dial = (const char *const *)s->config.dial,
		.machine_id = read_machine_id(s),
	};
	struct node_now now;
	enum wici_err err;

	turn_now(&now);
	err = node_open(&s->node, &config, &now, why, WHY_LEN);
	sodium_memzero(&now, sizeof(now));
	return err;
}

static void shell_init(struct shell *s)
{
	uint8_t seed[32];

	randombytes_buf(seed, sizeof(seed));
	hub_init(&s->hub, s->node, seed);
	sodium_memzero(seed, sizeof(seed));
	turn_init(&s->turn, &s->loop, &s->hub, shell_on_turn_ended, s);
	peer_set_init(&s->peers, &s->turn);
	dialer_init(&s->dialer, &s->peers);
	timer_init(&s->timer, &s->turn, shell_on_beat, s);
	WICI_REQUIRE(uv_timer_init(&s->loop, &s->stop) == 0);
	for (size_t i = 0; i < SIGNALS; i++) {
		WICI_REQUIRE(uv_signal_init(&s->loop, &s->signals[i]) == 0);
		s->signals[i].data = s;
		uv_signal_start(&s->signals[i], shell_on_signal, signals[i]);
	}
}

/* Both sockets; the network is listened to when there is one. */
static enum wici_err shell_open_sockets(struct shell *s, char *why)
{
	enum wici_err err;
	enum wici_err control;

	err = listener_open(&s->listener, &s->peers, s->config.listen,
			    s->config.is_default_listen, why, WHY_LEN);
	/* Opened in any case, for what is open can be closed. */
	control = control_open(&s->control, &s->turn, s->config.socket,
			       err ? (char[WHY_LEN]){0} : why, WHY_LEN);
	if (!err && !control && s->node->has_network)
		err = listener_start(&s->listener, why, WHY_LEN);
	return err ? err : control;
}

static void shell_run(struct shell *s)
{
	LOG(INFO, "started", LOG_TEXT("version", WICI_VERSION),
	    LOG_TEXT("state", s->config.state),
	    LOG_TEXT("socket", s->config.socket));
	notify_ready();
	notify_status(s->node->has_network ? "running"
					   : "running; no network yet");
	dialer_look(&s->dialer);
	/* What waited on disk is taken up at once. */
	turn_need(&s->turn);
	uv_run(&s->loop, UV_RUN_DEFAULT);
}

/* True: nothing is left that others still hold. */
static bool shell_close(struct shell *s)
{
	if (!uv_is_closing((uv_handle_t *)&s->timer.handle))
		shell_stop(s);
	uv_run(&s->loop, UV_RUN_DEFAULT);
	turn_close(&s->turn);
	uv_close((uv_handle_t *)&s->stop, NULL);
	uv_run(&s->loop, UV_RUN_NOWAIT);
	return uv_loop_close(&s->loop) == 0;
}

static int serve(struct shell *s)
{
	char why[WHY_LEN] = "";
	enum wici_err err = check_state(s->config.state, why);

	if (!err)
		err = shell_open_node(s, why);
	if (err)
		return fatal(err, why[0] ? why : wici_err_text(err));
	WICI_REQUIRE(uv_loop_init(&s->loop) == 0);
	shell_init(s);
	err = shell_open_sockets(s, why);
	if (!err)
		shell_run(s);
	if (shell_close(s)) {
		dialer_clear(&s->dialer);
		hub_clear(&s->hub);
		node_close(s->node);
	} else {
		/* A thread still waits for a name server, and ends with us.
		 * What was acknowledged is in the store. */
		_exit(err ? fatal(err, why) : EXIT_SUCCESS);
	}
	return err ? fatal(err, why) : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	char why[WHY_LEN] = "";
	enum wici_err err;
	int status = EXIT_SUCCESS;

	harden();
	notify_init();
	err = config_read(&shell.config, argc, argv, why, sizeof(why));
	log_init(shell.config.log);
	if (err)
		status = fatal(err, why);
	else if (shell.config.wants_help)
		fputs(config_help, stdout);
	else if (shell.config.wants_version)
		puts("wicid " WICI_VERSION);
	else if (sodium_init() < 0)
		status = fatal(WICI_INTERNAL, "libsodium does not start");
	else
		status = serve(&shell);
	log_tick(true);
	config_clear(&shell.config);
	return status;
}
