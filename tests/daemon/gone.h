/* tests/daemon/gone.h — Bytes looked for in every file of a state folder; and
 * erasures, signed by whoever has the key. */
#ifndef WICI_TESTS_DAEMON_GONE_H
#define WICI_TESTS_DAEMON_GONE_H

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/erase.h"
#include "tests/test.h"

static inline bool gone_file_has(int dir, const char *name,
				 struct wici_bytes what)
{
	int fd = openat(dir, name, O_RDONLY);
	struct stat st;
	bool has = false;
	char *p;

	CHECK(fd >= 0 && fstat(fd, &st) == 0);
	if (st.st_size > 0) {
		p = malloc((size_t)st.st_size);
		CHECK(p && pread(fd, p, (size_t)st.st_size, 0) == st.st_size);
		has = memmem(p, (size_t)st.st_size, what.p, what.len);
		free(p);
	}
	(void)close(fd);
	return has;
}

/* Are these bytes in any file of the folder? */
static inline bool gone_has_bytes(const char *path, struct wici_bytes what)
{
	DIR *d = opendir(path);
	struct dirent *e;
	bool has = false;

	CHECK(d);
	while (!has && (e = readdir(d)))
		has = e->d_type == DT_REG &&
		      gone_file_has(dirfd(d), e->d_name, what);
	(void)closedir(d);
	return has;
}

static inline bool gone_folder_has(const char *path, const char *what)
{
	return gone_has_bytes(path, wici_bytes_str(what));
}

struct gone {
	uint8_t buf[WICI_ERASE_LEN_MAX];
	struct wici_bytes bytes;
	struct wici_statement s;
	struct wici_erase is;
};

/* before: NULL, or who has signed it already. */
static inline void gone_make(struct gone *g, const struct wici_id *network,
			     const struct wici_head *of,
			     const struct gone *before,
			     const struct wici_key *key,
			     const struct wici_secret *secret)
{
	const struct wici_erase_make make = {.of = *of,
					     .network = *network,
					     .before =
						     before ? &before->s : NULL,
					     .key = *key,
					     .secret = secret};
	struct wici_mp_writer w;

	wici_mp_writer_init(&w, g->buf, sizeof(g->buf));
	CHECK_OK(wici_erase_write(&w, &make, &g->is));
	CHECK_OK(wici_mp_written(&w, &g->bytes));
	CHECK_OK(wici_statement_decode(&g->s, g->bytes));
}

#endif
