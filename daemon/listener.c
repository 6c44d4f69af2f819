/* daemon/listener.c — Bind, listen, accept. */
#include "daemon/listener.h"

#include "daemon/log.h"
#include "proto/require.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>
#include <unistd.h>

#define LISTENER_BACKLOG      128
#define LISTENER_WITHOUT_IPV6 "0.0.0.0:8481"

/* ADDR:PORT of a socket's end, with brackets around IPv6. */
static void format(const struct sockaddr_storage *from, bool has_port,
		   char out[PEERS_ADDRESS_LEN + 1])
{
	const struct sockaddr_in6 *v6 = (const void *)from;
	const struct sockaddr_in *v4 = (const void *)from;
	bool is_v6 = from->ss_family == AF_INET6;
	char name[INET6_ADDRSTRLEN] = "?";
	unsigned port = ntohs(is_v6 ? v6->sin6_port : v4->sin_port);

	if (is_v6 && IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
		inet_ntop(AF_INET, &v6->sin6_addr.s6_addr[12], name,
			  sizeof(name));
		is_v6 = false;
	} else if (is_v6) {
		inet_ntop(AF_INET6, &v6->sin6_addr, name, sizeof(name));
	} else {
		inet_ntop(AF_INET, &v4->sin_addr, name, sizeof(name));
	}
	snprintf(out, PEERS_ADDRESS_LEN + 1, has_port ? "%s%s%s:%u" : "%s%s%s",
		 is_v6 ? "[" : "", name, is_v6 ? "]" : "", port);
}

/* Who connected. Without the port: the same stranger gives the same lines. */
static void name_peer(const uv_tcp_t *tcp, char out[PEERS_ADDRESS_LEN + 1])
{
	struct sockaddr_storage from = {0};
	int len = sizeof(from);

	if (uv_tcp_getpeername(tcp, (struct sockaddr *)&from, &len) != 0)
		snprintf(out, PEERS_ADDRESS_LEN + 1, "?");
	else
		format(&from, false, out);
}

static void listener_accept(struct listener *l)
{
	char from[PEERS_ADDRESS_LEN + 1];
	struct peer *p;

	if (l->is_busy || l->peers->count >= LISTENER_PEERS_MAX) {
		l->has_waiting = true;
		return;
	}
	l->has_waiting = false;
	p = peer_new(l->peers);
	if (uv_accept((uv_stream_t *)&l->tcp, (uv_stream_t *)&p->tcp) != 0) {
		peer_close(p, WICI_IO);
		return;
	}
	name_peer(&p->tcp, from);
	l->is_busy = peer_open(p, false, from) == WICI_BUSY;
}

static void listener_on_knock(uv_stream_t *s, int status)
{
	struct listener *l = s->data;

	if (status == 0)
		listener_accept(l);
	else
		LOG(WARN, "accept", LOG_TEXT("reason", uv_strerror(status)));
}

void listener_look(struct listener *l, bool is_beat)
{
	if (is_beat)
		l->is_busy = false;
	if (l->has_waiting && !l->is_closing)
		listener_accept(l);
}

static struct addrinfo *resolve(const char *address)
{
	char host[PEERS_ADDRESS_LEN + 1];
	const char *colon = strrchr(address, ':');
	const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST |
						   AI_NUMERICSERV | AI_PASSIVE,
				       .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	size_t len = colon ? (size_t)(colon - address) : sizeof(host);

	if (len >= sizeof(host))
		return NULL;
	memcpy(host, address, len);
	host[len] = '\0';
	if (len > 1 && host[0] == '[' && host[len - 1] == ']') {
		host[len - 1] = '\0';
		memmove(host, host + 1, len - 1);
	}
	if (getaddrinfo(host, colon + 1, &hints, &found) != 0)
		return NULL;
	return found;
}

/* [::] takes IPv4 as well; where IPv6 is switched off, IPv4 alone will do. */
static bool has_ipv6(void)
{
	const struct sockaddr_in6 any = {.sin6_family = AF_INET6};
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool is_there;

	if (fd < 0)
		return false;
	is_there = bind(fd, (const struct sockaddr *)&any, sizeof(any)) == 0;
	close(fd);
	return is_there;
}

enum wici_err listener_open(struct listener *l, struct peer_set *peers,
			    const char *address, bool is_default, char *why,
			    size_t why_len)
{
	struct sockaddr_storage got = {0};
	int len = sizeof(got);
	struct addrinfo *at;
	int err;

	if (is_default && !has_ipv6())
		address = LISTENER_WITHOUT_IPV6;
	at = resolve(address);
	*l = (struct listener){.peers = peers};
	WICI_REQUIRE(uv_tcp_init(peers->turn->loop, &l->tcp) == 0);
	l->tcp.data = l;
	if (!at) {
		snprintf(why, why_len,
			 "listen: \"%s\" is not a numeric ADDR:PORT", address);
		return WICI_USAGE;
	}
	err = uv_tcp_bind(&l->tcp, at->ai_addr, 0);
	freeaddrinfo(at);
	/* An address in use shows only here. */
	if (!err)
		err = uv_tcp_getsockname(&l->tcp, (struct sockaddr *)&got,
					 &len);
	if (!err) {
		format(&got, true, l->address);
		return WICI_OK;
	}
	snprintf(why, why_len, "cannot listen on %s: %s", address,
		 uv_strerror(err));
	return err == UV_EACCES ? WICI_NOT_PERMITTED : WICI_IO;
}

enum wici_err listener_start(struct listener *l, char *why, size_t why_len)
{
	int err;

	if (l->is_listening || l->is_closing)
		return WICI_OK;
	err = uv_listen((uv_stream_t *)&l->tcp, LISTENER_BACKLOG,
			listener_on_knock);
	if (err) {
		snprintf(why, why_len, "cannot listen on %s: %s", l->address,
			 uv_strerror(err));
		return WICI_IO;
	}
	l->is_listening = true;
	LOG(INFO, "listening", LOG_TEXT("address", l->address));
	return WICI_OK;
}

void listener_close(struct listener *l)
{
	if (l->is_closing)
		return;
	l->is_closing = true;
	uv_close((uv_handle_t *)&l->tcp, NULL);
}
