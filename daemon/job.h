/* daemon/job.h — What takes too long for the loop: Argon2id over a passphrase
 * (64 MiB, 3 passes, some 140 ms), on a thread of its own. */
#ifndef WICI_DAEMON_JOB_H
#define WICI_DAEMON_JOB_H

#include "daemon/keys.h"

#include <uv.h>

#define JOB_PASSPHRASE_MAX ((size_t)2000)

struct job {
	uv_work_t work;
	size_t passphrase_len;
	uint8_t passphrase[JOB_PASSPHRASE_MAX]; /* Wiped on the thread. */
	uint8_t salt[KEYS_SALT_LEN];
	uint8_t unlock[KEYS_UNLOCK_LEN];
	enum wici_err err;
	/* On the loop, at the end; then everything is wiped and freed. */
	void (*done)(void *arg, const struct job *job);
	void *arg;
};

/* WICI_TOO_LARGE: nobody types such a passphrase. Else done will be called,
 * with job->err WICI_OK or WICI_BUSY (no memory for it now). */
WICI_NODISCARD
enum wici_err job_start(uv_loop_t *loop, struct wici_bytes passphrase,
			const uint8_t salt[KEYS_SALT_LEN],
			void (*done)(void *arg, const struct job *job),
			void *arg);

#endif
