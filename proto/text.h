/* proto/text.h — What text may be: UTF-8, no control characters. And the
 * form in which people type long secrets: bech32m.
 *
 * PROTOCOL §1.2. BIP 350 for bech32m. */
#ifndef WICI_PROTO_TEXT_H
#define WICI_PROTO_TEXT_H

#include "proto/bytes.h"
#include "proto/err.h"

/* LINE: well-formed UTF-8 (no surrogates, no overlong forms), no C0 or C1
 * controls, no U+2028/2029, no bidirectional overrides (U+202A–202E,
 * U+2066–2069). TEXT: the same, but newline and tab may stand in it. */
bool wici_text_is_line(struct wici_bytes b);
bool wici_text_is_text(struct wici_bytes b);

/* A lowercase word of ASCII, [a-z][a-z0-9-]*: what schemes are called. */
bool wici_text_is_code(struct wici_bytes b);

/* Well-formed UTF-8, nothing else asked. */
bool wici_text_is_utf8(struct wici_bytes b);

/* True when b looks like it names a person: eleven digits that are a PESEL
 * by its checksum, a telephone number of nine digits, or an e-mail address.
 * Kinds that give or take a right refuse such lines (PROTOCOL §5.6). */
bool wici_text_is_personal(struct wici_bytes b);

/* A number of the TERYT register: a voivodeship (2 digits), a powiat (4), a gmina
 * (6, or 7 with its kind). Whether there is one is not looked at. */
bool wici_text_is_teryt(struct wici_bytes b);

/* bech32m with a human-readable part, of any length up to out_len; the result
 * has a NUL. WICI_TOO_LARGE when out is too small.
 * out_len must be ≥ strlen(hrp) + 8 + (data.len·8 + 4) / 5. */
WICI_NODISCARD
enum wici_err wici_bech32_encode(char *out, size_t out_len, const char *hrp,
				 struct wici_bytes data);

/* Case, white space and hyphens do not matter. WICI_TOKEN_WRONG on another
 * hrp, a foreign character or a wrong checksum; WICI_TOO_LARGE when out is
 * too small. *len is set on WICI_OK. */
WICI_NODISCARD
enum wici_err wici_bech32_decode(uint8_t *out, size_t out_max, size_t *len,
				 const char *hrp, struct wici_bytes text);

#endif
