/* client/verbs.h — What wici can be told: one table of verbs.
 *
 * A row says which words and options a verb takes, which method they go to
 * and who prints the result. Verbs that publish are not in it: they come from
 * the table of kinds (client/form.h). */
#ifndef WICI_CLIENT_VERBS_H
#define WICI_CLIENT_VERBS_H

#include "client/client.h"

#define VERB_WORDS_MAX 2

/* LIST: texts; the option may stand several times. */
enum verb_value { VERB_FLAG, VERB_TEXT, VERB_UINT, VERB_LIST };

struct verb_option {
	const char *name; /* "timeout": --timeout; the param's name too. */
	char letter;      /* 'f': -f; '\0': none. */
	bool is_local;    /* For wici alone; no param. */
	enum verb_value value;
	const char *what; /* The value's word in help; NULL: a flag. */
	const char *help;
};

/* Flags of a verb. */
#define VERB_CHANGES 0x01u /* Something, and cannot be tried: no -n. */
#define VERB_RECORDS 0x02u /* Publishes records: -n becomes dry_run. */
#define VERB_DEFERS  0x04u /* --name's value comes later: rest stays. */
#define VERB_MORE    0x08u /* The last word may repeat: an array. */
#define VERB_LOCAL   0x10u /* Its words are for wici alone; no params. */

struct verb {
	const char *noun;
	const char *verb;                  /* NULL: the noun alone. */
	const char *method;                /* NULL: run decides. */
	const char *words[VERB_WORDS_MAX]; /* Params that stand as words. */
	unsigned words_min;
	unsigned flags;
	const struct verb_option *options; /* name NULL ends it; or NULL. */
	/* NULL: call the method with the params. */
	enum wici_err (*run)(struct client *c);
	/* For people, to the standard output. */
	void (*print)(const struct client *c);
	const char *help;
};

extern const struct verb verbs[]; /* noun NULL ends it. */

/* The rows that kinds use. */
extern const struct verb verb_publish;      /* wici practice publish … */
extern const struct verb verb_of_kind_list; /* wici area list */
extern const struct verb verb_of_kind_show; /* wici area show ID */

/* Understands the command line: fills verb, kind, params, local and options.
 * WICI_USAGE, WICI_UNKNOWN_FIELD; details in c->error. */
WICI_NODISCARD
enum wici_err verbs_parse(struct client *c, struct args args);

/* The row, or NULL. verb NULL: the noun alone. */
const struct verb *verbs_find(const char *noun, const char *verb);
bool verbs_has_noun(const char *noun);

#endif
