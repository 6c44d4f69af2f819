/* daemon/job.c — Argon2id off the loop. */
#include "daemon/job.h"

#include "proto/require.h"

#include <stdlib.h>

static void job_on_work(uv_work_t *work)
{
	struct job *job = work->data;

	if (crypto_pwhash(job->unlock, sizeof(job->unlock),
			  (const char *)job->passphrase, job->passphrase_len,
			  job->salt, KEYS_ARGON_OPS, KEYS_ARGON_MEM,
			  crypto_pwhash_ALG_ARGON2ID13) != 0)
		job->err = WICI_BUSY;
	sodium_memzero(job->passphrase, sizeof(job->passphrase));
}

static void job_on_done(uv_work_t *work, int status)
{
	struct job *job = work->data;

	if (status)
		job->err = WICI_BUSY;
	job->done(job->arg, job);
	sodium_memzero(job, sizeof(*job));
	free(job);
}

enum wici_err job_start(uv_loop_t *loop, struct wici_bytes passphrase,
			const uint8_t salt[KEYS_SALT_LEN],
			void (*done)(void *arg, const struct job *job),
			void *arg)
{
	struct job *job;

	if (passphrase.len > JOB_PASSPHRASE_MAX)
		return WICI_TOO_LARGE;
	job = calloc(1, sizeof(*job));
	WICI_REQUIRE(job);
	job->work.data = job;
	job->done = done;
	job->arg = arg;
	job->passphrase_len = passphrase.len;
	if (passphrase.len)
		memcpy(job->passphrase, passphrase.p, passphrase.len);
	memcpy(job->salt, salt, KEYS_SALT_LEN);
	WICI_REQUIRE(
		uv_queue_work(loop, &job->work, job_on_work, job_on_done) == 0);
	return WICI_OK;
}
