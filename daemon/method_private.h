/* daemon/method_private.h — What the files of the methods share. */
#ifndef WICI_DAEMON_METHOD_PRIVATE_H
#define WICI_DAEMON_METHOD_PRIVATE_H

#include "daemon/method.h"
#include "daemon/view.h"

/* A row of params. */
#define PARAM(name_, type_, ...)                                               \
	{                                                                      \
		.name = (name_), .type = WICI_TYPE_##type_,                    \
		.at = WICI_UNBOUND, __VA_ARGS__                                \
	}
#define PARAM_LINE(name_, len_, flags_)                                        \
	PARAM(name_, LINE, .len_max = (len_), .flags = (flags_))
#define PARAM_END                                                              \
	{                                                                      \
		.name = NULL                                                   \
	}

#define PARAM_PAGE PARAM_LINE("after", 100, 0), PARAM("limit", UINT, .flags = 0)

extern const struct method methods_status[];
extern const struct method methods_identity[];
extern const struct method methods_network[];
extern const struct method methods_invite[];
extern const struct method methods_record[];
extern const struct method methods_erase[];
extern const struct method methods_erase_anew[];
extern const struct method methods_list[];
extern const struct method methods_search[];
extern const struct method methods_process[];
extern const struct method methods_kinds[];
extern const struct method methods_cert[];
extern const struct method methods_cert_list[];
extern const struct method methods_decide[];
extern const struct method methods_export[];
extern const struct method methods_institution[];
extern const struct method methods_area[];
extern const struct method methods_roster[];
extern const struct method methods_roster_log[];
extern const struct method methods_roster_export[];
extern const struct method methods_propose[];
extern const struct method methods_approve[];
extern const struct method methods_peer[];
extern const struct method methods_sync[];
extern const struct method methods_fsck[];
extern const struct method methods_draft[];
extern const struct method methods_renew[];
extern const struct method methods_bundle[];
extern const struct method methods_attachment[];
extern const struct method methods_restore[];
extern const struct method methods_doctor[];

/* A kind's own method: its fields are the params. */
extern const struct method method_publish_kind;

/* Sets the fault's hint; returns err. */
enum wici_err method_refuse(struct call *call, enum wici_err err,
			    const char *hint);

/* WICI_NOT_FOUND with what was asked for; other errors pass. */
enum wici_err method_lost(struct call *call, enum wici_err err,
			  const char *field, struct wici_bytes got);

/* method_record.c: the entry that "id" names. */
WICI_NODISCARD
enum wici_err method_load_record(struct call *call, struct entry_row *row);

/* method_identity.c: the identity, when there is none yet, from name, …,
 * passphrase or no_passphrase; the profile is noted. */
WICI_NODISCARD
enum wici_err method_make_identity(struct call *call);

/* The name this installation was given, or "" (book "name"). */
WICI_NODISCARD
enum wici_err method_name(struct node *n, char name[201]);

/* method_list.c: which kinds "kind" means: one, or all of a noun. Without it
 * nothing is set. WICI_UNKNOWN_KIND. */
struct record_filter;
WICI_NODISCARD
enum wici_err method_take_kind(struct call *call, struct record_filter *filter);

/* method_list.c: a page of records by the params kind, from, after and limit,
 * as page_fill() has it; show gets the filter. */
struct page;
WICI_NODISCARD
enum wici_err method_list(struct call *call, uint32_t seen_max,
			  enum wici_err (*show)(struct page *p, int64_t entry,
						const void *filter));

/* method_publish.c: publishes a checked payload; a grant gets its index. */
WICI_NODISCARD
enum wici_err method_publish(struct node *n, const struct wici_kind *kind,
			     struct wici_bytes payload, struct wici_head *head);
/* May it be published? Sets the fault's hint. */
WICI_NODISCARD
enum wici_err method_may(struct call *call, const struct wici_kind *kind,
			 struct wici_bytes payload);
/* WICI_WAITING or WICI_SEALED of method_may: what is to be published becomes a
 * draft. Asked before it is kept: may so many be, or shall the call wait first
 * (call->is_deferred)? WICI_BUSY, WICI_FULL. */
bool method_is_put_off(enum wici_err err);
WICI_NODISCARD
enum wici_err method_put_off(struct call *call, enum wici_err why,
			     uint32_t count);
/* Why it is one: "waiting", or what sealed us. */
const char *method_put_off_reason(const struct node *n, enum wici_err why);

/* {id, feed, seq, held_by} and `more` pairs, which the caller writes. */
void method_write_head(struct wici_mp_writer *w, struct node *n,
		       const struct wici_head *head, uint32_t more);

/* method_status.c: the last backup that a client has made, and read back. */
#define METHOD_BACKUP_DAYS  8 /* Older ones are no safety. */
#define METHOD_BACKUP_PAIRS 3
struct method_backup {
	bool has_one;
	bool is_old;
	int64_t time_ms;
	uint64_t entries;
	struct wici_bytes path;
	uint8_t path_buf[4096];
};
WICI_NODISCARD
enum wici_err method_backup(struct node *n, struct method_backup *b);
/* Its pairs: path, time, entries. */
void method_write_backup(struct wici_mp_writer *w,
			 const struct method_backup *b);

/* method_bundle.c: a piece of a file that is taken in ("bytes"); what came of it
 * so far. An error when it is damaged. */
enum wici_err method_bundle_write(struct call *call);

/* method_cert.c: the grant that "ref" names; the fault says what does not
 * match. */
WICI_NODISCARD
enum wici_err method_find_certificate(struct call *call, int64_t *grant_n);

/* method_peer.c: a row of peer.list. */
void method_write_peer(struct wici_mp_writer *w, const struct node *n,
		       const struct peer_row *row);

/* The rows that make an identity: of identity.init and network.join. */
#define PARAM_IDENTITY                                                         \
	PARAM_LINE("city", 500, 0), PARAM_LINE("name", 200, 0),                \
		PARAM("no_passphrase", BOOL, .flags = 0),                      \
		PARAM_LINE("passphrase", 2000, 0),                             \
		PARAM_LINE("short_name", 100, 0), PARAM_LINE("teryt", 10, WICI_TERYT),  \
		PARAM_LINE("type", 100, 0)

#endif
