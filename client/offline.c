/* client/offline.c — Verifying without a daemon: arrays for proto/offline.h,
 * and JSON of what comes of it. */
#include "client/offline.h"

#include "client/fail.h"
#include "client/say.h"
#include "proto/day.h"
#include "proto/require.h"

#include <stdlib.h>
#include <string.h>

/* Room for more of what changes bring; what was there is not needed. */
static void lend(struct wici_roster_space *s, size_t max)
{
	free(s->keys);
	free(s->feeds);
	free(s->revocations);
	s->keys = calloc(max, sizeof(*s->keys));
	s->feeds = calloc(max, sizeof(*s->feeds));
	s->revocations = calloc(max, sizeof(*s->revocations));
	WICI_REQUIRE(s->keys && s->feeds && s->revocations);
	s->keys_max = s->feeds_max = s->revocations_max = max;
}

static enum wici_err gather(struct offline *o, const struct bundle_file *f)
{
	enum wici_err err = WICI_OK;

	for (size_t i = 0; !err && i < f->count; i++)
		if (f->parts[i].type == WICI_BUNDLE_STATEMENT)
			err = wici_offline_add(&o->is, f->parts[i].bytes);
	return err;
}

enum wici_err offline_fold(struct client *c, const struct bundle_file *f,
			   const struct wici_id *network, size_t members_max,
			   struct offline *o)
{
	enum wici_err err;
	size_t max = 512;

	memset(o, 0, sizeof(*o));
	if (!wici_id_equal(&f->network, network))
		return fail(c, WICI_BAD_FIELD,
			    N_("the file is of another network than "
			       "--network says"));
	o->rows = calloc(f->count + 1, sizeof(*o->rows));
	o->space.members = calloc(members_max + 1, sizeof(struct wici_member));
	o->space.members_max = members_max;
	WICI_REQUIRE(o->rows && o->space.members);
	wici_offline_init(&o->is, network, o->rows, f->count);
	err = gather(o, f);
	if (err)
		return fail(c, WICI_BAD_FIELD,
			    N_("a statement in the file is damaged, or of "
			       "another network"));
	do {
		lend(&o->space, max);
		err = wici_offline_fold(&o->is, &o->space);
		max *= 2;
	} while (err == WICI_MORE);
	if (err)
		return fail(c, WICI_BAD_FIELD,
			    N_("the file does not say how this network was "
			       "founded"));
	return WICI_OK;
}

void offline_clear(struct offline *o)
{
	free(o->rows);
	free(o->space.members);
	free(o->space.keys);
	free(o->space.feeds);
	free(o->space.revocations);
	memset(o, 0, sizeof(*o));
}

json_t *offline_day(bool has, int32_t day)
{
	char text[WICI_DAY_LEN + 1];

	if (!has)
		return json_null();
	wici_day_format(text, day);
	return json_string(text);
}

json_t *offline_time(int64_t time_ms)
{
	char text[WICI_TIME_LEN + 1];

	if (time_ms == 0)
		return json_null();
	wici_time_format(text, time_ms);
	return json_string(text);
}

json_t *offline_hex(const uint8_t *b, size_t len)
{
	char hex[WICI_HEX_LEN + 1];

	WICI_REQUIRE(2 * len <= WICI_HEX_LEN);
	wici_hex(hex, b, len);
	return json_string(hex);
}

json_t *offline_answer(const struct wici_verdict *v, json_t *certificate)
{
	json_t *checks = json_array();
	json_t *not_checked = json_array();

	for (size_t i = 0; i < v->checks_count; i++)
		(void)json_array_append_new(checks,
					    json_pack("{s:s,s:b,s:s}", "name",
						      v->checks[i].name, "ok",
						      v->checks[i].ok, "detail",
						      v->checks[i].detail));
	for (size_t i = 0; v->not_checked[i]; i++)
		(void)json_array_append_new(not_checked,
					    json_string(v->not_checked[i]));
	return json_pack(
		"{s:s,s:o,s:o,s:o,s:o,s:o}", "verdict",
		wici_status_name(v->status), "as_of", offline_time(v->as_of_ms),
		"on", offline_day(true, v->on_day), "certificate", certificate,
		"checks", checks, "not_checked", not_checked);
}
