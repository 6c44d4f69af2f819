/* Entries as people and programs read them. */
#include "daemon/view.h"
#include "daemon/growing.h"
#include "tests/daemon/call.h"

static struct wici_head append(struct fixture *f, const struct wici_kind *kind,
			       struct wici_bytes payload)
{
	struct wici_head head;

	fixture_begin(f);
	CHECK_OK(publish_append(f->n, kind, payload, &head));
	node_turn_end(f->n);
	(void)call_drain(f);
	return head;
}

static const char *show(struct fixture *f, const struct wici_head *head)
{
	char id[65];

	wici_hex(id, head->id.b, WICI_ID_LEN);
	return call_with(f, "record.show", "id", id);
}

TEST(bytes_are_hex_and_unknown_fields_are_shown)
{
	static const uint8_t body[] = {0x83, 0xa5, 't',  'i',  't',  'l', 'e',
				       0xa1, 'A',  0xa1, 'x',  0xc4, 2,   0xab,
				       0xcd, 0xa1, 'y',  0x92, 1,    0xc3};
	static const uint8_t sorted[] = {
		0x83, 0xa5, 't', 'i', 't', 'l',  'e', 0xa1, 'A',  0xa5,
		'x',  't',  'r', 'a', '1', 0xc4, 2,   0xab, 0xcd, 0xa5,
		'x',  't',  'r', 'a', '2', 0x92, 1,   0xc3};
	struct fixture f;
	struct wici_head head;
	const char *r;

	call_found(&f);
	head = append(&f, &wici_kind_practice_publish,
		      (struct wici_bytes){sorted, sizeof(sorted)});
	r = show(&f, &head);
	CHECK(has(r, "'state':'ok'") &&
	      has(r, "{'title':'A','xtra1':'abcd','xtra2':[1,true]}"));
	/* The same, read as it lies; short keys sort by their bytes too. */
	head = append(&f, &wici_kind_practice_publish,
		      (struct wici_bytes){body, sizeof(body)});
	CHECK(has(show(&f, &head), "'x':'abcd','y':[1,true]"));
	fixture_drop(&f);
}

TEST(a_body_that_does_not_fit_is_void_and_shown)
{
	static const uint8_t wrong[] = {0x81, 0xa4, 'g',  'o',
					'a',  'l',  0xa1, 'A'};
	static const uint8_t garbage[] = {0xc1, 0xff};
	struct fixture f;
	struct wici_head head;

	call_found(&f);
	head = append(&f, &wici_kind_practice_publish,
		      (struct wici_bytes){wrong, sizeof(wrong)});
	CHECK(has(show(&f, &head), "'state':'void','why':'void_body',"
				   "'body':{'goal':'A'}"));
	head = append(&f, &wici_kind_practice_publish,
		      (struct wici_bytes){garbage, sizeof(garbage)});
	CHECK(has(show(&f, &head), "'why':'void_body','body':{}"));
	CHECK(has(call(&f, "record.list", "{'kind':'practice'}"),
		  "'items':[]"));
	CHECK(has(call(&f, "log.list", "{}"), "'why':'void_body'"));
	fixture_drop(&f);
}

TEST(names_of_institutions_stand_beside_their_keys)
{
	struct fixture a;
	struct fixture b;
	char id[100];
	char want[200];
	const char *r;

	call_found(&a);
	fixture_open(&b);
	call_join(&a, &b,
		  "'name':'B','short_name':'MOPS B','no_passphrase':true");
	call_get(call(&a, "partnership.update",
		      "{'purpose':'P','parties':['MOPS B','Inni']}"),
		 "id", id, sizeof(id));
	r = call_with(&a, "record.show", "id", id);
	wici_hex(id, b.n->keys.identity.b, WICI_KEY_LEN);
	(void)snprintf(want, sizeof(want), "'names':{'%s':'Nowy'}", id);
	CHECK(has(r, want));
	(void)snprintf(want, sizeof(want), "{'member':'%s'},{'name':'Inni'}",
		       id);
	CHECK(has(r, want));
	fixture_drop(&b);
	fixture_drop(&a);
}

/* Another institution's "supersedes" replaces nothing. */
TEST(only_ones_own_records_are_superseded)
{
	struct fixture a;
	struct fixture b;
	char id[100];
	char json[300];

	call_found(&a);
	fixture_open(&b);
	call_join(&a, &b, "'name':'B','no_passphrase':true");
	call_get(call(&a, "practice.publish", "{'title':'A'}"), "id", id,
		 sizeof(id));
	fixture_carry(&a, &b);
	(void)snprintf(json, sizeof(json), "{'title':'B','supersedes':'%s'}",
		       id);
	CHECK(has(call(&b, "practice.publish", json), "'not_permitted'"));
	call_get(call(&a, "claim.make", "{'text':'A','by_role':'x'}"), "id", id,
		 sizeof(id));
	fixture_carry(&a, &b);
	(void)snprintf(json, sizeof(json), "{'id':'%s','body':{}}", id);
	CHECK(has(call(&b, "record.edit", json), "'code':'not_permitted'"));
	(void)snprintf(json, sizeof(json),
		       "{'text':'B','by_role':'x','supersedes':'%s'}", id);
	CHECK(has(call(&b, "claim.make", json), "'id'"));
	fixture_carry(&b, &a);
	CHECK(has(call_with(&a, "record.show", "id", id),
		  "'superseded_by':[]"));
	CHECK(has(call(&a, "record.list", "{'kind':'claim','from':'CAL'}"),
		  "'title':'A'"));
	fixture_drop(&b);
	fixture_drop(&a);
}

TEST(held_by_counts_other_institutions)
{
	struct fixture a;
	struct fixture b;
	struct wici_head head;
	uint8_t buf[100];

	call_found(&a);
	fixture_open(&b);
	call_join(&a, &b, "'name':'B','no_passphrase':true");
	head = append(&a, &wici_kind_practice_publish,
		      fixture_title(buf, sizeof(buf), "A"));
	CHECK(has(show(&a, &head), "'held_by':0"));
	fixture_begin(&a);
	node_held(a.n, &b.n->keys.identity, &head);
	fixture_end(&a);
	CHECK(has(show(&a, &head), "'held_by':1"));
	fixture_drop(&b);
	fixture_drop(&a);
}

/* However deep and long a stranger's payload is, a reply is bounded. */
TEST(a_page_of_the_largest_payloads_still_fits_a_reply)
{
	static const struct wici_field none[] = {{.name = NULL}};
	static const struct wici_kind blob = {
		.number = 900, .name = "x.y", .fields = none};
	static uint8_t body[32000];
	struct fixture f;
	char next[64];
	int seen = 0;
	const char *r;

	call_found(&f);
	body[0] = 0x81;
	body[1] = 0xa1;
	body[2] = 'x';
	body[3] = 0xc5;
	wici_put_u16(body + 4, (uint16_t)(sizeof(body) - 6));
	fixture_begin(&f);
	for (int i = 0; i < 80; i++) {
		struct wici_head head;

		body[10] = (uint8_t)i;
		CHECK_OK(publish_append(f.n, &blob,
					(struct wici_bytes){body, sizeof(body)},
					&head));
	}
	node_turn_end(f.n);
	(void)call_drain(&f);
	r = call(&f, "log.list", "{'limit':200}");
	for (const char *p = r; (p = strstr(p, "'seq':")); p++)
		seen++;
	CHECK(seen > 10 && seen < 80);
	call_get(r, "next", next, sizeof(next));
	CHECK(strlen(next) > 0);
	fixture_drop(&f);
}

TEST_MAIN(RUN(bytes_are_hex_and_unknown_fields_are_shown),
	  RUN(a_body_that_does_not_fit_is_void_and_shown),
	  RUN(names_of_institutions_stand_beside_their_keys),
	  RUN(only_ones_own_records_are_superseded),
	  RUN(held_by_counts_other_institutions),
	  RUN(a_page_of_the_largest_payloads_still_fits_a_reply))
