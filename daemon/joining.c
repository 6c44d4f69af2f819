/* daemon/joining.c — Inviting, joining, admitting: one paste on one side.
 *
 *   registrar                      newcomer
 *   membership_invite → token ───→ membership_join: feed.open, addresses
 *   node_join ←── JOIN ─────────── node_join_message
 *   member.admit ─── JOINED, sync → membership_complete_join: profile
 *
 * Or each of the two is a bundle that somebody carries (PROTOCOL §7.7).
 * A refusal of the token ends the join; everything else is tried again. */
#include "daemon/membership.h"

#include "daemon/changes.h"
#include "daemon/pin.h"
#include "daemon/publish.h"
#include "daemon/receive.h"
#include "daemon/store/entry.h"
#include "proto/day.h"
#include "proto/open.h"
#include "proto/require.h"
#include "proto/run.h"

#include <stdio.h>

#define INVITE_DAYS_MAX 3650

/* "0.0.0.0:8481" says where to listen, not where to be found. */
static bool is_wildcard(const char *address)
{
	return strncmp(address, "0.0.0.0:", 8) == 0 ||
	       strncmp(address, "[::]:", 5) == 0;
}

static enum wici_err add_address(struct wici_token *t, const char *address)
{
	if (peers_check_address(address) != WICI_OK)
		return WICI_BAD_FIELD;
	(void)snprintf(t->addresses.text[t->addresses.count],
		       sizeof(t->addresses.text[0]), "%s", address);
	t->addresses.count++;
	return WICI_OK;
}

/* Where the newcomer knocks: as told, else as advertised, else as listened. */
static enum wici_err fill_addresses(const struct node *n, struct wici_token *t,
				    const char *via)
{
	const struct node_config *c = &n->config;

	if (via && via[0])
		return add_address(t, via);
	if (c->advertise)
		return add_address(t, c->advertise);
	if (c->listen && !is_wildcard(c->listen))
		return add_address(t, c->listen);
	return via ? WICI_OK : WICI_USAGE;
}

static enum wici_err may_invite(const struct node *n)
{
	if (n->sealed)
		return WICI_SEALED;
	if (!n->has_network || !n->own)
		return WICI_NOT_MEMBER;
	if (!wici_roster_is_registrar(&n->roster, &n->own->row.key))
		return WICI_NOT_PERMITTED;
	return n->is_read_only || n->is_full ? WICI_FULL : WICI_OK;
}

static void fill_token(struct node *n, struct wici_token *t, int32_t days)
{
	t->network = n->network;
	t->roster_version = n->roster.version;
	t->roster_id = n->roster.id;
	t->registrar = n->own->row.key;
	t->expires = wici_day_warsaw(n->now.wall_ms) + days;
	node_random(n, t->secret, sizeof(t->secret));
}

enum wici_err membership_invite(struct node *n, struct wici_bytes name,
				int32_t days, const char *via,
				struct wici_token *token,
				struct book_invite *invite)
{
	enum wici_err err = may_invite(n);

	memset(token, 0, sizeof(*token));
	memset(invite, 0, sizeof(*invite));
	if (err == WICI_OK)
		err = membership_check_name(name);
	if (err == WICI_OK && (days < 1 || days > INVITE_DAYS_MAX))
		err = WICI_BAD_FIELD;
	if (err == WICI_OK)
		err = fill_addresses(n, token, via);
	if (err != WICI_OK)
		return err;
	fill_token(n, token, days);
	wici_token_id(invite->token_id, token->secret);
	memcpy(invite->secret, token->secret, sizeof(invite->secret));
	memcpy(invite->name, name.p, name.len);
	invite->expires = token->expires;
	invite->created_ms = n->now.wall_ms;
	invite->state = BOOK_INVITE_OPEN;
	n->wants_commit = true;
	err = book_put_invite(n->store, invite);
	return err == WICI_OK ? WICI_OK : node_fail(n, err);
}

/* Keeps the token across restarts; NULL: the join is over. */
static enum wici_err keep_join(struct node *n, const struct wici_token *t)
{
	char text[WICI_TOKEN_TEXT_MAX] = "";
	enum wici_err err = WICI_OK;

	if (t)
		err = wici_token_encode(text, sizeof(text), t);
	if (err == WICI_OK) {
		err = book_set_blob(n->store, "join", wici_bytes_str(text));
		if (err != WICI_OK)
			(void)node_fail(n, err);
	}
	sodium_memzero(text, sizeof(text));
	n->wants_commit = true;
	return err;
}

enum wici_err membership_load(struct node *n)
{
	uint8_t text[WICI_TOKEN_TEXT_MAX];
	size_t len = 0;
	enum wici_err err =
		book_get_blob(n->store, "join", text, sizeof(text), &len);

	wici_roster_init(&n->roster, &n->network, &n->space);
	n->folded_count = 0;
	n->is_joining =
		err == WICI_OK &&
		wici_token_decode(&n->join, (struct wici_bytes){text, len}) ==
			WICI_OK;
	sodium_memzero(text, sizeof(text));
	if (err != WICI_OK && err != WICI_NOT_FOUND)
		return err;
	err = pin_load(n);
	return err == WICI_OK && n->has_network ? changes_load(n) : err;
}

/* May the identity that is here join the network that the token names? */
static enum wici_err may_join(const struct node *n,
			      const struct wici_token *token)
{
	bool is_same =
		n->has_network && wici_id_equal(&n->network, &token->network);

	if (!n->keys.has_identity)
		return WICI_NOT_FOUND;
	if (n->sealed)
		return WICI_SEALED;
	if (node_is_member(n))
		return WICI_ALREADY_MEMBER;
	if (n->is_read_only || n->is_full)
		return WICI_FULL;
	/* What another network sent would be taken for this one's. */
	if (!is_same && (n->roster.version > 0 || n->feeds.count > 1))
		return WICI_NOT_PERMITTED;
	return WICI_OK;
}

/* The feed of a network that never admitted us: it is not heard of again. */
static enum wici_err drop_own(struct node *n)
{
	enum wici_err err;

	if (!n->own)
		return WICI_OK;
	n->own->row.seq = 0;
	n->own->row.bytes = 0;
	memset(&n->own->row.id, 0, sizeof(n->own->row.id));
	memset(&n->own->row.identity, 0, sizeof(n->own->row.identity));
	n->own->released_seq = 0;
	n->own->is_dirty = false;
	err = feed_update(n->store, &n->own->row);
	n->own = NULL;
	return err == WICI_OK ? WICI_OK : node_fail(n, err);
}

static enum wici_err open_for(struct node *n, const struct wici_token *token,
			      const uint8_t *unlock)
{
	struct node_output out = {.type = NODE_NETWORK};
	struct wici_secret secret;
	enum wici_err err =
		keys_identity_secret(&n->keys, n->dir_fd, unlock, &secret);

	if (err != WICI_OK)
		return err;
	err = drop_own(n);
	if (err == WICI_OK)
		err = membership_set_network(n, &token->network);
	if (err == WICI_OK)
		err = pin_set(n, token->roster_version, &token->roster_id);
	if (err == WICI_OK)
		err = membership_open_feed(n, &secret);
	sodium_memzero(&secret, sizeof(secret));
	if (err != WICI_OK)
		return node_fail(n, err); /* Half a feed must not stay. */
	node_emit(n, &out);
	return WICI_OK;
}

static enum wici_err dial_addresses(struct node *n,
				    const struct wici_token *token)
{
	struct node_output out = {.type = NODE_DIALS};

	for (size_t i = 0; i < token->addresses.count; i++) {
		const char *address = token->addresses.text[i];
		struct book_peer peer = {.last_contact_ms = 0};
		struct peer_row *row = peers_by_address(&n->peers, address);
		enum wici_err err;

		if (peers_check_address(address) != WICI_OK)
			continue;
		if (!row)
			row = peers_add(&n->peers, address);
		row->is_dialed = true;
		(void)snprintf(peer.address, sizeof(peer.address), "%s",
			       address);
		err = book_put_peer(n->store, &peer);
		if (err != WICI_OK)
			return node_fail(n, err);
	}
	node_emit(n, &out);
	return WICI_OK;
}

enum wici_err membership_join(struct node *n, const struct wici_token *token,
			      const uint8_t *unlock)
{
	enum wici_err err = may_join(n, token);
	bool has_feed = n->own && n->has_network &&
			wici_id_equal(&n->network, &token->network);

	if (err == WICI_OK && !has_feed)
		err = open_for(n, token, unlock);
	if (err == WICI_OK)
		err = keep_join(n, token);
	if (err == WICI_OK)
		err = dial_addresses(n, token);
	if (err != WICI_OK)
		return err;
	n->join = *token;
	n->join_err = WICI_OK;
	n->is_joining = true;
	return WICI_OK;
}

enum wici_err membership_complete_join(struct node *n)
{
	enum wici_err err;

	if (!n->is_joining || !node_is_member(n))
		return WICI_OK;
	n->is_joining = false;
	n->join_err = WICI_OK;
	sodium_memzero(&n->join, sizeof(n->join));
	err = keep_join(n, NULL);
	if (err == WICI_OK && !n->is_read_only)
		err = membership_publish_profile(n);
	return err;
}

enum wici_err node_join_message(struct node *n, uint8_t *buf,
				struct wici_message *m)
{
	struct entry_row row;
	struct wici_bytes open;
	enum wici_err err;

	if (!n->is_joining || !n->own)
		return WICI_NOT_FOUND;
	err = node_own_open(n, buf, JOIN_OPEN_MAX, &open);
	if (err == WICI_OK)
		err = entry_at(n->store, n->own->row.n, 1, &row);
	if (err != WICI_OK)
		return err;
	memset(m, 0, sizeof(*m));
	m->type = WICI_MSG_JOIN;
	m->join.open = open;
	wici_token_id(m->join.token_id, n->join.secret);
	m->join.mac = wici_token_mac(n->join.secret, &n->network, &row.id);
	return WICI_OK;
}

/* Nobody at the addresses of a token that is no good lets us in. */
static void forget_addresses(struct node *n, const struct wici_token *token)
{
	for (size_t i = 0; i < token->addresses.count; i++) {
		struct peer_row *row =
			peers_by_address(&n->peers, token->addresses.text[i]);
		enum wici_err err;

		if (!row || row->is_configured)
			continue;
		row->is_dialed = false;
		if (!row->link)
			peers_remove(&n->peers, row);
		err = book_remove_peer(n->store, token->addresses.text[i]);
		if (err != WICI_OK && err != WICI_NOT_FOUND)
			(void)node_fail(n, err);
	}
}

void node_join_result(struct node *n, enum wici_err err)
{
	if (!n->is_joining || err == WICI_OK)
		return;
	n->join_err = err;
	if (err != WICI_TOKEN_WRONG && err != WICI_TOKEN_USED &&
	    err != WICI_TOKEN_EXPIRED)
		return;
	n->is_joining = false;
	if (n->in_turn)
		forget_addresses(n, &n->join);
	sodium_memzero(&n->join, sizeof(n->join));
	/* After a turn's end nothing is written: a restart asks once more, and
	 * hears the same. */
	if (n->in_turn && keep_join(n, NULL) != WICI_OK)
		n->wants_commit = true;
}

/* Does the newcomer know the token's secret? */
static enum wici_err check_mac(struct node *n, const struct wici_message *join,
			       const struct book_invite *invite,
			       struct wici_key *identity)
{
	struct wici_head after = {.seq = 0};
	struct wici_run run;
	struct wici_entry e;
	struct wici_id id, mac;
	uint64_t first;
	uint16_t count;
	enum wici_err err =
		wici_run_peek(join->join.open, &after.feed, &first, &count);

	if (err == WICI_OK)
		err = wici_run_open(&run, join->join.open, &after);
	if (err == WICI_OK)
		err = wici_run_next(&run, &e, &id);
	if (err != WICI_OK)
		return WICI_REJECT_OPEN;
	mac = wici_token_mac(invite->secret, &n->network, &id);
	if (sodium_memcmp(mac.b, join->join.mac.b, sizeof(mac.b)) != 0)
		return WICI_TOKEN_WRONG;
	err = node_check_open(n, join->join.open, &after.feed, identity);
	return err == WICI_NOT_MEMBER ? WICI_OK : err;
}

/* member: whom a rekey has given this key, admitted long ago; or NULL. */
static enum wici_err admit(struct node *n, struct book_invite *invite,
			   const struct wici_key *identity,
			   const struct wici_member *member, uint64_t *seq)
{
	struct wici_head head = {.seq = member ? member->seq : 0};
	enum wici_err err = WICI_OK;

	if (invite->state == BOOK_INVITE_REVOKED ||
	    wici_day_warsaw(n->now.wall_ms) > invite->expires)
		return WICI_TOKEN_EXPIRED;
	if (!member)
		err = membership_admit(n, identity,
				       wici_bytes_str(invite->name),
				       invite->token_id, &head);
	if (err == WICI_WAITING)
		return WICI_BUSY; /* It asks again; by then an echo came. */
	if (err != WICI_OK)
		return err;
	invite->state = BOOK_INVITE_USED;
	invite->identity = *identity;
	*seq = head.seq;
	err = book_put_invite(n->store, invite);
	return err == WICI_OK ? WICI_OK : node_fail(n, err);
}

/* Is it one who was let in under this token, and did not hear of it? */
static bool is_again(const struct book_invite *invite,
		     const struct wici_key *identity,
		     const struct wici_member *m)
{
	return memcmp(m->token_id, invite->token_id, 8) == 0 ||
	       (invite->state == BOOK_INVITE_USED &&
		wici_key_equal(&invite->identity, identity));
}

/* PROTOCOL §5.5: "A key that a rekey or reinstatement names comes in the same
 * way, and is not admitted anew." */
static enum wici_err admit_or_again(struct node *n, struct book_invite *invite,
				    const struct wici_key *identity,
				    uint64_t *seq)
{
	bool is_present = false;
	const struct wici_member *m =
		wici_roster_of_key(&n->roster, identity, &is_present);

	if (m && is_again(invite, identity, m)) {
		*seq = m->seq;
		return WICI_OK;
	}
	if (invite->state == BOOK_INVITE_USED ||
	    wici_roster_by_token(&n->roster, invite->token_id))
		return WICI_TOKEN_USED;
	if (m && (!is_present || wici_key_equal(&m->identity, identity)))
		return WICI_ALREADY_MEMBER;
	return admit(n, invite, identity, m, seq);
}

enum wici_err node_join(struct node *n, uint64_t ref,
			const struct wici_message *join)
{
	struct node_output out = {.type = NODE_ADMITTED};
	struct book_invite invite;
	struct wici_key identity;
	enum wici_err err;

	if (may_invite(n) != WICI_OK)
		return WICI_INVITER_AWAY;
	err = book_get_invite(n->store, join->join.token_id, &invite);
	if (err == WICI_NOT_FOUND)
		return WICI_TOKEN_WRONG;
	if (err != WICI_OK)
		return node_fail(n, err);
	err = check_mac(n, join, &invite, &identity);
	if (err == WICI_OK)
		err = admit_or_again(n, &invite, &identity, &out.admitted.seq);
	sodium_memzero(&invite, sizeof(invite));
	if (err != WICI_OK)
		return err;
	out.admitted.ref = ref;
	out.admitted.err = WICI_OK;
	n->wants_commit = true;
	node_emit(n, &out);
	return WICI_OK;
}

enum wici_err node_join_admitted(struct node *n, const uint8_t token_id[8],
				 struct wici_key *identity, char code[7])
{
	struct book_invite invite;
	struct wici_key registrar;
	enum wici_err err = book_get_invite(n->store, token_id, &invite);

	if (err == WICI_OK && (invite.state != BOOK_INVITE_USED ||
			       !node_registrar_feed(n, &registrar)))
		err = WICI_NOT_FOUND;
	if (err == WICI_OK) {
		*identity = invite.identity;
		wici_token_code(code, invite.secret, identity, &registrar);
	}
	sodium_memzero(&invite, sizeof(invite));
	return err;
}
