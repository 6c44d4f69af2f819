/* daemon/process_view.h — Processes as people and programs read them. In a
 * turn. */
#ifndef WICI_DAEMON_PROCESS_VIEW_H
#define WICI_DAEMON_PROCESS_VIEW_H

#include "daemon/process.h"
#include "daemon/view.h"

/* A map: what it is, its state, who is who in it, who owes what. */
void process_view(struct wici_mp_writer *w, const struct node *n,
		  const struct process *p);

/* What a record is one for, by its canonical payload: of an adoption, the
 * practice. False: it is for none. */
bool process_view_is_for(const struct wici_process *is, uint16_t kind,
			 struct wici_bytes payload, struct wici_id *of);

/* {id, title}: the title, where that record is here and counts, or null. Reads
 * one entry. */
WICI_NODISCARD
enum wici_err process_view_subject(struct wici_mp_writer *w, struct node *n,
				   const struct wici_id *of);

/* An array: its acts, in order, and which of them have no effect. */
void process_view_acts(struct wici_mp_writer *w, const struct node *n,
		       const struct process *p);

/* An array: what others do with it, where a kind has one process for each
 * record like this: of a practice, its adoptions. The newest hundred, two by one
 * institution at most. */
WICI_NODISCARD
enum wici_err process_view_taken_up(struct wici_mp_writer *w, struct node *n,
				    const struct process *p);

#endif
