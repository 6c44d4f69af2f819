/* client/progress.c — How far it is, in place. */
#include "client/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

bool progress_is_shown(const struct client *c)
{
	return isatty(STDERR_FILENO) && !c->options.is_quiet;
}

void progress_end(const struct client *c)
{
	if (progress_is_shown(c))
		fprintf(stderr, "\r\033[K");
}

void progress_show(const struct client *c, const char *format, ...)
{
	va_list values;

	if (!progress_is_shown(c))
		return;
	fprintf(stderr, "\r\033[K");
	va_start(values, format);
	(void)vfprintf(stderr, format, values);
	va_end(values);
	(void)fflush(stderr);
}
