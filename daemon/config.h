/* daemon/config.h — What the administrator asks for: options, and a file of
 * key = value with the same names.
 *
 *   state, socket, listen, advertise, peer (as often as there are peers), log,
 *   attachments-eager, attachments-quota
 *
 * Nothing is guessed: an unknown key, a doubled one, a line that is too long
 * or an address that is none ends the start with a sentence. Options outrank
 * the file; peers of both count. */
#ifndef WICI_DAEMON_CONFIG_H
#define WICI_DAEMON_CONFIG_H

#include "daemon/log.h"
#include "proto/err.h"

#include <stddef.h>
#include <stdint.h>

#define CONFIG_STATE    "/var/lib/wici"
#define CONFIG_SOCKET   "/run/wici/wici.sock"
#define CONFIG_LISTEN   "[::]:8481"
#define CONFIG_DIAL_MAX 64
#define CONFIG_LINE_MAX 198 /* Characters of a line of the file. */

/* Strings are the config's own, up to config_clear. */
struct config {
	char *state;
	char *socket;
	char *listen;
	char *advertise;                 /* NULL: not said. */
	char *dial[CONFIG_DIAL_MAX + 1]; /* NULL ends it. */
	size_t dial_count;
	uint64_t attachments_eager; /* Bytes; 0: not said; 1: none. */
	uint64_t attachments_quota;
	enum log_level log;
	bool is_default_listen;
	bool wants_help;
	bool wants_version;
};

/* Fills *c from the command line and the file it names. On WICI_USAGE why is
 * the sentence. Clear it in any case. */
WICI_NODISCARD
enum wici_err config_read(struct config *c, int argc, char **argv, char *why,
			  size_t why_len);
void config_clear(struct config *c);

/* What --help prints. */
extern const char config_help[];

#endif
