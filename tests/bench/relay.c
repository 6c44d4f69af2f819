/* tests/bench/relay.c — One connection at a time, from a thread of its own. */
#include "tests/bench/relay.h"

#include "tests/bench/bench.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int socket_at(uint16_t *port, bool listens)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_port = htons(*port),
				.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int rc = s < 0     ? -1
		 : listens ? bind(s, (struct sockaddr *)&a, sizeof(a))
			   : connect(s, (struct sockaddr *)&a, sizeof(a));

	if (rc == 0 && listens)
		rc = listen(s, 8) | getsockname(s, (struct sockaddr *)&a, &len);
	if (rc != 0 && s >= 0)
		close(s);
	*port = ntohs(a.sin_port);
	return rc == 0 ? s : -1;
}

static void note(struct relay *r, bool is_back, bool *was_back, size_t n)
{
	pthread_mutex_lock(&r->lock);
	if (is_back)
		r->count.back += n;
	else
		r->count.there += n;
	r->count.turns += is_back != *was_back;
	r->count.last = bench_now();
	pthread_mutex_unlock(&r->lock);
	*was_back = is_back;
}

static bool pass(int from, int to, size_t *n)
{
	uint8_t buf[65536];
	ssize_t got = read(from, buf, sizeof(buf));
	ssize_t done = 0;

	if (got <= 0)
		return false;
	*n = (size_t)got;
	while (done < got) {
		ssize_t k = send(to, buf + done, (size_t)(got - done),
				 MSG_NOSIGNAL);

		if (k <= 0)
			return false;
		done += k;
	}
	return true;
}

static void carry(struct relay *r, int dialler, int listener)
{
	struct pollfd p[2] = {{dialler, POLLIN, 0}, {listener, POLLIN, 0}};
	bool was_back = false;
	size_t n;

	for (;;) {
		if (poll(p, 2, -1) < 1)
			return;
		for (int i = 0; i < 2; i++) {
			if (!p[i].revents)
				continue;
			if (!pass(p[i].fd, p[1 - i].fd, &n))
				return;
			note(r, i == 1, &was_back, n);
		}
	}
}

static void *relay_run(void *arg)
{
	struct relay *r = arg;
	int on = 1, in, out;

	while ((in = accept(r->listener, NULL, NULL)) >= 0) {
		uint16_t port = r->to_port;

		out = socket_at(&port, false);
		if (out < 0) {
			close(in);
			continue;
		}
		setsockopt(in, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		setsockopt(out, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		pthread_mutex_lock(&r->lock);
		r->count = (struct relay_count){.first = bench_now(),
						.is_connected = true};
		pthread_mutex_unlock(&r->lock);
		carry(r, in, out);
		close(in);
		close(out);
	}
	return NULL;
}

void relay_start(struct relay *r, uint16_t to_port)
{
	memset(r, 0, sizeof(*r));
	r->to_port = to_port;
	r->listener = socket_at(&r->port, true);
	if (r->listener < 0 || pthread_mutex_init(&r->lock, NULL) != 0 ||
	    pthread_create(&r->thread, NULL, relay_run, r) != 0)
		bench_fail("relay", "does not start");
}

/* Both ends are gone by now. */
void relay_stop(struct relay *r)
{
	shutdown(r->listener, SHUT_RDWR);
	pthread_join(r->thread, NULL);
	close(r->listener);
	pthread_mutex_destroy(&r->lock);
}

struct relay_count relay_read(struct relay *r)
{
	struct relay_count count;

	pthread_mutex_lock(&r->lock);
	count = r->count;
	pthread_mutex_unlock(&r->lock);
	return count;
}

void relay_reset(struct relay *r)
{
	pthread_mutex_lock(&r->lock);
	memset(&r->count, 0, sizeof(r->count));
	pthread_mutex_unlock(&r->lock);
}
