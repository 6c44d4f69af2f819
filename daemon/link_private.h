/* daemon/link_private.h — What link.c, link_who.c and link_sync.c share. */
#ifndef WICI_DAEMON_LINK_PRIVATE_H
#define WICI_DAEMON_LINK_PRIVATE_H

#include "daemon/hub.h"

/* Sends a message that must fit (small, or room was asked for). */
void link_send(struct link *l, const struct wici_message *m);

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

/* link_sync.c: HELLO and everything after it. */
void link_send_hello(struct link *l);
void link_on_sync(struct link *l, const struct wici_message *m);

/* A counting head moved here; from: the link that brought it. */
void link_announce(struct link *l, const struct wici_head *head, uint64_t from);
void link_give(struct link *l, const struct wici_id *statement);

/* Sends what waits and fits. */
void link_sync_pump(struct link *l);

/* Looks again at what differs: after the roster changed, or by request. */
void link_recheck(struct link *l);

#endif
