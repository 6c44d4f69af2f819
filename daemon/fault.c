/* daemon/fault.c — Faults: kept, cut to size, written as an error map. */
#include "daemon/fault.h"

#include "proto/mp_read.h"
#include "proto/text.h"

#include <stdarg.h>
#include <stdio.h>

void fault_init(struct fault *f)
{
	memset(f, 0, sizeof(*f));
	growing_init(&f->items, GROWING_LEN_MAX / 4);
}

void fault_clear(struct fault *f)
{
	growing_clear(&f->items);
	fault_init(f);
}

/* Copies as much as fits, never half of a character. */
static void cut(char *out, size_t size, struct wici_bytes b)
{
	size_t len = b.len < size ? b.len : size - 1;

	while (len < b.len && len > 0 && (b.p[len] & 0xc0) == 0x80)
		len--;
	if (len)
		memcpy(out, b.p, len);
	out[len] = '\0';
}

/* What people take for the value. */
static void show(char *out, size_t size, struct wici_bytes raw)
{
	struct wici_mp_reader r;
	struct wici_mp v;

	out[0] = '\0';
	wici_mp_reader_init(&r, WICI_MP_LENIENT, raw);
	if (!raw.p || wici_mp_next(&r, &v))
		return;
	switch (v.type) {
	case WICI_MP_NIL:
		(void)snprintf(out, size, "null");
		break;
	case WICI_MP_BOOL:
		(void)snprintf(out, size, v.boolean ? "true" : "false");
		break;
	case WICI_MP_UINT:
		(void)snprintf(out, size, "%llu", (unsigned long long)v.u);
		break;
	case WICI_MP_INT:
		(void)snprintf(out, size, "%lld", (long long)v.i);
		break;
	case WICI_MP_FLOAT:
		(void)snprintf(out, size, "%g", v.f);
		break;
	case WICI_MP_STR:
		if (wici_text_is_text(v.bytes))
			cut(out, size, v.bytes);
		break;
	case WICI_MP_BIN:
		(void)snprintf(out, size, "%zu bytes", v.bytes.len);
		break;
	case WICI_MP_ARRAY:
		(void)snprintf(out, size, "a list of %u", v.count);
		break;
	case WICI_MP_MAP:
		(void)snprintf(out, size, "a map of %u", v.count);
		break;
	}
}

enum wici_err fault_set(struct fault *f, enum wici_err err, const char *field,
			const char *expected, struct wici_bytes got)
{
	f->field[0] = '\0';
	if (field)
		cut(f->field, sizeof(f->field), wici_bytes_str(field));
	f->expected = expected;
	show(f->got, sizeof(f->got), got);
	return err;
}

void fault_within(struct fault *f, const char *field, long index)
{
	char inner[sizeof(f->field)];
	const char *dot = f->field[0] ? "." : "";

	memcpy(inner, f->field, sizeof(inner));
	if (index < 0)
		(void)snprintf(f->field, sizeof(f->field), "%.40s%s%.100s",
			       field, dot, inner);
	else
		(void)snprintf(f->field, sizeof(f->field), "%.40s[%ld]%s%.90s",
			       field, index, dot, inner);
}

void fault_field(struct fault *f, struct wici_bytes field)
{
	f->field[0] = '\0';
	if (wici_text_is_line(field))
		cut(f->field, 80, field);
}

void fault_message(struct fault *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(f->message, sizeof(f->message), format, args);
	va_end(args);
}

void fault_hint(struct fault *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(f->hint, sizeof(f->hint), format, args);
	va_end(args);
}

struct wici_mp_writer *fault_item(struct fault *f)
{
	if (f->items_count >= FAULT_ITEMS_MAX)
		return NULL;
	f->items_count++;
	return &f->items.w;
}

/* printf cuts by bytes: what it left of a character is dropped. */
static void write_text(struct wici_mp_writer *w, const char *s)
{
	struct wici_bytes b = wici_bytes_str(s);

	while (b.len > 0 && !wici_text_is_utf8(b))
		b.len--;
	wici_mp_str_bytes(w, b);
}

static void write_message(struct wici_mp_writer *w, const struct fault *f,
			  enum wici_err err)
{
	char text[900];
	int len = snprintf(text, sizeof(text), "%s%s%s", wici_err_text(err),
			   f->message[0] ? ": " : "", f->message);

	if (f->field[0] && len > 0 && (size_t)len < sizeof(text))
		len += snprintf(text + len, sizeof(text) - (size_t)len, ": %s",
				f->field);
	if (f->expected && len > 0 && (size_t)len < sizeof(text))
		len += snprintf(text + len, sizeof(text) - (size_t)len,
				" (expected: %s)", f->expected);
	if (f->got[0] && len > 0 && (size_t)len < sizeof(text))
		(void)snprintf(text + len, sizeof(text) - (size_t)len,
			       " (got: %s)", f->got);
	wici_mp_str(w, "message");
	write_text(w, text);
}

static void write_pair(struct wici_mp_writer *w, const char *key,
		       const char *text)
{
	if (!text || !text[0])
		return;
	wici_mp_str(w, key);
	write_text(w, text);
}

void fault_write(struct wici_mp_writer *w, const struct fault *f,
		 enum wici_err err, uint32_t with_line)
{
	bool has_items = f->items_count > 0 && !f->items.w.overflow;
	int pairs = 2 + (f->field[0] != '\0') + (f->expected != NULL) +
		    (f->got[0] != '\0') + (f->hint[0] != '\0') + has_items +
		    (with_line > 0);

	wici_mp_map(w, (uint32_t)pairs);
	if (with_line) {
		wici_mp_str(w, "line");
		wici_mp_uint(w, with_line);
	}
	wici_mp_str(w, "code");
	wici_mp_str(w, wici_err_code(err));
	write_message(w, f, err);
	write_pair(w, "field", f->field);
	write_pair(w, "expected", f->expected);
	write_pair(w, "got", f->got);
	write_pair(w, "hint", f->hint);
	if (has_items) {
		wici_mp_str(w, "items");
		wici_mp_array(w, f->items_count);
		wici_mp_raw(w, growing_bytes(&f->items));
	}
}
