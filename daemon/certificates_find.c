/* daemon/certificates_find.c — Which certificate people mean.
 *
 * Anybody may write grants of any number: a number is looked up in issuing
 * feeds alone. */
#include "daemon/certificates.h"
#include "daemon/find.h"
#include "daemon/plain.h"
#include "daemon/refs.h"
#include "daemon/view.h"
#include "proto/kinds/certificate.h"

#include <stdlib.h>

/* One of several grants of a number. */
struct candidate {
	int64_t n;
	struct wici_id id, previous;
	bool has_begun;    /* On the day that is asked about. */
	bool is_corrected; /* Another grant stands for it. */
};

static enum wici_err read_candidate(struct node *n, int64_t entry, int32_t day,
				    struct candidate *c)
{
	struct certificate loaded;
	const struct wici_certificate *f = &loaded.folded;
	enum wici_err err = certificates_load(n, entry, &loaded);

	memset(c, 0, sizeof(*c));
	c->n = entry;
	if (!err && f->state != WICI_CERT_NONE) {
		c->id = f->asked->id;
		c->previous = f->terms.previous;
		c->has_begun = !f->terms.valid_from.text.p ||
			       f->terms.valid_from.first <= day;
		c->is_corrected = f->grant != f->asked;
	}
	certificates_clear(&loaded);
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

/* Does b take the place of a: its renewal that has begun, or what it is to renew
 * one day? */
static bool is_instead(const struct candidate *b, const struct candidate *a)
{
	return (b->has_begun && wici_id_equal(&b->previous, &a->id)) ||
	       (!a->has_begun && wici_id_equal(&a->previous, &b->id));
}

/* Drops those that were corrected, and of a certificate and its renewal the one
 * that does not hold that day; if that leaves any. Few: a number is given to
 * one certificate. */
static enum wici_err choose(struct node *n, int32_t day, int64_t *ns,
			    size_t *count)
{
	struct candidate *all = growing_alloc(*count * sizeof(*all));
	enum wici_err err = WICI_OK;
	size_t kept = 0;

	for (size_t i = 0; !err && i < *count; i++)
		err = read_candidate(n, ns[i], day, &all[i]);
	for (size_t i = 0; !err && i < *count; i++) {
		bool is_dropped = all[i].is_corrected;

		for (size_t j = 0; j < *count; j++)
			is_dropped |= !all[j].is_corrected &&
				      is_instead(&all[j], &all[i]);
		if (!is_dropped)
			ns[kept++] = all[i].n;
	}
	free(all);
	*count = kept > 0 ? kept : *count;
	return err;
}

static void write_holder(struct wici_mp_writer *w, const struct node *n,
			 struct wici_bytes payload)
{
	struct wici_grant_body body;
	const char *name;

	wici_kind_read(&wici_kind_certificate_grant, payload, &body);
	name = find_name(n, &body.holder);
	wici_mp_str(w, "name");
	view_line(w, wici_bytes_str(name ? name : ""));
}

static enum wici_err name_candidates(struct node *n, const int64_t *ns,
				     size_t count, struct fault *fault)
{
	for (size_t i = 0; i < count; i++) {
		struct entry_row row;
		struct wici_mp_writer *w;
		enum wici_err err = entry_get(n->store, ns[i], &row);

		if (err)
			return err;
		w = fault_item(fault);
		if (!w)
			break;
		wici_mp_map(w, 4);
		wici_mp_str(w, "id");
		wici_mp_hex(w, row.id.b, WICI_ID_LEN);
		write_holder(w, n, row.entry.payload);
		wici_mp_str(w, "number");
		view_line(w, find_line(row.entry.payload, "number"));
		wici_mp_str(w, "granted_on");
		view_line(w, find_line(row.entry.payload, "granted_on"));
	}
	return WICI_AMBIGUOUS;
}

#define SAME_NUMBER_MAX ((size_t)64)

/* Grants of one number. */
struct numbered {
	enum wici_standing standing; /* All have this one. */
	int64_t ns[SAME_NUMBER_MAX];
	size_t count;
};

/* Keeps those of that standing: COUNTS and VOID_INDEX have only those that stand
 * in an issuing feed of their scheme. */
static enum wici_err keep_issued(struct node *n, const int64_t *ns,
				 size_t count, struct numbered *kept)
{
	kept->count = 0;
	for (size_t i = 0; i < count && kept->count < SAME_NUMBER_MAX; i++) {
		struct entry_row row;
		enum wici_err err = entry_get(n->store, ns[i], &row);

		if (err)
			return err;
		if (view_standing(n, &row) == kept->standing)
			kept->ns[kept->count++] = ns[i];
	}
	return WICI_OK;
}

static enum wici_err find_numbered(struct node *n, struct wici_bytes text,
				   struct numbered *kept)
{
	struct refs_asked q = {.to = NULL};
	int64_t *ns = NULL;
	size_t count = 0;
	char *plain = NULL;
	enum wici_err err;

	if (text.len > 1000 || plain_text(text, &plain, &q.number.len))
		return WICI_NOT_FOUND;
	q.number.p = (uint8_t *)plain;
	err = q.number.len ? refs_ask(n, &q, &ns, &count) : WICI_NOT_FOUND;
	if (!err)
		err = keep_issued(n, ns, count, kept);
	free(plain);
	free(ns);
	return err || kept->count ? err : WICI_NOT_FOUND;
}

enum wici_err certificates_find_number(struct node *n, struct wici_bytes text,
				       int32_t day, int64_t *grant_n,
				       struct fault *fault)
{
	struct numbered kept = {.standing = WICI_COUNTS};
	enum wici_err err = find_numbered(n, text, &kept);

	if (!err && kept.count > 1)
		err = choose(n, day, kept.ns, &kept.count);
	if (err)
		return err;
	*grant_n = kept.ns[0];
	if (kept.count == 1)
		return WICI_OK;
	return name_candidates(n, kept.ns, kept.count, fault);
}

enum wici_err certificates_find(struct node *n, struct wici_bytes text,
				int32_t day, int64_t *grant_n,
				struct fault *fault)
{
	struct numbered again = {.standing = WICI_VOID_INDEX};
	enum wici_err err =
		certificates_find_number(n, text, day, grant_n, fault);

	if (err != WICI_NOT_FOUND)
		return err;
	err = find_record(n, text, grant_n, fault);
	if (err != WICI_BAD_FIELD && err != WICI_NOT_FOUND)
		return err;
	err = find_numbered(n, text, &again);
	if (!err)
		*grant_n = again.ns[0];
	return err;
}
