/* daemon/rpc.c — Requests out of a stream of MessagePack.
 *
 * A client sends [0, msgid, method, params]; a reply is [1, msgid, error,
 * result]. Finding the end and reading what it says are two walks: the first
 * can stop anywhere and go on when more bytes have come. */
#include "daemon/rpc.h"

#include "proto/mp_read.h"

void rpc_reader_init(struct rpc_reader *r)
{
	*r = (struct rpc_reader){.left = {1}};
}

/* One value's head, at a place where more may follow. */
static enum wici_err scan(struct rpc_reader *r, struct wici_mp_reader *mp)
{
	struct wici_mp v;
	enum wici_err err = wici_mp_next(mp, &v);

	if (err)
		return err;
	r->left[r->depth]--;
	if (v.type == WICI_MP_ARRAY || v.type == WICI_MP_MAP) {
		if (r->depth == RPC_DEPTH_MAX)
			return WICI_REJECT_DEPTH;
		r->left[++r->depth] = (uint64_t)v.count
				      << (v.type == WICI_MP_MAP);
	}
	while (r->depth && r->left[r->depth] == 0)
		r->depth--;
	return WICI_OK;
}

enum wici_err rpc_reader_next(struct rpc_reader *r, struct wici_bytes in,
			      size_t *len)
{
	struct wici_mp_reader mp;
	enum wici_err err = WICI_OK;

	if (in.len <= r->scanned)
		return WICI_AGAIN;
	in.len = in.len < RPC_REQUEST_MAX ? in.len : RPC_REQUEST_MAX;
	wici_mp_reader_init(&mp, WICI_MP_LENIENT, in);
	mp.p += r->scanned;
	while (!err && (r->depth || r->left[0]))
		err = scan(r, &mp);
	r->scanned = (size_t)(mp.p - in.p);
	if (err == WICI_AGAIN && in.len == RPC_REQUEST_MAX)
		return WICI_TOO_LARGE;
	if (err)
		return err;
	*len = r->scanned;
	rpc_reader_init(r);
	return WICI_OK;
}

/* A map stays, nothing becomes an empty map, [map] its map. */
static enum wici_err read_params(struct wici_mp_reader *r,
				 struct wici_bytes *params)
{
	static const uint8_t empty[] = {0x80};
	const uint8_t *at = r->p;
	struct wici_mp v;
	enum wici_err err = wici_mp_next(r, &v);

	*params = (struct wici_bytes){empty, sizeof(empty)};
	if (err)
		return err;
	if (v.type == WICI_MP_NIL || (v.type == WICI_MP_ARRAY && !v.count))
		return WICI_OK;
	if (v.type == WICI_MP_ARRAY && v.count == 1) {
		at = r->p;
		err = wici_mp_next(r, &v);
	}
	if (!err && v.type != WICI_MP_MAP)
		return WICI_USAGE;
	r->p = at;
	return err ? err : wici_mp_skip(r, params);
}

static enum wici_err read_call(struct wici_mp_reader *r,
			       struct rpc_request *out)
{
	struct wici_mp v;
	enum wici_err err = wici_mp_next(r, &v);

	/* Without a number no answer would reach its question; 0 is as good
	 * as any. */
	out->wants_reply = true;
	if (err || v.type != WICI_MP_UINT)
		return err ? err : WICI_USAGE;
	out->msgid = v.u;
	err = wici_mp_next(r, &v);
	if (err)
		return err;
	/* Before str and bin were told apart, names were raw bytes. */
	if (v.type != WICI_MP_STR && v.type != WICI_MP_BIN)
		return WICI_USAGE;
	out->method = v.bytes;
	return read_params(r, &out->params);
}

enum wici_err rpc_decode(struct wici_bytes request, struct rpc_request *out)
{
	struct wici_mp_reader r;
	struct wici_mp head;
	struct wici_mp type;
	enum wici_err err;

	*out = (struct rpc_request){.wants_reply = false};
	wici_mp_reader_init(&r, WICI_MP_LENIENT, request);
	err = wici_mp_expect(&r, WICI_MP_ARRAY, &head);
	if (!err && head.count)
		err = wici_mp_expect(&r, WICI_MP_UINT, &type);
	if (err || !head.count) {
		out->wants_reply = true;
		return WICI_USAGE;
	}
	/* Responses and notifications ask for nothing. */
	if (type.u == 1 || type.u == 2)
		return WICI_OK;
	if (type.u != 0 || head.count != 4) {
		out->wants_reply = true;
		return WICI_USAGE;
	}
	return read_call(&r, out);
}

void rpc_write_error(struct wici_mp_writer *w, uint64_t msgid,
		     enum wici_err err, const char *message)
{
	wici_mp_array(w, 4);
	wici_mp_uint(w, 1);
	wici_mp_uint(w, msgid);
	wici_mp_map(w, 2);
	wici_mp_str(w, "code");
	wici_mp_str(w, wici_err_code(err));
	wici_mp_str(w, "message");
	wici_mp_str(w, message ? message : wici_err_text(err));
	wici_mp_nil(w);
}
