/* client/main.c — wici: understand, do, say, and the exit code.
 *
 * Results go to the standard output, everything else to the standard error.
 * With --json one object is printed, whatever happens. */
#include "client/cmd.h"
#include "client/fail.h"
#include "client/print.h"
#include "client/rpc.h"
#include "client/say.h"
#include "client/verbs.h"

#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <string.h>

static enum wici_err run(struct client *c)
{
	if (c->verb->run)
		return c->verb->run(c);
	return rpc_call(c, c->verb->method, c->params, &c->result);
}

/* {"v":1, …}: first the version, then the keys as they came; those of our
 * own that begin with '_' are for people. */
static void print_json(const char *key, json_t *value)
{
	json_t *out = json_pack("{s:i}", "v", 1);
	const char *name;
	json_t *item;
	void *next;

	json_object_foreach_safe(value, next, name, item)
	{
		if (name[0] == '_')
			(void)json_object_del(value, name);
	}
	if (key)
		(void)json_object_set(out, key, value);
	else
		(void)json_object_update_missing(out, value);
	(void)json_dumpf(out, stdout, JSON_COMPACT);
	(void)fputc('\n', stdout);
	json_decref(out);
}

static int finish(struct client *c, enum wici_err err)
{
	int code = err ? fail_exit(c) : c->exit;

	if (err && c->options.is_json)
		print_json("error", c->error);
	else if (err)
		fail_print(c);
	else if (c->options.is_json)
		print_json(NULL, c->result);
	else
		c->verb->print(c);
	/* A reader who has seen enough (head) is no reason for a message. */
	if ((fflush(stdout) || ferror(stdout)) && code == 0) {
		if (errno != EPIPE)
			fprintf(stderr, "wici: stdout: %s\n", strerror(errno));
		code = 1;
	}
	return code;
}

int main(int argc, char **argv)
{
	struct args args = {.v = argv + 1, .count = (size_t)argc - 1};
	struct client c;
	enum wici_err err;
	int code;

	if (argc < 1 || sodium_init() < 0)
		return 1;
	(void)signal(SIGPIPE, SIG_IGN);
	client_init(&c);
	options_init(&c.options, &args);
	say_init(c.options.lang);
	err = verbs_parse(&c, args);
	print_init(c.options.color);
	if (!err && (c.options.wants_help || !c.verb)) {
		cmd_help_verb(&c);
		code = 0;
	} else {
		code = finish(&c, err ? err : run(&c));
	}
	client_clear(&c);
	return code;
}
