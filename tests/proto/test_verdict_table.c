/* tests/proto/test_verdict_table.c — The table of verdicts in PROTOCOL §5.7, made
 * cell by cell: each row in each situation of each column.
 *
 * The tables are read from the page. A row or a situation that stands there and
 * not here, or here and not there, fails too. */
#include "proto/verdict.h"

#include "proto/day.h"
#include "tests/proto/certs.h"
#include "tests/test.h"

#include <stdio.h>

#define DAY_MS ((int64_t)86400000)

/* What is to be judged. The day is 2024-06-15, asked about and today. */
static struct {
	struct acts acts;
	struct wici_roster r;
	struct wici_root_revocation by_root;
	struct wici_question q;
	uint8_t feed; /* Where grants stand, from this seq on. */
	uint64_t seq;
	bool has_beacon;
	int said; /* What the beacon says; −1: what the acts say. */
	int64_t beacon_ms;
	uint64_t beacon_roster;
	struct {
		bool is_silent;
		int64_t time_ms;
		uint64_t roster;
		enum wici_head_held held;
	} witness[3];
	enum wici_standing standing; /* Of all that would count. */
} t;

static int32_t day(const char *text)
{
	int32_t d;

	CHECK_OK(wici_day_parse(&d, wici_bytes_str(text)));
	return d;
}

static int64_t now(void)
{
	return day("2024-06-15") * DAY_MS + DAY_MS / 2;
}

/* ---- rows ---- */

static struct wici_act *granted(const char *from, const char *until,
				const struct wici_id *supersedes)
{
	return grant_for(&t.acts, t.feed, t.seq++,
			 &(struct terms){.scheme = "osl",
					 .from = from,
					 .until = until,
					 .supersedes = supersedes});
}

static struct wici_id good(void)
{
	return granted("2022", "2026", NULL)->id;
}

static void does(struct wici_act *(*act)(struct acts *, uint64_t,
					 const struct wici_id *, const char *),
		 const struct wici_id *to, const char *effective)
{
	/* Published on the day asked about, whenever it counts from. */
	act(&t.acts, 20 + t.acts.n, to, effective)->time_ms = now();
}

static void row_none(void)
{
	asked = id_of(9);
}
static void row_used(void)
{
	granted("2022", "2026", NULL)->standing = WICI_VOID_INDEX;
}
static void row_bad_signature(void)
{
	granted("2022", "2026", NULL)->standing = WICI_VOID_SIG;
	t.q.signature_ok = false;
}
static void row_within(void)
{
	(void)good();
}
static void row_before(void)
{
	granted("2025", "2026", NULL);
}
static void row_after(void)
{
	granted("2022", "2023", NULL);
}
static void row_undated(void)
{
	granted(NULL, NULL, NULL);
}
static void row_no_first(void)
{
	granted(NULL, "2023", NULL);
}
static void row_no_last(void)
{
	granted("2025", NULL, NULL);
}
static void row_revoked(void)
{
	struct wici_id g = good();

	does(revoke, &g, "2024-06-15");
}
static void row_revoked_later(void)
{
	struct wici_id g = good();

	does(revoke, &g, "2024-06-16");
}
static void row_retroactive(void)
{
	struct wici_id g = good();

	does(revoke, &g, "2023-01-01");
	t.q.on_day = day("2023-06-01"); /* Nobody knew that day. */
}
static void row_revoked_expired(void)
{
	struct wici_id g = granted("2022", "2023", NULL)->id;

	does(revoke, &g, "2023-01-01");
}
static void row_revoked_undated(void)
{
	struct wici_id g = granted(NULL, NULL, NULL)->id;

	does(revoke, &g, "2023-01-01");
}
static void row_lifted_same(void)
{
	struct wici_id g = good();

	does(revoke, &g, "2023-01-01");
	does(reinstate, &g, "2023-01-01");
}
static void row_lifted_later(void)
{
	struct wici_id g = good();

	does(revoke, &g, "2023-01-01");
	does(reinstate, &g, "2024-06-16");
}
static void row_revoked_again(void)
{
	struct wici_id g = good();

	does(revoke, &g, "2023-01-01");
	does(reinstate, &g, "2023-01-01");
	does(revoke, &g, "2024-01-01");
}
static void row_suspended(void)
{
	struct wici_id g = good();

	does(suspend, &g, NULL);
}
static void row_suspended_expired(void)
{
	struct wici_id g = granted("2022", "2023", NULL)->id;

	does(suspend, &g, "2023-06-01");
}
static void row_suspended_undated(void)
{
	struct wici_id g = granted(NULL, NULL, NULL)->id;

	does(suspend, &g, "2023-06-01");
}
static void row_reinstated(void)
{
	struct wici_id g = good();

	does(suspend, &g, "2023-06-01");
	does(reinstate, &g, "2024-06-15");
}
static void row_between(void)
{
	row_reinstated();
	t.q.on_day = day("2024-06-14");
}
static void row_suspended_revoked(void)
{
	struct wici_id g = good();

	does(suspend, &g, "2023-06-01");
	does(revoke, &g, "2024-01-01");
}
static void row_corrected(void)
{
	struct wici_id g = granted("2022", "2023", NULL)->id;

	granted("2022", "2026", &g);
}
static void row_corrected_expired(void)
{
	struct wici_id g = good();

	granted("2022", "2023", &g);
}
static void row_revoked_corrected(void)
{
	struct wici_id g = good();

	does(revoke, &g, "2023-01-01");
	granted("2022", "2027", &g)->seq += t.feed == ISSUING ? 50 : 0;
}
static void row_corrected_revoked(void)
{
	struct wici_id g = good();

	asked = granted("2022", "2027", &g)->id;
	does(revoke, &g, "2023-01-01");
}
static struct wici_id renewal_of(const struct wici_id *previous)
{
	return grant_for(&t.acts, t.feed, t.seq++,
			 &(struct terms){.scheme = "osl",
					 .from = "2024",
					 .until = "2028",
					 .previous = previous})
		->id;
}
static void row_renewed(void)
{
	struct wici_id g = granted("2018", "2023", NULL)->id;

	(void)renewal_of(&g);
}
static void row_renewal(void)
{
	struct wici_id g = good();

	does(revoke, &g, "2023-01-01");
	asked = renewal_of(&g);
}
static void root_revokes(const struct wici_id *id, const char *from)
{
	t.by_root = (struct wici_root_revocation){.certificate = *id,
						  .effective = day(from)};
	t.r.space.revocations = &t.by_root;
	t.r.revocations_count = 1;
}
static void row_root(void)
{
	struct wici_id g = good();

	root_revokes(&g, "2024-06-15");
}
static void row_root_later(void)
{
	struct wici_id g = good();

	root_revokes(&g, "2024-06-16");
}
static void row_root_suspended(void)
{
	row_root_later();
	does(suspend, &t.by_root.certificate, "2024-01-01");
}
static void row_root_reinstated(void)
{
	row_root();
	does(revoke, &t.by_root.certificate, "2024-01-01");
	does(reinstate, &t.by_root.certificate, "2024-01-01");
}
static void row_root_lifted(void)
{
	row_root();
	t.by_root.is_lifted = true;
}
static void row_beacon_revoked(void)
{
	(void)good();
	t.said = WICI_CERT_REVOKED;
}
static void row_beacon_suspended(void)
{
	(void)good();
	t.said = WICI_CERT_SUSPENDED;
}
static void row_beacon_none(void)
{
	(void)good();
	t.said = WICI_CERT_NONE;
}

/* ---- situations ---- */

static void rotated(void)
{
	t.feed = CLOSED;
}
/* Three that the root names, two of them needed; all agree. */
static void witnesses(void)
{
	t.r.witnesses_count = 3;
	t.r.witnesses_needed = 2;
	for (uint8_t i = 0; i < 3; i++)
		t.r.witnesses[i].feed = pair((uint8_t)(70 + i)).key;
}
static void enough(void)
{
	witnesses();
	t.witness[2].is_silent = true;
}
static void other_registrar(void)
{
	t.r.registrar = head_of(50, 1);
}
static void list_expired(void)
{
	t.r.expires.last = day("2024-06-14");
}
static void no_list(void)
{
	t.r.has_expires = false;
}
static void newer_op(void)
{
	t.r.needs_newer = true;
}
static void newer_kind(void)
{
	t.q.needs_newer = true;
}
static void no_beacon(void)
{
	t.has_beacon = false;
}
static void beacon_old(void)
{
	t.beacon_ms -= WICI_FRESH_AGE_MS + 1;
}
static void beacon_ahead(void)
{
	t.beacon_ms = day("2099-01-01") * DAY_MS;
}
static void beacon_newer(void)
{
	t.beacon_roster++;
}
static void too_few(void)
{
	enough();
	t.witness[1].is_silent = true;
}
static void witnesses_old(void)
{
	witnesses();
	for (int i = 0; i < 2; i++)
		t.witness[i].time_ms -= WICI_FRESH_AGE_MS + 1;
}
static void witnesses_newer(void)
{
	witnesses();
	for (int i = 0; i < 2; i++)
		t.witness[i].roster++;
}
static void witnesses_ahead(void)
{
	witnesses();
	for (int i = 0; i < 2; i++)
		t.witness[i].held = WICI_HEAD_AHEAD;
}
static void witnesses_split(void)
{
	witnesses();
	for (int i = 1; i < 3; i++)
		t.witness[i].held = WICI_HEAD_OTHER;
}
static void registrar_silent(void)
{
	other_registrar();
	t.witness[0].is_silent = true;
}
static void root_fork(void)
{
	t.r.is_forked = true;
}
static void frozen(void)
{
	t.q.is_disputed = true;
}
static void not_reached(void)
{
	t.q.is_disputed = true;
	t.standing = WICI_VOID_AHEAD;
}
static void de_accredited(void)
{
	t.r.issuers[0] = row("osl", 40);
}
static void scheme_dropped(void)
{
	t.r.issuers_count = 0;
}
static void above_the_cut(void)
{
	t.feed = CLOSED;
	t.seq = 6;
}
static void nothing(void)
{
}

struct named {
	const char *name;
	void (*make)(void);
	bool is_by_beacon; /* Where there is none it says nothing. */
	bool is_met;
};

static struct named rows[] = {
	{"there is none", row_none},
	{"an earlier grant used its index", row_used},
	{"its own signature is bad", row_bad_signature},
	{"within its dates", row_within},
	{"before its first day", row_before},
	{"after its last day", row_after},
	{"without dates", row_undated},
	{"without a first day, after its last", row_no_first},
	{"without a last day, before its first", row_no_last},
	{"revoked from an earlier day", row_revoked},
	{"revoked from a later day", row_revoked_later},
	{"revoked afterwards, from an earlier day", row_retroactive},
	{"revoked, after its last day", row_revoked_expired},
	{"revoked, without dates", row_revoked_undated},
	{"revoked, lifted from the same day on", row_lifted_same},
	{"revoked, lifted from a later day", row_lifted_later},
	{"revoked, lifted, revoked again", row_revoked_again},
	{"suspended", row_suspended},
	{"suspended, after its last day", row_suspended_expired},
	{"suspended, without dates", row_suspended_undated},
	{"suspended and reinstated before", row_reinstated},
	{"between suspension and reinstatement", row_between},
	{"suspended, then revoked", row_suspended_revoked},
	{"corrected, within its dates", row_corrected},
	{"corrected: now its last day has passed", row_corrected_expired},
	{"revoked, then corrected", row_revoked_corrected},
	{"corrected, then revoked by its older id", row_corrected_revoked},
	{"renewed, after the old one's last day", row_renewed},
	{"the renewal of a revoked one", row_renewal},
	{"revoked by the root", row_root},
	{"revoked by the root from a later day", row_root_later},
	{"suspended, revoked by the root from a later day", row_root_suspended},
	{"revoked by the root, reinstated by the issuer", row_root_reinstated},
	{"revoked by the root, lifted by the root", row_root_lifted},
	{"the beacon alone says revoked", row_beacon_revoked, true},
	{"the beacon alone says suspended", row_beacon_suspended, true},
	{"the beacon does not list it", row_beacon_none, true},
	{NULL, NULL},
};

static struct named situations[] = {
	{"accredited", nothing},
	{"rotated", rotated},
	{"enough witnesses", enough},
	{"the registrar agrees", other_registrar},
	{"list expired", list_expired},
	{"no list", no_list},
	{"newer roster op", newer_op},
	{"newer kind", newer_kind},
	{"no beacon", no_beacon},
	{"beacon old", beacon_old},
	{"beacon ahead", beacon_ahead},
	{"beacon of a newer roster", beacon_newer},
	{"too few witnesses", too_few},
	{"witnesses old", witnesses_old},
	{"witnesses of a newer roster", witnesses_newer},
	{"witnesses ahead", witnesses_ahead},
	{"witnesses split", witnesses_split},
	{"registrar silent", registrar_silent},
	{"root fork", root_fork},
	{"frozen", frozen},
	{"not reached", not_reached},
	{"de-accredited", de_accredited},
	{"scheme dropped", scheme_dropped},
	{"above the cut", above_the_cut},
	{NULL, NULL},
};

/* ---- making a cell ---- */

static void scene_init(void)
{
	struct wici_issuer osl = row("osl", ISSUING);
	struct wici_id network = id_of(1);

	memset(&t, 0, sizeof(t));
	row_close(&osl, CLOSED, 5);
	wici_roster_init(&t.r, &network, &(struct wici_roster_space){0});
	t.r.version = 3;
	t.r.registrar = head_of(ISSUING, 1);
	t.r.issuers_count = 1;
	t.r.issuers[0] = osl;
	t.r.has_expires = true;
	t.r.expires.last = day("2024-06-15");
	t.q.on_day = t.q.today = day("2024-06-15");
	t.q.signature_ok = true;
	t.feed = ISSUING;
	t.seq = 2;
	t.has_beacon = true;
	t.said = -1;
	t.beacon_ms = now() - 1000;
	t.beacon_roster = 3;
	for (int i = 0; i < 3; i++) {
		t.witness[i].time_ms = now() - 2000;
		t.witness[i].roster = 3;
		t.witness[i].held = WICI_HEAD_HELD;
	}
}

static void give_fresh(const struct wici_certificate *c, struct wici_fresh *f)
{
	uint8_t states[4] = {0};
	struct wici_beacon_body beacon = {.roster = t.beacon_roster,
					  .states = {states, sizeof(states)}};
	enum wici_certificate_state said =
		t.said < 0 ? wici_certificate_worst(
				     c, wici_day_warsaw(t.beacon_ms))
			   : (enum wici_certificate_state)t.said;

	wici_beacon_set(states, c->terms.index, said);
	wici_fresh_begin(f, &t.r, c->issuer ? &c->issuer->at.feed : NULL, now(),
			 WICI_FRESH_AGE_MS);
	if (t.has_beacon)
		wici_fresh_beacon(f, &beacon, t.beacon_ms, c->terms.index,
				  true);
	for (size_t i = 0; i < f->witnesses_count; i++) {
		struct wici_witness_body body = {.roster = t.witness[i].roster};
		struct wici_key feed = f->witnesses[i].feed;

		if (!t.witness[i].is_silent)
			wici_fresh_witness(f, &feed, &body,
					   t.witness[i].time_ms, true,
					   t.witness[i].held);
	}
	wici_fresh_end(f);
}

static enum wici_status cell(const struct named *r, const struct named *s)
{
	struct wici_certificate c;
	struct wici_fresh fresh;
	struct wici_verdict v;

	scene_init();
	s->make();
	r->make();
	for (size_t i = 0; i < t.acts.n; i++)
		if (t.acts.act[i].standing == WICI_COUNTS)
			t.acts.act[i].standing = t.standing;
	wici_certificate_fold(&c, &t.r, &asked, t.acts.act, t.acts.n);
	give_fresh(&c, &fresh);
	t.q.fresh = &fresh;
	wici_verdict_give(&v, &c, &t.r, &t.q);
	return v.status;
}

/* ---- the page ---- */

#define COLUMNS 5

static char *page(void)
{
	static char text[200000];
	FILE *in = fopen("proto/PROTOCOL.md", "r");
	size_t len;

	CHECK(in);
	len = fread(text, 1, sizeof(text) - 1, in);
	CHECK(len > 0 && len < sizeof(text) - 1);
	text[len] = '\0';
	(void)fclose(in);
	return text;
}

/* The cells of a row of a table, cut out of *p, which goes on behind it. False:
 * no more rows. */
static bool next_row(char **p, char *cells[COLUMNS], size_t *count)
{
	char *end = strchr(*p, '\n');

	*count = 0;
	if (**p != '|' || !end)
		return false;
	*end = '\0';
	for (char *at = *p + 1; *at && *count < COLUMNS;) {
		char *bar = strchr(at, '|');
		size_t len;

		CHECK(bar);
		*bar = '\0';
		at += strspn(at, " ");
		len = strlen(at);
		while (len > 0 && at[len - 1] == ' ')
			at[--len] = '\0';
		cells[(*count)++] = at;
		at = bar + 1;
	}
	*p = end + 1;
	return true;
}

static struct named *find(struct named *list, const char *name)
{
	for (; list->name; list++)
		if (strcmp(list->name, name) == 0)
			return list;
	fprintf(stderr, "PROTOCOL §5.7 says \"%s\"; no test makes it\n", name);
	CHECK(false);
	return NULL;
}

struct situation {
	const char *column;
	struct named *is;
};

/* The second table: which situations belong to which column. */
static size_t read_situations(char *text, struct situation *list, size_t max)
{
	char *p = strstr(text, "| column | situation |");
	char *cells[COLUMNS];
	size_t count, n = 0;

	CHECK(p && next_row(&p, cells, &count) && next_row(&p, cells, &count));
	while (next_row(&p, cells, &count)) {
		CHECK(count == 3 && n < max);
		list[n].column = cells[0];
		list[n].is = find(situations, cells[1]);
		list[n++].is->is_met = true;
	}
	return n;
}

static void check_cell(struct named *r, const struct situation *s,
		       const char *want)
{
	const char *got;

	if (r->is_by_beacon && s->is->make == no_beacon)
		return;
	got = wici_status_name(cell(r, s->is));
	if (strcmp(got, want) != 0)
		fprintf(stderr, "%s, %s: %s, and not %s\n", r->name,
			s->is->name, got, want);
	CHECK(strcmp(got, want) == 0);
}

TEST(every_cell_of_the_table_in_every_situation)
{
	char *text = page();
	struct situation list[64];
	size_t situations_count = read_situations(text, list, 64);
	char *p = strstr(text, "| certificate, on the day asked about |");
	char *heads[COLUMNS];
	char *cells[COLUMNS];
	size_t count, made = 0;

	CHECK(p && next_row(&p, heads, &count) && count == COLUMNS);
	CHECK(next_row(&p, cells, &count));
	while (next_row(&p, cells, &count)) {
		struct named *r = find(rows, cells[0]);

		CHECK(count == COLUMNS && !r->is_met);
		r->is_met = true;
		for (size_t i = 0; i < situations_count; i++) {
			size_t column = 1;

			while (column < COLUMNS &&
			       strcmp(heads[column], list[i].column) != 0)
				column++;
			CHECK(column < COLUMNS);
			check_cell(r, &list[i], cells[column]);
			made++;
		}
	}
	for (const struct named *r = rows; r->name; r++)
		CHECK(r->is_met);
	for (const struct named *s = situations; s->name; s++)
		CHECK(s->is_met);
	CHECK(made == 37 * 24);
}

TEST_MAIN(RUN(every_cell_of_the_table_in_every_situation))
