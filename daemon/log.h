/* daemon/log.h — What the daemon says to its administrator: one line an event,
 * key=value, on stderr.
 *
 *   LOG(INFO, "listening", LOG_TEXT("address", a), LOG_UINT("port", p));
 *
 * *unusual* (warn) is somebody else's fault worth seeing, *broken* (error) is
 * ours. Foreign text is escaped, secrets never come here, repeats are counted:
 * the same line within 10 s is written once more at their end, with
 * repeated=N. */
#ifndef WICI_DAEMON_LOG_H
#define WICI_DAEMON_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

struct log_field {
	const char *key;  /* NULL ends a list of fields. */
	const char *text; /* NULL: the number. */
	uint64_t number;
};

#define LOG_TEXT(k, v)                                                         \
	{                                                                      \
		.key = (k), .text = log_text(v)                                \
	}
#define LOG_UINT(k, v)                                                         \
	{                                                                      \
		.key = (k), .number = (uint64_t)(v)                            \
	}
#define LOG(level, ...) LOG_(level, __VA_ARGS__, {.key = NULL})
#define LOG_(level, event, ...)                                                \
	log_line(LOG_##level, event, (const struct log_field[]){__VA_ARGS__})

/* A value that may be missing. */
static inline const char *log_text(const char *text)
{
	return text ? text : "";
}

/* Looks whether a journal reads along; until then lines go out plainly. */
void log_init(enum log_level level);

/* "error", "warn", "info", "debug". False: none of them. */
bool log_has_level(const char *name, enum log_level *level);

void log_line(enum log_level level, const char *event,
	      const struct log_field *fields);

/* Once a second: writes what was repeated. flush: now, whatever its age. */
void log_tick(bool flush);

#endif
