/* proto/op_read.c — Ops read strictly: first to see whether they fit, with no
 * rows to fill, then by those who apply them.
 *
 * A list is a table: how many rows, how long their key is, who reads one. The
 * key stands first in each row's struct. */
#include "proto/op.h"

#include "proto/day.h"
#include "proto/require.h"
#include "proto/text.h"

union any_row { /* Where a row is read that nobody wants. */
	struct wici_issuer issuer;
	struct wici_feed_row feed;
	struct wici_revoked revoked;
	struct wici_quota quota;
	struct wici_witness witness;
	struct wici_relay relay;
	struct wici_id id;
};

struct list {
	const char *name;
	uint32_t min, max;
	size_t size;    /* Of a row. */
	size_t key_len; /* Rows ascend by so many of their first bytes. */
	void (*read)(struct wici_form *f, void *row);
};

/* rows NULL: only checks. Rows are zero where nothing was read. */
static size_t read_list(struct wici_form *f, const struct list *l, void *rows)
{
	uint32_t count = wici_form_array(f, l->name, l->min, l->max);
	union any_row scratch;
	uint8_t last[sizeof(scratch.issuer.scheme)];

	for (uint32_t i = 0; f->ok && i < count; i++) {
		void *row =
			rows ? (uint8_t *)rows + i * l->size : (void *)&scratch;

		memset(row, 0, l->size);
		l->read(f, row);
		/* PROTOCOL §5.2: "Lists ascend by their first key or id, each
		 * once." */
		if (i > 0 && memcmp(last, row, l->key_len) >= 0)
			f->ok = false;
		memcpy(last, row, l->key_len);
	}
	return count;
}

static struct wici_bytes read_line(struct wici_form *f, const char *name,
				   size_t len_max)
{
	struct wici_bytes line = wici_form_str(f, name);

	if (line.len < 1 || line.len > len_max || !wici_text_is_line(line))
		f->ok = false;
	return f->ok ? line : (struct wici_bytes){NULL, 0};
}

static int32_t read_day(struct wici_form *f, const char *name)
{
	struct wici_bytes text = wici_form_str(f, name);
	int32_t day = 0;

	if (f->ok && wici_day_parse(&day, text) != WICI_OK)
		f->ok = false;
	return day;
}

static void read_key(struct wici_form *f, const char *name,
		     struct wici_key *key)
{
	wici_form_bin(f, name, key->b, WICI_KEY_LEN);
}

static void read_id(struct wici_form *f, const char *name, struct wici_id *id)
{
	wici_form_bin(f, name, id->b, WICI_ID_LEN);
}

uint64_t wici_op_seq(struct wici_form *f)
{
	uint64_t seq = wici_form_uint(f, "seq");

	if (seq < 1 || seq > WICI_SEQ_MAX)
		f->ok = false;
	return seq;
}

/* --- Issuers ------------------------------------------------------------- */

size_t wici_op_closed(struct wici_form *f, uint32_t min,
		      struct wici_closed closed[WICI_CLOSED_MAX])
{
	uint32_t count = wici_form_array(f, "closed", min, WICI_CLOSED_MAX);

	for (uint32_t i = 0; f->ok && i < count; i++) {
		struct wici_head *cut = &closed[i].cut;

		wici_form_map(f, 3);
		read_key(f, "feed", &cut->feed);
		read_id(f, "id", &cut->id);
		cut->seq = wici_op_seq(f);
	}
	return count;
}

bool wici_op_is_closed_once(const struct wici_closed *closed, size_t count,
			    const struct wici_key *present)
{
	for (size_t i = 0; i < count; i++) {
		const struct wici_key *feed = &closed[i].cut.feed;

		if (wici_key_equal(feed, present))
			return false;
		for (size_t k = 0; k < i; k++) {
			if (wici_key_equal(feed, &closed[k].cut.feed))
				return false;
		}
	}
	return true;
}

static void read_issuer(struct wici_form *f, void *row)
{
	struct wici_issuer *issuer = row;
	struct wici_bytes scheme;

	wici_form_map(f, 7);
	issuer->closed_count = wici_op_closed(f, 0, issuer->closed);
	read_key(f, "feed", &issuer->at.feed);
	read_id(f, "id", &issuer->at.id);
	read_key(f, "identity", &issuer->identity);
	scheme = read_line(f, "scheme", WICI_SCHEME_LEN_MAX);
	issuer->at.seq = wici_op_seq(f);
	read_key(f, "token_key", &issuer->token_key);
	if (scheme.len)
		memcpy(issuer->scheme, scheme.p, scheme.len);
	if (!wici_op_is_closed_once(issuer->closed, issuer->closed_count,
				    &issuer->at.feed))
		f->ok = false;
}

static bool read_issuers(struct wici_bytes op, int32_t *expires,
			 struct wici_issuer *rows, size_t *count)
{
	static const struct list list = {
		.name = "issuers",
		.min = 0,
		.max = WICI_ISSUERS_MAX,
		.size = sizeof(struct wici_issuer),
		.key_len = sizeof(((struct wici_issuer *)0)->scheme),
		.read = read_issuer,
	};
	struct wici_form f;

	wici_form_init(&f, op);
	wici_form_map(&f, 3);
	*expires = read_day(&f, "expires");
	*count = read_list(&f, &list, rows);
	(void)wici_form_uint(&f, "op");
	return f.ok;
}

void wici_change_issuers(struct wici_bytes op, int32_t *expires,
			 struct wici_issuer *rows, size_t *count)
{
	bool ok = read_issuers(op, expires, rows, count);

	WICI_REQUIRE(ok);
}

/* --- Keys and feeds -------------------------------------------------------- */

struct act { /* An op 8, 10, 12 or 28. */
	struct wici_key identity, key;
	size_t count;
};

static void read_feed_row(struct wici_form *f, void *row)
{
	struct wici_feed_row *feed = row;

	wici_form_map(f, 4);
	read_key(f, "feed", &feed->at.feed);
	read_id(f, "id", &feed->at.id);
	feed->is_open = wici_form_bool(f, "open");
	feed->at.seq = wici_op_seq(f);
}

static enum wici_op op_number(struct wici_bytes op)
{
	struct wici_bytes value = {NULL, 0};
	enum wici_err err = wici_mp_find(WICI_MP_CANONICAL, op, "op", &value);
	struct wici_form f;

	WICI_REQUIRE(err == WICI_OK);
	wici_form_init(&f, value);
	return (enum wici_op)wici_form_uint(&f, NULL);
}

static bool read_act(struct wici_bytes op, struct act *act,
		     struct wici_feed_row *rows)
{
	enum wici_op number = op_number(op);
	bool has_key = number == WICI_OP_REKEY || number == WICI_OP_REINSTATE;
	bool has_identity = has_key || number == WICI_OP_SUSPEND;
	const struct list list = {
		.name = "feeds",
		.min = has_identity ? 0 : 1,
		.max = WICI_ROWS_MAX,
		.size = sizeof(struct wici_feed_row),
		.key_len = WICI_KEY_LEN,
		.read = read_feed_row,
	};
	struct wici_form f;

	memset(act, 0, sizeof(*act));
	wici_form_init(&f, op);
	wici_form_map(&f, 2u + has_identity + has_key);
	act->count = read_list(&f, &list, rows);
	if (has_identity)
		read_key(&f, "identity", &act->identity);
	if (has_key)
		read_key(&f, "key", &act->key);
	(void)wici_form_uint(&f, "op");
	return f.ok;
}

void wici_change_member(struct wici_bytes op, struct wici_key *identity,
			struct wici_key *key)
{
	struct act act;
	bool ok = read_act(op, &act, NULL);

	WICI_REQUIRE(ok);
	*identity = act.identity;
	*key = act.key;
}

void wici_change_rows(struct wici_bytes op, struct wici_feed_row *rows,
		      size_t *count)
{
	struct act act;
	bool ok = read_act(op, &act, rows);

	WICI_REQUIRE(ok);
	*count = act.count;
}

/* --- Certificates ------------------------------------------------------------ */

static void read_revocation(struct wici_form *f, void *row)
{
	struct wici_revoked *revoked = row;

	wici_form_map(f, 2);
	revoked->effective = read_day(f, "effective");
	read_id(f, "id", &revoked->certificate);
}

static bool read_revoked(struct wici_bytes op, struct wici_revoked *rows,
			 size_t *count)
{
	static const struct list list = {
		.name = "revocations",
		.min = 1,
		.max = WICI_REVOKED_MAX,
		.size = sizeof(struct wici_revoked),
		.key_len = WICI_ID_LEN,
		.read = read_revocation,
	};
	struct wici_form f;

	wici_form_init(&f, op);
	wici_form_map(&f, 2);
	(void)wici_form_uint(&f, "op");
	*count = read_list(&f, &list, rows);
	return f.ok;
}

void wici_change_revoked(struct wici_bytes op, struct wici_revoked *rows,
			 size_t *count)
{
	bool ok = read_revoked(op, rows, count);

	WICI_REQUIRE(ok);
}

static void read_certificate(struct wici_form *f, void *row)
{
	read_id(f, NULL, row);
}

static bool read_lifted(struct wici_bytes op, struct wici_id *rows,
			size_t *count)
{
	static const struct list list = {
		.name = "certificates",
		.min = 1,
		.max = WICI_REVOKED_MAX,
		.size = sizeof(struct wici_id),
		.key_len = WICI_ID_LEN,
		.read = read_certificate,
	};
	struct wici_form f;

	wici_form_init(&f, op);
	wici_form_map(&f, 2);
	*count = read_list(&f, &list, rows);
	(void)wici_form_uint(&f, "op");
	return f.ok;
}

void wici_change_lifted(struct wici_bytes op, struct wici_id *rows,
			size_t *count)
{
	bool ok = read_lifted(op, rows, count);

	WICI_REQUIRE(ok);
}

/* --- Witnesses, quotas, relays --------------------------------------------- */

static void read_witness(struct wici_form *f, void *row)
{
	struct wici_witness *witness = row;

	wici_form_map(f, 2);
	read_key(f, "feed", &witness->feed);
	read_key(f, "identity", &witness->identity);
}

static bool read_witnesses(struct wici_bytes op, uint64_t *needed,
			   struct wici_witness *rows, size_t *count)
{
	static const struct list list = {
		.name = "witnesses",
		.min = 0,
		.max = WICI_WITNESSES_MAX,
		.size = sizeof(struct wici_witness),
		.key_len = WICI_KEY_LEN,
		.read = read_witness,
	};
	struct wici_form f;

	wici_form_init(&f, op);
	wici_form_map(&f, 3);
	*needed = wici_form_uint(&f, "needed");
	(void)wici_form_uint(&f, "op");
	*count = read_list(&f, &list, rows);
	return f.ok && *needed <= *count;
}

void wici_change_witnesses(struct wici_bytes op, uint64_t *needed,
			   struct wici_witness *rows, size_t *count)
{
	bool ok = read_witnesses(op, needed, rows, count);

	WICI_REQUIRE(ok);
}

static void read_quota(struct wici_form *f, void *row)
{
	struct wici_quota *quota = row;

	wici_form_map(f, 3);
	quota->bytes = wici_form_uint(f, "bytes");
	quota->entries = wici_form_uint(f, "entries");
	read_key(f, "feed", &quota->feed);
}

static bool read_quotas(struct wici_bytes op, struct wici_quota *rows,
			size_t *count)
{
	static const struct list list = {
		.name = "feeds",
		.min = 0,
		.max = WICI_QUOTAS_MAX,
		.size = sizeof(struct wici_quota),
		.key_len = WICI_KEY_LEN,
		.read = read_quota,
	};
	struct wici_form f;

	wici_form_init(&f, op);
	wici_form_map(&f, 2);
	*count = read_list(&f, &list, rows);
	(void)wici_form_uint(&f, "op");
	return f.ok;
}

void wici_change_quotas(struct wici_bytes op, struct wici_quota *rows,
			size_t *count)
{
	bool ok = read_quotas(op, rows, count);

	WICI_REQUIRE(ok);
}

static void read_relay(struct wici_form *f, void *row)
{
	struct wici_relay *relay = row;

	wici_form_map(f, 2);
	relay->addresses_count =
		wici_form_array(f, "addresses", 1, WICI_RELAY_ADDRESSES);
	for (size_t i = 0; f->ok && i < relay->addresses_count; i++) {
		struct wici_bytes line =
			read_line(f, NULL, WICI_ADDRESS_LEN_MAX);

		if (line.len)
			memcpy(relay->addresses[i], line.p, line.len);
	}
	read_key(f, "identity", &relay->identity);
}

static bool read_relays(struct wici_bytes op, struct wici_relay *rows,
			size_t *count)
{
	static const struct list list = {
		.name = "relays",
		.min = 0,
		.max = WICI_RELAYS_MAX,
		.size = sizeof(struct wici_relay),
		.key_len = WICI_KEY_LEN,
		.read = read_relay,
	};
	struct wici_form f;

	wici_form_init(&f, op);
	wici_form_map(&f, 2);
	(void)wici_form_uint(&f, "op");
	*count = read_list(&f, &list, rows);
	return f.ok;
}

void wici_change_relays(struct wici_bytes op, struct wici_relay *rows,
			size_t *count)
{
	bool ok = read_relays(op, rows, count);

	WICI_REQUIRE(ok);
}

bool wici_op_is_good(enum wici_op number, struct wici_bytes op)
{
	struct act act;
	uint64_t needed;
	int32_t expires;
	size_t count;

	switch (number) {
	case WICI_OP_ISSUERS:
		return read_issuers(op, &expires, NULL, &count);
	case WICI_OP_SUSPEND:
	case WICI_OP_REKEY:
	case WICI_OP_REINSTATE:
	case WICI_OP_FEEDS:
		return read_act(op, &act, NULL);
	case WICI_OP_REVOKE:
		return read_revoked(op, NULL, &count);
	case WICI_OP_LIFT:
		return read_lifted(op, NULL, &count);
	case WICI_OP_WITNESSES:
		return read_witnesses(op, &needed, NULL, &count);
	case WICI_OP_QUOTAS:
		return read_quotas(op, NULL, &count);
	case WICI_OP_RELAYS:
		return read_relays(op, NULL, &count);
	case WICI_OP_FOUND:
	case WICI_OP_REGISTRAR:
	case WICI_OP_REGISTRARS:
	case WICI_OP_POLICY:
	case WICI_OP_STANDS:
		break; /* Read by proto/change.c itself. */
	}
	return false;
}
