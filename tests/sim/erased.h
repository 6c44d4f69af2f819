/* tests/sim/erased.h — A record of one title among three institutions, erased by
 * whoever may; and a look into every file of theirs. */
#ifndef WICI_TESTS_SIM_ERASED_H
#define WICI_TESTS_SIM_ERASED_H

#include "proto/mp_read.h"
#include "tests/daemon/gone.h"
#include "tests/sim/restore.h"

#define WORD "xyloqwart" /* In one title, and nowhere else. */
#define PART "xylo"      /* As it is indexed, too. */

/* Mława has published it; Kielce and CAL hold it. */
static inline const char *begin(struct scene *s, uint64_t seed)
{
	static char id[100];

	scene_begin(s, seed);
	(void)snprintf(id, sizeof(id), "%s",
		       publish(s->w, s->mlawa, "Klub " WORD));
	CHECK(gather_publish(s->w, s->mlawa, "Po nim"));
	settle(s->w);
	CHECK(gone_folder_has(s->kielce->dir, WORD) &&
	      gone_folder_has(s->cal->dir, WORD));
	return id;
}

static inline bool erase(struct scene *s, struct world_node *n, const char *id)
{
	const struct world_param params[] = {{"id", id, false},
					     {"reason", "wniosek", false},
					     {NULL, NULL, false}};

	return !world_call(s->w, n, "record.erase", params).has_error;
}

static inline struct wici_bytes practice(uint8_t *buf, size_t max)
{
	struct wici_mp_writer w;
	struct wici_bytes b;

	wici_mp_writer_init(&w, buf, max);
	wici_mp_map(&w, 1);
	wici_mp_str(&w, "title");
	wici_mp_str(&w, "Klub " WORD);
	CHECK_OK(wici_mp_written(&w, &b));
	return b;
}

/* A number of what record.show says of the erasure; key "": 1, where there is
 * one. */
static inline uint64_t told(struct scene *s, struct world_node *n,
			    const char *id, const char *key)
{
	const struct world_param params[] = {{"id", id, false},
					     {NULL, NULL, false}};
	struct world_reply r = world_call(s->w, n, "record.show", params);
	struct wici_mp_reader reader;
	struct wici_bytes raw;
	struct wici_mp v;

	CHECK(!r.has_error);
	if (wici_mp_find(WICI_MP_LENIENT, r.result, "erasure", &raw))
		return 0;
	if (!key[0])
		return 1;
	CHECK_OK(wici_mp_find(WICI_MP_LENIENT, raw, key, &raw));
	wici_mp_reader_init(&reader, WICI_MP_LENIENT, raw);
	CHECK_OK(wici_mp_expect(&reader, WICI_MP_UINT, &v));
	return v.u;
}

static inline bool is_gone(struct world_node *n)
{
	return !gone_folder_has(n->dir, PART);
}

static inline void check_gone(struct scene *s)
{
	CHECK(is_gone(s->cal) && is_gone(s->mlawa) && is_gone(s->kielce));
}

#endif
