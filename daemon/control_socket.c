/* daemon/control_socket.c — Before the bind, and after the accept. */
#include "daemon/control_socket.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define GROUPS_MAX 1024 /* Supplementary groups of a client's process. */

/* 0: somebody answers there. Else errno. */
static int try_connect(const struct sockaddr_un *to)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int why = 0;

	if (fd < 0)
		return errno;
	if (connect(fd, (const struct sockaddr *)to, sizeof(*to)) != 0)
		why = errno;
	close(fd);
	/* Its backlog is full: somebody is there. */
	return why == EAGAIN ? 0 : why;
}

static enum wici_err failed(const char *path, int error, char *why,
			    size_t why_len)
{
	snprintf(why, why_len, "the control socket %s: %s", path,
		 strerror(error));
	return error == EACCES || error == EPERM || error == EROFS
		       ? WICI_NOT_PERMITTED
		       : WICI_IO;
}

static enum wici_err make_folder(const char *path, char *why, size_t why_len)
{
	char folder[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0;

	if (len == 0)
		return WICI_OK;
	memcpy(folder, path, len);
	folder[len] = '\0';
	if (access(folder, F_OK) == 0 || mkdir(folder, 0750) == 0 ||
	    errno == EEXIST)
		return WICI_OK;
	return failed(path, errno, why, why_len);
}

enum wici_err control_socket_prepare(const char *path, char *why,
				     size_t why_len)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	struct stat st;
	int error;

	if (strlen(path) >= sizeof(to.sun_path)) {
		snprintf(why, why_len,
			 "the control socket's path is longer than %zu "
			 "characters: %s",
			 sizeof(to.sun_path) - 1, path);
		return WICI_USAGE;
	}
	memcpy(to.sun_path, path, strlen(path));
	if (lstat(path, &st) != 0)
		return errno == ENOENT ? make_folder(path, why, why_len)
				       : failed(path, errno, why, why_len);
	if (!S_ISSOCK(st.st_mode)) {
		snprintf(why, why_len,
			 "%s is there and is not a socket: it is left alone",
			 path);
		return WICI_USAGE;
	}
	error = try_connect(&to);
	if (error == 0) {
		snprintf(why, why_len,
			 "another program answers on the control socket %s",
			 path);
		return WICI_BUSY;
	}
	if (error != ECONNREFUSED || unlink(path) != 0)
		return failed(path, errno, why, why_len);
	return WICI_OK;
}

bool control_socket_may(int fd, uint32_t group)
{
	struct ucred who = {.uid = (uid_t)-1, .gid = (gid_t)-1};
	gid_t groups[GROUPS_MAX];
	socklen_t len = sizeof(who);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) != 0)
		return false;
	if (who.uid == 0 || who.uid == geteuid() || who.gid == group)
		return true;
	len = sizeof(groups);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len) != 0)
		return false;
	for (size_t i = 0; i < len / sizeof(groups[0]); i++) {
		if (groups[i] == group)
			return true;
	}
	return false;
}
