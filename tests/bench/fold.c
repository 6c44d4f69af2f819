/* tests/bench/fold.c — The roster, folded from its acts: what each change of
 * the root costs, and each start. */
#include "daemon/changes.h"
#include "daemon/membership.h"
#include "daemon/receive.h"
#include "proto/kinds/member.h"
#include "proto/roster.h"
#include "tests/bench/bench.h"
#include "tests/bench/local.h"
#include "tests/bench/make.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEMBERS    ((size_t)2800)
#define ADMISSIONS ((size_t)10000)
#define CHANGES    ((size_t)100)

struct admission {
	uint8_t payload[160];
	struct wici_entry e;
};

/* The i-th admission of the registrar feed: of one of `members`, under a
 * token of its own. */
static void make_admission(struct admission *a, const struct wici_key *feed,
			   size_t i, size_t members)
{
	size_t who = i % members;
	struct wici_id identity = wici_hash_bytes(
		WICI_DOMAIN_ID,
		(struct wici_bytes){(const uint8_t *)&who, sizeof(who)});
	struct wici_id token = wici_hash_bytes(
		WICI_DOMAIN_TOKEN,
		(struct wici_bytes){(const uint8_t *)&i, sizeof(i)});
	struct wici_mp_writer w;
	char name[40];

	snprintf(name, sizeof(name), "Osrodek %zu", who);
	wici_mp_writer_init(&w, a->payload, sizeof(a->payload));
	wici_mp_map(&w, 3);
	wici_mp_str(&w, "identity");
	wici_mp_bin(&w, identity.b, sizeof(identity.b));
	wici_mp_str(&w, "name");
	wici_mp_str(&w, name);
	wici_mp_str(&w, "token");
	wici_mp_bin(&w, token.b, 8);
	memset(&a->e, 0, sizeof(a->e));
	a->e.header.version = WICI_ENTRY_VERSION;
	a->e.header.kind = WICI_KIND_MEMBER_ADMIT;
	a->e.header.feed = *feed;
	a->e.header.seq = i + 2;
	a->e.has_payload = true;
	bench_check(wici_mp_written(&w, &a->e.payload), "member.admit");
}

static double fold_ms(const struct wici_roster *founded, size_t members)
{
	struct wici_roster *r = malloc(sizeof(*r));
	struct admission *a = calloc(ADMISSIONS, sizeof(*a));
	struct wici_roster_space space = founded->space;
	double start;

	space.members = calloc(members, sizeof(*space.members));
	space.members_max = members;

	if (!r || !a || !space.members)
		bench_fail("fold", "no memory");
	for (size_t i = 0; i < ADMISSIONS; i++)
		make_admission(&a[i], &founded->registrar.feed, i, members);
	*r = *founded;
	r->members_count = 0;
	r->space = space;
	start = bench_now();
	for (size_t i = 0; i < ADMISSIONS; i++)
		bench_check(wici_roster_admit(r, &a[i].e), "wici_roster_admit");
	start = bench_now() - start;
	if (r->members_count != members)
		bench_fail("fold", "members are missing");
	free(space.members);
	free(a);
	free(r);
	return start * 1000;
}

/* Somebody who is a member is admitted again: without effect, but read. */
static void admit_again(struct local *l, size_t count)
{
	const struct wici_key who = l->node->roster.space.members[0].identity;

	for (size_t i = 0; i < count; i++) {
		struct wici_head head;

		if (i % MAKE_BATCH == 0)
			local_begin(l);
		bench_check(membership_admit(l->node, &who,
					     WICI_BYTES("Osrodek"), NULL,
					     &head),
			    "membership_admit");
		if (i % MAKE_BATCH == MAKE_BATCH - 1 || i == count - 1)
			local_end(l);
	}
}

/* A change of the root, whose only key is this installation's. */
static void change_once(struct local *l, uint64_t i)
{
	struct wici_statement s = {.type = WICI_STATEMENT_CHANGE,
				   .sigs_count = 1};
	struct wici_quota quota = {.feed = l->node->own->row.key,
				   .entries = WICI_QUOTA_ENTRIES + i,
				   .bytes = WICI_QUOTA_BYTES};
	uint8_t body[1024], buf[2048];
	struct wici_secret secret;
	struct wici_mp_writer w;
	struct wici_bytes bytes;

	wici_mp_writer_init(&w, body, sizeof(body));
	wici_change_begin(&w, &l->node->network, 1);
	wici_op_quotas(&w, &quota, 1);
	wici_change_end(&w, &l->node->roster.id, l->node->roster.version + 1);
	bench_check(wici_mp_written(&w, &s.body), "change");
	s.id = wici_hash_bytes(WICI_DOMAIN_CHANGE, s.body);
	bench_check(keys_identity_secret(&l->node->keys, l->node->dir_fd, NULL,
					 &secret),
		    "identity");
	wici_change_approve(&s.sigs[0], &l->node->network, &s.id,
			    &l->node->keys.identity, &secret);
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_statement_encode(&w, &s);
	bench_check(wici_mp_written(&w, &bytes), "change");
	local_begin(l);
	bench_check(node_receive_statement(l->node, 1, bytes), "change");
	local_end(l);
}

/* As at a start: nothing is in memory, every signature of the root is
 * verified. */
static double cold_ms(struct local *l)
{
	double start;

	local_begin(l);
	start = bench_now();
	bench_check(changes_load(l->node), "changes_load");
	bench_check(membership_fold(l->node, true), "membership_fold");
	start = bench_now() - start;
	local_end(l);
	return start * 1000;
}

/* The same by the node: from its store, signatures and all. */
static double node_fold_ms(struct local *l)
{
	double start;

	make_members(l, MEMBERS, 1);
	local_begin(l);
	start = bench_now();
	bench_check(membership_fold(l->node, true), "membership_fold");
	start = bench_now() - start;
	local_end(l);
	return start * 1000;
}

int main(void)
{
	struct wici_roster founded;
	struct local l;

	bench_init("fold", 120);
	local_open(&l, bench_path("state"), 0);
	local_found(&l, "Bench");
	founded = l.node->roster;
	bench_print(&(struct bench_row){
		.name = "roster fold, 10,000 admissions of 2,800",
		.value = fold_ms(&founded, MEMBERS),
		.unit = "ms"});
	bench_print(&(struct bench_row){
		.name = "roster fold, 10,000 admissions of 10,000",
		.value = fold_ms(&founded, ADMISSIONS),
		.unit = "ms"});
	bench_print(&(struct bench_row){
		.name = "roster refolded by the node, 2,800 members",
		.value = node_fold_ms(&l),
		.unit = "ms"});
	admit_again(&l, ADMISSIONS - MEMBERS - CHANGES);
	for (uint64_t i = 0; i < CHANGES; i++)
		change_once(&l, i);
	local_settle(&l);
	bench_print(&(struct bench_row){
		.name = "the same cold: 10,000 acts, 100 of the root's",
		.value = cold_ms(&l),
		.unit = "ms",
		.at_most = 100});
	local_close(&l);
	return 0;
}
