/* client/output.h — A file that is written under another name, synced, and gets
 * its own once it is whole; else nothing is left of it. */
#ifndef WICI_CLIENT_OUTPUT_H
#define WICI_CLIENT_OUTPUT_H

#include "client/client.h"

#include <limits.h>

struct output { /* {.fd = -1} to begin with. */
	char path[PATH_MAX];
	char temporary[PATH_MAX];
	int fd;
	bool is_begun; /* The temporary one is there. */
	uint64_t bytes;
	uint64_t hint;
};

/* WICI_USAGE where there is a file of that name, unless --yes. */
WICI_NODISCARD
enum wici_err output_check_new(struct client *c, const char *path);

WICI_NODISCARD
enum wici_err output_open(struct client *c, struct output *o, const char *path);
WICI_NODISCARD
enum wici_err output_write(struct client *c, struct output *o, const uint8_t *p,
			   size_t len);
WICI_NODISCARD
enum wici_err output_close(struct client *c, struct output *o);

/* It gets its name, and takes the place of what has it. */
WICI_NODISCARD
enum wici_err output_name(struct client *c, struct output *o);

/* What has no name yet goes. After everything, whatever came of it. */
void output_drop(struct output *o);

#endif
