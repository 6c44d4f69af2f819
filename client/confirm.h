/* client/confirm.h — What cannot be taken back: on a terminal a word is asked
 * for. */
#ifndef WICI_CLIENT_CONFIRM_H
#define WICI_CLIENT_CONFIRM_H

#include "client/client.h"

/* question: for say(), with one %s, where the word stands that is to be typed
 * again. Not asked with --yes, or where nobody sits. WICI_USAGE: it was not
 * typed. */
WICI_NODISCARD
enum wici_err confirm(struct client *c, const char *question, const char *word);

#endif
