/* tests/proto/test_bundle.c — A stick that was pulled out too early, a file
 * with a bad sector: what is not whole is never taken for a whole bundle. */
#include "proto/bundle.h"

#include "proto/mp_read.h"
#include "tests/test.h"

static const struct wici_id network = {{7, 7}};

/* A file being made. */
struct file {
	uint8_t b[200000];
	size_t len;
	struct wici_bundle_writer w;
};

static struct file file;
static struct wici_bundle_reader reader;

static void begin(void)
{
	wici_bundle_begin(&file.w, file.b, &network);
	file.len = WICI_BUNDLE_HEAD_LEN;
}

static void add(unsigned type, struct wici_bytes b)
{
	wici_bundle_record(&file.w, file.b + file.len,
			   (enum wici_bundle_type)type, b);
	memcpy(file.b + file.len + 5, b.p, b.len);
	file.len += 5 + b.len;
}

static void end(void)
{
	wici_bundle_end(&file.w, file.b + file.len);
	file.len += 37;
}

/* All types, one of a later version, an empty one. */
static void sample(void)
{
	begin();
	add(WICI_BUNDLE_ABOUT, WICI_BYTES("about"));
	add(WICI_BUNDLE_BACKUP, WICI_BYTES("backup"));
	add(WICI_BUNDLE_STATEMENT, WICI_BYTES("statement"));
	add(200, WICI_BYTES("later"));
	add(WICI_BUNDLE_RUN, WICI_BYTES("run"));
	add(11, WICI_BYTES(""));
	add(WICI_BUNDLE_ENTRY, WICI_BYTES("entry"));
	add(WICI_BUNDLE_RUN, WICI_BYTES("run 2"));
	end();
}

static const char sample_says[] =
	"1:about 4:backup 2:statement 3:run 5:entry 3:run 2 ";

/* Reads in pieces; said gets what came out. The last answer. */
static enum wici_err read_pieces(const uint8_t *p, size_t len, size_t piece,
				 char *said)
{
	enum wici_err err = WICI_AGAIN;
	enum wici_bundle_type type;
	struct wici_bytes b;
	size_t taken, n;

	wici_bundle_reader_init(&reader);
	*said = '\0';
	while (len > 0) {
		n = piece < len ? piece : len;
		err = wici_bundle_feed(&reader, (struct wici_bytes){p, n},
				       &taken);
		if (err != WICI_OK)
			return err;
		CHECK(taken > 0 && taken <= n);
		p += taken;
		len -= taken;
		while ((err = wici_bundle_next(&reader, &type, &b)) == WICI_OK)
			said += sprintf(said, "%d:%.*s ", (int)type,
					b.len < 20 ? (int)b.len : 20,
					(const char *)b.p);
		if (err == WICI_REJECT_BUNDLE)
			return err;
	}
	return err;
}

static enum wici_err read_file(void)
{
	char said[4096];

	return read_pieces(file.b, file.len, SIZE_MAX, said);
}

TEST(every_cut_gives_the_same_records)
{
	char said[4096];

	sample();
	for (size_t piece = 1; piece <= file.len; piece++) {
		CHECK_ERR(read_pieces(file.b, file.len, piece, said), WICI_END);
		CHECK(strcmp(said, sample_says) == 0);
		CHECK(reader.is_done);
		CHECK(wici_id_equal(&reader.network, &network));
	}
}

TEST(a_bundle_cut_short_is_never_whole)
{
	char said[4096];

	sample();
	for (size_t len = 0; len < file.len; len++) {
		CHECK_ERR(read_pieces(file.b, len, SIZE_MAX, said), WICI_AGAIN);
		CHECK(!reader.is_done);
		CHECK_ERR(read_pieces(file.b, len, 1, said), WICI_AGAIN);
		CHECK(!reader.is_done);
	}
}

TEST(a_bit_that_flipped_is_found_wherever_it_is)
{
	char said[4096];

	sample();
	for (size_t bit = 0; bit < 8 * file.len; bit++) {
		file.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK(read_pieces(file.b, file.len, SIZE_MAX, said) !=
		      WICI_END);
		CHECK(!reader.is_done);
		file.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	CHECK_ERR(read_file(), WICI_END);
}

TEST(what_stands_behind_the_end_is_refused_however_it_comes)
{
	char said[4096];
	size_t taken;

	sample();
	file.b[file.len] = 0;
	for (size_t piece = 1; piece <= file.len + 1; piece++) {
		CHECK_ERR(read_pieces(file.b, file.len + 1, piece, said),
			  WICI_REJECT_BUNDLE);
		CHECK(!reader.is_done);
	}
	/* A second bundle glued to the first is no part of it. */
	memcpy(file.b + file.len, file.b, file.len);
	CHECK_ERR(read_pieces(file.b, 2 * file.len, SIZE_MAX, said),
		  WICI_REJECT_BUNDLE);
	CHECK_ERR(wici_bundle_feed(&reader, WICI_BYTES("x"), &taken),
		  WICI_REJECT_BUNDLE);
	CHECK(taken == 0);
}

TEST(the_end_is_told_again_and_nothing_more_is_taken_as_nothing)
{
	enum wici_bundle_type type;
	struct wici_bytes b;
	size_t taken;

	sample();
	CHECK_ERR(read_file(), WICI_END);
	CHECK_ERR(wici_bundle_next(&reader, &type, &b), WICI_END);
	CHECK_OK(wici_bundle_feed(&reader, WICI_BYTES(""), &taken));
	CHECK(taken == 0 && reader.is_done);
}

TEST(the_end_is_the_plain_hash_of_all_that_stands_before_it)
{
	uint8_t want[32];

	sample();
	crypto_generichash(want, sizeof(want), file.b, file.len - 37, NULL, 0);
	CHECK(memcmp(file.b + file.len - 32, want, sizeof(want)) == 0);
	CHECK(memcmp(file.b, "wici/bundle/1\0\0", 16) == 0);
	CHECK(memcmp(file.b + 16, network.b, 32) == 0);
	CHECK(file.b[48] == 1 && wici_get_u32(file.b + 49) == 5);
	CHECK(memcmp(file.b + 53, "about", 5) == 0);
	CHECK(file.b[file.len - 37] == 0);
	CHECK(wici_get_u32(file.b + file.len - 36) == 32);
}

/* Five bytes of a record are enough to know. */
TEST(a_length_above_the_limit_is_refused_before_its_bytes_come)
{
	static const uint32_t lens[] = {61441, 65536, 0x7fffffff, 0xffffffff};
	static const uint8_t types[] = {0, 1, 99};
	char said[4096];

	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		for (size_t t = 0; t < sizeof(types); t++) {
			begin();
			if (types[t] != WICI_BUNDLE_ABOUT)
				add(WICI_BUNDLE_ABOUT, WICI_BYTES("about"));
			file.b[file.len] = types[t];
			wici_put_u32(file.b + file.len + 1, lens[i]);
			CHECK_ERR(read_pieces(file.b, file.len + 4, 1, said),
				  WICI_AGAIN);
			CHECK_ERR(read_pieces(file.b, file.len + 5, 1, said),
				  WICI_REJECT_BUNDLE);
		}
	}
}

TEST(the_longest_records_go_through)
{
	static uint8_t big[WICI_BUNDLE_RECORD_MAX];
	char said[4096];

	memset(big, 'x', sizeof(big));
	begin();
	add(WICI_BUNDLE_ABOUT, WICI_BYTES("about"));
	add(WICI_BUNDLE_STATEMENT, (struct wici_bytes){big, sizeof(big)});
	add(WICI_BUNDLE_RUN, (struct wici_bytes){big, sizeof(big)});
	end();
	for (size_t piece = 1; piece <= 2 * file.len; piece = 3 * piece + 1) {
		CHECK_ERR(read_pieces(file.b, file.len, piece, said), WICI_END);
		CHECK(strcmp(said, "1:about 2:xxxxxxxxxxxxxxxxxxxx "
				   "3:xxxxxxxxxxxxxxxxxxxx ") == 0);
	}
}

TEST(records_out_of_place_are_refused)
{
	static const uint8_t orders[][3] = {
		{2, 1, 3}, /* ABOUT is not first … */
		{9, 1, 3}, /* … nor behind one of a later version, */
		{1, 1, 3}, /* nor there twice. */
		{4, 1, 3}, /* BACKUP is second … */
		{1, 2, 4}, /* … or not at all, */
		{1, 4, 4}, /* and there once. */
		{1, 9, 4}, {0, 0, 0} /* Nothing but an end. */
	};

	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		begin();
		for (size_t k = 0; k < 3 && orders[i][k]; k++)
			add(orders[i][k], WICI_BYTES("x"));
		end();
		CHECK_ERR(read_file(), WICI_REJECT_BUNDLE);
		CHECK(!reader.is_done);
	}
	begin();
	add(WICI_BUNDLE_ABOUT, WICI_BYTES("x"));
	end();
	CHECK_ERR(read_file(), WICI_END);
}

TEST(an_end_of_another_length_is_refused)
{
	char said[4096];

	sample();
	file.len -= 37;
	wici_put_u32(file.b + file.len + 1, 31);
	CHECK_ERR(read_pieces(file.b, file.len + 36, SIZE_MAX, said),
		  WICI_REJECT_BUNDLE);
	wici_put_u32(file.b + file.len + 1, 33);
	CHECK_ERR(read_pieces(file.b, file.len + 38, SIZE_MAX, said),
		  WICI_REJECT_BUNDLE);
}

TEST(a_reader_that_is_not_drained_takes_no_more_than_it_holds)
{
	static const uint8_t zeroes[2 * WICI_BUNDLE_RECORD_MAX];
	size_t taken;

	wici_bundle_reader_init(&reader);
	CHECK_OK(wici_bundle_feed(
		&reader, (struct wici_bytes){zeroes, sizeof(zeroes)}, &taken));
	CHECK(taken == sizeof(reader.buf));
	CHECK_OK(wici_bundle_feed(&reader, (struct wici_bytes){zeroes, 1},
				  &taken));
	CHECK(taken == 0);
}

static struct wici_bytes about_of(uint8_t buf[512], struct wici_bytes name)
{
	struct wici_bundle_about about = {1700000000000, 12, 3, name};
	struct wici_mp_writer w;
	struct wici_bytes b;

	wici_mp_writer_init(&w, buf, 512);
	wici_bundle_about_write(&w, &about);
	CHECK_OK(wici_mp_written(&w, &b));
	return b;
}

TEST(what_a_bundle_says_of_itself_comes_back)
{
	uint8_t buf[512], name[201];
	struct wici_bundle_about about;
	struct wici_bytes b = about_of(buf, WICI_BYTES("Sieć OSL"));

	CHECK_OK(wici_bundle_about_read(&about, b));
	CHECK(about.created_ms == 1700000000000);
	CHECK(about.entries == 12 && about.feeds == 3);
	CHECK(wici_bytes_is(about.name, "Sieć OSL"));
	for (size_t len = 0; len < b.len; len++)
		CHECK_ERR(wici_bundle_about_read(&about,
						 (struct wici_bytes){b.p, len}),
			  WICI_REJECT_BUNDLE);
	/* It would be shown on somebody's terminal. */
	b = about_of(buf, WICI_BYTES("\x1b[2J"));
	CHECK_ERR(wici_bundle_about_read(&about, b), WICI_REJECT_BUNDLE);
	/* It would be kept, where there is room for so many bytes. */
	memset(name, 'a', sizeof(name));
	b = about_of(buf, (struct wici_bytes){name, 200});
	CHECK_OK(wici_bundle_about_read(&about, b));
	b = about_of(buf, (struct wici_bytes){name, 201});
	CHECK_ERR(wici_bundle_about_read(&about, b), WICI_REJECT_BUNDLE);
}

static struct wici_bytes backup_of(uint8_t buf[4096], size_t addresses)
{
	struct wici_bundle_backup backup = {
		.identity = {{1}},
		.at = {.feed = {{2}}, .seq = 99, .id = {{3}}},
		.roster_id = {{4}},
		.roster_version = 5,
		.name = WICI_BYTES("MOPS w Mławie"),
		.identity_key = WICI_BYTES("wici-key\nline 2\n"),
		.addresses_count = addresses};
	struct wici_mp_writer w;
	struct wici_bytes b;

	for (size_t i = 0; i < addresses; i++)
		backup.addresses[i] = WICI_BYTES("mops.example:8481");
	wici_mp_writer_init(&w, buf, 4096);
	wici_bundle_backup_write(&w, &backup);
	CHECK_OK(wici_mp_written(&w, &b));
	return b;
}

TEST(what_brings_an_institution_back_comes_back)
{
	struct wici_bundle_backup backup;
	uint8_t buf[4096];
	struct wici_bytes b;

	for (size_t n = 0; n <= WICI_BUNDLE_ADDRESSES; n++) {
		b = backup_of(buf, n);
		CHECK_OK(wici_bundle_backup_read(&backup, b));
		CHECK(backup.addresses_count == n);
		for (size_t i = 0; i < n; i++)
			CHECK(wici_bytes_is(backup.addresses[i],
					    "mops.example:8481"));
	}
	CHECK(backup.identity.b[0] == 1 && backup.at.feed.b[0] == 2);
	CHECK(backup.at.seq == 99 && backup.at.id.b[0] == 3);
	CHECK(backup.roster_id.b[0] == 4 && backup.roster_version == 5);
	CHECK(wici_bytes_is(backup.name, "MOPS w Mławie"));
	CHECK(wici_bytes_is(backup.identity_key, "wici-key\nline 2\n"));
	for (size_t len = 0; len < b.len; len++)
		CHECK_ERR(wici_bundle_backup_read(
				  &backup, (struct wici_bytes){b.p, len}),
			  WICI_REJECT_BUNDLE);
}

TEST(a_backup_of_more_addresses_than_it_may_have_is_refused)
{
	struct wici_bundle_backup backup;
	uint8_t buf[4096], more[4096];
	struct wici_bytes b = backup_of(buf, WICI_BUNDLE_ADDRESSES);
	size_t at = 1 + 1 + strlen("addresses");

	/* Another address in front of the sixteen: array 16, of 17. */
	CHECK(b.p[at] == 0xdc && b.p[at + 2] == 16);
	memcpy(more, b.p, at + 3);
	more[at + 2] = 17;
	memcpy(more + at + 3, "\xa1x", 2);
	memcpy(more + at + 5, b.p + at + 3, b.len - at - 3);
	b = (struct wici_bytes){more, b.len + 2};
	CHECK_ERR(wici_bundle_backup_read(&backup, b), WICI_REJECT_BUNDLE);
	CHECK_OK(wici_mp_check(WICI_MP_CANONICAL, b, NULL));
}

TEST(what_a_run_follows_comes_back)
{
	struct wici_head after = {{{1}}, WICI_SEQ_MAX, {{2}}}, read;
	uint8_t buf[WICI_BUNDLE_AFTER_LEN + 1];
	struct wici_bytes b = {buf, WICI_BUNDLE_AFTER_LEN};

	wici_bundle_after_write(buf, &after);
	CHECK_OK(wici_bundle_after_read(&read, b));
	CHECK(wici_key_equal(&read.feed, &after.feed));
	CHECK(read.seq == after.seq && wici_id_equal(&read.id, &after.id));
	for (b.len = 0; b.len <= sizeof(buf); b.len++)
		if (b.len != WICI_BUNDLE_AFTER_LEN)
			CHECK_ERR(wici_bundle_after_read(&read, b),
				  WICI_REJECT_BUNDLE);
	b.len = WICI_BUNDLE_AFTER_LEN;
	after.seq = 0;
	wici_bundle_after_write(buf, &after);
	CHECK_ERR(wici_bundle_after_read(&read, b), WICI_REJECT_BUNDLE);
	after.seq = WICI_SEQ_MAX + 1;
	wici_bundle_after_write(buf, &after);
	CHECK_ERR(wici_bundle_after_read(&read, b), WICI_REJECT_BUNDLE);
}

TEST(a_chunk_is_read_as_it_was_written_and_no_part_of_it)
{
	static uint8_t buf[WICI_BUNDLE_RECORD_MAX], bytes[WICI_CHUNK_LEN_MAX];
	struct wici_id path[WICI_CHUNK_PATH_MAX];
	const struct wici_bundle_chunk chunk = {
		.size = WICI_ATTACHMENT_SIZE_MAX,
		.root = {{7}},
		.i = 2047,
		.path_count = WICI_CHUNK_PATH_MAX,
		.path = path,
		.bytes = {bytes, sizeof(bytes)}};
	const size_t head = 8 + WICI_ID_LEN + 5 + sizeof(path);
	struct wici_bundle_chunk got;
	size_t len;

	memset(path, 0x11, sizeof(path));
	memset(bytes, 0x22, sizeof(bytes));
	len = wici_bundle_chunk_write(buf, &chunk);
	CHECK(len == head + sizeof(bytes) && len <= WICI_BUNDLE_RECORD_MAX);
	CHECK_OK(wici_bundle_chunk_read(&got, (struct wici_bytes){buf, len}));
	CHECK(got.size == chunk.size && got.i == chunk.i &&
	      wici_id_equal(&got.root, &chunk.root) &&
	      got.path_count == chunk.path_count &&
	      memcmp(got.path, path, sizeof(path)) == 0 &&
	      wici_bytes_equal(got.bytes, chunk.bytes));
	for (size_t cut = 0; cut <= head; cut++)
		CHECK_ERR(wici_bundle_chunk_read(&got,
						 (struct wici_bytes){buf, cut}),
			  WICI_REJECT_BUNDLE);
	CHECK_ERR(
		wici_bundle_chunk_read(&got, (struct wici_bytes){buf, len + 1}),
		WICI_REJECT_BUNDLE);
	buf[8 + WICI_ID_LEN + 4] = WICI_CHUNK_PATH_MAX + 1;
	CHECK_ERR(wici_bundle_chunk_read(&got, (struct wici_bytes){buf, len}),
		  WICI_REJECT_BUNDLE);
	buf[8 + WICI_ID_LEN + 4] = 0;
	memset(buf, 0, 8); /* A file of no bytes. */
	CHECK_ERR(wici_bundle_chunk_read(&got, (struct wici_bytes){buf, head}),
		  WICI_REJECT_BUNDLE);
}

TEST_MAIN(RUN(every_cut_gives_the_same_records),
	  RUN(a_bundle_cut_short_is_never_whole),
	  RUN(a_bit_that_flipped_is_found_wherever_it_is),
	  RUN(what_stands_behind_the_end_is_refused_however_it_comes),
	  RUN(the_end_is_told_again_and_nothing_more_is_taken_as_nothing),
	  RUN(the_end_is_the_plain_hash_of_all_that_stands_before_it),
	  RUN(a_length_above_the_limit_is_refused_before_its_bytes_come),
	  RUN(the_longest_records_go_through),
	  RUN(records_out_of_place_are_refused),
	  RUN(an_end_of_another_length_is_refused),
	  RUN(a_reader_that_is_not_drained_takes_no_more_than_it_holds),
	  RUN(what_a_bundle_says_of_itself_comes_back),
	  RUN(what_brings_an_institution_back_comes_back),
	  RUN(a_backup_of_more_addresses_than_it_may_have_is_refused),
	  RUN(what_a_run_follows_comes_back),
	  RUN(a_chunk_is_read_as_it_was_written_and_no_part_of_it))
