/* daemon/keys.h — The secrets in the state folder, each a file of mode 0600.
 *
 *   identity.key  the institution's 32-byte seed, in the clear
 *                 (--no-passphrase) or under a passphrase (Argon2id, DESIGN
 *                 §12; secretbox). Text, so that a person sees what it is.
 *   feed.key      the feed's seed; never leaves this installation.
 *   token.key     an issuer's token key's seed.
 *
 * Written to a temporary name, synced, renamed, the folder synced. */
#ifndef WICI_DAEMON_KEYS_H
#define WICI_DAEMON_KEYS_H

#include "proto/id.h"

#define KEYS_SALT_LEN   ((size_t)16)
#define KEYS_UNLOCK_LEN ((size_t)32)
#define KEYS_ARGON_OPS  3u
#define KEYS_ARGON_MEM  ((size_t)64 << 20)

struct keys {
	bool has_identity;        /* identity.key is there. */
	bool is_locked;           /* Its seed is under a passphrase. */
	struct wici_key identity; /* Public; stands in the clear in the file. */
	uint8_t salt[16];         /* For Argon2id, when is_locked. */
	bool has_feed;
	struct wici_key feed;
	struct wici_secret feed_secret;
	bool has_token;
	struct wici_key token;
	struct wici_secret token_secret;
};

/* Reads what is there. *why is a sentence on an error: a file that others
 * may read (WICI_NOT_PERMITTED), a damaged one (WICI_BAD_FIELD), WICI_IO. */
WICI_NODISCARD
enum wici_err keys_load(struct keys *k, int dir_fd, char *why, size_t why_len);

/* Makes the identity. unlock: 32 bytes from Argon2id over the passphrase and
 * salt, or NULL: kept in the clear. nonce: 24 random bytes. */
struct keys_new_identity {
	uint8_t seed[32];
	const uint8_t *unlock;
	uint8_t salt[16];
	uint8_t nonce[24];
};
WICI_NODISCARD
enum wici_err keys_make_identity(struct keys *k, int dir_fd,
				 const struct keys_new_identity *make);

/* identity.key as it stands, for a backup; max: 1024 bytes. The caller wipes it.
 * WICI_NOT_FOUND; WICI_NOT_PERMITTED, WICI_BAD_FIELD, WICI_IO as in load. */
WICI_NODISCARD
enum wici_err keys_identity_text(int dir_fd, char *text, size_t max);

/* And back from one, where there is none. WICI_BAD_FIELD: it is no such file,
 * or another institution's; WICI_NOT_PERMITTED: there is another already. */
WICI_NODISCARD
enum wici_err keys_install_identity(struct keys *k, int dir_fd,
				    const char *text,
				    const struct wici_key *identity);

/* The institution's seed, for its card; the caller wipes it. WICI_PASSPHRASE. */
WICI_NODISCARD
enum wici_err keys_identity_seed(const struct keys *k, int dir_fd,
				 const uint8_t *unlock, uint8_t seed[32]);

/* The identity's secret for one turn; the caller wipes it. WICI_PASSPHRASE
 * when it is locked and unlock is NULL or wrong. */
WICI_NODISCARD
enum wici_err keys_identity_secret(const struct keys *k, int dir_fd,
				   const uint8_t *unlock,
				   struct wici_secret *secret);

/* Makes and keeps the feed key, the token key, from a fresh seed. */
WICI_NODISCARD
enum wici_err keys_make_feed(struct keys *k, int dir_fd,
			     const uint8_t seed[32]);
WICI_NODISCARD
enum wici_err keys_make_token(struct keys *k, int dir_fd,
			      const uint8_t seed[32]);

void keys_clear(struct keys *k);

#endif
