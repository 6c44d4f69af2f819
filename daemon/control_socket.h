/* daemon/control_socket.h — A Unix socket's place in the file system, and who
 * may speak through it. */
#ifndef WICI_DAEMON_CONTROL_SOCKET_H
#define WICI_DAEMON_CONTROL_SOCKET_H

#include "proto/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Makes path free to bind to: makes its folder when only that one is missing,
 * removes a socket on which nobody answers, touches nothing else. WICI_USAGE,
 * WICI_BUSY (somebody answers), WICI_NOT_PERMITTED, WICI_IO; why is a
 * sentence. */
WICI_NODISCARD
enum wici_err control_socket_prepare(const char *path, char *why,
				     size_t why_len);

/* Is the process at the other end root's, our own user's, or one of a member
 * of the group? */
bool control_socket_may(int fd, uint32_t group);

#endif
