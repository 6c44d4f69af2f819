/* daemon/outputs.c — The node's outputs: held until the commit, then handed
 * out one by one (node_emit, node_reply, node_next).
 *
 * A turn that is rolled back takes back what it said: its replies become the
 * error read_only, and the rest was never said. */
#include "daemon/outputs.h"

#include "proto/mp_read.h"
#include "proto/require.h"

#include <stdlib.h>

struct node_out {
	struct node_out *next;
	struct node_output output;
	uint8_t bytes[];
};

static struct node_out *out_new(const struct node_output *output)
{
	bool is_reply = output->type == NODE_REPLY;
	size_t len = is_reply ? output->reply.bytes.len : 0;
	struct node_out *out = calloc(1, sizeof(*out) + len);

	WICI_REQUIRE(out);
	out->output = *output;
	if (len)
		memcpy(out->bytes, output->reply.bytes.p, len);
	if (is_reply)
		out->output.reply.bytes.p = out->bytes;
	return out;
}

/* A reply may have carried the seeds of recovery cards. */
static void out_free(struct node_out *out)
{
	if (out && out->output.type == NODE_REPLY)
		sodium_memzero(out->bytes, out->output.reply.bytes.len);
	free(out);
}

static void append(struct node_out **first, struct node_out **last,
		   struct node_out *out)
{
	if (*last)
		(*last)->next = out;
	else
		*first = out;
	*last = out;
}

void node_emit(struct node *n, const struct node_output *output)
{
	struct node_out *out = out_new(output);

	if (n->in_turn && output->type != NODE_FATAL)
		append(&n->reply_first, &n->reply_last, out);
	else
		append(&n->out_first, &n->out_last, out);
	if (n->in_turn && output->type == NODE_REPLY)
		n->wants_commit = true;
}

void node_reply(struct node *n, uint64_t client, uint64_t msgid,
		struct wici_bytes result)
{
	struct node_output output = {.type = NODE_REPLY};
	size_t max = result.len + 16;
	uint8_t *buf = malloc(max);
	struct wici_mp_writer w;

	WICI_REQUIRE(buf);
	wici_mp_writer_init(&w, buf, max);
	wici_mp_array(&w, 4);
	wici_mp_uint(&w, 1);
	wici_mp_uint(&w, msgid);
	wici_mp_nil(&w);
	wici_mp_raw(&w, result);
	output.reply.client = client;
	WICI_REQUIRE(wici_mp_written(&w, &output.reply.bytes) == WICI_OK);
	node_emit(n, &output);
	sodium_memzero(buf, max);
	free(buf);
}

bool node_next(struct node *n, struct node_output *output)
{
	struct node_out *out = n->out_first;

	out_free(n->out_held);
	n->out_held = out;
	if (!out)
		return false;
	n->out_first = out->next;
	if (!n->out_first)
		n->out_last = NULL;
	*output = out->output;
	return true;
}

void outputs_release(struct node *n)
{
	if (!n->reply_first)
		return;
	if (n->out_last)
		n->out_last->next = n->reply_first;
	else
		n->out_first = n->reply_first;
	n->out_last = n->reply_last;
	n->reply_first = n->reply_last = NULL;
}

static uint64_t reply_msgid(struct wici_bytes reply)
{
	struct wici_mp_reader r;
	struct wici_mp v;

	wici_mp_reader_init(&r, WICI_MP_LENIENT, reply);
	WICI_REQUIRE(wici_mp_expect(&r, WICI_MP_ARRAY, &v) == WICI_OK &&
		     wici_mp_expect(&r, WICI_MP_UINT, &v) == WICI_OK &&
		     wici_mp_expect(&r, WICI_MP_UINT, &v) == WICI_OK);
	return v.u;
}

static void emit_read_only(struct node *n, uint64_t client, uint64_t msgid)
{
	struct node_output output = {.type = NODE_REPLY};
	struct wici_mp_writer w;
	uint8_t buf[200];

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_array(&w, 4);
	wici_mp_uint(&w, 1);
	wici_mp_uint(&w, msgid);
	wici_mp_map(&w, 2);
	wici_mp_str(&w, "code");
	wici_mp_str(&w, wici_err_code(WICI_FULL));
	wici_mp_str(&w, "message");
	wici_mp_str(&w, wici_err_text(WICI_FULL));
	wici_mp_nil(&w);
	output.reply.client = client;
	WICI_REQUIRE(wici_mp_written(&w, &output.reply.bytes) == WICI_OK);
	node_emit(n, &output);
}

/* What a turn that never was leaves of one thing it said. */
static void take_back(struct node *n, const struct node_output *o)
{
	struct node_output output = *o;

	switch (o->type) {
	case NODE_REPLY:
		emit_read_only(n, o->reply.client, reply_msgid(o->reply.bytes));
		break;
	case NODE_ADMITTED:
		output.admitted.err = WICI_FULL;
		node_emit(n, &output);
		break;
	case NODE_HEAD:
	case NODE_STATEMENT:
	case NODE_ROSTER:
	case NODE_NETWORK:
	case NODE_DIALS:
	case NODE_FATAL:
		break;
	}
}

void outputs_take_back(struct node *n)
{
	struct node_out *out = n->reply_first;

	n->reply_first = n->reply_last = NULL;
	while (out) {
		struct node_out *next = out->next;

		take_back(n, &out->output);
		out_free(out);
		out = next;
	}
	outputs_release(n);
}

static void free_all(struct node_out *out)
{
	while (out) {
		struct node_out *next = out->next;

		out_free(out);
		out = next;
	}
}

void outputs_clear(struct node *n)
{
	free_all(n->out_first);
	free_all(n->reply_first);
	out_free(n->out_held);
	n->out_first = n->out_last = NULL;
	n->reply_first = n->reply_last = NULL;
	n->out_held = NULL;
}
