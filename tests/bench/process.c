/* tests/bench/process.c — Starting, stopping and watching wicid. */
#include "tests/bench/process.h"

#include "tests/bench/bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define START_S 60
#define STOP_S  30

uint16_t process_free_port(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (s < 0 || bind(s, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    getsockname(s, (struct sockaddr *)&a, &len) != 0)
		bench_fail("port", "none is free");
	close(s);
	return ntohs(a.sin_port);
}

static void run_wicid(const struct process *p)
{
	const char *wicid = getenv("WICI_BENCH_WICID");
	char listen[40];
	int log;

	snprintf(listen, sizeof(listen), "127.0.0.1:%u", p->port);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	log = open(getenv("WICI_BENCH_LOG") ? getenv("WICI_BENCH_LOG")
					    : "/dev/null",
		   O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (log >= 0)
		(void)dup2(log, STDERR_FILENO);
	execl(wicid ? wicid : "build/bin/wicid", "wicid", "--state", p->state,
	      "--socket", p->socket, "--listen", listen, "--log", "warn",
	      (char *)NULL);
	_exit(127);
}

static bool is_answering(const struct process *p)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok;

	memcpy(a.sun_path, p->socket, sizeof(a.sun_path));
	ok = s >= 0 && connect(s, (struct sockaddr *)&a, sizeof(a)) == 0;
	if (s >= 0)
		close(s);
	return ok;
}

void process_start(struct process *p)
{
	const struct timespec wait = {0, 2000000};
	double until = bench_now() + START_S;

	p->pid = fork();
	if (p->pid == 0)
		run_wicid(p);
	if (p->pid < 0)
		bench_fail("wicid", strerror(errno));
	bench_own(p->pid);
	while (!is_answering(p)) {
		if (waitpid(p->pid, NULL, WNOHANG) == p->pid) {
			bench_disown(p->pid);
			bench_fail("wicid", "ended at once (WICI_BENCH_LOG=FILE"
					    " keeps what it said)");
		}
		if (bench_now() > until)
			bench_fail("wicid", "does not answer");
		nanosleep(&wait, NULL);
	}
}

void process_stop(struct process *p)
{
	const struct timespec wait = {0, 2000000};
	double until = bench_now() + STOP_S;
	int status = 0;

	(void)kill(p->pid, SIGTERM);
	while (waitpid(p->pid, &status, WNOHANG) == 0) {
		if (bench_now() > until)
			bench_fail("wicid", "does not stop");
		nanosleep(&wait, NULL);
	}
	bench_disown(p->pid);
	p->pid = 0;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		bench_fail("wicid", "did not end well");
}

double process_cpu(const struct process *p)
{
	unsigned long long user = 0, kernel = 0;
	char path[64], line[1024];
	const char *at = NULL;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", p->pid);
	f = fopen(path, "r");
	if (f && fgets(line, sizeof(line), f))
		at = strrchr(line, ')');
	if (f)
		fclose(f);
	if (!at || sscanf(at + 2,
			  "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu "
			  "%llu",
			  &user, &kernel) != 2)
		bench_fail("/proc", "says nothing of wicid");
	return (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

double process_mib(const struct process *p, const char *field)
{
	char path[64], line[256];
	size_t len = strlen(field);
	double kib = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", p->pid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f)) {
		if (strncmp(line, field, len) == 0 && line[len] == ':')
			kib = strtod(line + len + 1, NULL);
	}
	if (f)
		fclose(f);
	return kib / 1024;
}

void process_reset_peak(const struct process *p)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/clear_refs", p->pid);
	f = fopen(path, "w");
	if (!f)
		return; /* Then it counts from the start: no less. */
	fputs("5", f);
	fclose(f);
}
