/* client/options.h — The command line: options that stand anywhere, and one
 * argument after the other. */
#ifndef WICI_CLIENT_OPTIONS_H
#define WICI_CLIENT_OPTIONS_H

#include "proto/err.h"

#include <stdbool.h>
#include <stddef.h>

#define OPTIONS_SOCKET "/run/wici/wici.sock"

enum options_color { OPTIONS_COLOR_AUTO, OPTIONS_COLOR_ON, OPTIONS_COLOR_OFF };

struct options {
	const char *socket; /* Never NULL after options_init. */
	const char *lang;   /* --lang, or NULL. */
	enum options_color color;
	bool is_json;
	bool is_quiet;
	bool is_verbose;
	bool is_yes;
	bool is_dry_run;
	bool wants_help; /* -h, --help */
};

/* The arguments that are left. Borrows argv. */
struct args {
	char **v;
	size_t count;
	size_t at;
	bool only_words; /* "--" was passed. */
};

/* From the environment; then looks ahead for --json and --lang, so that a
 * wrong command line is answered in the right form and language. */
void options_init(struct options *o, const struct args *args);

/* WICI_OK: the next argument (and its value) was an option that stands
 * anywhere, and is taken. WICI_END: it is none. WICI_USAGE: it is one, and
 * *wrong is it: its value is missing or is no value of it. */
WICI_NODISCARD
enum wici_err options_take(struct options *o, struct args *args,
			   const char **wrong);

/* Is the next argument an option at all? Steps over "--". */
bool args_is_option(struct args *args);

/* The next argument, or NULL. */
char *args_peek(const struct args *args);
char *args_take(struct args *args);

/* Takes an option's value: what follows '=' in it, or the next argument; NULL
 * when there is none. at: the option's own text. */
char *args_value(struct args *args, char *option);

/* Does the argument name this option ("limit": --limit, --limit=3)? In names
 * '_' and '-' are alike. */
bool args_is(const char *arg, const char *name);

#endif
