/* client/written.c — A file for an editor, and what becomes of it. */
#include "client/written.h"

#include "client/fail.h"
#include "client/file.h"
#include "client/markdown.h"
#include "client/print.h"
#include "client/say.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

bool written_can_ask(const struct client *c)
{
	return !c->options.is_json && isatty(STDIN_FILENO) &&
	       isatty(STDOUT_FILENO);
}

/* The variables may hold options ("code --wait"): so the shell parts them. */
static const char choose[] = "e=${VISUAL:-$EDITOR}\n"
			     "[ -z \"$e\" ] || exec $e \"$1\"\n"
			     "for e in editor nano vi; do\n"
			     "	command -v $e >/dev/null && exec $e \"$1\"\n"
			     "done\n"
			     "exit 127\n";

static enum wici_err edit(struct client *c, const char *path)
{
	void (*on_int)(int) = signal(SIGINT, SIG_IGN); /* The editor's. */
	int status = -1;
	pid_t child = fork();
	enum wici_err err;

	if (child == 0) {
		(void)signal(SIGINT, SIG_DFL);
		(void)execl("/bin/sh", "sh", "-c", choose, "wici", path,
			    (char *)NULL);
		_exit(127);
	}
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	(void)signal(SIGINT, on_int);
	if (child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return WICI_OK;
	err = fail(c, WICI_IO, N_("the editor could not be used"));
	fail_hint(c, N_("name one: EDITOR=nano wici …; or give fields, or -f "
			"FILE.md"));
	return err;
}

static enum wici_err make_file(struct client *c, struct written *w,
			       struct wici_bytes text)
{
	const char *dir = getenv("TMPDIR");
	int fd;

	(void)snprintf(w->path, sizeof(w->path), "%s/wici-%s-XXXXXX.md",
		       dir && dir[0] ? dir : "/tmp", c->kind->name);
	fd = mkostemps(w->path, 3, 0);
	if (fd >= 0 && write(fd, text.p, text.len) == (ssize_t)text.len &&
	    close(fd) == 0)
		return WICI_OK;
	return fail(c, WICI_IO, N_("%s cannot be written: %s"), w->path,
		    strerror(errno));
}

static enum wici_err nothing(struct client *c, struct written *w)
{
	(void)unlink(w->path);
	w->path[0] = '\0';
	return fail(c, WICI_USAGE,
		    N_("nothing was written: nothing is published"));
}

enum wici_err written_ask(struct client *c, struct written *w,
			  struct json_input *in, char *text)
{
	struct wici_bytes before = wici_bytes_str(text);
	struct wici_bytes after = {NULL, 0};
	enum wici_err err = make_file(c, w, before);

	*in = (struct json_input){.bodies = NULL};
	if (!err)
		err = edit(c, w->path);
	if (!err)
		err = file_read(c, w->path, &after);
	if (!err && wici_bytes_equal(before, after))
		err = nothing(c, w);
	else if (!err)
		err = markdown_parse(c, in, w->path, after);
	if (err == WICI_END)
		err = nothing(c, w);
	free((uint8_t *)(uintptr_t)after.p);
	free(text);
	return err;
}

void written_end(struct client *c, struct written *w, enum wici_err err)
{
	if (!w->path[0])
		return;
	if (err && c->error)
		fail_set(c, "kept", w->path);
	else if (c->options.is_dry_run)
		print_note(&c->options, "%s: %s", _("What you wrote is in"),
			   w->path);
	else
		(void)unlink(w->path);
}
