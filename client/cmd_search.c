/* client/cmd_search.c — Records found: for each its title, what it is, and the
 * piece of text that has the words; they are bold on a terminal.
 *
 * In JSON `snippet` has U+0002 before each word that matches and U+0003 behind
 * it. No text of a record has these characters. */
#include "client/cmd.h"

#include "client/print.h"
#include "client/rpc.h"
#include "client/say.h"
#include "client/verbs.h"

#include <stdlib.h>
#include <string.h>

#define MARK_BEGIN '\x02'
#define MARK_END   '\x03'
#define MARKS      "\x02\x03"
#define INDENT     2

/* wici search klub seniora: quotes are not needed. */
enum wici_err cmd_search_run(struct client *c)
{
	const json_t *words = json_object_get(c->params, "text");
	const json_t *word;
	size_t len = 1;
	char *text;
	size_t i;

	json_array_foreach(words, i, word) len += json_string_length(word) + 1;
	text = calloc(1, len);
	if (!text)
		abort();
	json_array_foreach(words, i, word)
	{
		if (i > 0)
			strcat(text, " ");
		strcat(text, json_string_value(word));
	}
	(void)json_object_set_new(c->params, "text", json_string(text));
	free(text);
	return rpc_call(c, c->verb->method, c->params, &c->result);
}

/* The next piece: up to a blank or a mark. Cut out of the text. */
static char *take_piece(char **at, char *end)
{
	char *piece = *at;
	size_t len = strcspn(piece, " " MARKS);

	*end = piece[len];
	piece[len] = '\0';
	*at = piece + len + (*end != '\0');
	return piece;
}

/* Columns up to the next blank; a mark takes none. */
static int word_columns(const char *text)
{
	int columns = 0;
	char *copy = strdup(text);
	char *at = copy;
	char end = '\0';

	if (!copy)
		abort();
	do {
		columns += print_columns(take_piece(&at, &end));
	} while (end == MARK_BEGIN || end == MARK_END);
	free(copy);
	return columns;
}

/* As print_wrapped, with what is marked in bold. */
static void print_marked(const char *snippet)
{
	char *copy = strdup(snippet);
	char *at = copy;
	int column = INDENT;
	bool is_bold = false, is_word = true;
	char end;

	if (!copy)
		abort();
	printf("%*s", INDENT, "");
	do {
		int columns = is_word ? word_columns(at) : 0;
		char *piece;

		if (is_word && column > INDENT) {
			if (column + 1 + columns <= PRINT_WIDTH) {
				fputc(' ', stdout);
				column++;
			} else {
				printf("\n%*s", INDENT, "");
				column = INDENT;
			}
		}
		column += columns;
		piece = take_piece(&at, &end);
		if (is_bold)
			print_colored(stdout, PRINT_BOLD, piece);
		else
			print_text(stdout, piece);
		is_word = end == ' ';
		is_bold = end == MARK_BEGIN || (is_bold && end != MARK_END);
	} while (end != '\0');
	fputc('\n', stdout);
	free(copy);
}

static void print_item(const json_t *item)
{
	const char *title = client_string(item, "title");
	const char *snippet = client_string(item, "snippet");
	char *line;

	print_colored(stdout, PRINT_BOLD, cmd_record_label(item));
	fputs(title ? ": " : "", stdout);
	if (title)
		print_wrapped(stdout, title,
			      print_columns(cmd_record_label(item)) + 2);
	else
		fputc('\n', stdout);
	if (asprintf(&line, "%s  %.10s  %s",
		     print_id(client_string(item, "id")),
		     print_time(client_string(item, "time")),
		     cmd_record_author(item)) < 0)
		abort();
	fputs("  ", stdout);
	print_wrapped(stdout, line, INDENT);
	free(line);
	if (snippet && snippet[0])
		print_marked(snippet);
}

void cmd_search_print(const struct client *c)
{
	const json_t *items = json_object_get(c->result, "items");
	const char *next = client_string(c->result, "next");
	json_int_t pending =
		json_integer_value(json_object_get(c->result, "pending"));
	const json_t *item;
	size_t i;

	json_array_foreach(items, i, item)
	{
		if (i > 0)
			fputc('\n', stdout);
		print_item(item);
	}
	if (json_array_size(items) == 0 && !next)
		print_note(&c->options, "%s", _("No record has these words."));
	if (pending > 0)
		print_note(&c->options,
			   say_n("%lld entry is not in the index yet.",
				 "%lld entries are not in the index yet.",
				 (unsigned long long)pending),
			   (long long)pending);
	if (next)
		print_note(&c->options, _("There are more: --after %s"), next);
}
