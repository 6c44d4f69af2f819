/* tests/bench/limits.c — What the building blocks can do on this machine, now:
 * every other row is read beside one of these. One core each. */
#include "proto/id.h"
#include "tests/bench/bench.h"
#include "tests/bench/durable.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECONDS 0.7
#define FRAME   ((size_t)60 << 10)
#define CHUNK   ((size_t)64 << 10)

static void limit(const char *name, double value, const char *unit)
{
	bench_set_limit(name, value);
	bench_print(&(struct bench_row){
		.name = name, .value = value, .unit = unit});
}

/* How often a second, over SECONDS. */
static double rate_of(void (*step)(void))
{
	double start = bench_now(), now;
	uint64_t count = 0;

	step();
	do {
		for (int i = 0; i < 16; i++)
			step();
		count += 16;
		now = bench_now();
	} while (now - start < SECONDS);
	return (double)count / (now - start);
}

static uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
static uint8_t secret_key[crypto_sign_SECRETKEYBYTES];
static uint8_t signature[crypto_sign_BYTES];
static uint8_t header[168]; /* Domain, network id, header. */

static void sign(void)
{
	header[0]++;
	crypto_sign_detached(signature, NULL, header, sizeof(header),
			     secret_key);
}

static void verify(void)
{
	if (crypto_sign_verify_detached(signature, header, sizeof(header),
					public_key) != 0)
		bench_fail("verify", "a good signature is refused");
}

static void hash(void)
{
	static uint8_t in[700], out[32];

	in[0]++;
	crypto_generichash(out, sizeof(out), in, sizeof(in), NULL, 0);
}

static uint8_t sealed[FRAME + crypto_aead_chacha20poly1305_ietf_ABYTES];
static uint8_t opened[FRAME], key[32], nonce[12];

static void open_frame(void)
{
	if (crypto_aead_chacha20poly1305_ietf_decrypt(opened, NULL, NULL,
						      sealed, sizeof(sealed),
						      NULL, 0, nonce, key) != 0)
		bench_fail("open", "a good frame is refused");
}

static void ciphers(void)
{
	unsigned long long len;

	crypto_sign_keypair(public_key, secret_key);
	limit("sign", rate_of(sign), "/s");
	limit("verify", rate_of(verify), "/s");
	limit("blake2b-256 of 700 B", rate_of(hash), "/s");
	crypto_aead_chacha20poly1305_ietf_encrypt(sealed, &len, opened, FRAME,
						  NULL, 0, NULL, nonce, key);
	limit("open 60 KiB", rate_of(open_frame) * (double)FRAME / 1e6, "MB/s");
}

/* One small row a transaction: what it costs to be durable, "the measured
 * sync"; and rows of 600 bytes in transactions of a MiB. */
static void sqlite(void)
{
	enum { ROWS = 1500 };
	static double ms[ROWS];
	struct durable d;
	double start;

	durable_open(&d, "row.db");
	start = bench_now();
	for (int i = 0; i < ROWS; i++)
		ms[i] = durable_ms(&d);
	limit("sqlite row", ROWS / (bench_now() - start), "/s");
	limit("sync", bench_percentile(ms, ROWS, 0.5), "ms");
	limit("sync p99", bench_percentile(ms, ROWS, 0.99), "ms");
	durable_close(&d);

	limit("sqlite batch", durable_batch_rate(DURABLE_MIB), "/s");
}

/* A connection on loopback: ends[0] accepted, ends[1] connected. */
static void connect_pair(int ends[2])
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	ends[1] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s < 0 || ends[1] < 0 ||
	    bind(s, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    listen(s, 1) != 0 ||
	    getsockname(s, (struct sockaddr *)&a, &len) != 0 ||
	    connect(ends[1], (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    (ends[0] = accept(s, NULL, NULL)) < 0)
		bench_fail("tcp", "no connection on loopback");
	for (int i = 0; i < 2; i++)
		setsockopt(ends[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	close(s);
}

/* The other process sends, or echoes byte by byte, until it is killed. */
static int other_process(int fd, bool is_echo)
{
	static uint8_t chunk[CHUNK];
	int pid = fork();

	if (pid == 0) {
		while (!is_echo && write(fd, chunk, CHUNK) > 0)
			;
		while (is_echo && read(fd, chunk, 1) == 1 &&
		       write(fd, chunk, 1) == 1)
			;
		_exit(0);
	}
	if (pid < 0)
		bench_fail("tcp", "no second process");
	bench_own(pid);
	return pid;
}

static void end_process(int pid, int ends[2])
{
	bench_disown(pid);
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	close(ends[0]);
	close(ends[1]);
}

static void loopback(void)
{
	static uint8_t chunk[CHUNK];
	enum { PINGS = 5000 };
	static double ms[PINGS];
	double start, bytes = 0;
	int ends[2], pid;

	connect_pair(ends);
	pid = other_process(ends[1], false);
	start = bench_now();
	while (bench_now() - start < SECONDS) {
		ssize_t n = read(ends[0], chunk, CHUNK);

		if (n <= 0)
			bench_fail("tcp", "the stream ended");
		bytes += (double)n;
	}
	limit("tcp", bytes / (bench_now() - start) / 1e6, "MB/s");
	end_process(pid, ends);

	connect_pair(ends);
	pid = other_process(ends[1], true);
	for (int i = 0; i < PINGS; i++) {
		start = bench_now();
		if (write(ends[0], chunk, 1) != 1 ||
		    read(ends[0], chunk, 1) != 1)
			bench_fail("tcp", "the echo ended");
		ms[i] = (bench_now() - start) * 1000;
	}
	limit("rtt", bench_percentile(ms, PINGS, 0.5), "ms");
	end_process(pid, ends);
}

int main(void)
{
	bench_init("limits", 60);
	ciphers();
	sqlite();
	loopback();
	return 0;
}
