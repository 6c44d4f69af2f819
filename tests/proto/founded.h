/* tests/proto/founded.h — A network that is founded, and admissions to it. */
#ifndef WICI_TESTS_PROTO_FOUNDED_H
#define WICI_TESTS_PROTO_FOUNDED_H

#include "proto/kinds/member.h"
#include "proto/roster.h"
#include "tests/proto/trust.h"

#define REGISTRAR 10
#define MEMBERS   64

static struct wici_member members[MEMBERS];

/* Version 1: names the registrar feed, and the given issuers' list. */
static inline void found(struct wici_roster *r, const struct net *n,
			 const struct wici_issuer *rows, size_t count)
{
	struct wici_head at = head_of(REGISTRAR, 1);
	struct made m;

	made_begin(&m, &n->id, 3);
	wici_op_found(&m.w, &n->policy, WICI_BYTES("Sieć OSL"), &n->salt);
	wici_op_registrar(&m.w, &at);
	wici_op_issuers(&m.w, "2027-12-31", rows, count);
	made_end(&m, &n->id, 1);
	made_approve(&m, &n->id, 101);
	made_approve(&m, &n->id, 102);
	wici_roster_init(r, &n->id, members, MEMBERS);
	CHECK_OK(wici_roster_change(r, &m.s));
}

struct admit {
	uint8_t buf[256];
	struct wici_entry e;
};

/* token 0: none. */
static inline void admit_in(struct admit *a, uint8_t feed, uint64_t seq,
			    uint8_t identity, uint8_t token)
{
	uint8_t id[8] = {token};
	struct wici_mp_writer w;
	struct wici_bytes b;
	struct wici_key key = pair(identity).key;

	wici_mp_writer_init(&w, a->buf, sizeof(a->buf));
	wici_mp_map(&w, token ? 3 : 2);
	wici_mp_str(&w, "identity");
	wici_mp_bin(&w, key.b, sizeof(key.b));
	wici_mp_str(&w, "name");
	wici_mp_str(&w, "MOPS");
	if (token) {
		wici_mp_str(&w, "token");
		wici_mp_bin(&w, id, sizeof(id));
	}
	CHECK_OK(wici_mp_written(&w, &b));
	a->e = entry_of(feed, seq, WICI_KIND_MEMBER_ADMIT, b);
}

#endif
