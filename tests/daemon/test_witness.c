/* tests/daemon/test_witness.c — When an installation says what it has seen, and
 * what it says then. */
#include "daemon/witness.h"
#include "daemon/cert_fresh.h"
#include "proto/kinds/witness.h"
#include "tests/daemon/call.h"
#include "tests/daemon/root.h"

static struct root_change change;

#define DAY_MS ((int64_t)86400000)

/* CAL admits and issues; Mława witnesses, when it is named. */
struct pair {
	struct fixture cal, mlawa;
};

static void carry(struct pair *p)
{
	for (int i = 0; i < 2; i++) {
		fixture_rest(&p->cal);
		fixture_carry(&p->cal, &p->mlawa);
		fixture_rest(&p->mlawa);
		fixture_carry(&p->mlawa, &p->cal);
	}
}

static void pair_begin(struct pair *p)
{
	call_found(&p->cal);
	fixture_open(&p->mlawa);
	call_join(&p->cal, &p->mlawa,
		  "'name':'MOPS Mława','no_passphrase':true");
	CHECK(has(call(&p->cal, "cert.grant",
		       "{'holder':'CAL','number':'1','valid_from':'2026',"
		       "'valid_until':'2028'}"),
		  "'id'"));
	carry(p);
}

static void pair_end(struct pair *p)
{
	fixture_drop(&p->mlawa);
	fixture_drop(&p->cal);
}

static void tell(struct pair *p)
{
	root_end(&change, p->cal.n);
	fixture_begin(&p->cal);
	CHECK_OK(node_receive_statement(p->cal.n, 7, change.bytes));
	fixture_end(&p->cal);
	carry(p);
}

static void name_mlawa(struct pair *p)
{
	const struct wici_witness row = {p->mlawa.n->own->row.key,
					 p->mlawa.n->keys.identity};

	root_begin(&change, p->cal.n, 1);
	wici_op_witnesses(&change.w, 1, &row, 1);
	tell(p);
}

static void later(struct pair *p, int64_t ms)
{
	struct fixture *both[] = {&p->cal, &p->mlawa};

	for (int i = 0; i < 2; i++) {
		both[i]->wall_ms += ms;
		both[i]->mono_ms += (uint64_t)ms;
	}
}

static unsigned sights(struct fixture *f)
{
	unsigned count = 0;

	fixture_begin(f);
	for (uint64_t seq = 1; seq <= f->n->own->row.seq; seq++) {
		struct entry_row row;

		CHECK_OK(entry_at(f->n->store, f->n->own->row.n, seq, &row));
		count += row.entry.header.kind == WICI_KIND_WITNESS;
	}
	fixture_end(f);
	return count;
}

/* Its newest entry; until the next. */
static struct wici_witness_body newest(struct fixture *f)
{
	static uint8_t kept[WICI_PAYLOAD_LEN_MAX];
	struct wici_witness_body body;
	struct wici_bytes payload;
	struct entry_row row;

	fixture_begin(f);
	CHECK_OK(cert_fresh_witness(f->n, &f->n->own->row.key, 0, &row));
	payload = row.entry.payload;
	memcpy(kept, payload.p, payload.len);
	payload.p = kept;
	wici_kind_read(&wici_kind_witness, payload, &body);
	fixture_end(f);
	return body;
}

TEST(only_who_is_named_says_anything_and_daily)
{
	struct pair p;

	pair_begin(&p);
	CHECK(sights(&p.cal) == 0 && sights(&p.mlawa) == 0);
	name_mlawa(&p);
	CHECK(sights(&p.cal) == 0 && sights(&p.mlawa) == 1);
	for (unsigned day = 1; day <= 5; day++) {
		for (int i = 0; i < 3; i++) {
			later(&p, DAY_MS / 3);
			carry(&p);
			fixture_reopen(&p.mlawa);
			carry(&p);
		}
		CHECK(sights(&p.mlawa) == 1 + day);
	}
	CHECK(sights(&p.cal) == 0);
	pair_end(&p);
}

static struct wici_id hash(enum wici_domain domain, const uint8_t *p,
			   size_t len)
{
	struct wici_hash h;

	wici_hash_init(&h, domain);
	wici_hash_update(&h, p, len);
	return wici_hash_final(&h);
}

TEST(it_names_the_root_the_issuers_head_and_a_hash_of_all)
{
	struct wici_head heads[2], named;
	struct wici_witness_body body;
	struct wici_id both[2], root;
	uint64_t version;
	struct pair p;

	pair_begin(&p);
	name_mlawa(&p);
	/* What it holds as it says so: its own feed ends before. */
	later(&p, DAY_MS);
	memcpy(heads, p.mlawa.n->feeds.heads, sizeof(heads));
	CHECK(p.mlawa.n->feeds.heads_count == 2);
	version = p.mlawa.n->roster.version;
	fixture_rest(&p.mlawa);
	CHECK(sights(&p.mlawa) == 2);
	body = newest(&p.mlawa);
	CHECK(body.roster == version && version == 2);
	CHECK(memcmp(body.roster_id.p, p.cal.n->roster.id.b, WICI_ID_LEN) == 0);
	named = root_head(p.mlawa.n, &p.cal.n->own->row.key);
	{
		struct wici_head said;

		CHECK(wici_witness_head(&body, &named.feed, &said));
		CHECK(memcmp(&said, &named, sizeof(said)) == 0);
		CHECK(!wici_witness_head(&body, &p.mlawa.n->own->row.key,
					 &said));
	}
	for (int i = 0; i < 2; i++) {
		uint8_t leaf[72];

		memcpy(leaf, heads[i].feed.b, 32);
		wici_put_u64(leaf + 32, heads[i].seq);
		memcpy(leaf + 40, heads[i].id.b, 32);
		both[i] = hash(WICI_DOMAIN_LEAF, leaf, sizeof(leaf));
	}
	root = hash(WICI_DOMAIN_BRANCH, both[0].b, sizeof(both));
	CHECK(body.heads_count == 2);
	CHECK(memcmp(body.heads_root.p, root.b, WICI_ID_LEN) == 0);
	pair_end(&p);
}

TEST(it_says_so_again_when_the_root_speaks)
{
	struct pair p;

	pair_begin(&p);
	name_mlawa(&p);
	root_begin(&change, p.cal.n, 1);
	wici_op_quotas(&change.w, NULL, 0);
	tell(&p);
	CHECK(sights(&p.mlawa) == 2 && newest(&p.mlawa).roster == 3);
	/* And is none any more. */
	root_begin(&change, p.cal.n, 1);
	wici_op_witnesses(&change.w, 0, NULL, 0);
	tell(&p);
	later(&p, DAY_MS);
	carry(&p);
	CHECK(sights(&p.mlawa) == 2);
	pair_end(&p);
}

/* Where none is named the registrar is asked, unless it issues itself. */
TEST(the_registrar_says_so_once_another_issues)
{
	struct wici_head head, mlawas, named;
	struct wici_issuer issuer = {.scheme = "osl", .closed_count = 1};
	struct wici_witness_body body;
	struct pair p;

	pair_begin(&p);
	later(&p, DAY_MS);
	carry(&p);
	CHECK(sights(&p.cal) == 0);
	mlawas = root_head(p.cal.n, &p.mlawa.n->own->row.key);
	head = root_head(p.cal.n, &p.cal.n->own->row.key);
	issuer.identity = issuer.token_key = p.mlawa.n->keys.identity;
	issuer.at = mlawas;
	issuer.closed[0].cut = head;
	root_begin(&change, p.cal.n, 2);
	wici_op_issuers(&change.w, "2029-01-01", &issuer, 1);
	wici_op_registrar(&change.w, &head, NULL, 0);
	tell(&p);
	CHECK(sights(&p.cal) == 1 && sights(&p.mlawa) == 0);
	body = newest(&p.cal);
	CHECK(wici_witness_head(&body, &mlawas.feed, &named));
	CHECK(!wici_witness_head(&body, &head.feed, &named));
	CHECK(has(call(&p.cal, "cert.verify", "{'ref':'1'}"),
		  "'name':'registrar','ok':true"));
	CHECK(has(call_text, "{'verdict':'VALID'"));
	pair_end(&p);
}

TEST(who_may_not_write_says_it_later_and_once)
{
	struct pair p;

	pair_begin(&p);
	name_mlawa(&p);
	p.mlawa.n->sealed = "key_missing";
	later(&p, DAY_MS);
	carry(&p);
	CHECK(sights(&p.mlawa) == 1);
	p.mlawa.n->sealed = NULL;
	carry(&p);
	CHECK(sights(&p.mlawa) == 2);

	store_set_free_for_test(p.mlawa.n->store, 0);
	later(&p, DAY_MS);
	fixture_rest(&p.mlawa);
	fixture_rest(&p.mlawa);
	CHECK(p.mlawa.n->is_read_only && sights(&p.mlawa) == 2);
	store_set_free_for_test(p.mlawa.n->store, UINT64_MAX);
	fixture_rest(&p.mlawa);
	fixture_rest(&p.mlawa);
	CHECK(sights(&p.mlawa) == 3);
	pair_end(&p);
}

/* The first of days is a day like another: not one entry a turn. */
TEST(a_clock_that_stands_at_its_beginning_says_so_once)
{
	struct pair p;

	pair_begin(&p);
	name_mlawa(&p);
	p.mlawa.wall_ms = 1000;
	for (int i = 0; i < 10; i++)
		fixture_rest(&p.mlawa);
	CHECK(sights(&p.mlawa) == 2);
	fixture_reopen(&p.mlawa);
	for (int i = 0; i < 10; i++)
		fixture_rest(&p.mlawa);
	CHECK(sights(&p.mlawa) == 2);
	p.mlawa.wall_ms = p.cal.wall_ms;
	fixture_rest(&p.mlawa);
	CHECK(sights(&p.mlawa) == 3);
	pair_end(&p);
}

TEST_MAIN(RUN(only_who_is_named_says_anything_and_daily),
	  RUN(it_names_the_root_the_issuers_head_and_a_hash_of_all),
	  RUN(it_says_so_again_when_the_root_speaks),
	  RUN(the_registrar_says_so_once_another_issues),
	  RUN(who_may_not_write_says_it_later_and_once),
	  RUN(a_clock_that_stands_at_its_beginning_says_so_once))
