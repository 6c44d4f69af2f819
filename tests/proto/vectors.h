/* tests/proto/vectors.h — Reads the hex files of tests/vectors: lines of a name
 * and hex bytes, in cases that begin with "case" and a word; # begins a
 * comment. Any other implementation reads them as easily. */
#ifndef WICI_TESTS_PROTO_VECTORS_H
#define WICI_TESTS_PROTO_VECTORS_H

#include "proto/id.h"
#include "tests/test.h"

#define VECTOR_FIELDS_MAX 20

struct vector {
	FILE *f;
	char name[64];
	bool has_next; /* The line that was read ahead began a case. */
	char next[64];
	size_t count;
	struct {
		char name[24];
		uint8_t b[1024];
		size_t len;
	} fields[VECTOR_FIELDS_MAX];
};

static inline void vector_field(struct vector *v, char *line)
{
	char *value = strchr(line, ' ');
	size_t len;

	CHECK(v->count < VECTOR_FIELDS_MAX);
	if (value)
		*value++ = '\0';
	else
		value = line + strlen(line);
	len = strlen(value) / 2;
	CHECK(len <= sizeof(v->fields[0].b));
	CHECK(strlen(line) < sizeof(v->fields[0].name));
	memcpy(v->fields[v->count].name, line, strlen(line) + 1);
	CHECK_OK(wici_unhex(v->fields[v->count].b, len, wici_bytes_str(value)));
	v->fields[v->count++].len = len;
}

/* The next case, or false at the end; then the file is closed. */
static inline bool vector_next(struct vector *v, const char *path)
{
	char line[4096];

	if (!v->f) {
		v->f = fopen(path, "r");
		CHECK(v->f);
	}
	v->count = 0;
	memcpy(v->name, v->next, sizeof(v->name));
	while (fgets(line, sizeof(line), v->f)) {
		CHECK(strchr(line, '\n'));
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#' || line[0] == '\0')
			continue;
		if (strncmp(line, "case ", 5) != 0) {
			vector_field(v, line);
			continue;
		}
		CHECK(strlen(line + 5) < sizeof(v->next));
		memcpy(v->next, line + 5, strlen(line + 5) + 1);
		if (v->has_next)
			return true;
		v->has_next = true;
		memcpy(v->name, v->next, sizeof(v->name));
	}
	if (v->has_next && v->count > 0) {
		v->has_next = false;
		return true;
	}
	fclose(v->f);
	v->f = NULL;
	return false;
}

static inline struct wici_bytes vector_get(const struct vector *v,
					   const char *name)
{
	for (size_t i = 0; i < v->count; i++)
		if (strcmp(v->fields[i].name, name) == 0)
			return (struct wici_bytes){v->fields[i].b,
						   v->fields[i].len};
	print_error("%s: no field %s\n", v->name, name);
	fail();
	return (struct wici_bytes){NULL, 0};
}

static inline void vector_copy(const struct vector *v, const char *name,
			       void *dst, size_t len)
{
	struct wici_bytes b = vector_get(v, name);

	CHECK(b.len == len);
	memcpy(dst, b.p, len);
}

static inline uint64_t vector_number(const struct vector *v, const char *name)
{
	struct wici_bytes b = vector_get(v, name);
	uint64_t n = 0;

	CHECK(b.len <= 8);
	for (size_t i = 0; i < b.len; i++)
		n = n << 8 | b.p[i];
	return n;
}

#endif
