/* proto/fresh.c — Freshness: beacon and witnesses, the older of both.
 *
 * Whatever is missing, too old, too new, or says something else counts for
 * nothing; nothing here can make a certificate valid, it only can fail to. */
#include "proto/fresh.h"

#include "proto/require.h"

static const char *const sight_codes[] = {
#define X(name, code) code,
	WICI_SIGHTS(X)
#undef X
};

const char *wici_sight_code(enum wici_sight s)
{
	WICI_REQUIRE((size_t)s < sizeof(sight_codes) / sizeof(sight_codes[0]));
	return sight_codes[s];
}

/* PROTOCOL §5.10: "A time more than an hour ahead of the verifier's clock counts
 * for nothing" */
static enum wici_sight judge_time(const struct wici_fresh *f, int64_t time_ms)
{
	if (time_ms > f->now_ms && time_ms - f->now_ms > WICI_FRESH_AHEAD_MS)
		return WICI_SIGHT_AHEAD;
	if (time_ms <= 0 || time_ms < f->now_ms - f->age_ms)
		return WICI_SIGHT_OLD;
	return WICI_SIGHT_COUNTS;
}

void wici_fresh_begin(struct wici_fresh *f, const struct wici_roster *r,
		      const struct wici_key *issuing, int64_t now_ms,
		      int64_t age_ms)
{
	const struct wici_key *feed;

	memset(f, 0, sizeof(*f));
	f->roster = r;
	f->now_ms = now_ms;
	f->age_ms = age_ms;
	f->beacon = f->witness = WICI_SIGHT_NONE;
	f->is_named = r->witnesses_count > 0;
	f->needed = f->is_named ? r->witnesses_needed : 1;
	/* PROTOCOL §5.10: "Where that is the issuing feed itself its beacons say it
	 * already." */
	if (!f->is_named && issuing && wici_roster_is_witness(r, issuing)) {
		f->needed = 0;
		return;
	}
	for (size_t i = 0; (feed = wici_roster_witness(r, i)); i++) {
		f->witnesses[i].feed = *feed;
		f->witnesses[i].sight = WICI_SIGHT_NONE;
		f->witnesses_count++;
	}
}

enum wici_certificate_state wici_beacon_state(
	const struct wici_beacon_body *body, uint64_t index)
{
	if (index / 4 >= body->states.len)
		return WICI_CERT_NONE;
	return (enum wici_certificate_state)(
		body->states.p[index / 4] >> index % 4 * 2 & 3);
}

void wici_beacon_set(uint8_t *states, uint64_t index,
		     enum wici_certificate_state state)
{
	unsigned shift = (unsigned)(index % 4) * 2;
	uint8_t *byte = &states[index / 4];

	*byte = (uint8_t)((*byte & ~(3u << shift)) | (unsigned)state << shift);
}

/* PROTOCOL §5.10: "where the list is full any may be" */
static bool is_listed(struct wici_bytes array, uint64_t index)
{
	struct wici_mp_reader r;
	struct wici_mp v;
	uint32_t count;

	if (!array.p)
		return false;
	wici_mp_reader_init(&r, WICI_MP_CANONICAL, array);
	WICI_REQUIRE(wici_mp_expect(&r, WICI_MP_ARRAY, &v) == WICI_OK);
	count = v.count;
	if (count == WICI_BEACON_RESTORED_MAX)
		return true;
	for (uint32_t i = 0; i < count; i++) {
		WICI_REQUIRE(wici_mp_expect(&r, WICI_MP_UINT, &v) == WICI_OK);
		if (v.u == index)
			return true;
	}
	return false;
}

void wici_fresh_beacon(struct wici_fresh *f,
		       const struct wici_beacon_body *body, int64_t time_ms,
		       uint64_t index, bool is_covered)
{
	f->beacon_ms = time_ms;
	f->beacon = judge_time(f, time_ms);
	if (body->roster > f->roster->version)
		f->beacon = WICI_SIGHT_ROSTER;
	f->is_covered = is_covered;
	f->is_before = body->roster < f->roster->version;
	f->said = wici_beacon_state(body, index);
	f->is_restored = is_listed(body->restored, index);
}

/* A value of a row; the payload has passed wici_kind_check. */
static struct wici_mp field(struct wici_bytes row, const char *key)
{
	struct wici_mp_reader r;
	struct wici_bytes raw;
	struct wici_mp v;

	WICI_REQUIRE(!wici_mp_find(WICI_MP_CANONICAL, row, key, &raw));
	wici_mp_reader_init(&r, WICI_MP_CANONICAL, raw);
	WICI_REQUIRE(!wici_mp_next(&r, &v));
	return v;
}

bool wici_witness_head_at(const struct wici_witness_body *body, size_t i,
			  struct wici_head *head)
{
	struct wici_bytes row = {NULL, 0};
	struct wici_mp_reader r;
	struct wici_mp v;

	if (!body->heads.p)
		return false;
	wici_mp_reader_init(&r, WICI_MP_CANONICAL, body->heads);
	WICI_REQUIRE(!wici_mp_expect(&r, WICI_MP_ARRAY, &v));
	if (i >= v.count)
		return false;
	for (size_t k = 0; k <= i; k++)
		WICI_REQUIRE(!wici_mp_skip(&r, &row));
	memcpy(head->feed.b, field(row, "feed").bytes.p, WICI_KEY_LEN);
	memcpy(head->id.b, field(row, "id").bytes.p, WICI_ID_LEN);
	head->seq = field(row, "seq").u;
	return true;
}

bool wici_witness_head(const struct wici_witness_body *body,
		       const struct wici_key *feed, struct wici_head *head)
{
	for (size_t i = 0; wici_witness_head_at(body, i, head); i++)
		if (wici_key_equal(&head->feed, feed))
			return true;
	return false;
}

enum wici_head_held wici_head_compare(const struct wici_head *named,
				      const struct wici_head *at)
{
	if (named->seq > at->seq)
		return WICI_HEAD_AHEAD;
	if (named->seq == at->seq && !wici_id_equal(&named->id, &at->id))
		return WICI_HEAD_OTHER;
	return WICI_HEAD_HELD;
}

static enum wici_sight judge(const struct wici_fresh *f,
			     const struct wici_witness_body *body,
			     int64_t time_ms, bool is_root_held,
			     enum wici_head_held held)
{
	if (body->roster > f->roster->version)
		return WICI_SIGHT_ROSTER;
	if (!is_root_held || held == WICI_HEAD_OTHER)
		return WICI_SIGHT_SPLIT;
	if (held == WICI_HEAD_AHEAD)
		return WICI_SIGHT_BEHIND;
	if (held == WICI_HEAD_UNNAMED)
		return WICI_SIGHT_UNNAMED;
	return judge_time(f, time_ms);
}

void wici_fresh_witness(struct wici_fresh *f, const struct wici_key *feed,
			const struct wici_witness_body *body, int64_t time_ms,
			bool is_root_held, enum wici_head_held held)
{
	for (size_t i = 0; i < f->witnesses_count; i++) {
		struct wici_witness_sight *w = &f->witnesses[i];

		if (!wici_key_equal(&w->feed, feed))
			continue;
		w->time_ms = time_ms;
		w->sight = judge(f, body, time_ms, is_root_held, held);
	}
}

static void sort(int64_t *times, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		int64_t t = times[i];
		size_t j = i;

		for (; j > 0 && times[j - 1] > t; j--)
			times[j] = times[j - 1];
		times[j] = t;
	}
}

void wici_fresh_existed(struct wici_fresh *f, int64_t *times, size_t count)
{
	uint64_t needed = f->needed > 0 ? f->needed : 1;

	sort(times, count);
	f->existed_ms = count >= needed ? times[needed - 1] : 0;
}

/* Of a time that can be believed, fresh or not. */
static bool is_dated(enum wici_sight s)
{
	return s == WICI_SIGHT_COUNTS || s == WICI_SIGHT_OLD;
}

/* The needed-th newest time, of all that can be believed. */
static int64_t witnessed_at(const struct wici_fresh *f)
{
	int64_t times[WICI_WITNESSES_MAX];
	size_t count = 0;

	for (size_t i = 0; i < f->witnesses_count; i++)
		if (is_dated(f->witnesses[i].sight))
			times[count++] = f->witnesses[i].time_ms;
	sort(times, count);
	return f->needed > 0 && count >= f->needed ? times[count - f->needed]
						   : 0;
}

void wici_fresh_end(struct wici_fresh *f)
{
	for (size_t i = 0; i < f->witnesses_count; i++) {
		enum wici_sight sight = f->witnesses[i].sight;

		if (sight == WICI_SIGHT_COUNTS)
			f->counted++;
		else if (sight > f->witness)
			f->witness = sight;
	}
	if (f->counted >= f->needed)
		f->witness = WICI_SIGHT_COUNTS;
	f->witness_ms = witnessed_at(f);
	if (!is_dated(f->beacon) || (f->needed > 0 && f->witness_ms == 0))
		return;
	f->as_of_ms = f->beacon_ms;
	if (f->needed > 0 && f->witness_ms < f->as_of_ms)
		f->as_of_ms = f->witness_ms;
	if (f->as_of_ms > f->now_ms)
		f->as_of_ms = f->now_ms;
}

bool wici_fresh_is(const struct wici_fresh *f)
{
	return f->beacon == WICI_SIGHT_COUNTS &&
	       f->witness == WICI_SIGHT_COUNTS;
}
