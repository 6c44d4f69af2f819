/* daemon/method.c — The table, and how a call goes through it: find the row,
 * check the params by its rows, run it, answer.
 *
 * A method changes something only after everything that can be wrong has been
 * looked at: inside the transaction nothing is refused. */
#include "daemon/method.h"

#include "daemon/body.h"
#include "daemon/attachments.h"
#include "daemon/bundle.h"
#include "daemon/fsck.h"
#include "daemon/method_private.h"
#include "daemon/project.h"
#include "daemon/waiters.h"
#include "proto/day.h"
#include "proto/kinds.h"
#include "proto/mp_read.h"

#include <stdio.h>
#include <stdlib.h>

#define METHOD_LAG_MAX 5000 /* Entries the cursor walks while a call waits. */

const struct method *const methods[] = {
	methods_status,
	methods_identity,
	methods_network,
	methods_invite,
	methods_record,
	methods_erase,
	methods_erase_anew,
	methods_list,
	methods_search,
	methods_process,
	methods_kinds,
	methods_cert,
	methods_cert_list,
	methods_decide,
	methods_export,
	methods_institution,
	methods_area,
	methods_roster,
	methods_propose,
	methods_approve,
	methods_peer,
	methods_sync,
	methods_fsck,
	methods_draft,
	methods_renew,
	methods_bundle,
	methods_attachment,
	methods_restore,
	methods_doctor,
	methods_roster_log,
	methods_roster_export,
	NULL,
};

static const struct method *find_row(struct wici_bytes name)
{
	for (size_t i = 0; methods[i]; i++)
		for (const struct method *m = methods[i]; m->name; m++)
			if (wici_bytes_is(name, m->name))
				return m;
	return NULL;
}

static const struct method *find_kind(struct wici_bytes name,
				      const struct wici_kind **kind)
{
	*kind = wici_kind_by_name(name);
	if (!*kind || wici_kind_is_by_node(*kind))
		return NULL;
	return &method_publish_kind;
}

/* By name; "cert." and "certificate." are one. */
static const struct method *find_method(struct wici_bytes name,
					const struct wici_kind **kind)
{
	static const char *const prefixes[2][2] = {{"cert.", "certificate."},
						   {"certificate.", "cert."}};
	const struct method *m = find_row(name);
	char other[64];

	*kind = NULL;
	if (!m)
		m = find_kind(name, kind);
	for (size_t i = 0; !m && i < 2; i++) {
		size_t len = strlen(prefixes[i][0]);

		if (name.len <= len || name.len > 40 ||
		    memcmp(name.p, prefixes[i][0], len) != 0)
			continue;
		(void)snprintf(other, sizeof(other), "%s%.*s", prefixes[i][1],
			       (int)(name.len - len),
			       (const char *)name.p + len);
		m = find_row(wici_bytes_str(other));
		if (!m)
			m = find_kind(wici_bytes_str(other), kind);
	}
	return m;
}

bool method_raw(const struct call *call, const char *name,
		struct wici_bytes *raw)
{
	return call->args.p &&
	       wici_mp_find(WICI_MP_LENIENT, call->args, name, raw) == WICI_OK;
}

/* An arg of this type; its own rows have checked it. */
static bool value_of(const struct call *call, const char *name,
		     enum wici_mp_type type, struct wici_mp *v)
{
	struct wici_mp_reader r;
	struct wici_bytes raw;

	if (!method_raw(call, name, &raw))
		return false;
	wici_mp_reader_init(&r, WICI_MP_LENIENT, raw);
	return wici_mp_expect(&r, type, v) == WICI_OK;
}

bool method_has(const struct call *call, const char *name)
{
	struct wici_bytes raw;

	return method_raw(call, name, &raw);
}

bool method_str(const struct call *call, const char *name,
		struct wici_bytes *text)
{
	struct wici_mp v;

	*text = (struct wici_bytes){NULL, 0};
	if (!value_of(call, name, WICI_MP_STR, &v))
		return false;
	*text = v.bytes;
	return true;
}

uint64_t method_uint(const struct call *call, const char *name,
		     uint64_t otherwise)
{
	struct wici_mp v;

	return value_of(call, name, WICI_MP_UINT, &v) ? v.u : otherwise;
}

bool method_is_set(const struct call *call, const char *name)
{
	struct wici_mp v;

	return value_of(call, name, WICI_MP_BOOL, &v) && v.boolean;
}

static bool copy_hash(const struct call *call, const char *name,
		      uint8_t out[32])
{
	struct wici_mp v;

	if (!value_of(call, name, WICI_MP_BIN, &v) || v.bytes.len != 32)
		return false;
	memcpy(out, v.bytes.p, 32);
	return true;
}

bool method_key(const struct call *call, const char *name, struct wici_key *key)
{
	return copy_hash(call, name, key->b);
}

bool method_id(const struct call *call, const char *name, struct wici_id *id)
{
	return copy_hash(call, name, id->b);
}

int32_t method_day(const struct call *call, const char *name, int32_t otherwise)
{
	struct wici_bytes text;
	int32_t day;

	if (!method_str(call, name, &text) || wici_day_parse(&day, text))
		return otherwise;
	return day;
}

enum wici_err method_refuse(struct call *call, enum wici_err err,
			    const char *hint)
{
	fault_hint(&call->fault, "%s", hint);
	return err;
}

enum wici_err method_lost(struct call *call, enum wici_err err,
			  const char *field, struct wici_bytes got)
{
	struct growing raw;

	if (err != WICI_NOT_FOUND && err != WICI_AMBIGUOUS)
		return err;
	growing_init(&raw, GROWING_LEN_MAX);
	wici_mp_str_bytes(&raw.w, got);
	err = fault_set(&call->fault, err, field, NULL, growing_bytes(&raw));
	growing_clear(&raw);
	return err;
}

/* The codes that clients know; what is between daemons or in the store is
 * "internal" to them, and the sentence still says what it was. */
static enum wici_err as_told(enum wici_err err)
{
	if (err == WICI_IO || err == WICI_STORE || err < WICI_IO ||
	    err > WICI_INTERNAL)
		return WICI_INTERNAL;
	return err;
}

static void reply_error(struct node *n, uint64_t client, uint64_t msgid,
			enum wici_err err, const struct fault *fault)
{
	struct node_output out = {.type = NODE_REPLY};
	struct growing g;

	growing_init(&g, GROWING_LEN_MAX);
	wici_mp_array(&g.w, 4);
	wici_mp_uint(&g.w, 1);
	wici_mp_uint(&g.w, msgid);
	fault_write(&g.w, fault, err, 0);
	wici_mp_nil(&g.w);
	out.reply.client = client;
	out.reply.bytes = growing_bytes(&g);
	node_emit(n, &out);
	growing_clear(&g);
}

void method_reply(struct node *n, uint64_t client, uint64_t msgid,
		  enum wici_err err, const struct fault *fault,
		  const struct growing *result)
{
	struct fault internal;

	if (!err && result->w.overflow)
		err = WICI_TOO_LARGE;
	if (!err) {
		node_reply(n, client, msgid, growing_bytes(result));
	} else if (as_told(err) == err) {
		reply_error(n, client, msgid, err, fault);
	} else {
		fault_init(&internal);
		fault_message(&internal, "%s", wici_err_text(err));
		reply_error(n, client, msgid, WICI_INTERNAL, &internal);
		fault_clear(&internal);
	}
}

/* Lets the cursor catch up when that takes no longer than a turn may. False:
 * the call was put off until it has. */
static enum wici_err wait_for_index(struct call *call)
{
	struct node *n = call->node;
	enum wici_err err = WICI_OK;

	if (project_is_done(n))
		return WICI_OK;
	if (n->last_n - n->cursor > METHOD_LAG_MAX) {
		call->is_deferred = true;
		return waiters_add_call(n, call);
	}
	while (!err && !project_is_done(n))
		err = project_slice(n, NODE_PROJECT_SLICE);
	return err;
}

static enum wici_err run_method(struct call *call, const struct method *m)
{
	static const struct wici_field none[] = {PARAM_END};
	struct growing args;
	enum wici_err err = WICI_OK;

	if (m->needs_index)
		err = wait_for_index(call);
	if (err || call->is_deferred)
		return err;
	growing_init(&args, GROWING_LEN_MAX);
	if (!call->kind)
		err = body_make_params(
			call->node, m->params ? m->params : none, call->params,
			m->only_asks ? FIND_BY_ANY_NAME : FIND_BY_NAME, &args,
			&call->fault);
	call->args = growing_bytes(&args);
	if (!err)
		err = m->function(call);
	growing_clear(&args);
	return err;
}

/* [map] is map; nothing at all is an empty map. */
static struct wici_bytes unwrap(struct wici_bytes params)
{
	static const uint8_t empty[] = {0x80};
	struct wici_bytes raw = params;
	struct wici_mp_reader r;
	struct wici_mp v = {.type = WICI_MP_NIL};

	wici_mp_reader_init(&r, WICI_MP_LENIENT, params);
	if (params.len && wici_mp_next(&r, &v))
		return (struct wici_bytes){NULL, 0};
	if (v.type == WICI_MP_NIL || (v.type == WICI_MP_ARRAY && v.count == 0))
		return (struct wici_bytes){empty, sizeof(empty)};
	if (v.type == WICI_MP_ARRAY && v.count == 1 && wici_mp_skip(&r, &raw))
		return (struct wici_bytes){NULL, 0};
	return raw;
}

static enum wici_err check_params(struct call *call)
{
	struct wici_mp_reader r;
	struct wici_mp v;

	if (call->params.p &&
	    !wici_mp_check(WICI_MP_LENIENT, call->params, NULL)) {
		wici_mp_reader_init(&r, WICI_MP_LENIENT, call->params);
		if (!wici_mp_expect(&r, WICI_MP_MAP, &v))
			return WICI_OK;
	}
	return method_refuse(call, WICI_USAGE, "params are one map");
}

void method_again(struct call *call)
{
	struct node *n = call->node;
	const struct method *m = find_method(call->method, &call->kind);
	struct growing result;
	enum wici_err err;

	fault_init(&call->fault);
	growing_init(&result, GROWING_LEN_MAX);
	call->result = &result.w;
	err = check_params(call);
	if (!err && !m)
		err = method_refuse(call, WICI_USAGE,
				    "there is no such method; kinds.get and "
				    "`wici help` name what there is");
	if (!err)
		err = run_method(call, m);
	if (err == WICI_STORE || err == WICI_IO)
		(void)node_fail(n, err); /* What was read cannot be trusted. */
	if (err || !call->is_deferred)
		method_reply(n, call->client, call->msgid, err, &call->fault,
			     &result);
	fault_clear(&call->fault);
	growing_clear(&result);
}

void node_call(struct node *n, uint64_t client, uint64_t msgid,
	       struct wici_bytes method, struct wici_bytes params,
	       const uint8_t *unlock, const uint8_t *unlock_salt)
{
	struct call call = {
		.node = n,
		.client = client,
		.msgid = msgid,
		.method = method,
		.params = unwrap(params),
		.unlock = unlock,
		.unlock_salt = unlock_salt,
	};

	method_again(&call);
}

bool node_needs_unlock(struct node *n, struct wici_bytes method,
		       struct wici_bytes params, uint8_t salt[16],
		       struct wici_bytes *passphrase)
{
	const struct wici_kind *kind;
	const struct method *m = find_method(method, &kind);
	struct wici_bytes map = unwrap(params);
	struct wici_mp_reader r;
	struct wici_bytes raw;
	struct wici_mp v;

	if (!m || !m->needs_unlock || !map.p ||
	    wici_mp_check(WICI_MP_LENIENT, map, NULL) ||
	    wici_mp_find(WICI_MP_LENIENT, map, "passphrase", &raw))
		return false;
	wici_mp_reader_init(&r, WICI_MP_LENIENT, raw);
	if (wici_mp_expect(&r, WICI_MP_STR, &v) || v.bytes.len == 0)
		return false;
	if (n->keys.has_identity && !n->keys.is_locked)
		return false;
	if (n->keys.has_identity)
		memcpy(salt, n->keys.salt, sizeof(n->keys.salt));
	else
		node_random(n, salt, 16);
	*passphrase = v.bytes;
	return true;
}

void node_client_gone(struct node *n, uint64_t client)
{
	waiters_forget(n, client);
	fsck_forget(n, client);
	bundle_forget(n, client);
	attachments_forget(n, client);
}
