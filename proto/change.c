/* proto/change.c — Changes of the root: ops read strictly and written.
 *
 * Reading is sequential, since canonical maps have one order of keys, and
 * sticky: after the first thing that does not fit nothing else is read. */
#include "proto/change.h"

#include "proto/day.h"
#include "proto/mp_read.h"
#include "proto/require.h"
#include "proto/text.h"

struct in {
	struct wici_mp_reader r;
	bool ok;
};

static struct in in_bytes(struct wici_bytes b)
{
	struct in in = {.ok = true};

	wici_mp_reader_init(&in.r, WICI_MP_CANONICAL, b);
	return in;
}

static struct wici_mp in_value(struct in *in, enum wici_mp_type type)
{
	struct wici_mp v = {.type = type};

	if (!in->ok || wici_mp_expect(&in->r, type, &v) != WICI_OK) {
		in->ok = false;
		return (struct wici_mp){.type = type};
	}
	return v;
}

static void in_map(struct in *in, uint32_t pairs)
{
	if (in_value(in, WICI_MP_MAP).count != pairs)
		in->ok = false;
}

static void in_key(struct in *in, const char *key)
{
	if (in->ok && wici_mp_expect_key(&in->r, key) != WICI_OK)
		in->ok = false;
}

static struct wici_bytes in_str(struct in *in, const char *key)
{
	in_key(in, key);
	return in_value(in, WICI_MP_STR).bytes;
}

static uint64_t in_uint(struct in *in, const char *key)
{
	in_key(in, key);
	return in_value(in, WICI_MP_UINT).u;
}

static uint32_t in_array(struct in *in, const char *key)
{
	in_key(in, key);
	return in_value(in, WICI_MP_ARRAY).count;
}

static void in_bin(struct in *in, const char *key, void *out, size_t len)
{
	in_key(in, key);
	if (in->ok && wici_mp_expect_bin(&in->r, out, len) != WICI_OK)
		in->ok = false;
}

static struct wici_bytes in_raw(struct in *in)
{
	struct wici_bytes raw = {NULL, 0};

	if (in->ok && wici_mp_skip(&in->r, &raw) != WICI_OK)
		in->ok = false;
	return raw;
}

static void in_seq(struct in *in, uint64_t *seq)
{
	*seq = in_uint(in, "seq");
	if (*seq < 1 || *seq > WICI_SEQ_MAX)
		in->ok = false;
}

static bool read_found(struct wici_change *c, struct wici_bytes op)
{
	struct in in = in_bytes(op);
	struct wici_bytes policy;

	if (c->has_found)
		return false;
	c->has_found = true;
	in_map(&in, 4);
	c->name = in_str(&in, "name");
	(void)in_uint(&in, "op");
	in_key(&in, "policy");
	policy = in_raw(&in);
	in_bin(&in, "salt", c->salt.b, WICI_SALT_LEN);
	return in.ok && c->name.len >= 1 &&
	       c->name.len <= WICI_NETWORK_NAME_LEN_MAX &&
	       wici_text_is_line(c->name) &&
	       wici_policy_decode(&c->policy, policy) == WICI_OK &&
	       c->policy.version == 1;
}

static bool read_registrar(struct wici_change *c, struct wici_bytes op)
{
	struct in in = in_bytes(op);

	if (c->has_registrar)
		return false;
	c->has_registrar = true;
	in_map(&in, 4);
	in_bin(&in, "feed", c->registrar.feed.b, WICI_KEY_LEN);
	in_bin(&in, "id", c->registrar.id.b, WICI_ID_LEN);
	(void)in_uint(&in, "op");
	in_seq(&in, &c->registrar.seq);
	return in.ok;
}

/* A feed has one place where it stops, and the present one does not stop. */
static bool is_closed_once(const struct wici_issuer *row, size_t n)
{
	const struct wici_key *feed = &row->closed[n].cut.feed;

	if (wici_key_equal(feed, &row->at.feed))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (wici_key_equal(feed, &row->closed[i].cut.feed))
			return false;
	}
	return true;
}

static void read_closed(struct in *in, struct wici_issuer *row)
{
	uint32_t count = in_array(in, "closed");

	if (count > WICI_CLOSED_MAX)
		in->ok = false;
	for (uint32_t i = 0; in->ok && i < count; i++) {
		struct wici_head *cut = &row->closed[i].cut;

		in_map(in, 3);
		in_bin(in, "feed", cut->feed.b, WICI_KEY_LEN);
		in_bin(in, "id", cut->id.b, WICI_ID_LEN);
		in_seq(in, &cut->seq);
		row->closed_count++;
	}
}

static void read_row(struct in *in, struct wici_issuer *row)
{
	struct wici_bytes scheme;

	memset(row, 0, sizeof(*row));
	in_map(in, 7);
	read_closed(in, row);
	in_bin(in, "feed", row->at.feed.b, WICI_KEY_LEN);
	in_bin(in, "id", row->at.id.b, WICI_ID_LEN);
	in_bin(in, "identity", row->identity.b, WICI_KEY_LEN);
	scheme = in_str(in, "scheme");
	in_seq(in, &row->at.seq);
	in_bin(in, "token_key", row->token_key.b, WICI_KEY_LEN);
	if (scheme.len < 1 || scheme.len > WICI_SCHEME_LEN_MAX ||
	    !wici_text_is_line(scheme)) {
		in->ok = false;
		return;
	}
	memcpy(row->scheme, scheme.p, scheme.len);
	for (size_t i = 0; i < row->closed_count; i++)
		in->ok = in->ok && is_closed_once(row, i);
}

/* rows NULL: only checks. */
static bool read_issuers(struct wici_bytes op, int32_t *expires,
			 struct wici_issuer *rows, size_t *count)
{
	char last[WICI_SCHEME_LEN_MAX + 1] = ""; /* Below every scheme. */
	struct in in = in_bytes(op);
	struct wici_issuer scratch;
	struct wici_bytes day;
	uint32_t n;

	in_map(&in, 3);
	day = in_str(&in, "expires");
	n = in_array(&in, "issuers");
	if (!in.ok || n > WICI_ISSUERS_MAX ||
	    wici_day_parse(expires, day) != WICI_OK)
		return false;
	for (uint32_t i = 0; in.ok && i < n; i++) {
		struct wici_issuer *row = rows ? &rows[i] : &scratch;

		read_row(&in, row);
		if (strcmp(last, row->scheme) >= 0)
			in.ok = false;
		memcpy(last, row->scheme, sizeof(last));
	}
	(void)in_uint(&in, "op");
	*count = n;
	return in.ok;
}

/* PROTOCOL §5.2: "Body and known ops have exactly the fields named here, and an
 * op stands in a change once at most" */
static bool read_op(struct wici_change *c, struct wici_bytes op)
{
	struct wici_bytes value;
	struct in in;
	uint64_t number;
	int32_t expires;
	size_t count;

	if (wici_mp_find(WICI_MP_CANONICAL, op, "op", &value) != WICI_OK)
		return false;
	in = in_bytes(value);
	number = in_value(&in, WICI_MP_UINT).u;
	if (!in.ok)
		return false;
	if (number == WICI_OP_FOUND)
		return read_found(c, op);
	if (number == WICI_OP_REGISTRAR)
		return read_registrar(c, op);
	if (number == WICI_OP_ISSUERS) {
		if (c->issuers.p)
			return false;
		c->issuers = op;
		return read_issuers(op, &expires, NULL, &count);
	}
	if (number % 2 == 0)
		c->needs_newer = true;
	return true;
}

static bool is_map(struct wici_bytes raw)
{
	struct in in = in_bytes(raw);

	(void)in_value(&in, WICI_MP_MAP);
	return in.ok;
}

enum wici_err wici_change_decode(struct wici_change *c,
				 const struct wici_statement *s)
{
	struct in in = in_bytes(s->body);
	uint32_t ops;

	memset(c, 0, sizeof(*c));
	if (s->type != WICI_STATEMENT_CHANGE ||
	    wici_mp_check(WICI_MP_CANONICAL, s->body, NULL) != WICI_OK)
		return WICI_REJECT_STATEMENT;
	in_map(&in, 4);
	in_bin(&in, "network", c->network.b, WICI_ID_LEN);
	ops = in_array(&in, "ops");
	for (uint32_t i = 0; in.ok && i < ops; i++) {
		struct wici_bytes op = in_raw(&in);

		if (!in.ok || !is_map(op) || !read_op(c, op))
			return WICI_REJECT_STATEMENT;
	}
	in_bin(&in, "prev", c->prev.b, WICI_ID_LEN);
	c->version = in_uint(&in, "version");
	if (!in.ok || c->version < 1 || c->version > WICI_SEQ_MAX ||
	    c->has_found != (c->version == 1))
		return WICI_REJECT_STATEMENT;
	return WICI_OK;
}

enum wici_err wici_change_founds(const struct wici_change *c,
				 const struct wici_id *network)
{
	struct wici_id id;

	if (!c->has_found ||
	    wici_network_id(&id, &c->policy, c->name, &c->salt) != WICI_OK ||
	    !wici_id_equal(&id, network))
		return WICI_REJECT_NETWORK;
	return WICI_OK;
}

void wici_change_issuers(struct wici_bytes op, int32_t *expires,
			 struct wici_issuer *rows, size_t *count)
{
	bool ok = read_issuers(op, expires, rows, count);

	WICI_REQUIRE(ok);
}

enum wici_err wici_change_peek(const struct wici_statement *s,
			       const struct wici_id *network, uint64_t *version,
			       struct wici_id *prev)
{
	struct wici_change c;
	enum wici_err err = wici_change_decode(&c, s);

	if (err != WICI_OK)
		return err;
	if (!wici_id_equal(&c.network, network))
		return WICI_REJECT_NETWORK;
	if (c.version == 1) {
		err = wici_change_founds(&c, network);
		if (err != WICI_OK)
			return err;
	}
	*version = c.version;
	*prev = c.prev;
	return WICI_OK;
}

void wici_change_begin(struct wici_mp_writer *w, const struct wici_id *network,
		       uint32_t ops_count)
{
	wici_mp_map(w, 4);
	wici_mp_str(w, "network");
	wici_mp_bin(w, network->b, WICI_ID_LEN);
	wici_mp_str(w, "ops");
	wici_mp_array(w, ops_count);
}

void wici_change_end(struct wici_mp_writer *w, const struct wici_id *prev,
		     uint64_t version)
{
	wici_mp_str(w, "prev");
	wici_mp_bin(w, prev->b, WICI_ID_LEN);
	wici_mp_str(w, "version");
	wici_mp_uint(w, version);
}

static void write_uint(struct wici_mp_writer *w, const char *key, uint64_t v)
{
	wici_mp_str(w, key);
	wici_mp_uint(w, v);
}

static void write_feed(struct wici_mp_writer *w, const struct wici_head *at)
{
	wici_mp_str(w, "feed");
	wici_mp_bin(w, at->feed.b, WICI_KEY_LEN);
	wici_mp_str(w, "id");
	wici_mp_bin(w, at->id.b, WICI_ID_LEN);
}

void wici_op_found(struct wici_mp_writer *w, const struct wici_policy *p,
		   struct wici_bytes name, const struct wici_salt *salt)
{
	wici_mp_map(w, 4);
	wici_mp_str(w, "name");
	wici_mp_str_bytes(w, name);
	write_uint(w, "op", WICI_OP_FOUND);
	wici_mp_str(w, "policy");
	wici_policy_encode(w, p);
	wici_mp_str(w, "salt");
	wici_mp_bin(w, salt->b, WICI_SALT_LEN);
}

void wici_op_registrar(struct wici_mp_writer *w, const struct wici_head *at)
{
	wici_mp_map(w, 4);
	write_feed(w, at);
	write_uint(w, "op", WICI_OP_REGISTRAR);
	write_uint(w, "seq", at->seq);
}

static void write_row(struct wici_mp_writer *w, const struct wici_issuer *row)
{
	WICI_REQUIRE(row->closed_count <= WICI_CLOSED_MAX);
	wici_mp_map(w, 7);
	wici_mp_str(w, "closed");
	wici_mp_array(w, (uint32_t)row->closed_count);
	for (size_t i = 0; i < row->closed_count; i++) {
		wici_mp_map(w, 3);
		write_feed(w, &row->closed[i].cut);
		write_uint(w, "seq", row->closed[i].cut.seq);
	}
	write_feed(w, &row->at);
	wici_mp_str(w, "identity");
	wici_mp_bin(w, row->identity.b, WICI_KEY_LEN);
	wici_mp_str(w, "scheme");
	wici_mp_str(w, row->scheme);
	write_uint(w, "seq", row->at.seq);
	wici_mp_str(w, "token_key");
	wici_mp_bin(w, row->token_key.b, WICI_KEY_LEN);
}

/* The row with the lowest scheme above `last`; NULL: none. */
static const struct wici_issuer *next_row(const struct wici_issuer *issuers,
					  size_t count, const char *last)
{
	const struct wici_issuer *next = NULL;

	for (size_t i = 0; i < count; i++) {
		if (strcmp(issuers[i].scheme, last) > 0 &&
		    (!next || strcmp(issuers[i].scheme, next->scheme) < 0))
			next = &issuers[i];
	}
	return next;
}

void wici_op_issuers(struct wici_mp_writer *w, const char *expires,
		     const struct wici_issuer *issuers, size_t count)
{
	const struct wici_issuer *row;
	const char *last = "";

	WICI_REQUIRE(count <= WICI_ISSUERS_MAX);
	wici_mp_map(w, 3);
	wici_mp_str(w, "expires");
	wici_mp_str(w, expires);
	wici_mp_str(w, "issuers");
	wici_mp_array(w, (uint32_t)count);
	for (size_t i = 0; i < count; i++) {
		row = next_row(issuers, count, last);
		WICI_REQUIRE(row); /* Else a scheme stands there twice. */
		write_row(w, row);
		last = row->scheme;
	}
	write_uint(w, "op", WICI_OP_ISSUERS);
}

void wici_change_approve(struct wici_signer *signer,
			 const struct wici_id *network,
			 const struct wici_id *id, const struct wici_key *key,
			 const struct wici_secret *secret)
{
	signer->key = *key;
	wici_sign(&signer->sig, WICI_DOMAIN_APPROVE, network,
		  (struct wici_bytes){id->b, WICI_ID_LEN}, secret);
}
