/* daemon/propose_lists.c — Certificates that the root revokes; witnesses,
 * relays and quotas, whose lists are restated with one row changed. */
#include "daemon/propose_private.h"

enum wici_err propose_revoke(struct proposal *p,
			     const struct wici_id *certificate,
			     int32_t effective)
{
	const struct wici_root_revocation *is =
		wici_roster_revocation(&p->n->roster, certificate);
	struct wici_revoked row = {*certificate, effective};

	if (is && is->effective == effective)
		return propose_refuse(p, WICI_NOT_PERMITTED,
				      "it has been revoked already");
	wici_op_revoke(&p->ops.w, &row, 1);
	p->ops_count++;
	return WICI_OK;
}

enum wici_err propose_lift(struct proposal *p,
			   const struct wici_id *certificate)
{
	if (!wici_roster_revocation(&p->n->roster, certificate))
		return propose_refuse(
			p, WICI_NOT_PERMITTED,
			"the root has not revoked it: what its issuer "
			"revoked, the root cannot lift");
	wici_op_lift(&p->ops.w, certificate, 1);
	p->ops_count++;
	return WICI_OK;
}

enum wici_err propose_witnesses(struct proposal *p,
				const struct wici_key *identities, size_t count,
				uint64_t needed)
{
	struct wici_witness rows[WICI_WITNESSES_MAX];
	enum wici_err err = WICI_OK;

	if (count > WICI_WITNESSES_MAX)
		return WICI_TOO_LARGE;
	if (needed > count)
		return propose_bad(p, "needed", "uint");
	for (size_t i = 0; !err && i < count; i++) {
		const struct feed *feed = NULL;

		err = propose_feed_of(p, &identities[i], &feed);
		if (err)
			break;
		rows[i].feed = feed->row.key;
		rows[i].identity = identities[i];
		for (size_t k = 0; k < i; k++)
			if (wici_key_equal(&rows[k].feed, &rows[i].feed))
				return propose_bad(p, "witnesses", "once");
	}
	if (err)
		return err;
	wici_op_witnesses(&p->ops.w, needed, rows, count);
	p->ops_count++;
	return WICI_OK;
}

static enum wici_err take_addresses(struct proposal *p, struct wici_relay *row,
				    const struct wici_bytes *addresses,
				    size_t count)
{
	if (count > WICI_RELAY_ADDRESSES)
		return WICI_TOO_LARGE;
	row->addresses_count = count;
	for (size_t i = 0; i < count; i++) {
		char *out = row->addresses[i];

		if (addresses[i].len < 1 ||
		    addresses[i].len > WICI_ADDRESS_LEN_MAX)
			return propose_bad(p, "addresses", "address");
		memcpy(out, addresses[i].p, addresses[i].len);
		out[addresses[i].len] = '\0';
		if (peers_check_address(out))
			return propose_bad(p, "addresses", "address");
	}
	return WICI_OK;
}

enum wici_err propose_relay(struct proposal *p, const struct wici_key *identity,
			    const struct wici_bytes *addresses, size_t count)
{
	const struct wici_roster *r = &p->n->roster;
	struct wici_relay rows[WICI_RELAYS_MAX + 1];
	size_t n = 0;
	enum wici_err err = WICI_OK;

	for (size_t i = 0; i < r->relays_count; i++)
		if (!wici_key_equal(&r->relays[i].identity, identity))
			rows[n++] = r->relays[i];
	if (count == 0 && n == r->relays_count)
		return propose_refuse(p, WICI_NOT_FOUND,
				      "this institution is no relay; name its "
				      "addresses, HOST:PORT");
	if (count) {
		memset(&rows[n], 0, sizeof(rows[n]));
		rows[n].identity = *identity;
		err = take_addresses(p, &rows[n++], addresses, count);
	}
	if (!err && n > WICI_RELAYS_MAX)
		err = WICI_TOO_LARGE;
	if (err)
		return err;
	wici_op_relays(&p->ops.w, rows, n);
	p->ops_count++;
	return WICI_OK;
}

enum wici_err propose_quota(struct proposal *p, const struct feed *feed,
			    uint64_t entries, uint64_t bytes)
{
	const struct wici_roster *r = &p->n->roster;
	struct wici_quota rows[WICI_QUOTAS_MAX + 1];
	struct wici_quota row = {.feed = feed->row.key};
	size_t n = 0;

	wici_quota_of(r, &feed->row.key, &row.entries, &row.bytes);
	if (entries)
		row.entries = entries;
	if (bytes)
		row.bytes = bytes;
	if (row.entries < WICI_QUOTA_ENTRIES || row.bytes < WICI_QUOTA_BYTES)
		return propose_refuse(
			p, WICI_BAD_FIELD,
			"a quota is never below 1048576 entries and "
			"1073741824 bytes");
	for (size_t i = 0; i < r->quotas_count; i++)
		if (!wici_key_equal(&r->quotas[i].feed, &row.feed))
			rows[n++] = r->quotas[i];
	if (row.entries > WICI_QUOTA_ENTRIES || row.bytes > WICI_QUOTA_BYTES)
		rows[n++] = row;
	if (n > WICI_QUOTAS_MAX)
		return WICI_TOO_LARGE;
	wici_op_quotas(&p->ops.w, rows, n);
	p->ops_count++;
	return WICI_OK;
}
