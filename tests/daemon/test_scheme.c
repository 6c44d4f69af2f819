/* tests/daemon/test_scheme.c — What a certificate asks is its issuer's to say:
 * a scheme counts in an issuing feed of that scheme, and nowhere else. */
#include "proto/kinds/scheme.h"
#include "tests/daemon/call.h"

static struct wici_bytes body(uint8_t *buf, size_t max, const char *scheme)
{
	struct wici_mp_writer w;
	struct wici_bytes b;

	wici_mp_writer_init(&w, buf, max);
	wici_mp_map(&w, 2);
	wici_mp_str(&w, "name");
	wici_mp_str(&w, "Wzorzec");
	wici_mp_str(&w, "scheme");
	wici_mp_str(&w, scheme);
	CHECK_OK(wici_mp_written(&w, &b));
	return b;
}

/* As another program could write it, whatever this one's methods ask. */
static void write_anyway(struct fixture *f, const char *scheme)
{
	struct wici_head head;
	uint8_t buf[200];

	fixture_begin(f);
	CHECK_OK(publish_append(f->n, &wici_kind_scheme_publish,
				body(buf, sizeof(buf), scheme), &head));
	node_turn_end(f->n);
	(void)call_drain(f);
}

TEST(an_issuer_publishes_its_own_scheme_and_need_not_name_it)
{
	struct fixture f;

	call_found(&f);
	CHECK(has(call(&f, "scheme.publish", "{'name':'Certyfikat'}"), "'id'"));
	CHECK(has(call(&f, "record.list", "{'kind':'scheme'}"),
		  "'scheme':'osl'"));
	CHECK(has(call(&f, "scheme.publish", "{'name':'X','scheme':'cal'}"),
		  "'code':'not_permitted'"));
	write_anyway(&f, "cal");
	CHECK(has(call(&f, "log.list", "{'limit':1}"), "'why':'void_right'"));
	CHECK(!strstr(call(&f, "record.list", "{'kind':'scheme'}"),
		      "'scheme':'cal'"));
	fixture_drop(&f);
}

TEST(who_is_no_issuer_publishes_none)
{
	struct fixture a, b;

	call_found(&a);
	fixture_open(&b);
	call_join(&a, &b, "'name':'MOPS','no_passphrase':true");
	CHECK(has(call(&b, "scheme.publish", "{'name':'X','scheme':'osl'}"),
		  "'code':'not_permitted'"));
	write_anyway(&b, "osl");
	CHECK(has(call(&b, "log.list", "{'limit':1}"), "'why':'void_right'"));
	fixture_drop(&b);
	fixture_drop(&a);
}

TEST_MAIN(RUN(an_issuer_publishes_its_own_scheme_and_need_not_name_it),
	  RUN(who_is_no_issuer_publishes_none))
