/* daemon/method_invite.c — invite.*: tokens for new members, given out here. */
#include "daemon/membership.h"
#include "daemon/method_private.h"
#include "proto/day.h"

#define INVITE_DAYS 14u

static const struct wici_field create_params[] = {
	PARAM("by_file", BOOL, .flags = 0),
	PARAM("days", UINT, .flags = 0),
	PARAM_LINE("name", 200, WICI_REQUIRED),
	PARAM_LINE("via", 100, 0),
	PARAM_END,
};
static const struct wici_field revoke_params[] = {
	PARAM("id", BYTES, .len_max = 8, .flags = WICI_REQUIRED),
	PARAM_END,
};

static enum wici_err write_invite(struct call *call,
				  const struct wici_token *token,
				  const struct book_invite *invite)
{
	char text[WICI_TOKEN_TEXT_MAX];
	struct wici_mp_writer *w = call->result;
	enum wici_err err = wici_token_encode(text, sizeof(text), token);

	if (err)
		return err;
	wici_mp_map(w, 4);
	wici_mp_str(w, "token");
	wici_mp_str(w, text);
	wici_mp_str(w, "expires");
	view_day(w, true, invite->expires);
	wici_mp_str(w, "id");
	wici_mp_hex(w, invite->token_id, sizeof(invite->token_id));
	wici_mp_str(w, "name");
	wici_mp_str(w, invite->name);
	sodium_memzero(text, sizeof(text));
	return WICI_OK;
}

/* What membership_invite() found wrong with what was asked. */
static enum wici_err explain(struct call *call, enum wici_err err,
			     uint64_t days)
{
	static const struct wici_bytes none = {NULL, 0};
	struct wici_bytes raw = none;

	if (err == WICI_NOT_PERMITTED)
		fault_hint(&call->fault, "only the registrar's installation "
					 "invites: see `wici roster show`");
	if (err == WICI_USAGE)
		fault_hint(&call->fault,
			   "no address of this installation is known: start "
			   "wicid with --advertise HOST:PORT, or say --via "
			   "HOST:PORT; who is to join without a network: "
			   "--by-file");
	if (err != WICI_BAD_FIELD)
		return err;
	if (days < 1 || days > 3650) {
		(void)method_raw(call, "days", &raw);
		return fault_set(&call->fault, err, "days", "1..3650", raw);
	}
	if (method_raw(call, "via", &raw))
		return fault_set(&call->fault, err, "via", "address", raw);
	return fault_set(&call->fault, err, "name", "line", none);
}

static enum wici_err invite_create(struct call *call)
{
	struct wici_token token;
	struct book_invite invite;
	struct wici_bytes name;
	struct wici_bytes text;
	char via[PEERS_ADDRESS_LEN + 1] = "";
	uint64_t days = method_uint(call, "days", INVITE_DAYS);
	enum wici_err err;

	(void)method_str(call, "name", &name);
	if (method_str(call, "via", &text) && text.len < sizeof(via)) {
		memcpy(via, text.p, text.len);
		via[text.len] = '\0';
	}
	if (days > 100000)
		days = 100000; /* Refused below; an int32_t holds it. */
	if (!call->node->has_network)
		return method_refuse(call, WICI_NOT_PERMITTED,
				     "there is no network yet: `wici network "
				     "create` or `wici join`");
	err = membership_invite(call->node, name, (int32_t)days,
				via[0] || method_is_set(call, "by_file") ? via
									 : NULL,
				&token, &invite);
	if (err)
		err = explain(call, err, days);
	else
		err = write_invite(call, &token, &invite);
	sodium_memzero(&token, sizeof(token));
	sodium_memzero(&invite, sizeof(invite));
	return err;
}

static const char *state_of(const struct book_invite *invite, int32_t today)
{
	switch (invite->state) {
	case BOOK_INVITE_OPEN:
		return today > invite->expires ? "expired" : "open";
	case BOOK_INVITE_USED:
		return "used";
	case BOOK_INVITE_REVOKED:
		return "revoked";
	}
	return "";
}

struct listing {
	const struct node *n;
	struct growing items;
	uint32_t count;
};

static void write_item(void *arg, const struct book_invite *invite)
{
	struct listing *l = arg;
	struct wici_mp_writer *w = &l->items.w;
	bool is_used = invite->state == BOOK_INVITE_USED;
	struct wici_key registrar;
	char code[7] = "";

	if (is_used && node_registrar_feed(l->n, &registrar))
		wici_token_code(code, invite->secret, &invite->identity,
				&registrar);
	l->count++;
	wici_mp_map(w, 6);
	wici_mp_str(w, "id");
	wici_mp_hex(w, invite->token_id, sizeof(invite->token_id));
	wici_mp_str(w, "name");
	wici_mp_str(w, invite->name);
	wici_mp_str(w, "state");
	wici_mp_str(w, state_of(invite, wici_day_warsaw(l->n->now.wall_ms)));
	wici_mp_str(w, "expires");
	view_day(w, true, invite->expires);
	wici_mp_str(w, "code");
	view_line(w, wici_bytes_str(code));
	wici_mp_str(w, "identity");
	if (is_used)
		wici_mp_hex(w, invite->identity.b, WICI_KEY_LEN);
	else
		wici_mp_nil(w);
}

static enum wici_err invite_list(struct call *call)
{
	struct listing l = {.n = call->node};
	enum wici_err err;

	growing_init(&l.items, GROWING_LEN_MAX);
	err = book_each_invite(call->node->store, write_item, &l);
	if (!err && l.items.w.overflow)
		err = WICI_TOO_LARGE;
	if (!err) {
		wici_mp_map(call->result, 1);
		wici_mp_str(call->result, "items");
		wici_mp_array(call->result, l.count);
		wici_mp_raw(call->result, growing_bytes(&l.items));
	}
	growing_clear(&l.items);
	return err;
}

static enum wici_err invite_revoke(struct call *call)
{
	struct book_invite invite;
	struct wici_bytes raw;
	struct wici_mp_reader r;
	struct wici_mp v;
	enum wici_err err;

	if (call->node->is_read_only)
		return WICI_FULL;
	(void)method_raw(call, "id", &raw);
	wici_mp_reader_init(&r, WICI_MP_LENIENT, raw);
	err = wici_mp_expect(&r, WICI_MP_BIN, &v);
	if (!err)
		err = book_get_invite(call->node->store, v.bytes.p, &invite);
	if (err == WICI_NOT_FOUND)
		return fault_set(&call->fault, err, "id", NULL,
				 (struct wici_bytes){NULL, 0});
	if (!err && invite.state == BOOK_INVITE_USED)
		err = WICI_TOKEN_USED;
	if (!err && invite.state == BOOK_INVITE_OPEN) {
		invite.state = BOOK_INVITE_REVOKED;
		err = book_put_invite(call->node->store, &invite);
	}
	if (!err) {
		wici_mp_map(call->result, 2);
		wici_mp_str(call->result, "id");
		wici_mp_hex(call->result, invite.token_id,
			    sizeof(invite.token_id));
		wici_mp_str(call->result, "state");
		wici_mp_str(call->result, "revoked");
	}
	sodium_memzero(&invite, sizeof(invite));
	return err;
}

const struct method methods_invite[] = {
	{.name = "invite.create",
	 .params = create_params,
	 .function = invite_create},
	{.name = "invite.list", .function = invite_list},
	{.name = "invite.revoke",
	 .params = revoke_params,
	 .function = invite_revoke},
	{.name = NULL},
};
