/* client/spoken.h — Sentences that the daemon says as they are: hints. */
#ifndef WICI_CLIENT_SPOKEN_H
#define WICI_CLIENT_SPOKEN_H

/* In the language; those that are not known come as they are. Free it. */
char *spoken_text(const char *text);

#endif
