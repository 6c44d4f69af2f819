/* client/pass.c — Asking for a passphrase, without showing it. */
#include "client/pass.h"

#include "client/fail.h"
#include "client/rpc.h"
#include "client/say.h"
#include "proto/text.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define PASS_MAX 1024

static struct termios shown; /* How the terminal was. */

/* Ctrl-C must not leave a terminal that shows nothing. */
static void on_interrupt(int number)
{
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &shown);
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

static bool can_ask(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

static bool ask(const char *prompt, char line[PASS_MAX])
{
	struct termios hidden;
	bool has_line;

	if (tcgetattr(STDIN_FILENO, &shown))
		return false;
	hidden = shown;
	hidden.c_lflag &= (tcflag_t)~ECHO;
	(void)signal(SIGINT, on_interrupt);
	(void)signal(SIGTERM, on_interrupt);
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &hidden);
	fprintf(stderr, "%s: ", prompt);
	(void)fflush(stderr);
	has_line = fgets(line, PASS_MAX, stdin) != NULL;
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &shown);
	(void)signal(SIGINT, SIG_DFL);
	(void)signal(SIGTERM, SIG_DFL);
	fputc('\n', stderr);
	if (has_line)
		line[strcspn(line, "\n")] = '\0';
	return has_line && line[0];
}

static enum wici_err put(struct client *c, const char *text)
{
	if (!text[0] || !wici_text_is_line(wici_bytes_str(text)))
		return fail(c, WICI_USAGE,
			    N_("a passphrase is one line of UTF-8 text, not "
			       "empty"));
	(void)json_object_set_new(c->params, "passphrase", json_string(text));
	return WICI_OK;
}

static enum wici_err from_file(struct client *c, const char *path)
{
	FILE *f = fopen(path, "rb");
	char line[PASS_MAX] = "";
	enum wici_err err;

	if (!f)
		return fail(c, errno == ENOENT ? WICI_NOT_FOUND : WICI_IO,
			    N_("%s cannot be opened: %s"), path,
			    strerror(errno));
	if (fgets(line, sizeof(line), f))
		line[strcspn(line, "\r\n")] = '\0';
	(void)fclose(f);
	err = put(c, line);
	explicit_bzero(line, sizeof(line));
	return err;
}

static enum wici_err ask_new(struct client *c)
{
	char first[PASS_MAX] = "";
	char again[PASS_MAX] = "";
	enum wici_err err;

	if (!ask(_("A passphrase for the identity key"), first) ||
	    !ask(_("The same again"), again))
		err = fail(c, WICI_USAGE, N_("no passphrase was typed"));
	else if (strcmp(first, again) != 0)
		err = fail(c, WICI_USAGE, N_("the two passphrases differ"));
	else
		err = put(c, first);
	explicit_bzero(first, sizeof(first));
	explicit_bzero(again, sizeof(again));
	return err;
}

enum wici_err pass_give(struct client *c, bool is_new)
{
	const char *path = client_string(c->local, "passphrase_file");
	const char *given = getenv("WICI_PASSPHRASE");
	enum wici_err err;

	if (json_is_true(json_object_get(c->local, "no_passphrase"))) {
		if (path)
			return fail(c, WICI_USAGE,
				    N_("either a passphrase or none, not "
				       "both"));
		if (is_new)
			(void)json_object_set_new(c->params, "no_passphrase",
						  json_true());
		return WICI_OK;
	}
	if (path)
		return from_file(c, path);
	if (given && given[0])
		return put(c, given);
	if (!is_new)
		return WICI_OK;
	if (can_ask())
		return ask_new(c);
	err = fail(c, WICI_USAGE,
		   N_("the identity key is kept under a passphrase, and none "
		      "was given"));
	fail_hint(c, N_("WICI_PASSPHRASE, --passphrase-file FILE, or "
			"--no-passphrase"));
	return err;
}

enum wici_err pass_call(struct client *c, const char *method, int timeout_ms)
{
	char line[PASS_MAX] = "";
	enum wici_err err =
		rpc_call_within(c, method, c->params, timeout_ms, &c->result);

	if (err != WICI_PASSPHRASE || !can_ask() ||
	    json_object_get(c->params, "passphrase"))
		return err;
	if (!ask(_("The identity key's passphrase"), line))
		return err;
	err = put(c, line);
	explicit_bzero(line, sizeof(line));
	if (err)
		return err;
	return rpc_call_within(c, method, c->params, timeout_ms, &c->result);
}
