/* daemon/draft.c — Drafts: kept when nothing may be signed, published one
 * after the other once it may.
 *
 * A pass walks all of them by number, DRAFTS_A_TURN a turn. What is refused
 * (this feed does not issue, the institution is no member yet) stays where it
 * is; the next pass asks again. */
#include "daemon/draft.h"

#include "daemon/body.h"
#include "daemon/echo.h"
#include "daemon/find.h"
#include "daemon/growing.h"
#include "daemon/method_private.h"
#include "daemon/process_try.h"
#include "daemon/project.h"
#include "daemon/publish.h"
#include "proto/kinds.h"
#include "proto/kinds/certificate.h"
#include "proto/mp_read.h"

#define DRAFTS_A_TURN 64
#define DRAFTS_MS     10000u /* Between two passes. */

enum wici_err draft_load(struct node *n)
{
	n->drafts = (struct node_drafts){.tried = 0};
	return draft_count(n->store, &n->drafts.count);
}

bool draft_has_room(const struct node *n, uint32_t count)
{
	return n->drafts.count + (int64_t)count <= DRAFTS_MAX;
}

enum wici_err draft_keep(struct node *n, const struct wici_kind *kind,
			 struct wici_bytes payload, int64_t *number)
{
	struct draft_row row = {.kind = kind->number,
				.created_ms = n->now.wall_ms,
				.payload = payload};
	enum wici_err err;

	if (n->is_read_only || n->is_full)
		return WICI_FULL;
	if (!draft_has_room(n, 1))
		return WICI_BUSY;
	err = draft_add(n->store, &row);
	if (err != WICI_OK)
		return node_fail(n, err);
	*number = row.n;
	n->drafts.count++;
	n->drafts.again_ms = 0;
	n->wants_commit = true;
	return WICI_OK;
}

bool draft_follows(const struct draft_row *row)
{
	struct wici_mp_reader r;
	struct wici_bytes raw;
	struct wici_mp v;

	if (row->kind != WICI_KIND_CERTIFICATE_REASON ||
	    wici_mp_find(WICI_MP_LENIENT, row->payload, "revocation", &raw) !=
		    WICI_OK)
		return false;
	wici_mp_reader_init(&r, WICI_MP_LENIENT, raw);
	return wici_mp_expect(&r, WICI_MP_BIN, &v) == WICI_OK &&
	       v.bytes.len == WICI_ID_LEN &&
	       wici_is_zero(v.bytes.p, v.bytes.len);
}

enum wici_err draft_forget(struct node *n, int64_t number)
{
	enum wici_err err = draft_drop(n->store, number);

	if (err == WICI_OK) {
		n->drafts.count--;
		n->wants_commit = true;
	} else if (err != WICI_NOT_FOUND) {
		return node_fail(n, err);
	}
	return err;
}

enum wici_err draft_may(struct node *n, const struct draft_row *row)
{
	const struct wici_kind *kind = wici_kind_by_number(row->kind);
	struct wici_bytes scheme = {NULL, 0};
	struct wici_problem problem;

	if (!kind)
		return WICI_UNKNOWN_KIND;
	if (kind == &wici_kind_certificate_grant)
		scheme = find_line(row->payload, "scheme");
	if (draft_follows(row))
		return publish_may(n, kind, scheme);
	if (wici_kind_check(kind, row->payload, &problem) != WICI_OK)
		return WICI_BAD_FIELD;
	return publish_may(n, kind, scheme);
}

enum wici_err draft_try(struct node *n, const struct draft_row *row,
			const char **why)
{
	const struct wici_kind *kind = wici_kind_by_number(row->kind);
	enum wici_err err = WICI_OK;

	*why = NULL;
	if (kind && !draft_follows(row))
		err = process_try_again(n, kind, row->payload, why);
	return err == WICI_NOT_PERMITTED || err == WICI_NOT_FOUND ? WICI_OK
								  : err;
}

/* The draft behind that of a revocation, which has an id now. */
static enum wici_err publish_reason(struct node *n, int64_t after,
				    const struct wici_id *revocation)
{
	struct body_value value = {.name = "revocation"};
	struct growing id, payload;
	struct draft_row row;
	struct wici_head head;
	enum wici_err err = draft_after(n->store, after, &row);

	if (err == WICI_END || (err == WICI_OK && !draft_follows(&row)))
		return WICI_OK;
	if (err != WICI_OK)
		return err;
	growing_init(&id, 64);
	growing_init(&payload, GROWING_LEN_MAX);
	wici_mp_bin(&id.w, revocation->b, WICI_ID_LEN);
	value.raw = growing_bytes(&id);
	body_replace(row.payload, &value, &payload.w);
	err = method_publish(n, &wici_kind_certificate_reason,
			     growing_bytes(&payload), &head);
	if (err == WICI_OK)
		err = draft_forget(n, row.n);
	growing_clear(&payload);
	growing_clear(&id);
	return err;
}

static enum wici_err publish_draft(struct node *n, const struct draft_row *row)
{
	const struct wici_kind *kind = wici_kind_by_number(row->kind);
	int64_t number = row->n;
	struct wici_head head;
	const char *why = NULL;
	enum wici_err err = draft_may(n, row);

	/* What it answered is not the last word any more: it stays, and is
	 * told of. */
	if (err == WICI_OK)
		err = draft_try(n, row, &why);
	if (err == WICI_OK && why)
		return WICI_NOT_PERMITTED;
	/* A reason whose revocation was dropped, or published without it. */
	if (err == WICI_OK && draft_follows(row))
		return WICI_NOT_FOUND;
	if (err == WICI_OK)
		err = method_publish(n, kind, row->payload, &head);
	if (err == WICI_OK)
		err = draft_forget(n, number);
	if (err == WICI_OK && kind && wici_kind_is_decision(kind))
		err = publish_reason(n, number, &head.id);
	return err;
}

static bool can_sign(const struct node *n)
{
	return !n->fatal && n->own && n->has_network && n->keys.has_feed &&
	       !n->sealed && !n->is_read_only && !n->is_full &&
	       !echo_is_waiting(n);
}

bool draft_is_due(const struct node *n)
{
	/* Grants take their index from what is applied. */
	return n->drafts.count > 0 && can_sign(n) && project_is_done(n) &&
	       (n->drafts.tried > 0 || n->now.mono_ms >= n->drafts.again_ms);
}

enum wici_err draft_turn(struct node *n)
{
	struct draft_row row;
	enum wici_err err;

	for (int i = 0; i < DRAFTS_A_TURN && draft_is_due(n); i++) {
		err = draft_after(n->store, n->drafts.tried, &row);
		if (err == WICI_END) {
			n->drafts.tried = 0;
			n->drafts.again_ms = n->now.mono_ms + DRAFTS_MS;
			return WICI_OK;
		}
		if (err != WICI_OK)
			return node_fail(n, err);
		n->drafts.tried = row.n;
		err = publish_draft(n, &row);
		if (err == WICI_STORE || err == WICI_IO || err == WICI_FULL)
			return node_fail(n, err);
	}
	return WICI_OK;
}
