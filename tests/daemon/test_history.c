/* tests/daemon/test_history.c — What an institution was called: told in the order
 * of its profiles, and only what changed. */
#include "tests/daemon/call.h"

static void edit_profile(struct fixture *f, const char *fields)
{
	char params[400];
	char id[65];
	const char *r = call(f, "record.list",
			     "{'kind':'institution.profile','from':'CAL'}");

	(void)snprintf(id, sizeof(id), "%.64s", strstr(r, "'id':'") + 6);
	(void)snprintf(params, sizeof(params), "{'id':'%s','body':{%s}}", id,
		       fields);
	CHECK(has(call(f, "record.edit", params), "'id'"));
}

/* The names and types of the history, "A/x; B/y". */
static const char *told(struct fixture *f, const char *ref)
{
	static char out[1000];
	char params[200];
	const char *at;

	(void)snprintf(params, sizeof(params), "{'ref':'%s'}", ref);
	at = strstr(call(f, "institution.show", params), "'history':");
	CHECK(at != NULL);
	out[0] = '\0';
	while ((at = strstr(at, "'name':'"))) {
		const char *type = strstr(at, "'type':");

		at += 8;
		strncat(out, at, strcspn(at, "'"));
		strcat(out, "/");
		type += type[7] == '\'' ? 8 : 7;
		strncat(out, type, strcspn(type, "',"));
		strcat(out, "; ");
	}
	return out;
}

TEST(names_and_types_are_told_from_the_first_to_the_present_one)
{
	struct fixture a, b;
	char first[1000];

	call_found(&a);
	CHECK(strcmp(told(&a, "CAL"), "Stowarzyszenie CAL/association; ") == 0);
	edit_profile(&a, "'city':'Warszawa'");
	edit_profile(&a, "'links':['https://x.pl']"); /* Changes none of it. */
	edit_profile(&a, "'name':'Fundacja CAL','type':'foundation'");
	/* One that supersedes nothing comes after what its feed had. */
	(void)call(&a, "institution.profile", "{'name':'CAL 2'}");
	CHECK(strcmp(told(&a, "CAL"),
		     "Stowarzyszenie CAL/association; "
		     "Stowarzyszenie CAL/association; "
		     "Fundacja CAL/foundation; CAL 2/null; ") == 0);

	/* Another node, which got all of it at once, tells the same. */
	fixture_open(&b);
	call_join(&a, &b, "'name':'B','no_passphrase':true");
	(void)snprintf(first, sizeof(first), "%s", told(&a, "CAL 2"));
	CHECK(strcmp(told(&b, "Fundacja CAL"), first) == 0);
	CHECK(strcmp(told(&b, "Nowy"), "B/null; ") == 0);
	fixture_drop(&b);
	fixture_drop(&a);
}

TEST_MAIN(RUN(names_and_types_are_told_from_the_first_to_the_present_one))
