/* daemon/method_erase_anew.c — record.erase_anew: what a former key erased is
 * signed by the institution's present one, so many at a time: by the key that
 * is here, or by the cards of whoever brings statements.
 *
 * What is not held here, since the run that has it was not taken, is signed on
 * a peer's word, which a thief of the former key may have put in its mouth: the
 * caller is told which those are. */
#include "daemon/erase.h"
#include "daemon/method_private.h"
#include "proto/mp_read.h"

#define PAGE_MAX 64 /* Signed and stored in one turn: some 30 ms. */

static const struct wici_field anew_params[] = {
	PARAM("dry_run", BOOL, .flags = 0),
	PARAM("key", BYTES, .len_max = WICI_KEY_LEN, .flags = 0),
	PARAM_LINE("passphrase", 2000, 0),
	PARAM("statements", BYTES, .len_max = 0, .flags = WICI_LIST,
	      .items_max = PAGE_MAX),
	PARAM_END,
};

struct anew {
	struct wici_key institution;
	struct erase_former rows[PAGE_MAX];
	size_t total; /* Of them the first are in rows. */
};

static size_t count_rows(const struct anew *a)
{
	return a->total < PAGE_MAX ? a->total : PAGE_MAX;
}

/* Whose: of the key that is given, else of this installation. */
static enum wici_err find_whose(struct call *call, struct anew *a)
{
	struct node *n = call->node;
	const struct wici_key *self = node_identity(n);
	const struct wici_member *m;
	struct wici_key key;
	bool is_present;

	if (!n->has_network || !self)
		return WICI_NOT_MEMBER;
	a->institution = *self;
	if (!method_key(call, "key", &key))
		return WICI_OK;
	m = wici_roster_of_key(&n->roster, &key, &is_present);
	if (!m || !is_present)
		return method_refuse(call, WICI_NOT_PERMITTED,
				     "this is no institution's present key");
	a->institution = m->identity;
	return WICI_OK;
}

/* Whether it counts is asked where it is taken in. */
static enum wici_err take(struct node *n, struct wici_bytes bytes)
{
	struct wici_statement s;
	enum wici_err err = wici_statement_decode(&s, bytes);

	if (err == WICI_OK)
		err = erase_receive(n, 0, &s, bytes);
	return err == WICI_END ? WICI_OK : err;
}

static enum wici_err take_given(struct call *call)
{
	struct wici_mp_reader r;
	struct wici_bytes raw;
	struct wici_mp v;
	uint32_t count;
	enum wici_err err;

	(void)method_raw(call, "statements", &raw);
	wici_mp_reader_init(&r, WICI_MP_LENIENT, raw);
	err = wici_mp_expect(&r, WICI_MP_ARRAY, &v);
	count = err ? 0 : v.count;
	for (uint32_t i = 0; i < count && !err; i++) {
		err = wici_mp_expect(&r, WICI_MP_BIN, &v);
		if (!err)
			err = take(call->node, v.bytes);
	}
	return err;
}

static enum wici_err sign_one(struct node *n, const struct wici_head *of,
			      const struct wici_secret *secret)
{
	const struct wici_erase_make make = {.of = *of,
					     .network = n->network,
					     .key = n->keys.identity,
					     .secret = secret};
	uint8_t buf[WICI_ERASE_LEN_MAX];
	struct wici_mp_writer w;
	struct wici_erase made;
	struct wici_bytes bytes;
	enum wici_err err;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	err = wici_erase_write(&w, &make, &made);
	if (!err)
		err = wici_mp_written(&w, &bytes);
	return err ? err : take(n, bytes);
}

static enum wici_err sign(struct call *call, const struct anew *a)
{
	struct node *n = call->node;
	const struct wici_member *m;
	struct wici_secret secret;
	bool is_present = false;
	enum wici_err err;

	m = wici_roster_of_key(&n->roster, &n->keys.identity, &is_present);
	if (!n->keys.has_identity || !m || !is_present ||
	    !wici_key_equal(&m->identity, &a->institution))
		return method_refuse(call, WICI_NOT_PERMITTED,
				     "the institution's present identity key "
				     "is not on this machine: --key CARD");
	err = keys_identity_secret(&n->keys, n->dir_fd, call->unlock, &secret);
	if (err == WICI_PASSPHRASE)
		return method_refuse(call, err,
				     "the identity key is under a passphrase");
	for (size_t i = 0; i < count_rows(a) && !err; i++)
		err = sign_one(n, &a->rows[i].of, &secret);
	sodium_memzero(&secret, sizeof(secret));
	return err;
}

static void write_items(struct wici_mp_writer *w, const struct anew *a)
{
	wici_mp_str(w, "items");
	wici_mp_array(w, (uint32_t)count_rows(a));
	for (size_t i = 0; i < count_rows(a); i++) {
		const struct wici_head *of = &a->rows[i].of;

		wici_mp_map(w, 4);
		wici_mp_str(w, "id");
		wici_mp_hex(w, of->id.b, WICI_ID_LEN);
		wici_mp_str(w, "feed");
		wici_mp_hex(w, of->feed.b, WICI_KEY_LEN);
		wici_mp_str(w, "seq");
		wici_mp_uint(w, of->seq);
		wici_mp_str(w, "held");
		wici_mp_bool(w, a->rows[i].is_held);
	}
}

/* total: before; left: now; items: of those before, the first. */
static enum wici_err write(struct call *call, const struct anew *a)
{
	struct node *n = call->node;
	struct wici_mp_writer *w = call->result;

	wici_mp_map(w, 4);
	wici_mp_str(w, "network");
	wici_mp_hex(w, n->network.b, WICI_ID_LEN);
	wici_mp_str(w, "total");
	wici_mp_uint(w, a->total);
	wici_mp_str(w, "left");
	wici_mp_uint(w, erase_formers(n, &a->institution, NULL, 0));
	write_items(w, a);
	return WICI_OK;
}

static enum wici_err record_erase_anew(struct call *call)
{
	struct node_output out = {.type = NODE_ROSTER};
	struct node *n = call->node;
	struct anew a = {.total = 0};
	enum wici_err err = find_whose(call, &a);

	if (err)
		return err;
	a.total = erase_formers(n, &a.institution, a.rows, PAGE_MAX);
	if (method_is_set(call, "dry_run") || a.total == 0)
		return write(call, &a);
	if (n->is_read_only || n->is_full)
		return WICI_FULL;
	if (method_has(call, "statements"))
		err = take_given(call);
	else
		err = sign(call, &a);
	if (err)
		return err;
	node_emit(n, &out); /* What was not taken is asked for again. */
	return write(call, &a);
}

const struct method methods_erase_anew[] = {
	{.name = "record.erase_anew",
	 .params = anew_params,
	 .needs_unlock = true,
	 .function = record_erase_anew},
	{.name = NULL},
};
