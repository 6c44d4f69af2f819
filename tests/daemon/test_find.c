/* What people call institutions and records. */
#include "daemon/find.h"
#include "tests/daemon/call.h"

static enum wici_err institution_by(struct fixture *f, enum find_by by,
				    const char *text, struct wici_key *key,
				    uint32_t *candidates)
{
	struct fault fault;
	enum wici_err err;

	fault_init(&fault);
	fixture_begin(f);
	err = find_institution(f->n, wici_bytes_str(text), by, key, &fault);
	if (candidates)
		*candidates = fault.items_count;
	node_turn_end(f->n);
	(void)call_drain(f);
	fault_clear(&fault);
	return err;
}

static enum wici_err institution(struct fixture *f, const char *text,
				 struct wici_key *key, uint32_t *candidates)
{
	return institution_by(f, FIND_BY_NAME, text, key, candidates);
}

TEST(an_institution_is_found_by_identity_name_or_short_name)
{
	static const char *const names[] = {
		"Ośrodek w Mławie",   "OŚRODEK W MŁAWIE",
		" ośrodek w mławie ", "MOPS Mława",
		"mops\xc2\xa0mława",  "Os\xcc\x81rodek w Mławie" /* not NFC */};
	struct fixture a;
	struct fixture b;
	struct wici_key key;
	char hex[65];

	call_found(&a);
	fixture_open(&b);
	call_join(&a, &b,
		  "'name':'Ośrodek w Mławie','short_name':'MOPS Mława',"
		  "'no_passphrase':true");
	/* The roster's name is the registrar's word, not the newcomer's. */
	CHECK_ERR(institution(&a, "Ośrodek w Mławie", &key, NULL),
		  WICI_NOT_FOUND);
	CHECK_OK(institution(&a, "Nowy", &key, NULL));
	for (size_t i = 3; i < 5; i++) {
		memset(&key, 0, sizeof(key));
		CHECK_OK(institution(&a, names[i], &key, NULL));
		CHECK(wici_key_equal(&key, &b.n->keys.identity));
	}
	wici_hex(hex, b.n->keys.identity.b, WICI_KEY_LEN);
	CHECK_OK(institution(&a, hex, &key, NULL));
	hex[3] = hex[3] == '0' ? '1' : '0';
	CHECK_ERR(institution(&a, hex, &key, NULL), WICI_NOT_FOUND);
	CHECK_ERR(institution(&a, "", &key, NULL), WICI_NOT_FOUND);
	CHECK_ERR(institution(&a, "\xff", &key, NULL), WICI_NOT_FOUND);
	for (size_t i = 0; i < 6; i++) /* On founding names, all forms. */
		(void)institution(&a, names[i], &key, NULL);
	fixture_drop(&b);
	fixture_drop(&a);
}

TEST(case_and_composition_do_not_matter_in_a_roster_name)
{
	static const char decomposed[] = "stowarzyszenie \xc5\x82"
					 "o\xcc\x81"
					 "dz\xcc\x81";
	static const char *const forms[] = {"Stowarzyszenie Łódź",
					    "STOWARZYSZENIE ŁÓDŹ", decomposed};
	struct fixture f;
	struct wici_key key;

	fixture_open(&f);
	(void)call(&f, "identity.init",
		   "{'name':'Stowarzyszenie Łódź','no_passphrase':true}");
	(void)call(&f, "network.create", "{'name':'N','single':true}");
	for (size_t i = 0; i < 3; i++)
		CHECK_OK(institution(&f, forms[i], &key, NULL));
	fixture_drop(&f);
}

TEST(an_old_short_name_is_forgotten)
{
	struct fixture f;
	struct wici_key key;

	call_found(&f);
	CHECK_OK(institution(&f, "CAL", &key, NULL));
	(void)call(&f, "institution.profile",
		   "{'name':'Stowarzyszenie CAL','short_name':'SCWAL'}");
	CHECK_OK(institution(&f, "scwal", &key, NULL));
	CHECK_ERR(institution(&f, "CAL", &key, NULL), WICI_NOT_FOUND);
	fixture_drop(&f);
}

/* A MOPS becomes a CUS: who asks finds it by what it is called and was called,
 * and who decides goes by the roster's word. */
TEST(who_asks_finds_it_by_new_names_and_by_old_ones)
{
	static const char *const names[] = {"Centrum Usług Społecznych",
					    "CUS Mława", "Dawny alias",
					    "Ośrodek w Mławie", "MOPS Mława"};
	struct fixture a;
	struct fixture b;
	struct wici_key key;

	call_found(&a);
	fixture_open(&b);
	call_join(&a, &b,
		  "'name':'Ośrodek w Mławie','short_name':'MOPS Mława',"
		  "'no_passphrase':true");
	(void)call(&b, "institution.profile",
		   "{'name':'Centrum Usług Społecznych','type':'CUS',"
		   "'short_name':'CUS Mława','aliases':['Dawny alias']}");
	for (size_t i = 0; i < 5; i++) {
		CHECK_OK(institution_by(&b, FIND_BY_ANY_NAME, names[i], &key,
					NULL));
		CHECK(wici_key_equal(&key, &b.n->keys.identity));
		CHECK(i == 1 ||
		      institution(&b, names[i], &key, NULL) == WICI_NOT_FOUND);
	}
	/* A name that another has now is that one's. */
	(void)call(&b, "institution.profile", "{'name':'Nowy 2'}");
	CHECK_ERR(institution_by(&b, FIND_BY_ANY_NAME, "nobody", &key, NULL),
		  WICI_NOT_FOUND);
	CHECK_OK(institution_by(&b, FIND_BY_ANY_NAME, "Nowy", &key, NULL));
	CHECK(has(call(&b, "record.list", "{'from':'CUS Mława'}"), "Nowy 2"));
	CHECK(has(call(&b, "institution.show", "{'ref':'MOPS Mława'}"),
		  "'calls_itself':'Nowy 2'"));
	fixture_drop(&b);
	fixture_drop(&a);
}

TEST(two_institutions_of_one_name_are_ambiguous)
{
	struct fixture a;
	struct fixture b;
	struct wici_key key;
	uint32_t candidates;

	call_found(&a);
	fixture_open(&b);
	call_join(&a, &b, "'name':'B','short_name':'cal','no_passphrase':true");
	CHECK_ERR(institution(&a, "CAL", &key, &candidates), WICI_AMBIGUOUS);
	CHECK(candidates == 2);
	CHECK(has(call(&a, "cert.grant", "{'holder':'CAL'}"),
		  "'items':[{'identity':'"));
	fixture_drop(&b);
	fixture_drop(&a);
}

TEST(a_record_is_found_by_any_prefix_of_eight_digits_or_more)
{
	struct fixture f;
	struct fault fault;
	char id[100];
	int64_t entry;
	int64_t same;

	call_found(&f);
	call_get(call(&f, "practice.publish", "{'title':'A'}"), "id", id,
		 sizeof(id));
	fault_init(&fault);
	fixture_begin(&f);
	CHECK_OK(find_record(f.n, wici_bytes_str(id), &entry, &fault));
	for (size_t len = 0; len < 64; len++) {
		struct wici_bytes text = {(uint8_t *)id, len};

		if (len < FIND_PREFIX_MIN) {
			CHECK_ERR(find_record(f.n, text, &same, &fault),
				  WICI_BAD_FIELD);
			continue;
		}
		CHECK_OK(find_record(f.n, text, &same, &fault));
		CHECK(same == entry);
	}
	id[8] = 'x';
	CHECK_ERR(find_record(f.n, wici_bytes_str(id), &same, &fault),
		  WICI_BAD_FIELD);
	CHECK_ERR(find_record(f.n, WICI_BYTES("0000000000"), &same, &fault),
		  WICI_NOT_FOUND);
	fixture_end(&f);
	fault_clear(&fault);
	fixture_drop(&f);
}

TEST_MAIN(RUN(an_institution_is_found_by_identity_name_or_short_name),
	  RUN(case_and_composition_do_not_matter_in_a_roster_name),
	  RUN(an_old_short_name_is_forgotten),
	  RUN(who_asks_finds_it_by_new_names_and_by_old_ones),
	  RUN(two_institutions_of_one_name_are_ambiguous),
	  RUN(a_record_is_found_by_any_prefix_of_eight_digits_or_more))
