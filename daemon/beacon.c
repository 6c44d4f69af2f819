/* daemon/beacon.c — When a beacon is due, and what it says.
 *
 *   something happened, or a new day ──> due ──> may publish? ──> made, and
 *                                                compared with the newest one
 *
 * One that says nothing new is published on a new day only. */
#include "daemon/beacon.h"

#include "daemon/cert_fresh.h"
#include "daemon/growing.h"
#include "daemon/judge.h"
#include "daemon/project.h"
#include "daemon/publish.h"
#include "proto/day.h"
#include "proto/kinds/beacon.h"
#include "proto/merkle.h"

#include <stdlib.h>

void beacon_set_due(struct node *n)
{
	n->beacon.is_due = true;
}

/* Is all there of what the scheme's feeds have to say? Else what is missing
 * would be told not to stand. */
static bool is_whole(const struct node *n, struct wici_bytes scheme)
{
	struct wici_head last;

	for (size_t i = 0;
	     !wici_certificate_place(&n->roster, scheme, i, &last); i++)
		if (judge_is_disputed(feeds_find(&n->feeds, &last.feed)))
			return false;
	return true;
}

static void write_payload(const struct node *n, struct wici_bytes scheme,
			  struct beacon_list *list, struct wici_mp_writer *w)
{
	struct wici_id grants;

	beacon_list_hash(list);
	grants = wici_merkle_root(list->ids, list->count);
	wici_mp_map(w, list->restored_count ? 5 : 4);
	wici_mp_str(w, "grants");
	wici_mp_bin(w, grants.b, WICI_ID_LEN);
	if (list->restored_count) {
		wici_mp_str(w, "restored");
		wici_mp_array(w, (uint32_t)list->restored_count);
		for (size_t i = 0; i < list->restored_count; i++)
			wici_mp_uint(w, list->restored[i]);
	}
	wici_mp_str(w, "roster");
	wici_mp_uint(w, n->roster.version);
	wici_mp_str(w, "scheme");
	wici_mp_str_bytes(w, scheme);
	wici_mp_str(w, "states");
	wici_mp_bin(w, list->states, list->count / 4);
}

/* Does the newest beacon say the same, today? */
static enum wici_err compare(struct node *n, const struct wici_issuer *issuer,
			     struct wici_bytes payload, bool *is_said)
{
	struct entry_row row;
	enum wici_err err = cert_fresh_beacon(n, issuer, &row);

	*is_said = !err && wici_bytes_equal(row.entry.payload, payload) &&
		   wici_day_warsaw(row.entry.header.time_ms) ==
			   wici_day_warsaw(n->now.wall_ms);
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

/* A scheme of which nothing was granted needs no beacon. */
static enum wici_err publish(struct node *n, const struct wici_issuer *issuer)
{
	struct wici_bytes scheme = wici_bytes_str(issuer->scheme);
	struct beacon_list list;
	struct growing payload;
	struct wici_head head;
	bool is_said = true;
	enum wici_err err = beacon_list_load(n, scheme, &list);

	growing_init(&payload, GROWING_LEN_MAX);
	if (!err && list.grants) {
		write_payload(n, scheme, &list, &payload.w);
		err = compare(n, issuer, growing_bytes(&payload), &is_said);
	}
	if (!err && !is_said)
		err = publish_entry(n, &wici_kind_beacon,
				    growing_bytes(&payload), scheme, &head);
	growing_clear(&payload);
	beacon_list_clear(&list);
	return err;
}

static bool is_ours(const struct node *n, const struct wici_issuer *issuer)
{
	return wici_key_equal(&issuer->at.feed, &n->own->row.key);
}

/* May all of them be published? *has_any: is there one at all? */
static bool may_publish(const struct node *n, bool *has_any)
{
	*has_any = false;
	for (size_t i = 0; n->own && i < n->roster.issuers_count; i++) {
		const struct wici_issuer *issuer = &n->roster.issuers[i];
		struct wici_bytes scheme = wici_bytes_str(issuer->scheme);

		if (!is_ours(n, issuer))
			continue;
		*has_any = true;
		if (publish_may(n, &wici_kind_beacon, scheme) ||
		    !is_whole(n, scheme))
			return false;
	}
	return true;
}

enum wici_err beacon_turn(struct node *n)
{
	int32_t today = wici_day_warsaw(n->now.wall_ms);
	enum wici_err err = WICI_OK;
	bool has_any;

	if ((!n->beacon.is_due && n->beacon.day == today &&
	     n->beacon.roster == n->roster.version) ||
	    !project_is_done(n) || !may_publish(n, &has_any))
		return WICI_OK;
	n->beacon =
		(struct node_beacon){.day = today, .roster = n->roster.version};
	for (size_t i = 0; !err && has_any && i < n->roster.issuers_count; i++)
		if (is_ours(n, &n->roster.issuers[i]))
			err = publish(n, &n->roster.issuers[i]);
	return err ? node_fail(n, err) : WICI_OK;
}
