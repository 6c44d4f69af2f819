/* daemon/membership.c — Founding a network, and what founding and joining have
 * in common: a feed of one's own.
 *
 * Founding, in order (DESIGN §6): policy 1 → network id → feed.open → change 1
 * (names the registrar and the issuing feed at seq 1) → member.admit of the
 * founder. All is checked before anything is written: half a network would be
 * one for ever. */
#include "daemon/membership.h"

#include "daemon/changes.h"
#include "daemon/draft.h"
#include "daemon/judge.h"
#include "daemon/pin.h"
#include "daemon/publish.h"
#include "daemon/statements.h"
#include "daemon/store/statement.h"
#include "proto/day.h"
#include "proto/kinds/feed_open.h"
#include "proto/kinds/institution.h"
#include "proto/kinds/member.h"
#include "proto/open.h"
#include "proto/require.h"
#include "proto/text.h"

#include <stdlib.h>

#define ISSUERS_DAYS 730 /* The list is restated before that. */
#define CHANGE_MAX   ((size_t)8192)

bool node_is_member(const struct node *n)
{
	const struct wici_key *identity = node_identity(n);

	return n->has_network && identity &&
	       wici_roster_member(&n->roster, identity);
}

bool node_registrar_feed(const struct node *n, struct wici_key *feed)
{
	if (n->has_network && n->roster.registrar.seq > 0)
		*feed = n->roster.registrar.feed;
	else if (n->is_joining)
		*feed = n->join.registrar;
	else
		return false;
	return true;
}

enum wici_err membership_set_network(struct node *n,
				     const struct wici_id *network)
{
	struct wici_bytes b = {network->b, WICI_ID_LEN};
	enum wici_err err = book_set_blob(n->store, "network", b);

	if (err == WICI_OK && !wici_id_equal(&n->network, network))
		err = pin_forget(n);
	if (err != WICI_OK)
		return node_fail(n, err);
	n->network = *network;
	n->has_network = true;
	wici_roster_init(&n->roster, network, &n->space);
	n->folded_count = 0;
	err = changes_load(n);
	return err == WICI_OK ? WICI_OK : node_fail(n, err);
}

/* A feed key that was never used; its fence before its first entry. */
static enum wici_err make_feed_key(struct node *n)
{
	struct wici_head head = {.seq = 0};
	uint8_t seed[32];
	enum wici_err err;

	node_random(n, seed, sizeof(seed));
	err = keys_make_feed(&n->keys, n->dir_fd, seed);
	sodium_memzero(seed, sizeof(seed));
	if (err != WICI_OK)
		return err;
	head.feed = n->keys.feed;
	return fence_write(&n->fence, n->dir_fd, &head);
}

enum wici_err membership_open_feed(struct node *n,
				   const struct wici_secret *identity)
{
	struct wici_mp_writer w;
	struct wici_bytes payload;
	struct wici_head head;
	uint8_t buf[256];
	enum wici_err err = make_feed_key(n);

	if (err != WICI_OK)
		return err;
	err = feeds_add(&n->feeds, n->store, &n->keys.feed, &n->keys.identity,
			true, &n->own);
	if (err != WICI_OK)
		return node_fail(n, err);
	err = judge_new(n, n->own);
	if (err != WICI_OK)
		return err;
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_open_write(&w, &n->network, &n->keys.feed, &n->keys.identity,
			identity);
	WICI_REQUIRE(wici_mp_written(&w, &payload) == WICI_OK);
	return publish_append(n, &wici_kind_feed_open, payload, &head);
}

static void write_admit(struct wici_mp_writer *w,
			const struct wici_key *identity, struct wici_bytes name,
			const uint8_t *token_id)
{
	wici_mp_map(w, token_id ? 3 : 2);
	wici_mp_str(w, "identity");
	wici_mp_bin(w, identity->b, WICI_KEY_LEN);
	wici_mp_str(w, "name");
	wici_mp_str_bytes(w, name);
	if (token_id) {
		wici_mp_str(w, "token");
		wici_mp_bin(w, token_id, 8);
	}
}

enum wici_err membership_check_name(struct wici_bytes name)
{
	static const struct wici_key somebody = {{1}};
	struct wici_problem problem;
	struct wici_mp_writer w;
	struct wici_bytes payload;
	uint8_t buf[512];

	if (!name.p || name.len < 1 || name.len > WICI_NAME_LEN_MAX)
		return WICI_BAD_FIELD;
	wici_mp_writer_init(&w, buf, sizeof(buf));
	write_admit(&w, &somebody, name, NULL);
	WICI_REQUIRE(wici_mp_written(&w, &payload) == WICI_OK);
	if (wici_kind_check(&wici_kind_member_admit, payload, &problem) !=
		    WICI_OK ||
	    wici_kind_guard(&wici_kind_member_admit, payload, &problem) !=
		    WICI_OK)
		return WICI_BAD_FIELD;
	return WICI_OK;
}

enum wici_err membership_admit(struct node *n, const struct wici_key *identity,
			       struct wici_bytes name, const uint8_t *token_id,
			       struct wici_head *head)
{
	const struct wici_bytes no_scheme = {NULL, 0};
	struct wici_mp_writer w;
	struct wici_bytes payload;
	uint8_t buf[512];

	wici_mp_writer_init(&w, buf, sizeof(buf));
	write_admit(&w, identity, name, token_id);
	WICI_REQUIRE(wici_mp_written(&w, &payload) == WICI_OK);
	return publish_entry(n, &wici_kind_member_admit, payload, no_scheme,
			     head);
}

enum wici_err membership_publish_profile(struct node *n)
{
	const struct wici_bytes no_scheme = {NULL, 0};
	uint8_t *buf = malloc(WICI_PAYLOAD_LEN_MAX);
	struct wici_problem problem;
	struct wici_bytes payload;
	struct wici_head head;
	int64_t number;
	size_t len = 0;
	enum wici_err err;

	WICI_REQUIRE(buf);
	err = book_get_blob(n->store, "profile", buf, WICI_PAYLOAD_LEN_MAX,
			    &len);
	payload = (struct wici_bytes){buf, len};
	if (err == WICI_OK && len > 0 &&
	    wici_kind_check(&wici_kind_institution_profile, payload,
			    &problem) == WICI_OK)
		err = publish_entry(n, &wici_kind_institution_profile, payload,
				    no_scheme, &head);
	/* After a restart in the middle of a join: as soon as it may. */
	if (err == WICI_WAITING || err == WICI_SEALED)
		err = draft_keep(n, &wici_kind_institution_profile, payload,
				 &number);
	free(buf);
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

/* What a founding is made of, before anything is written. */
struct founding {
	struct membership_found *found;
	struct wici_policy policy;
	struct wici_id network;
	struct wici_salt salt;
	struct wici_secret identity; /* Root key 0. */
	size_t keys_count;
	struct wici_key keys[3];
	struct wici_secret first_card; /* Root key 1, when there is one. */
};

static bool is_scheme(struct wici_bytes s)
{
	return s.len <= WICI_SCHEME_LEN_MAX && wici_text_is_code(s);
}

static enum wici_err check_found(const struct node *n,
				 const struct membership_found *found)
{
	if (!n->keys.has_identity)
		return WICI_NOT_FOUND;
	if (n->sealed)
		return WICI_SEALED;
	if (n->has_network || n->own)
		return WICI_ALREADY_MEMBER;
	if (n->is_read_only || n->is_full)
		return WICI_FULL;
	if (!wici_text_is_line(found->name) || found->name.len < 1 ||
	    found->name.len > WICI_NETWORK_NAME_LEN_MAX ||
	    (found->scheme.p && !is_scheme(found->scheme)))
		return WICI_BAD_FIELD;
	return membership_check_name(found->member_name);
}

/* Root keys: the identity, and two on paper. */
static enum wici_err draw_root(struct node *n, struct founding *f)
{
	struct membership_found *found = f->found;
	enum wici_err err = keys_identity_secret(&n->keys, n->dir_fd,
						 found->unlock, &f->identity);

	if (err != WICI_OK)
		return err;
	WICI_REQUIRE(found->recovery_count == 0 || found->recovery_count == 2);
	f->keys[0] = n->keys.identity;
	f->keys_count = 1 + found->recovery_count;
	for (size_t i = 0; i < found->recovery_count; i++) {
		struct wici_secret secret;
		uint8_t seed[32];

		node_random(n, found->recovery[i], 32);
		wici_seed_derive(seed, found->recovery[i], 1);
		wici_key_pair(&f->keys[1 + i], &secret, seed);
		if (i == 0)
			f->first_card = secret;
		sodium_memzero(&secret, sizeof(secret));
		sodium_memzero(seed, sizeof(seed));
	}
	node_random(n, f->salt.b, sizeof(f->salt.b));
	err = wici_policy_init(&f->policy, f->keys, f->keys_count,
			       f->keys_count / 2 + 1);
	if (err != WICI_OK)
		return err;
	return wici_network_id(&f->network, &f->policy, found->name, &f->salt);
}

static void write_issuers(struct node *n, struct wici_mp_writer *w,
			  const struct wici_head *at, struct wici_bytes scheme)
{
	struct wici_issuer issuer = {.identity = n->keys.identity,
				     .at = *at,
				     .token_key = n->keys.token};
	char expires[WICI_DAY_LEN + 1];

	memcpy(issuer.scheme, scheme.p, scheme.len);
	wici_day_format(expires,
			wici_day_warsaw(n->now.wall_ms) + ISSUERS_DAYS);
	wici_op_issuers(w, expires, &issuer, 1);
}

static struct wici_bytes write_body(struct node *n, const struct founding *f,
				    uint8_t *buf)
{
	struct wici_bytes scheme = f->found->scheme;
	struct wici_head at = {n->own->row.key, 1, n->own->row.id};
	struct wici_mp_writer w;
	struct wici_bytes body;

	wici_mp_writer_init(&w, buf, CHANGE_MAX);
	wici_change_begin(&w, &f->network, scheme.p ? 3 : 2);
	wici_op_found(&w, &f->policy, f->found->name, &f->salt);
	wici_op_registrar(&w, &at, NULL, 0);
	if (scheme.p)
		write_issuers(n, &w, &at, scheme);
	wici_change_end(&w, &f->network, 1);
	WICI_REQUIRE(wici_mp_written(&w, &body) == WICI_OK);
	return body;
}

/* The identity approves, and the first card where two are needed. */
static void approve(const struct founding *f, struct wici_statement *s)
{
	struct wici_signer other;

	wici_change_approve(&s->sigs[0], &f->network, &s->id, &f->keys[0],
			    &f->identity);
	s->sigs_count = 1;
	if (f->keys_count == 1)
		return;
	wici_change_approve(&s->sigs[1], &f->network, &s->id, &f->keys[1],
			    &f->first_card);
	s->sigs_count = 2;
	if (memcmp(s->sigs[0].key.b, s->sigs[1].key.b, WICI_KEY_LEN) > 0) {
		other = s->sigs[0];
		s->sigs[0] = s->sigs[1];
		s->sigs[1] = other;
	}
}

static enum wici_err publish_change(struct node *n, const struct founding *f)
{
	struct node_output out = {.type = NODE_STATEMENT};
	uint8_t body[CHANGE_MAX], buf[2 * CHANGE_MAX];
	struct wici_statement s = {.type = WICI_STATEMENT_CHANGE};
	struct statement_row row = {.type = s.type, .version = 1};
	struct wici_mp_writer w;
	enum wici_err err;

	s.body = write_body(n, f, body);
	s.id = wici_hash_bytes(WICI_DOMAIN_CHANGE, s.body);
	approve(f, &s);
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_statement_encode(&w, &s);
	WICI_REQUIRE(wici_mp_written(&w, &row.bytes) == WICI_OK);
	row.id = s.id;
	err = changes_take(n, &s, row.bytes);
	if (err == WICI_OK)
		err = statement_put(n->store, &row);
	if (err != WICI_OK)
		return node_fail(n, err);
	err = membership_fold(n, true);
	WICI_REQUIRE(err != WICI_OK || n->roster.version == 1);
	out.statement.id = s.id;
	node_emit(n, &out);
	return err;
}

static enum wici_err make_token_key(struct node *n)
{
	uint8_t seed[32];
	enum wici_err err;

	node_random(n, seed, sizeof(seed));
	err = keys_make_token(&n->keys, n->dir_fd, seed);
	sodium_memzero(seed, sizeof(seed));
	return err;
}

static enum wici_err found_network(struct node *n, struct founding *f)
{
	struct node_output out = {.type = NODE_NETWORK};
	struct wici_head head;
	enum wici_err err = WICI_OK;

	if (f->found->scheme.p)
		err = make_token_key(n);
	if (err == WICI_OK)
		err = membership_set_network(n, &f->network);
	if (err == WICI_OK)
		err = membership_open_feed(n, &f->identity);
	if (err == WICI_OK)
		err = publish_change(n, f);
	if (err == WICI_OK)
		err = membership_admit(n, &n->keys.identity,
				       f->found->member_name, NULL, &head);
	if (err == WICI_OK)
		err = membership_publish_profile(n);
	if (err != WICI_OK)
		return node_fail(n, err);
	node_emit(n, &out);
	return WICI_OK;
}

enum wici_err membership_found(struct node *n, struct membership_found *found)
{
	struct founding f = {.found = found};
	enum wici_err err = check_found(n, found);

	if (err == WICI_OK)
		err = draw_root(n, &f);
	if (err == WICI_OK)
		err = found_network(n, &f);
	if (err != WICI_OK)
		sodium_memzero(found->recovery, sizeof(found->recovery));
	sodium_memzero(&f, sizeof(f));
	return err;
}
