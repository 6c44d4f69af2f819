/* daemon/config.c — Options by getopt, the file by inih.
 *
 * inih cuts a line that is longer than its buffer and reads the rest as a line
 * of its own; so the lines come from a reader of ours, which tells. */
#include "daemon/config.h"

#include "daemon/peers.h"

#include <errno.h>
#include <getopt.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char config_help[] =
	"Usage: wicid [OPTION]...\n"
	"Keeps the signed records of one institution and syncs them with its "
	"peers.\n"
	"\n"
	"  --config FILE        read options from FILE (key = value, the same "
	"names)\n"
	"  --state DIR          the state folder (" CONFIG_STATE ")\n"
	"  --socket PATH        the control socket (" CONFIG_SOCKET ")\n"
	"  --listen ADDR:PORT   where peers connect to (" CONFIG_LISTEN ")\n"
	"  --advertise HOST:PORT\n"
	"                       the address to write into invitations\n"
	"  --peer HOST:PORT     a peer to connect to; may be repeated\n"
	"  --attachments-eager SIZE\n"
	"                       files up to this size are fetched unasked "
	"(1M)\n"
	"  --attachments-quota SIZE\n"
	"                       how much room attachments may take (10G)\n"
	"  --log LEVEL          error, warn, info or debug (info)\n"
	"  --version            print the version\n"
	"  --help               print this\n"
	"\n"
	"Exit status: 0 after SIGTERM or SIGINT; 1 when a restart may help; 78 "
	"when it\ncannot.\n";

/* One reading of the sources. */
struct reading {
	struct config *c;
	char *why;
	size_t why_len;
	const char *file; /* NULL: the command line. */
	unsigned seen;    /* Keys of this source, a bit a row of keys. */
	int line;         /* Of the file, as our reader counts. */
	enum wici_err err;
};

__attribute__((format(printf, 2, 3))) static enum wici_err complain(
	struct reading *r, const char *format, ...)
{
	va_list args;
	size_t len = 0;
	int n = 0;

	if (r->err) /* The first sentence counts. */
		return r->err;
	if (r->file)
		n = snprintf(r->why, r->why_len, "%s, line %d: ", r->file,
			     r->line);
	if (n > 0)
		len = (size_t)n < r->why_len ? (size_t)n : r->why_len;
	va_start(args, format);
	vsnprintf(r->why + len, r->why_len - len, format, args);
	va_end(args);
	r->err = WICI_USAGE;
	return r->err;
}

enum key { STATE, SOCKET, LISTEN, ADVERTISE, PEER, LEVEL, EAGER, QUOTA, KEYS };

static const char *const key_names[KEYS] = {
	"state",
	"socket",
	"listen",
	"advertise",
	"peer",
	"log",
	"attachments-eager",
	"attachments-quota",
};

static void set(char **to, const char *value)
{
	free(*to);
	*to = strdup(value);
	if (!*to)
		abort();
}

static enum wici_err add_peer(struct reading *r, const char *value)
{
	struct config *c = r->c;

	if (peers_check_address(value) != WICI_OK)
		return complain(r, "peer: \"%s\" is not HOST:PORT", value);
	if (c->dial_count == CONFIG_DIAL_MAX)
		return complain(r, "there are more than %d peers",
				CONFIG_DIAL_MAX);
	set(&c->dial[c->dial_count++], value);
	return WICI_OK;
}

/* Port 0 lets the kernel choose: fine to listen on, useless to tell. */
static bool is_listen(const char *value)
{
	size_t len = strlen(value);
	char other[PEERS_ADDRESS_LEN + 1];

	if (len < 3 || len >= sizeof(other) ||
	    strcmp(value + len - 2, ":0") != 0)
		return peers_check_address(value) == WICI_OK;
	memcpy(other, value, len + 1);
	other[len - 1] = '1';
	return peers_check_address(other) == WICI_OK;
}

/* "500k", "1M", "10G", or bytes; "0" comes out as 1, since 0 is "not said". */
static bool is_size(const char *value, uint64_t *size)
{
	static const char units[] = "kMGT";
	char *end;
	const char *unit;

	if (value[0] < '0' || value[0] > '9' || strlen(value) > 12)
		return false;
	*size = strtoull(value, &end, 10);
	unit = *end ? strchr(units, *end) : NULL;
	if (*end && (!unit || end[1]))
		return false;
	for (size_t i = 0; unit && i <= (size_t)(unit - units); i++) {
		if (*size > UINT64_MAX / 1024)
			return false;
		*size *= 1024;
	}
	if (*size == 0)
		*size = 1;
	return true;
}

static enum wici_err take_size(struct reading *r, enum key key,
			       const char *value, uint64_t *size)
{
	return is_size(value, size)
		       ? WICI_OK
		       : complain(r, "%s: \"%s\" is no size like 500k, 1M, 10G",
				  key_names[key], value);
}

static enum wici_err take(struct reading *r, enum key key, const char *value)
{
	struct config *c = r->c;

	if (!*value)
		return complain(r, "%s has no value", key_names[key]);
	if (key != PEER && (r->seen & 1u << key))
		return complain(r, "%s stands there twice", key_names[key]);
	r->seen |= 1u << key;
	switch (key) {
	case STATE:
		set(&c->state, value);
		return WICI_OK;
	case SOCKET:
		set(&c->socket, value);
		return WICI_OK;
	case LISTEN:
		c->is_default_listen = false;
		set(&c->listen, value);
		return is_listen(value)
			       ? WICI_OK
			       : complain(r, "listen: \"%s\" is not ADDR:PORT",
					  value);
	case ADVERTISE:
		set(&c->advertise, value);
		return peers_check_address(value) == WICI_OK
			       ? WICI_OK
			       : complain(r,
					  "advertise: \"%s\" is not HOST:PORT",
					  value);
	case PEER:
		return add_peer(r, value);
	case LEVEL:
		return log_has_level(value, &c->log)
			       ? WICI_OK
			       : complain(r,
					  "log: \"%s\" is none of error, warn, "
					  "info, debug",
					  value);
	case EAGER:
		return take_size(r, key, value, &c->attachments_eager);
	case QUOTA:
		return take_size(r, key, value, &c->attachments_quota);
	case KEYS:
		break;
	}
	return WICI_INTERNAL;
}

struct lines {
	struct reading *r;
	FILE *f;
};

/* As fgets(), but for inih alone: ends at a line that does not fit. */
static char *read_line(char *buf, int len, void *arg)
{
	struct lines *l = arg;
	struct reading *r = l->r;
	size_t n = 0;
	int c = EOF;

	r->line++;
	while (n < (size_t)len - 1 && (c = getc(l->f)) != EOF) {
		if (c == '\0') {
			(void)complain(r, "a zero byte stands in it");
			return NULL;
		}
		if (n == CONFIG_LINE_MAX && c != '\n') {
			(void)complain(r, "it is longer than %d characters",
				       CONFIG_LINE_MAX);
			return NULL;
		}
		buf[n++] = (char)c;
		if (c == '\n')
			break;
	}
	buf[n] = '\0';
	return n ? buf : NULL;
}

/* inih's handler: 1 is fine, 0 ends it. */
static int on_pair(void *arg, const char *section, const char *name,
		   const char *value)
{
	struct reading *r = arg;

	if (section && *section) {
		(void)complain(r, "there are no sections ([%s])", section);
		return 0;
	}
	for (int key = 0; key < KEYS; key++) {
		if (strcmp(name, key_names[key]) == 0)
			return take(r, (enum key)key, value) == WICI_OK;
	}
	(void)complain(r, "\"%s\" is not known", name);
	return 0;
}

static enum wici_err read_file(struct reading *command_line, const char *path)
{
	struct reading r = *command_line;
	struct lines lines = {.r = &r, .f = fopen(path, "re")};
	int bad;

	if (!lines.f)
		return complain(command_line, "cannot read %s: %s", path,
				strerror(errno));
	r.file = path;
	r.seen = 0;
	bad = ini_parse_stream(read_line, &lines, on_pair, &r);
	if (bad && !r.err) {
		/* No handler was called: not key = value. */
		r.line = bad > 0 ? bad : r.line;
		(void)complain(&r, "it is not \"key = value\"");
	}
	if (!r.err && ferror(lines.f))
		(void)complain(&r, "%s", strerror(errno));
	fclose(lines.f);
	command_line->err = r.err;
	return r.err;
}

enum { OPT_CONFIG = KEYS + 1, OPT_HELP, OPT_VERSION };

static const struct option options[] = {
	{"state", required_argument, NULL, 1 + STATE},
	{"socket", required_argument, NULL, 1 + SOCKET},
	{"listen", required_argument, NULL, 1 + LISTEN},
	{"advertise", required_argument, NULL, 1 + ADVERTISE},
	{"peer", required_argument, NULL, 1 + PEER},
	{"log", required_argument, NULL, 1 + LEVEL},
	{"attachments-eager", required_argument, NULL, 1 + EAGER},
	{"attachments-quota", required_argument, NULL, 1 + QUOTA},
	{"config", required_argument, NULL, 1 + OPT_CONFIG},
	{"help", no_argument, NULL, 1 + OPT_HELP},
	{"version", no_argument, NULL, 1 + OPT_VERSION},
	{NULL, 0, NULL, 0},
};

/* The file first, wherever it stands: options outrank it. */
static enum wici_err find_config(struct reading *r, int argc, char **argv)
{
	const char *path = NULL;
	int opt;

	opterr = 0;
	optind = 0;
	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (opt == '?')
			return complain(r,
					"%s: no such option, or its value is "
					"missing (see wicid --help)",
					argv[optind - 1]);
		if (opt == 1 + OPT_CONFIG && path)
			return complain(r, "--config stands there twice");
		if (opt == 1 + OPT_CONFIG)
			path = optarg;
		r->c->wants_help |= opt == 1 + OPT_HELP;
		r->c->wants_version |= opt == 1 + OPT_VERSION;
	}
	if (optind < argc)
		return complain(r, "%s: wicid takes options only",
				argv[optind]);
	return path && !r->c->wants_help && !r->c->wants_version
		       ? read_file(r, path)
		       : WICI_OK;
}

static enum wici_err read_options(struct reading *r, int argc, char **argv)
{
	enum wici_err err = WICI_OK;
	int opt;

	optind = 0;
	while (!err && (opt = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (opt >= 1 && opt <= KEYS)
			err = take(r, (enum key)(opt - 1), optarg);
	return err;
}

enum wici_err config_read(struct config *c, int argc, char **argv, char *why,
			  size_t why_len)
{
	struct reading r = {.c = c, .why = why, .why_len = why_len};
	enum wici_err err;

	*c = (struct config){.log = LOG_INFO, .is_default_listen = true};
	set(&c->state, CONFIG_STATE);
	set(&c->socket, CONFIG_SOCKET);
	set(&c->listen, CONFIG_LISTEN);
	err = find_config(&r, argc, argv);
	return err ? err : read_options(&r, argc, argv);
}

void config_clear(struct config *c)
{
	free(c->state);
	free(c->socket);
	free(c->listen);
	free(c->advertise);
	for (size_t i = 0; i < c->dial_count; i++)
		free(c->dial[i]);
	*c = (struct config){.log = LOG_INFO};
}
