/* tests/daemon/call.h — Calls as a client makes them, written and read as
 * JSON in which ' stands for ".
 *
 *   call(&f, "cert.verify", "{'ref': '12'}")  → {'verdict':'VALID',…}
 * An error comes as {'code':…}; nothing (deferred) as "". */
#ifndef WICI_TESTS_DAEMON_CALL_H
#define WICI_TESTS_DAEMON_CALL_H

#include "daemon/growing.h"
#include "daemon/method.h"
#include "proto/mp_read.h"
#include "tests/daemon/fixture.h"

#define CALL_TEXT_MAX ((size_t)1 << 22)

static inline const char *json_space(const char *p)
{
	while (*p == ' ' || *p == '\n' || *p == ',' || *p == ':')
		p++;
	return p;
}

static inline const char *json_to_mp(const char *p, struct wici_mp_writer *w);

/* After the bracket; writes the head once it is known. */
static inline const char *json_items(const char *p, struct wici_mp_writer *w,
				     char end)
{
	struct growing items;
	uint32_t count = 0;

	growing_init(&items, GROWING_LEN_MAX);
	for (p = json_space(p); *p != end; p = json_space(p)) {
		CHECK(*p);
		p = json_to_mp(p, &items.w);
		count++;
	}
	if (end == '}')
		wici_mp_map(w, count / 2);
	else
		wici_mp_array(w, count);
	wici_mp_raw(w, growing_bytes(&items));
	growing_clear(&items);
	return p + 1;
}

static inline const char *json_to_mp(const char *p, struct wici_mp_writer *w)
{
	const char *end;

	p = json_space(p);
	if (*p == '{' || *p == '[')
		return json_items(p + 1, w, *p == '{' ? '}' : ']');
	if (*p == '\'') {
		end = strchr(p + 1, '\'');
		CHECK(end);
		wici_mp_str_bytes(w,
				  (struct wici_bytes){(const uint8_t *)p + 1,
						      (size_t)(end - p - 1)});
		return end + 1;
	}
	if (strncmp(p, "true", 4) == 0 || strncmp(p, "null", 4) == 0) {
		if (*p == 't')
			wici_mp_bool(w, true);
		else
			wici_mp_nil(w);
		return p + 4;
	}
	if (strncmp(p, "false", 5) == 0) {
		wici_mp_bool(w, false);
		return p + 5;
	}
	wici_mp_int(w, strtoll(p, (char **)(uintptr_t)&end, 10));
	CHECK(end != p);
	return end;
}

struct json_out {
	char *p;
	size_t len;
};

static inline void json_put(struct json_out *out, const void *p, size_t len)
{
	CHECK(out->len + len < CALL_TEXT_MAX);
	memcpy(out->p + out->len, p, len);
	out->len += len;
	out->p[out->len] = '\0';
}

static inline void json_from_mp(struct json_out *out, struct wici_mp_reader *r)
{
	struct wici_mp v;
	char text[40];

	CHECK_OK(wici_mp_next(r, &v));
	switch (v.type) {
	case WICI_MP_NIL:
		json_put(out, "null", 4);
		return;
	case WICI_MP_BOOL:
		json_put(out, v.boolean ? "true" : "false", v.boolean ? 4 : 5);
		return;
	case WICI_MP_UINT:
	case WICI_MP_INT:
		json_put(out, text,
			 (size_t)snprintf(text, sizeof(text), "%lld",
					  (long long)v.i));
		return;
	case WICI_MP_FLOAT:
		json_put(out, text,
			 (size_t)snprintf(text, sizeof(text), "%g", v.f));
		return;
	case WICI_MP_STR:
		json_put(out, "'", 1);
		json_put(out, v.bytes.p, v.bytes.len);
		json_put(out, "'", 1);
		return;
	case WICI_MP_BIN:
		json_put(out, "<bin>", 5);
		return;
	case WICI_MP_ARRAY:
	case WICI_MP_MAP:
		break;
	}
	json_put(out, v.type == WICI_MP_MAP ? "{" : "[", 1);
	for (uint32_t i = 0; i < v.count; i++) {
		if (i)
			json_put(out, ",", 1);
		json_from_mp(out, r);
		if (v.type == WICI_MP_ARRAY)
			continue;
		json_put(out, ":", 1);
		json_from_mp(out, r);
	}
	json_put(out, v.type == WICI_MP_MAP ? "}" : "]", 1);
}

/* The last answer's text; "" when none came. Borrowed until the next. */
static char call_text[CALL_TEXT_MAX];

/* [1, msgid, error, result] or [2, method, params], as text: the error, or the
 * result; of a notification all. */
static inline void call_take(struct wici_bytes bytes)
{
	struct json_out out = {call_text, 0};
	struct wici_mp_reader r;
	struct wici_mp v;

	CHECK_OK(wici_mp_check(WICI_MP_LENIENT, bytes, NULL) ==
				 WICI_REJECT_DEPTH
			 ? WICI_OK
			 : wici_mp_check(WICI_MP_LENIENT, bytes, NULL));
	wici_mp_reader_init(&r, WICI_MP_LENIENT, bytes);
	CHECK_OK(wici_mp_expect(&r, WICI_MP_ARRAY, &v));
	CHECK_OK(wici_mp_expect(&r, WICI_MP_UINT, &v));
	if (v.u == 2) {
		wici_mp_reader_init(&r, WICI_MP_LENIENT, bytes);
		json_from_mp(&out, &r);
		return;
	}
	CHECK_OK(wici_mp_expect(&r, WICI_MP_UINT, &v));
	json_from_mp(&out, &r);
	if (strcmp(call_text, "null") != 0)
		return;
	out.len = 0;
	json_from_mp(&out, &r);
	CHECK(wici_mp_is_end(&r));
}

/* What came out of the turn that has ended. */
static inline const char *call_drain(struct fixture *f)
{
	struct node_output out;

	call_text[0] = '\0';
	while (node_next(f->n, &out)) {
		CHECK(out.type != NODE_FATAL);
		if (out.type == NODE_REPLY)
			call_take(out.reply.bytes);
	}
	return call_text;
}

/* In a turn. */
static inline void call_put(struct fixture *f, const char *method,
			    const char *json, const uint8_t *unlock,
			    const uint8_t *salt)
{
	struct growing params;

	growing_init(&params, GROWING_LEN_MAX);
	CHECK(*json_space(json_to_mp(json, &params.w)) == '\0');
	node_call(f->n, 1, 7, wici_bytes_str(method), growing_bytes(&params),
		  unlock, salt);
	growing_clear(&params);
}

static inline const char *call(struct fixture *f, const char *method,
			       const char *json)
{
	fixture_begin(f);
	call_put(f, method, json, NULL, NULL);
	node_turn_end(f->n);
	return call_drain(f);
}

/* A quiet turn; what it brought. */
static inline const char *call_wait(struct fixture *f)
{
	fixture_begin(f);
	node_tick(f->n);
	node_turn_end(f->n);
	return call_drain(f);
}

static inline bool has(const char *text, const char *part)
{
	if (text && strstr(text, part))
		return true;
	print_error("no %s in %.2000s\n", part, text ? text : "");
	return false;
}

/* Copies the string value of the first such key. */
static inline void call_get(const char *text, const char *key, char *out,
			    size_t size)
{
	char name[64];
	const char *p;
	size_t len;

	(void)snprintf(name, sizeof(name), "'%s':'", key);
	p = strstr(text, name);
	if (!p)
		print_error("no %s in %.2000s\n", name, text);
	CHECK(p);
	p += strlen(name);
	len = strcspn(p, "'");
	CHECK(len < size);
	memcpy(out, p, len);
	out[len] = '\0';
}

/* A method with one string param. */
static inline const char *call_with(struct fixture *f, const char *method,
				    const char *key, const char *value)
{
	char json[4000];

	(void)snprintf(json, sizeof(json), "{'%s':'%s'}", key, value);
	return call(f, method, json);
}

/* An association that founded a network and issues for "osl". */
static inline void call_found(struct fixture *f)
{
	fixture_open(f);
	CHECK(has(call(f, "identity.init",
		       "{'name':'Stowarzyszenie CAL','short_name':'CAL',"
		       "'type':'stowarzyszenie','no_passphrase':true}"),
		  "{'identity':'"));
	CHECK(has(call(f, "network.create",
		       "{'name':'Certyfikat OSL','issuer':'osl',"
		       "'single':true}"),
		  "{'network':'"));
}

/* Another institution in the first one's network; both hold all. */
static inline void call_join(struct fixture *a, struct fixture *b,
			     const char *init)
{
	struct wici_message m;
	char token[2000];
	char json[3000];
	uint8_t buf[1024];

	call_get(call(a, "invite.create", "{'name':'Nowy'}"), "token", token,
		 sizeof(token));
	(void)snprintf(json, sizeof(json), "{%s,'token':'%s'}", init, token);
	CHECK(strcmp(call(b, "network.join", json), "") == 0);
	CHECK_OK(node_join_message(b->n, buf, &m));
	fixture_begin(a);
	CHECK_OK(node_join(a->n, 5, &m));
	node_turn_end(a->n);
	(void)call_drain(a);
	fixture_carry(a, b);
	fixture_carry(b, a);
	CHECK(node_is_member(b->n));
}

#endif
