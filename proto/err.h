/* proto/err.h — Every way to fail, one row each.
 *
 * WICI_ERRORS(X) gives X(NAME, code, exit, wire, text):
 *   NAME  WICI_<NAME> in C,
 *   code  the word that clients and logs see; stable, add only,
 *   exit  the exit code of `wici` (INTERFACES: exit codes),
 *   wire  the number in a REFUSE message (PROTOCOL §3.4); 0: never sent,
 *   text  one English sentence: what is wrong. REJECT rows name PROTOCOL's
 *         section.
 *
 * Three kinds, never mixed: our own bug aborts (proto/require.h); the world
 * is IO, STORE, FULL; a verdict on somebody's bytes is REJECT_*. */
#ifndef WICI_PROTO_ERR_H
#define WICI_PROTO_ERR_H

#include <stdint.h>

/* clang-format off */
#define WICI_ERRORS(X)                                                         \
	/* Not failures: ask again, with what the name says. */                \
	X(OK, "ok", 0, 0, "done")                                              \
	X(AGAIN, "again", 1, 0, "more bytes are needed")                       \
	X(MORE, "more", 1, 0, "a larger array is needed")                      \
	X(END, "end", 1, 0, "there is no more")                                \
	/* The world. */                                                       \
	X(IO, "io", 1, 0, "the operating system refused an operation")         \
	X(STORE, "store", 1, 0, "the store could not be read or written")      \
	X(FULL, "read_only", 1, 0, "the disk is almost full")                  \
	/* What a client is told. */                                           \
	X(USAGE, "usage", 2, 0, "the call's words are off")                    \
	X(NO_DAEMON, "no_daemon", 3, 0, "wicid does not answer")               \
	X(NOT_PERMITTED, "not_permitted", 4, 0, "this is not permitted")       \
	X(NOT_FOUND, "not_found", 5, 0, "there is no such thing")              \
	X(AMBIGUOUS, "ambiguous", 2, 0, "several things match")                \
	X(BAD_FIELD, "bad_field", 2, 0, "a field does not fit")                \
	X(UNKNOWN_FIELD, "unknown_field", 2, 0, "there is no such field")      \
	X(UNKNOWN_KIND, "unknown_kind", 2, 0, "there is no such kind")         \
	X(TOKEN_WRONG, "token_wrong", 1, 33, "the invitation is not genuine")  \
	X(TOKEN_USED, "token_used", 1, 34, "the invitation has been used")     \
	X(TOKEN_EXPIRED, "token_expired", 1, 35, "the invitation has expired") \
	X(INVITER_AWAY, "inviter_away", 8, 36,                                 \
	  "the registrar is not connected to the member that was asked")       \
	X(NOT_MEMBER, "not_member", 4, 37, "not a member of this network")     \
	X(ALREADY_MEMBER, "already_member", 1, 38, "already a member")         \
	X(PASSPHRASE, "passphrase", 4, 0, "the passphrase is wrong or missing")\
	X(SEALED, "sealed", 8, 0, "the feed is sealed: another copy may exist")\
	X(WAITING, "waiting", 8, 0, "it has to wait")                          \
	X(BUSY, "busy", 1, 39, "too many connections")                         \
	X(TOO_LARGE, "too_large", 2, 0, "it is too large")                     \
	X(NEWER_NEEDED, "newer_needed", 1, 40, "a newer version is needed")    \
	X(INTERNAL, "internal", 1, 0, "an error of wici's own")                \
	/* A verdict on bytes from outside. */                                 \
	X(REJECT_PREAMBLE, "preamble", 1, 1, "§3.1: not a wici preamble")      \
	X(REJECT_VERSION, "version", 1, 2, "§3.1: another framing version")    \
	X(REJECT_NETWORK, "network", 1, 3, "§3.1: another network")            \
	X(REJECT_HANDSHAKE, "handshake", 1, 4, "§3.2: the handshake failed")   \
	X(REJECT_FRAME_LEN, "frame_len", 1, 5, "§3.3: a frame's length")       \
	X(REJECT_CIPHER, "cipher", 1, 6, "§3.3: a frame does not decrypt")     \
	X(REJECT_AUTH, "auth", 1, 7, "§3.4: the proof of the feed key fails")  \
	X(REJECT_MESSAGE, "message", 1, 8, "§3.4: a malformed message")        \
	X(REJECT_ORDER, "order", 1, 9, "§3.4: a message out of place")         \
	X(REJECT_TIMEOUT, "timeout", 1, 10, "§3.5: too slow")                  \
	X(REJECT_CREDIT, "credit", 1, 11, "§3.5: more than was asked for")     \
	X(REJECT_DUPLICATE, "duplicate", 1, 12, "§3.5: a second connection")   \
	X(REJECT_SELF, "self", 1, 13, "§3.5: a connection to itself")          \
	X(REJECT_RUN, "run", 1, 14, "§2.4: a malformed run")                   \
	X(REJECT_CHAIN, "chain", 1, 15, "§2.4: a run does not join the head")  \
	X(REJECT_SIGNATURE, "signature", 1, 16, "§2.3: a signature fails")     \
	X(REJECT_LIMIT, "limit", 1, 17, "§6: a limit is exceeded")             \
	X(REJECT_RANGE, "range", 1, 18, "§4.2: a malformed range")             \
	X(REJECT_STATEMENT, "statement", 1, 19, "§2.5: a malformed statement") \
	X(REJECT_APPROVAL, "approval", 1, 20, "§5.2: not enough root keys")    \
	X(REJECT_OPEN, "open", 1, 21, "§5.1: a feed.open that proves nothing") \
	X(REJECT_MP, "mp", 1, 22, "§1.3: not MessagePack as §1.3 wants it")    \
	X(REJECT_CANONICAL, "canonical", 1, 23, "§1.3: not canonical")         \
	X(REJECT_DEPTH, "depth", 1, 24, "§1.3: nested too deeply")             \
	X(REJECT_TEXT, "text", 1, 25, "§1.2: not well-formed text")            \
	X(REJECT_STALL, "stall", 1, 26, "§4.3: asked, and nothing came")       \
	X(REJECT_HIDDEN, "hidden", 1, 27,                                      \
	  "§5.6: a payload is missing without its erasure")                    \
	X(REJECT_CHUNK, "chunk", 1, 28, "§4.6: a chunk that does not fit")       \
	X(REJECT_BUNDLE, "bundle", 1, 0, "§7.1: not a whole bundle")           \
	X(REJECT_JWS, "jws", 1, 0, "§7.5: not a QR token")

enum wici_err {
#define X(name, code, exit, wire, text) WICI_##name,
	WICI_ERRORS(X)
#undef X
	WICI_ERR_MAX /* Not an error: how many there are. */
};
/* clang-format on */

#define WICI_NODISCARD __attribute__((warn_unused_result))

/* The row's columns; static strings. err must be a row. */
const char *wici_err_code(enum wici_err err);
const char *wici_err_text(enum wici_err err);
int wici_err_exit(enum wici_err err);
uint16_t wici_err_wire(enum wici_err err);

/* The row with this code word, or WICI_INTERNAL. */
enum wici_err wici_err_from_code(const char *code);

/* The row with this wire number, or WICI_INTERNAL. */
enum wici_err wici_err_from_wire(uint16_t wire);

#endif
