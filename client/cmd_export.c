/* client/cmd_export.c — wici cert export, wici roster export: what leaves the
 * network, in a file or on the standard output. */
#include "client/cmd.h"

#include "client/fail.h"
#include "client/file.h"
#include "client/print.h"
#include "client/rpc.h"
#include "client/say.h"
#include "client/verbs.h"
#include "client/verdict_text.h"
#include "proto/id.h"
#include "proto/require.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* --- A certificate ------------------------------------------------------------ */

static enum wici_err write_hex(struct client *c, const char *path,
			       const char *hex)
{
	size_t len = hex ? strlen(hex) / 2 : 0;
	uint8_t *bytes = malloc(len + 1);
	enum wici_err err = WICI_OK;

	WICI_REQUIRE(bytes);
	if (!hex || wici_unhex(bytes, len, wici_bytes_str(hex)))
		err = fail(c, WICI_INTERNAL,
			   N_("wicid's answer cannot be understood"));
	if (!err)
		err = file_write(c, path, (struct wici_bytes){bytes, len});
	free(bytes);
	return err;
}

static enum wici_err write_token(struct client *c, const char *path)
{
	const char *token = client_string(c->result, "token");
	char *line = NULL;
	enum wici_err err;

	if (!path)
		return WICI_OK;
	if (asprintf(&line, "%s\n", token) < 0)
		abort();
	err = file_write(c, path, wici_bytes_str(line));
	if (!err)
		(void)json_object_set_new(c->result, "path", json_string(path));
	free(line);
	return err;
}

/* path NULL: a name by the certificate's number. */
static enum wici_err write_proof(struct client *c, const char *path)
{
	char *name = path ? strdup(path) : file_name_of(c->result, ".wici");
	const char *hex = client_string(c->result, "bytes");
	enum wici_err err;

	if (!name)
		abort();
	err = write_hex(c, name, hex);
	/* "bytes" is how many there are, as of a token. */
	(void)json_object_set_new(
		c->result, "bytes",
		json_integer(hex ? (json_int_t)(strlen(hex) / 2) : 0));
	(void)json_object_set_new(c->result, "path", json_string(name));
	free(name);
	return err;
}

enum wici_err cmd_cert_export_run(struct client *c)
{
	const char *path = client_string(c->local, "output");
	enum wici_err err = rpc_call(c, c->verb->method, c->params, &c->result);
	const char *format = client_string(c->result, "format");

	if (err) {
		const char *field = client_string(c->error, "field");

		if (field && strcmp(field, "format") == 0)
			fail_hint(c, N_("--format proof: a file that anybody "
					"can verify; --format jws: a QR "
					"token"));
		return err;
	}
	if (format && strcmp(format, "proof") == 0)
		return write_proof(c, path);
	if (client_string(c->result, "token"))
		return write_token(c, path);
	return fail(c, WICI_INTERNAL,
		    N_("wicid's answer cannot be understood"));
}

static void print_proof(const struct client *c)
{
	const json_t *r = c->result;
	const char *path = client_string(r, "path");
	const char *verdict = client_string(r, "verdict");

	print_line(_("The proof is in %s."), path);
	if (verdict && strcmp(verdict, "VALID") != 0)
		print_note(&c->options, _("What it proves today: %s"),
			   verdict_word(verdict));
	if (json_is_false(json_object_get(r, "listed")))
		print_sentences(
			&c->options,
			_("The issuer's newest list is not here yet, so the "
			  "file cannot confirm it: wici sync --wait, then "
			  "once more."));
	print_note(&c->options, "%s: wici verify %s --network %s", _("Next"),
		   path, client_string(r, "network"));
	print_sentences(
		&c->options,
		_("Whoever gets it needs the network's id from elsewhere, "
		  "and a new file after some days: it is as fresh as the "
		  "issuer's word in it."));
}

void cmd_cert_export_print(const struct client *c)
{
	const char *path = client_string(c->result, "path");
	const char *token = client_string(c->result, "token");

	if (!token) {
		print_proof(c);
		return;
	}
	if (path)
		print_line(_("The token is in %s."), path);
	else
		print_line("%s", token);
	print_sentences(
		&c->options,
		_("It names the certificate, and cannot say that it was "
		  "revoked. Print beneath it: holder, number, years, and "
		  "where to check it."));
}

/* --- The list of issuers ------------------------------------------------------- */

enum wici_err cmd_roster_export_run(struct client *c)
{
	const char *path = client_string(c->local, "output");
	char name[64];
	enum wici_err err = rpc_call(c, c->verb->method, c->params, &c->result);

	if (err)
		return err;
	(void)snprintf(name, sizeof(name), "wystawcy-%lld.wici",
		       (long long)json_integer_value(
			       json_object_get(c->result, "version")));
	path = path ? path : name;
	err = write_hex(c, path, client_string(c->result, "bytes"));
	(void)json_object_del(c->result, "bytes");
	(void)json_object_set_new(c->result, "path", json_string(path));
	return err;
}

void cmd_roster_export_print(const struct client *c)
{
	const json_t *r = c->result;
	const char *network = client_string(r, "network");
	const char *path = client_string(r, "path");

	print_line(_("Who issues is in %s."), path);
	print_pair(0, _("Network"), client_string(r, "name"));
	print_pair(0, _("Network id"), network);
	print_pair(0, _("Good until"), client_string(r, "expires"));
	print_note(&c->options,
		   "%s: wici verify TOKEN --network %s "
		   "--issuers %s",
		   _("Next"), network, path);
}
