/* tests/daemon/test_attachment.c — Which attachments are kept, which are
 * wanted, and which go: by what records that count name, and by the room there
 * is. */
#include "daemon/attachments.h"

#include "daemon/project.h"
#include "tests/daemon/filed.h"
#include "tests/daemon/spoil.h"

/* So many hours pass, and what is to be done is done. */
static void pass(struct fixture *f, int64_t hours)
{
	for (int64_t i = 0; i < hours * 2; i++) {
		f->wall_ms += 1800000;
		f->mono_ms += 1800000;
		fixture_rest(f);
	}
}

static void found_two(struct fixture *cal, struct fixture *mlawa)
{
	call_found(cal);
	fixture_open(mlawa);
	call_join(cal, mlawa, "'name':'MOPS Mława','no_passphrase':true");
}

static void carry(struct fixture *a, struct fixture *b)
{
	fixture_carry(a, b);
	fixture_rest(b);
	fixture_rest(a);
}

TEST(what_is_added_is_whole_and_stays_once_a_record_names_it)
{
	struct fixture f;
	struct attached a, b;

	call_found(&f);
	attached_make(&a, 100 * KIB + 1, 1);
	attached_make(&b, 33 * KIB, 2);
	filed_add(&f, &a);
	filed_add(&f, &b);
	CHECK(filed_is_whole(&f, &a) && filed_is_whole(&f, &b));
	CHECK(attachments_bytes(f.n) == a.size + b.size);
	CHECK(has(call(&f, "attachment.list", "{}"), "'state':'added'"));
	CHECK(has(filed_name(&f, &a, NULL), "'id'"));
	CHECK(has(call(&f, "attachment.list", "{}"), "'state':'whole'"));
	pass(&f, 23);
	CHECK(filed_is_whole(&f, &a) && filed_is_whole(&f, &b));
	fixture_reopen(&f); /* Who named it, and since when, outlives this. */
	pass(&f, 2);
	CHECK(filed_is_whole(&f, &a) && !filed_is_whole(&f, &b));
	CHECK(attachments_bytes(f.n) == a.size);
	pass(&f, 48);
	CHECK(filed_is_whole(&f, &a));
	attached_clear(&a);
	attached_clear(&b);
	fixture_drop(&f);
}

TEST(bytes_come_out_as_they_went_in)
{
	struct fixture f;
	struct attached a;
	uint8_t *buf = growing_alloc(ATTACHMENTS_PIECE);
	uint64_t at = 0;
	size_t len;

	call_found(&f);
	attached_make(&a, 1200 * KIB + 7, 3);
	filed_add(&f, &a);
	while (at < a.size) {
		fixture_begin(&f);
		CHECK_OK(attachments_read(f.n, &a.root, a.size, at, buf, &len));
		fixture_end(&f);
		CHECK(len > 0 && memcmp(buf, a.bytes + at, len) == 0);
		at += len;
	}
	CHECK(at == a.size);
	free(buf);
	attached_clear(&a);
	fixture_drop(&f);
}

TEST(what_is_not_as_it_was_announced_is_not_added)
{
	struct fixture f;
	struct attached a;

	call_found(&f);
	attached_make(&a, 40 * KIB, 4);
	CHECK(has(call(&f, "attachment.begin", "{'size':0}"), "file_size"));
	CHECK(has(call(&f, "attachment.begin", "{'size':67108865}"),
		  "file_size"));
	CHECK(has(call(&f, "attachment.write", "{'bytes':'00'}"), "usage"));
	CHECK(has(call(&f, "attachment.add", "{'name':'a'}"), "usage"));
	filed_send(&f, &a, 1);
	CHECK(has(call(&f, "attachment.add", "{'name':'a'}"), "usage"));
	CHECK(has(call(&f, "attachment.write", "{'bytes':'0000'}"), "usage"));
	CHECK(has(call(&f, "attachment.add", "{'name':'../a'}"), "file_name"));
	CHECK(has(call(&f, "attachment.add", "{'name':'a','type':'b'}"),
		  "media_type"));
	CHECK(attachments_bytes(f.n) == a.size); /* Room is kept for it. */
	fixture_begin(&f);
	node_client_gone(f.n, 1);
	fixture_end(&f);
	CHECK(attachments_bytes(f.n) == 0 && !filed_is_whole(&f, &a));
	attached_clear(&a);
	fixture_drop(&f);
}

/* Small ones are fetched unasked, large ones when somebody asks. */
TEST(a_record_brings_the_want_for_a_small_file)
{
	struct fixture cal, mlawa;
	struct attached small, large;
	char id[65], json[100];

	found_two(&cal, &mlawa);
	attached_make(&small, 1024 * KIB, 5);
	attached_make(&large, 1024 * KIB + 1, 6);
	filed_add(&cal, &small);
	filed_add(&cal, &large);
	CHECK(has(filed_name(&cal, &small, NULL), "'id'"));
	(void)filed_name(&cal, &large, id);
	carry(&cal, &mlawa);
	CHECK(filed_why(&mlawa, &small) == ATTACHMENT_EAGER);
	CHECK(filed_why(&mlawa, &large) == ATTACHMENT_UNWANTED);
	(void)snprintf(json, sizeof(json), "{'ref':'%s'}", id);
	CHECK(has(call(&mlawa, "attachment.list", json), "'state':'absent'"));
	CHECK(has(call(&mlawa, "attachment.get", json), "'state':'wanted'"));
	CHECK(filed_why(&mlawa, &large) == ATTACHMENT_ASKED);
	/* By its address too, whole or not. */
	(void)snprintf(json, sizeof(json), "{'ref':'%s'}", large.hex);
	CHECK(has(call(&mlawa, "attachment.get", json), "'state':'wanted'"));
	(void)snprintf(json, sizeof(json), "{'ref':'%.10s'}", large.hex);
	CHECK(has(call(&mlawa, "attachment.list", json), large.hex));
	fixture_reopen(&mlawa);
	CHECK(filed_why(&mlawa, &small) == ATTACHMENT_EAGER);
	CHECK(filed_why(&mlawa, &large) == ATTACHMENT_ASKED);
	attached_clear(&small);
	attached_clear(&large);
	fixture_drop(&mlawa);
	fixture_drop(&cal);
}

TEST(chunks_that_come_make_it_whole_across_a_restart)
{
	struct fixture cal, mlawa;
	struct attached a;
	uint32_t from, to;
	struct wici_message m;

	found_two(&cal, &mlawa);
	attached_make(&a, 300 * KIB, 7);
	filed_add(&cal, &a);
	CHECK(has(filed_name(&cal, &a, NULL), "'id'"));
	CHECK_ERR(filed_take(&mlawa, &a, 0),
		  WICI_NOT_FOUND); /* Nobody asked. */
	carry(&cal, &mlawa);
	CHECK(attachments_lacks(mlawa.n, &a.root, a.size, &from, &to));
	CHECK(from == 0 && to == a.count - 1);
	CHECK_OK(filed_take(&mlawa, &a, 0));
	CHECK_OK(filed_take(&mlawa, &a, 3));
	fixture_reopen(&mlawa);
	CHECK(!attachments_lacks(mlawa.n, &a.root, a.size, &from, &to));
	fixture_rest(&mlawa); /* It is hashed first. */
	CHECK(attachments_lacks(mlawa.n, &a.root, a.size, &from, &to));
	CHECK(from == 1 && to == a.count - 1);
	CHECK_OK(attachments_give(mlawa.n, &a.root, a.size, 1, 9, &m));
	CHECK(m.chunk.i == 3);
	for (uint32_t i = 0; i < a.count; i++)
		CHECK_ERR(filed_take(&mlawa, &a, i),
			  i + 1 < a.count ? WICI_OK : WICI_END);
	CHECK(filed_is_whole(&mlawa, &a));
	CHECK(filed_why(&mlawa, &a) == ATTACHMENT_UNWANTED);
	CHECK_ERR(filed_take(&mlawa, &a, 1), WICI_NOT_FOUND);
	attached_clear(&a);
	fixture_drop(&mlawa);
	fixture_drop(&cal);
}

/* A byte each, and a name on every disk: they count as more than that. */
TEST(many_tiny_files_are_not_many_more)
{
	struct fixture cal, mlawa;
	struct attached a[8];
	size_t wanted = 0;

	found_two(&cal, &mlawa);
	mlawa.quota = 300 * KIB;
	fixture_reopen(&mlawa);
	for (size_t i = 0; i < 8; i++) {
		attached_make(&a[i], 1, (uint8_t)(40 + i));
		filed_add(&cal, &a[i]);
		(void)filed_name(&cal, &a[i], NULL);
	}
	carry(&cal, &mlawa);
	for (size_t i = 0; i < 8; i++)
		wanted += filed_why(&mlawa, &a[i]) == ATTACHMENT_EAGER;
	CHECK(wanted == 300 * KIB / ATTACHMENTS_ROOM_MIN);
	CHECK(attachments_bytes(mlawa.n) == wanted);
	for (size_t i = 0; i < 8; i++)
		attached_clear(&a[i]);
	fixture_drop(&mlawa);
	fixture_drop(&cal);
}

/* While the cursor lags, who else names it is not known. */
TEST(what_another_entry_may_name_does_not_go_with_the_first)
{
	struct fixture f;
	struct attached a;
	char first[65], second[65];

	call_found(&f);
	attached_make(&a, 40 * KIB, 60);
	filed_add(&f, &a);
	(void)filed_name(&f, &a, first);
	(void)filed_name(&f, &a, second);
	fixture_begin(&f);
	CHECK_OK(project_clear(f.n));
	attachments_unnamed(f.n, &a.root, a.size);
	CHECK(filed_is_whole(&f, &a));
	fixture_end(&f);
	fixture_rest(&f);
	CHECK(filed_is_whole(&f, &a));
	attached_clear(&a);
	fixture_drop(&f);
}

TEST(beyond_the_quota_nothing_is_fetched_and_it_is_said)
{
	struct fixture cal, mlawa;
	struct attached a, b, own;
	char json[100], id[65];

	found_two(&cal, &mlawa);
	mlawa.quota = 500 * KIB;
	fixture_reopen(&mlawa);
	attached_make(&a, 400 * KIB, 8);
	attached_make(&b, 200 * KIB, 9);
	attached_make(&own, 101 * KIB, 10);
	filed_add(&cal, &a);
	filed_add(&cal, &b);
	(void)filed_name(&cal, &a, NULL);
	(void)filed_name(&cal, &b, id);
	carry(&cal, &mlawa);
	CHECK(filed_why(&mlawa, &a) == ATTACHMENT_EAGER);
	CHECK(filed_why(&mlawa, &b) == ATTACHMENT_UNWANTED);
	CHECK(attachments_bytes(mlawa.n) == a.size);
	(void)snprintf(json, sizeof(json), "{'ref':'%s'}", id);
	CHECK(has(call(&mlawa, "attachment.get", json), "attachments-quota"));
	(void)snprintf(json, sizeof(json), "{'size':%llu}",
		       (unsigned long long)own.size);
	CHECK(has(call(&mlawa, "attachment.begin", json), "too_large"));
	/* For a peer even less. */
	fixture_begin(&mlawa);
	CHECK_ERR(attachments_want(mlawa.n, &own.root, 60 * KIB,
				   ATTACHMENT_FOR_PEER),
		  WICI_TOO_LARGE);
	fixture_end(&mlawa);
	mlawa.quota = 700 * KIB;
	fixture_reopen(&mlawa);
	(void)snprintf(json, sizeof(json), "{'ref':'%s'}", id);
	CHECK(has(call(&mlawa, "attachment.get", json), "'state':'wanted'"));
	attached_clear(&a);
	attached_clear(&b);
	attached_clear(&own);
	fixture_drop(&mlawa);
	fixture_drop(&cal);
}

TEST(with_an_eager_of_one_byte_nothing_is_fetched_unasked)
{
	struct fixture cal, mlawa;
	struct attached a;

	found_two(&cal, &mlawa);
	mlawa.eager = 1;
	fixture_reopen(&mlawa);
	attached_make(&a, 2, 8);
	filed_add(&cal, &a);
	(void)filed_name(&cal, &a, NULL);
	carry(&cal, &mlawa);
	CHECK(filed_why(&mlawa, &a) == ATTACHMENT_UNWANTED);
	attached_clear(&a);
	fixture_drop(&mlawa);
	fixture_drop(&cal);
}

/* Nothing that is applied names it, as an erasure leaves it. */
static void erase_last(struct fixture *f)
{
	node_close(f->n);
	f->n = NULL;
	spoil_sql(f->dir, "DELETE FROM ref WHERE flag = 1 AND"
			  " n = (SELECT max(n) FROM ref WHERE flag = 1)");
	CHECK_OK(fixture_try_open(f));
}

TEST(what_no_entry_that_counts_names_goes_with_all_its_bytes)
{
	struct fixture f;
	struct attached a, b;
	char path[300];

	call_found(&f);
	attached_make(&a, 50 * KIB, 11);
	attached_make(&b, 60 * KIB, 12);
	filed_add(&f, &a);
	filed_add(&f, &b);
	(void)filed_name(&f, &a, NULL);
	(void)filed_name(&f, &b, NULL);
	pass(&f, 1);
	CHECK(filed_is_whole(&f, &a) && filed_is_whole(&f, &b));
	erase_last(&f);
	pass(&f, 1);
	CHECK(filed_is_whole(&f, &a) && !filed_is_whole(&f, &b));
	(void)snprintf(path, sizeof(path), "%s/attachments/%s", f.dir, b.hex);
	CHECK(access(path, F_OK) != 0);
	(void)strcat(path, ".tree");
	CHECK(access(path, F_OK) != 0);
	CHECK(attachments_bytes(f.n) == a.size);
	attached_clear(&a);
	attached_clear(&b);
	fixture_drop(&f);
}

/* The disk is lost, or the folder alone: what is one's own comes back from
 * whoever holds it, whatever its size. */
TEST(ones_own_files_are_wanted_back_whatever_their_size)
{
	struct fixture f;
	struct attached a;
	char path[300];

	call_found(&f);
	attached_make(&a, 1500 * KIB, 15);
	filed_add(&f, &a);
	(void)filed_name(&f, &a, NULL);
	node_close(f.n);
	f.n = NULL;
	(void)snprintf(path, sizeof(path), "%s/attachments", f.dir);
	fixture_empty_dir(path);
	CHECK(rmdir(path) == 0);
	CHECK_OK(fixture_try_open(&f));
	CHECK(!filed_is_whole(&f, &a) &&
	      filed_why(&f, &a) == ATTACHMENT_UNWANTED);
	fixture_begin(&f);
	CHECK_OK(project_clear(f.n)); /* As a rebuild, or a restore, does. */
	fixture_end(&f);
	fixture_rest(&f);
	CHECK(filed_why(&f, &a) == ATTACHMENT_EAGER);
	attached_clear(&a);
	fixture_drop(&f);
}

/* A record that another supersedes can still be read, and so can its file. */
TEST(a_superseded_record_names_its_file_all_the_same)
{
	struct fixture f;
	struct attached a;
	char id[65], json[200];

	call_found(&f);
	attached_make(&a, 50 * KIB, 13);
	filed_add(&f, &a);
	(void)filed_name(&f, &a, id);
	(void)snprintf(json, sizeof(json),
		       "{'id':'%s','body':{'title':'Nowa','files':null}}", id);
	CHECK(has(call(&f, "record.edit", json), "'id'"));
	pass(&f, 30);
	CHECK(filed_is_whole(&f, &a));
	attached_clear(&a);
	fixture_drop(&f);
}

/* Two records say of one address that it has two sizes: the lie never gets a
 * chunk, and does not stand in the way. */
TEST(a_lie_about_the_size_costs_nobody_the_file)
{
	struct fixture cal, mlawa;
	struct attached a;
	uint32_t from, to;

	found_two(&cal, &mlawa);
	attached_make(&a, 70 * KIB, 14);
	fixture_begin(&mlawa);
	CHECK_OK(attachments_named(
		mlawa.n, &(struct wici_file){.root = a.root, .size = 999},
		false));
	fixture_end(&mlawa);
	filed_add(&cal, &a);
	(void)filed_name(&cal, &a, NULL);
	carry(&cal, &mlawa);
	CHECK(attachments_lacks(mlawa.n, &a.root, a.size, &from, &to));
	for (uint32_t i = 0; i < a.count; i++)
		CHECK_ERR(filed_take(&mlawa, &a, i),
			  i + 1 < a.count ? WICI_OK : WICI_END);
	fixture_reopen(&mlawa);
	pass(&mlawa, 1); /* And the lie, which nothing names, goes alone. */
	CHECK(filed_is_whole(&mlawa, &a));
	attached_clear(&a);
	fixture_drop(&mlawa);
	fixture_drop(&cal);
}

TEST(what_is_not_there_is_said_so)
{
	struct fixture f;
	char json[200];

	call_found(&f);
	CHECK(has(call(&f, "attachment.get", "{'ref':'0123456789'}"),
		  "not_found"));
	CHECK(has(call(&f, "attachment.get", "{'ref':'nie'}"),
		  "'expected':'attachment'"));
	CHECK(has(call(&f, "attachment.list", "{}"), "'items':[]"));
	(void)snprintf(json, sizeof(json), "{'root':'%064d','size':3}", 7);
	CHECK(has(call(&f, "attachment.read", json), "not_found"));
	CHECK(has(call(&f, "attachment.list", "{'after':'x'}"), "cursor"));
	fixture_drop(&f);
}

TEST_MAIN(RUN(what_is_added_is_whole_and_stays_once_a_record_names_it),
	  RUN(bytes_come_out_as_they_went_in),
	  RUN(what_is_not_as_it_was_announced_is_not_added),
	  RUN(a_record_brings_the_want_for_a_small_file),
	  RUN(chunks_that_come_make_it_whole_across_a_restart),
	  RUN(many_tiny_files_are_not_many_more),
	  RUN(what_another_entry_may_name_does_not_go_with_the_first),
	  RUN(beyond_the_quota_nothing_is_fetched_and_it_is_said),
	  RUN(with_an_eager_of_one_byte_nothing_is_fetched_unasked),
	  RUN(what_no_entry_that_counts_names_goes_with_all_its_bytes),
	  RUN(ones_own_files_are_wanted_back_whatever_their_size),
	  RUN(a_superseded_record_names_its_file_all_the_same),
	  RUN(a_lie_about_the_size_costs_nobody_the_file),
	  RUN(what_is_not_there_is_said_so))
