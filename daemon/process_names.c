/* daemon/process_names.c — Do those whom a record names go together? What no
 * fold would mind, and nobody means: a visit to oneself, an application to who
 * issues nothing. Asked of what is published here; what arrives is as it is. */
#include "daemon/process_names.h"

#include "daemon/feeds.h"
#include "daemon/find.h"
#include "proto/kinds.h"

/* A MEMBER's key, or a RECORD's id: 32 bytes. */
static bool find_bytes(struct wici_bytes payload, const struct wici_field *f,
		       uint8_t out[WICI_ID_LEN])
{
	struct wici_mp_reader r;
	struct wici_bytes raw;
	struct wici_mp v;

	if (!f || wici_mp_find(WICI_MP_CANONICAL, payload, f->name, &raw))
		return false;
	wici_mp_reader_init(&r, WICI_MP_CANONICAL, raw);
	if (wici_mp_expect(&r, WICI_MP_BIN, &v) || v.bytes.len != WICI_ID_LEN)
		return false;
	memcpy(out, v.bytes.p, WICI_ID_LEN);
	return true;
}

static enum wici_err wrong(struct fault *fault, const struct wici_field *f,
			   const char *expected)
{
	return fault_set(fault, WICI_BAD_FIELD, f->name, expected,
			 (struct wici_bytes){NULL, 0});
}

/* Nobody is both sides of what has two. */
static enum wici_err check_sides(const struct node *n,
				 const struct wici_kind *kind,
				 struct wici_bytes payload, struct fault *fault)
{
	const struct wici_field *named = NULL;
	struct wici_key sides[WICI_SIDES_MAX];

	for (size_t i = 0; i < WICI_SIDES_MAX; i++) {
		const char *name = kind->process->sides[i].field;
		const struct wici_field *f;

		if (!name)
			return WICI_OK;
		f = wici_field_find(kind->fields, wici_bytes_str(name));
		sides[i] = n->own->whose;
		if (find_bytes(payload, f, sides[i].b))
			named = f;
	}
	return named && wici_key_equal(&sides[0], &sides[1])
		       ? wrong(fault, named, "other_side")
		       : WICI_OK;
}

/* What there is one of for each practice is about a practice. */
static enum wici_err check_one_for(struct node *n, const struct wici_kind *kind,
				   struct wici_bytes payload,
				   struct fault *fault)
{
	const char *name = kind->process->one_for;
	const struct wici_field *f = NULL;
	const struct wici_process *is;
	struct entry_row row;
	struct wici_id id;
	int64_t entry;
	enum wici_err err;

	if (name)
		f = wici_field_find(kind->fields, wici_bytes_str(name));
	if (!find_bytes(payload, f, id.b))
		return WICI_OK;
	err = find_entry(n, &id, &entry);
	if (!err)
		err = entry_get(n->store, entry, &row);
	if (err)
		return err == WICI_NOT_FOUND ? WICI_OK : err;
	is = wici_process_of(row.entry.header.kind);
	return is && strcmp(is->name, name) == 0 ? WICI_OK
						 : wrong(fault, f, "sort");
}

/* Who is asked for a certificate issues for its scheme. */
static enum wici_err check_issuer(const struct node *n,
				  const struct wici_kind *kind,
				  struct wici_bytes payload,
				  struct fault *fault)
{
	const struct wici_field *scheme = wici_field_flagged(kind, WICI_CODE);
	const struct wici_field *to = wici_field_flagged(kind, WICI_ABOUT);
	struct wici_bytes word;
	struct wici_key key;

	if (!scheme || !find_bytes(payload, to, key.b))
		return WICI_OK;
	word = find_line(payload, scheme->name);
	for (size_t i = 0; i < n->roster.issuers_count; i++)
		if (wici_key_equal(&n->roster.issuers[i].identity, &key) &&
		    wici_bytes_is(word, n->roster.issuers[i].scheme))
			return WICI_OK;
	(void)wrong(fault, to, "issuer");
	fault_hint(fault, "`wici roster show` names the issuers");
	return WICI_BAD_FIELD;
}

/* What both the record and the one it is about name is the same: charges are
 * against the holder of the certificate. */
static enum wici_err check_same(struct node *n, const struct wici_kind *kind,
				struct wici_bytes payload, struct fault *fault)
{
	const struct wici_field *about = wici_field_flagged(kind, WICI_ABOUT);
	const struct wici_kind *other;
	const struct wici_field *f;
	struct wici_key key, theirs;
	struct entry_row row;
	struct wici_id id;
	int64_t entry;

	if (!about || !find_bytes(payload, about, key.b))
		return WICI_OK;
	for (f = kind->fields; f->name; f++)
		if (f->type == WICI_TYPE_RECORD && (f->flags & WICI_REQUIRED))
			break;
	if (!f->name || !find_bytes(payload, f, id.b) ||
	    find_entry(n, &id, &entry) || entry_get(n->store, entry, &row))
		return WICI_OK;
	other = wici_kind_by_number(row.entry.header.kind);
	f = other ? wici_field_find(other->fields, wici_bytes_str(about->name))
		  : NULL;
	return f && find_bytes(row.entry.payload, f, theirs.b) &&
			       !wici_key_equal(&key, &theirs)
		       ? wrong(fault, about, "side")
		       : WICI_OK;
}

enum wici_err process_check_names(struct node *n, const struct wici_kind *kind,
				  struct wici_bytes payload,
				  struct fault *fault)
{
	enum wici_err err;

	if (!kind->process)
		return WICI_OK;
	err = check_same(n, kind, payload, fault);
	/* Whether an issuer may is another question, and asked first. */
	if (err || kind->by == WICI_BY_ISSUER)
		return err;
	err = check_sides(n, kind, payload, fault);
	if (!err)
		err = check_one_for(n, kind, payload, fault);
	return err ? err : check_issuer(n, kind, payload, fault);
}

enum wici_err process_check_about(const struct process *p,
				  const struct wici_kind *kind,
				  struct wici_bytes payload,
				  struct fault *fault)
{
	const struct wici_field *about = wici_field_flagged(kind, WICI_ABOUT);
	struct wici_key key;

	return about && find_bytes(payload, about, key.b) &&
			       !process_sides(p, &key)
		       ? wrong(fault, about, "side")
		       : WICI_OK;
}
