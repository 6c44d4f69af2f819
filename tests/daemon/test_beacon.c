/* tests/daemon/test_beacon.c — What a beacon says of each certificate, bit by
 * bit, and the hash of those that stand. */
#include "daemon/beacon.h"
#include "daemon/cert_fresh.h"
#include "daemon/store/book.h"
#include "tests/daemon/call.h"
#include "tests/daemon/root.h"

static struct root_change change;

/* A grant of this index by the own feed, whoever gave it out; its id. */
static struct wici_id grant(struct fixture *f, uint64_t index,
			    const char *scheme,
			    const struct wici_id *supersedes)
{
	static uint8_t buf[400];
	struct wici_mp_writer w;
	struct wici_bytes payload;
	struct wici_head head;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, supersedes ? 6 : 5);
	wici_mp_str(&w, "holder");
	wici_mp_bin(&w, f->n->keys.identity.b, WICI_KEY_LEN);
	wici_mp_str(&w, "index");
	wici_mp_uint(&w, index);
	wici_mp_str(&w, "scheme");
	wici_mp_str(&w, scheme);
	if (supersedes) {
		wici_mp_str(&w, "supersedes");
		wici_mp_bin(&w, supersedes->b, WICI_ID_LEN);
	}
	wici_mp_str(&w, "valid_from");
	wici_mp_str(&w, "2026");
	wici_mp_str(&w, "valid_until");
	wici_mp_str(&w, "2028");
	CHECK_OK(wici_mp_written(&w, &payload));
	fixture_begin(f);
	CHECK_OK(publish_append(f->n, &wici_kind_certificate_grant, payload,
				&head));
	node_turn_end(f->n);
	(void)call_drain(f);
	return head.id;
}

/* "cert.revoke", … */
static void decide(struct fixture *f, const char *method,
		   const struct wici_id *id, const char *more)
{
	char hex[WICI_HEX_LEN + 1], json[200];

	wici_hex(hex, id->b, WICI_ID_LEN);
	(void)snprintf(json, sizeof(json), "{'ref':'%s'%s}", hex, more);
	CHECK(has(call(f, method, json), "'id':'"));
}

static void by_root(struct fixture *f, const struct wici_id *id, bool is_lifted)
{
	const struct wici_revoked row = {*id, 20000};

	root_begin(&change, f->n, 1);
	if (is_lifted)
		wici_op_lift(&change.w, id, 1);
	else
		wici_op_revoke(&change.w, &row, 1);
	root_end(&change, f->n);
	fixture_begin(f);
	CHECK_OK(node_receive_statement(f->n, 7, change.bytes));
	fixture_end(f);
}

/* ---- what is said ---- */

/* The newest beacon of "osl"; until the next. */
static struct wici_beacon_body newest(struct fixture *f)
{
	static uint8_t kept[WICI_PAYLOAD_LEN_MAX];
	struct wici_beacon_body body;
	struct wici_bytes payload;
	struct entry_row row;

	fixture_begin(f);
	CHECK_OK(cert_fresh_beacon(f->n, &f->n->roster.issuers[0], &row));
	payload = row.entry.payload;
	memcpy(kept, payload.p, payload.len);
	payload.p = kept;
	wici_kind_read(&wici_kind_beacon, payload, &body);
	fixture_end(f);
	return body;
}

/* "GSR." by index, from 0; and is what is loaded the same? */
static bool says(struct fixture *f, const char *states)
{
	struct wici_beacon_body body;
	struct beacon_list list;
	bool is_same = true;

	body = newest(f);
	for (size_t i = 0; states[i]; i++) {
		char is = ".GSR"[wici_beacon_state(&body, i)];

		if (is != states[i])
			print_error("%zu is %c\n", i, is);
		is_same &= is == states[i];
	}
	fixture_begin(f);
	CHECK_OK(beacon_list_load(f->n, wici_bytes_str("osl"), &list));
	is_same &= list.count == 4 * body.states.len &&
		   memcmp(list.states, body.states.p, body.states.len) == 0;
	for (size_t i = 0; i < list.count; i++)
		is_same &= wici_is_zero(list.ids[i].b, WICI_ID_LEN) ==
			   (wici_beacon_state(&body, i) == WICI_CERT_NONE);
	beacon_list_clear(&list);
	fixture_end(f);
	return is_same;
}

/* Those that were reinstated once: "3 4 ". */
static bool restored(struct fixture *f, const char *indexes)
{
	struct beacon_list list;
	char text[100] = "";

	fixture_begin(f);
	CHECK_OK(beacon_list_load(f->n, wici_bytes_str("osl"), &list));
	for (size_t i = 0; i < list.restored_count; i++)
		(void)snprintf(text + strlen(text), 20, "%llu ",
			       (unsigned long long)list.restored[i]);
	beacon_list_clear(&list);
	fixture_end(f);
	if (strcmp(text, indexes) != 0)
		print_error("restored: %s\n", text);
	return strcmp(text, indexes) == 0;
}

TEST(each_state_has_its_bits)
{
	struct wici_id ids[8];
	struct fixture f;

	call_found(&f);
	for (unsigned i = 0; i < 6; i++)
		ids[i] = grant(&f, i, "osl", NULL);
	CHECK(says(&f, "GGGGGG.."));
	decide(&f, "cert.suspend", &ids[1], "");
	decide(&f, "cert.revoke", &ids[2], ",'reason':'Powód'");
	CHECK(says(&f, "GSRGGG..") && restored(&f, ""));
	decide(&f, "cert.suspend", &ids[3], "");
	decide(&f, "cert.reinstate", &ids[3], "");
	decide(&f, "cert.revoke", &ids[4], "");
	decide(&f, "cert.reinstate", &ids[4], "");
	CHECK(says(&f, "GSRGGG..") && restored(&f, "3 4 "));
	decide(&f, "cert.revoke", &ids[4], "");
	CHECK(says(&f, "GSRGRG..") && restored(&f, "3 4 "));
	/* The worst that it comes to, or it would be VALID on that day by a
	 * beacon of today. */
	decide(&f, "cert.revoke", &ids[5], ",'effective':'2027-06-01'");
	CHECK(says(&f, "GSRGRR.."));
	decide(&f, "cert.reinstate", &ids[2], ",'effective':'2027-06-01'");
	CHECK(says(&f, "GSRGRR..") && restored(&f, "2 3 4 "));
	fixture_drop(&f);
}

TEST(of_a_corrected_certificate_the_last_form_stands)
{
	struct wici_id first, second;
	struct fixture f;

	call_found(&f);
	first = grant(&f, 0, "osl", NULL);
	second = grant(&f, 5, "osl", &first);
	CHECK(says(&f, ".....G.."));
	/* By whichever of its ids. */
	decide(&f, "cert.suspend", &first, "");
	CHECK(says(&f, ".....S.."));
	(void)grant(&f, 2, "osl", &second);
	CHECK(says(&f, "..S....."));
	decide(&f, "cert.reinstate", &second, "");
	CHECK(says(&f, "..G.....") && restored(&f, "2 "));
	fixture_drop(&f);
}

TEST(what_the_root_revokes_and_lifts)
{
	struct wici_id id;
	struct fixture f;

	call_found(&f);
	id = grant(&f, 0, "osl", NULL);
	(void)grant(&f, 1, "osl", NULL);
	by_root(&f, &id, false);
	CHECK(says(&f, "RG.."));
	by_root(&f, &id, true);
	CHECK(says(&f, "GG.."));
	fixture_drop(&f);
}

TEST(a_void_index_another_scheme_and_none_at_all)
{
	struct wici_id first, second;
	struct fixture f;

	call_found(&f);
	first = grant(&f, 1, "osl", NULL);
	second = grant(&f, 1, "osl", NULL);
	CHECK(says(&f, ".G.."));
	/* Who is no issuer of a scheme has no place in it. */
	(void)grant(&f, 2, "inny", NULL);
	CHECK(says(&f, ".G.."));
	decide(&f, "cert.revoke", &first, "");
	CHECK(says(&f, ".R.."));
	/* Not that its place is free now. */
	(void)grant(&f, 1, "osl", &second);
	CHECK(says(&f, ".R.."));
	fixture_drop(&f);
}

/* Beyond the limit nobody is told that it stands: rather STALE than VALID. */
TEST(an_index_beyond_the_limit_is_not_listed)
{
	static const uint64_t beyond[] = {65536, 70000,
					  ((uint64_t)1 << 53) - 1};
	struct wici_beacon_body body;
	struct wici_id id;
	struct fixture f;
	char hex[WICI_HEX_LEN + 1];

	call_found(&f);
	(void)grant(&f, 0, "osl", NULL);
	for (int i = 0; i < 3; i++) {
		id = grant(&f, beyond[i], "osl", NULL);
		f.wall_ms += 86400000; /* Until then it is just new. */
		fixture_rest(&f);
		CHECK(says(&f, "G..."));
		wici_hex(hex, id.b, WICI_ID_LEN);
		CHECK(has(call_with(&f, "cert.verify", "ref", hex),
			  "'detail':'unlisted 202"));
		CHECK(has(call_text, "{'verdict':'STALE'"));
	}
	/* Something happens to it all the same. */
	decide(&f, "cert.suspend", &id, "");
	decide(&f, "cert.reinstate", &id, "");
	CHECK(says(&f, "G...") && restored(&f, ""));
	id = grant(&f, 65535, "osl", NULL);
	body = newest(&f);
	CHECK(body.states.len == WICI_BEACON_STATES_MAX);
	CHECK(wici_beacon_state(&body, 65535) == WICI_CERT_GRANTED);
	wici_hex(hex, id.b, WICI_ID_LEN);
	CHECK(has(call_with(&f, "cert.verify", "ref", hex),
		  "{'verdict':'VALID'"));
	fixture_drop(&f);
}

/* A thief used the highest there are: that ends nothing. */
TEST(an_issuer_never_gives_out_an_index_beyond_the_limit)
{
	struct fixture f;

	call_found(&f);
	(void)grant(&f, 3, "osl", NULL);
	(void)grant(&f, 65535, "osl", NULL);
	(void)grant(&f, ((uint64_t)1 << 53) - 1, "osl", NULL);
	for (int i = 0; i < 4; i++)
		CHECK(has(call(&f, "cert.grant", "{'holder':'CAL'}"), "'id'"));
	CHECK(says(&f, ".GGGGG.."));
	fixture_drop(&f);
}

/* ---- the hash ---- */

static struct wici_id hash(enum wici_domain domain, const uint8_t *p,
			   size_t len)
{
	struct wici_hash h;

	wici_hash_init(&h, domain);
	wici_hash_update(&h, p, len);
	return wici_hash_final(&h);
}

/* RFC 9162, §2.1: split where the largest power of two is that is smaller. */
static struct wici_id root_of(const struct wici_id *ids, size_t n)
{
	struct wici_id both[2];
	size_t half = 1;

	if (n == 1)
		return hash(WICI_DOMAIN_LEAF, ids[0].b, WICI_ID_LEN);
	while (half * 2 < n)
		half *= 2;
	both[0] = root_of(ids, half);
	both[1] = root_of(ids + half, n - half);
	return hash(WICI_DOMAIN_BRANCH, both[0].b, 2 * WICI_ID_LEN);
}

TEST(its_root_is_that_of_the_ids_that_stand_by_index)
{
	struct wici_id ids[24] = {{{0}}};
	struct wici_beacon_body body;
	struct wici_id root;
	struct fixture f;

	call_found(&f);
	for (unsigned i = 0; i < 21; i++) {
		ids[i] = grant(&f, i, "osl", NULL);
		body = newest(&f);
		CHECK(body.states.len == i / 4 + 1);
		root = root_of(ids, 4 * body.states.len);
		CHECK(memcmp(root.b, body.grants.p, WICI_ID_LEN) == 0);
	}
	/* Revoked it has been granted all the same; corrected it is another. */
	decide(&f, "cert.revoke", &ids[7], "");
	ids[22] = grant(&f, 22, "osl", &ids[3]);
	memset(&ids[3], 0, sizeof(ids[3]));
	body = newest(&f);
	root = root_of(ids, 4 * body.states.len);
	CHECK(memcmp(root.b, body.grants.p, WICI_ID_LEN) == 0);
	fixture_drop(&f);
}

/* ---- what is made of it again ---- */

TEST(it_is_the_same_after_all_is_made_anew)
{
	struct wici_id ids[3];
	struct fixture f;
	uint64_t seq;

	call_found(&f);
	for (unsigned i = 0; i < 3; i++)
		ids[i] = grant(&f, i, "osl", NULL);
	decide(&f, "cert.suspend", &ids[1], "");
	(void)grant(&f, 3, "osl", &ids[2]);
	CHECK(says(&f, "GS.G"));
	seq = f.n->own->row.seq;
	fixture_begin(&f);
	CHECK_OK(record_clear(f.n->store));
	CHECK_OK(book_set_int(f.n->store, "projection", 0));
	fixture_end(&f);
	fixture_reopen(&f);
	fixture_rest(&f);
	CHECK(says(&f, "GS.G"));
	CHECK(f.n->own->row.seq == seq);
	fixture_drop(&f);
}

TEST_MAIN(RUN(each_state_has_its_bits),
	  RUN(of_a_corrected_certificate_the_last_form_stands),
	  RUN(what_the_root_revokes_and_lifts),
	  RUN(a_void_index_another_scheme_and_none_at_all),
	  RUN(an_index_beyond_the_limit_is_not_listed),
	  RUN(an_issuer_never_gives_out_an_index_beyond_the_limit),
	  RUN(its_root_is_that_of_the_ids_that_stand_by_index),
	  RUN(it_is_the_same_after_all_is_made_anew))
