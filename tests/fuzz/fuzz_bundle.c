/* tests/fuzz/fuzz_bundle.c — A file from a stick. how u8, then
 *   bit 7 clear   the bytes of a file; also tried as the maps of a bundle
 *   bit 7 set     records (type u8, length u16, bytes) of which a bundle with
 *                 a right end is made, which a fuzzer does not find by itself
 * The lower bits say in what pieces it is read: whole gives the same. */
#include "proto/bearer.h"
#include "proto/bundle.h"

#include "tests/fuzz/fuzz.h"

/* Everything that reading gave, in one hash. */
struct result {
	enum wici_err err;
	bool is_done;
	uint64_t records;
	struct wici_id all;
};

static enum wici_err drain(struct wici_bundle_reader *r, struct wici_hash *h)
{
	enum wici_bundle_type type;
	struct wici_bytes b;
	enum wici_err err;

	while ((err = wici_bundle_next(r, &type, &b)) == WICI_OK) {
		uint8_t head = (uint8_t)type;

		MUST(type >= WICI_BUNDLE_ABOUT && type <= WICI_BUNDLE_CHUNK);
		MUST(b.len <= WICI_BUNDLE_RECORD_MAX);
		wici_hash_update(h, &head, 1);
		wici_hash_update(h, b.p, b.len);
	}
	return err;
}

static struct result read_in_steps(struct wici_bytes file, size_t step)
{
	struct wici_bundle_reader *r = malloc(sizeof(*r));
	struct result result = {WICI_OK};
	struct wici_hash h;

	MUST(r);
	wici_hash_init(&h, WICI_DOMAIN_ID);
	wici_bundle_reader_init(r);
	while (file.len > 0 && result.err != WICI_REJECT_BUNDLE) {
		size_t n = step < file.len ? step : file.len;
		size_t taken;

		result.err = wici_bundle_feed(r, (struct wici_bytes){file.p, n},
					      &taken);
		if (result.err != WICI_OK)
			break;
		MUST(taken > 0);
		file.p += taken;
		file.len -= taken;
		result.err = drain(r, &h);
	}
	result.is_done = r->is_done;
	result.records = r->records;
	result.all = wici_hash_final(&h);
	free(r);
	return result;
}

static struct result read_both_ways(struct wici_bytes file, uint8_t how)
{
	size_t step = 1 + (size_t)(how & 0x7f) * 7;
	struct result whole = read_in_steps(file, file.len);
	struct result pieces = read_in_steps(file, step);

	MUST(whole.err == pieces.err && whole.is_done == pieces.is_done);
	MUST(whole.is_done == (whole.err == WICI_END));
	MUST(whole.records == pieces.records);
	MUST(wici_id_equal(&whole.all, &pieces.all));
	return whole;
}

static void read_maps(struct wici_bytes b)
{
	struct wici_bundle_about about;
	struct wici_bundle_backup backup;
	uint8_t *copy = malloc(b.len + 1);
	struct wici_mp_writer w;

	MUST(copy);
	wici_mp_writer_init(&w, copy, b.len);
	if (wici_bundle_about_read(&about, b) == WICI_OK) {
		wici_bundle_about_write(&w, &about);
		MUST(!w.overflow && w.len == b.len);
		MUST(memcmp(copy, b.p, b.len) == 0);
	} else if (wici_bundle_backup_read(&backup, b) == WICI_OK) {
		wici_bundle_backup_write(&w, &backup);
		MUST(!w.overflow && w.len == b.len);
		MUST(memcmp(copy, b.p, b.len) == 0);
	}
	free(copy);
}

static void read_fixed(struct wici_bytes b)
{
	static const struct wici_id network = {{1}};
	static struct wici_bearer bearer;
	struct wici_head after;
	uint8_t buf[WICI_BUNDLE_AFTER_LEN];

	if (wici_bearer_read(&bearer, b) == WICI_OK) {
		MUST(bearer.count <= WICI_BEARER_ANSWERS_MAX);
		if (wici_key_check(&bearer.feed) == WICI_OK)
			MUST(wici_bearer_verify(&bearer, b, &network) !=
			     WICI_OK);
	}
	if (wici_bundle_after_read(&after, b) == WICI_OK) {
		wici_bundle_after_write(buf, &after);
		MUST(memcmp(buf, b.p, b.len) == 0);
	}
}

/* May the records stand as they do? */
static bool is_in_order(uint8_t type, uint64_t place)
{
	if (type == WICI_BUNDLE_BACKUP)
		return place == 1;
	return (type == WICI_BUNDLE_ABOUT) == (place == 0);
}

static void make_and_read(struct wici_bytes records, uint8_t how)
{
	struct wici_id network = {{how}};
	struct wici_cursor c = wici_cursor(records);
	struct wici_bundle_writer w;
	uint8_t *file = malloc(WICI_BUNDLE_HEAD_LEN + 37 + records.len * 5);
	size_t len = WICI_BUNDLE_HEAD_LEN;
	uint64_t count = 0;
	bool is_good = true;
	struct result result;

	MUST(file);
	wici_bundle_begin(&w, file, &network);
	while (c.len > 0) {
		uint8_t type = wici_take_u8(&c);
		size_t n = wici_take_u16(&c);
		const uint8_t *p = wici_take(&c, n);

		if (!p || type == WICI_BUNDLE_END || n > WICI_BUNDLE_RECORD_MAX)
			break;
		is_good = is_good && is_in_order(type, count++);
		wici_bundle_record(&w, file + len, (enum wici_bundle_type)type,
				   (struct wici_bytes){p, n});
		memcpy(file + len + 5, p, n);
		len += 5 + n;
	}
	wici_bundle_end(&w, file + len);
	result = read_both_ways((struct wici_bytes){file, len + 37}, how);
	MUST(result.is_done == (is_good && count > 0));
	MUST(!result.is_done || result.records == count + 1);
	free(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wici_bytes b = {data, size};
	uint8_t how = fuzz_byte(&b);

	if (how & 0x80) {
		make_and_read(b, how);
	} else if (b.len > 0) {
		(void)read_both_ways(b, how);
		read_maps(b);
		read_fixed(b);
	}
	return 0;
}
