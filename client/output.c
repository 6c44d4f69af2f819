/* client/output.c — A file that has its name once it is whole. */
#include "client/output.h"

#include "client/fail.h"
#include "client/say.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum wici_err cannot_write(struct client *c, const struct output *o)
{
	return fail(c, WICI_IO, N_("%s cannot be written: %s"), o->temporary,
		    strerror(errno));
}

enum wici_err output_check_new(struct client *c, const char *path)
{
	struct stat st;
	enum wici_err err;

	if (c->options.is_yes || stat(path, &st) != 0)
		return WICI_OK;
	err = fail(c, WICI_USAGE, N_("%s is there already"), path);
	fail_hint(c, N_("another name; or --yes, and it is replaced"));
	return err;
}

enum wici_err output_open(struct client *c, struct output *o, const char *path)
{
	int len = snprintf(o->path, sizeof(o->path), "%s", path);
	struct stat st;

	if (len < 0 || (size_t)len + 5 > sizeof(o->path))
		return fail(c, WICI_USAGE, N_("the file's path is too long"));
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return fail(c, WICI_USAGE, N_("%s is not a plain file"), path);
	(void)snprintf(o->temporary, sizeof(o->temporary), "%.*s.new",
		       PATH_MAX - 8, path);
	(void)unlink(o->temporary);
	o->fd = open(o->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		     0600);
	o->is_begun = o->fd >= 0;
	return o->is_begun ? WICI_OK : cannot_write(c, o);
}

enum wici_err output_write(struct client *c, struct output *o, const uint8_t *p,
			   size_t len)
{
	while (len > 0) {
		ssize_t n = write(o->fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return cannot_write(c, o);
		p += n;
		len -= (size_t)n;
		o->bytes += (uint64_t)n;
	}
	return WICI_OK;
}

enum wici_err output_close(struct client *c, struct output *o)
{
	bool ok = fsync(o->fd) == 0;

	ok = close(o->fd) == 0 && ok;
	o->fd = -1;
	return ok ? WICI_OK : cannot_write(c, o);
}

/* Once it was read back: until then the file of that name stays. The name is
 * synced too: what is said to be there is there. */
enum wici_err output_name(struct client *c, struct output *o)
{
	char folder[PATH_MAX];
	char *slash;
	int fd;

	if (rename(o->temporary, o->path) != 0)
		return cannot_write(c, o);
	o->is_begun = false;
	(void)snprintf(folder, sizeof(folder), "%s", o->path);
	slash = strrchr(folder, '/');
	if (slash)
		slash[slash == folder] = '\0';
	fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		(void)fsync(fd);
		(void)close(fd);
	}
	return WICI_OK;
}

void output_drop(struct output *o)
{
	if (o->fd >= 0)
		(void)close(o->fd);
	if (o->is_begun)
		(void)unlink(o->temporary);
}
