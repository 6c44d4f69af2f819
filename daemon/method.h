/* daemon/method.h — What clients may ask: one table of methods.
 *
 * Each row has a name, the params it takes as field rows, and its function in
 * daemon/method_<noun>.c. Methods that publish a kind come from the kinds
 * table ("certificate.grant" is a method because it is a kind). Results are
 * MessagePack maps; `wici --json` prints them: ids and keys as lowercase hex
 * strings, times RFC 3339 UTC, days YYYY-MM-DD. An error is {code, message,
 * field?, expected?, got?, hint?, items?}. */
#ifndef WICI_DAEMON_METHOD_H
#define WICI_DAEMON_METHOD_H

#include "daemon/fault.h"
#include "daemon/node.h"
#include "proto/kind.h"

struct call {
	struct node *node;
	uint64_t client;
	uint64_t msgid;
	struct wici_bytes method;     /* As it was asked. */
	struct wici_bytes params;     /* One map, as it came. */
	struct wici_bytes args;       /* The params, checked and resolved. */
	const struct wici_kind *kind; /* Of a method that is a kind. */
	const uint8_t *unlock;      /* 32 bytes from the passphrase, or NULL. */
	const uint8_t *unlock_salt; /* What unlock was made with, or NULL. */
	struct wici_mp_writer *result;
	bool is_deferred;   /* Set by a method that answers later. */
	bool is_late;       /* It was put off, and its time is up. */
	struct fault fault; /* On an error, besides the code. */
};

struct method {
	const char *name;                /* NULL ends the rows of a noun. */
	const struct wici_field *params; /* NULL: none, or a kind's fields. */
	bool needs_index;                /* Waits until the cursor is done. */
	bool needs_unlock;               /* May take "passphrase". */
	bool only_asks; /* An institution by any name it has, or had. */
	enum wici_err (*function)(struct call *call);
};

/* The rows of each noun; NULL ends them. */
extern const struct method *const methods[];

/* A call from a client; the reply goes out after the commit. method, params:
 * borrowed. unlock and unlock_salt: NULL, or as node_needs_unlock asked for.
 * In a turn. */
void node_call(struct node *n, uint64_t client, uint64_t msgid,
	       struct wici_bytes method, struct wici_bytes params,
	       const uint8_t *unlock, const uint8_t *unlock_salt);

/* The same for one that was put off: node, client, msgid, method, params and
 * is_late are given. */
void method_again(struct call *call);

/* Does this call need Argon2id before it runs (its params have a passphrase)?
 * Then the shell derives 32 bytes with this salt off the loop and calls
 * node_call with them. Fills a fresh salt when there is no identity yet. In a
 * turn. *passphrase is borrowed from params. */
bool node_needs_unlock(struct node *n, struct wici_bytes method,
		       struct wici_bytes params, uint8_t salt[16],
		       struct wici_bytes *passphrase);

/* The client is gone: its waiters go too. */
void node_client_gone(struct node *n, uint64_t client);

/* For the methods: the args, by name. Absent: false, or what is given. */
bool method_has(const struct call *call, const char *name);
bool method_str(const struct call *call, const char *name,
		struct wici_bytes *text);
uint64_t method_uint(const struct call *call, const char *name,
		     uint64_t otherwise);
bool method_is_set(const struct call *call, const char *name); /* A BOOL. */
bool method_key(const struct call *call, const char *name,
		struct wici_key *key);
bool method_id(const struct call *call, const char *name, struct wici_id *id);
bool method_raw(const struct call *call, const char *name,
		struct wici_bytes *raw);

/* A DAY arg; `otherwise` when it is absent. */
int32_t method_day(const struct call *call, const char *name,
		   int32_t otherwise);

/* Answers a call that was deferred. */
void method_reply(struct node *n, uint64_t client, uint64_t msgid,
		  enum wici_err err, const struct fault *fault,
		  const struct growing *result);

#endif
