/* daemon/certificates_find.c — Which certificate people mean.
 *
 * Anybody may write grants of any number: a number is looked up in issuing
 * feeds alone. */
#include "daemon/certificates_private.h"
#include "daemon/find.h"
#include "daemon/plain.h"
#include "daemon/view.h"
#include "proto/kinds/certificate.h"

#include <stdlib.h>

#define REFS_FIRST ((size_t)64)

enum wici_err certificates_ask(struct node *n,
			       const struct certificates_asked *q, int64_t **ns,
			       size_t *count)
{
	size_t max = REFS_FIRST;
	enum wici_err err;

	for (*ns = NULL;; max *= 4) {
		free(*ns);
		*ns = growing_alloc(max * sizeof(**ns));
		if (q->to)
			err = record_referring(n->store, q->to, q->flag, *ns,
					       max, count);
		else
			err = record_by_number(n->store,
					       WICI_KIND_CERTIFICATE_GRANT,
					       q->number, *ns, max, count);
		if (err || *count < max || max >= CERTIFICATES_REFS_MAX)
			return err;
	}
}

/* A grant, and the records that it takes the place of; zero: none. */
struct grant_links {
	struct wici_id id, previous, supersedes;
};

static enum wici_err read_links(struct node *n, int64_t entry,
				struct grant_links *links)
{
	struct wici_grant_body body;
	struct entry_row row;
	enum wici_err err = entry_get(n->store, entry, &row);

	memset(links, 0, sizeof(*links));
	if (err)
		return err;
	wici_kind_read(&wici_kind_certificate_grant, row.entry.payload, &body);
	*links = (struct grant_links){row.id, body.previous, body.supersedes};
	return WICI_OK;
}

/* Drops of the grants that count those that another of them names as what it
 * renews or supersedes. Few: a number is given to one certificate. */
static enum wici_err drop_previous(struct node *n, int64_t *ns, size_t *count)
{
	struct grant_links *links = growing_alloc(*count * sizeof(*links));
	enum wici_err err = WICI_OK;
	size_t kept = 0;

	for (size_t i = 0; !err && i < *count; i++)
		err = read_links(n, ns[i], &links[i]);
	for (size_t i = 0; !err && i < *count; i++) {
		const struct wici_id *id = &links[i].id;
		bool is_previous = false;

		for (size_t j = 0; j < *count; j++)
			is_previous |= wici_id_equal(&links[j].previous, id) ||
				       wici_id_equal(&links[j].supersedes, id);
		if (!is_previous)
			ns[kept++] = ns[i];
	}
	free(links);
	*count = kept;
	return err;
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
		wici_mp_map(w, 3);
		wici_mp_str(w, "id");
		wici_mp_hex(w, row.id.b, WICI_ID_LEN);
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
	struct certificates_asked q = {.to = NULL};
	int64_t *ns = NULL;
	size_t count = 0;
	char *plain = NULL;
	enum wici_err err;

	if (text.len > 1000 || plain_text(text, &plain, &q.number.len))
		return WICI_NOT_FOUND;
	q.number.p = (uint8_t *)plain;
	err = q.number.len ? certificates_ask(n, &q, &ns, &count)
			   : WICI_NOT_FOUND;
	if (!err)
		err = keep_issued(n, ns, count, kept);
	free(plain);
	free(ns);
	return err || kept->count ? err : WICI_NOT_FOUND;
}

enum wici_err certificates_find_number(struct node *n, struct wici_bytes text,
				       int64_t *grant_n, struct fault *fault)
{
	struct numbered kept = {.standing = WICI_COUNTS};
	enum wici_err err = find_numbered(n, text, &kept);

	if (!err && kept.count > 1)
		err = drop_previous(n, kept.ns, &kept.count);
	if (err)
		return err;
	if (kept.count == 0)
		return WICI_NOT_FOUND;
	*grant_n = kept.ns[0];
	if (kept.count == 1)
		return WICI_OK;
	return name_candidates(n, kept.ns, kept.count, fault);
}

enum wici_err certificates_find(struct node *n, struct wici_bytes text,
				int64_t *grant_n, struct fault *fault)
{
	struct numbered again = {.standing = WICI_VOID_INDEX};
	enum wici_err err = certificates_find_number(n, text, grant_n, fault);

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
