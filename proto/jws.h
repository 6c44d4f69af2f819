/* proto/jws.h — The QR token: which certificate, whose, and when, under the
 * issuer's token key. Written, read, its signature verified; no more.
 *
 * PROTOCOL §7.5; RFC 7515, 7519, 8037. A pointer with a checkable name, never a
 * verdict: whether the key is an issuer's says proto/jws_judge.h, and whether
 * the certificate still stands the grant alone. */
#ifndef WICI_PROTO_JWS_H
#define WICI_PROTO_JWS_H

#include "proto/id.h"

#define WICI_JWS_LEN_MAX    ((size_t)700) /* With the URL. */
#define WICI_JWS_KID_LEN    ((size_t)8)
#define WICI_JWS_JTI_LEN    ((size_t)16)
#define WICI_JWS_NUMBER_MAX ((size_t)100)
#define WICI_JWS_HOLDER_MAX ((size_t)203) /* A name cut short, and "…". */
#define WICI_JWS_HOLDER_MIN ((size_t)16)  /* That are left of it, at least. */

struct wici_jws {
	uint8_t kid[WICI_JWS_KID_LEN]; /* The token key's first bytes. */
	uint8_t jti[WICI_JWS_JTI_LEN]; /* The grant's id's first bytes. */
	char number[WICI_JWS_NUMBER_MAX + 1]; /* "": none. */
	char holder[WICI_JWS_HOLDER_MAX + 1]; /* As the roster names it. */
	bool has_from, has_until;
	int32_t from, until; /* First and last day. */
	/* Of a token that was read: */
	struct wici_bytes signed_part; /* Borrowed from its text. */
	struct wici_sig sig;
};

/* Signs jti, number, holder and days; text gets a NUL. url: "https://host/c",
 * before '#'; len 0: none. A holder's name that leaves the text too long is cut
 * at a character's end. WICI_BAD_FIELD: the URL is none, or a text no LINE;
 * WICI_TOO_LARGE: too little of the name would be left. */
WICI_NODISCARD
enum wici_err wici_jws_sign(char text[WICI_JWS_LEN_MAX + 1],
			    const struct wici_jws *j, struct wici_bytes url,
			    const struct wici_key *key,
			    const struct wici_secret *secret);

/* Is this text meant to be a token: whatever is spoilt in it? No certificate's
 * number or id is. */
bool wici_jws_is_meant(struct wici_bytes text);

/* A token, or a URL whose fragment is one; white space around it is ignored.
 * WICI_REJECT_JWS: it is not, to the letter, what wici_jws_sign() writes.
 * Verifies nothing. Borrows text. */
WICI_NODISCARD
enum wici_err wici_jws_decode(struct wici_jws *j, struct wici_bytes text);

/* Of a token that was read. WICI_REJECT_SIGNATURE: it is not this key's. */
WICI_NODISCARD
enum wici_err wici_jws_verify(const struct wici_jws *j,
			      const struct wici_key *key);

/* Does its kid name this key? */
bool wici_jws_has_kid(const struct wici_jws *j, const struct wici_key *key);

/* Is this the holder's name, or what it was cut from? */
bool wici_jws_is_holder(const struct wici_jws *j, struct wici_bytes name);

#endif
