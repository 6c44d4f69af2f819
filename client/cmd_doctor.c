/* client/cmd_doctor.c — wici doctor: is everything well, and what to do where
 * it is not.
 *
 * wicid looks at most of it; here the service itself is looked at, and what a
 * client alone sees. The sentences are doctor_text.c's. */
#include "client/cmd.h"

#include "client/doctor_text.h"
#include "client/fail.h"
#include "client/print.h"
#include "client/rpc.h"
#include "client/say.h"
#include "client/verbs.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define COLUMN   8 /* Where sentences begin. */
#define TEXT_MAX 600

static json_t *row(const char *name, const char *state, const char *code)
{
	return json_pack("{s:s,s:s,s:s}", "name", name, "state", state, "code",
			 code);
}

static void add_user(const struct client *c, json_t *check)
{
	struct ucred who = {.uid = (uid_t)-1};
	socklen_t len = sizeof(who);
	const struct passwd *user = NULL;

	if (getsockopt(c->socket, SOL_SOCKET, SO_PEERCRED, &who, &len) == 0)
		user = getpwuid(who.uid);
	(void)json_object_set_new(
		check, "user", user ? json_string(user->pw_name) : json_null());
}

/* What wicid has to say, or why it says nothing. */
static json_t *check_daemon(struct client *c, json_t **reply)
{
	enum wici_err err = rpc_call(c, "doctor.get", NULL, reply);
	json_t *check;

	if (!err) {
		check = row("daemon", "ok", "answers");
		add_user(c, check);
	} else if (err == WICI_NO_DAEMON || err == WICI_NOT_PERMITTED) {
		check = row("daemon", "bad", wici_err_code(err));
		c->exit = wici_err_exit(err);
	} else {
		check = row("daemon", "bad", "older");
	}
	(void)json_object_set_new(check, "socket",
				  json_string(c->options.socket));
	return check;
}

static json_t *check_version(const json_t *reply)
{
	const char *version = client_string(reply, "version");
	bool is_same = version && strcmp(version, WICI_VERSION) == 0;
	json_t *check = row("version", is_same ? "ok" : "warn",
			    is_same ? "same" : "differs");

	(void)json_object_set_new(check, "wici", json_string(WICI_VERSION));
	(void)json_object_set_new(check, "wicid",
				  version ? json_string(version) : json_null());
	return check;
}

/* Only who may look into its folder can tell that the file is gone. */
static void look_for_backup(json_t *check)
{
	const char *name = client_string(check, "name");
	const char *path = client_string(check, "path");
	const char *state = client_string(check, "state");
	struct stat st;

	if (!name || !path || !state || strcmp(name, "backup") != 0 ||
	    strcmp(state, "ok") != 0)
		return;
	if (stat(path, &st) == 0 || errno != ENOENT)
		return;
	(void)json_object_set_new(check, "state", json_string("warn"));
	(void)json_object_set_new(check, "code", json_string("gone"));
}

enum wici_err cmd_doctor_run(struct client *c)
{
	json_t *checks = json_array();
	json_t *reply = NULL;
	const json_t *theirs;
	json_t *check;
	size_t i;

	(void)json_array_append_new(checks, check_daemon(c, &reply));
	if (reply)
		(void)json_array_append_new(checks, check_version(reply));
	theirs = json_object_get(reply, "checks");
	json_array_foreach(theirs, i, check)
	{
		look_for_backup(check);
		(void)json_array_append(checks, check);
	}
	json_array_foreach(checks, i, check)
	{
		const char *state = client_string(check, "state");

		if (c->exit == 0 && state && strcmp(state, "bad") == 0)
			c->exit = 1;
	}
	c->result = json_pack("{s:o}", "checks", checks);
	json_decref(reply);
	return WICI_OK;
}

/* ---- what was found, more closely ---- */

static long long number(const json_t *check, const char *key)
{
	return (long long)json_integer_value(json_object_get(check, key));
}

static void detail_daemon(const json_t *check, char *out)
{
	const char *user = client_string(check, "user");

	(void)snprintf(out, TEXT_MAX, user ? _("%s, as user %s") : "%s",
		       client_string(check, "socket"), user);
}

static void detail_version(const json_t *check, char *out)
{
	const char *wicid = client_string(check, "wicid");

	(void)snprintf(out, TEXT_MAX, "wici %s, wicid %s",
		       client_string(check, "wici"), wicid ? wicid : "?");
}

static void detail_time(const json_t *check, char *out)
{
	const char *path = client_string(check, "path");
	const char *time = client_string(check, "time");

	if (!time)
		return;
	(void)snprintf(out, TEXT_MAX, "%s%s%s", print_ago(time),
		       path ? ", " : "", path ? path : "");
}

static void detail_network(const json_t *check, char *out)
{
	const char *name = client_string(check, "network_name");

	if (name)
		(void)snprintf(out, TEXT_MAX, _("%s, members: %lld"), name,
			       number(check, "members"));
}

static void detail_root(const json_t *check, char *out)
{
	(void)snprintf(out, TEXT_MAX, _("%lld of %lld keys decide"),
		       number(check, "threshold"), number(check, "keys"));
}

static void detail_issuers(const json_t *check, char *out)
{
	const char *day = client_string(check, "expires");

	if (day)
		(void)snprintf(out, TEXT_MAX, _("until %s"), day);
}

/* "cal, 2026-11-21 02:03". */
static void detail_word(const json_t *check, char *out)
{
	const char *scheme = client_string(check, "scheme");
	const char *time = client_string(check, "time");

	(void)snprintf(out, TEXT_MAX, "%.40s, %.20s", scheme ? scheme : "",
		       time ? print_time(time) : "");
}

static void detail_feed(const json_t *check, char *out)
{
	if (json_object_get(check, "seq"))
		(void)snprintf(out, TEXT_MAX, _("its entries: %lld"),
			       number(check, "seq"));
}

static void detail_echo(const json_t *check, char *out)
{
	if (strcmp(client_string(check, "code"), "waiting") == 0)
		(void)snprintf(out, TEXT_MAX, _("%lld of %lld"),
			       number(check, "heard"), number(check, "needed"));
}

static void detail_drafts(const json_t *check, char *out)
{
	if (number(check, "count"))
		(void)snprintf(out, TEXT_MAX, _("%lld, the oldest: %s"),
			       number(check, "count"),
			       print_ago(client_string(check, "oldest")));
}

static void detail_peers(const json_t *check, char *out)
{
	if (number(check, "total"))
		(void)snprintf(out, TEXT_MAX, _("%lld of %lld connected"),
			       number(check, "connected"),
			       number(check, "total"));
}

static void detail_count(const json_t *check, char *out)
{
	if (number(check, "count"))
		(void)snprintf(out, TEXT_MAX, "%lld", number(check, "count"));
}

static void detail_erasures(const json_t *check, char *out)
{
	const char *name = client_string(check, "institution");

	if (name)
		(void)snprintf(out, TEXT_MAX, "%s", name);
	else
		detail_count(check, out);
}

static void detail_newer(const json_t *check, char *out)
{
	if (json_object_get(check, "change"))
		(void)snprintf(out, TEXT_MAX, _("change %lld"),
			       number(check, "change"));
}

static void detail_listen(const json_t *check, char *out)
{
	const char *address = client_string(check, "address");

	(void)snprintf(out, TEXT_MAX, "%s", address ? address : "");
}

static void detail_clock(const json_t *check, char *out)
{
	const json_t *author = json_object_get(check, "author");
	const char *name = client_string(author, "name");

	if (strcmp(client_string(check, "code"), "behind") == 0)
		(void)snprintf(out, TEXT_MAX, "%s, %s",
			       print_time(client_string(check, "newest")),
			       name ? name : "?");
	else if (strcmp(client_string(check, "code"), "went_back") == 0)
		(void)snprintf(out, TEXT_MAX, "%s",
			       print_time(client_string(check, "newest")));
}

static void detail_disk(const json_t *check, char *out)
{
	if (json_object_get(check, "free"))
		(void)snprintf(out, TEXT_MAX, _("%.1f GiB free"),
			       (double)number(check, "free") /
				       (double)(1 << 30));
}

static void detail_folder(const json_t *check, char *out)
{
	const char *path = client_string(check, "path");
	const char *file = client_string(check, "file");

	(void)snprintf(out, TEXT_MAX, "%s%s%s", path ? path : "",
		       file ? "/" : "", file ? file : "");
}

static void detail_store(const json_t *check, char *out)
{
	int len = snprintf(out, TEXT_MAX,
			   _("%lld entries in %lld feeds, %.1f MiB"),
			   number(check, "entries"), number(check, "feeds"),
			   (double)number(check, "bytes") / (1 << 20));

	if (number(check, "pending") && len > 0 && len < TEXT_MAX)
		(void)snprintf(out + len, TEXT_MAX - (size_t)len,
			       _("; %lld not yet processed"),
			       number(check, "pending"));
}

static const struct {
	const char *name;
	void (*write)(const json_t *check, char *out);
} details[] = {
	{"daemon", detail_daemon},   {"version", detail_version},
	{"card", detail_time},       {"backup", detail_time},
	{"network", detail_network}, {"root", detail_root},
	{"issuers", detail_issuers}, {"feed", detail_feed},
	{"echo", detail_echo},       {"drafts", detail_drafts},
	{"peers", detail_peers},     {"forks", detail_count},
	{"word", detail_word},       {"newer", detail_newer},
	{"listen", detail_listen},   {"clock", detail_clock},
	{"disk", detail_disk},       {"folder", detail_folder},
	{"store", detail_store},     {"erasures", detail_erasures},
};

static void detail(const json_t *check, const char *name, char *out)
{
	out[0] = '\0';
	for (size_t i = 0; i < sizeof(details) / sizeof(details[0]); i++)
		if (strcmp(details[i].name, name) == 0)
			details[i].write(check, out);
}

/* ---- the report ---- */

static void print_state(const char *state)
{
	const char *word = "—";
	int used;

	if (strcmp(state, "ok") == 0)
		print_colored(stdout, PRINT_GREEN, word = _("OK"));
	else if (strcmp(state, "warn") == 0)
		print_colored(stdout, PRINT_YELLOW, word = _("WARN"));
	else if (strcmp(state, "bad") == 0)
		print_colored(stdout, PRINT_RED, word = _("ERROR"));
	else
		print_text(stdout, word);
	used = print_columns(word);
	printf("%*s", used < COLUMN ? COLUMN - used : 1, "");
}

static void print_below(const char *label, const char *text)
{
	int at = COLUMN;

	printf("%*s", COLUMN, "");
	if (label) {
		printf("%s: ", label);
		at += print_columns(label) + 2;
	}
	print_wrapped(stdout, text, at);
}

/* What must be typed for a right to come to this installation's feed. */
static void print_right(const json_t *check, const json_t *item)
{
	const char *role = client_string(item, "role");
	const char *scheme = client_string(item, "scheme");
	const char *who = client_string(check, "institution");
	char text[TEXT_MAX];

	if (role && strcmp(role, "registrar") == 0)
		(void)snprintf(text, sizeof(text),
			       "wici roster registrar \"%s\"", who ? who : "?");
	else
		(void)snprintf(text, sizeof(text),
			       "wici key token; wici roster issuers %s \"%s\"",
			       scheme ? scheme : "?", who ? who : "?");
	print_below(_("Try"), text);
}

static void print_item(const json_t *check, const json_t *item)
{
	const char *who =
		client_string(json_object_get(item, "author"), "name");
	const char *reason = client_string(item, "reason");
	const char *last = client_string(item, "last_contact");
	char text[TEXT_MAX];

	if (client_string(item, "role")) {
		print_right(check, item);
		return;
	}
	if (!who)
		who = client_string(item, "name");
	if (!who)
		who = client_string(item, "address");
	(void)snprintf(text, sizeof(text), "%s%s%s%s%s", who ? who : "?",
		       reason ? ", " : "",
		       reason ? cmd_status_word(reason) : "", last ? ", " : "",
		       last ? print_ago(last) : "");
	print_below(NULL, text);
}

/* Where the socket itself refused us, its error knows best what to do. */
static const char *advice_for(const struct client *c, const char *name,
			      const struct doctor_text *text)
{
	const char *advised = client_string(c->error, "_advised");

	if (strcmp(name, "daemon") == 0 && advised)
		return advised;
	return text->advice ? say(text->advice) : NULL;
}

static void print_check(const struct client *c, const json_t *check)
{
	const char *name = client_string(check, "name");
	const char *code = client_string(check, "code");
	const char *state = client_string(check, "state");
	const struct doctor_text *text =
		name && code ? doctor_text(name, code) : NULL;
	const json_t *item;
	char line[2 * TEXT_MAX];
	char more[TEXT_MAX];
	size_t i;

	print_state(state ? state : "");
	if (!text) {
		(void)snprintf(line, sizeof(line), "%s: %s", name ? name : "?",
			       code ? code : "?");
		print_wrapped(stdout, line, COLUMN);
		return;
	}
	detail(check, name, more);
	(void)snprintf(line, sizeof(line), "%s%s%s", say(text->what),
		       more[0] ? ": " : "", more);
	print_wrapped(stdout, line, COLUMN);
	if (text->why)
		print_below(NULL, say(text->why));
	json_array_foreach(json_object_get(check, "items"), i, item)
		print_item(check, item);
	if (advice_for(c, name, text))
		print_below(_("Try"), advice_for(c, name, text));
}

void cmd_doctor_print(const struct client *c)
{
	const json_t *checks = json_object_get(c->result, "checks");
	const json_t *check;
	size_t i, bad = 0, warn = 0, unchecked = 0;

	json_array_foreach(checks, i, check)
	{
		const char *state = client_string(check, "state");

		print_check(c, check);
		bad += state && strcmp(state, "bad") == 0;
		warn += state && strcmp(state, "warn") == 0;
		unchecked += state && strcmp(state, "unchecked") == 0;
	}
	fputc('\n', stdout);
	print_line(_("Checks: %zu. Wrong: %zu. To look at: %zu. Not possible "
		     "here: %zu."),
		   json_array_size(checks), bad, warn, unchecked);
}
