/* proto/kind.c — One engine for every kind: payloads are checked and read by
 * the rows, and only by them.
 *
 * The keys of a canonical map ascend, and so do the rows: both are walked
 * once, side by side. Everything below wici_kind_check() and
 * wici_field_check() works on bytes that are known to be canonical. */
#include "proto/kind.h"

#include "proto/attachment.h"
#include "proto/day.h"
#include "proto/entry.h"
#include "proto/kinds/row.h"
#include "proto/require.h"
#include "proto/text.h"

static const struct wici_field party_fields[] = {
	{.name = "member",
	 .type = WICI_TYPE_MEMBER,
	 .at = WICI_UNBOUND,
	 .label = {"Członek sieci", "Member"}},
	{.name = "name",
	 .type = WICI_TYPE_LINE,
	 .len_max = 200,
	 .at = WICI_UNBOUND,
	 .label = {"Nazwa", "Name"}},
	{.name = NULL},
};

/* clang-format off */
const struct wici_field wici_file_fields[] = {
	WICI_ROW("name", LINE, "Nazwa", "Name", .flags = WICI_REQUIRED,
		 .len_max = WICI_FILE_NAME_LEN_MAX),
	WICI_ROW("root", BYTES, "Adres", "Address", .flags = WICI_REQUIRED,
		 .len_max = WICI_ID_LEN),
	WICI_ROW("size", UINT, "Rozmiar", "Size", .flags = WICI_REQUIRED),
	WICI_ROW("type", LINE, "Typ", "Type",
		 .len_max = WICI_MEDIA_TYPE_LEN_MAX),
	{.name = NULL},
};
/* clang-format on */

static enum wici_err check_fields(const struct wici_field *row,
				  struct wici_bytes map,
				  struct wici_problem *problem);

static enum wici_err fail(struct wici_problem *problem,
			  const struct wici_field *f, const char *expected,
			  struct wici_bytes got)
{
	*problem = (struct wici_problem){
		.err = WICI_BAD_FIELD,
		.field = f->name,
		.expected = expected,
		.got = got,
	};
	return WICI_BAD_FIELD;
}

static int compare_name(const char *name, struct wici_bytes key)
{
	return wici_bytes_compare(wici_bytes_str(name), key);
}

static struct wici_mp_reader reader_of(struct wici_bytes raw)
{
	struct wici_mp_reader r;

	wici_mp_reader_init(&r, WICI_MP_CANONICAL, raw);
	return r;
}

static struct wici_mp next(struct wici_mp_reader *r)
{
	struct wici_mp v;
	enum wici_err err = wici_mp_next(r, &v);

	WICI_REQUIRE(err == WICI_OK);
	return v;
}

static struct wici_bytes next_raw(struct wici_mp_reader *r)
{
	struct wici_bytes raw;
	enum wici_err err = wici_mp_skip(r, &raw);

	WICI_REQUIRE(err == WICI_OK);
	return raw;
}

static struct wici_mp first(struct wici_bytes raw)
{
	struct wici_mp_reader r = reader_of(raw);

	return next(&r);
}

/* What people take for the value: a string without its MessagePack head. */
static struct wici_bytes shown(struct wici_bytes raw)
{
	struct wici_mp v = first(raw);

	return v.type == WICI_MP_STR || v.type == WICI_MP_BIN ? v.bytes : raw;
}

/* What the row wants instead of this string, or NULL. */
static const char *fault_of_string(const struct wici_field *f,
				   struct wici_bytes b)
{
	if (b.len == 0)
		return "not_empty";
	if (b.len > f->len_max)
		return "shorter";
	if (f->type == WICI_TYPE_LINE ? !wici_text_is_line(b)
				      : !wici_text_is_text(b))
		return wici_type_name(f->type);
	if ((f->flags & WICI_CODE) && !wici_text_is_code(b))
		return "code";
	return NULL;
}

static bool is_hash(const struct wici_mp *v)
{
	return v->type == WICI_MP_BIN && v->bytes.len == WICI_ID_LEN &&
	       !wici_is_zero(v->bytes.p, v->bytes.len);
}

static bool is_day(struct wici_bytes b)
{
	int32_t day;

	return wici_day_parse(&day, b) == WICI_OK;
}

static bool is_when(struct wici_bytes b)
{
	int32_t day_first;
	int32_t day_last;

	return wici_when_parse(&day_first, &day_last, b) == WICI_OK;
}

/* Is one value of the row's type? Strings of LINE and TEXT, and what stands
 * in a map, are looked at more closely elsewhere. */
static bool is_type(const struct wici_field *f, const struct wici_mp *v)
{
	bool is_str = v->type == WICI_MP_STR;

	switch (f->type) {
	case WICI_TYPE_LINE:
	case WICI_TYPE_TEXT:
		return is_str;
	case WICI_TYPE_UINT:
		return v->type == WICI_MP_UINT && v->u <= WICI_SEQ_MAX;
	case WICI_TYPE_BOOL:
		return v->type == WICI_MP_BOOL;
	case WICI_TYPE_DAY:
		return is_str && is_day(v->bytes);
	case WICI_TYPE_WHEN:
		return is_str && is_when(v->bytes);
	case WICI_TYPE_WORD:
		return is_str && wici_word_find(f->words, v->bytes, false);
	case WICI_TYPE_MEMBER:
	case WICI_TYPE_RECORD:
		return is_hash(v);
	case WICI_TYPE_BYTES:
		return v->type == WICI_MP_BIN &&
		       (!f->len_max || v->bytes.len == f->len_max);
	case WICI_TYPE_PARTY:
	case WICI_TYPE_FILE:
	case WICI_TYPE_MAP:
		return v->type == WICI_MP_MAP;
	}
	return false;
}

static enum wici_err check_party(const struct wici_field *f,
				 struct wici_bytes raw,
				 struct wici_problem *problem)
{
	enum wici_err err = check_fields(party_fields, raw, problem);
	struct wici_bytes value;

	if (err)
		return err;
	if (wici_mp_find(WICI_MP_CANONICAL, raw, "member", &value) &&
	    wici_mp_find(WICI_MP_CANONICAL, raw, "name", &value))
		return fail(problem, f, wici_type_name(f->type), raw);
	return WICI_OK;
}

static enum wici_err check_file(struct wici_bytes raw,
				struct wici_problem *problem)
{
	const struct wici_field *row = wici_file_fields;
	enum wici_err err = check_fields(row, raw, problem);
	struct wici_file file;

	if (err)
		return err;
	wici_file_read(raw, &file);
	if (!wici_file_name_is_plain(file.name))
		return fail(problem, &row[0], "file_name", file.name);
	if (!wici_chunks_count(file.size))
		return fail(problem, &row[2], "file_size", raw);
	if (file.type.p && !wici_media_type_is_plain(file.type))
		return fail(problem, &row[3], "media_type", file.type);
	return WICI_OK;
}

/* One value, or one item of a list. */
static enum wici_err check_one(const struct wici_field *f,
			       struct wici_bytes raw,
			       struct wici_problem *problem)
{
	struct wici_mp v = first(raw);
	const char *fault = NULL;

	if (!is_type(f, &v))
		return fail(problem, f, wici_type_name(f->type), shown(raw));
	if (f->type == WICI_TYPE_MAP)
		return check_fields(f->sub, raw, problem);
	if (f->type == WICI_TYPE_PARTY)
		return check_party(f, raw, problem);
	if (f->type == WICI_TYPE_FILE)
		return check_file(raw, problem);
	if (f->type == WICI_TYPE_LINE || f->type == WICI_TYPE_TEXT)
		fault = fault_of_string(f, v.bytes);
	return fault ? fail(problem, f, fault, v.bytes) : WICI_OK;
}

static enum wici_err check_value(const struct wici_field *f,
				 struct wici_bytes raw,
				 struct wici_problem *problem)
{
	struct wici_mp_reader r = reader_of(raw);
	struct wici_mp head;
	enum wici_err err = WICI_OK;

	if (!(f->flags & WICI_LIST))
		return check_one(f, raw, problem);
	head = next(&r);
	if (head.type != WICI_MP_ARRAY)
		return fail(problem, f, "list", shown(raw));
	if (head.count == 0)
		return fail(problem, f, "not_empty", raw);
	if (head.count > f->items_max)
		return fail(problem, f, "fewer", raw);
	for (uint32_t i = 0; !err && i < head.count; i++)
		err = check_one(f, next_raw(&r), problem);
	return err;
}

/* The merge walk. A row that the keys have passed is absent; a key that is no
 * row is somebody's newer field. */
static enum wici_err check_fields(const struct wici_field *row,
				  struct wici_bytes map,
				  struct wici_problem *problem)
{
	static const struct wici_bytes nothing = {NULL, 0};
	struct wici_mp_reader r = reader_of(map);
	uint32_t left = next(&r).count;
	enum wici_err err = WICI_OK;

	for (; !err && left; left--) {
		struct wici_bytes key = next(&r).bytes;
		struct wici_bytes raw = next_raw(&r);

		for (; row->name && compare_name(row->name, key) < 0; row++)
			if (row->flags & WICI_REQUIRED)
				return fail(problem, row, "required", nothing);
		if (!row->name || compare_name(row->name, key) != 0)
			continue;
		err = check_value(row, raw, problem);
		row++;
	}
	for (; !err && row->name; row++)
		if (row->flags & WICI_REQUIRED)
			return fail(problem, row, "required", nothing);
	return err;
}

/* Nothing can be said about a row yet: the bytes themselves are wrong. */
static enum wici_err fail_whole(struct wici_problem *problem, enum wici_err err,
				const char *expected, struct wici_bytes got)
{
	*problem = (struct wici_problem){
		.err = err,
		.expected = expected,
		.got = got,
	};
	return err;
}

static enum wici_err check_canonical(struct wici_bytes b,
				     struct wici_problem *problem)
{
	enum wici_err err = wici_mp_check(WICI_MP_CANONICAL, b, NULL);

	*problem = (struct wici_problem){.err = WICI_OK};
	if (err == WICI_AGAIN) /* It ends too early, and no more will come. */
		err = WICI_REJECT_MP;
	return err ? fail_whole(problem, err, "canonical", b) : WICI_OK;
}

static enum wici_err check_rule(const struct wici_kind *kind,
				struct wici_bytes payload,
				struct wici_problem *problem)
{
	union {
		uint64_t align;
		uint8_t b[WICI_BODY_LEN_MAX];
	} body;
	const char *field = NULL;
	struct wici_bytes raw;
	enum wici_err err;

	WICI_REQUIRE(kind->body_len <= sizeof(body));
	wici_kind_read(kind, payload, body.b);
	err = kind->check(body.b, &field);
	if (!err)
		return WICI_OK;
	*problem = (struct wici_problem){
		.err = err,
		.field = field,
		.expected = "rule",
	};
	if (field && !wici_mp_find(WICI_MP_CANONICAL, payload, field, &raw))
		problem->got = shown(raw);
	else if (field) /* The others ask for it. */
		problem->expected = "required";
	return err;
}

enum wici_err wici_kind_check(const struct wici_kind *kind,
			      struct wici_bytes payload,
			      struct wici_problem *problem)
{
	enum wici_err err;

	if (payload.len > WICI_PAYLOAD_LEN_MAX)
		return fail_whole(problem, WICI_TOO_LARGE, "size", payload);
	err = check_canonical(payload, problem);
	if (err)
		return err;
	if (first(payload).type != WICI_MP_MAP)
		return fail_whole(problem, WICI_BAD_FIELD, "map", payload);
	err = check_fields(kind->fields, payload, problem);
	if (!err && kind->check)
		err = check_rule(kind, payload, problem);
	return err;
}

enum wici_err wici_field_check(const struct wici_field *f,
			       struct wici_bytes raw,
			       struct wici_problem *problem)
{
	enum wici_err err = check_canonical(raw, problem);

	problem->field = err ? f->name : NULL;
	return err ? err : check_value(f, raw, problem);
}

static void bind_when(void *at, struct wici_bytes text)
{
	struct wici_when when = {.text = text};
	enum wici_err err = wici_when_parse(&when.first, &when.last, text);

	WICI_REQUIRE(err == WICI_OK);
	memcpy(at, &when, sizeof(when));
}

/* raw has passed check_value(). */
static void bind(const struct wici_field *f, struct wici_bytes raw, void *at)
{
	struct wici_mp v = first(raw);

	if (f->flags & WICI_LIST) {
		memcpy(at, &raw, sizeof(raw));
		return;
	}
	switch (f->type) {
	case WICI_TYPE_LINE:
	case WICI_TYPE_TEXT:
	case WICI_TYPE_WORD:
	case WICI_TYPE_BYTES:
		memcpy(at, &v.bytes, sizeof(v.bytes));
		break;
	case WICI_TYPE_UINT:
		memcpy(at, &v.u, sizeof(v.u));
		break;
	case WICI_TYPE_BOOL:
		memcpy(at, &v.boolean, sizeof(v.boolean));
		break;
	case WICI_TYPE_DAY:
	case WICI_TYPE_WHEN:
		bind_when(at, v.bytes);
		break;
	case WICI_TYPE_MEMBER:
	case WICI_TYPE_RECORD:
		memcpy(at, v.bytes.p, WICI_ID_LEN);
		break;
	case WICI_TYPE_PARTY:
	case WICI_TYPE_FILE:
	case WICI_TYPE_MAP:
		memcpy(at, &raw, sizeof(raw));
		break;
	}
}

void wici_fields_init(struct wici_fields *f, const struct wici_kind *kind,
		      struct wici_bytes payload)
{
	f->r = reader_of(payload);
	f->left = next(&f->r).count;
	f->row = kind->fields;
}

bool wici_fields_next(struct wici_fields *f, const struct wici_field **field,
		      struct wici_bytes *raw)
{
	for (; f->left && f->row->name; f->left--) {
		struct wici_bytes key = next(&f->r).bytes;
		int order = -1;

		*raw = next_raw(&f->r);
		while (f->row->name &&
		       (order = compare_name(f->row->name, key)) < 0)
			f->row++;
		if (order != 0)
			continue;
		*field = f->row++;
		f->left--;
		return true;
	}
	return false;
}

void wici_kind_read(const struct wici_kind *kind, struct wici_bytes payload,
		    void *body)
{
	const struct wici_field *field;
	struct wici_fields fields;
	struct wici_bytes raw;

	if (kind->body_len)
		memset(body, 0, kind->body_len);
	wici_fields_init(&fields, kind, payload);
	while (wici_fields_next(&fields, &field, &raw))
		if (field->at != WICI_UNBOUND)
			bind(field, raw, (uint8_t *)body + field->at);
}

const struct wici_field *wici_field_find(const struct wici_field *fields,
					 struct wici_bytes name)
{
	for (; fields->name; fields++)
		if (wici_bytes_is(name, fields->name))
			return fields;
	return NULL;
}

const struct wici_field *wici_field_flagged(const struct wici_kind *kind,
					    uint16_t flag)
{
	for (const struct wici_field *f = kind->fields; f->name; f++)
		if (f->flags & flag)
			return f;
	return NULL;
}

bool wici_kind_is_by_node(const struct wici_kind *kind)
{
	if (kind->by == WICI_BY_OPENING || kind->by == WICI_BY_REGISTRAR)
		return true;
	for (const struct wici_field *f = kind->fields; f->name; f++)
		if (!(f->flags & WICI_BY_NODE))
			return false;
	return true;
}
