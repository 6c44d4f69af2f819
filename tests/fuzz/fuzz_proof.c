/* tests/fuzz/fuzz_proof.c — A proof file of somebody's making. day u8, the one
 * asked about, then records: type u8, length u16, bytes. Types with bit 7 set
 * are what the network of forge.h signs first:
 *   0x82   ops u8, their bytes: the root's next change
 *   0x85   an entry, as forge_entry() has it
 * VALID is said only where all holds that it takes; and the order of entries
 * does not matter. */
#include "proto/proof.h"

#include "tests/fuzz/forge.h"
#include "tests/fuzz/fuzz.h"

#define ROWS    64
#define ENTRIES 64
#define RECORD  ((size_t)4096)

static struct forge forge;
static struct wici_root_row rows[ROWS];
static struct wici_member members[8];
static struct wici_root_key keys[ROWS];
static struct wici_root_feed feeds[512];
static struct wici_root_revocation revocations[512];
static struct wici_proof_entry entries[WICI_PROOF_ENTRIES_MAX];
static struct wici_act acts[WICI_PROOF_ENTRIES_MAX];
static struct wici_offline offline;

/* Signed records, and which is which. */
static uint8_t made[ENTRIES][RECORD];
static struct {
	enum wici_bundle_type type;
	struct wici_bytes bytes;
} records[ENTRIES];
static size_t count;

static void put(enum wici_bundle_type type, struct wici_bytes bytes)
{
	records[count].type = type;
	records[count++].bytes = bytes;
}

static void take_record(uint8_t type, struct wici_bytes b)
{
	struct wici_bytes entry;

	if (type == 0x82) {
		uint8_t ops = fuzz_byte(&b);

		if (forge_change(&forge, ops, b))
			put(WICI_BUNDLE_STATEMENT, forge.change);
	} else if (type == 0x85) {
		if (forge_entry(&forge, b, made[count], RECORD, &entry))
			put(WICI_BUNDLE_ENTRY, entry);
	} else {
		put((enum wici_bundle_type)type, b);
	}
}

static void take_records(struct wici_bytes b)
{
	struct wici_cursor c = wici_cursor(b);

	count = 0;
	forge_init(&forge);
	put(WICI_BUNDLE_STATEMENT, forge.change);
	while (c.len > 0 && count < ENTRIES) {
		uint8_t type = wici_take_u8(&c);
		size_t len = wici_take_u16(&c);
		const uint8_t *p = wici_take(&c, len);

		if (!p)
			return;
		take_record(type, (struct wici_bytes){p, len});
	}
}

static bool fold(void)
{
	static const struct wici_roster_space space = {.members = members,
						       .members_max = 8,
						       .keys = keys,
						       .keys_max = ROWS,
						       .feeds = feeds,
						       .feeds_max = 512,
						       .revocations =
							       revocations,
						       .revocations_max = 512};

	wici_offline_init(&offline, &forge.network, rows, ROWS);
	for (size_t i = 0; i < count; i++)
		if (records[i].type == WICI_BUNDLE_STATEMENT &&
		    wici_offline_add(&offline, records[i].bytes) != WICI_OK)
			return false;
	return wici_offline_fold(&offline, &space) == WICI_OK;
}

/* What VALID takes, asked once more of the parts. */
static void must_be_right(const struct wici_proof *p,
			  const struct wici_proof_answer *a, int32_t day)
{
	const struct wici_certificate *c = &a->certificate;
	struct wici_certificate_on on;

	if (a->verdict.status != WICI_STATUS_VALID)
		return;
	wici_certificate_on(c, day, &on);
	MUST(p->has_grant && c->grant && c->issuer && c->asked);
	MUST(wici_id_equal(&c->asked->id, &p->grant));
	MUST(on.state == WICI_CERT_GRANTED);
	MUST(wici_fresh_is(&a->fresh) && a->fresh.is_covered);
	MUST(a->fresh.said == WICI_CERT_GRANTED);
	MUST(a->fresh.counted >= a->fresh.needed);
	MUST(!offline.roster.is_forked && !offline.roster.needs_newer);
	MUST(day >= c->terms.valid_from.first &&
	     day <= c->terms.valid_until.last);
	for (size_t i = 0; i < c->acts_count; i++)
		MUST(c->acts[i].standing == WICI_COUNTS);
}

static enum wici_status judge(struct wici_proof *p, uint8_t about)
{
	struct wici_proof_question q = {
		.on_day = (int32_t)(FORGE_TODAY - 64 + about),
		.now_ms = FORGE_TODAY * FORGE_DAY_MS,
		.age_ms = WICI_FRESH_AGE_MS};
	struct wici_proof_answer a;

	wici_proof_judge(p, acts, &q, &a);
	must_be_right(p, &a, q.on_day);
	return a.verdict.status;
}

static void turn_round(struct wici_proof *p)
{
	for (size_t i = 0; 2 * i + 1 < p->entries_count; i++) {
		struct wici_proof_entry *other =
			&p->entries[p->entries_count - 1 - i];
		struct wici_proof_entry was = p->entries[i];

		p->entries[i] = *other;
		*other = was;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wici_bytes b = {data, size};
	uint8_t about = fuzz_byte(&b);
	struct wici_proof p;
	enum wici_status status;

	take_records(b);
	if (!fold())
		return 0;
	wici_proof_init(&p, &offline, entries);
	for (size_t i = 0; i < count; i++)
		if (wici_proof_take(&p, records[i].type, records[i].bytes) !=
		    WICI_OK)
			return 0;
	status = judge(&p, about);
	turn_round(&p);
	MUST(judge(&p, about) == status);
	return 0;
}
