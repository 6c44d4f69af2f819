/* tests/sim/network.c — Pipes between nodes: pieces on their way, dialling,
 * cutting, closing. */
#include "tests/sim/network.h"

#include "proto/require.h"

#include <stdlib.h>

#define DELAY_MS 5

void network_send_whole(struct world *w, struct end *to, struct wici_bytes b)
{
	struct piece *p = calloc(1, sizeof(*p) + b.len);

	WICI_REQUIRE(p != NULL && b.len > 0);
	memcpy(p->bytes, b.p, b.len);
	p->len = b.len;
	p->at_ms = w->now_ms + 1 + world_random(w, DELAY_MS);
	if (p->at_ms < to->last_ms)
		p->at_ms = to->last_ms;
	to->last_ms = p->at_ms;
	if (to->last)
		to->last->next = p;
	else
		to->first = p;
	to->last = p;
}

void network_send(struct world *w, struct end *to, struct wici_bytes b)
{
	while (b.len) {
		size_t len = 1 + world_random(w, b.len < 4096 ? b.len : 20000);

		if (len > b.len)
			len = b.len;
		network_send_whole(w, to, (struct wici_bytes){b.p, len});
		b.p += len;
		b.len -= len;
	}
}

static void end_clear(struct end *e)
{
	while (e->first) {
		struct piece *next = e->first->next;

		free(e->first);
		e->first = next;
	}
	e->last = NULL;
}

void network_flush(struct world *w, struct world_node *n)
{
	for (size_t i = 0; i < WORLD_PIPES_MAX; i++) {
		struct pipe *p = &w->pipes[i];

		for (int k = 0; p->is_open && k < 2; k++) {
			struct link *l = p->ends[k].link;
			struct wici_bytes out;

			if (p->ends[k].node != n || !l)
				continue;
			while ((out = link_out(l)).len) {
				network_send(w, &p->ends[!k], out);
				link_out_done(l, out.len);
			}
		}
	}
}

/* ---- an end of it ---- */

static void end_close(struct world *w, struct end *e)
{
	struct link *l = e->link;

	e->link = NULL;
	end_clear(e);
	if (e->hostile)
		hostile_on_close(e->hostile);
	if (!l)
		return;
	world_begin(w, e->node);
	hub_drop_link(&e->node->hub, l, WICI_IO);
	world_end(w, e->node);
}

void network_close(struct world *w, struct pipe *p)
{
	p->is_open = false;
	end_close(w, &p->ends[0]);
	end_close(w, &p->ends[1]);
}

void network_leave(struct world *w, const struct world_node *n)
{
	for (size_t i = 0; i < WORLD_PIPES_MAX; i++) {
		struct pipe *p = &w->pipes[i];

		if (!p->is_open)
			continue;
		/* The dead one does nothing: not even a turn's end. */
		for (int k = 0; k < 2; k++) {
			if (p->ends[k].node != n)
				continue;
			p->ends[k].link = NULL;
			network_close(w, p);
			break;
		}
	}
}

static bool end_is_closing(const struct end *e)
{
	return e->link && link_is_closing(e->link) && !link_out(e->link).len;
}

static const char *end_name(const struct end *e)
{
	return e->node ? e->node->name : e->hostile->name;
}

/* Of two honest nodes neither has anything to blame the other for. */
static void note_end(struct world *w, const struct pipe *p, int k)
{
	enum wici_err err = p->ends[k].link->err;

	world_tell(w, end_name(&p->ends[k]), "closes %s: %s",
		   end_name(&p->ends[!k]), wici_err_code(err));
	/* Who goes on with a new feed dials anew. */
	if (p->ends[!k].node && err != WICI_REJECT_DUPLICATE &&
	    err != WICI_WAITING)
		w->blames++;
}

/* Closed by one side: the other still gets what is on its way. */
void network_reap(struct world *w)
{
	for (size_t i = 0; i < WORLD_PIPES_MAX; i++) {
		struct pipe *p = &w->pipes[i];

		for (int k = 0; p->is_open && k < 2; k++) {
			if (!end_is_closing(&p->ends[k]) ||
			    (p->ends[!k].first &&
			     !end_is_closing(&p->ends[!k])))
				continue;
			note_end(w, p, k);
			network_close(w, p);
		}
	}
}

/* ---- connections ---- */

static struct pipe *free_pipe(struct world *w)
{
	struct pipe *p = w->pipes;

	while (p < w->pipes + WORLD_PIPES_MAX && p->is_open)
		p++;
	WICI_REQUIRE(p < w->pipes + WORLD_PIPES_MAX);
	memset(p, 0, sizeof(*p));
	p->is_open = true;
	return p;
}

static void end_open(struct world *w, struct end *e, bool is_initiator,
		     const char *address)
{
	world_begin(w, e->node);
	if (hub_open_link(&e->node->hub, is_initiator, address, &e->link) !=
	    WICI_OK)
		e->link = NULL;
	world_end(w, e->node);
}

static void connect_nodes(struct world *w, struct world_node *from,
			  struct world_node *to)
{
	struct pipe *p = free_pipe(w);

	p->ends[0].node = from;
	p->ends[1].node = to;
	w->have_met[from->n][to->n] = w->have_met[to->n][from->n] = true;
	world_tell(w, from->name, "dials %s", to->name);
	end_open(w, &p->ends[1], false, from->address);
	end_open(w, &p->ends[0], true, to->address);
	if (!p->ends[0].link || !p->ends[1].link)
		network_close(w, p);
}

struct pipe *network_open(struct world *w, struct world_node *n,
			  struct hostile *h, bool node_dials)
{
	struct pipe *p = free_pipe(w);
	struct end *node = &p->ends[!node_dials];

	node->node = n;
	p->ends[node_dials].hostile = h;
	world_tell(w, node_dials ? n->name : h->name, "dials %s",
		   node_dials ? h->name : n->name);
	end_open(w, node, node_dials, h->address);
	if (!node->link) {
		network_close(w, p);
		return NULL;
	}
	hostile_on_open(h, p, !node_dials);
	return p;
}

static struct world_node *node_at(struct world *w, const char *address)
{
	for (size_t i = 0; i < w->nodes_count; i++) {
		if (w->nodes[i]->is_up &&
		    strcmp(address, w->nodes[i]->address) == 0)
			return w->nodes[i];
	}
	return NULL;
}

static struct hostile *hostile_at(struct world *w, const char *address)
{
	for (size_t i = 0; i < w->hostiles_count; i++) {
		if (strcmp(address, w->hostiles[i]->address) == 0)
			return w->hostiles[i];
	}
	return NULL;
}

static bool dial(struct world *w, struct world_node *n, const char *address)
{
	struct world_node *to = node_at(w, address);
	struct hostile *h = hostile_at(w, address);

	if (!n->node->has_network)
		return false;
	if (to && to != n && !w->is_cut[n->n][to->n] && to->node->has_network) {
		connect_nodes(w, n, to);
		return true;
	}
	if (to || !h || !h->is_listening || h->pipe)
		return false;
	return network_open(w, n, h, true) != NULL;
}

/* What the shell's dialer does, without its patience. */
void network_dial(struct world *w, struct world_node *n)
{
	struct peer_row *row = n->node->peers.rows;

	for (; row; row = row->next) {
		if (row->is_dialed && !row->link && dial(w, n, row->address))
			return; /* Rows may have changed. */
	}
}

void world_cut(struct world *w, struct world_node *a, struct world_node *b)
{
	world_tell(w, a->name, "loses %s", b->name);
	w->is_cut[a->n][b->n] = w->is_cut[b->n][a->n] = true;
	for (size_t i = 0; i < WORLD_PIPES_MAX; i++) {
		struct pipe *p = &w->pipes[i];

		if (p->is_open &&
		    ((p->ends[0].node == a && p->ends[1].node == b) ||
		     (p->ends[0].node == b && p->ends[1].node == a)))
			network_close(w, p);
	}
}

void world_mend(struct world *w, struct world_node *a, struct world_node *b)
{
	world_tell(w, a->name, "can reach %s", b->name);
	w->is_cut[a->n][b->n] = w->is_cut[b->n][a->n] = false;
}

bool world_have_met(const struct world *w, const struct world_node *a,
		    const struct world_node *b)
{
	return w->have_met[a->n][b->n];
}

void world_dial(struct world *w, struct world_node *from, struct world_node *to)
{
	connect_nodes(w, from, to);
}

size_t world_links(const struct world_node *n)
{
	size_t count = 0;

	for (const struct link *l = n->hub.links; l; l = l->next)
		count++;
	return count;
}

/* ---- bytes arrive ---- */

struct end *network_next(struct world *w)
{
	struct end *next = NULL;

	for (size_t i = 0; i < WORLD_PIPES_MAX; i++) {
		struct pipe *p = &w->pipes[i];

		for (int k = 0; p->is_open && k < 2; k++) {
			struct end *e = &p->ends[k];

			if (e->first &&
			    (!next || e->first->at_ms < next->first->at_ms))
				next = e;
		}
	}
	return next;
}

static struct pipe *pipe_of(struct world *w, const struct end *e)
{
	struct pipe *p = w->pipes;

	while (e != &p->ends[0] && e != &p->ends[1])
		p++;
	return p;
}

static size_t deliver_to_node(struct world *w, struct end *e,
			      struct wici_bytes b)
{
	size_t len;
	uint8_t *in;

	world_begin(w, e->node);
	in = link_in(e->link, &len);
	if (len > b.len)
		len = b.len;
	if (len) {
		memcpy(in, b.p, len);
		link_in_done(e->link, len);
	}
	world_end(w, e->node);
	return len;
}

void network_deliver(struct world *w, struct end *e)
{
	struct piece *p = e->first;
	struct wici_bytes b = {p->bytes + p->used, p->len - p->used};
	bool is_fused = w->fuse && w->fuse <= b.len;
	size_t len;

	if (is_fused)
		b.len = w->fuse;
	len = b.len;
	if (e->hostile)
		hostile_on_bytes(e->hostile, b);
	else
		len = deliver_to_node(w, e, b);
	if (w->fuse)
		w->fuse -= len < w->fuse ? len : w->fuse;
	if (is_fused && w->fuse == 0) {
		world_tell(w, end_name(e), "is cut off");
		network_close(w, pipe_of(w, e));
		return;
	}
	if (e->first != p)
		return; /* A hostile peer hung up. */
	p->used += len;
	if (!len)
		p->at_ms = w->now_ms + 1; /* Back-pressure. */
	if (p->used == p->len) {
		e->first = p->next;
		if (!e->first)
			e->last = NULL;
		free(p);
	}
}
