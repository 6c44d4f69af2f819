/* daemon/body_value.c — One value from a client, as it would stand in a
 * payload: text made plain, words, names and numbers looked up. */
#include "daemon/body_private.h"

#include "daemon/attachments.h"
#include "daemon/certificates.h"
#include "daemon/find.h"
#include "daemon/plain.h"
#include "proto/day.h"
#include "proto/entry.h"
#include "proto/text.h"

#include <stdlib.h>

static const struct wici_field file_field = {.name = "file",
					     .type = WICI_TYPE_FILE};

struct wici_mp body_head(struct wici_bytes raw)
{
	struct wici_mp_reader r;
	struct wici_mp v = {.type = WICI_MP_NIL};

	wici_mp_reader_init(&r, WICI_MP_LENIENT, raw);
	if (wici_mp_next(&r, &v))
		v.type = WICI_MP_NIL;
	return v;
}

static enum wici_err refuse(struct body_maker *m, const struct wici_field *f,
			    enum wici_err err, struct wici_bytes raw)
{
	return fault_set(m->fault, err, f->name, wici_type_name(f->type), raw);
}

static void write_plain(struct body_maker *m, const char *text, size_t len)
{
	wici_mp_str_bytes(m->w,
			  (struct wici_bytes){(const uint8_t *)text, len});
}

/* A word by its code, or by a label in either language, in any case. */
static const struct wici_word *find_word(const struct wici_word *words,
					 struct wici_bytes text)
{
	const struct wici_word *found = wici_word_find(words, text, true);
	char *folded = NULL;
	size_t len;

	if (found || plain_folded(text, &folded, &len))
		return found;
	for (const struct wici_word *w = words; !found && w->code; w++)
		if (plain_is_same(wici_bytes_str(w->code), folded) ||
		    plain_is_same(wici_bytes_str(w->label.pl), folded) ||
		    plain_is_same(wici_bytes_str(w->label.en), folded))
			found = w;
	free(folded);
	return found;
}

/* LINE, TEXT, DAY, WHEN, WORD. */
static enum wici_err make_string(struct body_maker *m,
				 const struct wici_field *f,
				 struct wici_bytes raw)
{
	struct wici_mp v = body_head(raw);
	const struct wici_word *word = NULL;
	char *text = NULL;
	size_t len;

	if (v.type != WICI_MP_STR || plain_text(v.bytes, &text, &len))
		return refuse(m, f, WICI_BAD_FIELD, raw);
	if (f->flags & WICI_TERYT &&
	    !wici_text_is_teryt((struct wici_bytes){(uint8_t *)text, len})) {
		free(text);
		return fault_set(m->fault, WICI_BAD_FIELD, f->name, "teryt",
				 raw);
	}
	if (f->type == WICI_TYPE_WORD)
		word = find_word(f->words,
				 (struct wici_bytes){(uint8_t *)text, len});
	if (word)
		wici_mp_str(m->w, word->code);
	else
		write_plain(m, text, len);
	free(text);
	return WICI_OK;
}

static bool is_decimal(struct wici_bytes b, uint64_t *u)
{
	*u = 0;
	for (size_t i = 0; i < b.len; i++) {
		if (b.p[i] < '0' || b.p[i] > '9' || *u > WICI_SEQ_MAX)
			return false;
		*u = *u * 10 + (uint64_t)(b.p[i] - '0');
	}
	return b.len > 0;
}

static enum wici_err make_uint(struct body_maker *m, const struct wici_field *f,
			       struct wici_bytes raw)
{
	struct wici_mp v = body_head(raw);
	uint64_t u = v.u;

	if (v.type != WICI_MP_UINT &&
	    !(v.type == WICI_MP_STR && is_decimal(v.bytes, &u)))
		return refuse(m, f, WICI_BAD_FIELD, raw);
	wici_mp_uint(m->w, u);
	return WICI_OK;
}

static enum wici_err make_bool(struct body_maker *m, const struct wici_field *f,
			       struct wici_bytes raw)
{
	static const char *const yes[] = {"true", "yes", "tak"};
	static const char *const no[] = {"false", "no", "nie"};
	struct wici_mp v = body_head(raw);
	int value = v.type == WICI_MP_BOOL ? v.boolean : -1;

	for (size_t i = 0; v.type == WICI_MP_STR && i < 3; i++) {
		if (wici_bytes_is(v.bytes, yes[i]))
			value = 1;
		if (wici_bytes_is(v.bytes, no[i]))
			value = 0;
	}
	if (value < 0)
		return refuse(m, f, WICI_BAD_FIELD, raw);
	wici_mp_bool(m->w, value == 1);
	return WICI_OK;
}

static enum wici_err make_bytes(struct body_maker *m,
				const struct wici_field *f,
				struct wici_bytes raw)
{
	struct wici_mp v = body_head(raw);
	uint8_t *bytes;
	size_t len;
	enum wici_err err;

	if (v.type == WICI_MP_BIN) {
		wici_mp_bin(m->w, v.bytes.p, v.bytes.len);
		return WICI_OK;
	}
	if (v.type != WICI_MP_STR)
		return refuse(m, f, WICI_BAD_FIELD, raw);
	len = f->len_max ? f->len_max : v.bytes.len / 2;
	bytes = growing_alloc(len);
	err = wici_unhex(bytes, len, v.bytes);
	if (!err)
		wici_mp_bin(m->w, bytes, len);
	free(bytes);
	return err ? refuse(m, f, WICI_BAD_FIELD, raw) : WICI_OK;
}

/* Found by nobody: what was looked for, and where to look. */
static enum wici_err lost(struct body_maker *m, const struct wici_field *f,
			  enum wici_err err, struct wici_bytes raw)
{
	if (err == WICI_NOT_FOUND && f->type != WICI_TYPE_RECORD)
		fault_hint(m->fault, "wici institution list names the members");
	if (err != WICI_NOT_FOUND && err != WICI_AMBIGUOUS &&
	    err != WICI_BAD_FIELD)
		return err; /* The store's. */
	return refuse(m, f, err, raw);
}

static enum wici_err make_member(struct body_maker *m,
				 const struct wici_field *f,
				 struct wici_bytes raw)
{
	struct wici_mp v = body_head(raw);
	struct wici_key key;
	enum wici_err err;

	if (v.type == WICI_MP_BIN && v.bytes.len == WICI_KEY_LEN) {
		wici_mp_bin(m->w, v.bytes.p, v.bytes.len);
		return WICI_OK;
	}
	if (v.type != WICI_MP_STR)
		return refuse(m, f, WICI_BAD_FIELD, raw);
	err = find_institution(m->node, v.bytes, m->by, &key, m->fault);
	if (err)
		return lost(m, f, err, raw);
	wici_mp_bin(m->w, key.b, WICI_KEY_LEN);
	return WICI_OK;
}

/* A whole id is taken as it is: the record may be on its way to us. */
static enum wici_err resolve_record(struct body_maker *m,
				    struct wici_bytes text, struct wici_id *id)
{
	struct entry_row row;
	int64_t entry;
	enum wici_err err;

	if (text.len == WICI_HEX_LEN && find_is_hex(text))
		return wici_unhex(id->b, WICI_ID_LEN, text);
	err = find_record(m->node, text, &entry, m->fault);
	if (err == WICI_BAD_FIELD || err == WICI_NOT_FOUND)
		err = certificates_find_number(
			m->node, text, wici_day_warsaw(m->node->now.wall_ms),
			&entry, m->fault);
	if (!err)
		err = entry_get(m->node->store, entry, &row);
	if (!err)
		*id = row.id;
	return err;
}

static enum wici_err make_record(struct body_maker *m,
				 const struct wici_field *f,
				 struct wici_bytes raw)
{
	struct wici_mp v = body_head(raw);
	struct wici_id id;
	enum wici_err err;

	if (v.type == WICI_MP_BIN) {
		wici_mp_bin(m->w, v.bytes.p, v.bytes.len);
		return WICI_OK;
	}
	if (v.type != WICI_MP_STR)
		return refuse(m, f, WICI_BAD_FIELD, raw);
	err = resolve_record(m, v.bytes, &id);
	if (err)
		return lost(m, f, err, raw);
	wici_mp_bin(m->w, id.b, WICI_ID_LEN);
	return WICI_OK;
}

/* A string that names a member is that member; any other is a name. */
static enum wici_err make_party(struct body_maker *m,
				const struct wici_field *f,
				struct wici_bytes raw)
{
	static const struct wici_field rows[] = {
		{.name = "member", .type = WICI_TYPE_MEMBER},
		{.name = "name", .type = WICI_TYPE_LINE, .len_max = 200},
		{.name = NULL},
	};
	struct wici_mp v = body_head(raw);
	struct wici_key key;
	enum wici_err err;

	if (v.type == WICI_MP_MAP)
		return body_map(m, rows, raw, NULL);
	if (v.type != WICI_MP_STR)
		return refuse(m, f, WICI_BAD_FIELD, raw);
	err = find_institution(m->node, v.bytes, m->by, &key, m->fault);
	if (err == WICI_NOT_FOUND && v.bytes.len == WICI_HEX_LEN &&
	    find_is_hex(v.bytes))
		return lost(m, f, err, raw);
	if (err && err != WICI_NOT_FOUND)
		return lost(m, f, err, raw);
	wici_mp_map(m->w, 1);
	wici_mp_str(m->w, err ? "name" : "member");
	if (err)
		return make_string(m, &rows[1], raw);
	wici_mp_bin(m->w, key.b, WICI_KEY_LEN);
	return WICI_OK;
}

static enum wici_err make_inner(struct body_maker *m,
				const struct wici_field *f,
				const struct wici_field *rows,
				struct wici_bytes raw)
{
	if (body_head(raw).type != WICI_MP_MAP)
		return refuse(m, f, WICI_BAD_FIELD, raw);
	if (rows)
		return body_map(m, rows, raw, NULL);
	wici_mp_raw(m->w, raw);
	return WICI_OK;
}

/* Named is what is here, or what somebody names already: of a file that nobody
 * holds there would be nothing to read. */
static enum wici_err make_file(struct body_maker *m, const struct wici_field *f,
			       struct wici_bytes raw)
{
	size_t from = m->w->len;
	enum wici_err err = make_inner(m, f, wici_file_fields, raw);
	struct attachment_naming by;
	struct attachment_view view;
	struct wici_problem problem;
	struct wici_bytes made;
	struct wici_file file;

	if (err || m->w->overflow)
		return err;
	made = (struct wici_bytes){m->w->buf + from, m->w->len - from};
	if (wici_field_check(&file_field, made, &problem))
		return WICI_OK; /* Who asked for it says what is wrong. */
	wici_file_read(made, &file);
	attachments_view(m->node, &file.root, file.size, &view);
	if (view.is_whole)
		return WICI_OK;
	err = attachments_naming(m->node, &file.root, file.size, &by);
	if (err != WICI_NOT_FOUND && err != WICI_MORE)
		return err;
	fault_hint(m->fault, "`wici attachment add FILE` first");
	return fault_set(m->fault, WICI_NOT_FOUND, "root", "held", raw);
}

enum wici_err body_value_make(struct body_maker *m, const struct wici_field *f,
			      struct wici_bytes raw)
{
	switch (f->type) {
	case WICI_TYPE_LINE:
	case WICI_TYPE_TEXT:
	case WICI_TYPE_DAY:
	case WICI_TYPE_WHEN:
	case WICI_TYPE_WORD:
		return make_string(m, f, raw);
	case WICI_TYPE_UINT:
		return make_uint(m, f, raw);
	case WICI_TYPE_BOOL:
		return make_bool(m, f, raw);
	case WICI_TYPE_MEMBER:
		return make_member(m, f, raw);
	case WICI_TYPE_RECORD:
		return make_record(m, f, raw);
	case WICI_TYPE_PARTY:
		return make_party(m, f, raw);
	case WICI_TYPE_BYTES:
		return make_bytes(m, f, raw);
	case WICI_TYPE_FILE:
		return make_file(m, f, raw);
	case WICI_TYPE_MAP:
		return make_inner(m, f, f->sub, raw);
	}
	return WICI_INTERNAL;
}
