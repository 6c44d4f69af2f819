/* client/confirm.c — Once more, before it is done. */
#include "client/confirm.h"

#include "client/fail.h"
#include "client/say.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum wici_err confirm(struct client *c, const char *question, const char *word)
{
	char line[200] = "";

	if (c->options.is_yes || !isatty(STDIN_FILENO) ||
	    !isatty(STDERR_FILENO))
		return WICI_OK;
	fprintf(stderr, say(question), word);
	if (fgets(line, sizeof(line), stdin))
		line[strcspn(line, "\n")] = '\0';
	if (strcmp(line, word) == 0)
		return WICI_OK;
	return fail(c, WICI_USAGE, N_("not confirmed; nothing was done"));
}
