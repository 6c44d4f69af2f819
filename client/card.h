/* client/card.h — Recovery cards: a root key on paper, in a file to print.
 *
 * The seeds are in no other place, so the files are made, and room for them
 * is reserved, before the daemon draws the keys. */
#ifndef WICI_CLIENT_CARD_H
#define WICI_CLIENT_CARD_H

#include "client/client.h"

#include <limits.h>

#define CARD_COUNT 2

struct cards {
	int fd[CARD_COUNT]; /* -1: none. */
	char path[CARD_COUNT][PATH_MAX];
};

/* Makes the files (mode 0600) in a folder, which is made when missing; never
 * writes over one that is there. */
WICI_NODISCARD
enum wici_err cards_open(struct client *c, struct cards *cards,
			 const char *folder);

/* Writes them, to the disk. network: the reply of network.create; its seeds
 * are taken out of it, and the paths put in. */
WICI_NODISCARD
enum wici_err cards_write(struct client *c, struct cards *cards,
			  json_t *network);

/* is_written false: removes the files again. */
void cards_close(struct cards *cards, bool is_written);

#endif
