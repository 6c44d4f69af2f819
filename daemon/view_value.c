/* daemon/view_value.c — Single values, as people and programs read them. */
#include "daemon/view.h"

#include "proto/day.h"
#include "proto/mp_read.h"

void view_time(struct wici_mp_writer *w, int64_t time_ms)
{
	char text[WICI_TIME_LEN + 1];

	if (time_ms == 0) {
		wici_mp_nil(w);
		return;
	}
	wici_time_format(text, time_ms);
	wici_mp_str(w, text);
}

void view_day(struct wici_mp_writer *w, bool has, int32_t day)
{
	char text[WICI_DAY_LEN + 1];

	if (!has) {
		wici_mp_nil(w);
		return;
	}
	wici_day_format(text, day);
	wici_mp_str(w, text);
}

void view_line(struct wici_mp_writer *w, struct wici_bytes b)
{
	if (b.len)
		wici_mp_str_bytes(w, b);
	else
		wici_mp_nil(w);
}

void view_label(struct wici_mp_writer *w, const struct wici_label *label)
{
	wici_mp_map(w, 2);
	wici_mp_str(w, "pl");
	wici_mp_str(w, label->pl ? label->pl : "");
	wici_mp_str(w, "en");
	wici_mp_str(w, label->en ? label->en : "");
}

/* Flat: heads of arrays and maps come out as they are read. */
void view_value(struct wici_mp_writer *w, struct wici_bytes raw)
{
	struct wici_mp_reader r;
	struct wici_mp v;

	wici_mp_reader_init(&r, WICI_MP_LENIENT, raw);
	while (!wici_mp_is_end(&r) && wici_mp_next(&r, &v) == WICI_OK) {
		switch (v.type) {
		case WICI_MP_NIL:
			wici_mp_nil(w);
			break;
		case WICI_MP_BOOL:
			wici_mp_bool(w, v.boolean);
			break;
		case WICI_MP_UINT:
			wici_mp_uint(w, v.u);
			break;
		case WICI_MP_INT:
			wici_mp_int(w, v.i);
			break;
		case WICI_MP_FLOAT:
			wici_mp_float(w, v.f);
			break;
		case WICI_MP_STR:
			wici_mp_str_bytes(w, v.bytes);
			break;
		case WICI_MP_BIN:
			wici_mp_hex(w, v.bytes.p, v.bytes.len);
			break;
		case WICI_MP_ARRAY:
			wici_mp_array(w, v.count);
			break;
		case WICI_MP_MAP:
			wici_mp_map(w, v.count);
			break;
		}
	}
}
