/* tests/daemon/desk.h — An association that admits and grants, and two members
 * that write by hand: issuers or witnesses, as the root says. */
#ifndef WICI_TESTS_DAEMON_DESK_H
#define WICI_TESTS_DAEMON_DESK_H

#include "tests/daemon/vouch.h"

static struct root_change change;

/* CAL admits and grants; x and y are members that write by hand. */
struct desk {
	struct fixture cal;
	struct author x, y;
	struct wici_id certificate;
};

static inline void desk_begin(struct desk *d)
{
	char id[100];

	call_found(&d->cal);
	vouch_author(&d->x, &d->cal, 1);
	vouch_author(&d->y, &d->cal, 2);
	call_get(call(&d->cal, "cert.grant",
		      "{'holder':'CAL','number':'1','valid_from':'2026',"
		      "'valid_until':'2028'}"),
		 "id", id, sizeof(id));
	CHECK_OK(wici_unhex(d->certificate.b, WICI_ID_LEN, wici_bytes_str(id)));
	CHECK(vouched(&d->cal, "VALID", NULL));
}

static inline void desk_end(struct desk *d)
{
	fixture_drop(&d->cal);
}

static inline void tell(struct desk *d)
{
	root_end(&change, d->cal.n);
	fixture_begin(&d->cal);
	CHECK_OK(node_receive_statement(d->cal.n, 7, change.bytes));
	fixture_end(&d->cal);
	CHECK(d->cal.fatals == 0);
}

/* a's feed issues from now on; others did, up to their cuts. CAL admits. */
static inline void hand_over_to(struct desk *d, const struct author *a,
				const struct wici_head *cuts, size_t count)
{
	struct wici_issuer issuer = {.scheme = "osl",
				     .identity = a->identity,
				     .token_key = a->identity,
				     .at = a->head,
				     .closed_count = count};
	struct wici_head head = root_head(d->cal.n, &d->cal.n->own->row.key);

	for (size_t i = 0; i < count; i++)
		issuer.closed[i].cut = cuts[i];
	root_begin(&change, d->cal.n, 2);
	wici_op_issuers(&change.w, "2029-01-01", &issuer, 1);
	wici_op_registrar(&change.w, &head, NULL, 0);
	tell(d);
}

/* To x; CAL's own feed did until now. */
static inline void hand_over(struct desk *d)
{
	struct wici_head cut = root_head(d->cal.n, &d->cal.n->own->row.key);

	hand_over_to(d, &d->x, &cut, 1);
}

/* x and y, of whom so many are needed. */
static inline void name_both(struct desk *d, uint64_t needed)
{
	const struct wici_witness rows[] = {
		{d->x.head.feed, d->x.identity},
		{d->y.head.feed, d->y.identity},
	};

	root_begin(&change, d->cal.n, 1);
	wici_op_witnesses(&change.w, needed, rows, 2);
	tell(d);
}

static inline void beacon(struct author *a, struct desk *d,
			  struct vouch_beacon b)
{
	vouch(a, &d->cal, WICI_KIND_BEACON, vouch_say_beacon(&b));
}

/* What is so: the root and the issuing feed as they are here. */
static inline struct vouch_sight sight_of(const struct desk *d,
					  const struct wici_head *heads,
					  size_t count)
{
	return (struct vouch_sight){d->cal.n->roster.version,
				    d->cal.n->roster.id, heads, count};
}

static inline struct wici_head issuing(const struct desk *d)
{
	return root_head(d->cal.n, &d->cal.n->own->row.key);
}

static inline void sees(struct author *a, struct desk *d, struct vouch_sight s)
{
	vouch(a, &d->cal, WICI_KIND_WITNESS, vouch_say_sight(&s));
}

#endif
