/* daemon/log.c — Lines for the journal, or for a person at a terminal.
 *
 * Under systemd a line begins with <priority>, and the journal adds the time;
 * elsewhere it begins with the time. A line is one write, so that lines of
 * several processes do not mix. */
#include "daemon/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINE_MAX_LEN 1024
#define VALUE_MAX    400 /* Of one field, escaped. */
#define RECENT_MAX   16
#define REPEAT_S     10

struct line {
	char text[LINE_MAX_LEN];
	size_t len;
};

/* What was said lately. */
struct recent {
	struct line line;
	enum log_level level;
	time_t since; /* 0: free. */
	uint64_t repeated;
};

static struct {
	enum log_level level;
	bool has_prefix; /* <N>, for the journal. */
	bool has_time;
	struct recent recent[RECENT_MAX];
} state = {.level = LOG_INFO};

static const char *const names[] = {"error", "warn", "info", "debug"};

void log_init(enum log_level level)
{
	const char *journal = getenv("JOURNAL_STREAM");

	state.level = level;
	state.has_prefix = (journal && *journal) || !isatty(STDERR_FILENO);
	state.has_time = !journal || !*journal;
}

bool log_has_level(const char *name, enum log_level *level)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(name, names[i]) == 0) {
			*level = (enum log_level)i;
			return true;
		}
	}
	return false;
}

/* One second's precision is what the repeats and the lines need. */
static time_t now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + 1; /* 0 means free. */
}

static void put(struct line *l, const char *text, size_t len)
{
	if (len > sizeof(l->text) - 1 - l->len)
		len = sizeof(l->text) - 1 - l->len;
	memcpy(l->text + l->len, text, len);
	l->len += len;
}

static void put_str(struct line *l, const char *text)
{
	put(l, text, strlen(text));
}

static void put_uint(struct line *l, uint64_t n)
{
	char digits[24];
	int len =
		snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);

	put(l, digits, (size_t)len);
}

/* Printable ASCII without quotes and UTF-8 above it stay as they are; the
 * rest, C1 controls among it, becomes \xNN: foreign text cannot forge a line,
 * nor a terminal's commands. */
static size_t escape(char *out, const char *text)
{
	const uint8_t *p = (const uint8_t *)text;
	size_t len = 0;

	for (; *p && len < VALUE_MAX - 4; p++) {
		bool is_c1 = p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0;

		if (*p >= 0x20 && *p != 0x7f && *p != '"' && *p != '\\' &&
		    !is_c1)
			out[len++] = (char)*p;
		else
			len += (size_t)snprintf(out + len, 5, "\\x%02x", *p);
	}
	return len;
}

static void put_field(struct line *l, const struct log_field *f)
{
	char value[VALUE_MAX + 1];
	size_t len;
	bool is_quoted;

	put_str(l, " ");
	put_str(l, f->key);
	put_str(l, "=");
	if (!f->text) {
		put_uint(l, f->number);
		return;
	}
	len = escape(value, f->text);
	is_quoted = !len || memchr(value, ' ', len) || memchr(value, '=', len);
	put_str(l, is_quoted ? "\"" : "");
	put(l, value, len);
	put_str(l, is_quoted ? "\"" : "");
}

static void write_line(enum log_level level, const struct line *line,
		       uint64_t repeated)
{
	static const char *const priority[] = {"<3>", "<4>", "<6>", "<7>"};
	struct line out = {.len = 0};
	char when[40];
	struct tm tm;
	time_t wall;

	if (state.has_prefix)
		put_str(&out, priority[level]);
	if (state.has_time) {
		wall = time(NULL);
		strftime(when, sizeof(when), "time=%Y-%m-%dT%H:%M:%SZ ",
			 gmtime_r(&wall, &tm));
		put_str(&out, when);
	}
	put(&out, line->text, line->len);
	if (out.len > sizeof(out.text) - 40)
		out.len = sizeof(out.text) - 40;
	if (repeated) {
		put_str(&out, " repeated=");
		put_uint(&out, repeated);
	}
	out.text[out.len++] = '\n';
	/* Nowhere to say that stderr is gone. */
	if (write(STDERR_FILENO, out.text, out.len) < 0)
		return;
}

static void forget(struct recent *r)
{
	if (r->since && r->repeated)
		write_line(r->level, &r->line, r->repeated);
	r->since = 0;
	r->repeated = 0;
}

/* Was this line written within the last seconds? Then it is counted; else it
 * takes the place of the oldest. */
static bool is_repeat(enum log_level level, const struct line *line)
{
	struct recent *oldest = &state.recent[0];
	struct recent *r;

	for (r = state.recent; r < state.recent + RECENT_MAX; r++) {
		if (r->since && r->line.len == line->len &&
		    memcmp(r->line.text, line->text, line->len) == 0) {
			r->repeated++;
			return true;
		}
		if (r->since < oldest->since)
			oldest = r;
	}
	forget(oldest);
	oldest->line = *line;
	oldest->level = level;
	oldest->since = now_s();
	return false;
}

void log_line(enum log_level level, const char *event,
	      const struct log_field *fields)
{
	struct line line = {.len = 0};

	if (level > state.level)
		return;
	put_str(&line, "level=");
	put_str(&line, names[level]);
	put_str(&line, " event=");
	put_str(&line, event);
	for (; fields->key; fields++)
		put_field(&line, fields);
	log_tick(false);
	if (!is_repeat(level, &line))
		write_line(level, &line, 0);
}

void log_tick(bool flush)
{
	time_t now = now_s();
	struct recent *r;

	for (r = state.recent; r < state.recent + RECENT_MAX; r++) {
		if (r->since && (flush || now - r->since >= REPEAT_S))
			forget(r);
	}
}
