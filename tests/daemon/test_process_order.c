/* tests/daemon/test_process_order.c — Drawn stories of visits: acts of three
 * institutions that answer anything and name any version, some of which fit no
 * kind or are erased, heard feed by feed and part by part in another order on
 * each node. All end with the same processes. */
#include "proto/kinds.h"
#include "proto/kinds/visit.h"
#include "tests/daemon/call.h"

#define STORIES 6
#define STEPS   70
#define NODES   4
#define SAID    128

struct story {
	struct fixture f[NODES]; /* Third party, guest, host; who only hears. */
	struct wici_id said[SAID];
	size_t by[SAID];
	uint16_t kind[SAID];
	size_t count;
	struct wici_key host;
	uint64_t seed;
};

static size_t pick(struct story *s, size_t below)
{
	s->seed = s->seed * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(s->seed >> 33) % below;
}

static void put_id(struct wici_mp_writer *w, const char *key,
		   const struct wici_id *id)
{
	wici_mp_str(w, key);
	wici_mp_bin(w, id->b, WICI_ID_LEN);
}

static void put_text(struct wici_mp_writer *w, const char *key,
		     const char *text)
{
	wici_mp_str(w, key);
	wici_mp_str(w, text);
}

static struct wici_id any_said(struct story *s)
{
	struct wici_id unheard = {{7}};

	return pick(s, 12) ? s->said[pick(s, s->count)] : unheard;
}

/* Of all that begins a visit, any; most often the first. */
static struct wici_id any_visit(struct story *s)
{
	size_t i = pick(s, s->count);

	return pick(s, 2) && s->kind[i] == WICI_KIND_VISIT_PROPOSE ? s->said[i]
								   : s->said[0];
}

static void write_propose(struct story *s, struct wici_mp_writer *w)
{
	bool replaces = s->count && pick(s, 5);
	struct wici_id id = s->count ? any_visit(s) : (struct wici_id){{0}};

	wici_mp_map(w, replaces ? 4 : 3);
	put_text(w, "date", pick(s, 2) ? "2026-10-01" : "2027-02");
	wici_mp_str(w, "host");
	wici_mp_bin(w, s->host.b, WICI_KEY_LEN);
	put_text(w, "purpose", "Klub");
	if (replaces)
		put_id(w, "supersedes", &id);
}

static void write_act(struct story *s, uint16_t kind, struct wici_mp_writer *w)
{
	static const char *const answers[] = {"accept", "decline", "date"};
	bool is_answer = kind == WICI_KIND_VISIT_ANSWER;
	bool is_feedback = kind == WICI_KIND_VISIT_FEEDBACK;
	bool is_agenda = kind == WICI_KIND_VISIT_AGENDA;
	const char *answer = answers[pick(s, 3)];
	bool has_date = is_answer && strcmp(answer, "date") == 0;
	struct wici_id after = any_said(s);
	struct wici_id visit = any_visit(s);

	wici_mp_map(w, 2u + is_answer + has_date + is_feedback + is_agenda);
	put_id(w, "after", &after);
	if (is_agenda) {
		wici_mp_str(w, "agenda");
		wici_mp_array(w, 1);
		wici_mp_map(w, 1);
		put_text(w, "text", "Rozmowa");
	}
	if (is_answer)
		put_text(w, "answer", answer);
	if (has_date)
		put_text(w, "date", "2026-11-02");
	if (is_feedback)
		put_text(w, "text", "Warto");
	if (pick(s, 20))
		put_id(w, "visit", &visit);
	else
		put_text(w, "visit", "jaka?"); /* It fits no kind. */
}

static void act(struct story *s)
{
	static const uint16_t kinds[] = {
		WICI_KIND_VISIT_PROPOSE,  WICI_KIND_VISIT_ANSWER,
		WICI_KIND_VISIT_ANSWER,   WICI_KIND_VISIT_ANSWER,
		WICI_KIND_VISIT_AGENDA,   WICI_KIND_VISIT_CANCEL,
		WICI_KIND_VISIT_HOLD,     WICI_KIND_VISIT_HOLD,
		WICI_KIND_VISIT_FEEDBACK,
	};
	size_t by = s->count ? pick(s, 3) : 1;
	uint16_t kind = s->count ? kinds[pick(s, 9)] : kinds[0];
	struct wici_mp_writer w;
	struct wici_head head;
	struct wici_bytes b;
	uint8_t buf[400];

	wici_mp_writer_init(&w, buf, sizeof(buf));
	if (kind == WICI_KIND_VISIT_PROPOSE)
		write_propose(s, &w);
	else
		write_act(s, kind, &w);
	CHECK_OK(wici_mp_written(&w, &b));
	fixture_begin(&s->f[by]);
	CHECK_OK(publish_append(s->f[by].n, wici_kind_by_number(kind), b,
				&head));
	fixture_end(&s->f[by]);
	s->said[s->count] = head.id;
	s->kind[s->count] = kind;
	s->by[s->count++] = by;
}

static void erase(struct story *s)
{
	size_t i = pick(s, s->count);
	char hex[WICI_HEX_LEN + 1], json[200];

	wici_hex(hex, s->said[i].b, WICI_ID_LEN);
	(void)snprintf(json, sizeof(json), "{'id':'%s','reason':'x'}", hex);
	(void)call(&s->f[s->by[i]], "record.erase", json);
	fixture_rest(&s->f[s->by[i]]);
}

/* Some of one feed, from one node to another. */
static void hear(struct story *s)
{
	struct fixture *a = &s->f[pick(s, NODES)];
	struct fixture *b = &s->f[pick(s, NODES)];
	struct wici_range_set set = node_set(a->n, WICI_SPACE_HEADS);
	struct wici_head head;

	if (a == b || !set.count)
		return;
	head = set.items[pick(s, set.count)];
	head.seq = head.seq - pick(s, 4) % head.seq;
	fixture_begin(b);
	if (!pick(s, 4))
		fixture_carry_statements(a, b);
	(void)fixture_carry_feed(a, b, &head);
	fixture_end(b);
}

static void hear_all(struct story *s)
{
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < NODES; i++)
			for (size_t k = 0; k < NODES; k++)
				if (i != k)
					fixture_carry(&s->f[i], &s->f[k]);
		for (size_t i = 0; i < NODES; i++)
			fixture_rest(&s->f[i]);
	}
}

/* From its process on, whoever asks: whose turn it is is his to say. */
static char *shown(struct story *s, size_t node, const struct wici_id *id)
{
	static const char mine[] = "'mine':";
	char hex[WICI_HEX_LEN + 1];
	const char *text;
	char *copy, *out;

	wici_hex(hex, id->b, WICI_ID_LEN);
	text = call_with(&s->f[node], "record.show", "id", hex);
	CHECK(strncmp(text, "{'id'", 5) == 0);
	text = strstr(text, "'process':");
	text = text ? text : "none";
	copy = out = calloc(strlen(text) + 1, 1);
	CHECK(copy);
	while (*text) {
		*out++ = *text;
		text += strncmp(text, mine, 7) ? 1 : strcspn(text, "}");
	}
	return copy;
}

static void is_same_everywhere(struct story *s, uint64_t story)
{
	for (size_t i = 0; i < s->count; i++) {
		char *first = shown(s, 0, &s->said[i]);

		for (size_t node = 1; node < NODES; node++) {
			char *other = shown(s, node, &s->said[i]);

			if (strcmp(first, other) != 0)
				print_error("story %u, record %zu:\n%s\n%s\n",
					    (unsigned)story, i, first, other);
			CHECK(strcmp(first, other) == 0);
			free(other);
		}
		free(first);
	}
}

static void tell(uint64_t story)
{
	static const char *const names[] = {"Gość", "Gospodarz", "Inny"};
	struct story *s = calloc(1, sizeof(*s));
	char init[100];

	CHECK(s);
	s->seed = story;
	call_found(&s->f[0]);
	for (size_t i = 1; i < NODES; i++) {
		fixture_open(&s->f[i]);
		(void)snprintf(init, sizeof(init),
			       "'name':'%s','no_passphrase':true",
			       names[i - 1]);
		call_join(&s->f[0], &s->f[i], init);
	}
	s->host = *node_identity(s->f[2].n);
	hear_all(s);
	for (int i = 0; i < STEPS; i++) {
		act(s);
		hear(s);
		hear(s);
		if (i > 20 && pick(s, 10) == 0)
			erase(s);
	}
	hear_all(s);
	is_same_everywhere(s, story);
	for (size_t i = 0; i < NODES; i++)
		fixture_drop(&s->f[i]);
	free(s);
}

TEST(all_see_the_same_whatever_they_heard_first)
{
	for (uint64_t story = 1; story <= STORIES; story++)
		tell(story);
}

TEST_MAIN(RUN(all_see_the_same_whatever_they_heard_first))
