/* daemon/keys.c — Secrets as small text files, written whole or not at all.
 *
 *   wici identity key 1
 *   identity <hex>
 *   seed <hex>                                       in the clear; or
 *   salt <hex>  nonce <hex>  box <hex>               a line each: locked
 *
 * feed.key and token.key are a first line, "key <hex>" and "seed <hex>". */
#include "daemon/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX     ((size_t)1024)
#define BOX_LEN      ((size_t)32 + crypto_secretbox_MACBYTES)
#define IDENTITY     "identity.key"
#define IDENTITY_TOP "wici identity key 1"

_Static_assert(crypto_secretbox_NONCEBYTES == 24, "as in keys.h");
_Static_assert(crypto_secretbox_KEYBYTES == KEYS_UNLOCK_LEN, "as in keys.h");

struct key_file { /* What identity.key holds. */
	struct wici_key identity;
	bool is_locked;
	uint8_t seed[32];
	uint8_t salt[16];
	uint8_t nonce[24];
	uint8_t box[48];
};

_Static_assert(sizeof(((struct key_file *)0)->box) == BOX_LEN, "as it must");

/* WICI_NOT_FOUND; WICI_NOT_PERMITTED: others may read it; WICI_BAD_FIELD: not
 * a small plain file; WICI_IO. */
static enum wici_err read_file(int dir_fd, const char *name, char *text)
{
	enum wici_err err = WICI_IO;
	struct stat st;
	ssize_t n;
	int fd = openat(dir_fd, name,
			O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0)
		return errno == ENOENT ? WICI_NOT_FOUND : WICI_IO;
	if (fstat(fd, &st) != 0)
		goto out;
	err = WICI_BAD_FIELD;
	if (!S_ISREG(st.st_mode) || st.st_size >= (off_t)FILE_MAX)
		goto out;
	err = WICI_NOT_PERMITTED;
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		goto out;
	n = read(fd, text, FILE_MAX - 1);
	err = n < 0 ? WICI_IO : WICI_OK;
	text[n < 0 ? 0 : n] = '\0';
	if (err == WICI_OK && strlen(text) != (size_t)n)
		err = WICI_BAD_FIELD;
out:
	(void)close(fd);
	return err;
}

static bool write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		text += n;
		len -= (size_t)n;
	}
	return true;
}

static enum wici_err write_file(int dir_fd, const char *name, const char *text)
{
	char temporary[32];
	bool ok;
	int fd;

	(void)snprintf(temporary, sizeof(temporary), "%s.new", name);
	(void)unlinkat(dir_fd, temporary, 0);
	fd = openat(dir_fd, temporary,
		    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return errno == ENOSPC ? WICI_FULL : WICI_IO;
	ok = write_all(fd, text, strlen(text)) && fsync(fd) == 0;
	ok = close(fd) == 0 && ok;
	ok = ok && renameat(dir_fd, temporary, dir_fd, name) == 0 &&
	     fsync(dir_fd) == 0;
	if (ok)
		return WICI_OK;
	(void)unlinkat(dir_fd, temporary, 0);
	return errno == ENOSPC ? WICI_FULL : WICI_IO;
}

/* The next line is "<word>" or "<word> <hex of len bytes>". */
static bool take_line(const char **text, const char *word, void *out,
		      size_t len)
{
	const char *end = strchr(*text, '\n');
	size_t word_len = strlen(word);
	struct wici_bytes hex;

	if (!end || strncmp(*text, word, word_len) != 0)
		return false;
	hex = (struct wici_bytes){(const uint8_t *)*text + word_len,
				  (size_t)(end - *text) - word_len};
	*text = end + 1;
	if (len == 0)
		return hex.len == 0;
	if (hex.len != 2 * len + 1 || hex.p[0] != ' ')
		return false;
	hex.p++;
	hex.len--;
	return wici_unhex(out, len, hex) == WICI_OK;
}

static void put_line(char *text, const char *word, const void *p, size_t len)
{
	size_t at = strlen(text);
	char hex[2 * 64 + 1] = "";

	wici_hex(hex, p, len);
	(void)snprintf(text + at, FILE_MAX - at, "%s %s\n", word, hex);
	sodium_memzero(hex, sizeof(hex));
}

static bool parse_identity(struct key_file *f, const char *text)
{
	memset(f, 0, sizeof(*f));
	if (!take_line(&text, IDENTITY_TOP, NULL, 0) ||
	    !take_line(&text, "identity", f->identity.b, WICI_KEY_LEN))
		return false;
	f->is_locked = strncmp(text, "seed", 4) != 0;
	if (!f->is_locked)
		return take_line(&text, "seed", f->seed, 32) && !*text;
	return take_line(&text, "salt", f->salt, sizeof(f->salt)) &&
	       take_line(&text, "nonce", f->nonce, sizeof(f->nonce)) &&
	       take_line(&text, "box", f->box, sizeof(f->box)) && !*text;
}

static enum wici_err read_identity(struct key_file *f, int dir_fd)
{
	char text[FILE_MAX];
	enum wici_err err = read_file(dir_fd, IDENTITY, text);

	if (err == WICI_OK && !parse_identity(f, text))
		err = WICI_BAD_FIELD;
	sodium_memzero(text, sizeof(text));
	return err;
}

static void identity_pair(struct wici_key *key, struct wici_secret *secret,
			  const uint8_t seed[32])
{
	uint8_t derived[32];

	wici_seed_derive(derived, seed, 1);
	wici_key_pair(key, secret, derived);
	sodium_memzero(derived, sizeof(derived));
}

/* feed.key, token.key. */
static enum wici_err read_pair(int dir_fd, const char *name, const char *top,
			       struct wici_key *key, struct wici_secret *secret)
{
	char text[FILE_MAX];
	const char *p = text;
	struct wici_key stated;
	uint8_t seed[32];
	enum wici_err err = read_file(dir_fd, name, text);

	if (err != WICI_OK)
		return err;
	if (!take_line(&p, top, NULL, 0) ||
	    !take_line(&p, "key", stated.b, WICI_KEY_LEN) ||
	    !take_line(&p, "seed", seed, sizeof(seed)) || *p) {
		err = WICI_BAD_FIELD;
	} else {
		wici_key_pair(key, secret, seed);
		if (!wici_key_equal(key, &stated))
			err = WICI_BAD_FIELD;
	}
	sodium_memzero(text, sizeof(text));
	sodium_memzero(seed, sizeof(seed));
	return err;
}

static enum wici_err write_pair(int dir_fd, const char *name, const char *top,
				const struct wici_key *key,
				const uint8_t seed[32])
{
	char text[FILE_MAX];
	enum wici_err err;

	(void)snprintf(text, sizeof(text), "%s\n", top);
	put_line(text, "key", key->b, WICI_KEY_LEN);
	put_line(text, "seed", seed, 32);
	err = write_file(dir_fd, name, text);
	sodium_memzero(text, sizeof(text));
	return err;
}

static enum wici_err tell(enum wici_err err, const char *name, char *why,
			  size_t why_len)
{
	if (err == WICI_NOT_PERMITTED)
		(void)snprintf(why, why_len,
			       "%s can be read by others: chmod 600 it, and "
			       "think about who may have read it",
			       name);
	else if (err == WICI_BAD_FIELD)
		(void)snprintf(why, why_len,
			       "%s is damaged: it is not a key file as wici "
			       "writes it",
			       name);
	else
		(void)snprintf(why, why_len, "%s cannot be read", name);
	return err;
}

/* Missing is no error: *has stays false. */
static enum wici_err was_read(enum wici_err err, bool *has)
{
	*has = err == WICI_OK;
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

enum wici_err keys_load(struct keys *k, int dir_fd, char *why, size_t why_len)
{
	struct key_file f;
	enum wici_err err;

	memset(k, 0, sizeof(*k));
	err = was_read(read_identity(&f, dir_fd), &k->has_identity);
	if (err != WICI_OK)
		return tell(err, IDENTITY, why, why_len);
	if (k->has_identity) {
		k->is_locked = f.is_locked;
		k->identity = f.identity;
		memcpy(k->salt, f.salt, sizeof(k->salt));
	}
	sodium_memzero(&f, sizeof(f));

	err = was_read(read_pair(dir_fd, "feed.key", "wici feed key 1",
				 &k->feed, &k->feed_secret),
		       &k->has_feed);
	if (err != WICI_OK)
		return tell(err, "feed.key", why, why_len);
	err = was_read(read_pair(dir_fd, "token.key", "wici token key 1",
				 &k->token, &k->token_secret),
		       &k->has_token);
	if (err != WICI_OK)
		return tell(err, "token.key", why, why_len);
	return WICI_OK;
}

static void format_identity(char *text, const struct keys *k,
			    const struct keys_new_identity *make)
{
	uint8_t box[BOX_LEN];

	(void)snprintf(text, FILE_MAX, "%s\n", IDENTITY_TOP);
	put_line(text, "identity", k->identity.b, WICI_KEY_LEN);
	if (!make->unlock) {
		put_line(text, "seed", make->seed, 32);
		return;
	}
	(void)crypto_secretbox_easy(box, make->seed, 32, make->nonce,
				    make->unlock);
	put_line(text, "salt", make->salt, sizeof(make->salt));
	put_line(text, "nonce", make->nonce, sizeof(make->nonce));
	put_line(text, "box", box, sizeof(box));
}

enum wici_err keys_make_identity(struct keys *k, int dir_fd,
				 const struct keys_new_identity *make)
{
	struct wici_secret secret;
	struct keys made = *k;
	char text[FILE_MAX];
	enum wici_err err;

	if (k->has_identity)
		return WICI_NOT_PERMITTED; /* It would be lost for ever. */
	identity_pair(&made.identity, &secret, make->seed);
	sodium_memzero(&secret, sizeof(secret));
	made.has_identity = true;
	made.is_locked = make->unlock;
	memcpy(made.salt, make->salt, sizeof(made.salt));
	format_identity(text, &made, make);
	err = write_file(dir_fd, IDENTITY, text);
	if (err == WICI_OK)
		*k = made;
	sodium_memzero(&made, sizeof(made));
	sodium_memzero(text, sizeof(text));
	return err;
}

static enum wici_err unlock_seed(struct key_file *f, const uint8_t *unlock)
{
	if (!f->is_locked)
		return WICI_OK;
	if (!unlock || crypto_secretbox_open_easy(f->seed, f->box, BOX_LEN,
						  f->nonce, unlock) != 0)
		return WICI_PASSPHRASE;
	return WICI_OK;
}

enum wici_err keys_identity_text(int dir_fd, char *text, size_t max)
{
	struct key_file f;
	enum wici_err err = WICI_BAD_FIELD;

	if (max >= FILE_MAX)
		err = read_file(dir_fd, IDENTITY, text);
	if (err == WICI_OK && !parse_identity(&f, text))
		err = WICI_BAD_FIELD;
	sodium_memzero(&f, sizeof(f));
	return err;
}

enum wici_err keys_install_identity(struct keys *k, int dir_fd,
				    const char *text,
				    const struct wici_key *identity)
{
	struct key_file f;
	enum wici_err err = WICI_OK;

	if (strlen(text) >= FILE_MAX || !parse_identity(&f, text) ||
	    !wici_key_equal(&f.identity, identity))
		err = WICI_BAD_FIELD;
	else if (k->has_identity && !wici_key_equal(&k->identity, identity))
		err = WICI_NOT_PERMITTED;
	if (err == WICI_OK && !k->has_identity) {
		err = write_file(dir_fd, IDENTITY, text);
		k->has_identity = err == WICI_OK;
		k->is_locked = f.is_locked;
		k->identity = f.identity;
		memcpy(k->salt, f.salt, sizeof(k->salt));
	}
	sodium_memzero(&f, sizeof(f));
	return err;
}

enum wici_err keys_identity_seed(const struct keys *k, int dir_fd,
				 const uint8_t *unlock, uint8_t seed[32])
{
	struct wici_secret secret;
	struct wici_key key;
	struct key_file f;
	enum wici_err err = read_identity(&f, dir_fd);

	if (err == WICI_OK)
		err = unlock_seed(&f, unlock);
	if (err == WICI_OK) {
		identity_pair(&key, &secret, f.seed);
		memcpy(seed, f.seed, 32);
		if (!wici_key_equal(&key, &k->identity)) {
			sodium_memzero(seed, 32);
			err = WICI_BAD_FIELD;
		}
	}
	sodium_memzero(&secret, sizeof(secret));
	sodium_memzero(&f, sizeof(f));
	return err;
}

enum wici_err keys_identity_secret(const struct keys *k, int dir_fd,
				   const uint8_t *unlock,
				   struct wici_secret *secret)
{
	struct wici_key key;
	uint8_t seed[32];
	enum wici_err err = keys_identity_seed(k, dir_fd, unlock, seed);

	if (err != WICI_OK)
		return err;
	identity_pair(&key, secret, seed);
	sodium_memzero(seed, sizeof(seed));
	return WICI_OK;
}

enum wici_err keys_make_feed(struct keys *k, int dir_fd, const uint8_t seed[32])
{
	struct wici_secret secret;
	struct wici_key key;
	enum wici_err err;

	wici_key_pair(&key, &secret, seed);
	err = write_pair(dir_fd, "feed.key", "wici feed key 1", &key, seed);
	if (err == WICI_OK) {
		k->has_feed = true;
		k->feed = key;
		k->feed_secret = secret;
	}
	sodium_memzero(&secret, sizeof(secret));
	return err;
}

enum wici_err keys_make_token(struct keys *k, int dir_fd,
			      const uint8_t seed[32])
{
	struct wici_secret secret;
	struct wici_key key;
	enum wici_err err;

	wici_key_pair(&key, &secret, seed);
	err = write_pair(dir_fd, "token.key", "wici token key 1", &key, seed);
	if (err == WICI_OK) {
		k->has_token = true;
		k->token = key;
		k->token_secret = secret;
	}
	sodium_memzero(&secret, sizeof(secret));
	return err;
}

void keys_clear(struct keys *k)
{
	sodium_memzero(k, sizeof(*k));
}
