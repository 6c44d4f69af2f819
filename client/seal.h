/* client/seal.h — Why an installation publishes no more, in words. */
#ifndef WICI_CLIENT_SEAL_H
#define WICI_CLIENT_SEAL_H

/* Of the daemon's code word, in English, for say(); one that is unknown stays.
 */
const char *seal_text(const char *reason);

#endif
