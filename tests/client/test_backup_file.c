/* tests/client/test_backup_file.c — A backup that was cut short, or that the
 * disk has changed, is told from a whole one before anything relies on it. */
#include "client/backup_file.h"

#include "client/fail.h"
#include "proto/bearer.h"
#include "proto/run.h"

#include <stdlib.h>
#include <unistd.h>

#include "tests/test.h"

#define ENTRIES 5

static const struct wici_id network = {{5}};
static char path[] = "/tmp/wici-test-XXXXXX";

/* The file as it is made, and as it is spoilt. */
static uint8_t whole[8000], bytes[8000];
static size_t whole_len;
static struct wici_bundle_writer writer;

static void add(enum wici_bundle_type type, struct wici_bytes b)
{
	CHECK(whole_len + 5 + b.len < sizeof(whole));
	wici_bundle_record(&writer, whole + whole_len, type, b);
	memcpy(whole + whole_len + 5, b.p, b.len);
	whole_len += 5 + b.len;
}

static void add_about(void)
{
	struct wici_bundle_about about = {.created_ms = 1795225200000u,
					  .entries = ENTRIES,
					  .feeds = 1,
					  .name = WICI_BYTES("Próba")};
	struct wici_mp_writer w;
	struct wici_bytes b;
	uint8_t buf[500];

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_bundle_about_write(&w, &about);
	CHECK_OK(wici_mp_written(&w, &b));
	add(WICI_BUNDLE_ABOUT, b);
}

static void add_backup(const struct wici_key *feed, const char *key)
{
	struct wici_bundle_backup backup = {
		.identity = {{3}},
		.at = {.feed = *feed, .seq = ENTRIES},
		.roster_version = 1,
		.name = WICI_BYTES("MOPS Mława"),
		.identity_key = wici_bytes_str(key)};
	struct wici_mp_writer w;
	struct wici_bytes b;
	uint8_t buf[2000];

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_bundle_backup_write(&w, &backup);
	CHECK_OK(wici_mp_written(&w, &b));
	add(WICI_BUNDLE_BACKUP, b);
}

/* A run of `count` entries from `first` on, as its feed would sign it. */
static void add_run(const struct wici_key *feed,
		    const struct wici_secret *secret, struct wici_head *at,
		    unsigned count, bool is_forged)
{
	struct wici_run_writer w;
	uint8_t buf[3000];

	wici_run_writer_init(&w, buf, sizeof(buf), feed, at->seq + 1);
	for (unsigned i = 0; i < count; i++) {
		struct wici_entry e = {.header = {.version = 1,
						  .kind = 3,
						  .seq = at->seq + 1,
						  .feed = *feed,
						  .prev = at->id},
				       .payload = WICI_BYTES("\x80")};

		wici_entry_sign(&e, &network, secret);
		e.sig.b[40] ^= is_forged && i + 1 == count;
		at->seq++;
		at->id = wici_entry_id(&e.header, &e.sig);
		CHECK_OK(wici_run_add(&w, &e));
	}
	add(WICI_BUNDLE_RUN, wici_run_finish(&w));
}

static void make(const char *key, bool is_backup, bool is_forged)
{
	static const uint8_t seed[32] = {9};
	struct wici_secret secret;
	struct wici_head at;

	memset(&at, 0, sizeof(at));
	wici_key_pair(&at.feed, &secret, seed);
	whole_len = WICI_BUNDLE_HEAD_LEN;
	wici_bundle_begin(&writer, whole, &network);
	add_about();
	if (is_backup)
		add_backup(&at.feed, key);
	add_run(&at.feed, &secret, &at, 2, false);
	add_run(&at.feed, &secret, &at, ENTRIES - 2, is_forged);
	wici_bundle_end(&writer, whole + whole_len);
	whole_len += 37;
}

static void put(const uint8_t *p, size_t len)
{
	int fd;

	if (strstr(path, "XXXXXX")) {
		fd = mkstemp(path);
		CHECK(fd >= 0);
		(void)close(fd);
	}
	CHECK(truncate(path, 0) == 0);
	FILE *f = fopen(path, "wbe");

	CHECK(f && fwrite(p, 1, len, f) == len && fclose(f) == 0);
}

static enum wici_err check(struct backup_file *file)
{
	struct client c;
	enum wici_err err;

	client_init(&c);
	err = backup_file_check(&c, path, file);
	/* What is wrong is said: nobody is left with a code. */
	CHECK(!err == !c.error);
	if (err == WICI_BAD_FIELD)
		CHECK(strstr(client_string(c.error, "message"),
			     "damaged or cut short: "));
	client_clear(&c);
	return err;
}

TEST(a_whole_backup_says_what_is_in_it)
{
	struct backup_file file;

	make("wici identity\nlocked 00\n", true, false);
	put(whole, whole_len);
	CHECK_OK(check(&file));
	CHECK(file.is_backup && file.has_key && file.is_locked);
	CHECK(file.entries == ENTRIES && file.feeds == 1);
	CHECK(file.bytes == whole_len);
	CHECK(wici_id_equal(&file.network, &network));
	CHECK(strcmp(file.name, "MOPS Mława") == 0);
	CHECK(strcmp(file.network_name, "Próba") == 0);
	CHECK(file.identity.b[0] == 3 && file.at.seq == ENTRIES);
}

TEST(a_key_in_the_clear_is_told_from_one_under_a_passphrase_and_from_none)
{
	struct backup_file file;

	make("wici identity\nseed 00\n", true, false);
	put(whole, whole_len);
	CHECK_OK(check(&file));
	CHECK(file.has_key && !file.is_locked);
	make("", true, false);
	put(whole, whole_len);
	CHECK_OK(check(&file));
	CHECK(!file.has_key && !file.is_locked);
	make("", false, false);
	put(whole, whole_len);
	CHECK_OK(check(&file));
	CHECK(!file.is_backup);
}

TEST(cut_short_anywhere_it_is_refused)
{
	struct backup_file file;

	make("wici identity\nlocked 00\n", true, false);
	for (size_t len = 0; len < whole_len; len++) {
		put(whole, len);
		CHECK_ERR(check(&file), WICI_BAD_FIELD);
	}
}

TEST(with_any_bit_of_any_byte_changed_it_is_refused)
{
	struct backup_file file;

	make("wici identity\nlocked 00\n", true, false);
	for (size_t i = 0; i < whole_len; i++) {
		memcpy(bytes, whole, whole_len);
		bytes[i] ^= (uint8_t)(1u << (i % 8));
		put(bytes, whole_len);
		CHECK_ERR(check(&file), WICI_BAD_FIELD);
	}
}

/* Its hash is right, since who forged it made that too. */
TEST(a_signature_that_is_none_is_found_though_the_hash_is_right)
{
	struct backup_file file;

	make("", true, true);
	put(whole, whole_len);
	CHECK_ERR(check(&file), WICI_BAD_FIELD);
}

TEST(what_follows_the_end_is_no_part_of_it)
{
	struct backup_file file;

	make("", true, false);
	for (size_t more = 1; more < 70; more++) {
		memcpy(bytes, whole, whole_len);
		memset(bytes + whole_len, more % 2 ? 0 : 0xff, more);
		put(bytes, whole_len + more);
		CHECK_ERR(check(&file), WICI_BAD_FIELD);
	}
	/* The same once more, as cat a b > c does. */
	memcpy(bytes, whole, whole_len);
	memcpy(bytes + whole_len, whole, whole_len);
	put(bytes, 2 * whole_len);
	CHECK_ERR(check(&file), WICI_BAD_FIELD);
}

TEST(restore_gets_the_header_of_a_backup_and_of_no_bundle)
{
	struct client c;
	struct wici_id of;
	uint8_t *record = NULL;
	size_t len = 0;
	struct wici_bundle_backup backup;

	client_init(&c);
	make("wici identity\nlocked 00\n", true, false);
	put(whole, whole_len);
	CHECK_OK(backup_file_header(&c, path, &of, &record, &len));
	CHECK(wici_id_equal(&of, &network));
	CHECK_OK(wici_bundle_backup_read(&backup,
					 (struct wici_bytes){record, len}));
	CHECK(wici_bytes_is(backup.name, "MOPS Mława"));
	free(record);
	make("", false, false);
	put(whole, whole_len);
	CHECK_ERR(backup_file_header(&c, path, &of, &record, &len),
		  WICI_BAD_FIELD);
	CHECK(!record);
	put(whole, 10);
	CHECK_ERR(backup_file_header(&c, path, &of, &record, &len),
		  WICI_BAD_FIELD);
	client_clear(&c);
}

/* A selection: two entries are left out, and named; it says whose it is. */
static void make_selection(bool is_named, bool is_signed)
{
	static const uint8_t seed[32] = {9};
	static struct wici_bearer bearer;
	static uint8_t buf[WICI_BEARER_LEN_MAX];
	uint8_t after[WICI_BUNDLE_AFTER_LEN];
	struct wici_secret secret;
	struct wici_head at;
	struct wici_bytes b;

	memset(&at, 0, sizeof(at));
	memset(&bearer, 0, sizeof(bearer));
	wici_key_pair(&at.feed, &secret, seed);
	whole_len = WICI_BUNDLE_HEAD_LEN;
	wici_bundle_begin(&writer, whole, &network);
	add_about();
	add_run(&at.feed, &secret, &at, 2, false);
	whole_len = WICI_BUNDLE_HEAD_LEN;
	wici_bundle_begin(&writer, whole, &network);
	add_about();
	wici_bundle_after_write(after, &at);
	if (is_named)
		add(WICI_BUNDLE_AFTER, (struct wici_bytes){after, 72});
	add_run(&at.feed, &secret, &at, 3, false);
	bearer.feed = at.feed;
	b = wici_bearer_write(buf, &bearer, &network, &secret);
	buf[b.len - 1] ^= !is_signed;
	add(WICI_BUNDLE_BEARER, b);
	wici_bundle_end(&writer, whole + whole_len);
	whole_len += 37;
}

TEST(what_is_left_out_of_a_selection_is_named_or_nothing_is_verified)
{
	struct backup_file file;
	struct backup_list list;
	struct client c;

	make_selection(true, true);
	put(whole, whole_len);
	client_init(&c);
	CHECK_OK(backup_file_list(&c, path, &file, &list));
	CHECK(file.entries == 3 && file.feeds == 1 && file.has_bearer);
	CHECK(list.feeds_count == 1 && list.feeds[0].head.seq == 5);
	CHECK(list.feeds[0].entries == 3 && !list.feeds[0].has_identity);
	CHECK(wici_key_equal(&file.bearer, &list.feeds[0].head.feed));
	backup_list_clear(&list);
	client_clear(&c);
	make_selection(false, true);
	put(whole, whole_len);
	CHECK_ERR(check(&file), WICI_BAD_FIELD);
	make_selection(true, false);
	put(whole, whole_len);
	CHECK_ERR(check(&file), WICI_BAD_FIELD);
}

TEST(a_file_that_is_not_there_or_a_folder_is_told_from_a_damaged_one)
{
	struct backup_file file;

	(void)unlink(path);
	CHECK_ERR(check(&file), WICI_NOT_FOUND);
	memcpy(path, "/tmp", 5);
	CHECK_ERR(check(&file), WICI_IO);
}

TEST_MAIN(
	RUN(a_whole_backup_says_what_is_in_it),
	RUN(a_key_in_the_clear_is_told_from_one_under_a_passphrase_and_from_none),
	RUN(cut_short_anywhere_it_is_refused),
	RUN(with_any_bit_of_any_byte_changed_it_is_refused),
	RUN(a_signature_that_is_none_is_found_though_the_hash_is_right),
	RUN(what_follows_the_end_is_no_part_of_it),
	RUN(restore_gets_the_header_of_a_backup_and_of_no_bundle),
	RUN(what_is_left_out_of_a_selection_is_named_or_nothing_is_verified),
	RUN(a_file_that_is_not_there_or_a_folder_is_told_from_a_damaged_one))
