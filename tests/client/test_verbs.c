/* tests/client/test_verbs.c — What is typed becomes a method and its params:
 * for the rows of the table, and for every kind. */
#include "client/fail.h"
#include "client/form.h"
#include "client/verbs.h"
#include "proto/kinds.h"
#include "proto/kinds/certificate.h"

#include <stdlib.h>

#include "tests/test.h"

#define WORDS_MAX 20

/* Parses a line of words; words are cut at blanks. */
static enum wici_err type(struct client *c, const char *line)
{
	static char copy[500];
	static char *v[WORDS_MAX];
	struct args args = {.v = v};

	(void)snprintf(copy, sizeof(copy), "%s", line);
	for (char *p = strtok(copy, " "); p; p = strtok(NULL, " "))
		v[args.count++] = p;
	client_init(c);
	options_init(&c->options, &args);
	return verbs_parse(c, args);
}

static bool has_params(const struct client *c, const char *json)
{
	json_t *expected = json_loads(json, 0, NULL);
	bool is_same = json_equal(expected, c->params) == 1;

	if (!is_same)
		(void)json_dumpf(c->params, stderr, 0);
	json_decref(expected);
	return is_same;
}

TEST(each_line_goes_to_its_method_with_its_params)
{
	static const struct {
		const char *line;
		const char *method;
		const char *params;
	} cases[] = {
		{"", "status.get", "{}"},
		{"--json", "status.get", "{}"},
		{"status", "status.get", "{}"},
		{"invite GOPS --days 3", "invite.create",
		 "{\"name\":\"GOPS\",\"days\":3}"},
		{"invite --via a:1 GOPS", "invite.create",
		 "{\"name\":\"GOPS\",\"via\":\"a:1\"}"},
		{"invite --json list", "invite.list", "{}"},
		{"cert list --expiring 30 --holder GOPS", "cert.list",
		 "{\"expiring\":30,\"holder\":\"GOPS\"}"},
		{"cert correct 12/2022 --number 13/2022", "record.edit",
		 "{\"ref\":\"12/2022\"}"},
		{"add certificate.grant -f x.csv --csv", "record.add",
		 "{\"kind\":\"certificate.grant\"}"},
		{"invite revoke 01", "invite.revoke", "{\"id\":\"01\"}"},
		{"invite -- list", "invite.create", "{\"name\":\"list\"}"},
		{"roster relay GOPS a:1 b:2", "roster.relay",
		 "{\"institution\":\"GOPS\",\"addresses\":[\"a:1\",\"b:2\"]}"},
		{"roster witness A B C --needed 2", "roster.witness",
		 "{\"witnesses\":[\"A\",\"B\",\"C\"],\"needed\":2}"},
		{"roster policy --add a --add=b", "roster.policy",
		 "{\"add\":[\"a\",\"b\"]}"},
		{"network create Sieć --single", "network.create",
		 "{\"name\":\"Sieć\",\"single\":true}"},
		{"network --json create X --issuer=osl", "network.create",
		 "{\"name\":\"X\",\"issuer\":\"osl\"}"},
		{"cert verify 7/2022 --on 2024-01-01", "cert.verify",
		 "{\"ref\":\"7/2022\",\"on\":\"2024-01-01\"}"},
		{"cert export 7/2022 --format jws --url=https://a/b -o x",
		 "cert.export",
		 "{\"ref\":\"7/2022\",\"format\":\"jws\","
		 "\"url\":\"https://a/b\"}"},
		{"search kluby seniora --kind practice --from GOPS --year 2025",
		 "record.search",
		 "{\"text\":[\"kluby\",\"seniora\"],\"kind\":\"practice\","
		 "\"from\":\"GOPS\",\"year\":2025}"},
		{"certificate list --limit 5", "cert.list", "{\"limit\":5}"},
		{"list practice --from CAL --after 8", "record.list",
		 "{\"kind\":\"practice\",\"from\":\"CAL\",\"after\":\"8\"}"},
		{"practice show 01234567", "record.show",
		 "{\"id\":\"01234567\"}"},
		{"log", "log.list", "{}"},
		{"peer add host:8481 -q", "peer.add",
		 "{\"address\":\"host:8481\"}"},
		{"sync --timeout 3", "sync.wait", "{\"timeout\":3}"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct client c;

		CHECK_OK(type(&c, cases[i].line));
		CHECK(strcmp(c.verb->method, cases[i].method) == 0);
		CHECK(has_params(&c, cases[i].params));
		client_clear(&c);
	}
}

TEST(fields_of_a_kind_are_options)
{
	struct client c;

	CHECK_OK(type(&c, "cert grant --holder MOPS --scheme osl "
			  "--valid-until 2026-12-31 --json"));
	CHECK(c.kind && strcmp(c.kind->name, "certificate.grant") == 0);
	CHECK(has_params(&c, "{\"holder\":\"MOPS\",\"scheme\":\"osl\","
			     "\"valid_until\":\"2026-12-31\"}"));
	client_clear(&c);
	CHECK_OK(type(&c, "area update --estate X --whole-streets a "
			  "--whole-streets=b --partial --since-year 2014"));
	CHECK(has_params(&c,
			 "{\"estate\":\"X\",\"whole_streets\":[\"a\",\"b\"],"
			 "\"partial\":true,\"since_year\":\"2014\"}"));
	client_clear(&c);
	CHECK_OK(type(&c, "area update --partial nie --estate X"));
	CHECK(has_params(&c, "{\"partial\":false,\"estate\":\"X\"}"));
	client_clear(&c);
	CHECK_OK(type(&c, "visit report --guest-count 12"));
	CHECK(has_params(&c, "{\"guest_count\":12}"));
	client_clear(&c);
}

TEST(every_kind_that_people_publish_is_a_command)
{
	for (size_t i = 0; wici_kinds[i]; i++) {
		char line[100];
		char *dot;
		struct client c;

		(void)snprintf(line, sizeof(line), "%s", wici_kinds[i]->name);
		dot = strchr(line, '.');
		if (dot)
			*dot = ' ';
		if (wici_kind_is_decision(wici_kinds[i]))
			continue; /* By its number: a row of the table. */
		if (wici_kind_is_by_node(wici_kinds[i])) {
			CHECK_ERR(type(&c, line), WICI_USAGE);
		} else {
			CHECK_OK(type(&c, line));
			CHECK(c.kind == wici_kinds[i]);
		}
		client_clear(&c);
	}
}

TEST(what_the_node_sets_cannot_be_given)
{
	struct client c;

	CHECK_ERR(type(&c, "cert grant --index 3"), WICI_UNKNOWN_FIELD);
	CHECK(strcmp(client_string(c.error, "field"), "index") == 0);
	client_clear(&c);
}

TEST(what_is_mistyped_gets_a_suggestion)
{
	static const char *const cases[][2] = {
		{"stauts", "wici status"},
		{"cert verfy X", "wici cert verify"},
		{"practice publish --titel x", "--title"},
		{"sync --timout 3", "--timeout"},
	};

	for (size_t i = 0; i < 4; i++) {
		struct client c;

		CHECK(type(&c, cases[i][0]) != WICI_OK);
		CHECK(strcmp(client_string(c.error, "hint"), cases[i][1]) == 0);
		CHECK(fail_exit(&c) == 2);
		client_clear(&c);
	}
}

TEST(what_does_not_fit_is_refused)
{
	static const char *const lines[] = {
		"cert",
		"cert verify",
		"cert verify A B",
		"log --limit",
		"log --limit x",
		"log --limit -1",
		"sync --wait=1",
		"practice publish a b",
		"practice publish --title",
		"area update --addresses x",
		"init --name X -n",
		"cert revoke X -n",
		"--bogus",
		"--color",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct client c;

		CHECK_ERR(type(&c, lines[i]), WICI_USAGE);
		CHECK(client_string(c.error, "message") != NULL);
		client_clear(&c);
	}
}

TEST(a_field_given_twice_is_refused_and_a_list_grows)
{
	struct client c;

	CHECK_ERR(type(&c, "area update --estate A --estate B"),
		  WICI_BAD_FIELD);
	CHECK(strcmp(client_string(c.error, "field"), "estate") == 0);
	client_clear(&c);
}

TEST(an_edit_keeps_its_fields_for_later)
{
	struct client c;

	CHECK_OK(type(&c, "edit 0123456789 --title x --partial -f y"));
	CHECK(has_params(&c, "{\"id\":\"0123456789\"}"));
	CHECK(strcmp(args_peek(&c.rest), "--title") == 0);
	client_clear(&c);
}

TEST(a_dotted_path_finds_its_row)
{
	const struct wici_kind *kind = form_kind("institution", "profile");
	const struct wici_kind *visit = form_kind("visit.report", NULL);

	CHECK(strcmp(form_field(kind, "team.size")->name, "size") == 0);
	CHECK(strcmp(form_field(visit, "agenda[2].step")->name, "step") == 0);
	CHECK(form_field(kind, "team.nothing") == NULL);
	CHECK(form_field(kind, "nothing") == NULL);
	CHECK(form_kind("cert.grant", NULL) ==
	      form_kind("certificate", "grant"));
}

TEST(help_is_never_an_error)
{
	static const char *const lines[] = {"--help", "cert --help",
					    "cert grant -h", "add -h"};

	for (size_t i = 0; i < 4; i++) {
		struct client c;

		CHECK_OK(type(&c, lines[i]));
		CHECK(c.options.wants_help);
		client_clear(&c);
	}
}

/* A slip of the finger in any noun or verb that there is gets its advice. */
TEST(every_noun_and_verb_of_the_kinds_is_suggested)
{
	for (size_t i = 0; wici_kinds[i]; i++) {
		const char *dot = strchr(wici_kinds[i]->name, '.');
		char line[80];
		char hint[80];
		struct client c;

		if (!dot || wici_kind_is_by_node(wici_kinds[i]) ||
		    strncmp(wici_kinds[i]->name, "certificate", 11) == 0)
			continue;
		(void)snprintf(line, sizeof(line), "%.*sx list",
			       (int)(dot - wici_kinds[i]->name),
			       wici_kinds[i]->name);
		(void)snprintf(hint, sizeof(hint), "wici %.*s",
			       (int)(dot - wici_kinds[i]->name),
			       wici_kinds[i]->name);
		CHECK_ERR(type(&c, line), WICI_USAGE);
		CHECK(strcmp(client_string(c.error, "hint"), hint) == 0);
		client_clear(&c);

		(void)snprintf(line, sizeof(line), "%.*s %sx",
			       (int)(dot - wici_kinds[i]->name),
			       wici_kinds[i]->name, dot + 1);
		(void)snprintf(hint, sizeof(hint), "wici %.*s %s",
			       (int)(dot - wici_kinds[i]->name),
			       wici_kinds[i]->name, dot + 1);
		CHECK_ERR(type(&c, line), WICI_USAGE);
		CHECK(strcmp(client_string(c.error, "hint"), hint) == 0);
		client_clear(&c);
	}
}

TEST_MAIN(RUN(each_line_goes_to_its_method_with_its_params),
	  RUN(fields_of_a_kind_are_options),
	  RUN(every_kind_that_people_publish_is_a_command),
	  RUN(what_the_node_sets_cannot_be_given),
	  RUN(what_is_mistyped_gets_a_suggestion),
	  RUN(what_does_not_fit_is_refused),
	  RUN(a_field_given_twice_is_refused_and_a_list_grows),
	  RUN(an_edit_keeps_its_fields_for_later),
	  RUN(a_dotted_path_finds_its_row), RUN(help_is_never_an_error),
	  RUN(every_noun_and_verb_of_the_kinds_is_suggested))
