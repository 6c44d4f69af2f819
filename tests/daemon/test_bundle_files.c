/* tests/daemon/test_bundle_files.c — Files in bundles: what a record names comes
 * whole, and nothing else comes at all. PROTOCOL §7.8. */
#include "tests/daemon/filed.h"
#include "tests/daemon/spoil.h"
#include "tests/daemon/stick.h"

#include <sys/stat.h>

static const struct bundle_want with_files = {.has_files = true};

static void name_it(struct fixture *f, const struct attached *a)
{
	CHECK(has(filed_name(f, a, NULL), "'seq'"));
}

static bool is_same(struct fixture *f, const struct attached *a)
{
	uint8_t *buf = growing_alloc(ATTACHMENTS_PIECE);
	bool is = true;
	size_t len = 1;

	fixture_begin(f);
	for (uint64_t at = 0; is && at < a->size; at += len)
		is = attachments_read(f->n, &a->root, a->size, at, buf, &len) ==
			     WICI_OK &&
		     memcmp(buf, a->bytes + at, len) == 0;
	fixture_end(f);
	free(buf);
	return is;
}

static void forge_chunk(struct file *f, const struct attached *a, uint32_t i,
			uint64_t size)
{
	struct wici_id path[WICI_CHUNK_PATH_MAX];
	uint8_t *buf = growing_alloc(WICI_BUNDLE_RECORD_MAX);
	struct wici_bundle_chunk chunk = {.size = size,
					  .root = a->root,
					  .i = i,
					  .path_count =
						  attached_path(a, i, path),
					  .path = path,
					  .bytes = attached_chunk(a, i)};

	forge_record(
		f, WICI_BUNDLE_CHUNK,
		(struct wici_bytes){buf, wici_bundle_chunk_write(buf, &chunk)});
	free(buf);
}

struct two {
	struct fixture cal, mlawa;
	struct attached big, small, other;
	struct file f;
};

static void make(struct two *t, uint64_t quota)
{
	memset(t, 0, sizeof(*t));
	call_found(&t->cal);
	fixture_open(&t->mlawa);
	t->mlawa.eager = 1; /* None. */
	t->mlawa.quota = quota;
	fixture_reopen(&t->mlawa);
	fixture_join(&t->cal, &t->mlawa, "MOPS Mława");
	attached_make(&t->big, 1300 * KIB + 5, 1);
	attached_make(&t->small, 3, 2);
	attached_make(&t->other, 90 * KIB, 3);
}

static void drop(struct two *t)
{
	attached_clear(&t->big);
	attached_clear(&t->small);
	attached_clear(&t->other);
	file_clear(&t->f);
	fixture_drop(&t->cal);
	fixture_drop(&t->mlawa);
}

TEST(files_come_with_the_records_that_name_them)
{
	struct two t;

	make(&t, 0);
	filed_add(&t.cal, &t.big);
	name_it(&t.cal, &t.big);
	filed_add(&t.cal, &t.small);
	name_it(&t.cal, &t.small);
	filed_add(&t.cal, &t.other); /* Named by nobody. */
	write_all(&t.cal, &t.f);
	CHECK_ERR(take(&t.mlawa, &t.f), WICI_END);
	CHECK(counts.files == 0 && !filed_is_whole(&t.mlawa, &t.small));

	/* In pieces of any size, and into what has some of it already. */
	write_want(&t.cal, &t.f, &with_files, NULL, 0);
	CHECK_ERR(take_pieces(&t.mlawa, &t.f, 700001), WICI_END);
	CHECK(counts.files == 2 && counts.rejects == 0);
	CHECK(is_same(&t.mlawa, &t.big) && is_same(&t.mlawa, &t.small));
	CHECK(!filed_is_whole(&t.mlawa, &t.other));
	CHECK_ERR(take(&t.mlawa, &t.f), WICI_END);
	CHECK(counts.files == 0 && counts.rejects == 0);
	drop(&t);
}

/* Who has the records gets the files of those that are new to him. */
TEST(since_an_earlier_bundle_only_later_files_come)
{
	struct wici_head held;
	struct two t;

	make(&t, 0);
	filed_add(&t.cal, &t.big);
	name_it(&t.cal, &t.big);
	held = (struct wici_head){t.cal.n->own->row.key, t.cal.n->own->row.seq,
				  t.cal.n->own->row.id};
	filed_add(&t.cal, &t.small);
	name_it(&t.cal, &t.small);
	fixture_carry(&t.cal, &t.mlawa);
	write_want(&t.cal, &t.f, &with_files, &held, 1);
	CHECK(t.f.len < 500 * KIB);
	CHECK_ERR(take(&t.mlawa, &t.f), WICI_END);
	CHECK(counts.files == 1 && is_same(&t.mlawa, &t.small));
	drop(&t);
}

TEST(what_is_forged_or_unnamed_is_not_kept)
{
	struct attached not_small;
	struct two t;

	make(&t, 0);
	filed_add(&t.cal, &t.other);
	name_it(&t.cal, &t.other);
	filed_add(&t.cal, &t.small);
	name_it(&t.cal, &t.small);
	fixture_carry(&t.cal, &t.mlawa);
	fixture_rest(&t.mlawa);

	forge_begin(&t.f, &t.cal.n->network);
	forge_record(&t.f, WICI_BUNDLE_CHUNK, WICI_BYTES("short"));
	forge_record(&t.f, WICI_BUNDLE_CHUNK,
		     WICI_BYTES("12345678 no message"));
	forge_chunk(&t.f, &t.other, 0, 0);
	forge_chunk(&t.f, &t.other, 0, (uint64_t)1 << 40);
	forge_end(&t.f);
	CHECK_ERR(take(&t.mlawa, &t.f), WICI_END);
	CHECK(counts.rejects == 4 && is_rejected("bundle"));

	/* Another's bytes under this address; another size. */
	attached_make(&not_small, 3, 77);
	not_small.root = t.small.root;
	forge_begin(&t.f, &t.cal.n->network);
	forge_chunk(&t.f, &not_small, 0, 3);
	forge_end(&t.f);
	CHECK_ERR(take(&t.mlawa, &t.f), WICI_END);
	CHECK(counts.rejects == 1 && is_rejected("chunk"));
	forge_begin(&t.f, &t.cal.n->network);
	forge_chunk(&t.f, &t.other, 2, t.other.size + 1);
	forge_end(&t.f);
	CHECK_ERR(take(&t.mlawa, &t.f), WICI_END);
	CHECK(counts.rejects == 0 && counts.files == 0);

	/* Some of it, and once more the same. */
	forge_begin(&t.f, &t.cal.n->network);
	forge_chunk(&t.f, &t.other, 2, t.other.size);
	forge_chunk(&t.f, &t.other, 2, t.other.size);
	forge_chunk(&t.f, &t.other, 0, t.other.size);
	forge_end(&t.f);
	CHECK_ERR(take(&t.mlawa, &t.f), WICI_END);
	CHECK(counts.rejects == 0 && counts.files == 0);
	CHECK(!filed_is_whole(&t.mlawa, &t.other));

	/* What is missing still comes, after a restart too. */
	fixture_reopen(&t.mlawa);
	forge_begin(&t.f, &t.cal.n->network);
	forge_chunk(&t.f, &t.other, 1, t.other.size);
	forge_end(&t.f);
	CHECK_ERR(take(&t.mlawa, &t.f), WICI_END);
	CHECK(counts.files == 1 && counts.rejects == 0);
	forge_begin(&t.f, &t.cal.n->network);
	forge_chunk(&t.f, &t.small, 0, 3);
	forge_end(&t.f);
	CHECK_ERR(take(&t.mlawa, &t.f), WICI_END);
	CHECK(counts.rejects == 0);
	CHECK(is_same(&t.mlawa, &t.other) && is_same(&t.mlawa, &t.small));
	attached_clear(&not_small);
	drop(&t);
}

TEST(what_is_unnamed_or_out_of_order_is_passed_over)
{
	const struct attached *low, *high;
	struct two t;

	make(&t, 0);
	high = memcmp(t.other.root.b, t.small.root.b, WICI_ID_LEN) > 0
		       ? &t.other
		       : &t.small;
	low = high == &t.other ? &t.small : &t.other;
	filed_add(&t.cal, &t.other);
	name_it(&t.cal, &t.other);
	filed_add(&t.cal, &t.small);
	name_it(&t.cal, &t.small);
	fixture_carry(&t.cal, &t.mlawa);
	fixture_rest(&t.mlawa);

	forge_begin(&t.f, &t.cal.n->network);
	forge_chunk(&t.f, &t.big, 0, t.big.size);
	forge_end(&t.f);
	CHECK_ERR(take(&t.mlawa, &t.f), WICI_END);
	CHECK(counts.rejects == 0 && !filed_is_whole(&t.mlawa, &t.big));
	forge_begin(&t.f, &t.cal.n->network);
	forge_chunk(&t.f, high, 0, high->size);
	forge_chunk(&t.f, low, 0, low->size);
	forge_end(&t.f);
	CHECK_ERR(take(&t.mlawa, &t.f), WICI_END);
	CHECK(counts.rejects == 1 && is_rejected("bundle"));
	drop(&t);
}

/* Each is synced: a call takes but some of them. */
TEST(many_small_files_come_over_several_turns)
{
	struct attached many[40];
	struct two t;

	make(&t, 0);
	for (unsigned i = 0; i < 40; i++) {
		attached_make(&many[i], 100 + i, 50 + i);
		filed_add(&t.cal, &many[i]);
		name_it(&t.cal, &many[i]);
	}
	write_want(&t.cal, &t.f, &with_files, NULL, 0);
	CHECK_ERR(take(&t.mlawa, &t.f), WICI_END);
	CHECK(counts.files == 40 && counts.rejects == 0);
	for (size_t i = 0; i < 40; i++) {
		CHECK(is_same(&t.mlawa, &many[i]));
		attached_clear(&many[i]);
	}
	drop(&t);
}

/* What the disk spoilt stands in the bundle with a hole, and that is told. */
TEST(a_file_that_is_spoilt_is_told_when_it_is_exported)
{
	struct two t;

	make(&t, 0);
	filed_add(&t.cal, &t.big);
	name_it(&t.cal, &t.big);
	filed_flip(filed_path(&t.cal, &t.big, ""), 700000);
	fixture_reopen(&t.cal);
	write_want(&t.cal, &t.f, &with_files, NULL, 0);
	CHECK(counts.rejects == 1 && is_rejected("damaged"));
	CHECK_ERR(take(&t.mlawa, &t.f), WICI_END);
	CHECK(counts.files == 0 && !filed_is_whole(&t.mlawa, &t.big));
	drop(&t);
}

/* Of a record that cannot be read nobody knows what it names: until it is mended
 * its file has to wait, and is not passed over in silence. */
TEST(a_file_whose_record_is_spoilt_is_told)
{
	sqlite3_int64 n;
	struct two t;

	make(&t, 0);
	filed_add(&t.cal, &t.small);
	name_it(&t.cal, &t.small);
	fixture_carry(&t.cal, &t.mlawa);
	fixture_rest(&t.mlawa);
	node_close(t.mlawa.n);
	t.mlawa.n = NULL;
	n = spoil_find(t.mlawa.dir, "SELECT n FROM ref WHERE flag = 1");
	spoil_byte(t.mlawa.dir, "entry", "payload", n, 9);
	CHECK_OK(fixture_try_open(&t.mlawa));
	forge_begin(&t.f, &t.cal.n->network);
	forge_chunk(&t.f, &t.small, 0, 3);
	forge_end(&t.f);
	CHECK_ERR(take(&t.mlawa, &t.f), WICI_END);
	CHECK(counts.rejects == 1 && is_rejected("later"));
	CHECK(!filed_is_whole(&t.mlawa, &t.small));
	drop(&t);
}

/* There, and here. */
TEST(a_file_in_whose_place_something_lies_is_told)
{
	struct two t;

	make(&t, 0);
	filed_add(&t.cal, &t.small);
	name_it(&t.cal, &t.small);
	filed_add(&t.cal, &t.other);
	name_it(&t.cal, &t.other);
	fixture_reopen(&t.cal);
	fixture_carry(&t.cal, &t.mlawa);
	write_want(&t.cal, &t.f, &with_files, NULL, 0);
	CHECK(counts.rejects == 0);

	filed_add(&t.mlawa, &t.big); /* The folder is there. */
	CHECK(mkdir(filed_path(&t.mlawa, &t.small, ".part"), 0700) == 0);
	CHECK_ERR(take(&t.mlawa, &t.f), WICI_END);
	CHECK(counts.rejects == 1 && is_rejected("unreadable"));
	CHECK(counts.files == 1 && is_same(&t.mlawa, &t.other));

	fixture_reopen(&t.cal); /* It is closed. */
	CHECK(unlink(filed_path(&t.cal, &t.small, "")) == 0);
	CHECK(mkdir(filed_path(&t.cal, &t.small, ""), 0700) == 0);
	write_want(&t.cal, &t.f, &with_files, NULL, 0);
	CHECK(counts.rejects == 1 && is_rejected("damaged"));
	fixture_practice(&t.cal, "Dalej");
	CHECK(rmdir(filed_path(&t.mlawa, &t.small, ".part")) == 0);
	CHECK(rmdir(filed_path(&t.cal, &t.small, "")) == 0);
	drop(&t);
}

TEST(a_file_beyond_the_quota_is_told)
{
	struct two t;

	make(&t, 1000 * KIB);
	filed_add(&t.cal, &t.big);
	name_it(&t.cal, &t.big);
	filed_add(&t.cal, &t.other);
	name_it(&t.cal, &t.other);
	write_want(&t.cal, &t.f, &with_files, NULL, 0);
	CHECK_ERR(take(&t.mlawa, &t.f), WICI_END);
	CHECK(counts.rejects == 1 && is_rejected("quota"));
	CHECK(counts.files == 1 && is_same(&t.mlawa, &t.other));
	drop(&t);
}

TEST_MAIN(RUN(files_come_with_the_records_that_name_them),
	  RUN(since_an_earlier_bundle_only_later_files_come),
	  RUN(what_is_forged_or_unnamed_is_not_kept),
	  RUN(what_is_unnamed_or_out_of_order_is_passed_over),
	  RUN(many_small_files_come_over_several_turns),
	  RUN(a_file_that_is_spoilt_is_told_when_it_is_exported),
	  RUN(a_file_whose_record_is_spoilt_is_told),
	  RUN(a_file_in_whose_place_something_lies_is_told),
	  RUN(a_file_beyond_the_quota_is_told))
