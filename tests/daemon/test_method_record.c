/* Records: published, edited, shown, listed. */
#include "tests/daemon/call.h"

TEST(a_record_is_published_shown_and_listed)
{
	struct fixture f;
	char id[100];
	char prefix[16];
	const char *r;

	call_found(&f);
	r = call(&f, "record.add",
		 "{'kind':'practice.publish','body':{'title':'Klub \xc2\xa0"
		 "Sąsiada','area':'  osiedle '}}");
	CHECK(has(r, "'held_by':0") && has(r, "'kind':'practice.publish'"));
	call_get(r, "id", id, sizeof(id));
	(void)snprintf(prefix, sizeof(prefix), "%.9s", id);
	r = call_with(&f, "record.show", "id", prefix);
	CHECK(has(r, "'state':'ok'") && has(r, "'area':'osiedle'") &&
	      has(r, "'title':'Klub  Sąsiada'") && has(r, "'held_by':0") &&
	      has(r, "'name':'Stowarzyszenie CAL'") &&
	      has(r, "'time':'2026-11-") && has(r, id));
	r = call(&f, "record.list", "{'kind':'practice'}");
	CHECK(has(r, "'title':'Klub  Sąsiada'") && has(r, "'next':null"));
	CHECK(has(call(&f, "record.list", "{'kind':'area'}"), "'items':[]"));
	CHECK(has(call(&f, "record.list", "{'kind':'zamek'}"),
		  "'code':'unknown_kind'"));
	CHECK(has(call(&f, "record.show", "{'id':'0123456789'}"),
		  "'code':'not_found'"));
	CHECK(has(call(&f, "log.list", "{'institution':'CAL'}"),
		  "'kind':'feed.open'"));
	fixture_drop(&f);
}

TEST(an_edit_supersedes_and_only_one_of_them_is_listed)
{
	struct fixture f;
	char id[100];
	char json[300];
	const char *r;

	call_found(&f);
	call_get(call(&f, "practice.publish",
		      "{'title':'Klub','area':'A','goal':'x'}"),
		 "id", id, sizeof(id));
	(void)snprintf(json, sizeof(json),
		       "{'id':'%s','body':{'area':null,'goal':'y'}}", id);
	r = call(&f, "record.edit", json);
	CHECK(has(r, "'seq':5"));
	r = call(&f, "record.list", "{'kind':'practice'}");
	CHECK(has(r, "'goal':'y'") && !strstr(r, "'goal':'x'") &&
	      !strstr(r, "'area'") && has(r, "'title':'Klub'"));
	r = call_with(&f, "record.show", "id", id);
	CHECK(has(r, "'goal':'x'") && !strstr(r, "'superseded_by':[]"));
	(void)snprintf(json, sizeof(json), "{'id':'%s','body':{'gaol':'y'}}",
		       id);
	CHECK(has(call(&f, "record.edit", json), "'field':'gaol'"));
	fixture_drop(&f);
}

TEST(pages_follow_each_other_without_gap_or_double)
{
	static const char *const methods_[] = {"record.list", "log.list",
					       "log.list"};
	static const char *const params[] = {"'kind':'practice',", "",
					     "'institution':'CAL',"};
	static const int totals[] = {7, 10, 10};
	struct fixture f;
	char next[64];
	char json[200];

	call_found(&f);
	for (int i = 0; i < 7; i++)
		(void)call(&f, "practice.publish", "{'title':'X'}");
	for (int way = 0; way < 3; way++) {
		int items = 0;

		next[0] = '\0';
		for (int page = 0; page < 9; page++) {
			const char *r;

			(void)snprintf(json, sizeof(json),
				       "{%s'limit':'3'%s%s%s}", params[way],
				       next[0] ? ",'after':'" : "", next,
				       next[0] ? "'" : "");
			r = call(&f, methods_[way], json);
			for (const char *p = r; (p = strstr(p, "'seq':")); p++)
				items++;
			if (strstr(r, "'next':null"))
				break;
			call_get(r, "next", next, sizeof(next));
		}
		CHECK(items == totals[way]);
	}
	CHECK(has(call(&f, "record.list", "{'after':'zzz'}"),
		  "'field':'after'"));
	fixture_drop(&f);
}

TEST(a_batch_is_published_whole_or_not_at_all)
{
	struct fixture f;
	const char *r;

	call_found(&f);
	r = call(&f, "record.add",
		 "{'kind':'practice.publish','bodies':[{'title':'A'},"
		 "{'titel':'B'},{'title':'C'},{'goal':'D'}]}");
	CHECK(has(r, "'code':'unknown_field'") && has(r, "'line':2") &&
	      has(r, "'field':'titel'") && has(r, "'line':4") &&
	      has(r, "'expected':'required'") && !strstr(r, "'line':1"));
	CHECK(has(call(&f, "record.list", "{'kind':'practice'}"),
		  "'items':[]"));
	r = call(&f, "record.add",
		 "{'kind':'practice.publish','dry_run':true,"
		 "'bodies':[{'title':'A'}]}");
	CHECK(has(r, "'body':{'title':'A'}"));
	CHECK(has(call(&f, "record.list", "{'kind':'practice'}"),
		  "'items':[]"));
	r = call(&f, "record.add",
		 "{'kind':'practice.publish','bodies':[{'title':'A'},"
		 "{'title':'B'}]}");
	CHECK(has(r, "'rejected':[]") && has(r, "'seq':4") &&
	      has(r, "'seq':5"));
	CHECK(has(call(&f, "record.add", "{'kind':'practice.publish'}"),
		  "'code':'usage'"));
	CHECK(has(call(&f, "record.add", "{'kind':'zamek','body':{}}"),
		  "'code':'unknown_kind'"));
	CHECK(has(call(&f, "record.add", "{'kind':'feed.open','body':{}}"),
		  "'code':'not_permitted'"));
	fixture_drop(&f);
}

/* An office's telephone may stand there; whoever meant another's is told. */
TEST(what_looks_personal_in_a_text_is_published_and_said)
{
	struct fixture f;

	call_found(&f);
	CHECK(has(call(&f, "practice.publish",
		       "{'title':'Klub','goal':'pytać 22 628 00 01'}"),
		  "'personal':['goal']"));
	CHECK(has(call(&f, "practice.publish",
		       "{'title':'Klub','text':'a@b.pl','dry_run':true}"),
		  "'personal':['text']"));
	CHECK(has(call(&f, "scheme.publish",
		       "{'name':'OSL','standards':[{'name':'S1',"
		       "'text':'44051401359'}]}"),
		  "'personal':['standards']"));
	CHECK(has(call(&f, "record.add",
		       "{'kind':'practice.publish','bodies':[{'title':'A'},"
		       "{'title':'B','goal':'x@y.org'}]}"),
		  "'personal':['goal']"));
	CHECK(has(call(&f, "practice.publish", "{'title':'Klub'}"),
		  "'personal':[]"));
	fixture_drop(&f);
}

TEST(a_teryt_number_that_cannot_be_one_is_refused)
{
	struct fixture f;
	const char *r;

	call_found(&f);
	r = call(&f, "institution.profile",
		 "{'name':'MOPS Mława','teryt':'1313011'}");
	CHECK(has(r, "'field':'teryt'") && has(r, "'expected':'teryt'") &&
	      has(r, "'got':'1313011'"));
	CHECK(has(call(&f, "institution.profile",
		       "{'name':'MOPS Mława','teryt':'1413011'}"),
		  "'id':'"));
	fixture_drop(&f);
}

TEST_MAIN(RUN(a_record_is_published_shown_and_listed),
	  RUN(an_edit_supersedes_and_only_one_of_them_is_listed),
	  RUN(pages_follow_each_other_without_gap_or_double),
	  RUN(a_batch_is_published_whole_or_not_at_all),
	  RUN(what_looks_personal_in_a_text_is_published_and_said),
	  RUN(a_teryt_number_that_cannot_be_one_is_refused))
