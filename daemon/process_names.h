/* daemon/process_names.h — Do those whom a record names go together? In a turn. */
#ifndef WICI_DAEMON_PROCESS_NAMES_H
#define WICI_DAEMON_PROCESS_NAMES_H

#include "daemon/fault.h"
#include "daemon/process.h"

/* Do those whom a record names that may begin a process go together?
 * WICI_BAD_FIELD: the fault says which does not. */
WICI_NODISCARD
enum wici_err process_check_names(struct node *n, const struct wici_kind *kind,
				  struct wici_bytes payload,
				  struct fault *fault);

/* Is whom an act names a side of what it is about? */
WICI_NODISCARD
enum wici_err process_check_about(const struct process *p,
				  const struct wici_kind *kind,
				  struct wici_bytes payload,
				  struct fault *fault);

#endif
