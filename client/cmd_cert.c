/* client/cmd_cert.c — Certificates: lists, acts, verdicts. */
#include "client/cmd.h"

#include "client/fail.h"
#include "client/print.h"
#include "client/rpc.h"
#include "client/say.h"
#include "client/verbs.h"
#include "proto/kinds.h"
#include "proto/verdict.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
	 N_("What is known here is too old to say.")},
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
	{"found", N_("Certificate found")},
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
	{"history", N_("it was suspended or revoked once, and when is not "
		       "in the file")},
	{"beacon", N_("by the issuer's list")},
};
/* clang-format on */

/* "old 2026-11-21T01:22:03.123Z", "1/2 split": each word as people say it. */
static void print_details(const char *detail)
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
		if (p != detail)
			fputs(", ", stdout);
		print_text(stdout, text);
		p += len + strspn(p + len, " ");
	}
}

static const char *check_text(const char *code)
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

const char *cmd_cert_word(const char *name)
{
	size_t i = verdict_of(name);

	if (i == sizeof(verdicts) / sizeof(verdicts[0]))
		return name ? name : "—";
	return say(verdicts[i].word);
}

const char *cmd_cert_means(const char *verdict)
{
	size_t i = verdict_of(verdict);

	if (i == sizeof(verdicts) / sizeof(verdicts[0]))
		return _("This version of wici does not know this verdict.");
	return say(verdicts[i].means);
}

/* A verdict that this version does not know confirms nothing. */
int cmd_cert_exit(const char *name)
{
#define X(NAME, exit)                                                          \
	if (name && strcmp(name, #NAME) == 0)                                  \
		return wici_status_exit(WICI_STATUS_##NAME);
	WICI_STATUSES(X)
#undef X
	return 7;
}

static enum print_color color_of(const char *name)
{
	int code = cmd_cert_exit(name);

	return code == 0 ? PRINT_GREEN : code == 7 ? PRINT_YELLOW : PRINT_RED;
}

static const char *name_in(const json_t *object, const char *key)
{
	const json_t *who = json_object_get(object, key);
	const char *name = client_string(who, "name");

	return name ? name : print_id(client_string(who, "identity"));
}

/* "2022-01-01 – 2026-12-31", as far as it is stated. */
static const char *span_of(const json_t *cert, char out[64])
{
	const char *from = client_string(cert, "valid_from");
	const char *until = client_string(cert, "valid_until");

	if (!from && !until)
		return _("not stated");
	(void)snprintf(out, 64, "%.12s – %.12s", from ? from : "…",
		       until ? until : "…");
	return out;
}

static const char *time_of(const json_t *cert, const char *key)
{
	const char *time = client_string(cert, key);

	return time ? print_time(time) : NULL;
}

/* When the last decision was published: its day is often another one. */
static const char *published(const json_t *cert)
{
	const char *revoked = time_of(cert, "revoked_published");

	return revoked ? revoked : time_of(cert, "suspended_published");
}

static void print_cert(const json_t *cert)
{
	char span[64];

	print_pair(2, _("Number"), client_string(cert, "number"));
	print_pair(2, _("Name"), client_string(cert, "name"));
	print_pair(2, _("Holder"), name_in(cert, "holder"));
	print_pair(2, _("Issuer"), name_in(cert, "issuer"));
	print_pair(2, _("Valid"), span_of(cert, span));
	print_pair(2, _("For the years"),
		   client_string(cert, "valid_years_text"));
	print_pair(2, _("Revoked from"), client_string(cert, "revoked_from"));
	if (client_string(cert, "revoked_from") &&
	    json_is_true(json_object_get(cert, "by_root")))
		print_pair(2, _("Revoked by"), _("the root of the network"));
	print_pair(2, _("Published on"), published(cert));
	print_pair(2, _("Suspended from"),
		   client_string(cert, "suspended_from"));
	print_pair(2, _("Reason"), client_string(cert, "reason"));
	print_pair(2, _("Corrected on"), time_of(cert, "corrected_on"));
	print_pair(2, _("Granted on"), client_string(cert, "granted_on"));
	print_pair(2, _("Granted for"), client_string(cert, "granted_for"));
	print_pair(2, _("Scheme"), client_string(cert, "scheme"));
	print_pair(2, _("Existed before"), time_of(cert, "existed_before"));
	print_pair(2, _("Id"), client_string(cert, "id"));
}

void cmd_cert_list_print(const struct client *c)
{
	const json_t *items = json_object_get(c->result, "items");
	const char *next = client_string(c->result, "next");
	json_t *head = json_pack("[s,s,s,s,s]", _("Number or id"), _("Verdict"),
				 _("Holder"), _("Valid"), _("Issuer"));
	json_t *rows = json_array();
	const json_t *item;
	size_t i;

	json_array_foreach(items, i, item)
	{
		const char *number = client_string(item, "number");
		char span[64];

		(void)json_array_append_new(
			rows,
			json_pack("[s,s,s,s,s]",
				  number ? number
					 : print_id(client_string(item, "id")),
				  cmd_cert_word(client_string(item, "verdict")),
				  name_in(item, "holder"), span_of(item, span),
				  name_in(item, "issuer")));
	}
	print_list(&c->options, head, rows,
		   json_object_get(c->params, "expiring")
			   ? _("No certificate in force ends by then.")
			   : _("There are no certificates yet."));
	if (next)
		print_note(&c->options, _("There are more: --after %s"), next);
}

#define ACT_AT 34 /* After the time and the id. */

static void print_act(const json_t *act)
{
	const json_t *effective = json_object_get(act, "effective");
	const char *why = client_string(act, "why");
	const char *name = client_string(act, "kind");
	const struct wici_kind *kind =
		wici_kind_by_name(wici_bytes_str(name ? name : ""));
	const char *what = kind ? say_label(&kind->label) : name;
	const char *reason =
		client_string(json_object_get(act, "body"), "text");

	printf("  %s  %s  ", print_time(client_string(act, "time")),
	       print_id(client_string(act, "id")));
	print_wrapped(stdout, what ? what : "—", ACT_AT);
	printf("%*s", ACT_AT, "");
	print_wrapped(stdout, name_in(act, "author"), ACT_AT);
	if (json_is_false(effective))
		print_line("      %s%s%s", _("without effect"), why ? ": " : "",
			   why ? check_text(why) : "");
	if (reason) {
		fputs("      ", stdout);
		print_wrapped(stdout, reason, 6);
	}
}

void cmd_cert_show_print(const struct client *c)
{
	const json_t *cert = json_object_get(c->result, "certificate");
	const char *verdict = client_string(c->result, "verdict");
	const json_t *acts = json_object_get(c->result, "acts");
	const json_t *act;
	size_t i;

	print_colored(stdout, color_of(verdict), cmd_cert_word(verdict));
	fputc('\n', stdout);
	print_cert(cert);
	fputc('\n', stdout);
	print_line("%s", _("Acts"));
	json_array_foreach(acts, i, act) print_act(act);
}

enum wici_err cmd_cert_verify_run(struct client *c)
{
	enum wici_err err = rpc_call(c, c->verb->method, c->params, &c->result);

	if (!err)
		c->exit = cmd_cert_exit(client_string(c->result, "verdict"));
	return err;
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

	fputs("  ", stdout);
	print_colored(stdout, color, word);
	printf("%*s", 10 - print_columns(word), "");
	if (!is_ok && name && strcmp(name, "revocation") == 0)
		name = "revoked";
	if (!is_ok && name && strcmp(name, "suspension") == 0)
		name = "suspended";
	if (!is_ok && name && strcmp(name, "dispute") == 0)
		name = "disputed";
	print_text(stdout, check_text(name ? name : ""));
	if (detail && detail[0]) {
		fputs(": ", stdout);
		if (check_text(detail) == detail)
			print_details(detail);
		else
			print_text(stdout, check_text(detail));
	}
	fputc('\n', stdout);
}

/* The certificate in one line, beside the verdict. */
static void print_verdict(const json_t *r)
{
	const char *verdict = client_string(r, "verdict");
	const json_t *cert = json_object_get(r, "certificate");
	const char *number = client_string(cert, "number");
	const char *name = client_string(cert, "name");
	const char *word = cmd_cert_word(verdict);
	const char *means = client_string(r, "_means");
	bool is_by_root = verdict && strcmp(verdict, "REVOKED") == 0 &&
			  json_is_true(json_object_get(cert, "by_root"));
	char *text = NULL;

	if (asprintf(&text, "%s%s%s", number ? number : "",
		     number && name ? ", " : "", name ? name : "") < 0)
		abort();
	print_colored(stdout, color_of(verdict), word);
	if (text[0])
		fputs("   ", stdout);
	print_wrapped(stdout, text, print_columns(word) + 3);
	free(text);
	fputs("  ", stdout);
	print_wrapped(stdout,
		      means        ? means
		      : is_by_root ? _("The root of the network took it away.")
				   : cmd_cert_means(verdict),
		      2);
}

static const char *not_checked(const char *code)
{
	if (code && strcmp(code, "witness") == 0)
		return _("what independent witnesses saw");
	if (code && strcmp(code, "chain") == 0)
		return _("the issuer's other records, which are not in the "
			 "file");
	return code ? code : "";
}

static void print_not_checked(const json_t *r)
{
	const json_t *list = json_object_get(r, "not_checked");
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		const char *code = json_string_value(item);

		print_line("  %s: %s", _("Not checked"), not_checked(code));
	}
}

void cmd_cert_verify_print(const struct client *c)
{
	const json_t *r = c->result;
	const char *verdict = client_string(r, "verdict");
	const json_t *cert = json_object_get(r, "certificate");
	const json_t *list = json_object_get(r, "checks");
	bool is_grave = c->exit != 7;
	const json_t *check;
	size_t i;

	print_verdict(r);
	/* Of a text that was changed nothing is worth repeating. */
	if (verdict && strcmp(verdict, "BAD_SIGNATURE") == 0)
		cert = NULL;
	if (json_is_object(cert)) {
		fputc('\n', stdout);
		print_cert(cert);
	}
	fputc('\n', stdout);
	json_array_foreach(list, i, check) print_check(check, is_grave);
	print_not_checked(r);
	fputc('\n', stdout);
	print_pair(2, _("Asked about"), client_string(r, "on"));
	print_pair(2, _("As of"),
		   client_string(r, "as_of")
			   ? print_time(client_string(r, "as_of"))
			   : NULL);
}

/* It cannot be taken back silently: on a terminal the word is asked for. */
static enum wici_err confirm(struct client *c, const char *ref)
{
	const char *verb = c->verb->verb;
	const char *question =
		strcmp(verb, "suspend") == 0
			? N_("Suspend %s? Everybody will see it. Type it "
			     "again: ")
		: strcmp(verb, "reinstate") == 0
			? N_("Reinstate %s? Everybody will see it. Type it "
			     "again: ")
			: N_("Revoke %s? Everybody will see it. Type it "
			     "again: ");
	char line[200] = "";

	if (c->options.is_yes || !isatty(STDIN_FILENO) ||
	    !isatty(STDERR_FILENO))
		return WICI_OK;
	fprintf(stderr, say(question), ref);
	if (fgets(line, sizeof(line), stdin))
		line[strcspn(line, "\n")] = '\0';
	if (strcmp(line, ref) == 0)
		return WICI_OK;
	return fail(c, WICI_USAGE, N_("not confirmed; nothing was done"));
}

enum wici_err cmd_cert_decide_run(struct client *c)
{
	enum wici_err err = confirm(c, client_string(c->params, "ref"));

	if (!err)
		err = rpc_call(c, c->verb->method, c->params, &c->result);
	return draft_exit(c, err);
}

void cmd_cert_decide_print(const struct client *c)
{
	const json_t *r = c->result;
	const char *verb = c->verb->verb;

	if (draft_is(r)) {
		draft_print(r);
		return;
	}
	print_line("%s", strcmp(verb, "suspend") == 0
				 ? _("The certificate is suspended.")
			 : strcmp(verb, "reinstate") == 0
				 ? _("The certificate holds again.")
				 : _("The certificate is revoked."));
	print_pair(0, _("Certificate"), client_string(r, "certificate"));
	print_pair(0, _("Decision"), client_string(r, "id"));
	print_pair(0, _("Reason"), client_string(r, "reason_id"));
}
