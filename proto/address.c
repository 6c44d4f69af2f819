/* proto/address.c — Addresses: a few short strings, each checked both ways. */
#include "proto/address.h"

static bool is_address(struct wici_bytes a)
{
	if (a.len < 1 || a.len > WICI_ADDRESS_BYTES)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		if (a.p[i] <= 0x20 || a.p[i] >= 0x7f)
			return false;
	}
	return true;
}

uint8_t *wici_addresses_put(uint8_t *p, const struct wici_addresses *a)
{
	if (a->count > WICI_ADDRESS_MAX)
		return NULL;
	*p++ = (uint8_t)a->count;
	for (size_t i = 0; i < a->count; i++) {
		struct wici_bytes text = wici_bytes_str(a->text[i]);

		if (!is_address(text))
			return NULL;
		*p++ = (uint8_t)text.len;
		memcpy(p, text.p, text.len);
		p += text.len;
	}
	return p;
}

bool wici_addresses_take(struct wici_cursor *c, struct wici_addresses *a)
{
	a->count = wici_take_u8(c);
	if (a->count > WICI_ADDRESS_MAX)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		size_t len = wici_take_u8(c);
		struct wici_bytes text = {wici_take(c, len), len};

		if (!c->ok || !is_address(text))
			return false;
		memcpy(a->text[i], text.p, text.len);
		a->text[i][text.len] = '\0';
	}
	return c->ok;
}
