/* tests/daemon/test_flip.c — Any bit of the database file may flip: wicid
 * starts or says why not, passes nothing on that is not so, and is whole again
 * once a peer has told it everything. */
#include "daemon/damage.h"
#include "daemon/fsck.h"
#include "tests/daemon/call.h"
#include "tests/daemon/spoil.h"

#define FLIPS     200u
#define PRACTICES 6

struct flips {
	struct fixture cal, mlawa;
	uint8_t *whole; /* The file of Mława's store, as it was. */
	size_t len;
	unsigned healed, restarted, unhealed, stopped;
};

static FILE *open_file(const struct fixture *f, const char *name,
		       const char *mode)
{
	char path[256];
	FILE *file;

	fixture_path(f, name, path);
	file = fopen(path, mode);
	CHECK(file);
	return file;
}

static void read_whole(struct flips *t)
{
	FILE *file = open_file(&t->mlawa, "wici.db", "rb");

	CHECK(fseek(file, 0, SEEK_END) == 0);
	t->len = (size_t)ftell(file);
	t->whole = malloc(t->len);
	CHECK(t->whole);
	rewind(file);
	CHECK(fread(t->whole, 1, t->len, file) == t->len);
	CHECK(fclose(file) == 0);
}

/* The file as it was, but for one bit. */
static void write_flipped(struct flips *t, size_t bit)
{
	FILE *file = open_file(&t->mlawa, "wici.db", "wb");
	char path[256];

	t->whole[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	CHECK(fwrite(t->whole, 1, t->len, file) == t->len);
	CHECK(fclose(file) == 0);
	t->whole[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	fixture_path(&t->mlawa, "wici.db-wal", path);
	(void)unlink(path);
}

static void begin(struct flips *t)
{
	memset(t, 0, sizeof(*t));
	fixture_number = 1;
	call_found(&t->cal);
	fixture_open(&t->mlawa);
	call_join(&t->cal, &t->mlawa,
		  "'name':'MOPS Mława','no_passphrase':true");
	for (int i = 0; i < PRACTICES; i++) {
		fixture_practice(&t->cal, "Dobra praktyka");
		fixture_practice(&t->mlawa, "Inna praktyka");
	}
	fixture_carry(&t->cal, &t->mlawa);
	fixture_carry(&t->mlawa, &t->cal);
	fixture_rest(&t->mlawa);
	fixture_rest(&t->cal);
	CHECK(fixture_is_equal(&t->cal, &t->mlawa));
	node_close(t->mlawa.n);
	t->mlawa.n = NULL;
	read_whole(t);
}

static void end(struct flips *t)
{
	free(t->whole);
	fixture_drop(&t->mlawa);
	fixture_drop(&t->cal);
}

/* Ends the turn: false once the node has stopped, and then it says why. */
static bool turn_ends(struct flips *t)
{
	struct node_output out;

	node_turn_end(t->mlawa.n);
	while (node_next(t->mlawa.n, &out)) {
		if (out.type == NODE_FATAL)
			CHECK(strlen(out.fatal) > 20);
	}
	return !t->mlawa.n->fatal;
}

/* Quiet turns: some, and more while there is something to do. */
static bool rests(struct flips *t)
{
	for (unsigned i = 0; i < 2000; i++) {
		fixture_begin(&t->mlawa);
		node_tick(t->mlawa.n);
		if (!turn_ends(t))
			return false;
		if (i > 5 && !node_is_busy(t->mlawa.n))
			return true;
	}
	fail_msg("it is busy for ever");
	return false;
}

/* Whatever is given out is what the other node has, byte for byte. */
static bool serves_truth(struct flips *t, const struct wici_head *head)
{
	static uint8_t a[WICI_MESSAGE_LEN_MAX], b[WICI_MESSAGE_LEN_MAX];
	struct wici_bytes run, want;
	struct wici_key key;
	uint64_t first;
	uint16_t count;
	enum wici_err err = node_read_run(t->mlawa.n, &head->feed, 1, head->seq,
					  a, sizeof(a), &run);

	if (err != WICI_OK)
		return !t->mlawa.n->fatal;
	CHECK_OK(wici_run_peek(run, &key, &first, &count));
	CHECK_OK(node_read_run(t->cal.n, &head->feed, 1, count, b, sizeof(b),
			       &want));
	CHECK(wici_bytes_equal(run, want));
	return true;
}

static bool serves_all_truly(struct flips *t)
{
	struct wici_range_set set = node_set(t->cal.n, WICI_SPACE_HEADS);

	for (size_t i = 0; i < set.count; i++)
		if (!serves_truth(t, &set.items[i]))
			return false;
	return true;
}

/* All that CAL has. */
static bool hears_all(struct flips *t)
{
	static uint8_t buf[WICI_MESSAGE_LEN_MAX];
	struct wici_range_set set = node_set(t->cal.n, WICI_SPACE_HEADS);
	struct wici_head at;
	struct wici_bytes run;

	fixture_begin(&t->mlawa);
	fixture_carry_statements(&t->cal, &t->mlawa);
	for (int i = 0; i < 2 * (int)set.count; i++) {
		const struct wici_head *h = &set.items[i / 2];
		const struct feed *f = feeds_find(&t->mlawa.n->feeds, &h->feed);
		uint64_t from = f ? f->row.seq + 1 : 1;

		if (from > h->seq)
			continue;
		CHECK_OK(node_read_run(t->cal.n, &h->feed, from, h->seq, buf,
				       sizeof(buf), &run));
		if (node_receive_run(t->mlawa.n, 7, run, &at) != WICI_OK)
			continue; /* Another time: it is asked again. */
	}
	return turn_ends(t) && rests(t);
}

static bool runs_fsck(struct flips *t, const char *params)
{
	fixture_begin(&t->mlawa);
	call_put(&t->mlawa, "fsck.run", params, NULL, NULL);
	for (unsigned i = 0; i < 2000; i++) {
		if (!turn_ends(t))
			return false;
		if (!t->mlawa.n->fsck)
			return true;
		fixture_begin(&t->mlawa);
		node_tick(t->mlawa.n);
	}
	fail_msg("fsck does not end");
	return false;
}

static bool heals(struct flips *t)
{
	if (!serves_all_truly(t) || !rests(t) || !runs_fsck(t, "{}") ||
	    !serves_all_truly(t))
		return false;
	for (int i = 0; i < 3; i++)
		if (!hears_all(t))
			return false;
	if (!runs_fsck(t, "{}") || !serves_all_truly(t))
		return false;
	return true;
}

/* It says of itself that it is not. */
static bool says_no(const struct node *n)
{
	return n->sealed || n->has_aside || n->damages_count > 0;
}

enum outcome { HEALED, NOT_HEALED, STOPPED };

static enum outcome open_and_heal(struct flips *t)
{
	enum outcome outcome = STOPPED;

	if (fixture_try_open(&t->mlawa) != WICI_OK) {
		CHECK(strlen(t->mlawa.why) > 20);
		return STOPPED;
	}
	if (heals(t)) {
		outcome = says_no(t->mlawa.n) ? NOT_HEALED : HEALED;
		CHECK(outcome == NOT_HEALED ||
		      fixture_is_equal(&t->cal, &t->mlawa));
	}
	node_close(t->mlawa.n);
	t->mlawa.n = NULL;
	return outcome;
}

/* What was an index alone is right after the restart. */
static void flip(struct flips *t, size_t bit)
{
	enum outcome outcome;
	bool is_second = false;

	write_flipped(t, bit);
	outcome = open_and_heal(t);
	if (outcome == STOPPED) {
		is_second = true;
		outcome = open_and_heal(t);
	}
	t->restarted += is_second && outcome == HEALED;
	t->healed += outcome == HEALED;
	t->unhealed += outcome == NOT_HEALED;
	t->stopped += outcome == STOPPED;
}

/* A bit anywhere, or where something is written. */
static size_t draw(const struct flips *t, uint64_t *seed, bool is_written)
{
	size_t bit;

	do {
		*seed = *seed * 6364136223846793005u + 1442695040888963407u;
		bit = (size_t)(*seed >> 16) % (t->len * 8);
	} while (is_written && t->whole[bit / 8] == 0);
	return bit;
}

TEST(a_flipped_bit_anywhere_is_refused_or_healed)
{
	struct flips t;
	uint64_t seed = 2;

	begin(&t);
	for (unsigned i = 0; i < FLIPS; i++)
		flip(&t, draw(&t, &seed, i % 4 > 0));
	print_message("%u healed, %u of them by a restart; %u not, and say so;"
		      " %u refused\n",
		      t.healed, t.restarted, t.unhealed, t.stopped);
	CHECK(t.healed > FLIPS / 2 && t.restarted > 0);
	CHECK(t.unhealed <= FLIPS / 20);
	end(&t);
}

TEST_MAIN(RUN(a_flipped_bit_anywhere_is_refused_or_healed))
