/* client/fail.c — Errors kept, and errors told: what, why, what to do. */
#include "client/fail.h"

#include "client/expectation.h"
#include "client/form.h"
#include "client/print.h"
#include "client/rejected.h"
#include "client/say.h"
#include "client/seal.h"
#include "client/spoken.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAID    "_said"    /* A local error's sentence in the language, */
#define ADVISED "_advised" /* and its hint: not for JSON. */

static void set_formatted(json_t *error, const char *key, const char *format,
			  va_list values)
{
	char *text = NULL;

	if (vasprintf(&text, format, values) < 0)
		abort();
	(void)json_object_set_new(error, key, json_string(text));
	free(text);
}

enum wici_err fail(struct client *c, enum wici_err err, const char *format, ...)
{
	va_list values;

	json_decref(c->error);
	c->error = json_object();
	(void)json_object_set_new(c->error, "code",
				  json_string(wici_err_code(err)));
	va_start(values, format);
	set_formatted(c->error, "message", format, values);
	va_end(values);
	va_start(values, format);
	set_formatted(c->error, SAID, say(format), values);
	va_end(values);
	return err;
}

void fail_hint(struct client *c, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	set_formatted(c->error, "hint", format, values);
	va_end(values);
	va_start(values, format);
	set_formatted(c->error, ADVISED, say(format), values);
	va_end(values);
}

void fail_say(struct client *c, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	set_formatted(c->error, SAID, format, values);
	va_end(values);
}

void fail_set(struct client *c, const char *key, const char *value)
{
	(void)json_object_set_new(c->error, key, json_string(value));
}

enum wici_err fail_with(struct client *c, json_t *error)
{
	const char *code = client_string(error, "code");
	enum wici_err err;

	if (!code)
		return fail(
			c, WICI_INTERNAL,
			N_("wicid answered with an error it does not name"));
	json_decref(c->error);
	c->error = json_incref(error);
	err = wici_err_from_code(code);
	return err == WICI_OK ? WICI_INTERNAL : err;
}

int fail_exit(const struct client *c)
{
	const char *code = client_string(c->error, "code");

	return code ? wici_err_exit(wici_err_from_code(code)) : 1;
}

/* clang-format off */
static const struct {
	const char *code;
	const char *what;
	const char *advice; /* NULL: none that always helps. */
} sentences[] = {
	{"usage", N_("the command does not fit"), N_("wici help")},
	{"no_daemon", N_("wicid does not answer"),
	 N_("sudo systemctl start wicid")},
	{"not_permitted", N_("this is not permitted"), NULL},
	{"not_found", N_("nothing of that name is here"), NULL},
	{"ambiguous", N_("several things match"),
	 N_("name it more exactly, by one of these")},
	{"bad_field", N_("a field does not fit"), NULL},
	{"unknown_field", N_("there is no such field"), NULL},
	{"unknown_kind", N_("there is no such kind of record"),
	 N_("wici kinds")},
	{"token_wrong", N_("the invitation is not genuine"),
	 N_("copy it again, whole; or ask for a new one")},
	{"token_used", N_("the invitation has already been used"),
	 N_("ask the institution that invites you for a new one")},
	{"token_expired", N_("the invitation has expired"),
	 N_("ask the institution that invites you for a new one")},
	{"inviter_away",
	 N_("the institution that admits members cannot be reached now"),
	 N_("try again later with the same invitation")},
	{"not_member", N_("this installation belongs to no network yet"),
	 N_("wici join TOKEN, or wici network create NAME")},
	{"already_member", N_("this installation is in a network already"),
	 N_("wici status")},
	{"passphrase", N_("the passphrase is wrong or missing"),
	 N_("give it with WICI_PASSPHRASE or --passphrase-file")},
	{"sealed", N_("publishing is sealed: another copy of this "
		      "installation may exist, or its store is damaged"),
	 N_("wici status says why; wici restore goes on with a new feed")},
	{"waiting", N_("it is not done yet, and goes on by itself"),
	 N_("wici status")},
	{"read_only", N_("the disk is almost full: nothing more is written"),
	 N_("make room on the disk; wicid goes on by itself")},
	{"busy", N_("wicid has too much to do"), N_("try again in a minute")},
	{"too_large", N_("it is too large"), NULL},
	{"newer_needed", N_("a newer version of wici is needed"), NULL},
	{"internal", N_("an error of wici's own"),
	 N_("journalctl -u wicid -n 20")},
};
/* clang-format on */

static size_t sentence_of(const char *code)
{
	size_t count = sizeof(sentences) / sizeof(sentences[0]);

	for (size_t i = 0; i < count; i++)
		if (strcmp(sentences[i].code, code) == 0)
			return i;
	return count - 1;
}

/* The kind that the fields of the error are of, as far as it is known. */
static const struct wici_kind *kind_of(const struct client *c)
{
	const char *name = client_string(c->params, "kind");

	if (c->kind || !name)
		return c->kind;
	return form_kind(name, NULL);
}

/* "required" is all that is wrong then, and print_what says it. */
static bool is_missing(const json_t *error)
{
	const char *expected = client_string(error, "expected");

	return expected && strcmp(expected, "required") == 0;
}

/* Has the kind two dates that may disagree? */
static bool is_one_of_dates(const struct wici_kind *kind)
{
	unsigned count = 0;

	for (const struct wici_field *f = kind->fields; f->name; f++)
		count += f->type == WICI_TYPE_DAY || f->type == WICI_TYPE_WHEN;
	return count > 1;
}

/* "tender (konkurs ofert)": either may be typed. */
static void write_words(FILE *out, const struct wici_word *words)
{
	for (const struct wici_word *w = words; w->code; w++) {
		const char *label = say_label(&w->label);

		fprintf(out, "%s%s", w == words ? "" : ", ", w->code);
		if (strcmp(label, w->code) != 0)
			fprintf(out, " (%s)", label);
	}
}

static void print_expected(const struct client *c, const json_t *error,
			   const char *field, int indent)
{
	const char *expected = client_string(error, "expected");
	const char *got = client_string(error, "got");
	const struct wici_kind *kind = kind_of(c);
	const struct wici_field *f =
		kind && field ? form_field(kind, field) : NULL;
	char *text = NULL;
	size_t len;
	FILE *out;

	/* What is missing is said already; but not which words there are. */
	if (is_missing(error))
		expected = f && f->words ? "word" : NULL;
	if (!expected && !got)
		return;
	out = open_memstream(&text, &len);
	if (!out)
		abort();
	if (expected && strcmp(expected, "word") == 0 && f && f->words) {
		fprintf(out, "%s: ", _("Expected one of"));
		write_words(out, f->words);
	} else if (expected && strcmp(expected, "rule") == 0 && f &&
		   is_one_of_dates(kind) &&
		   (f->type == WICI_TYPE_DAY || f->type == WICI_TYPE_WHEN)) {
		fprintf(out, "%s: %s", _("Expected"),
			_("a date that agrees with the other: the end is not "
			  "before the beginning"));
	} else if (expected) {
		fprintf(out, "%s: %s", _("Expected"),
			expectation_text(expected));
	}
	if (got)
		fprintf(out, "%s%s: %s", expected ? "; " : "", _("given"), got);
	(void)fclose(out);
	fprintf(stderr, "%*s", indent, "");
	print_wrapped(stderr, text, indent);
	free(text);
}

/* "the command does not fit: Ważny do (valid_until)" */
static void print_what(const struct client *c, const json_t *error)
{
	const char *said = client_string(error, SAID);
	const char *code = client_string(error, "code");
	const char *what = sentences[sentence_of(code ? code : "")].what;
	const char *field = client_string(error, "field");
	const struct wici_kind *kind = kind_of(c);
	const struct wici_field *f =
		kind && field ? form_field(kind, field) : NULL;

	print_text(stderr, said ? said
			   : is_missing(error)
				   ? _("a required field is missing")
				   : say(what));
	if (!said && field) {
		fputs(": ", stderr);
		if (f && say_label(&f->label)[0])
			fprintf(stderr, "%s (", say_label(&f->label));
		print_text(stderr, field);
		if (f && say_label(&f->label)[0])
			fputc(')', stderr);
	}
	fputc('\n', stderr);
}

static void print_spoken(const char *text, int at)
{
	char *out = spoken_text(text);

	print_wrapped(stderr, out, at);
	free(out);
}

/* "  Try: what to do", wrapped as one text. */
static void print_labelled(const char *label, const char *text, int indent)
{
	char *out = NULL;

	if (asprintf(&out, "%s: %s", label, text) < 0)
		abort();
	fprintf(stderr, "%*s", indent, "");
	print_wrapped(stderr, out, indent);
	free(out);
}

/* The daemon's advice. */
static void print_hint(const json_t *error, int indent)
{
	const char *hint = client_string(error, "hint");
	char *spoken;

	if (!hint)
		return;
	if (strncmp(hint, "fields: ", 8) == 0) {
		print_labelled(_("Fields"), hint + 8, indent);
		return;
	}
	spoken = spoken_text(hint);
	print_labelled(_("Hint"), spoken, indent);
	free(spoken);
}

/* The daemon's own words, where they add something to the sentence: they
 * begin with what the code means, and end with field and values. */
static void print_detail(const json_t *error)
{
	const char *message = client_string(error, "message");
	const char *code = client_string(error, "code");
	const char *text;
	size_t len;

	if (!message || client_string(error, SAID) ||
	    client_string(error, "field"))
		return;
	text = wici_err_text(wici_err_from_code(code));
	len = strlen(text);
	if (strncmp(message, text, len) == 0)
		message += len;
	while (*message == ':' || *message == ' ')
		message++;
	if (!*message)
		return;
	fputs("  ", stderr);
	print_spoken(seal_text(message), 2);
}

static void print_advice(const json_t *error)
{
	const char *said = client_string(error, SAID);
	const char *ours = client_string(error, ADVISED);
	const char *hint = client_string(error, "hint");
	const char *code = client_string(error, "code");
	const char *advice = sentences[sentence_of(code ? code : "")].advice;

	if (!ours)
		print_hint(error, 2);
	if (advice && hint && !ours && strstr(hint, advice))
		advice = NULL;
	if (ours || (!said && advice))
		print_labelled(_("Try"), ours ? ours : say(advice), 2);
}

/* A candidate: a string, or an object that has an id or a name. */
static void print_candidate(const json_t *item)
{
	static const char *const keys[] = {"id",   "identity", "number", "kind",
					   "name", "title",    "author"};

	unsigned n = 0;

	fputs("  - ", stderr);
	if (json_is_string(item))
		print_text(stderr, json_string_value(item));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const json_t *v = json_object_get(item, keys[i]);

		if (json_is_object(v))
			v = json_object_get(v, "name");
		if (!json_is_string(v))
			continue;
		fputs(n++ ? " " : "", stderr);
		print_text(stderr, json_string_value(v));
	}
	fputc('\n', stderr);
}

/* Refused for what the installation is, not for what the line says. */
static bool is_of_all(const char *code)
{
	return strcmp(code, "read_only") == 0 ||
	       strcmp(code, "not_member") == 0 || strcmp(code, "sealed") == 0;
}

static bool is_date(const json_t *error)
{
	const char *expected = client_string(error, "expected");

	return expected &&
	       (strcmp(expected, "day") == 0 || strcmp(expected, "when") == 0);
}

static void print_items(const struct client *c, const json_t *error)
{
	const json_t *items = json_object_get(error, "items");
	const char *code = client_string(error, "code");
	const json_t *item;
	size_t i;

	json_array_foreach(items, i, item)
	{
		const json_t *line = json_object_get(item, "line");

		/* What is refused to every line is said once. */
		if (line && code && is_of_all(code))
			continue;

		if (!line) {
			print_candidate(item);
			continue;
		}
		fprintf(stderr, "  %s %lld: ", _("line"),
			(long long)json_integer_value(line));
		print_what(c, item);
		print_expected(c, item, client_string(item, "field"), 4);
		/* Of the line alone; what many have in common is said once. */
		if (is_date(item))
			print_hint(item, 4);
	}
}

/* Where in a file it stands that a field does not fit. */
static void print_place(const json_t *error)
{
	const char *file = client_string(error, "file");
	const json_t *line = json_object_get(error, "line");

	if (!file || !json_is_integer(line))
		return;
	fputs("  ", stderr);
	print_text(stderr, file);
	fprintf(stderr, ", %s %lld\n", _("line"),
		(long long)json_integer_value(line));
}

void fail_print(const struct client *c)
{
	const json_t *error = c->error;

	print_colored(stderr, PRINT_RED, "wici: ");
	print_what(c, error);
	print_expected(c, error, client_string(error, "field"), 2);
	print_place(error);
	print_detail(error);
	print_items(c, error);
	rejected_print(error);
	print_advice(error);
	if (client_string(error, "kept"))
		print_labelled(_("What you wrote is in"),
			       client_string(error, "kept"), 2);
	if (c->options.is_verbose) {
		const char *message = client_string(error, "message");

		fprintf(stderr, "  [%s] ", client_string(error, "code"));
		print_wrapped(stderr, message ? message : "", 4);
	}
}

/* Levenshtein, of short words. */
static size_t distance(const char *a, const char *b)
{
	size_t row[64];
	size_t len = strlen(b);

	if (len >= 64 || strlen(a) >= 64)
		return 64;
	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= len; j++) {
			size_t best = corner + (a[i - 1] != b[j - 1]);

			corner = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[len];
}

const char *fail_nearest(const char *typed, const char *const *known)
{
	size_t limit = strlen(typed) > 4 ? 3 : 2;
	const char *best = NULL;

	for (; *known; known++) {
		size_t d = distance(typed, *known);

		if (d < limit) {
			limit = d;
			best = *known;
		}
	}
	return best;
}
