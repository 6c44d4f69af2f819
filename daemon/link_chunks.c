/* daemon/link_chunks.c — Attachments over a link: what the peer is asked for,
 * what it asks for.
 *
 * PROTOCOL §4.6. After everything else: a chunk goes only when no run can. */
#include "daemon/attachments.h"
#include "daemon/link_private.h"

/* What a chunk may take off the credit. */
#define COST_MAX (WICI_CHUNK_LEN_MAX + WICI_CHUNK_PATH_MAX * WICI_ID_LEN)

/* ---- asked by us ---- */

bool link_may_ask_chunks(const struct link *l)
{
	return !l->is_closing && l->session.phase == WICI_PHASE_READY &&
	       l->session.hello_in && l->session.hello_out && l->is_known &&
	       !l->is_provisional;
}

bool link_has_room_for_chunks(const struct link *l)
{
	return l->chunk_asks_count < FETCH_FILES_LINK_MAX &&
	       wici_session_has_room(&l->session, 64, LINK_SPARE_LEN);
}

static struct link_chunk_ask *ask_of(struct link *l, const struct wici_id *root)
{
	for (size_t i = 0; i < l->chunk_asks_count; i++)
		if (wici_id_equal(&l->chunk_asks[i].root, root))
			return &l->chunk_asks[i];
	return NULL;
}

void link_ask_chunks(struct link *l, const struct wici_id *root, uint64_t size,
		     uint32_t from, uint32_t to)
{
	struct wici_message m = {.type = WICI_MSG_WANT_CHUNKS};
	struct link_chunk_ask *ask = ask_of(l, root);

	if (!ask)
		ask = &l->chunk_asks[l->chunk_asks_count++];
	*ask = (struct link_chunk_ask){*root, size};
	m.chunks.root = *root;
	m.chunks.size = size;
	m.chunks.from = from;
	m.chunks.to = to;
	link_send(l, &m);
}

/* It is here: others may ask for it now. */
static void tell_whole(struct hub *h, const struct link *from,
		       const struct wici_id *root, uint64_t size)
{
	struct wici_message m = {.type = WICI_MSG_WHOLE};

	m.chunks.root = *root;
	m.chunks.size = size;
	for (struct link *l = h->links; l; l = l->next)
		if (l != from && link_may_ask_chunks(l) &&
		    wici_session_has_room(&l->session, 64, LINK_SPARE_LEN) &&
		    attachments_may_show(h->node, l->access, &l->identity, root,
					 size))
			link_send(l, &m);
}

void link_on_chunk(struct link *l, const struct wici_message *m)
{
	struct node *n = l->hub->node;
	struct link_chunk_ask *ask = ask_of(l, &m->chunk.root);
	size_t cost = m->chunk.path.count * WICI_ID_LEN + m->chunk.bytes.len;
	enum wici_err err;

	/* PROTOCOL §4.6: "one of a file that was never asked for with
	 * `order`" */
	if (!ask || !link_takes_credit(l, cost)) {
		link_refuse(l, ask ? WICI_REJECT_CREDIT : WICI_REJECT_ORDER);
		return;
	}
	l->chunk_ms = n->now.mono_ms;
	l->is_chunk_stalled = false;
	err = attachments_take(n, &ask->root, ask->size, m);
	if (err == WICI_REJECT_CHUNK)
		link_refuse(l, err);
	else if (err == WICI_END)
		tell_whole(l->hub, l, &ask->root, ask->size);
}

void link_on_chunks_end(struct link *l, const struct wici_message *m)
{
	struct link_chunk_ask *ask = ask_of(l, &m->chunks.root);

	if (!ask) {
		link_refuse(l, WICI_REJECT_ORDER);
		return;
	}
	*ask = l->chunk_asks[--l->chunk_asks_count];
	l->is_chunk_stalled = false;
	fetch_chunks_ended(l->hub, l, &m->chunks.root);
}

void link_on_whole(struct link *l, const struct wici_message *m)
{
	fetch_chunks_whole(l->hub, l, &m->chunks.root, m->chunks.size);
}

/* ---- asked of us ---- */

static void end_want(struct link *l, struct link_chunk_want *want)
{
	struct wici_message m = {.type = WICI_MSG_CHUNKS_END};

	m.chunks.root = want->root;
	m.chunks.sent = want->sent;
	link_send(l, &m);
	*want = l->chunk_wants[--l->chunk_wants_count];
}

static struct link_chunk_want *want_of(struct link *l,
				       const struct wici_id *root)
{
	for (size_t i = 0; i < l->chunk_wants_count; i++)
		if (wici_id_equal(&l->chunk_wants[i].root, root))
			return &l->chunk_wants[i];
	return NULL;
}

/* PROTOCOL §4.6: "a second want for a file replaces the first, and of more than
 * 8 the oldest ends" */
void link_on_want_chunks(struct link *l, const struct wici_message *m)
{
	struct node *n = l->hub->node;
	struct link_chunk_want *want = want_of(l, &m->chunks.root);
	uint64_t size = m->chunks.size;
	enum wici_err err;

	if (!want && l->chunk_wants_count == LINK_CHUNK_WANTS_MAX)
		end_want(l, &l->chunk_wants[0]);
	if (!want)
		want = &l->chunk_wants[l->chunk_wants_count++];
	*want = (struct link_chunk_want){.root = m->chunks.root,
					 .size = size,
					 .from = m->chunks.from,
					 .to = m->chunks.to};
	if (!link_may_ask_chunks(l) ||
	    !attachments_may_show(n, l->access, &l->identity, &want->root,
				  size)) {
		end_want(l, want);
		return;
	}
	/* Where there is no room for what others want, what is held is given
	 * all the same. */
	err = attachments_want(n, &want->root, size, ATTACHMENT_FOR_PEER);
	(void)err;
}

/* The shortest first: small files do not wait behind a large one. */
static struct link_chunk_want *shortest(struct link *l)
{
	struct link_chunk_want *best = &l->chunk_wants[0];

	for (size_t i = 1; i < l->chunk_wants_count; i++)
		if (l->chunk_wants[i].to - l->chunk_wants[i].from <
		    best->to - best->from)
			best = &l->chunk_wants[i];
	return best;
}

/* Only what there is credit for, and nothing while runs are asked for. */
bool link_may_serve_chunks(const struct link *l)
{
	return l->chunk_wants_count && !l->wants_count &&
	       l->credit >= COST_MAX &&
	       wici_session_has_room(&l->session, COST_MAX + 64,
				     WICI_MESSAGE_LEN_MAX + LINK_SPARE_LEN);
}

/* One chunk; false: nothing can go now. */
static bool serve(struct link *l)
{
	struct link_chunk_want *want;
	struct wici_message m;
	enum wici_err err;

	if (!link_may_serve_chunks(l))
		return false;
	want = shortest(l);
	err = attachments_give(l->hub->node, &want->root, want->size,
			       want->from, want->to, &m);
	if (err == WICI_AGAIN) /* It is being hashed. */
		return false;
	if (err) {
		end_want(l, want);
		return true;
	}
	link_send(l, &m);
	l->credit -= m.chunk.path.count * WICI_ID_LEN + m.chunk.bytes.len;
	want->sent++;
	want->from = m.chunk.i + 1;
	if (m.chunk.i == want->to)
		end_want(l, want);
	return true;
}

void link_chunks_pump(struct link *l)
{
	while (serve(l))
		;
}
