/* client/cmd_cert_print.c — wici cert print: a page of what is in force, or will
 * be; of nothing else.
 *
 * The verdict is asked for first: a page in somebody's hands says what it says
 * for years. Then comes the QR token, and the page goes into a new file. */
#include "client/cmd.h"

#include "client/fail.h"
#include "client/file.h"
#include "client/print.h"
#include "client/rpc.h"
#include "client/say.h"
#include "client/sheet.h"
#include "client/verbs.h"
#include "client/verdict_text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_printed(const char *verdict)
{
	static const char *const good[] = {"VALID", "NOT_YET_VALID", "UNDATED",
					   "STALE"};

	for (size_t i = 0; verdict && i < sizeof(good) / sizeof(good[0]); i++)
		if (strcmp(verdict, good[i]) == 0)
			return true;
	return false;
}

/* A new file, whole or not at all. */
static enum wici_err write_file(struct client *c, const char *path,
				const char *page, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
	bool is_written = out && fwrite(page, 1, len, out) == len;
	int error = errno;
	enum wici_err err;

	if (out && fclose(out)) {
		error = errno;
		is_written = false;
	}
	if (is_written)
		return WICI_OK;
	if (fd >= 0)
		(void)unlink(path);
	if (fd >= 0 || error != EEXIST)
		return fail(c, WICI_IO, N_("%s cannot be written: %s"), path,
			    strerror(error));
	err = fail(c, WICI_USAGE,
		   N_("%s is there already, and is not written over"), path);
	fail_hint(c, N_("another name: -o FILE"));
	return err;
}

static enum wici_err write_page(struct client *c, const char *page, size_t len)
{
	const char *output = client_string(c->local, "output");
	char *path =
		output ? strdup(output)
		       : file_name_of(json_object_get(c->result, "certificate"),
				      ".html");
	enum wici_err err = WICI_OK;

	if (!path)
		abort();
	if (strcmp(path, "-") == 0 && c->options.is_json) {
		err = fail(c, WICI_USAGE,
			   N_("with --json the page needs a file: -o FILE"));
	} else if (strcmp(path, "-") == 0) {
		(void)fwrite(page, 1, len, stdout);
		(void)json_object_set_new(c->result, "path", json_null());
	} else {
		err = write_file(c, path, page, len);
		(void)json_object_set_new(c->result, "path", json_string(path));
	}
	free(path);
	return err;
}

static enum wici_err make_page(struct client *c, const struct sheet *s)
{
	char *page = NULL;
	size_t len;
	FILE *out = open_memstream(&page, &len);
	enum wici_err err;

	if (!out)
		abort();
	err = sheet_write(out, s);
	if (fclose(out))
		abort();
	if (err == WICI_TOO_LARGE) {
		err = fail(c, err, N_("the QR code would be too large"));
		fail_hint(c, N_("a shorter --url"));
	} else if (err) {
		err = fail(c, err, N_("the QR code cannot be made"));
	} else {
		err = write_page(c, page, len);
	}
	free(page);
	return err;
}

/* The token, and of which network it is. */
static enum wici_err ask(struct client *c, json_t **token, json_t **status)
{
	const json_t *cert = json_object_get(c->result, "certificate");
	const char *url = client_string(c->local, "url");
	json_t *params = json_pack("{s:s,s:s}", "ref",
				   client_string(cert, "id"), "format", "jws");
	enum wici_err err;

	if (url)
		(void)json_object_set_new(params, "url", json_string(url));
	err = rpc_call(c, "cert.export", params, token);
	if (!err)
		err = rpc_call(c, "status.get", NULL, status);
	json_decref(params);
	return err;
}

enum wici_err cmd_cert_print_run(struct client *c)
{
	json_t *token = NULL;
	json_t *status = NULL;
	const char *verdict;
	enum wici_err err = rpc_call(c, "cert.verify", c->params, &c->result);

	if (err)
		return err;
	verdict = client_string(c->result, "verdict");
	(void)json_object_set_new(c->result, "printed",
				  json_boolean(is_printed(verdict)));
	if (!is_printed(verdict)) {
		c->exit = verdict_exit(verdict);
		return WICI_OK;
	}
	err = ask(c, &token, &status);
	if (!err) {
		const struct sheet s = {
			.certificate =
				json_object_get(c->result, "certificate"),
			.verdict = verdict,
			.on = client_string(c->result, "on"),
			.token = client_string(token, "token"),
			.url = client_string(c->local, "url"),
			.kid = client_string(token, "kid"),
			.network = client_string(status, "network"),
		};

		err = make_page(c, &s);
		(void)json_object_set(c->result, "token",
				      json_object_get(token, "token"));
		(void)json_object_set(c->result, "kid",
				      json_object_get(token, "kid"));
	}
	json_decref(token);
	json_decref(status);
	return err;
}

void cmd_cert_print_print(const struct client *c)
{
	const char *verdict = client_string(c->result, "verdict");
	const char *path = client_string(c->result, "path");
	char *text = NULL;

	if (!json_is_true(json_object_get(c->result, "printed"))) {
		fputs("wici: ", stderr);
		print_text(stderr, _("Such a certificate is not printed"));
		fprintf(stderr, ": %s\n  ", verdict_word(verdict));
		print_wrapped(stderr, verdict_means(verdict), 2);
		return;
	}
	if (verdict && strcmp(verdict, "VALID") != 0) {
		if (asprintf(&text, "%s: %s", _("WARNING"),
			     verdict_means(verdict)) < 0)
			abort();
		print_sentences(&c->options, text);
		free(text);
	}
	if (!path)
		return;
	if (asprintf(&text,
		     _("The page is in %s. Open it in a browser and print "
		       "it: A4, 100 %%, without headers."),
		     path) < 0)
		abort();
	print_wrapped(stdout, text, 0);
	free(text);
}
