/* client/card.h — Cards: a key on paper, in a file to print. PROTOCOL §7.3.
 *
 * An institution's own, and the root keys' of a network that is founded. The
 * root keys' are in no other place, so their files are made, and room for them
 * is reserved, before the daemon draws the keys. */
#ifndef WICI_CLIENT_CARD_H
#define WICI_CLIENT_CARD_H

#include "client/client.h"
#include "proto/card.h"

#include <limits.h>

#define CARD_COUNT    2
#define CARD_TEXT_MAX ((size_t)7900)

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

/* The institution's: result is identity.card's reply, with "name". Into a new
 * file of mode 0600, or to the standard output. Takes "card" out of it; puts
 * "path" in. */
WICI_NODISCARD
enum wici_err card_write_institution(struct client *c, const char *path);
void card_print_institution(const json_t *result);

/* A root key's, which takes the place of another: a new file of mode 0600.
 * network: {_name, identity, network} as far as they are known; text: of
 * wici_card_encode(), the caller wipes it. */
WICI_NODISCARD
enum wici_err card_write_root(struct client *c, const char *path,
			      const json_t *network, const char *key,
			      const char *text);

/* Reads a card from a file (path "-": the standard input) into text, which
 * holds CARD_TEXT_MAX + 1 bytes: of a printed card only what wici_card_decode
 * wants. The caller wipes it. WICI_NOT_FOUND, WICI_IO. */
WICI_NODISCARD
enum wici_err card_read(struct client *c, const char *path, char *text);

/* The same, understood; the caller wipes it. WICI_NEWER_NEEDED,
 * WICI_BAD_FIELD: it is no card. */
WICI_NODISCARD
enum wici_err card_take(struct client *c, const char *path,
			struct wici_card *card);

/* is_written false: removes the files again. */
void cards_close(struct cards *cards, bool is_written);

#endif
