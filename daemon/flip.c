/* daemon/flip.c — One bit after another is turned and turned back.
 *
 * A wrong id is no search: the signature says that the rest is right. All else
 * is right when the id comes out. So nothing is put right that was not signed
 * just so; and who alone can heal a registrar is known again without help. */
#include "daemon/flip.h"

static bool gives_id(const struct entry_row *row)
{
	const struct wici_entry *e = &row->entry;
	struct wici_header h = e->header;
	struct wici_id got;

	if (e->has_payload)
		h.payload_hash = wici_payload_hash(&e->salt, e->payload);
	got = wici_entry_id(&h, &e->sig);
	return wici_id_equal(&got, &row->id);
}

static bool search(const struct entry_row *row, uint8_t *p, size_t len)
{
	for (size_t bit = 0; bit < 8 * len; bit++) {
		p[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		if (gives_id(row))
			return true;
		p[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	}
	return false;
}

static bool search_payload(struct entry_row *row, uint8_t buf[FLIP_PAYLOAD_MAX])
{
	struct wici_bytes *payload = &row->entry.payload;

	if (payload->len == 0 || payload->len > FLIP_PAYLOAD_MAX)
		return false;
	memcpy(buf, payload->p, payload->len);
	payload->p = buf;
	return search(row, buf, payload->len);
}

static bool search_kind(struct entry_row *row)
{
	uint16_t *kind = &row->entry.header.kind;

	for (unsigned bit = 0; bit < 16; bit++) {
		*kind = (uint16_t)(*kind ^ 1u << bit);
		if (gives_id(row))
			return true;
		*kind = (uint16_t)(*kind ^ 1u << bit);
	}
	return false;
}

static bool search_time(struct entry_row *row)
{
	int64_t *time_ms = &row->entry.header.time_ms;

	for (unsigned bit = 0; bit < 64; bit++) {
		*time_ms = (int64_t)((uint64_t)*time_ms ^ (uint64_t)1 << bit);
		if (gives_id(row))
			return true;
		*time_ms = (int64_t)((uint64_t)*time_ms ^ (uint64_t)1 << bit);
	}
	return false;
}

static bool is_signed(struct entry_row *row, const struct wici_id *network)
{
	struct wici_entry *e = &row->entry;

	if (e->has_payload)
		e->header.payload_hash =
			wici_payload_hash(&e->salt, e->payload);
	return wici_entry_verify(&e->header, &e->sig, network) == WICI_OK;
}

bool flip_mend(struct entry_row *row, const struct wici_id *network,
	       uint8_t buf[FLIP_PAYLOAD_MAX])
{
	struct wici_entry *e = &row->entry;

	if (!e->has_payload)
		return false;
	if (is_signed(row, network)) {
		row->id = wici_entry_id(&e->header, &e->sig);
		return true;
	}
	return (search(row, e->sig.b, sizeof(e->sig.b)) ||
		search(row, e->salt.b, sizeof(e->salt.b)) ||
		search(row, &e->header.version, 1) ||
		search(row, &e->header.flags, 1) || search_kind(row) ||
		search_time(row) || search_payload(row, buf)) &&
	       is_signed(row, network);
}
