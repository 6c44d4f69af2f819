/* client/cmd_roster.c — Who is in the network, and who may do what. */
#include "client/cmd.h"

#include "client/body.h"
#include "client/print.h"
#include "client/say.h"
#include "proto/kinds/institution.h"

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
		const char *name = client_string(item, "name");
		const char *short_name = client_string(item, "short_name");
		const char *city = client_string(item, "city");
		char role[160];
		char count[24];

		(void)snprintf(count, sizeof(count), "%lld",
			       (long long)json_integer_value(
				       json_object_get(item, "records")));
		(void)json_array_append_new(
			rows, json_pack("[s,s,s,s,s]", name ? name : "—",
					short_name ? short_name : "—",
					city ? city : "—", count,
					role_of(item, role)));
	}
	print_list(&c->options, head, rows,
		   _("There are no institutions yet."));
}

void cmd_institution_show_print(const struct client *c)
{
	const json_t *r = c->result;
	const char *name = client_string(r, "name");
	char role[160];

	print_colored(stdout, PRINT_BOLD, name ? name : "—");
	fputc('\n', stdout);
	print_pair(0, _("Identity"), client_string(r, "identity"));
	print_pair(0, _("Role"), role_of(r, role));
	if (!json_is_object(json_object_get(r, "profile"))) {
		print_line("%s", _("It has published no profile yet."));
		return;
	}
	print_line("%s", _("What it says of itself:"));
	body_print(&wici_kind_institution_profile,
		   json_object_get(r, "profile"), NULL);
}

static void print_issuers(const json_t *r)
{
	const json_t *issuer;
	size_t i;

	json_array_foreach(json_object_get(r, "issuers"), i, issuer)
	{
		const char *name = client_string(issuer, "name");
		const char *scheme = client_string(issuer, "scheme");
		char text[300];

		(void)snprintf(
			text, sizeof(text), "%s: %s", scheme ? scheme : "—",
			name ? name
			     : print_id(client_string(issuer, "identity")));
		print_pair(0, _("Issuer"), text);
	}
}

void cmd_roster_print(const struct client *c)
{
	const json_t *r = c->result;
	const json_t *policy = json_object_get(r, "policy");
	const json_t *registrar = json_object_get(r, "registrar");
	const char *name = client_string(registrar, "name");
	char text[160];

	print_pair(0, _("Network"), client_string(r, "name"));
	print_pair(0, _("Id"), client_string(r, "network"));
	(void)snprintf(
		text, sizeof(text), "%lld",
		(long long)json_integer_value(json_object_get(r, "version")));
	print_pair(0, _("Version"), text);
	(void)snprintf(text, sizeof(text), _("%lld of %zu root keys decide"),
		       (long long)json_integer_value(
			       json_object_get(policy, "threshold")),
		       json_array_size(json_object_get(policy, "keys")));
	print_pair(0, _("Policy"), text);
	print_pair(0, _("Registrar"),
		   name ? name
			: print_id(client_string(registrar, "identity")));
	print_issuers(r);
	print_pair(0, _("Issuers listed until"), client_string(r, "expires"));
	if (json_is_true(json_object_get(r, "expired")))
		print_line("%s", _("WARNING: the list of issuers has expired; "
				   "certificates cannot be confirmed."));
	(void)snprintf(
		text, sizeof(text), "%lld",
		(long long)json_integer_value(json_object_get(r, "members")));
	print_pair(0, _("Members"), text);
}
