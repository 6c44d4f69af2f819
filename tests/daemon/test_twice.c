/* A register that is read in twice, or has a line twice. */
#include "daemon/publish.h"
#include "proto/kinds/certificate.h"
#include "tests/daemon/call.h"

#define REGISTER                                                               \
	"{'kind':'certificate.grant','bodies':["                               \
	"{'holder':'CAL','number':'1/2022','valid_until':'2026'},"             \
	"{'holder':'CAL','number':'2/2022','valid_until':'2026'},"             \
	"{'holder':'CAL','name':'Bez numeru','valid_until':'2026'}]%s}"

static const char *add(struct fixture *f, const char *more)
{
	char json[1000];

	(void)snprintf(json, sizeof(json), REGISTER, more);
	return call(f, "record.add", json);
}

static size_t count_of(const char *text, const char *part)
{
	size_t count = 0;

	for (const char *p = text; (p = strstr(p, part)); p++)
		count++;
	return count;
}

TEST(a_register_read_in_again_grants_nothing)
{
	struct fixture f;
	const char *r;

	call_found(&f);
	CHECK(has(add(&f, ",'dry_run':true"), "'names':{'"));
	CHECK(count_of(add(&f, ""), "'seq':") == 3);
	r = add(&f, "");
	CHECK(has(r, "'code':'bad_field'") && has(r, "'line':1") &&
	      has(r, "'line':2") && has(r, "'line':3") &&
	      has(r, "'expected':'unused'") && has(r, "'got':'1/2022'") &&
	      has(r, "'expected':'new'"));
	CHECK(count_of(call(&f, "cert.list", "{}"), "'number':") == 3);
	/* One by one it is told, and not refused. */
	CHECK(has(call(&f, "cert.grant", "{'holder':'CAL','number':'2/2022'}"),
		  "'same_number':'"));
	CHECK(!strstr(call(&f, "cert.grant", "{'holder':'CAL','number':'3'}"),
		      "'same_number'"));
	/* So is a correction that takes another one's number, and no other. */
	CHECK(!strstr(
		call(&f, "record.edit", "{'id':'3','body':{'name':'Nazwa'}}"),
		"'same_number'"));
	CHECK(has(call(&f, "record.edit",
		       "{'id':'3','body':{'number':'1/2022'}}"),
		  "'same_number':'"));
	fixture_drop(&f);
}

TEST(a_line_that_stands_twice_is_told)
{
	struct fixture f;
	const char *r;

	call_found(&f);
	r = call(&f, "record.add",
		 "{'kind':'certificate.grant','bodies':["
		 "{'holder':'CAL','number':'1'},{'holder':'CAL','number':'2'},"
		 "{'holder':'CAL','number':' 1 '},{'holder':'CAL'},"
		 "{'holder':'CAL'}]}");
	CHECK(count_of(r, "'line':") == 2 && has(r, "'line':3") &&
	      has(r, "'expected':'unique'") && has(r, "'line':5") &&
	      has(r, "'expected':'new'"));
	CHECK(has(call(&f, "cert.list", "{}"), "'items':[]"));
	fixture_drop(&f);
}

TEST(a_renewal_may_keep_its_number)
{
	struct fixture f;
	const char *r;

	call_found(&f);
	(void)call(&f, "cert.grant", "{'holder':'CAL','number':'1'}");
	r = call(&f, "record.add",
		 "{'kind':'certificate.grant','bodies':["
		 "{'holder':'CAL','number':'1','previous':'1'}]}");
	CHECK(has(r, "'seq':"));
	fixture_drop(&f);
}

/* Anybody may write grants of any number: they count for nobody. */
static void flood(struct fixture *f, const char *number)
{
	struct wici_bytes payload;
	struct wici_mp_writer w;
	struct wici_head head;
	uint8_t buf[300];

	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_mp_map(&w, 4);
	wici_mp_str(&w, "holder");
	wici_mp_bin(&w, f->n->keys.identity.b, WICI_KEY_LEN);
	wici_mp_str(&w, "index");
	wici_mp_uint(&w, 1);
	wici_mp_str(&w, "number");
	wici_mp_str(&w, number);
	wici_mp_str(&w, "scheme");
	wici_mp_str(&w, "osl");
	CHECK_OK(wici_mp_written(&w, &payload));
	fixture_begin(f);
	for (int i = 0; i < 100; i++)
		CHECK_OK(publish_append(f->n, &wici_kind_certificate_grant,
					payload, &head));
	fixture_end(f);
}

TEST(a_flood_of_foreign_grants_hides_no_number)
{
	struct fixture cal, mlawa;

	call_found(&cal);
	fixture_open(&mlawa);
	call_join(&cal, &mlawa, "'name':'x','no_passphrase':true");
	flood(&mlawa, "1/2022");
	fixture_carry(&mlawa, &cal);
	fixture_rest(&cal);
	CHECK(count_of(add(&cal, ""), "'seq':") == 3);
	CHECK(has(add(&cal, ""), "'got':'1/2022'"));
	fixture_drop(&mlawa);
	fixture_drop(&cal);
}

/* Who is no member is named in every line, not in the first alone. */
TEST(all_lines_that_do_not_fit_are_told)
{
	struct growing bodies;
	struct growing params;
	struct fixture f;

	call_found(&f);
	growing_init(&params, GROWING_LEN_MAX);
	growing_init(&bodies, GROWING_LEN_MAX);
	for (int i = 0; i < 450; i++) {
		char name[40];

		(void)snprintf(name, sizeof(name), "GOPS %d", i);
		wici_mp_map(&bodies.w, 1);
		wici_mp_str(&bodies.w, "holder");
		wici_mp_str(&bodies.w, name);
	}
	wici_mp_map(&params.w, 2);
	wici_mp_str(&params.w, "kind");
	wici_mp_str(&params.w, "certificate.grant");
	wici_mp_str(&params.w, "bodies");
	wici_mp_array(&params.w, 450);
	wici_mp_raw(&params.w, growing_bytes(&bodies));
	fixture_begin(&f);
	node_call(f.n, 1, 7, wici_bytes_str("record.add"),
		  growing_bytes(&params), NULL, NULL);
	node_turn_end(f.n);
	(void)call_drain(&f);
	CHECK(has(call_text, "'code':'not_found'") &&
	      count_of(call_text, "'line':") == 450 &&
	      has(call_text, "'got':'GOPS 449'"));
	growing_clear(&params);
	growing_clear(&bodies);
	fixture_drop(&f);
}

TEST_MAIN(RUN(a_register_read_in_again_grants_nothing),
	  RUN(a_line_that_stands_twice_is_told),
	  RUN(a_renewal_may_keep_its_number),
	  RUN(a_flood_of_foreign_grants_hides_no_number),
	  RUN(all_lines_that_do_not_fit_are_told))
