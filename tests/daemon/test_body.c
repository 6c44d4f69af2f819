/* What a client may send, and what becomes of it. */
#include "daemon/body.h"
#include "daemon/view.h"
#include "proto/kinds.h"
#include "tests/daemon/call.h"

/* The payload as text, or the error's code and field. */
static const char *make(struct fixture *f, const char *kind, const char *json)
{
	struct body_input in = {
		.kind = wici_kind_by_name(wici_bytes_str(kind))};
	struct json_out out = {call_text, 0};
	struct growing map;
	struct growing payload;
	struct fault fault;
	struct wici_mp_reader r;
	enum wici_err err;

	CHECK(in.kind);
	growing_init(&map, GROWING_LEN_MAX);
	growing_init(&payload, GROWING_LEN_MAX);
	fault_init(&fault);
	(void)json_to_mp(json, &map.w);
	in.map = growing_bytes(&map);
	fixture_begin(f);
	err = body_make(f->n, &in, &payload, &fault);
	if (err) {
		(void)snprintf(call_text, CALL_TEXT_MAX, "%s %s %s [%s]",
			       wici_err_code(err), fault.field,
			       fault.expected ? fault.expected : "-",
			       fault.got);
	} else {
		CHECK_OK(wici_mp_check(WICI_MP_CANONICAL,
				       growing_bytes(&payload), NULL));
		wici_mp_reader_init(&r, WICI_MP_CANONICAL,
				    growing_bytes(&payload));
		json_from_mp(&out, &r);
	}
	node_turn_end(f->n);
	fixture_drain(f);
	fault_clear(&fault);
	growing_clear(&payload);
	growing_clear(&map);
	return call_text;
}

static bool is(const char *got, const char *want)
{
	if (strcmp(got, want) == 0)
		return true;
	print_error("got  %s\nwant %s\n", got, want);
	return false;
}

TEST(fields_come_out_in_order_and_text_is_made_plain)
{
	struct fixture f;

	fixture_open(&f);
	CHECK(is(make(&f, "practice.publish",
		      "{'title':'  Za\xc5\xbc\xc3\xb3\xc5\x82\xc4\x87 ',"
		      "'area':'a\xc2\xa0z','goal':null,"
		      "'actions':'x\r\ny\n'}"),
		 "{'actions':'x\ny','area':'a z','title':'Zażółć'}"));
	/* e + U+0301 is one letter. */
	CHECK(is(make(&f, "practice.publish", "{'title':'e\xcc\x81'}"),
		 "{'title':'\xc3\xa9'}"));
	fixture_drop(&f);
}

TEST(unknown_missing_doubled_and_empty_fields_are_named)
{
	struct fixture f;

	fixture_open(&f);
	CHECK(is(make(&f, "practice.publish", "{'title':'A','Title':'B'}"),
		 "unknown_field Title - []"));
	CHECK(is(make(&f, "practice.publish", "{'goal':'A'}"),
		 "bad_field title required []"));
	CHECK(is(make(&f, "practice.publish", "{'title':null}"),
		 "bad_field title required []"));
	CHECK(is(make(&f, "practice.publish", "{'title':'A','title':'B'}"),
		 "bad_field title once [B]"));
	CHECK(is(make(&f, "practice.publish", "{'title':'  '}"),
		 "bad_field title not_empty [  ]"));
	CHECK(is(make(&f, "practice.publish", "{'title':'a\nb'}"),
		 "bad_field title line [a\nb]"));
	CHECK(is(make(&f, "practice.publish", "{'title':['A']}"),
		 "bad_field title line [a list of 1]"));
	CHECK(is(make(&f, "practice.publish", "{1:'A'}"),
		 "bad_field  map [a map of 1]"));
	fixture_drop(&f);
}

TEST(numbers_words_and_flags_may_come_as_text)
{
	struct fixture f;

	fixture_open(&f);
	CHECK(is(make(&f, "institution.profile",
		      "{'name':'A','type':'Miejski Ośrodek POMOCY Społecznej',"
		      "'team':{'size':'4','since':'2014'}}"),
		 "{'name':'A','team':{'since':'2014','size':4},"
		 "'type':'MOPS'}"));
	CHECK(is(make(&f, "institution.profile", "{'name':'A','type':'mopr'}"),
		 "{'name':'A','type':'MOPR'}"));
	CHECK(is(make(&f, "institution.profile", "{'name':'A','type':'zamek'}"),
		 "bad_field type word [zamek]"));
	CHECK(is(make(&f, "institution.profile",
		      "{'name':'A','team':{'size':'cztery'}}"),
		 "bad_field team.size uint [cztery]"));
	CHECK(is(make(&f, "institution.profile",
		      "{'name':'A','team':{'size':-1}}"),
		 "bad_field team.size uint [-1]"));
	CHECK(is(make(&f, "institution.profile",
		      "{'name':'A','team':{'size':'99999999999999999999'}}"),
		 "bad_field team.size uint [99999999999999999999]"));
	fixture_drop(&f);
}

TEST(lists_take_one_value_and_say_which_item_is_wrong)
{
	struct fixture f;

	fixture_open(&f);
	CHECK(is(make(&f, "institution.profile", "{'name':'A','aliases':'B'}"),
		 "{'aliases':['B'],'name':'A'}"));
	CHECK(is(make(&f, "institution.profile", "{'name':'A','aliases':[]}"),
		 "bad_field aliases not_empty [a list of 0]"));
	CHECK(is(make(&f, "institution.profile",
		      "{'name':'A','aliases':['B',3]}"),
		 "bad_field aliases[1] line [3]"));
	CHECK(is(make(&f, "institution.profile",
		      "{'name':'A','units':[{'name':'B'},{'since':'2014'}]}"),
		 "bad_field units[1].name required []"));
	CHECK(is(make(&f, "institution.profile",
		      "{'name':'A','units':[{'name':'B'},{'nmae':'C'}]}"),
		 "unknown_field units[1].nmae - []"));
	CHECK(is(make(&f, "institution.profile", "{'name':'A','units':['B']}"),
		 "bad_field units[0] map [B]"));
	CHECK(is(make(&f, "visit.report",
		      "{'agenda':[{'step':1,'topics':['a','']}]}"),
		 "bad_field date required []"));
	fixture_drop(&f);
}

TEST(institutions_are_resolved_and_others_are_names)
{
	struct fixture a;
	struct fixture b;
	char want[300];
	char key[65];

	call_found(&a);
	fixture_open(&b);
	call_join(&a, &b,
		  "'name':'Ośrodek w Mławie','short_name':'MOPS Mława',"
		  "'no_passphrase':true");
	wici_hex(key, b.n->keys.identity.b, WICI_KEY_LEN);
	CHECK(is(make(&a, "partnership.update",
		      "{'purpose':'P','parties':['mops mława',"
		      "'Rada Miasta',{'name':'X'}]}"),
		 "{'parties':[{'member':<bin>},{'name':'Rada Miasta'},"
		 "{'name':'X'}],'purpose':'P'}"));
	(void)snprintf(want, sizeof(want),
		       "{'purpose':'P','parties':[{'member':'%s','name':'M'},"
		       "'%s']}",
		       key, key);
	CHECK(is(make(&a, "partnership.update", want),
		 "{'parties':[{'member':<bin>,'name':'M'},{'member':<bin>}],"
		 "'purpose':'P'}"));
	CHECK(is(make(&a, "partnership.update",
		      "{'purpose':'P','parties':[{'member':'Nikt'}]}"),
		 "not_found parties[0].member member [Nikt]"));
	CHECK(is(make(&a, "partnership.update",
		      "{'purpose':'P','parties':[{}]}"),
		 "bad_field parties[0] party [a map of 0]"));
	CHECK(is(make(&a, "visit.report",
		      "{'date':'2019-03-22','host':'CAL','guest':'x'}"),
		 "not_found guest member [x]"));
	fixture_drop(&b);
	fixture_drop(&a);
}

/* A name is a word for people, never a path; and what is named is here. */
TEST(a_file_is_named_by_name_address_and_size)
{
	struct fixture f;
	char json[400], root[65];

	call_found(&f);
	CHECK(is(call(&f, "attachment.begin", "{'size':3}"), "{}"));
	CHECK(is(call(&f, "attachment.write", "{'bytes':'616263'}"), "{}"));
	call_get(call(&f, "attachment.add", "{'name':'r.pdf'}"), "root", root,
		 sizeof(root));
	(void)snprintf(json, sizeof(json),
		       "{'title':'T','files':[{'name':'r.pdf','root':'%s',"
		       "'size':3,'type':'application/pdf'}]}",
		       root);
	CHECK(is(make(&f, "practice.publish", json),
		 "{'files':[{'name':'r.pdf','root':<bin>,'size':3,"
		 "'type':'application/pdf'}],'title':'T'}"));
	(void)snprintf(json, sizeof(json),
		       "{'title':'T','files':{'name':'../r','root':'%s',"
		       "'size':3}}",
		       root);
	CHECK(strncmp(make(&f, "practice.publish", json),
		      "bad_field files.name file_name", 30) == 0);
	(void)snprintf(json, sizeof(json),
		       "{'title':'T','files':[{'name':'r','root':'%s',"
		       "'size':67108865}]}",
		       root);
	CHECK(strncmp(make(&f, "practice.publish", json),
		      "bad_field files[0].size file_size", 33) == 0);
	(void)snprintf(json, sizeof(json),
		       "{'title':'T','files':[{'name':'r','root':'%s',"
		       "'size':4}]}",
		       root);
	CHECK(strncmp(make(&f, "practice.publish", json),
		      "not_found files[0].root held", 28) == 0);
	CHECK(strncmp(make(&f, "practice.publish",
			   "{'title':'T','files':[{'name':'r','root':'abcd',"
			   "'size':7}]}"),
		      "bad_field files[0].root bytes", 29) == 0);
	CHECK(strncmp(make(&f, "practice.publish",
			   "{'title':'T','files':'r.pdf'}"),
		      "bad_field files file", 20) == 0);
	fixture_drop(&f);
}

TEST(days_are_checked_and_the_rule_between_fields_too)
{
	struct fixture f;

	call_found(&f);
	CHECK(is(make(&f, "partnership.update",
		      "{'purpose':'P','parties':'X','since':'2019-02-30'}"),
		 "bad_field since when [2019-02-30]"));
	CHECK(is(make(&f, "partnership.update",
		      "{'purpose':'P','parties':'X','since':'2019',"
		      "'until':'2018-12'}"),
		 "bad_field until rule [2018-12]"));
	CHECK(is(make(&f, "certificate.revoke",
		      "{'certificate':'abc','effective':'2019-01-01'}"),
		 "not_found certificate record [abc]"));
	fixture_drop(&f);
}

TEST(what_is_too_long_is_refused)
{
	struct growing map;
	struct fixture f;
	char *long_text = growing_alloc(40000);

	fixture_open(&f);
	memset(long_text, 'a', 39000);
	growing_init(&map, GROWING_LEN_MAX);
	(void)snprintf(long_text, 600, "{'title':'%0*d'}", 501, 1);
	CHECK(strncmp(make(&f, "practice.publish", long_text),
		      "bad_field title shorter", 23) == 0);
	growing_clear(&map);
	free(long_text);
	fixture_drop(&f);
}

/* Both fields fit; together they are larger than a payload may be. */
TEST(a_body_larger_than_a_payload_is_refused)
{
	static char json[45000];
	struct fixture f;
	size_t len;

	fixture_open(&f);
	len = (size_t)snprintf(json, sizeof(json), "{'title':'A','goal':'");
	memset(json + len, 'g', 19000);
	len += 19000;
	len += (size_t)snprintf(json + len, 20, "','text':'");
	memset(json + len, 't', 19000);
	len += 19000;
	(void)snprintf(json + len, 3, "'}");
	CHECK(strncmp(make(&f, "practice.publish", json), "too_large", 9) == 0);
	fixture_drop(&f);
}

TEST(a_patch_replaces_and_removes)
{
	const struct wici_kind *kind =
		wici_kind_by_name(WICI_BYTES("certificate.grant"));
	struct json_out out = {call_text, 0};
	struct growing old;
	struct growing patch;
	struct growing merged;
	struct wici_mp_reader r;

	growing_init(&old, GROWING_LEN_MAX);
	growing_init(&patch, GROWING_LEN_MAX);
	growing_init(&merged, GROWING_LEN_MAX);
	(void)json_to_mp("{'index':7,'name':'A','number':'1','supersedes':'x',"
			 "'valid_from':'2020'}",
			 &old.w);
	(void)json_to_mp("{'name':'B','number':null}", &patch.w);
	body_merge(kind, growing_bytes(&old), growing_bytes(&patch), &merged.w);
	wici_mp_reader_init(&r, WICI_MP_LENIENT, growing_bytes(&merged));
	json_from_mp(&out, &r);
	CHECK(is(call_text, "{'valid_from':'2020','name':'B'}"));
	growing_clear(&old);
	growing_clear(&patch);
	growing_clear(&merged);
}

/* Whatever bytes come, nothing but a canonical payload that fits comes out. */
TEST(damaged_bytes_never_make_a_payload_that_does_not_fit)
{
	const struct wici_kind *kind =
		wici_kind_by_name(WICI_BYTES("institution.profile"));
	struct growing good;
	struct fixture f;
	size_t made = 0;

	call_found(&f);
	growing_init(&good, GROWING_LEN_MAX);
	(void)json_to_mp("{'name':'A','team':{'size':'4'},'units':[{'name':"
			 "'B'}],'aliases':['x'],'type':'MOPS'}",
			 &good.w);
	for (size_t at = 0; at < good.w.len; at++) {
		for (int flip = 1; flip < 256; flip += 7) {
			struct body_input in = {.kind = kind};
			struct wici_problem problem;
			struct growing payload;
			struct fault fault;

			good.w.buf[at] ^= (uint8_t)flip;
			in.map = growing_bytes(&good);
			growing_init(&payload, GROWING_LEN_MAX);
			fault_init(&fault);
			fixture_begin(&f);
			if (!wici_mp_check(WICI_MP_LENIENT, in.map, NULL) &&
			    !body_make(f.n, &in, &payload, &fault)) {
				CHECK_OK(wici_kind_check(
					kind, growing_bytes(&payload),
					&problem));
				made++;
			}
			fixture_end(&f);
			fault_clear(&fault);
			growing_clear(&payload);
			good.w.buf[at] ^= (uint8_t)flip;
		}
	}
	CHECK(made > 0);
	growing_clear(&good);
	fixture_drop(&f);
}

TEST_MAIN(RUN(fields_come_out_in_order_and_text_is_made_plain),
	  RUN(unknown_missing_doubled_and_empty_fields_are_named),
	  RUN(numbers_words_and_flags_may_come_as_text),
	  RUN(lists_take_one_value_and_say_which_item_is_wrong),
	  RUN(institutions_are_resolved_and_others_are_names),
	  RUN(a_file_is_named_by_name_address_and_size),
	  RUN(days_are_checked_and_the_rule_between_fields_too),
	  RUN(what_is_too_long_is_refused),
	  RUN(a_body_larger_than_a_payload_is_refused),
	  RUN(a_patch_replaces_and_removes),
	  RUN(damaged_bytes_never_make_a_payload_that_does_not_fit))
