/* tests/daemon/test_fsck_files.c — A disk spoils, cuts or loses an attachment:
 * fsck says which, and how much, and it is wanted again; what nothing needs
 * goes; and where nothing may be written it is only told. */
#include "daemon/fsck.h"
#include "daemon/publish.h"

#include <sys/stat.h>

#include "tests/daemon/filed.h"
#include "tests/daemon/pair.h"
#include "tests/daemon/spoil.h"

#define LEN WICI_CHUNK_LEN_MAX

/* In a turn that may not write, and each after it. */
static const char *fsck_read_only(struct fixture *f)
{
	const char *text;

	fixture_begin(f);
	call_put(f, "fsck.run", "{}", NULL, NULL);
	for (int i = 0; i < 1000; i++) {
		f->n->is_read_only = true;
		node_turn_end(f->n);
		text = call_drain(f);
		if (*text)
			return text;
		fixture_begin(f);
	}
	fail_msg("fsck does not answer");
	return "";
}

/* An own file that a practice names, whole and closed. */
static void begin_file(struct fixture *f, struct attached *a, uint64_t size)
{
	call_found(f);
	attached_make(a, size, 77);
	filed_add(f, a);
	CHECK(has(filed_name(f, a, NULL), "'id'"));
	fixture_reopen(f);
	fixture_rest(f);
}

static void end_file(struct fixture *f, struct attached *a)
{
	attached_clear(a);
	fixture_drop(f);
}

/* What it lacks comes, and nothing else is said to be wrong. */
static void heal(struct fixture *f, const struct attached *a)
{
	uint32_t from, to;

	fixture_rest(f);
	CHECK(filed_why(f, a) != ATTACHMENT_UNWANTED);
	CHECK(attachments_lacks(f->n, &a->root, a->size, &from, &to));
	for (uint32_t i = from; i <= to && !filed_is_whole(f, a); i++)
		(void)filed_take(f, a, i);
	CHECK(filed_is_whole(f, a));
	CHECK(has(fsck(f, "{}"), "'bad':[],'healed':0,'left':[]"));
}

TEST(whole_files_have_nothing_bad)
{
	struct fixture f;
	struct attached a, b;

	begin_file(&f, &a, 100 * KIB);
	attached_make(&b, 5, 3);
	filed_add(&f, &b); /* Nothing names it yet. */
	CHECK(has(fsck(&f, "{}"),
		  "'attachments':{'files':2,'bytes':102405,'wanted':0,'bad':[],"
		  "'healed':0,'left':[],'more':0}"));
	CHECK(filed_is_whole(&f, &a) && filed_is_whole(&f, &b));
	attached_clear(&b);
	end_file(&f, &a);
}

/* Over several slices, closed and open; and no other chunk is lost. */
TEST(a_flipped_byte_is_found_and_that_chunk_is_wanted)
{
	struct fixture f;
	struct attached a;
	uint32_t from, to;
	char want[300];

	for (unsigned i = 0; i < 2; i++) {
		begin_file(&f, &a, 80 * LEN + 9);
		if (i) {
			struct wici_message m;

			CHECK_OK(attachments_give(f.n, &a.root, a.size, 0, 0,
						  &m));
		}
		filed_flip(filed_path(&f, &a, ""), 70 * LEN + 3);
		(void)snprintf(want, sizeof(want),
			       "'bad':[{'root':'%s','size':%llu,'name':'r.pdf',"
			       "'what':'damaged','chunks':1,'bytes':32768,"
			       "'healed':false,'state':'wanted','record':'",
			       a.hex, (unsigned long long)a.size);
		CHECK(has(fsck(&f, "{}"), want));
		fixture_rest(&f);
		CHECK(attachments_lacks(f.n, &a.root, a.size, &from, &to));
		CHECK(from == 70 && to == 70);
		CHECK(has(fsck(&f, "{}"), want)); /* As long as it lacks. */
		heal(&f, &a);
		end_file(&f, &a);
	}
}

TEST(a_file_that_was_cut_short_is_found)
{
	struct fixture f;
	struct attached a;
	uint32_t from, to;

	begin_file(&f, &a, 4 * LEN);
	CHECK(truncate(filed_path(&f, &a, ""), LEN + 7) == 0);
	CHECK(has(fsck(&f, "{}"), "'what':'damaged','chunks':3,'bytes':98304"));
	fixture_rest(&f);
	CHECK(attachments_lacks(f.n, &a.root, a.size, &from, &to));
	CHECK(from == 1 && to == 3);
	heal(&f, &a);
	end_file(&f, &a);
}

/* The bytes, while it runs or before it starts; the tree with them; or the
 * whole folder. */
TEST(a_file_that_is_gone_is_found_by_what_is_known_of_it)
{
	struct fixture f;
	struct attached a;
	char path[300];

	for (unsigned how = 0; how < 4; how++) {
		begin_file(&f, &a, 1500 * KIB);
		if (how)
			stop(&f);
		CHECK(unlink(filed_path(&f, &a, "")) == 0);
		if (how >= 2)
			CHECK(unlink(filed_path(&f, &a, ".tree")) == 0);
		(void)snprintf(path, sizeof(path), "%s/attachments", f.dir);
		if (how == 3)
			CHECK(rmdir(path) == 0);
		if (how)
			CHECK_OK(fixture_try_open(&f));
		CHECK(has(fsck(&f, "{}"),
			  "'name':'r.pdf','what':'missing','chunks':47,"
			  "'bytes':1536000,'healed':false,'state':'wanted',"
			  "'record':'"));
		heal(&f, &a);
		end_file(&f, &a);
	}
}

TEST(what_is_not_to_be_here_is_not_missing)
{
	struct fixture cal, mlawa;
	struct attached small, large;
	uint32_t from, to;

	call_found(&cal);
	fixture_open(&mlawa);
	call_join(&cal, &mlawa, "'name':'MOPS Mława','no_passphrase':true");
	attached_make(&small, 100 * KIB, 5);
	attached_make(&large, 1024 * KIB + 1, 6);
	filed_add(&cal, &small);
	filed_add(&cal, &large);
	(void)filed_name(&cal, &small, NULL);
	(void)filed_name(&cal, &large, NULL);
	fixture_carry(&cal, &mlawa);
	fixture_rest(&mlawa);
	/* Nobody has brought the small one yet; the large one none asked for. */
	CHECK(has(fsck(&mlawa, "{}"),
		  "'files':0,'bytes':0,'wanted':1,'bad':[]"));
	CHECK_OK(filed_take(&mlawa, &small, 0));
	CHECK(has(fsck(&mlawa, "{}"),
		  "'files':1,'bytes':32768,'wanted':1,'bad':[]"));
	/* Unless it was here. */
	stop(&mlawa);
	CHECK(unlink(filed_path(&mlawa, &small, ".part")) == 0);
	CHECK_OK(fixture_try_open(&mlawa));
	for (int i = 0; i < 2; i++) {
		CHECK(has(fsck(&mlawa, "{}"), "'what':'missing'"));
		/* Open now, as who looks for it opens it. */
		CHECK(attachments_lacks(mlawa.n, &small.root, small.size, &from,
					&to));
	}
	attached_clear(&small);
	attached_clear(&large);
	fixture_drop(&mlawa);
	fixture_drop(&cal);
}

TEST(a_part_is_looked_at_too_open_or_closed)
{
	struct fixture cal, mlawa;
	struct attached a;

	call_found(&cal);
	fixture_open(&mlawa);
	call_join(&cal, &mlawa, "'name':'MOPS Mława','no_passphrase':true");
	attached_make(&a, 9 * LEN + 1, 7);
	filed_add(&cal, &a);
	(void)filed_name(&cal, &a, NULL);
	fixture_carry(&cal, &mlawa);
	fixture_rest(&mlawa);
	for (uint32_t i = 0; i < 8; i += 2)
		CHECK_OK(filed_take(&mlawa, &a, i));
	filed_flip(filed_path(&mlawa, &a, ".part"), 2 * LEN + 5);
	CHECK(has(fsck(&mlawa, "{}"),
		  "'bytes':98304,'wanted':0,'bad':[{'root':"));
	fixture_rest(&mlawa);
	CHECK(has(fsck(&mlawa, "{}"),
		  "'bytes':98304,'wanted':1,'bad':[],'healed':0"));
	fixture_reopen(&mlawa);
	CHECK(has(fsck(&mlawa, "{}"), "'what':'damaged','chunks':1,"));
	filed_flip(filed_path(&mlawa, &a, ".part"), 4 * LEN + 5);
	CHECK(has(fsck(&mlawa, "{}"), "'what':'damaged','chunks':1,"));
	fixture_reopen(&mlawa);
	CHECK(has(fsck(&mlawa, "{}"), "'what':'damaged','chunks':2,"));
	attached_clear(&a);
	fixture_drop(&mlawa);
	fixture_drop(&cal);
}

/* The bytes prove themselves; and with a byte of them spoilt as well, what the
 * tree still tells proves the others. */
TEST(a_spoilt_tree_is_made_anew)
{
	struct fixture f;
	struct attached a;
	uint32_t from, to;

	begin_file(&f, &a, 40 * LEN);
	filed_flip(filed_path(&f, &a, ".tree"), 32 + 6 * 32);
	CHECK(has(fsck(&f, "{}"), "'what':'tree','chunks':0,'bytes':0,"
				  "'healed':true,'state':'whole'"));
	CHECK(has(fsck(&f, "{}"), "'bad':[],'healed':0,'left':[]"));
	fixture_reopen(&f);
	filed_flip(filed_path(&f, &a, ".tree"), 32 + 6 * 32);
	filed_flip(filed_path(&f, &a, ""), 9 * LEN);
	CHECK(has(fsck(&f, "{}"), "'what':'damaged','chunks':1,"));
	fixture_rest(&f);
	CHECK(attachments_lacks(f.n, &a.root, a.size, &from, &to));
	CHECK(from == 9 && to == 9);
	heal(&f, &a);
	fixture_reopen(&f);
	CHECK(unlink(filed_path(&f, &a, ".tree")) == 0);
	filed_flip(filed_path(&f, &a, ""), 9 * LEN);
	CHECK(has(fsck(&f, "{}"), "'what':'damaged','chunks':40,"));
	heal(&f, &a);
	end_file(&f, &a);
}

static void touch(const struct fixture *f, const char *name)
{
	char path[400];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/attachments/%s", f->dir, name);
	file = fopen(path, "w");
	CHECK(file && fputs("text", file) >= 0 && fclose(file) == 0);
}

static bool is_there(const struct fixture *f, const char *name)
{
	char path[400];

	(void)snprintf(path, sizeof(path), "%s/attachments/%s", f->dir, name);
	return access(path, F_OK) == 0;
}

/* What is nobody's file goes, unless it is none of ours. */
TEST(what_is_left_over_goes_and_what_is_foreign_stays)
{
	static const char stray[] = "00112233445566778899aabbccddeeff"
				    "00112233445566778899aabbccddeeff.part";
	struct fixture f;
	struct attached a, b;
	const char *text;

	begin_file(&f, &a, 40 * KIB);
	attached_make(&b, 2 * LEN, 9);
	filed_send(&f, &b, 0); /* Being added. */
	touch(&f, stray);
	touch(&f, "new.999");
	touch(&f, "notatki.txt");
	text = fsck_read_only(&f);
	CHECK(has(text, stray) && has(text, "'removed':false") &&
	      !strstr(text, "'removed':true"));
	CHECK(is_there(&f, stray) && is_there(&f, "new.999"));
	text = fsck(&f, "{}");
	CHECK(has(text, "{'file':'new.999','what':'left','bytes':4,"
			"'removed':true}"));
	CHECK(has(text, ".part','what':'left','bytes':4,'removed':true}"));
	CHECK(has(text, "{'file':'notatki.txt','what':'foreign','bytes':4,"
			"'removed':false}"));
	CHECK(has(text, "'bad':[],'healed':0,'left':[{"));
	CHECK(!is_there(&f, stray) && !is_there(&f, "new.999"));
	CHECK(is_there(&f, "notatki.txt"));
	CHECK(has(call(&f, "attachment.add", "{'name':'r.pdf'}"), b.hex));
	attached_clear(&b);
	end_file(&f, &a);
}

/* Before the sweep comes by. */
TEST(a_file_that_nothing_names_in_time_goes)
{
	struct fixture f;
	struct attached a, b;

	begin_file(&f, &a, 40 * KIB);
	attached_make(&b, 3 * LEN, 11);
	filed_add(&f, &b);
	fixture_rest(&f);
	f.wall_ms += 25 * 3600 * 1000;
	CHECK(has(fsck(&f, "{}"), "'bad':[],'healed':0,'left':[{'file':'"));
	CHECK(filed_is_whole(&f, &a) && !filed_is_whole(&f, &b));
	CHECK(access(filed_path(&f, &b, ""), F_OK) != 0);
	attached_clear(&b);
	end_file(&f, &a);
}

TEST(where_nothing_may_be_written_it_is_only_told)
{
	struct fixture f;
	struct attached a;

	begin_file(&f, &a, 4 * LEN);
	CHECK(truncate(filed_path(&f, &a, ""), LEN + 7) == 0);
	CHECK(has(fsck_read_only(&f), "'what':'damaged','chunks':3,"
				      "'bytes':98304,'healed':false,"
				      "'state':'kept'"));
	CHECK(access(filed_path(&f, &a, ""), F_OK) == 0);
	CHECK(access(filed_path(&f, &a, ".part"), F_OK) != 0);
	CHECK(unlink(filed_path(&f, &a, "")) == 0);
	CHECK(has(fsck_read_only(&f), "'what':'missing'"));
	CHECK(filed_is_whole(&f, &a)); /* As far as it knows. */
	f.n->is_read_only = false;
	CHECK(has(fsck(&f, "{}"), "'what':'missing'"));
	heal(&f, &a);
	end_file(&f, &a);
}

TEST(what_cannot_be_read_is_told_and_left)
{
	struct fixture f;
	struct attached a;

	begin_file(&f, &a, 4 * LEN);
	CHECK(unlink(filed_path(&f, &a, "")) == 0);
	CHECK(mkdir(filed_path(&f, &a, ""), 0700) == 0);
	CHECK(has(fsck(&f, "{}"), "'what':'unreadable','chunks':4,"
				  "'bytes':131072,'healed':false,"
				  "'state':'kept'"));
	CHECK(rmdir(filed_path(&f, &a, "")) == 0);
	CHECK(has(fsck(&f, "{}"), "'what':'missing'"));
	heal(&f, &a);
	end_file(&f, &a);
}

/* No client may say so: a practice with a file of this size. */
static void lie(struct fixture *f, const struct wici_id *root, uint64_t size)
{
	static const struct wici_bytes none;
	struct wici_mp_writer w;
	struct wici_bytes payload;
	struct wici_head head;
	uint8_t buf[200];

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, 2);
	wici_mp_str(&w, "files");
	wici_mp_array(&w, 1);
	wici_mp_map(&w, 3);
	wici_mp_str(&w, "name");
	wici_mp_str(&w, "r.pdf");
	wici_mp_str(&w, "root");
	wici_mp_bin(&w, root->b, WICI_ID_LEN);
	wici_mp_str(&w, "size");
	wici_mp_uint(&w, size);
	wici_mp_str(&w, "title");
	wici_mp_str(&w, "P");
	CHECK_OK(wici_mp_written(&w, &payload));
	fixture_begin(f);
	CHECK_OK(publish_entry(f->n, &wici_kind_practice_publish, payload, none,
			       &head));
	fixture_end(f);
	fixture_rest(f);
}

/* Two records say of one address that it has two sizes. */
TEST(a_lie_about_the_size_is_no_damage)
{
	struct fixture f;
	struct attached a;

	begin_file(&f, &a, 4 * LEN);
	lie(&f, &a.root, LEN + 1);
	CHECK(has(fsck(&f, "{}"), "'bytes':131072,'wanted':1,'bad':[]"));
	CHECK(filed_is_whole(&f, &a));
	end_file(&f, &a);
}

TEST(the_caller_may_go_in_the_midst)
{
	struct fixture f;
	struct attached a;

	begin_file(&f, &a, 200 * LEN);
	(void)call(&f, "fsck.run", "{}");
	for (int i = 0; i < 5; i++)
		(void)call_wait(&f);
	fixture_begin(&f);
	node_client_gone(f.n, 1);
	fixture_end(&f);
	CHECK(has(fsck(&f, "{}"), "'bad':[],'healed':0,'left':[]"));
	(void)call(&f, "fsck.run", "{}");
	(void)call_wait(&f);
	end_file(&f, &a);
}

/* Anybody may write what does not fit its kind: it is held, and names nothing. */
TEST(a_void_entry_names_no_file)
{
	const struct wici_bytes payload = WICI_BYTES("\x81\xa5"
						     "files\x01");
	struct wici_head head;
	struct fixture f;

	call_found(&f);
	fixture_begin(&f);
	CHECK_OK(publish_append(f.n, &wici_kind_practice_publish, payload,
				&head));
	fixture_end(&f);
	CHECK(has(fsck(&f, "{}"), "'bad':[],'healed':0,'left':[]"));
	fixture_drop(&f);
}

/* Of a record that cannot be read nobody knows what it names. */
TEST(a_file_whose_record_is_spoilt_stays)
{
	struct fixture cal, mlawa;
	struct attached a;
	sqlite3_int64 n;

	begin_file(&cal, &a, 3 * LEN);
	fixture_open(&mlawa);
	call_join(&cal, &mlawa, "'name':'MOPS Mława','no_passphrase':true");
	fixture_carry(&cal, &mlawa);
	fixture_rest(&mlawa);
	for (uint32_t i = 0; i < a.count; i++)
		(void)filed_take(&mlawa, &a, i);
	CHECK(filed_is_whole(&mlawa, &a));
	stop(&mlawa);
	n = spoil_find(mlawa.dir, "SELECT n FROM ref WHERE flag = 1");
	spoil_byte(mlawa.dir, "entry", "payload", n, 9);
	CHECK_OK(fixture_try_open(&mlawa));
	for (int i = 0; i < 6; i++) {
		mlawa.wall_ms += 24 * 3600000;
		mlawa.mono_ms += 24 * 3600000;
		fixture_rest(&mlawa);
		CHECK(filed_is_whole(&mlawa, &a));
	}
	(void)fsck(&mlawa, "{}");
	CHECK(filed_is_whole(&mlawa, &a));
	fixture_drop(&mlawa);
	end_file(&cal, &a);
}

TEST_MAIN(RUN(whole_files_have_nothing_bad),
	  RUN(a_flipped_byte_is_found_and_that_chunk_is_wanted),
	  RUN(a_file_that_was_cut_short_is_found),
	  RUN(a_file_that_is_gone_is_found_by_what_is_known_of_it),
	  RUN(what_is_not_to_be_here_is_not_missing),
	  RUN(a_part_is_looked_at_too_open_or_closed),
	  RUN(a_spoilt_tree_is_made_anew),
	  RUN(what_is_left_over_goes_and_what_is_foreign_stays),
	  RUN(a_file_that_nothing_names_in_time_goes),
	  RUN(where_nothing_may_be_written_it_is_only_told),
	  RUN(what_cannot_be_read_is_told_and_left),
	  RUN(a_lie_about_the_size_is_no_damage),
	  RUN(the_caller_may_go_in_the_midst), RUN(a_void_entry_names_no_file),
	  RUN(a_file_whose_record_is_spoilt_stays))
