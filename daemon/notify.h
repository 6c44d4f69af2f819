/* daemon/notify.h — What systemd is told: sd_notify(3), which is a datagram.
 *
 * Without NOTIFY_SOCKET nothing is sent. */
#ifndef WICI_DAEMON_NOTIFY_H
#define WICI_DAEMON_NOTIFY_H

#include <stdint.h>

/* Reads NOTIFY_SOCKET and WATCHDOG_USEC. */
void notify_init(void);

void notify_ready(void);
void notify_stopping(void);

/* STATUS=text: one line for `systemctl status`. */
void notify_status(const char *text);

/* The loop is alive. Sent at most three times a watchdog period; call it after
 * any turn. */
void notify_alive(uint64_t mono_ms);

#endif
