/* tests/daemon/test_method_erase.c — What is erased is in no file any more, and
 * nothing else has changed. */
#include "daemon/method.h"

#include "tests/daemon/call.h"
#include "tests/daemon/gone.h"

#define WORD "xyloqwart" /* In no other text; its beginnings are indexed. */
#define PART "xylo"

static void rest(struct fixture *f)
{
	fixture_rest(f);
	CHECK(f->n->fatal == NULL);
}

static void publish(struct fixture *f, const char *json, char id[100])
{
	call_get(call(f, "practice.publish", json), "id", id, 100);
	rest(f);
}

static const char *erase(struct fixture *f, const char *id)
{
	char json[300];

	(void)snprintf(json, sizeof(json),
		       "{'id':'%s','reason':'na wniosek osoby'}", id);
	return call(f, "record.erase", json);
}

TEST(an_erased_record_is_in_no_file_and_nothing_else_has_changed)
{
	struct fixture f;
	struct entry_row row;
	struct wici_salt salt;
	struct wici_id head;
	char id[100], other[100], json[300];
	const char *text;

	call_found(&f);
	publish(&f, "{'title':'Klub " WORD "','text':'O " WORD "ach'}", id);
	publish(&f, "{'title':'Inny klub'}", other);
	CHECK(has(call(&f, "record.search", "{'text':'" WORD "'}"), id));
	CHECK(gone_folder_has(f.dir, WORD) && gone_folder_has(f.dir, PART));
	head = f.n->own->row.id;
	CHECK_OK(entry_at(f.n->store, f.n->own->row.n, f.n->own->row.seq - 1,
			  &row));
	salt = row.entry.salt;
	CHECK(gone_has_bytes(f.dir, (struct wici_bytes){salt.b, 16}));

	text = erase(&f, id);
	CHECK(has(text, "'erasure':{") && has(text, "'erased_by':0"));
	CHECK(!gone_folder_has(f.dir, PART)); /* When it is answered. */
	rest(&f);
	CHECK(!gone_folder_has(f.dir, PART));
	CHECK(wici_id_equal(&head, &f.n->own->row.id));
	CHECK(!gone_has_bytes(f.dir, (struct wici_bytes){salt.b, 16}));

	text = call_with(&f, "record.show", "id", id);
	CHECK(has(text, "'state':'erased'") && has(text, "'body':{}") &&
	      has(text, "'done':true") &&
	      has(text, "'reason':'na wniosek osoby'"));
	CHECK(has(call(&f, "record.search", "{'text':'" WORD "'}"),
		  "'items':[]"));
	CHECK(has(call(&f, "record.search", "{'text':'inny'}"), other));
	text = call(&f, "record.list", "{'kind':'practice.publish'}");
	CHECK(has(text, other) && has(text, "'erased'"));
	CHECK(has(call(&f, "log.list", "{}"), id));
	(void)snprintf(json, sizeof(json), "{'id':'%s','body':{}}", id);
	CHECK(has(call(&f, "record.edit", json), "'code':'not_permitted'"));
	/* Once more changes nothing. */
	CHECK(has(erase(&f, id), "'done':true"));
	rest(&f);

	fixture_reopen(&f);
	CHECK(!gone_folder_has(f.dir, PART));
	CHECK(has(call_with(&f, "record.show", "id", id), "'done':true"));
	fixture_drop(&f);
}

TEST(a_long_payload_goes_too_and_fsck_finds_all_well)
{
	struct fixture f;
	char *json = malloc(40000);
	char id[100];
	const char *text;

	CHECK(json);
	call_found(&f);
	(void)snprintf(json, 40000, "{'title':'Długi','text':'");
	while (strlen(json) < 18000)
		strcat(json, WORD " i jeszcze raz ");
	strcat(json, "'}");
	publish(&f, json, id);
	CHECK(gone_folder_has(f.dir, WORD));
	(void)erase(&f, id);
	rest(&f);
	CHECK(!gone_folder_has(f.dir, PART));
	text = call(&f, "fsck.run", "{}");
	for (int i = 0; i < 1000 && !*text; i++)
		text = call_wait(&f);
	CHECK(has(text, "'bad':[]"));
	/* What was derived is made anew the same. */
	text = call(&f, "fsck.run", "{'rebuild':true}");
	for (int i = 0; i < 1000 && !*text; i++)
		text = call_wait(&f);
	CHECK(has(text, "'bad':[]"));
	CHECK(has(call_with(&f, "record.show", "id", id), "'erased'"));
	CHECK(!gone_folder_has(f.dir, PART));
	free(json);
	fixture_drop(&f);
}

TEST(a_profile_goes_from_the_notes_it_was_made_of)
{
	struct fixture f;
	char id[100];

	fixture_open(&f);
	CHECK(has(call(&f, "identity.init",
		       "{'name':'Klub " WORD "','no_passphrase':true}"),
		  "identity"));
	CHECK(has(call(&f, "network.create", "{'name':'OSL','single':true}"),
		  "network"));
	rest(&f);
	call_get(call(&f, "record.list", "{'kind':'institution.profile'}"),
		 "id", id, sizeof(id));
	(void)erase(&f, id);
	rest(&f);
	CHECK(has(call_with(&f, "record.show", "id", id), "'erased'"));
	/* Its name stays in member.admit, which gives a right, and as the name
	 * that this installation was given. */
	CHECK(gone_folder_has(f.dir, WORD));
	CHECK(has(call(&f, "fsck.run", "{}"), ""));
	fixture_drop(&f);
}

TEST(a_dry_run_changes_nothing)
{
	struct fixture f;
	char id[100], json[300];

	call_found(&f);
	publish(&f, "{'title':'" WORD "'}", id);
	(void)snprintf(json, sizeof(json),
		       "{'id':'%s','reason':'x','dry_run':true}", id);
	CHECK(has(call(&f, "record.erase", json), "'erasure':null"));
	rest(&f);
	CHECK(has(call_with(&f, "record.show", "id", id), "'state':'ok'"));
	CHECK(gone_folder_has(f.dir, WORD));
	fixture_drop(&f);
}

TEST(what_a_record_replaced_is_named_since_it_stands_again)
{
	struct fixture f;
	char id[100], json[300], next[100], want[200];

	call_found(&f);
	publish(&f, "{'title':'Pierwszy'}", id);
	(void)snprintf(json, sizeof(json),
		       "{'id':'%s','body':{'title':'Drugi'}}", id);
	call_get(call(&f, "record.edit", json), "id", next, sizeof(next));
	rest(&f);
	(void)snprintf(want, sizeof(want), "'supersedes':'%s'", id);
	CHECK(has(erase(&f, next), want));
	rest(&f);
	CHECK(has(call_with(&f, "record.show", "id", id),
		  "'superseded_by':[]"));
	fixture_drop(&f);
}

TEST(rights_and_others_records_are_refused_with_a_sentence)
{
	struct fixture f, b;
	char id[100];

	call_found(&f);
	fixture_open(&b);
	call_join(&f, &b, "'name':'MOPS Mława','no_passphrase':true");
	publish(&b, "{'title':'" WORD "'}", id);
	fixture_carry(&b, &f);
	rest(&f);
	/* Mława's is not the root's … */
	call_get(call(&f, "record.list", "{'kind':'member.admit'}"), "id", id,
		 sizeof(id));
	CHECK(has(erase(&f, id), "'code':'not_permitted'"));
	call_get(call(&b, "record.list", "{'kind':'institution.profile'}"),
		 "id", id, sizeof(id));
	/* … and CAL's are not Mława's. */
	call_get(call(&f, "practice.publish", "{'title':'CAL'}"), "id", id,
		 sizeof(id));
	rest(&f);
	fixture_carry(&f, &b);
	rest(&b);
	CHECK(has(erase(&b, id), "'code':'not_permitted'"));
	fixture_drop(&b);
	fixture_drop(&f);
}

/* CAL's identity is the only root key. */
TEST(the_only_root_key_erases_what_others_have_published)
{
	struct fixture f, b;
	char id[100];

	call_found(&f);
	fixture_open(&b);
	call_join(&f, &b, "'name':'MOPS Mława','no_passphrase':true");
	publish(&b, "{'title':'" WORD "'}", id);
	fixture_carry(&b, &f);
	rest(&f);
	CHECK(has(erase(&f, id), "'erasure':{"));
	rest(&f);
	CHECK(!gone_folder_has(f.dir, PART));
	fixture_carry(&f, &b);
	rest(&b);
	CHECK(!gone_folder_has(b.dir, PART));
	CHECK(fixture_is_equal(&f, &b));
	fixture_drop(&b);
	fixture_drop(&f);
}

TEST_MAIN(RUN(an_erased_record_is_in_no_file_and_nothing_else_has_changed),
	  RUN(a_long_payload_goes_too_and_fsck_finds_all_well),
	  RUN(a_profile_goes_from_the_notes_it_was_made_of),
	  RUN(a_dry_run_changes_nothing),
	  RUN(what_a_record_replaced_is_named_since_it_stands_again),
	  RUN(rights_and_others_records_are_refused_with_a_sentence),
	  RUN(the_only_root_key_erases_what_others_have_published))
