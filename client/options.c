/* client/options.c — Options that stand anywhere; getopt_long knows no
 * options before the verb that differ from those after it. */
#include "client/options.h"

#include <stdlib.h>
#include <string.h>

void options_init(struct options *o, const struct args *args)
{
	const char *socket = getenv("WICI_SOCKET");

	*o = (struct options){.socket = OPTIONS_SOCKET};
	if (socket && socket[0])
		o->socket = socket;
	for (size_t i = 0; i < args->count; i++) {
		const char *arg = args->v[i];

		if (strcmp(arg, "--") == 0)
			return;
		if (strcmp(arg, "--json") == 0)
			o->is_json = true;
		if (strcmp(arg, "--lang") == 0 && i + 1 < args->count)
			o->lang = args->v[i + 1];
		if (strncmp(arg, "--lang=", 7) == 0)
			o->lang = arg + 7;
	}
}

char *args_peek(const struct args *args)
{
	return args->at < args->count ? args->v[args->at] : NULL;
}

char *args_take(struct args *args)
{
	return args->at < args->count ? args->v[args->at++] : NULL;
}

bool args_is_option(struct args *args)
{
	const char *arg = args_peek(args);

	if (!arg || args->only_words)
		return false;
	if (strcmp(arg, "--") == 0) {
		args->only_words = true;
		args->at++;
		return false;
	}
	/* "-" alone is a file's name: the standard input. */
	return arg[0] == '-' && arg[1] != '\0';
}

bool args_is(const char *arg, const char *name)
{
	if (strncmp(arg, "--", 2) != 0)
		return false;
	for (arg += 2; *name; arg++, name++) {
		char a = *arg == '_' ? '-' : *arg;
		char b = *name == '_' ? '-' : *name;

		if (a != b)
			return false;
	}
	return *arg == '\0' || *arg == '=';
}

char *args_value(struct args *args, char *option)
{
	char *equals =
		strncmp(option, "--", 2) == 0 ? strchr(option, '=') : NULL;

	return equals ? equals + 1 : args_take(args);
}

struct flag {
	const char *name;
	const char *letter;
	size_t at;
};

#define FLAG(name_, letter_, member)                                           \
	{                                                                      \
		(name_), (letter_), offsetof(struct options, member)           \
	}
static const struct flag flags[] = {
	FLAG("--json", "", is_json),         FLAG("--quiet", "-q", is_quiet),
	FLAG("--verbose", "-v", is_verbose), FLAG("--yes", "-y", is_yes),
	FLAG("--dry-run", "-n", is_dry_run), FLAG("--help", "-h", wants_help),
};

static bool set_color(struct options *o, const char *when)
{
	static const char *const words[] = {"auto", "always", "never"};

	for (unsigned i = 0; when && i < 3; i++)
		if (strcmp(when, words[i]) == 0) {
			o->color = (enum options_color)i;
			return true;
		}
	return false;
}

static bool set_lang(struct options *o, const char *lang)
{
	o->lang = lang;
	return lang && (strcmp(lang, "pl") == 0 || strcmp(lang, "en") == 0);
}

static bool set_socket(struct options *o, const char *path)
{
	o->socket = path;
	return path && path[0];
}

enum wici_err options_take(struct options *o, struct args *args,
			   const char **wrong)
{
	static const struct {
		const char *name;
		bool (*set)(struct options *o, const char *value);
	} valued[] = {{"socket", set_socket},
		      {"lang", set_lang},
		      {"color", set_color}};
	char *arg = args_peek(args);

	if (!args_is_option(args))
		return WICI_END;
	arg = args_peek(args);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (strcmp(arg, flags[i].name) == 0 ||
		    strcmp(arg, flags[i].letter) == 0) {
			*(bool *)((char *)o + flags[i].at) = true;
			args->at++;
			return WICI_OK;
		}
	for (size_t i = 0; i < sizeof(valued) / sizeof(valued[0]); i++)
		if (args_is(arg, valued[i].name)) {
			*wrong = arg;
			args->at++;
			return valued[i].set(o, args_value(args, arg))
				       ? WICI_OK
				       : WICI_USAGE;
		}
	return WICI_END;
}
