/* daemon/link_fork.c — Headers over a link: questions of ours, one by one,
 * until it is known where two chains part; and the peer's questions.
 *
 *   low ── equal ── … ── ? ── … ── high ── differs: ask in the middle, until
 *   high is low + 1: our header and theirs there are the proof.
 *
 * Failure modes: the peer does not answer (then it is asked nothing more),
 * lies, or holds an entry without a good signature: the search proves nothing
 * and ends, and the feed is left alone on this link for a minute. */
#include "daemon/link_fork.h"

#include "daemon/echo.h"
#include "daemon/forks.h"
#include "daemon/store/entry.h"
#include "proto/require.h"

#define HEADER_LEN ((size_t)(1 + 32 + 8 + 120 + 64))

static uint64_t now_of(const struct link *l)
{
	return l->hub->node->now.mono_ms;
}

static void begin_second(struct link *l)
{
	struct link_fork *f = &l->fork;

	if (now_of(l) - f->second_ms < 1000)
		return;
	f->second_ms = now_of(l);
	f->answered = f->looked = 0;
}

/* ---- what the peer asks ---- */

void link_fork_on_ask_header(struct link *l, const struct wici_message *m)
{
	struct link_fork *f = &l->fork;

	/* Nothing is read while it is full: link_may_read(). */
	WICI_REQUIRE(f->waiting_count < LINK_HEADERS_MAX);
	f->waiting[f->waiting_count++] =
		(struct link_fork_place){m->header.feed, m->header.seq};
}

static void answer(struct link *l)
{
	struct link_fork *f = &l->fork;
	const struct link_fork_place *at = &f->waiting[0];
	struct wici_message m = {.type = WICI_MSG_HEADER};
	struct wici_fork_side side;

	m.header.feed = at->feed;
	m.header.seq = at->seq;
	if (link_may_show(l, &at->feed) &&
	    node_read_header(l->hub->node, &at->feed, at->seq, &side) ==
		    WICI_OK) {
		m.header.is_held = true;
		wici_header_encode(m.header.bytes, &side.header);
		m.header.sig = side.sig;
	}
	link_send(l, &m);
	f->answered++;
	f->waiting_count--;
	memmove(f->waiting, f->waiting + 1,
		f->waiting_count * sizeof(f->waiting[0]));
}

bool link_fork_is_full(const struct link *l)
{
	return l->fork.waiting_count == LINK_HEADERS_MAX;
}

/* ---- a search begins, and ends ---- */

/* Of this feed nothing more is asked for a minute. */
static void leave(struct link *l)
{
	struct link_fork *f = &l->fork;
	size_t i = 0;

	while (i < LINK_FORK_LEFT_MAX && f->left[i].until_ms > now_of(l))
		i++;
	if (i < LINK_FORK_LEFT_MAX && f->aim != LINK_FORK_ECHO) {
		f->left[i].feed = f->feed;
		f->left[i].until_ms = now_of(l) + LINK_FORK_LEFT_MS;
	}
	f->aim = LINK_FORK_NONE;
	if (f->has_more)
		link_recheck(l);
	f->has_more = false;
}

/* It came to something: what differs is compared anew. */
static void succeed(struct link *l)
{
	l->fork.aim = LINK_FORK_NONE;
	l->fork.has_more = false;
	link_recheck(l);
}

/* Is it left alone; or have so many led to nothing that all are? */
static bool is_left(const struct link *l, const struct wici_key *feed)
{
	size_t count = 0;

	for (size_t i = 0; i < LINK_FORK_LEFT_MAX; i++) {
		if (l->fork.left[i].until_ms <= now_of(l))
			continue;
		if (wici_key_equal(&l->fork.left[i].feed, feed))
			return true;
		count++;
	}
	return count == LINK_FORK_LEFT_MAX;
}

static void begin(struct link *l, const struct wici_key *feed,
		  enum link_fork_aim aim, uint64_t high)
{
	struct link_fork *f = &l->fork;

	f->aim = aim;
	f->feed = *feed;
	f->low = 0;
	f->high = high;
	f->has_theirs = false;
	f->asks = 0;
	f->since_ms = now_of(l);
}

/* ---- who notices ---- */

/* Our entry at seq is not the peer's. */
static void on_conflict(struct link *l, const struct feed *feed, uint64_t seq)
{
	const struct node_fork *best;
	struct node *n = l->hub->node;
	enum wici_err err = WICI_END;
	uint64_t parting;

	/* Who dialled goes on though the registrar's feed is the one in
	 * dispute, and he knows nobody. */
	if ((!l->is_known && !l->is_provisional) || !feed->counts ||
	    n->is_read_only)
		return;
	/* We know already, and the peer will: by the statements, unless
	 * nothing is left of the feed (forks_judge). */
	if (feed->is_forked && seq > feed->limit.seq) {
		best = forks_of(n, &feed->row.key);
		if (feed->limit.seq == 0 && best)
			link_give(l, &best->id);
		return;
	}
	if (is_left(l, &feed->row.key))
		return;
	if (l->fork.aim != LINK_FORK_NONE || l->fork.is_asked) {
		l->fork.has_more |=
			!wici_key_equal(&l->fork.feed, &feed->row.key);
		return;
	}
	if (feed->limit.named.seq && !feed->is_reached)
		err = forks_parting(n, feed, &parting);
	if (err == WICI_OK)
		begin(l, &feed->row.key, LINK_FORK_NAMED,
		      feed->limit.named.seq);
	else if (err == WICI_END)
		begin(l, &feed->row.key, LINK_FORK_PARTING, seq);
}

void link_fork_on_head(struct link *l, const struct feed *feed,
		       const struct wici_head *head)
{
	struct node *n = l->hub->node;
	struct wici_id ours = feed->row.id;

	if (head->seq == 0 || head->seq > feed->row.seq)
		return;
	if (head->seq < feed->row.seq) {
		begin_second(l);
		if (++l->fork.looked > LINK_LOOKUPS_MAX ||
		    entry_id(n->store, feed->row.n, head->seq, &ours) !=
			    WICI_OK)
			return;
	}
	if (!wici_id_equal(&ours, &head->id))
		on_conflict(l, feed, head->seq);
}

void link_fork_on_bad_run(struct link *l, const struct feed *feed, uint64_t seq)
{
	if (seq > 0 && seq <= feed->row.seq)
		on_conflict(l, feed, seq);
}

void link_fork_ask_echo(struct link *l, const struct wici_head *head)
{
	l->fork.echo = *head;
}

/* ---- asking ---- */

static void ask(struct link *l, uint64_t seq)
{
	struct link_fork *f = &l->fork;
	struct wici_message m = {.type = WICI_MSG_ASK_HEADER};

	f->is_asked = true;
	f->asked = (struct link_fork_place){f->feed, seq};
	f->asks++;
	m.header.feed = f->feed;
	m.header.seq = seq;
	link_send(l, &m);
}

static struct wici_id id_of(const struct wici_fork_side *side)
{
	return wici_entry_id(&side->header, &side->sig);
}

/* Neighbours: the proof, for everybody. */
static void prove(struct link *l)
{
	if (forks_prove(l->hub->node, &l->fork.theirs) == WICI_OK)
		succeed(l);
	else
		leave(l);
}

static void ask_next(struct link *l)
{
	struct link_fork *f = &l->fork;

	if (f->aim == LINK_FORK_NONE && f->echo.seq) {
		begin(l, &f->echo.feed, LINK_FORK_ECHO, f->echo.seq);
		f->echo.seq = 0;
	}
	if (f->aim == LINK_FORK_NONE)
		return;
	if (now_of(l) - f->since_ms >= LINK_FORK_MS ||
	    f->asks == LINK_FORK_ASKS_MAX)
		leave(l);
	else if (f->is_asked || !wici_session_has_room(&l->session, 64, 64))
		return;
	else if (!f->has_theirs)
		ask(l, f->high);
	else
		ask(l, f->low + (f->high - f->low) / 2);
}

/* ---- the answer ---- */

static void take_parting(struct link *l, const struct wici_fork_side *side)
{
	struct node *n = l->hub->node;
	struct link_fork *f = &l->fork;
	struct wici_id theirs = id_of(side), ours;
	struct wici_fork_side own;

	if (forks_side(n, &f->feed, side->header.seq, &own) != WICI_OK) {
		leave(l); /* It was cut meanwhile. */
		return;
	}
	ours = id_of(&own);
	if (!wici_id_equal(&theirs, &ours)) {
		f->high = side->header.seq;
		f->theirs = *side;
		f->has_theirs = true;
	} else if (f->has_theirs) {
		f->low = side->header.seq;
	} else {
		leave(l); /* They do not differ at all. */
		return;
	}
	if (f->high == f->low + 1)
		prove(l);
}

/* Who has the entry itself need not be believed: its id is named. */
static void take_named(struct link *l, const struct wici_fork_side *side)
{
	struct node *n = l->hub->node;
	struct feed *feed = feeds_find(&n->feeds, &l->fork.feed);
	struct wici_id id = id_of(side);

	if (feed && side->header.seq == feed->limit.named.seq &&
	    wici_id_equal(&id, &feed->limit.named.id)) {
		forks_shown(feed);
		succeed(l);
	} else {
		leave(l);
	}
}

static void take_echo(struct link *l, const struct wici_fork_side *side)
{
	struct node *n = l->hub->node;

	const struct wici_head head = {side->header.feed, side->header.seq,
				       id_of(side)};

	l->fork.aim = LINK_FORK_NONE;
	if (echo_ahead(n, &l->identity, side) == WICI_OK)
		link_on_head(l, &head); /* To be fetched. */
	else
		n->rejected++;
}

static void take(struct link *l, const struct wici_fork_side *side)
{
	switch (l->fork.aim) {
	case LINK_FORK_NONE: /* It took too long. */
		break;
	case LINK_FORK_PARTING:
		take_parting(l, side);
		break;
	case LINK_FORK_NAMED:
		take_named(l, side);
		break;
	case LINK_FORK_ECHO:
		take_echo(l, side);
		break;
	}
}

void link_fork_on_header(struct link *l, const struct wici_message *m)
{
	struct link_fork *f = &l->fork;
	struct wici_fork_side side;

	/* PROTOCOL §4.5: "a HEADER that nobody asked for ends the session with
	 * `order`" */
	if (!f->is_asked || f->asked.seq != m->header.seq ||
	    !wici_key_equal(&f->asked.feed, &m->header.feed)) {
		link_refuse(l, WICI_REJECT_ORDER);
		return;
	}
	f->is_asked = false;
	wici_header_decode(&side.header, m->header.bytes);
	side.sig = m->header.sig;
	if (m->header.is_held && side.header.seq == m->header.seq &&
	    wici_key_equal(&side.header.feed, &m->header.feed))
		take(l, &side);
	else if (f->aim != LINK_FORK_NONE)
		leave(l);
}

void link_fork_pump(struct link *l)
{
	struct link_fork *f = &l->fork;

	begin_second(l);
	while (f->waiting_count && f->answered < LINK_HEADERS_RATE &&
	       wici_session_has_room(&l->session, HEADER_LEN, 64))
		answer(l);
	ask_next(l);
}
