/* tests/daemon/test_keys.c — Secrets in files: who may read them, what a
 * passphrase keeps, what a damaged file does. */
#include "daemon/keys.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/test.h"

struct folder {
	char path[200];
	int fd;
	struct keys k;
	char why[200];
};

static void folder_make(struct folder *f)
{
	const char *tmp = getenv("TMPDIR");

	memset(f, 0, sizeof(*f));
	(void)snprintf(f->path, sizeof(f->path), "%.150s/wici-keys-XXXXXX",
		       tmp ? tmp : "/tmp");
	CHECK(mkdtemp(f->path));
	f->fd = open(f->path, O_RDONLY | O_DIRECTORY);
	CHECK(f->fd >= 0);
}

static void folder_drop(struct folder *f)
{
	(void)unlinkat(f->fd, "identity.key", 0);
	(void)unlinkat(f->fd, "feed.key", 0);
	(void)unlinkat(f->fd, "token.key", 0);
	(void)close(f->fd);
	CHECK(rmdir(f->path) == 0);
}

static enum wici_err load(struct folder *f)
{
	keys_clear(&f->k);
	return keys_load(&f->k, f->fd, f->why, sizeof(f->why));
}

static size_t read_text(struct folder *f, const char *name, char *out,
			size_t max)
{
	int fd = openat(f->fd, name, O_RDONLY);
	ssize_t n = read(fd, out, max - 1);

	CHECK(fd >= 0 && n >= 0);
	out[n] = '\0';
	(void)close(fd);
	return (size_t)n;
}

static void write_text(struct folder *f, const char *name, const char *text,
		       size_t len)
{
	int fd = openat(f->fd, name, O_WRONLY | O_TRUNC | O_CREAT, 0600);

	CHECK(fd >= 0 && write(fd, text, len) == (ssize_t)len);
	(void)close(fd);
}

TEST(an_identity_in_the_clear_signs_after_a_restart)
{
	struct keys_new_identity make = {.seed = {7}};
	struct wici_secret secret;
	struct wici_key key;
	struct folder f;

	folder_make(&f);
	CHECK_OK(load(&f));
	CHECK(!f.k.has_identity && !f.k.has_feed && !f.k.has_token);
	CHECK_OK(keys_make_identity(&f.k, f.fd, &make));
	key = f.k.identity;
	CHECK_OK(load(&f));
	CHECK(f.k.has_identity && !f.k.is_locked);
	CHECK(wici_key_equal(&key, &f.k.identity));
	CHECK_OK(keys_identity_secret(&f.k, f.fd, NULL, &secret));
	CHECK(memcmp(secret.b + 32, key.b, 32) == 0);
	folder_drop(&f);
}

TEST(a_locked_identity_opens_with_its_passphrase_alone)
{
	uint8_t unlock[32] = {1}, other[32] = {2};
	struct keys_new_identity make = {
		.seed = {7}, .unlock = unlock, .salt = {3}, .nonce = {4}};
	struct wici_secret secret;
	struct folder f;
	char text[1024], hex[65];

	folder_make(&f);
	CHECK_OK(load(&f));
	CHECK_OK(keys_make_identity(&f.k, f.fd, &make));
	CHECK_OK(load(&f));
	CHECK(f.k.is_locked && f.k.salt[0] == 3);
	CHECK_ERR(keys_identity_secret(&f.k, f.fd, NULL, &secret),
		  WICI_PASSPHRASE);
	CHECK_ERR(keys_identity_secret(&f.k, f.fd, other, &secret),
		  WICI_PASSPHRASE);
	CHECK_OK(keys_identity_secret(&f.k, f.fd, unlock, &secret));
	/* The seed does not stand in the file. */
	(void)read_text(&f, "identity.key", text, sizeof(text));
	wici_hex(hex, make.seed, 32);
	CHECK(!strstr(text, hex));
	folder_drop(&f);
}

TEST(an_identity_is_never_made_over_another)
{
	struct keys_new_identity make = {.seed = {7}};
	struct folder f;

	folder_make(&f);
	CHECK_OK(load(&f));
	CHECK_OK(keys_make_identity(&f.k, f.fd, &make));
	CHECK_ERR(keys_make_identity(&f.k, f.fd, &make), WICI_NOT_PERMITTED);
	folder_drop(&f);
}

TEST(a_key_that_others_may_read_is_refused_with_a_sentence)
{
	struct keys_new_identity make = {.seed = {7}};
	struct folder f;

	folder_make(&f);
	CHECK_OK(load(&f));
	CHECK_OK(keys_make_identity(&f.k, f.fd, &make));
	CHECK(fchmodat(f.fd, "identity.key", 0640, 0) == 0);
	CHECK_ERR(load(&f), WICI_NOT_PERMITTED);
	CHECK(strstr(f.why, "identity.key") && strstr(f.why, "chmod 600"));
	CHECK(fchmodat(f.fd, "identity.key", 0600, 0) == 0);
	CHECK_OK(load(&f));
	folder_drop(&f);
}

TEST(feed_and_token_keys_come_back_as_they_were)
{
	uint8_t feed[32] = {1}, token[32] = {2};
	struct keys before;
	struct stat st;
	struct folder f;

	folder_make(&f);
	CHECK_OK(load(&f));
	CHECK_OK(keys_make_feed(&f.k, f.fd, feed));
	CHECK_OK(keys_make_token(&f.k, f.fd, token));
	before = f.k;
	CHECK_OK(load(&f));
	CHECK(f.k.has_feed && f.k.has_token);
	CHECK(memcmp(&before.feed_secret, &f.k.feed_secret, 64) == 0);
	CHECK(memcmp(&before.token_secret, &f.k.token_secret, 64) == 0);
	CHECK(fstatat(f.fd, "feed.key", &st, 0) == 0);
	CHECK((st.st_mode & 0777) == 0600);
	folder_drop(&f);
}

/* However a file is cut or changed, it is refused, or means the same. */
TEST(every_truncation_and_every_flipped_byte_of_a_key_is_refused)
{
	uint8_t feed[32] = {1};
	char text[1024], bad[1024];
	struct folder f;
	size_t len;

	folder_make(&f);
	CHECK_OK(load(&f));
	CHECK_OK(keys_make_feed(&f.k, f.fd, feed));
	len = read_text(&f, "feed.key", text, sizeof(text));
	for (size_t i = 0; i < len; i++) {
		write_text(&f, "feed.key", text, i);
		CHECK_ERR(load(&f), WICI_BAD_FIELD);
		CHECK(strstr(f.why, "feed.key"));
		memcpy(bad, text, len);
		bad[i] ^= 0x01;
		write_text(&f, "feed.key", bad, len);
		CHECK_ERR(load(&f), WICI_BAD_FIELD);
	}
	folder_drop(&f);
}

TEST_MAIN(RUN(an_identity_in_the_clear_signs_after_a_restart),
	  RUN(a_locked_identity_opens_with_its_passphrase_alone),
	  RUN(an_identity_is_never_made_over_another),
	  RUN(a_key_that_others_may_read_is_refused_with_a_sentence),
	  RUN(feed_and_token_keys_come_back_as_they_were),
	  RUN(every_truncation_and_every_flipped_byte_of_a_key_is_refused))
