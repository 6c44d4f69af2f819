/* tests/bench/process.h — A real wicid, and what the kernel knows of it. */
#ifndef WICI_TESTS_BENCH_PROCESS_H
#define WICI_TESTS_BENCH_PROCESS_H

#include <stdint.h>

struct process {
	int pid;
	char state[600], socket[108];
	uint16_t port;
};

/* A port on loopback that is free just now. */
uint16_t process_free_port(void);

/* Starts wicid (WICI_BENCH_WICID) on this state folder, and waits until its
 * socket answers. */
void process_start(struct process *p);
void process_stop(struct process *p); /* SIGTERM, and waits. */

double process_cpu(const struct process *p); /* Seconds, user and system. */

/* A field of /proc/PID/status, in MiB: "VmRSS", "VmHWM". */
double process_mib(const struct process *p, const char *field);

/* VmHWM counts from now on. */
void process_reset_peak(const struct process *p);

#endif
