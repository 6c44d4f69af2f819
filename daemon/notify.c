/* daemon/notify.c — Datagrams to the service manager. libsystemd would be a
 * library for these few lines. */
#include "daemon/notify.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct {
	int fd; /* −1: nobody listens. */
	struct sockaddr_un to;
	socklen_t to_len;
	uint64_t period_ms; /* 0: no watchdog. */
	uint64_t last_ms;
} state = {.fd = -1};

static void init_watchdog(void)
{
	const char *usec = getenv("WATCHDOG_USEC");
	const char *pid = getenv("WATCHDOG_PID");

	if (!usec || (pid && strtoll(pid, NULL, 10) != getpid()))
		return;
	state.period_ms = strtoull(usec, NULL, 10) / 1000 / 3;
}

void notify_init(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	size_t len = path ? strlen(path) : 0;

	if (len < 2 || len >= sizeof(state.to.sun_path) ||
	    (path[0] != '/' && path[0] != '@'))
		return;
	state.to.sun_family = AF_UNIX;
	memcpy(state.to.sun_path, path, len);
	if (path[0] == '@') /* The abstract namespace. */
		state.to.sun_path[0] = '\0';
	state.to_len =
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
	state.fd =
		socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	init_watchdog();
}

static void send_text(const char *text)
{
	/* A lost datagram is no harm: the next one says the same. */
	if (state.fd >= 0)
		(void)sendto(state.fd, text, strlen(text), MSG_NOSIGNAL,
			     (const struct sockaddr *)&state.to, state.to_len);
}

void notify_ready(void)
{
	send_text("READY=1");
}

void notify_stopping(void)
{
	send_text("STOPPING=1");
}

void notify_status(const char *text)
{
	char line[300];

	snprintf(line, sizeof(line), "STATUS=%s", text);
	send_text(line);
}

void notify_alive(uint64_t mono_ms)
{
	if (!state.period_ms || mono_ms - state.last_ms < state.period_ms)
		return;
	state.last_ms = mono_ms;
	send_text("WATCHDOG=1");
}
