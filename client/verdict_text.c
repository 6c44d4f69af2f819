/* client/verdict_text.c — The words for verdicts, checks and what they found. */
#include "client/verdict_text.h"

#include "client/client.h"
#include "client/say.h"
#include "proto/verdict.h"

#include <stdlib.h>
#include <string.h>

/* clang-format off */
static const struct {
	const char *name;
	const char *word;  /* Nothing but capitals: the first word on a page. */
	const char *means; /* One sentence. */
} verdicts[] = {
	{"BAD_SIGNATURE", N_("WRONG SIGNATURE"),
	 N_("The text was changed, or this is no certificate. Call the issuer.")},
	{"NOT_FOUND", N_("NOT FOUND"),
	 N_("No issuer of this network has granted such a certificate, as far "
	    "as is known here.")},
	{"UNKNOWN_ISSUER", N_("CANNOT BE CONFIRMED"),
	 N_("Whoever granted it is not, or not any more, an issuer that this "
	    "network recognises.")},
	{"DISPUTED", N_("DISPUTED"),
	 N_("The issuer's records contradict each other.")},
	{"REVOKED", N_("REVOKED"), N_("The issuer took it away.")},
	{"NOT_YET_VALID", N_("NOT YET VALID"),
	 N_("Its first day is still to come.")},
	{"EXPIRED", N_("EXPIRED"), N_("Its last day has passed.")},
	{"SUSPENDED", N_("SUSPENDED"),
	 N_("The issuer has suspended it for the time being.")},
	{"UNDATED", N_("GRANTED, WITHOUT DATES"),
	 N_("Granted and not revoked; the issuer states no dates, so whether "
	    "it is valid on that day cannot be confirmed.")},
	{"STALE", N_("CANNOT BE CONFIRMED"),
	 N_("What is known here is too old, or not enough, to say.")},
	{"VALID", N_("VALID"), N_("Genuine, in force, and not revoked.")},
};

static const struct { const char *name; const char *text; } checks[] = {
	{"token", N_("Signature of the QR token")},
	{"form", N_("this is no token of wici's, or it was changed")},
	{"unknown_key", N_("by a key that no issuer has had")},
	{"former_key", N_("by a key that its issuer has replaced since")},
	{"claims", N_("it does not say what the certificate says")},
	{"holder", N_("its holder is not known here")},
	{"status", N_("whether the certificate was revoked since")},
	{"file", N_("The file is whole")},
	{"damaged", N_("The file is damaged, cut off or changed: get it again")},
	{"network", N_("The file is of this network")},
	{"other_network", N_("The file is of another network than the one asked "
			     "about: see that the network's id is right")},
	{"found", N_("Certificate found")},
	{"missing", N_("There is no such certificate here")},
	{"signature", N_("Signature of the grant")},
	{"issuer", N_("Issuer recognised")},
	{"issuers_list", N_("List of issuers good until")},
	{"dispute", N_("Nothing contradicts it")},
	{"disputed", N_("Disputed")},
	{"root_fork", N_("the root has contradicted itself")},
	{"issuing_feed", N_("the issuer's records contradict each other, or "
			    "are not all here")},
	{"revocation", N_("Not revoked")},
	{"revoked", N_("Revoked from")},
	{"suspension", N_("Not suspended")},
	{"suspended", N_("Suspended from")},
	{"dates", N_("Dates")},
	{"beacon", N_("Word of the issuer")},
	{"witness", N_("Word of the witnesses")},
	{"registrar", N_("Word of the registrar")},
	{"version", N_("Version of wici")},
	{"unknown", N_("unknown")},
	{"none", N_("none")},
	{"newer_needed", N_("a newer version is needed")},
	{"void_index", N_("an earlier grant has its place on the list")},
	{"../..", N_("not stated")},
	{"unissued", N_("no effect: its author is not the issuer")},
};

/* What the first word of a detail means, where it is no number or day. */
static const struct { const char *code; const char *text; } details[] = {
	{"old", N_("too old")},
	{"ahead", N_("of a time that is still to come: a clock is wrong")},
	{"behind", N_("they have seen records of the issuer that are not here")},
	{"roster", N_("they know a newer change of the network's root")},
	{"split", N_("they have seen other records than those here")},
	{"unnamed", N_("they have not seen the issuer's records yet")},
	{"unlisted", N_("the issuer does not list it as in force any more")},
	{"before", N_("from before the root's newest decision; it speaks again "
		      "soon")},
	{"history", N_("it was or will be suspended or revoked, and from when "
		       "is not all in the file")},
	{"beacon", N_("by the issuer's list")},
};
/* clang-format on */

const char *verdict_code(const char *code)
{
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if (strcmp(checks[i].name, code) == 0)
			return say(checks[i].text);
	return code;
}

static size_t verdict_of(const char *name)
{
	size_t count = sizeof(verdicts) / sizeof(verdicts[0]);

	for (size_t i = 0; name && i < count; i++)
		if (strcmp(verdicts[i].name, name) == 0)
			return i;
	return count;
}

const char *verdict_word(const char *name)
{
	size_t i = verdict_of(name);

	if (i == sizeof(verdicts) / sizeof(verdicts[0]))
		return name ? name : "—";
	return say(verdicts[i].word);
}

const char *verdict_means(const char *verdict)
{
	size_t i = verdict_of(verdict);

	if (i == sizeof(verdicts) / sizeof(verdicts[0]))
		return _("This version of wici does not know this verdict.");
	return say(verdicts[i].means);
}

/* A verdict that this version does not know confirms nothing. */
int verdict_exit(const char *name)
{
#define X(NAME, exit)                                                          \
	if (name && strcmp(name, #NAME) == 0)                                  \
		return wici_status_exit(WICI_STATUS_##NAME);
	WICI_STATUSES(X)
#undef X
	return 7;
}

enum print_color verdict_color(const char *name)
{
	int code = verdict_exit(name);

	return code == 0 ? PRINT_GREEN : code == 7 ? PRINT_YELLOW : PRINT_RED;
}

/* "old 2026-11-21T01:22:03.123Z", "1/2 split": each word as people say it. */
static void write_details(FILE *out, const char *detail)
{
	char word[80];

	for (const char *p = detail; *p;) {
		size_t len = strcspn(p, " ");
		const char *text = NULL;

		(void)snprintf(word, sizeof(word), "%.*s",
			       (int)(len < 79 ? len : 79), p);
		for (size_t i = 0; i < sizeof(details) / sizeof(details[0]);
		     i++)
			if (strcmp(details[i].code, word) == 0)
				text = say(details[i].text);
		if (!text)
			text = strchr(word, 'T') && strchr(word, 'Z')
				       ? print_time(word)
				       : word;
		fprintf(out, "%s%s", p == detail ? "" : ", ", text);
		p += len + strspn(p + len, " ");
	}
}

/* What is told of a check that failed. */
static const char *check_name(const char *name, bool is_ok)
{
	static const char *const failed[][2] = {
		{"revocation", "revoked"},    {"suspension", "suspended"},
		{"dispute", "disputed"},      {"file", "damaged"},
		{"network", "other_network"}, {"found", "missing"},
	};
	size_t count = sizeof(failed) / sizeof(failed[0]);

	for (size_t i = 0; !is_ok && i < count; i++)
		if (strcmp(failed[i][0], name) == 0)
			return failed[i][1];
	return name;
}

/* OK, WARNING, ERROR stand in words: colour never says it alone. */
static void print_check(const json_t *check, bool is_grave)
{
	const char *name = client_string(check, "name");
	const char *detail = client_string(check, "detail");
	bool is_ok = json_is_true(json_object_get(check, "ok"));
	enum print_color color = is_ok      ? PRINT_GREEN
				 : is_grave ? PRINT_RED
					    : PRINT_YELLOW;
	const char *word = is_ok      ? _("OK")
			   : is_grave ? _("ERROR")
				      : _("WARNING");
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		abort();
	fputs(verdict_code(check_name(name ? name : "", is_ok)), out);
	if (detail && detail[0]) {
		fputs(": ", out);
		if (verdict_code(detail) == detail)
			write_details(out, detail);
		else
			fputs(verdict_code(detail), out);
	}
	if (fclose(out))
		abort();
	fputs("  ", stdout);
	print_colored(stdout, color, word);
	printf("%*s", 10 - print_columns(word), "");
	print_wrapped(stdout, text, 12);
	free(text);
}

/* Which of the witnesses does not agree, and why. */
static void print_witness(const json_t *witness)
{
	const json_t *who = json_object_get(witness, "institution");
	const char *name = client_string(who, "name");
	const char *code = client_string(witness, "code");
	char *text = NULL;
	size_t len;
	FILE *out;

	if (json_is_true(json_object_get(witness, "ok")) || !code)
		return;
	out = open_memstream(&text, &len);
	if (!out)
		abort();
	fprintf(out,
		"%s: ", name ? name : print_id(client_string(witness, "feed")));
	if (verdict_code(code) == code)
		write_details(out, code);
	else
		fputs(verdict_code(code), out);
	if (fclose(out))
		abort();
	printf("%*s", 12, "");
	print_wrapped(stdout, text, 12);
	free(text);
}

static void print_witnesses(const json_t *answer)
{
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(answer, "witnesses"), i, item)
		print_witness(item);
}

static const char *not_checked(const char *code)
{
	if (code && strcmp(code, "witness") == 0)
		return _("what independent witnesses saw");
	if (code && strcmp(code, "token") == 0)
		return _("the signature of the QR token");
	if (code && strcmp(code, "status") == 0)
		return verdict_code(code);
	if (code && strcmp(code, "chain") == 0)
		return _("the issuer's other records, which are not in the "
			 "file");
	return verdict_code(code ? code : "");
}

void verdict_print_checks(const json_t *answer, bool is_grave)
{
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(answer, "checks"), i, item)
	{
		const char *name = client_string(item, "name");

		print_check(item, is_grave);
		if (name && strcmp(name, "witness") == 0)
			print_witnesses(answer);
	}
	json_array_foreach(json_object_get(answer, "not_checked"), i, item)
		print_line("  %s: %s", _("Not checked"),
			   not_checked(json_string_value(item)));
}
