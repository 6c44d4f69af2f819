/* tests/daemon/test_fsck.c — A bit flips on the disk: it is found, never
 * passed on, and what peers have comes back. */
#include "daemon/fsck.h"

#include "daemon/damage.h"
#include "tests/daemon/pair.h"

static const struct feed *cal_feed(const struct pair *p, const struct node *n)
{
	return feeds_find(&n->feeds, &p->cal.n->keys.feed);
}

/* Nothing at or behind the damage goes out; what is before it does. */
static void check_not_served(struct pair *p, uint64_t seq)
{
	static uint8_t buf[WICI_MESSAGE_LEN_MAX];
	struct wici_bytes run;
	struct wici_key feed;
	uint64_t first;
	uint16_t count;

	CHECK(node_read_run(p->mlawa.n, &p->cal.n->keys.feed, seq, seq + 2, buf,
			    sizeof(buf), &run) == WICI_NOT_FOUND);
	if (seq == 1)
		return;
	CHECK_OK(node_read_run(p->mlawa.n, &p->cal.n->keys.feed, 1, seq + 2,
			       buf, sizeof(buf), &run));
	CHECK_OK(wici_run_peek(run, &feed, &first, &count));
	CHECK(first + count == seq);
}

struct flip {
	const char *column;
	int at;
	const char *what;
};

static void flip_and_heal(const struct flip *flip)
{
	struct pair p;
	sqlite3_int64 row;
	char want[80];

	begin(&p);
	stop(&p.mlawa);
	row = row_of(&p, &p.mlawa);
	spoil_byte(p.mlawa.dir, "entry", flip->column, row, flip->at);
	CHECK_OK(fixture_try_open(&p.mlawa));
	check_not_served(&p, p.seq);

	(void)snprintf(want, sizeof(want),
		       "'seq':%llu,'what':'%s','healed':false",
		       (unsigned long long)p.seq, flip->what);
	CHECK(has(fsck(&p.mlawa, "{}"), want));
	CHECK(cal_feed(&p, p.mlawa.n)->released_seq == p.seq - 1);
	CHECK(!fixture_is_equal(&p.cal, &p.mlawa));
	CHECK(!p.mlawa.n->sealed);

	fixture_carry(&p.cal, &p.mlawa);
	fixture_rest(&p.mlawa);
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	CHECK(has(fsck(&p.mlawa, "{}"), "'healed':1"));
	CHECK(has(fsck(&p.mlawa, "{}"), "'bad':[],'healed':0"));
	end(&p);
}

TEST(a_flipped_bit_of_any_kind_is_found_and_not_served_and_healed)
{
	static const struct flip flips[] = {
		{"payload", 9, "payload"}, {"head", 20, "payload"},
		{"head", 6, "payload"},    {"head", 80, "payload"},
		{"head", 0, "payload"},
	};

	for (size_t i = 0; i < sizeof(flips) / sizeof(flips[0]); i++)
		flip_and_heal(&flips[i]);
}

TEST(whole_stores_have_nothing_bad)
{
	struct pair p;
	const char *text;

	begin(&p);
	text = fsck(&p.mlawa, "{}");
	CHECK(has(text, "'bad':[],'healed':0,'rebuilt':false"));
	CHECK(has(text, "{'entries':12,'feeds':2,'void':0,"));
	CHECK(has(fsck(&p.cal, "{'rebuild':true}"),
		  "'bad':[],'healed':0,'rebuilt':true"));
	CHECK(has(fsck(&p.cal, "{}"), "'bad':[],'healed':0"));
	end(&p);
}

static void forge(struct pair *p, struct wici_head *at, bool is_signed,
		  struct wici_entry *e)
{
	struct wici_header *h = &e->header;

	memset(e, 0, sizeof(*e));
	h->version = WICI_ENTRY_VERSION;
	h->kind = wici_kind_practice_publish.number;
	h->seq = at->seq + 1;
	h->feed = at->feed;
	h->prev = at->id;
	e->has_payload = true;
	e->payload = WICI_BYTES("\x81\xa5title\xa1x");
	wici_entry_sign(e, &p->cal.n->network, &p->cal.n->keys.feed_secret);
	if (!is_signed)
		e->sig.b[7] ^= 1;
	at->seq++;
	at->id = wici_entry_id(h, &e->sig);
}

/* PROTOCOL §2.4 lets it in, when one follows whose signature holds. */
TEST(an_entry_without_a_good_signature_of_its_own_is_void_and_not_bad)
{
	static uint8_t buf[WICI_MESSAGE_LEN_MAX];
	struct pair p;
	struct wici_head at;
	struct wici_entry e;
	struct wici_run_writer w;

	begin(&p);
	at = (struct wici_head){p.cal.n->own->row.key, p.cal.n->own->row.seq,
				p.cal.n->own->row.id};
	wici_run_writer_init(&w, buf, sizeof(buf), &at.feed, at.seq + 1);
	for (int i = 0; i < 4; i++) {
		forge(&p, &at, i == 3, &e);
		CHECK_OK(wici_run_add(&w, &e));
	}
	fixture_begin(&p.mlawa);
	CHECK_OK(node_receive_run(p.mlawa.n, 7, wici_run_finish(&w), &at));
	fixture_end(&p.mlawa);
	fixture_rest(&p.mlawa);
	CHECK(has(fsck(&p.mlawa, "{}"), "'void':3,'bad':[],'healed':0"));
	/* The one that covered them is gone: now nothing says they are his. */
	stop(&p.mlawa);
	spoil_sql(p.mlawa.dir, "DELETE FROM entry WHERE n ="
			       " (SELECT max(n) FROM entry)");
	CHECK_OK(fixture_try_open(&p.mlawa));
	CHECK(has(fsck(&p.mlawa, "{}"), "'what':'signature'"));
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	end(&p);
}

TEST(what_stood_behind_the_damage_comes_back_from_this_very_disk)
{
	static uint8_t buf[WICI_MESSAGE_LEN_MAX];
	struct pair p;
	struct wici_bytes run;
	struct wici_head head;

	begin(&p);
	stop(&p.mlawa);
	spoil_byte(p.mlawa.dir, "entry", "payload", row_of(&p, &p.mlawa), 3);
	CHECK_OK(fixture_try_open(&p.mlawa));
	(void)fsck(&p.mlawa, "{}");
	/* The one entry alone; the association lost what follows it. */
	CHECK_OK(node_read_run(p.cal.n, &p.cal.n->keys.feed, p.seq, p.seq, buf,
			       sizeof(buf), &run));
	fixture_begin(&p.mlawa);
	CHECK_OK(node_receive_run(p.mlawa.n, 7, run, &head));
	fixture_end(&p.mlawa);
	fixture_rest(&p.mlawa);
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	CHECK(has(fsck(&p.mlawa, "{}"), "'healed':1"));
	end(&p);
}

TEST(a_restart_goes_on_healing)
{
	struct pair p;

	begin(&p);
	stop(&p.mlawa);
	spoil_byte(p.mlawa.dir, "entry", "payload", row_of(&p, &p.mlawa), 3);
	CHECK_OK(fixture_try_open(&p.mlawa));
	(void)fsck(&p.mlawa, "{}");
	fixture_reopen(&p.mlawa);
	CHECK(has(fsck(&p.mlawa, "{}"), "'what':'missing','healed':false"));
	fixture_carry(&p.cal, &p.mlawa);
	fixture_rest(&p.mlawa);
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	CHECK(has(fsck(&p.mlawa, "{}"), "'healed':1"));
	end(&p);
}

TEST(a_missing_entry_is_found_and_comes_back)
{
	struct pair p;
	char sql[100];

	begin(&p);
	stop(&p.mlawa);
	(void)snprintf(sql, sizeof(sql), "DELETE FROM entry WHERE n = %lld",
		       (long long)row_of(&p, &p.mlawa));
	spoil_sql(p.mlawa.dir, sql);
	CHECK_OK(fixture_try_open(&p.mlawa));
	check_not_served(&p, p.seq);
	CHECK(has(fsck(&p.mlawa, "{}"), "'what':'missing','healed':false"));
	fixture_carry(&p.cal, &p.mlawa);
	fixture_rest(&p.mlawa);
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	end(&p);
}

TEST(damage_in_the_own_feed_seals_until_the_same_entries_are_back)
{
	struct pair p;
	struct wici_head head = {.seq = 0};
	uint64_t seq;

	begin(&p);
	seq = p.cal.n->own->row.seq;
	stop(&p.cal);
	spoil_byte(p.cal.dir, "entry", "payload", row_of(&p, &p.cal), 4);
	CHECK_OK(fixture_try_open(&p.cal));
	CHECK(has(fsck(&p.cal, "{}"), "'what':'payload','healed':false"));
	CHECK(p.cal.n->sealed && strcmp(p.cal.n->sealed, "damaged") == 0);
	fixture_begin(&p.cal);
	CHECK_ERR(fixture_publish(&p.cal, "x", &head), WICI_SEALED);
	fixture_end(&p.cal);
	fixture_reopen(&p.cal); /* Still sealed, and for the same reason. */
	CHECK(p.cal.n->sealed && strcmp(p.cal.n->sealed, "damaged") == 0);
	CHECK(p.cal.n->own->row.seq == p.seq - 1);

	fixture_carry(&p.mlawa, &p.cal);
	fixture_rest(&p.cal);
	CHECK(!p.cal.n->sealed);
	CHECK(p.cal.n->own->row.seq == seq);
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	fixture_practice(&p.cal, "Znowu");
	fixture_carry(&p.cal, &p.mlawa);
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	fixture_reopen(&p.cal);
	CHECK(!p.cal.n->sealed);
	end(&p);
}

TEST(a_head_noted_wrongly_is_put_right_at_the_start)
{
	static const char *const spoils[] = {
		"UPDATE feed SET seq = seq + 4096",
		"UPDATE feed SET seq = 2",
		"UPDATE feed SET seq = -1",
		"UPDATE feed SET id = zeroblob(32)",
	};
	struct pair p;

	begin(&p);
	for (size_t i = 0; i < sizeof(spoils) / sizeof(spoils[0]); i++) {
		stop(&p.mlawa);
		spoil_sql(p.mlawa.dir, spoils[i]);
		CHECK_OK(fixture_try_open(&p.mlawa));
		CHECK(has(fsck(&p.mlawa, "{}"), "'what':'head','healed':true"));
		CHECK(fixture_is_equal(&p.cal, &p.mlawa));
		CHECK(!p.mlawa.n->sealed);
	}
	end(&p);
}

TEST(whose_a_feed_is_is_put_right_by_its_own_first_entry)
{
	struct pair p;

	begin(&p);
	stop(&p.mlawa);
	spoil_sql(p.mlawa.dir,
		  "UPDATE feed SET identity = zeroblob(32) WHERE own = 0");
	CHECK_OK(fixture_try_open(&p.mlawa));
	CHECK(has(fsck(&p.mlawa, "{}"), "'what':'head','healed':true"));
	fixture_reopen(&p.mlawa);
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	CHECK(has(fsck(&p.mlawa, "{}"), "'bad':[]"));
	end(&p);
}

TEST(what_was_derived_wrongly_is_found_and_derived_anew)
{
	static const char *const spoils[] = {
		("UPDATE record SET title = 'Zła praktyka' WHERE n ="
		 " (SELECT max(n) FROM record WHERE title IS NOT NULL)"),
		"UPDATE record SET kind = kind + 1 WHERE n = 2",
		"DELETE FROM record WHERE n = 2",
		"UPDATE ident SET n = n + 1 WHERE n = 2",
		"DELETE FROM ident WHERE n = 3",
		"UPDATE tally SET count = count + 8",
	};
	struct pair p;

	begin(&p);
	for (size_t i = 0; i < sizeof(spoils) / sizeof(spoils[0]); i++) {
		stop(&p.mlawa);
		spoil_sql(p.mlawa.dir, spoils[i]);
		CHECK_OK(fixture_try_open(&p.mlawa));
		CHECK(has(fsck(&p.mlawa, "{}"),
			  "'what':'projection','healed':true"));
		CHECK(has(fsck(&p.mlawa, "{}"), "'bad':[],'healed':0"));
	}
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	end(&p);
}

TEST(a_damaged_statement_goes_and_comes_back)
{
	struct pair p;
	sqlite3_int64 row;

	begin(&p);
	stop(&p.mlawa);
	row = spoil_find(p.mlawa.dir, "SELECT rowid FROM statement LIMIT 1");
	spoil_byte(p.mlawa.dir, "statement", "bytes", row, 60);
	CHECK_OK(fixture_try_open(&p.mlawa));
	CHECK(has(fsck(&p.mlawa, "{}"), "'what':'statement','healed':false"));
	fixture_carry(&p.cal, &p.mlawa);
	fixture_carry(&p.cal, &p.mlawa);
	fixture_rest(&p.mlawa);
	CHECK(fixture_is_equal(&p.cal, &p.mlawa));
	CHECK(has(fsck(&p.mlawa, "{}"), "'what':'statement','healed':true"));
	end(&p);
}

/* Of the first entries too, and of all that a start reads; own ones as well. */
TEST(wicid_starts_with_a_flipped_bit_in_any_entry)
{
	struct pair p;
	sqlite3_int64 last = 1;

	for (sqlite3_int64 n = 1; n <= last; n++) {
		begin(&p);
		stop(&p.mlawa);
		last = spoil_find(p.mlawa.dir, "SELECT max(n) FROM entry");
		spoil_byte(p.mlawa.dir, "entry", "payload", n, 2);
		CHECK_OK(fixture_try_open(&p.mlawa));
		CHECK(has(fsck(&p.mlawa, "{}"), "'what':'payload'"));
		fixture_reopen(&p.mlawa);
		fixture_carry(&p.cal, &p.mlawa);
		fixture_rest(&p.mlawa);
		fixture_carry(&p.cal, &p.mlawa);
		fixture_rest(&p.mlawa);
		CHECK(fixture_is_equal(&p.cal, &p.mlawa));
		CHECK(!p.mlawa.n->sealed);
		end(&p);
	}
}

TEST(one_run_at_a_time_and_a_client_that_leaves_ends_it)
{
	struct pair p;

	begin(&p);
	fixture_begin(&p.cal);
	call_put(&p.cal, "fsck.run", "{}", NULL, NULL);
	call_put(&p.cal, "fsck.run", "{}", NULL, NULL);
	node_turn_end(p.cal.n);
	CHECK(has(call_drain(&p.cal), "'code':'busy'"));
	node_client_gone(p.cal.n, 1);
	CHECK(has(fsck(&p.cal, "{'progress':true}"), "'fsck.progress'"));
	node_client_gone(p.cal.n, 1);
	CHECK(has(fsck(&p.cal, "{}"), "'bad':[]"));
	end(&p);
}

TEST_MAIN(RUN(a_flipped_bit_of_any_kind_is_found_and_not_served_and_healed),
	  RUN(whole_stores_have_nothing_bad),
	  RUN(an_entry_without_a_good_signature_of_its_own_is_void_and_not_bad),
	  RUN(what_stood_behind_the_damage_comes_back_from_this_very_disk),
	  RUN(a_restart_goes_on_healing),
	  RUN(a_missing_entry_is_found_and_comes_back),
	  RUN(damage_in_the_own_feed_seals_until_the_same_entries_are_back),
	  RUN(a_head_noted_wrongly_is_put_right_at_the_start),
	  RUN(whose_a_feed_is_is_put_right_by_its_own_first_entry),
	  RUN(what_was_derived_wrongly_is_found_and_derived_anew),
	  RUN(a_damaged_statement_goes_and_comes_back),
	  RUN(wicid_starts_with_a_flipped_bit_in_any_entry),
	  RUN(one_run_at_a_time_and_a_client_that_leaves_ends_it))
