/* client/cmd_cert.c — Certificates: lists, acts, verdicts. */
#include "client/cmd.h"

#include "client/confirm.h"
#include "client/print.h"
#include "client/rpc.h"
#include "client/say.h"
#include "client/verdict_text.h"
#include "client/verbs.h"
#include "proto/kinds.h"
#include "proto/verdict.h"

#include <stdlib.h>
#include <string.h>

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

/* --waiting: the applications and charges that lead to certificates. */
enum wici_err cmd_cert_list_run(struct client *c)
{
	if (json_object_get(c->local, "waiting"))
		return cmd_waiting_run(c);
	return rpc_call(c, c->verb->method, c->params, &c->result);
}

static void print_certificates(const struct client *c)
{
	const json_t *items = json_object_get(c->result, "items");
	const char *next = client_string(c->result, "next");
	/* Of what ends soon the last day matters, and is never cut off. */
	bool is_ending = json_object_get(c->params, "expiring");
	json_t *head = json_pack(
		"[s,s,s,s,s]", _("Number or id"), _("Verdict"), _("Holder"),
		is_ending ? _("Valid until") : _("Valid"), _("Issuer"));
	json_t *rows = json_array();
	const json_t *item;
	size_t i;

	json_array_foreach(items, i, item)
	{
		const char *number = client_string(item, "number");
		const char *until = client_string(item, "valid_until");
		char span[64];

		(void)json_array_append_new(
			rows,
			json_pack("[s,s,s,s,s]",
				  number ? number
					 : print_id(client_string(item, "id")),
				  verdict_word(client_string(item, "verdict")),
				  name_in(item, "holder"),
				  is_ending && until ? until
						     : span_of(item, span),
				  name_in(item, "issuer")));
	}
	print_list(&c->options, head, rows,
		   is_ending ? _("No certificate in force ends by then.")
			     : _("There are no certificates yet."));
	if (next)
		print_note(&c->options, _("There are more: --after %s"), next);
}

void cmd_cert_list_print(const struct client *c)
{
	if (json_object_get(c->local, "waiting"))
		cmd_waiting_print(c, c->result);
	else
		print_certificates(c);
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
	const json_t *body = json_object_get(act, "body");
	const char *reason = client_string(body, "text");
	const char *from = client_string(body, "effective");

	printf("  %s  %s  ", print_time(client_string(act, "time")),
	       print_id(client_string(act, "id")));
	print_wrapped(stdout, what ? what : "—", ACT_AT);
	printf("%*s", ACT_AT, "");
	print_wrapped(stdout, name_in(act, "author"), ACT_AT);
	if (from)
		print_line("%*s%s %s", ACT_AT, "", _("From the day"), from);
	if (json_is_false(effective))
		print_line("      %s%s%s", _("without effect"), why ? ": " : "",
			   why ? verdict_code(why) : "");
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

	print_colored(stdout, verdict_color(verdict), verdict_word(verdict));
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
		c->exit = verdict_exit(client_string(c->result, "verdict"));
	return err;
}

static bool has_failed(const json_t *r, const char *check)
{
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(r, "checks"), i, item)
	{
		const char *name = client_string(item, "name");

		if (name && strcmp(name, check) == 0 &&
		    json_is_false(json_object_get(item, "ok")))
			return true;
	}
	return false;
}

/* VALID is of one day: what has been announced for another is not left out. */
static const char *means_of(const json_t *r, const char *verdict)
{
	const json_t *cert = json_object_get(r, "certificate");
	const char *means = client_string(r, "_means");

	if (means || !verdict)
		return means ? means : verdict_means(verdict);
	if (strcmp(verdict, "REVOKED") == 0 &&
	    json_is_true(json_object_get(cert, "by_root")))
		return _("The root of the network took it away.");
	if (strcmp(verdict, "VALID") == 0 &&
	    client_string(cert, "revoked_from"))
		return _("Genuine, and in force on that day; but revoked from "
			 "the day below.");
	if (strcmp(verdict, "VALID") == 0 &&
	    client_string(cert, "suspended_from"))
		return _("Genuine, and in force on that day; but suspended "
			 "from the day below.");
	if (strcmp(verdict, "UNDATED") == 0 &&
	    (has_failed(r, "beacon") || has_failed(r, "witness") ||
	     has_failed(r, "registrar")))
		return _("Granted; the issuer states no dates, and what is "
			 "known here is too old, or not enough, to say "
			 "whether it was revoked since.");
	return verdict_means(verdict);
}

/* "Asked about 2024-05-05: " where the day was given: what holds on it need not
 * hold today. */
static void print_means(const struct client *c, const char *means)
{
	const char *on = client_string(c->result, "on");
	bool is_given = json_object_get(c->params, "on") ||
			json_object_get(c->local, "on");
	char *text = NULL;

	if (asprintf(&text, "%s %s: %s", _("Asked about"), on ? on : "",
		     means) < 0)
		abort();
	fputs("  ", stdout);
	print_wrapped(stdout, is_given && on ? text : means, 2);
	free(text);
}

/* The certificate in one line, beside the verdict. */
static void print_verdict(const struct client *c)
{
	const json_t *r = c->result;
	const char *verdict = client_string(r, "verdict");
	const json_t *cert = json_object_get(r, "certificate");
	const char *number = client_string(cert, "number");
	const char *name = client_string(cert, "name");
	const char *word = verdict_word(verdict);
	char *text = NULL;

	if (asprintf(&text, "%s%s%s", number ? number : "",
		     number && name ? ", " : "", name ? name : "") < 0)
		abort();
	print_colored(stdout, verdict_color(verdict), word);
	if (text[0])
		fputs("   ", stdout);
	print_wrapped(stdout, text, print_columns(word) + 3);
	free(text);
	print_means(c, means_of(r, verdict));
}

void cmd_cert_verify_print(const struct client *c)
{
	const json_t *r = c->result;
	const char *verdict = client_string(r, "verdict");
	const json_t *cert = json_object_get(r, "certificate");

	print_verdict(c);
	/* Of a text that was changed nothing is worth repeating. */
	if (verdict && strcmp(verdict, "BAD_SIGNATURE") == 0)
		cert = NULL;
	if (json_is_object(cert)) {
		fputc('\n', stdout);
		print_cert(cert);
	}
	fputc('\n', stdout);
	verdict_print_checks(r, c->exit != 7);
	fputc('\n', stdout);
	print_pair(2, _("Asked about"), client_string(r, "on"));
	print_pair(2, _("As of"),
		   client_string(r, "as_of")
			   ? print_time(client_string(r, "as_of"))
			   : NULL);
}

/* It cannot be taken back silently. */
static enum wici_err confirm_decision(struct client *c)
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

	return confirm(c, question, client_string(c->params, "ref"));
}

enum wici_err cmd_cert_decide_run(struct client *c)
{
	enum wici_err err = confirm_decision(c);

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
	print_pair(0, _("From the day"), client_string(c->params, "effective"));
	print_pair(0, _("Certificate"), client_string(r, "certificate"));
	print_pair(0, _("Decision"), client_string(r, "id"));
	print_pair(0, _("Reason"), client_string(r, "reason_id"));
}
