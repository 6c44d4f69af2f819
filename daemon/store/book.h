/* daemon/store/book.h — What this installation notes for itself and never
 * shares: named values, peers, invitations, who holds what of ours. */
#ifndef WICI_DAEMON_STORE_BOOK_H
#define WICI_DAEMON_STORE_BOOK_H

#include "daemon/store/store.h"

/* Named values. WICI_NOT_FOUND. Bytes are copied out; WICI_MORE: more than
 * max, *len says how many. */
WICI_NODISCARD
enum wici_err book_set_int(struct store *s, const char *name, int64_t v);
WICI_NODISCARD
enum wici_err book_get_int(struct store *s, const char *name, int64_t *v);
WICI_NODISCARD
enum wici_err book_set_blob(struct store *s, const char *name,
			    struct wici_bytes v);
WICI_NODISCARD
enum wici_err book_get_blob(struct store *s, const char *name, uint8_t *out,
			    size_t max, size_t *len);

/* Peers to dial, by address. */
struct book_peer {
	char address[101];        /* host:port */
	struct wici_key identity; /* Zero until it was met. */
	int64_t last_contact_ms;  /* 0: never. */
};
WICI_NODISCARD
enum wici_err book_put_peer(struct store *s, const struct book_peer *p);
/* WICI_NOT_FOUND. */
WICI_NODISCARD
enum wici_err book_remove_peer(struct store *s, const char *address);
WICI_NODISCARD
enum wici_err book_each_peer(struct store *s,
			     void (*each)(void *arg, const struct book_peer *p),
			     void *arg);

/* Invitations given out here, by token id. */
enum book_invite_state {
	BOOK_INVITE_OPEN,
	BOOK_INVITE_USED,
	BOOK_INVITE_REVOKED
};
struct book_invite {
	uint8_t token_id[8];
	uint8_t secret[16];
	char name[201];
	int32_t expires; /* Last day, in Poland. */
	int64_t created_ms;
	enum book_invite_state state;
	struct wici_key identity; /* USED: by whom. */
};
WICI_NODISCARD
enum wici_err book_put_invite(struct store *s, const struct book_invite *i);
/* WICI_NOT_FOUND. */
WICI_NODISCARD
enum wici_err book_get_invite(struct store *s, const uint8_t token_id[8],
			      struct book_invite *i);
WICI_NODISCARD
enum wici_err book_each_invite(struct store *s,
			       void (*each)(void *arg,
					    const struct book_invite *i),
			       void *arg);

/* Up to which seq another institution holds one of our feeds durably: what it
 * said last stands. */
WICI_NODISCARD
enum wici_err book_put_held(struct store *s, const struct wici_key *identity,
			    int64_t feed_n, uint64_t seq);
/* The institutions that hold the feed up to seq or beyond: calls back for
 * each. */
WICI_NODISCARD
enum wici_err book_each_held(struct store *s, int64_t feed_n, uint64_t seq,
			     void (*each)(void *arg,
					  const struct wici_key *identity),
			     void *arg);

#endif
