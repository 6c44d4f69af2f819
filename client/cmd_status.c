/* client/cmd_status.c — How things are here, and with the peers. */
#include "client/cmd.h"

#include "client/print.h"
#include "client/rpc.h"
#include "client/say.h"
#include "client/seal.h"
#include "client/verbs.h"
#include "proto/kinds.h"

#include <stdlib.h>
#include <string.h>

#define SYNC_WAIT_S 30
#define SYNC_LOOK_S 2 /* Long enough to ask the peers once. */

/* clang-format off */
static const struct { const char *code; const char *text; } words[] = {
	{"in_step", N_("in step")},
	{"syncing", N_("syncing")},
	{"connecting", N_("connecting")},
	{"waiting", N_("not reachable")},
	{"paused", N_("paused")},
	{"refused", N_("refused")},
	{"no_peer", N_("no peer is connected")},
	{"timeout", N_("it took too long")},
	{"duplicate", N_("this institution is connected there already; "
			 "perhaps a copy of this installation is running")},
	{"self", N_("it is this installation itself")},
	{"not_member", N_("this institution is not a member there")},
	{"network", N_("it belongs to another network")},
	{"token_wrong", N_("the invitation is not genuine")},
	{"token_used", N_("the invitation has already been used")},
	{"token_expired", N_("the invitation has expired")},
};

static const struct { const char *code; const char *text, *advice; }
warnings[] = {
	{"sealed", N_("Publishing is sealed: another copy of this "
		      "installation may exist."),
	 N_("if there is one, publish there and stop this one; or wici restore: "
	    "this one goes on with a new feed")},
	{"damaged", N_("Some of the store is damaged: publishing waits until "
		       "peers have brought it back."), N_("wici fsck")},
	{"read_only", N_("The disk is almost full: nothing more is written."),
	 N_("make room on the disk; wicid goes on by itself")},
	{"suspended", N_("The network has suspended this institution: what it "
			 "publishes does not count."), N_("wici roster log")},
	{"root_forked", N_("The root has contradicted itself: no certificate "
			   "can be confirmed until all its keys have chosen."),
	 N_("wici roster show")},
	{"newer_needed", N_("Some records need a newer version of wici."),
	 NULL},
	{"issuers_expired", N_("The list of issuers has expired: certificates "
			       "cannot be confirmed."), N_("wici roster show")},
	{"issuers_expiring", N_("The list of issuers will expire soon."),
	 N_("wici roster show")},
	{"single_root", N_("The network has one root key only; losing it is "
			   "losing the say over the network."), NULL},
	{"waiting_echo", N_("Since its start no peer has confirmed how far this "
			    "installation's records go; until then it keeps "
			    "drafts."), N_("wici peer list")},
	{"drafts", N_("Drafts wait to be published."), N_("wici draft list")},
	{"echo_overridden", N_("Drafts were published on somebody's word, and "
			       "no peer has confirmed it yet."), NULL},
	{"erasures_former", N_("Erasures of this institution are signed by a "
			       "key that counts no more: newcomers get its "
			       "records only up to there."),
	 N_("wici erase anew")},
	{"succeeded", N_("Another installation carries this one's feed on."),
	 N_("publish there, and stop this one")},
	{"renew_passphrase", N_("The new feed does not say yet which one it "
				"carries on: that takes the passphrase."),
	 N_("wici restore")},
	{"forked_feed", N_("An institution has written two histories of its "
			   "records: from where they part, none counts."),
	 NULL},
	{"peer_refused", N_("A peer refuses the connection."),
	 N_("wici peer list")},
	{"no_backup", N_("There is no backup of the last 8 days."),
	 N_("wici backup create FILE")},
};
/* clang-format on */

const char *cmd_status_word(const char *code)
{
	for (size_t i = 0; code && i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].code, code) == 0)
			return say(words[i].text);
	return code ? code : "—";
}

static void uptime(const json_t *status, char out[64])
{
	long long s = (long long)json_integer_value(
		json_object_get(status, "uptime_s"));

	if (s >= 2 * 86400)
		(void)snprintf(out, 64,
			       say_n("up %lld day", "up %lld days",
				     (unsigned long long)(s / 86400)),
			       s / 86400);
	else if (s >= 2 * 3600)
		(void)snprintf(out, 64, _("up %lld h"), s / 3600);
	else
		(void)snprintf(out, 64, _("up %lld min"), s / 60);
}

static void print_head(const json_t *s)
{
	const char *name = client_string(s, "name");
	const char *version = client_string(s, "version");
	char up[64], rest[128];
	int used;

	uptime(s, up);
	(void)snprintf(rest, sizeof(rest), "%s   wici %.40s", up,
		       version ? version : "?");
	if (!name || !name[0])
		name = _("(no identity yet)");
	print_colored(stdout, PRINT_BOLD, name);
	used = print_columns(name);
	if (used + 2 + print_columns(rest) > PRINT_WIDTH) {
		fputc('\n', stdout);
		used = 0;
	}
	printf("%*s", used < PRINT_LABEL - 1 ? PRINT_LABEL - used : 2, "");
	print_line("%s", rest);
}

static void print_records(const json_t *s)
{
	const json_t *records = json_object_get(s, "records");
	json_t *by_kind = json_object_get(records, "by_kind");
	long long pending =
		(long long)json_integer_value(json_object_get(s, "pending"));
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	const char *separator = " (";
	const char *name;
	json_t *count;

	if (!out)
		abort();
	fprintf(out, "%lld",
		(long long)json_integer_value(
			json_object_get(records, "total")));
	json_object_foreach(by_kind, name, count)
	{
		const struct wici_kind *kind =
			wici_kind_by_name(wici_bytes_str(name));

		fprintf(out, "%s%s: %lld", separator,
			kind ? say_label(&kind->label) : name,
			(long long)json_integer_value(count));
		separator = ", ";
	}
	if (json_object_size(by_kind))
		fputc(')', out);
	(void)fclose(out);
	print_pair(0, _("Records"), text);
	free(text);
	if (pending > 0) {
		char waiting[32];

		(void)snprintf(waiting, sizeof(waiting), "%lld", pending);
		print_pair(0, _("Not yet processed"), waiting);
	}
}

static const char *peer_name(const json_t *peer)
{
	const char *name = client_string(peer, "name");
	const char *address = client_string(peer, "address");

	return name && name[0] ? name : address ? address : "—";
}

/* "in step, 5 min ago"; "syncing, 41 behind"; "not reachable, reason" */
static void peer_state(const json_t *peer, char *out, size_t size)
{
	const char *state = client_string(peer, "state");
	const char *reason = client_string(peer, "reason");
	const char *last = client_string(peer, "last_contact");
	const json_t *behind = json_object_get(peer, "behind");
	int len = snprintf(out, size, "%s", cmd_status_word(state));
	bool is_in_step = state && strcmp(state, "in_step") == 0;

	if (len > 0 && (size_t)len < size && json_integer_value(behind) > 0)
		len += snprintf(out + len, size - (size_t)len,
				_(", %lld behind"),
				(long long)json_integer_value(behind));
	if (len > 0 && (size_t)len < size && reason && !is_in_step)
		len += snprintf(out + len, size - (size_t)len, ", %s",
				cmd_status_word(reason));
	if (len > 0 && (size_t)len < size && last)
		(void)snprintf(out + len, size - (size_t)len, ", %s",
			       print_ago(last));
}

static void print_peers(const json_t *s)
{
	const json_t *peers = json_object_get(s, "peers");
	size_t connected = 0;
	const json_t *peer;
	size_t i;
	char text[200];

	json_array_foreach(peers, i, peer)
	{
		const char *state = client_string(peer, "state");

		connected += state && (strcmp(state, "in_step") == 0 ||
				       strcmp(state, "syncing") == 0);
	}
	(void)snprintf(text, sizeof(text), _("%zu of %zu connected"), connected,
		       json_array_size(peers));
	print_pair(0, _("Peers"), text);
	json_array_foreach(peers, i, peer)
	{
		peer_state(peer, text, sizeof(text));
		print_pair(2, peer_name(peer), text);
	}
}

/* why NULL: the code says it all. */
static void print_warning(const char *code, const char *why)
{
	const char *text = code;
	const char *advice = NULL;

	for (size_t i = 0; i < sizeof(warnings) / sizeof(warnings[0]); i++)
		if (strcmp(warnings[i].code, code) == 0) {
			text = say(warnings[i].text);
			advice = warnings[i].advice;
		}
	print_colored(stdout, PRINT_YELLOW, _("WARNING"));
	fputs("  ", stdout);
	print_wrapped(stdout, text, print_columns(_("WARNING")) + 2);
	if (why) {
		printf("%*s%s: ", print_columns(_("WARNING")) + 2, "",
		       _("Why"));
		print_wrapped(stdout, say(seal_text(why)),
			      print_columns(_("WARNING")) + 2);
	}
	if (advice)
		print_line("%*s%s: %s", print_columns(_("WARNING")) + 2, "",
			   _("Try"), say(advice));
}

/* Which change needs it? */
static void print_newer(const json_t *s)
{
	const json_t *change = json_object_get(s, "newer_change");

	if (!json_is_integer(change))
		return;
	printf("%*s", print_columns(_("WARNING")) + 2, "");
	print_line(_("a newer version of wici is needed to read change %lld"),
		   (long long)json_integer_value(change));
}

/* Whose two histories? */
static void print_forked(const json_t *s)
{
	const json_t *feed;
	size_t i;

	json_array_foreach(json_object_get(s, "forked"), i, feed)
	{
		const char *name = client_string(feed, "name");

		print_line("%*s%s: %s", print_columns(_("WARNING")) + 2, "",
			   _("Who"),
			   name ? name : client_string(feed, "identity"));
	}
}

/* How many? */
static void print_formers(const json_t *s)
{
	const json_t *count = json_object_get(s, "erasures_former");

	printf("%*s", print_columns(_("WARNING")) + 2, "");
	print_line(_("their number: %lld"),
		   (long long)json_integer_value(count));
}

static void print_next(const char *next)
{
	if (!next)
		return;
	fputc('\n', stdout);
	if (strcmp(next, "init") == 0)
		print_line("%s: %s", _("Next"),
			   _("wici init --name \"NAME OF THE INSTITUTION\""));
	else if (strcmp(next, "network") == 0)
		print_line("%s: %s", _("Next"),
			   _("wici join TOKEN, or wici network create NAME"));
	else if (strcmp(next, "join_waiting") == 0)
		print_line("%s", _("Joining is under way, and goes on by "
				   "itself: wici sync --wait"));
}

static void print_roles(const json_t *s)
{
	const json_t *role = json_object_get(s, "role");
	const json_t *schemes = json_object_get(role, "issuer");
	const json_t *scheme;
	size_t i;

	if (json_is_true(json_object_get(role, "registrar")))
		print_pair(0, _("Role"), _("admits members (registrar)"));
	json_array_foreach(schemes, i, scheme)
	{
		char text[120];

		(void)snprintf(text, sizeof(text), _("issues certificates: %s"),
			       json_string_value(scheme));
		print_pair(0, _("Role"), text);
	}
}

/* Only what was read back and found whole is noted. */
static void print_backup(const json_t *s)
{
	const json_t *backup = json_object_get(s, "backup");
	char text[120];

	if (!json_is_object(backup))
		return;
	(void)snprintf(text, sizeof(text), _("%s, verified"),
		       print_ago(client_string(backup, "time")));
	print_pair(0, _("Backup"), text);
}

#define STATUS_WAITING 5 /* Of each side, in short. */

/* What waits is another question, and may have no answer yet. */
enum wici_err cmd_status_run(struct client *c)
{
	json_t *params = json_pack("{s:i}", "limit", STATUS_WAITING);
	json_t *waiting = NULL;
	enum wici_err err = rpc_call(c, c->verb->method, c->params, &c->result);

	if (!err && client_string(c->result, "network") &&
	    rpc_call(c, "waiting.list", params, &waiting) == WICI_OK)
		(void)json_object_set(c->result, "waiting", waiting);
	if (!err) {
		json_decref(c->error);
		c->error = NULL;
	}
	json_decref(waiting);
	json_decref(params);
	return err;
}

void cmd_status_print(const struct client *c)
{
	const json_t *s = c->result;
	const json_t *list = json_object_get(s, "warnings");
	const json_t *item;
	size_t i;

	print_head(s);
	print_pair(0, _("Network"), client_string(s, "network_name"));
	print_roles(s);
	print_records(s);
	if (client_string(s, "network"))
		print_peers(s);
	print_backup(s);
	if (json_array_size(list))
		fputc('\n', stdout);
	json_array_foreach(list, i, item)
	{
		const char *code = json_string_value(item);
		bool is_seal = code && strcmp(code, "sealed") == 0;

		print_warning(code ? code : "",
			      is_seal ? client_string(s, "sealed_reason")
				      : NULL);
		if (code && strcmp(code, "forked_feed") == 0)
			print_forked(s);
		if (code && strcmp(code, "newer_needed") == 0)
			print_newer(s);
		if (code && strcmp(code, "erasures_former") == 0)
			print_formers(s);
	}
	if (cmd_waiting_has(json_object_get(s, "waiting"))) {
		fputc('\n', stdout);
		cmd_waiting_print(c, json_object_get(s, "waiting"));
	}
	print_next(client_string(s, "next"));
}

void cmd_peer_list_print(const struct client *c)
{
	const json_t *items = json_object_get(c->result, "items");
	json_t *head = json_pack("[s,s,s]", _("Institution"), _("Address"),
				 _("State"));
	json_t *rows = json_array();
	const json_t *peer;
	size_t i;

	json_array_foreach(items, i, peer)
	{
		const char *name = client_string(peer, "name");
		const char *address = client_string(peer, "address");
		char text[200];

		peer_state(peer, text, sizeof(text));
		(void)json_array_append_new(
			rows, json_pack("[s,s,s]", name ? name : "—",
					address ? address : "—", text));
	}
	print_list(&c->options, head, rows, _("There are no peers yet."));
}

void cmd_peer_add_print(const struct client *c)
{
	print_line(_("Added: %s"), client_string(c->result, "address"));
}

void cmd_peer_remove_print(const struct client *c)
{
	print_line(_("Removed: %s"), client_string(c->result, "address"));
}

/* Without --wait: how it stands at this moment, as the peers answer. */
enum wici_err cmd_sync_run(struct client *c)
{
	bool waits = json_is_true(json_object_get(c->local, "wait"));
	json_t *seconds = json_object_get(c->params, "timeout");
	json_int_t wait = seconds ? json_integer_value(seconds)
			  : waits ? SYNC_WAIT_S
				  : SYNC_LOOK_S;
	enum wici_err err;

	if (wait > 86400)
		wait = 86400;
	(void)json_object_set_new(c->params, "timeout", json_integer(wait));
	err = rpc_call_within(c, c->verb->method, c->params,
			      (int)wait * 1000 + 30000, &c->result);
	if (!err && waits &&
	    !json_is_true(json_object_get(c->result, "in_step")))
		c->exit = 7;
	return err;
}

static long long number(const json_t *r, const char *key)
{
	return (long long)json_integer_value(json_object_get(r, key));
}

void cmd_sync_print(const struct client *c)
{
	const json_t *r = c->result;
	const char *reason = client_string(r, "reason");
	const json_t *peers = json_object_get(r, "peers");
	const json_t *peer;
	size_t i;

	if (json_is_true(json_object_get(r, "in_step")))
		print_line("%s", _("In step with every connected peer."));
	else
		print_line("%s%s%s", _("Not in step"), reason ? ": " : "",
			   reason ? cmd_status_word(reason) : "");
	json_array_foreach(peers, i, peer)
		print_pair(2, peer_name(peer),
			   cmd_status_word(client_string(peer, "state")));
	print_line(_("%lld entries received, %lld sent (%lld and %lld bytes)"),
		   number(r, "received"), number(r, "sent"),
		   number(r, "bytes_in"), number(r, "bytes_out"));
}
