/* daemon/link_private.h — What the files of the link share. */
#ifndef WICI_DAEMON_LINK_PRIVATE_H
#define WICI_DAEMON_LINK_PRIVATE_H

#include "daemon/hub.h"

/* Sends a message that must fit (small, or room was asked for). */
void link_send(struct link *l, const struct wici_message *m);

/* Room for the longest message, and for short answers after it? */
bool link_has_room(const struct link *l);

/* Room for the least that any message may have to be answered with? */
bool link_may_read(const struct link *l);

/* May the peer hear of this feed? */
bool link_may_show(const struct link *l, const struct wici_key *feed);

/* link_who.c: AUTH, ASK_OPEN, OPEN, JOIN, JOINED, FORWARD, FORWARDED. */
void link_on_auth(struct link *l);
void link_on_ask_open(struct link *l);
void link_on_open(struct link *l, const struct wici_message *m);
void link_on_join(struct link *l, const struct wici_message *m);
void link_on_joined(struct link *l);
void link_on_forward(struct link *l, const struct wici_message *m);

/* The feed's owner is known now: go on to HELLO. */
void link_admit(struct link *l, const struct wici_key *identity);

/* A JOIN of this newcomer was decided. */
void link_on_admitted(struct link *l, enum wici_err err, uint64_t seq);

/* The roster changed, or holds more: who waited may be admitted now. */
void link_review(struct link *l);

/* link_sync.c: HELLO, fingerprints, ranges. */
void link_send_hello(struct link *l);
void link_on_sync(struct link *l, const struct wici_message *m);

/* Sends what waits and fits. */
void link_sync_pump(struct link *l);

/* Looks again at what differs: after the roster changed, or by request. */
void link_recheck(struct link *l);

/* link_entries.c: wants, runs, live pushes, heads. */
void link_on_head(struct link *l, const struct wici_head *head);
void link_on_heads(struct link *l, const struct wici_packed *heads);
void link_on_want(struct link *l, const struct wici_message *m);
void link_on_run(struct link *l, const struct wici_message *m);
void link_entries_pump(struct link *l);

/* Is a run wanted, and may it go now? */
bool link_may_serve(const struct link *l);

/* A counting head moved here; from: the link that brought it. */
void link_announce(struct link *l, const struct wici_head *head, uint64_t from);

/* What was asked for comes under credit: false when there is none left. */
bool link_takes_credit(struct link *l, size_t len);

/* link_chunks.c: attachments. */
void link_on_want_chunks(struct link *l, const struct wici_message *m);
void link_on_chunk(struct link *l, const struct wici_message *m);
void link_on_chunks_end(struct link *l, const struct wici_message *m);
void link_on_whole(struct link *l, const struct wici_message *m);
void link_chunks_pump(struct link *l);

/* Is a chunk wanted, and may it go now? */
bool link_may_serve_chunks(const struct link *l);

/* May the peer be asked for any; and now? */
bool link_may_ask_chunks(const struct link *l);
bool link_has_room_for_chunks(const struct link *l);
void link_ask_chunks(struct link *l, const struct wici_id *root, uint64_t size,
		     uint32_t from, uint32_t to);

/* link_statements.c */
void link_on_want_statements(struct link *l, const struct wici_packed *ids);
void link_on_statement(struct link *l, struct wici_bytes bytes);
void link_ask(struct link *l, const struct wici_id *statement);
void link_give(struct link *l, const struct wici_id *statement);
/* One that is new here; from: the link that brought it. */
void link_pass_on(struct link *l, const struct wici_id *statement,
		  uint64_t from);
void link_statements_pump(struct link *l);

#endif
