/* client/cmd_roster.c — Who is in the network, and who may do what. */
#include "client/cmd.h"

#include "client/body.h"
#include "client/change_text.h"
#include "client/print.h"
#include "client/say.h"
#include "proto/kinds/institution.h"

#include <string.h>

static void join(const json_t *list, char *out, size_t size)
{
	const json_t *item;
	size_t used = 0;
	size_t i;

	out[0] = '\0';
	json_array_foreach(list, i, item)
	{
		int len = snprintf(out + used, size - used, "%s%s",
				   i ? ", " : "", json_string_value(item));

		if (len < 0 || (size_t)len >= size - used)
			return;
		used += (size_t)len;
	}
}

/* "registrar, osl" */
static const char *role_of(const json_t *member, char out[160])
{
	bool admits = json_is_true(json_object_get(member, "registrar"));
	char schemes[100];

	join(json_object_get(member, "issuer"), schemes, sizeof(schemes));
	(void)snprintf(out, 160, "%s%s%s%s", admits ? _("registrar") : "",
		       admits && schemes[0] ? ", " : "",
		       schemes[0] ? _("issuer: ") : "", schemes);
	return out;
}

/* "MOPS Mława → Centrum Usług Społecznych": the roster's word, and its own. */
static const char *names_of(const json_t *member, char out[500])
{
	const char *name = client_string(member, "name");
	const char *own = client_string(member, "calls_itself");

	(void)snprintf(out, 500, "%s%s%s", name ? name : "—", own ? " → " : "",
		       own ? own : "");
	return out;
}

void cmd_institution_list_print(const struct client *c)
{
	const json_t *items = json_object_get(c->result, "items");
	json_t *head =
		json_pack("[s,s,s,s,s]", _("Institution"), _("Short name"),
			  _("City"), _("Records"), _("Role"));
	json_t *rows = json_array();
	const json_t *item;
	size_t i;

	json_array_foreach(items, i, item)
	{
		const char *short_name = client_string(item, "short_name");
		const char *city = client_string(item, "city");
		char role[160];
		char names[500];
		char count[24];

		(void)snprintf(count, sizeof(count), "%lld",
			       (long long)json_integer_value(
				       json_object_get(item, "records")));
		(void)json_array_append_new(
			rows, json_pack("[s,s,s,s,s]", names_of(item, names),
					short_name ? short_name : "—",
					city ? city : "—", count,
					role_of(item, role)));
	}
	print_list(&c->options, head, rows,
		   _("There are no institutions yet."));
}

/* What it was called, and what it was, with the days on which it said so. */
static void print_history(const json_t *history)
{
	json_t *head;
	json_t *rows;
	const json_t *item;
	size_t i;

	if (json_array_size(history) < 2)
		return;
	head = json_pack("[s,s,s,s]", _("Stated on"), _("Name"),
			 _("Short name"), _("Type"));
	rows = json_array();
	json_array_foreach(history, i, item)
	{
		const char *name = client_string(item, "name");
		const char *short_name = client_string(item, "short_name");
		const char *type = client_string(item, "type");
		char day[16];

		(void)snprintf(day, sizeof(day), "%.10s",
			       print_time(client_string(item, "time")));
		(void)json_array_append_new(
			rows, json_pack("[s,s,s,s]", day, name ? name : "—",
					short_name ? short_name : "—",
					type ? type : "—"));
	}
	print_line("\n%s", _("What it has been called:"));
	print_table(head, rows);
	json_decref(head);
	json_decref(rows);
}

void cmd_institution_show_print(const struct client *c)
{
	const json_t *r = c->result;
	const char *name = client_string(r, "name");
	char role[160];

	print_colored(stdout, PRINT_BOLD, name ? name : "—");
	fputc('\n', stdout);
	print_pair(0, _("Identity"), client_string(r, "identity"));
	print_pair(0, _("Calls itself"), client_string(r, "calls_itself"));
	print_pair(0, _("Role"), role_of(r, role));
	if (!json_is_object(json_object_get(r, "profile"))) {
		print_line("%s", _("It has published no profile yet."));
		return;
	}
	print_line("%s", _("What it says of itself:"));
	body_print(&wici_kind_institution_profile,
		   json_object_get(r, "profile"), json_object_get(r, "names"));
	print_history(json_object_get(r, "history"));
}

static const char *name_or_id(const json_t *o)
{
	const char *name = client_string(o, "name");

	return name ? name : print_id(client_string(o, "identity"));
}

static long long number(const json_t *o, const char *key)
{
	return (long long)json_integer_value(json_object_get(o, key));
}

static void print_number(const char *label, const json_t *o, const char *key)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%lld", number(o, key));
	print_pair(0, label, text);
}

/* "MOPS Mława, up to entry 12" */
static void print_cuts(const char *label, const json_t *list)
{
	const json_t *row;
	size_t i;

	json_array_foreach(list, i, row)
	{
		char text[300];

		(void)snprintf(text, sizeof(text), _("%s, up to entry %lld"),
			       name_or_id(row), number(row, "seq"));
		print_pair(2, label, text);
	}
}

static void print_issuers(const json_t *r)
{
	const json_t *issuer;
	size_t i;

	json_array_foreach(json_object_get(r, "issuers"), i, issuer)
	{
		const char *scheme = client_string(issuer, "scheme");
		char text[300];

		(void)snprintf(text, sizeof(text), "%s: %s",
			       scheme ? scheme : "—", name_or_id(issuer));
		print_pair(0, _("Issuer"), text);
		print_cuts(_("before it"), json_object_get(issuer, "closed"));
	}
}

/* Each root key: whose it is, and its first digits. */
static void print_root_keys(const json_t *policy)
{
	const json_t *holder;
	size_t i;

	json_array_foreach(json_object_get(policy, "holders"), i, holder)
	{
		const char *name = client_string(holder, "name");
		char text[300];

		(void)snprintf(text, sizeof(text), "%s  %s",
			       print_id(client_string(holder, "key")),
			       name ? name : _("a card"));
		print_pair(2, _("Root key"), text);
	}
}

static void print_policy(const json_t *r)
{
	const json_t *policy = json_object_get(r, "policy");
	char text[160];

	(void)snprintf(text, sizeof(text), _("%lld of %zu root keys decide"),
		       number(policy, "threshold"),
		       json_array_size(json_object_get(policy, "keys")));
	print_pair(0, _("Policy"), text);
	print_root_keys(policy);
}

static void print_named(const json_t *r, const char *key, const char *label)
{
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(r, key), i, row)
		print_pair(0, label, name_or_id(row));
}

static void print_revocations(const json_t *r)
{
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(r, "revocations"), i, row)
	{
		char text[160];

		(void)snprintf(text, sizeof(text), _("%s, from %.12s on"),
			       print_id(client_string(row, "certificate")),
			       client_string(row, "effective"));
		print_pair(0, _("Revoked by the root"), text);
	}
}

static void print_quotas(const json_t *r)
{
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(r, "quotas"), i, row)
	{
		char text[300];

		(void)snprintf(text, sizeof(text),
			       _("%s: %lld entries, %lld bytes"),
			       name_or_id(row), number(row, "entries"),
			       number(row, "bytes"));
		print_pair(0, _("Quota"), text);
	}
}

static void print_relays(const json_t *r)
{
	const json_t *row, *address;
	size_t i, k;

	json_array_foreach(json_object_get(r, "relays"), i, row)
	{
		print_pair(0, _("Relay"), name_or_id(row));
		json_array_foreach(json_object_get(row, "addresses"), k,
				   address)
			print_pair(2, _("Address"), json_string_value(address));
	}
}

static void print_feeds(const json_t *r)
{
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(r, "feeds"), i, row)
	{
		char text[300];

		(void)snprintf(text, sizeof(text),
			       json_is_true(json_object_get(row, "open"))
				       ? _("%s  %s, goes on")
				       : _("%s  %s, ends at entry %lld"),
			       print_id(client_string(row, "feed")),
			       name_or_id(row), number(row, "seq"));
		print_pair(0, _("Feed"), text);
	}
}

/* Nothing more is decided until all root keys have chosen. */
static void print_fork(const json_t *r)
{
	const json_t *id;
	size_t i;

	if (!json_is_true(json_object_get(r, "is_forked")))
		return;
	print_wrapped(stdout,
		      _("WARNING: the root has contradicted itself; no "
			"certificate can be confirmed until all root keys say "
			"which change stands: wici roster stands ID"),
		      0);
	json_array_foreach(json_object_get(r, "rivals"), i, id)
		print_pair(2, _("Change"), json_string_value(id));
}

static void print_lists(const json_t *r)
{
	print_named(r, "suspended", _("Suspended"));
	print_revocations(r);
	print_named(r, "witnesses", _("Witness"));
	print_relays(r);
	print_quotas(r);
	print_feeds(r);
}

void cmd_roster_print(const struct client *c)
{
	const json_t *r = c->result;
	const json_t *registrar = json_object_get(r, "registrar");

	print_pair(0, _("Network"), client_string(r, "name"));
	print_pair(0, _("Id"), client_string(r, "network"));
	print_number(_("Version"), r, "version");
	print_policy(r);
	print_pair(0, _("Registrar"), name_or_id(registrar));
	print_cuts(_("before it"), json_object_get(registrar, "before"));
	print_issuers(r);
	print_pair(0, _("Issuers listed until"), client_string(r, "expires"));
	print_number(_("Members"), r, "members");
	print_lists(r);
	if (json_is_true(json_object_get(r, "expired")))
		print_line("%s", _("WARNING: the list of issuers has expired; "
				   "certificates cannot be confirmed."));
	if (json_is_true(json_object_get(r, "needs_newer")))
		print_line(_("a newer version of wici is needed to read change "
			     "%lld"),
			   number(r, "newer_change"));
	print_fork(r);
}

/* clang-format off */
static const struct { const char *code; const char *text; } states[] = {
	{"standing", N_("in force")},
	{"rival", N_("contradicted by another one")},
	{"choice", N_("chooses between changes that contradict each other")},
	{"waiting", N_("waits for a change before it, or for approvals")},
	{"newer", N_("needs a newer version of wici")},
	{"evidence", N_("does not stand; kept as evidence")},
};
/* clang-format on */

static const char *state_text(const char *code)
{
	for (size_t i = 0; code && i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(states[i].code, code) == 0)
			return say(states[i].text);
	return code;
}

void cmd_roster_log_print(const struct client *c)
{
	const char *next = client_string(c->result, "next");
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(c->result, "items"), i, item)
	{
		const json_t *approvals = json_object_get(item, "approvals");
		char text[80];

		if (i)
			fputc('\n', stdout);
		change_text_head(stdout, "", item);
		print_pair(2, _("Id"), client_string(item, "id"));
		print_pair(2, _("State"),
			   state_text(client_string(item, "state")));
		(void)snprintf(text, sizeof(text), _("%lld of %lld"),
			       number(approvals, "have"),
			       number(approvals, "need"));
		print_pair(2, _("Approved by"), text);
		change_text(stdout, "  ", json_object_get(item, "ops"));
	}
	if (next)
		print_note(&c->options, _("There are more: --after %s"), next);
}
