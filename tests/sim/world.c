/* tests/sim/world.c — Nodes, their turns and clients, the virtual clock. The
 * network between them is network.c. */
#include "tests/sim/world.h"

#include "daemon/membership.h"
#include "proto/mp_read.h"
#include "proto/require.h"
#include "tests/sim/network.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void world_bytes(struct world *w, void *p, size_t len)
{
	uint8_t key[32] = {0}, nonce[8];

	wici_put_u64(key, w->seed);
	wici_put_u64(nonce, ++w->draws);
	crypto_stream_chacha20(p, len, nonce, key);
}

uint64_t world_random(struct world *w, uint64_t below)
{
	uint64_t v;

	world_bytes(w, &v, sizeof(v));
	return v % below;
}

void world_tell(struct world *w, const char *who, const char *format, ...)
{
	va_list args;

	fprintf(w->trace_file, "[%6llu] %s ", (unsigned long long)w->now_ms,
		who);
	va_start(args, format);
	vfprintf(w->trace_file, format, args);
	va_end(args);
	fputc('\n', w->trace_file);
	fflush(w->trace_file);
}

const char *world_trace(const struct world *w)
{
	return w->trace;
}

bool world_tells(const struct world *w, const char *const *lines)
{
	const char *at = w->trace;

	for (size_t i = 0; lines[i]; i++) {
		at = strstr(at, lines[i]);
		if (!at) {
			fprintf(stderr, "not told in order: \"%s\"\n%s",
				lines[i], w->trace);
			return false;
		}
		at += strlen(lines[i]);
	}
	return true;
}

struct world *world_new(uint64_t seed)
{
	struct world *w = calloc(1, sizeof(*w));

	WICI_REQUIRE(w != NULL);
	w->seed = seed;
	w->now_ms = 1000;
	w->trace_file = open_memstream(&w->trace, &w->trace_len);
	WICI_REQUIRE(w->trace_file != NULL);
	fflush(w->trace_file);
	return w;
}

static void world_now(struct world *w, const struct world_node *n,
		      struct node_now *now)
{
	now->mono_ms = w->now_ms;
	now->wall_ms = WORLD_WALL_MS + (int64_t)w->now_ms + n->clock_ms;
	world_bytes(w, now->seed, sizeof(now->seed));
}

/* ---- whose feed is it, by name ---- */

static const char *world_name(const struct world *w, const struct wici_key *key)
{
	for (size_t i = 0; i < w->nodes_count; i++) {
		const struct world_node *n = w->nodes[i];

		if (n->is_up && n->node->own &&
		    wici_key_equal(&n->node->own->row.key, key))
			return n->name;
	}
	return "somebody";
}

static void world_watch(struct world *w, struct world_node *n)
{
	const struct feeds *f = &n->node->feeds;

	for (size_t i = 0; i < f->count; i++) {
		const struct feed *feed = f->by_key[i];
		size_t k = 0;

		while (k < n->seen_count &&
		       !wici_key_equal(&n->seen[k].feed, &feed->row.key))
			k++;
		if (k == n->seen_count) {
			WICI_REQUIRE(k < 64);
			n->seen[k].feed = feed->row.key;
			n->seen[k].seq = 0;
			n->seen_count++;
		}
		if (n->seen[k].seq == feed->released_seq)
			continue;
		n->seen[k].seq = feed->released_seq;
		world_tell(w, n->name, "holds %llu of %s",
			   (unsigned long long)feed->released_seq,
			   world_name(w, &feed->row.key));
	}
}

/* ---- turns ---- */

void world_begin(struct world *w, struct world_node *n)
{
	struct node_now now;

	world_now(w, n, &now);
	hub_turn_begin(&n->hub, &now);
}

static void world_take_reply(struct world_node *n, const struct hub_output *out)
{
	if (out->client != n->awaited)
		return;
	free(n->reply);
	n->reply = malloc(out->bytes.len);
	WICI_REQUIRE(n->reply != NULL);
	memcpy(n->reply, out->bytes.p, out->bytes.len);
	n->reply_len = out->bytes.len;
	n->has_reply = true;
}

void world_end(struct world *w, struct world_node *n)
{
	struct hub_output out;

	hub_turn_end(&n->hub);
	if (n->disk.is_off)
		return; /* Without power nobody hears of it. */
	while (hub_next(&n->hub, &out)) {
		if (out.type == HUB_REPLY)
			world_take_reply(n, &out);
		WICI_REQUIRE(out.type != HUB_FATAL);
	}
	world_watch(w, n);
	network_flush(w, n);
}

/* ---- nodes ---- */

/* False: the power failed. */
static bool world_open(struct world *w, struct world_node *n)
{
	struct node_config config = {.state_dir = n->dir,
				     .listen = n->address,
				     .advertise = n->address,
				     .machine_id = n->machine};
	struct node_now now;
	uint8_t seed[32];
	char why[200] = "";
	enum wici_err err;

	world_now(w, n, &now);
	err = node_open(&n->node, &config, &now, why, sizeof(why));
	if (err != WICI_OK && n->disk.is_off) {
		disk_restart(&n->disk);
		return false;
	}
	if (err != WICI_OK)
		fprintf(stderr, "%s: %s\n", n->name, why);
	WICI_REQUIRE(err == WICI_OK);
	world_bytes(w, seed, sizeof(seed));
	hub_init(&n->hub, n->node, seed);
	n->is_up = true;
	return true;
}

struct world_node *world_add(struct world *w, const char *name)
{
	struct world_node *n = calloc(1, sizeof(*n));

	WICI_REQUIRE(n != NULL && w->nodes_count < WORLD_NODES_MAX);
	n->name = name;
	strcpy(n->dir, "/tmp/wici-sim-XXXXXX");
	WICI_REQUIRE(mkdtemp(n->dir) != NULL);
	disk_attach(&n->disk, n->dir);
	n->machine = "one machine";
	snprintf(n->address, sizeof(n->address), "%s:8481", name);
	n->n = w->nodes_count;
	w->nodes[w->nodes_count++] = n;
	WICI_REQUIRE(world_open(w, n));
	return n;
}

static void world_close(struct world *w, struct world_node *n)
{
	network_leave(w, n);
	hub_clear(&n->hub);
	node_close(n->node);
	n->node = NULL;
	n->is_up = false;
	disk_restart(&n->disk);
}

void world_kill(struct world *w, struct world_node *n)
{
	world_tell(w, n->name, "is killed");
	disk_cut(&n->disk);
	world_close(w, n);
}

void world_stop(struct world *w, struct world_node *n)
{
	world_tell(w, n->name, "is stopped");
	world_close(w, n);
}

void world_start(struct world *w, struct world_node *n)
{
	WICI_REQUIRE(!n->is_up);
	n->seen_count = 0;
	world_tell(w, n->name,
		   world_open(w, n) ? "starts" : "loses power as it starts");
}

/* Who has lost power goes down once the turn that noticed it is over. */
static void world_bury(struct world *w)
{
	for (size_t i = 0; i < w->nodes_count; i++) {
		struct world_node *n = w->nodes[i];

		if (n->is_up && n->disk.is_off) {
			world_tell(w, n->name, "loses power");
			world_close(w, n);
		}
	}
}

static void world_remove(struct world_node *n)
{
	const struct image nothing = {NULL};

	disk_detach(&n->disk);
	image_prune(&nothing, n->dir);
	rmdir(n->dir);
	free(n->reply);
	free(n);
}

void world_free(struct world *w)
{
	for (size_t i = 0; i < w->nodes_count; i++) {
		if (w->nodes[i]->is_up)
			world_close(w, w->nodes[i]);
	}
	for (size_t i = 0; i < w->nodes_count; i++)
		world_remove(w->nodes[i]);
	for (size_t i = 0; i < w->hostiles_count; i++)
		hostile_free(w->hostiles[i]);
	fclose(w->trace_file);
	free(w->trace);
	free(w);
}

/* ---- time ---- */

static void world_tick(struct world *w)
{
	for (size_t i = 0; i < w->nodes_count; i++) {
		struct world_node *n = w->nodes[i];

		if (!n->is_up)
			continue;
		world_begin(w, n);
		hub_tick(&n->hub);
		world_end(w, n);
		if (!n->disk.is_off)
			network_dial(w, n);
	}
}

static bool world_work(struct world *w)
{
	bool worked = false;

	for (size_t i = 0; i < w->nodes_count; i++) {
		struct world_node *n = w->nodes[i];

		if (n->is_up && hub_is_busy(&n->hub)) {
			world_begin(w, n);
			world_end(w, n);
			worked = true;
		}
	}
	return worked;
}

/* One event; false: nothing before until_ms. */
static bool world_step(struct world *w, uint64_t until_ms)
{
	struct end *e;

	world_bury(w);
	network_reap(w);
	if (world_work(w))
		return true;
	e = network_next(w);
	if (w->tick_ms < w->now_ms)
		w->tick_ms = w->now_ms + 1000;
	if (e && e->first->at_ms <= w->tick_ms && e->first->at_ms <= until_ms) {
		if (w->now_ms < e->first->at_ms)
			w->now_ms = e->first->at_ms;
		network_deliver(w, e);
		return true;
	}
	if (w->tick_ms > until_ms)
		return false;
	w->now_ms = w->tick_ms;
	w->tick_ms += 1000;
	world_tick(w);
	return true;
}

void world_run(struct world *w, uint64_t ms)
{
	uint64_t until_ms = w->now_ms + ms;

	while (world_step(w, until_ms))
		;
	w->now_ms = until_ms;
}

bool world_settle(struct world *w, uint64_t ms_max)
{
	uint64_t until_ms = w->now_ms + ms_max;

	while (w->now_ms < until_ms) {
		world_bury(w);
		if (!network_next(w) && !world_work(w))
			return true;
		world_step(w, until_ms);
	}
	return false;
}

/* ---- clients ---- */

static void world_params(struct wici_mp_writer *w,
			 const struct world_param *params)
{
	uint32_t count = 0;

	while (params && params[count].key)
		count++;
	wici_mp_map(w, count);
	for (uint32_t i = 0; i < count; i++) {
		wici_mp_str(w, params[i].key);
		if (params[i].str)
			wici_mp_str(w, params[i].str);
		else
			wici_mp_bool(w, params[i].flag);
	}
}

static struct world_reply world_read_reply(const struct world_node *n)
{
	struct world_reply r = {.has_error = true};
	struct wici_mp_reader reader;
	struct wici_bytes raw, code;
	struct wici_mp v;

	wici_mp_reader_init(&reader, WICI_MP_LENIENT,
			    (struct wici_bytes){n->reply, n->reply_len});
	WICI_REQUIRE(wici_mp_expect(&reader, WICI_MP_ARRAY, &v) == WICI_OK);
	WICI_REQUIRE(wici_mp_skip(&reader, &raw) == WICI_OK);
	WICI_REQUIRE(wici_mp_skip(&reader, &raw) == WICI_OK);
	WICI_REQUIRE(wici_mp_skip(&reader, &raw) == WICI_OK);
	r.has_error = raw.p[0] != 0xc0;
	if (r.has_error) {
		struct wici_mp_reader c;

		WICI_REQUIRE(wici_mp_find(WICI_MP_LENIENT, raw, "code",
					  &code) == WICI_OK);
		wici_mp_reader_init(&c, WICI_MP_LENIENT, code);
		WICI_REQUIRE(wici_mp_next(&c, &v) == WICI_OK);
		snprintf(r.code, sizeof(r.code), "%.*s", (int)v.bytes.len,
			 (const char *)v.bytes.p);
		return r;
	}
	WICI_REQUIRE(wici_mp_skip(&reader, &r.result) == WICI_OK);
	return r;
}

struct world_reply world_call(struct world *w, struct world_node *n,
			      const char *method,
			      const struct world_param *params)
{
	uint8_t buf[4096];
	struct wici_mp_writer writer;
	struct wici_bytes bytes;
	uint64_t until_ms = w->now_ms + 120000;

	wici_mp_writer_init(&writer, buf, sizeof(buf));
	world_params(&writer, params);
	WICI_REQUIRE(wici_mp_written(&writer, &bytes) == WICI_OK);
	WICI_REQUIRE(n->is_up);
	n->awaited = 7;
	n->has_reply = false;
	world_tell(w, n->name, "is asked %s", method);
	world_begin(w, n);
	node_call(n->node, n->awaited, 1, wici_bytes_str(method), bytes, NULL,
		  NULL);
	world_end(w, n);
	while (!n->has_reply && n->is_up && w->now_ms < until_ms)
		world_step(w, until_ms);
	if (!n->is_up)
		return (struct world_reply){.has_error = true,
					    .code = "no_daemon"};
	WICI_REQUIRE(n->has_reply);
	return world_read_reply(n);
}

const char *world_str(const struct world_reply *r, const char *key)
{
	static char texts[8][2000];
	static unsigned next;
	char *text = texts[next++ % 8];
	struct wici_mp_reader reader;
	struct wici_bytes raw;
	struct wici_mp v;

	text[0] = '\0';
	if (r->has_error ||
	    wici_mp_find(WICI_MP_LENIENT, r->result, key, &raw) != WICI_OK)
		return text;
	wici_mp_reader_init(&reader, WICI_MP_LENIENT, raw);
	if (wici_mp_next(&reader, &v) == WICI_OK && v.type == WICI_MP_STR)
		snprintf(text, sizeof(texts[0]), "%.*s", (int)v.bytes.len,
			 (const char *)v.bytes.p);
	return text;
}

/* ---- looking ---- */

void world_fuse(struct world *w, uint64_t bytes)
{
	w->fuse = bytes;
}

unsigned world_blames(const struct world *w)
{
	return w->blames;
}

uint64_t world_time(const struct world *w)
{
	return w->now_ms;
}

bool world_is_equal(const struct world_node *a, const struct world_node *b)
{
	struct wici_state x, y;

	node_state(a->node, &x);
	node_state(b->node, &y);
	return memcmp(&x, &y, sizeof(x)) == 0;
}

uint64_t world_holds_of(const struct world_node *n, const struct wici_key *key)
{
	const struct feed *feed = feeds_find(&n->node->feeds, key);

	return feed ? feed->released_seq : 0;
}

uint64_t world_holds(const struct world_node *b, const struct world_node *a)
{
	return world_holds_of(b, &a->node->keys.feed);
}
