/* client/json.c — JSON to MessagePack and back; JSON and JSON Lines from
 * files, with the place where they go wrong. */
#include "client/json.h"

#include "client/fail.h"
#include "client/say.h"
#include "proto/mp_read.h"

#include <math.h>
#include <stdlib.h>

/* A reply's envelope, lists and labels around a payload's eight levels. */
#define DEPTH_MAX 24

static enum wici_err read_value(struct wici_mp_reader *r, int depth,
				json_t **out);

static json_t *hex(struct wici_bytes b)
{
	static const char digits[] = "0123456789abcdef";
	char *text = malloc(b.len * 2 + 1);
	json_t *v;

	if (!text)
		abort();
	for (size_t i = 0; i < b.len; i++) {
		text[i * 2] = digits[b.p[i] >> 4];
		text[i * 2 + 1] = digits[b.p[i] & 15];
	}
	v = json_stringn(text, b.len * 2);
	free(text);
	return v;
}

static enum wici_err read_array(struct wici_mp_reader *r, uint32_t count,
				int depth, json_t **out)
{
	*out = json_array();
	for (uint32_t i = 0; i < count; i++) {
		json_t *item = NULL;
		enum wici_err err = read_value(r, depth, &item);

		if (err)
			return err;
		(void)json_array_append_new(*out, item);
	}
	return WICI_OK;
}

static enum wici_err read_map(struct wici_mp_reader *r, uint32_t count,
			      int depth, json_t **out)
{
	*out = json_object();
	for (uint32_t i = 0; i < count; i++) {
		struct wici_mp key;
		json_t *item = NULL;
		enum wici_err err = wici_mp_next(r, &key);

		if (!err && key.type != WICI_MP_STR)
			err = WICI_REJECT_MP;
		if (!err)
			err = read_value(r, depth, &item);
		if (err)
			return err;
		if (json_object_setn_new(*out, (const char *)key.bytes.p,
					 key.bytes.len, item))
			return WICI_REJECT_TEXT;
	}
	return WICI_OK;
}

/* JSON numbers of jansson end at 2^63: larger ones come as digits. */
static json_t *large(uint64_t u)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)u);
	return json_string(text);
}

static json_t *read_scalar(const struct wici_mp *v)
{
	switch (v->type) {
	case WICI_MP_NIL:
		return json_null();
	case WICI_MP_BOOL:
		return json_boolean(v->boolean);
	case WICI_MP_UINT:
		return v->u > INT64_MAX ? large(v->u)
					: json_integer((json_int_t)v->u);
	case WICI_MP_INT:
		return json_integer((json_int_t)v->i);
	case WICI_MP_FLOAT:
		return isfinite(v->f) ? json_real(v->f) : json_null();
	case WICI_MP_STR:
		return json_stringn((const char *)v->bytes.p, v->bytes.len);
	case WICI_MP_BIN:
		return hex(v->bytes);
	case WICI_MP_ARRAY:
	case WICI_MP_MAP:
		break;
	}
	return NULL;
}

/* On an error too *out is the caller's to free. */
static enum wici_err read_value(struct wici_mp_reader *r, int depth,
				json_t **out)
{
	struct wici_mp v;
	enum wici_err err = wici_mp_next(r, &v);

	*out = NULL;
	if (!err && depth == DEPTH_MAX)
		err = WICI_REJECT_DEPTH;
	if (err)
		return err;
	if (v.type == WICI_MP_ARRAY)
		err = read_array(r, v.count, depth + 1, out);
	else if (v.type == WICI_MP_MAP)
		err = read_map(r, v.count, depth + 1, out);
	else if (!(*out = read_scalar(&v)))
		err = WICI_REJECT_TEXT;
	if (err) {
		json_decref(*out);
		*out = NULL;
	}
	return err;
}

enum wici_err json_from_mp(struct wici_bytes b, json_t **out)
{
	struct wici_mp_reader r;
	enum wici_err err;

	wici_mp_reader_init(&r, WICI_MP_LENIENT, b);
	err = read_value(&r, 0, out);
	if (!err && !wici_mp_is_end(&r)) {
		json_decref(*out);
		*out = NULL;
		return WICI_REJECT_MP;
	}
	return err;
}

void json_to_mp(const json_t *v, struct wici_mp_writer *w)
{
	const char *key;
	json_t *item;
	size_t i;

	switch (json_typeof(v)) {
	case JSON_OBJECT:
		wici_mp_map(w, (uint32_t)json_object_size(v));
		json_object_foreach((json_t *)(uintptr_t)v, key, item)
		{
			wici_mp_str(w, key);
			json_to_mp(item, w);
		}
		break;
	case JSON_ARRAY:
		wici_mp_array(w, (uint32_t)json_array_size(v));
		json_array_foreach(v, i, item) json_to_mp(item, w);
		break;
	case JSON_STRING:
		wici_mp_str_bytes(w,
				  (struct wici_bytes){
					  (const uint8_t *)json_string_value(v),
					  json_string_length(v)});
		break;
	case JSON_INTEGER:
		wici_mp_int(w, json_integer_value(v));
		break;
	case JSON_REAL:
		wici_mp_float(w, json_real_value(v));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		wici_mp_bool(w, json_is_true(v));
		break;
	case JSON_NULL:
		wici_mp_nil(w);
		break;
	}
}

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_blank(struct wici_bytes b)
{
	for (size_t i = 0; i < b.len; i++)
		if (!is_space(b.p[i]))
			return false;
	return true;
}

static json_t *load(struct wici_bytes b, json_error_t *error)
{
	return json_loadb((const char *)b.p, b.len, JSON_REJECT_DUPLICATES,
			  error);
}

static enum wici_err refuse(struct client *c, const char *name, int line,
			    const json_error_t *e)
{
	enum wici_err err =
		fail(c, WICI_USAGE,
		     N_("%s is not well-formed JSON: line %d, column %d: %s"),
		     name, line, e->column, e->text);

	fail_hint(c, N_("one JSON object, or one object a line; every name "
			"once in an object"));
	return err;
}

static enum wici_err add(struct client *c, struct json_input *in,
			 const char *name, int line, json_t *body)
{
	if (!json_is_object(body)) {
		json_decref(body);
		return fail(c, WICI_USAGE,
			    N_("%s, line %d: a record is a JSON object, {…}"),
			    name, line);
	}
	(void)json_array_append_new(in->bodies, body);
	(void)json_array_append_new(in->lines, json_integer(line));
	return WICI_OK;
}

/* The next line, without its end; false when there is none. */
static bool next_line(struct wici_bytes *left, struct wici_bytes *line)
{
	const uint8_t *end;

	if (left->len == 0)
		return false;
	end = memchr(left->p, '\n', left->len);
	line->p = left->p;
	line->len = end ? (size_t)(end - left->p) : left->len;
	left->p += line->len + (end != NULL);
	left->len -= line->len + (end != NULL);
	return true;
}

static enum wici_err parse_lines(struct client *c, struct json_input *in,
				 const char *name, struct wici_bytes text)
{
	struct wici_bytes line;
	enum wici_err err = WICI_OK;

	for (int n = 1; !err && next_line(&text, &line); n++) {
		json_error_t e;
		json_t *body;

		if (is_blank(line))
			continue;
		body = load(line, &e);
		err = body ? add(c, in, name, n, body) : refuse(c, name, n, &e);
	}
	return err;
}

/* Meant as JSON Lines: two lines that are not blank, and one of them at least
 * an object of its own. */
static bool is_lines(struct wici_bytes text)
{
	struct wici_bytes line;
	int lines = 0;
	int objects = 0;

	while (next_line(&text, &line)) {
		json_error_t e;
		json_t *v;

		if (is_blank(line))
			continue;
		lines++;
		v = line.p[0] == '{' ? load(line, &e) : NULL;
		objects += v != NULL;
		json_decref(v);
		if (lines > 1 && objects > 0)
			return true;
	}
	return false;
}

static int line_of_start(struct wici_bytes text)
{
	int line = 1;

	for (size_t i = 0; i < text.len && is_space(text.p[i]); i++)
		line += text.p[i] == '\n';
	return line;
}

enum wici_err json_input_parse(struct client *c, struct json_input *in,
			       const char *name, struct wici_bytes text)
{
	json_error_t e;
	json_t *whole;
	enum wici_err err;

	in->bodies = json_array();
	in->lines = json_array();
	in->is_lines = false;
	in->places = NULL;
	/* A byte order mark, as Windows editors write it. */
	if (text.len >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0) {
		text.p += 3;
		text.len -= 3;
	}
	whole = load(text, &e);
	if (whole) {
		err = add(c, in, name, line_of_start(text), whole);
	} else if (is_blank(text)) {
		err = fail(c, WICI_USAGE, N_("%s is empty"), name);
	} else if (is_lines(text)) {
		err = parse_lines(c, in, name, text);
		in->is_lines = true;
	} else {
		err = refuse(c, name, e.line, &e);
	}
	if (err)
		json_input_clear(in);
	return err;
}

void json_input_clear(struct json_input *in)
{
	json_decref(in->bodies);
	json_decref(in->lines);
	json_decref(in->places);
	*in = (struct json_input){.bodies = NULL};
}
