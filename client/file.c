/* client/file.c — Small files, whole. */
#include "client/file.h"

#include "client/fail.h"
#include "client/say.h"
#include "proto/require.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum wici_err file_read(struct client *c, const char *path,
			struct wici_bytes *b)
{
	bool is_stdin = strcmp(path, "-") == 0;
	const char *name = is_stdin ? "stdin" : path;
	FILE *in = is_stdin ? stdin : fopen(path, "rbe");
	uint8_t *bytes;
	int error;
	bool ok;

	*b = (struct wici_bytes){NULL, 0};
	if (!in)
		return fail(c, errno == ENOENT ? WICI_NOT_FOUND : WICI_IO,
			    N_("%s cannot be opened: %s"), name,
			    strerror(errno));
	bytes = malloc(FILE_LEN_MAX + 2);
	WICI_REQUIRE(bytes);
	b->len = fread(bytes, 1, FILE_LEN_MAX + 1, in);
	error = errno;
	ok = ferror(in) == 0;
	if (!is_stdin)
		(void)fclose(in);
	bytes[b->len] = '\0';
	b->p = bytes;
	if (ok && b->len <= FILE_LEN_MAX)
		return WICI_OK;
	free(bytes);
	*b = (struct wici_bytes){NULL, 0};
	if (!ok)
		return fail(c, WICI_IO, N_("%s cannot be read: %s"), name,
			    strerror(error));
	return fail(c, WICI_TOO_LARGE, N_("%s is larger than 1 MiB"), name);
}

static bool write_all(int fd, struct wici_bytes b)
{
	while (b.len > 0) {
		ssize_t n = write(fd, b.p, b.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		b.p += n;
		b.len -= (size_t)n;
	}
	return true;
}

/* Under a name of its own first; but what is no plain file (/dev/stdout) is
 * written as it is. */
static bool put(const char *path, struct wici_bytes b)
{
	char draft[PATH_MAX + 8];
	struct stat st;
	bool ok;
	int fd, error;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		fd = open(path, O_WRONLY | O_CLOEXEC);
		ok = fd >= 0 && write_all(fd, b);
		return fd >= 0 && close(fd) == 0 && ok;
	}
	(void)snprintf(draft, sizeof(draft), "%s.XXXXXX", path);
	fd = mkostemp(draft, O_CLOEXEC);
	if (fd < 0)
		return false;
	(void)fchmod(fd, 0644);
	ok = write_all(fd, b) && fsync(fd) == 0;
	ok = close(fd) == 0 && ok;
	ok = ok && rename(draft, path) == 0;
	error = errno;
	if (!ok)
		(void)unlink(draft);
	errno = error;
	return ok;
}

enum wici_err file_write(struct client *c, const char *path,
			 struct wici_bytes b)
{
	if (strlen(path) < PATH_MAX && put(path, b))
		return WICI_OK;
	return fail(c, WICI_IO, N_("%s cannot be written: %s"), path,
		    strerror(errno));
}

char *file_name_of(const json_t *cert, const char *ending)
{
	const char *number = client_string(cert, "number");
	const char *from = number ? number : client_string(cert, "id");
	char *name = NULL;
	size_t len = 0;
	char safe[61];

	for (; from && *from && len < (number ? 60u : 12u); from++) {
		bool is_safe = (*from >= '0' && *from <= '9') ||
			       (*from >= 'a' && *from <= 'z') ||
			       (*from >= 'A' && *from <= 'Z');

		if (is_safe)
			safe[len++] = *from;
		else if (len && safe[len - 1] != '-')
			safe[len++] = '-';
	}
	while (len && safe[len - 1] == '-')
		len--;
	safe[len] = '\0';
	if (asprintf(&name, "%s%s%s%s", _("certificate"), len ? "-" : "", safe,
		     ending) < 0)
		abort();
	return name;
}
