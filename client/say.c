/* client/say.c — Which language, and the words in it. */
#include "client/say.h"

#include "client/catalog.h"

#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct catalog catalog;
static bool is_polish;

static bool wants_polish(const char *lang)
{
	static const char *const names[] = {"WICI_LANG", "LC_ALL",
					    "LC_MESSAGES", "LANG"};

	for (size_t i = 0; (!lang || !lang[0]) && i < 4; i++)
		lang = getenv(names[i]);
	return lang && strncmp(lang, "pl", 2) == 0;
}

/* The catalogue lies beside the program, built and installed alike:
 * bin/wici, share/locale/pl/LC_MESSAGES/wici.mo. */
static void open_catalog(void)
{
	static const char tail[] = "/../share/locale/pl/LC_MESSAGES/wici.mo";
	char path[PATH_MAX + sizeof(tail)];
	ssize_t len = readlink("/proc/self/exe", path, PATH_MAX - 1);
	char *slash;

	if (len <= 0)
		return;
	path[len] = '\0';
	slash = strrchr(path, '/');
	if (!slash)
		return;
	memcpy(slash, tail, sizeof(tail));
	/* Without it wici speaks English, which is no reason to stop. */
	if (catalog_open(&catalog, path))
		return;
}

void say_init(const char *lang)
{
	/* For the width of letters alone: UTF-8, whatever is generated. */
	if (!setlocale(LC_CTYPE, "") ||
	    strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		(void)setlocale(LC_CTYPE, "C.UTF-8");
	catalog_close(&catalog);
	is_polish = wants_polish(lang);
	if (is_polish)
		open_catalog();
}

bool say_is_polish(void)
{
	return is_polish;
}

const char *say(const char *message)
{
	struct wici_bytes b = {NULL, 0};

	/* The empty key is the catalogue's own header. */
	if (message[0])
		b = catalog_find(&catalog, message);
	return b.p && b.len > 1 ? (const char *)b.p : message;
}

static unsigned form_of(unsigned long long n)
{
	if (n == 1)
		return 0;
	if (n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > 14))
		return 1;
	return 2;
}

const char *say_n(const char *one, const char *many, unsigned long long n)
{
	struct wici_bytes b = catalog_find(&catalog, one);
	const char *p = (const char *)b.p;

	if (!p || b.len <= 1)
		return n == 1 ? one : many;
	for (unsigned i = form_of(n); i > 0; i--) {
		const char *next = p + strlen(p) + 1;

		if (next >= (const char *)b.p + b.len)
			break;
		p = next;
	}
	return p;
}

const char *say_label(const struct wici_label *label)
{
	const char *text = is_polish ? label->pl : label->en;

	return text ? text : "";
}
