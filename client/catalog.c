/* client/catalog.c — Looking up a message in a .mo file. */
#include "client/catalog.h"

#include <stdio.h>
#include <stdlib.h>

#define MO_MAGIC   0x950412deu
#define MO_LEN_MAX ((size_t)1 << 20)

/* msgfmt writes in the byte order of its machine; so do we read. */
static uint32_t get(const struct catalog *cat, size_t at)
{
	uint32_t v;

	memcpy(&v, cat->file + at, sizeof(v));
	return v;
}

static bool is_table(const struct catalog *cat, uint32_t at)
{
	return at <= cat->len && (cat->len - at) / 8 >= cat->count;
}

enum wici_err catalog_open(struct catalog *cat, const char *path)
{
	FILE *f = fopen(path, "rb");

	*cat = (struct catalog){.file = NULL};
	if (!f)
		return WICI_IO;
	cat->file = malloc(MO_LEN_MAX);
	if (!cat->file)
		abort();
	cat->len = fread(cat->file, 1, MO_LEN_MAX, f);
	(void)fclose(f);
	if (cat->len >= 28 && get(cat, 0) == MO_MAGIC) {
		cat->count = get(cat, 8);
		cat->keys = get(cat, 12);
		cat->texts = get(cat, 16);
		if (is_table(cat, cat->keys) && is_table(cat, cat->texts))
			return WICI_OK;
	}
	catalog_close(cat);
	return WICI_BAD_FIELD;
}

void catalog_close(struct catalog *cat)
{
	free(cat->file);
	*cat = (struct catalog){.file = NULL};
}

/* The i-th string of a table with its NUL; p NULL when the table lies. */
static struct wici_bytes string(const struct catalog *cat, uint32_t table,
				uint32_t i)
{
	uint32_t len = get(cat, table + (size_t)i * 8);
	uint32_t at = get(cat, table + (size_t)i * 8 + 4);

	if (at >= cat->len || cat->len - at <= len || cat->file[at + len])
		return (struct wici_bytes){NULL, 0};
	return (struct wici_bytes){cat->file + at, (size_t)len + 1};
}

struct wici_bytes catalog_find(const struct catalog *cat, const char *key)
{
	uint32_t from = 0;
	uint32_t to = cat->count;

	/* Keys ascend; of a plural "one NUL many" strcmp sees the one. */
	while (from < to) {
		uint32_t i = from + (to - from) / 2;
		struct wici_bytes k = string(cat, cat->keys, i);
		int order = k.p ? strcmp(key, (const char *)k.p) : 0;

		if (!k.p)
			break;
		if (order == 0)
			return string(cat, cat->texts, i);
		if (order < 0)
			to = i;
		else
			from = i + 1;
	}
	return (struct wici_bytes){NULL, 0};
}
