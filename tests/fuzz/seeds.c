/* tests/fuzz/seeds.c — Writes the first inputs of every fuzzer.
 *
 *   fuzz_seeds DIR     from the root of the tree; fills DIR/mp, DIR/run, … */
#include "tests/fuzz/seeds.h"

#include <sodium.h>
#include <sys/stat.h>

#include "proto/bundle.h"
#include "proto/card.h"
#include "proto/jws.h"
#include "proto/mp_write.h"
#include "proto/ranges.h"
#include "proto/text.h"
#include "proto/token.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/pair.h"

static const struct wici_bytes none;
static const char *folder;

static struct wici_bytes one(uint8_t byte)
{
	static uint8_t b;

	b = byte;
	return (struct wici_bytes){&b, 1};
}

void seed(const char *harness, struct wici_bytes before, struct wici_bytes b)
{
	static unsigned count;
	char path[1024];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, harness);
	(void)mkdir(path, 0777); /* It may be there. */
	snprintf(path, sizeof(path), "%s/%s/%04u", folder, harness, count++);
	f = fopen(path, "wb");
	MUST(f);
	MUST(fwrite(before.p, 1, before.len, f) == before.len);
	MUST(fwrite(b.p, 1, b.len, f) == b.len);
	MUST(fclose(f) == 0);
}

void seed_message(struct wici_bytes message)
{
	seed("message", none, message);
	/* Past the wall, of both roles: see fuzz_session.c. */
	for (uint8_t how = 2; how < 8; how++) {
		uint8_t head[3] = {how};

		wici_put_u16(head + 1, (uint16_t)message.len);
		seed("session", (struct wici_bytes){head, 3}, message);
	}
}

/* What the fields of tests/vectors are seeds of. */
static void seed_vector(const char *name, struct wici_bytes b)
{
	if (strcmp(name, "run") == 0) {
		seed("run", none, b);
		seed("message", one(WICI_MSG_RUN), b);
		seed("message", one(WICI_MSG_LIVE), b);
	}
	if (strcmp(name, "payload") == 0)
		seed("mp", none, b);
}

static void seed_vectors(const char *path)
{
	static char line[65536], name[32];
	static char hex[65536];
	static uint8_t raw[32768];
	FILE *f = fopen(path, "r");

	MUST(f);
	while (fgets(line, sizeof(line), f)) {
		size_t len;

		if (sscanf(line, "%31s %65535s", name, hex) != 2)
			continue;
		len = strlen(hex) / 2;
		if (wici_unhex(raw, len, wici_bytes_str(hex)) == WICI_OK)
			seed_vector(name, (struct wici_bytes){raw, len});
	}
	fclose(f);
}

/* As large as they may be, with some bytes more in HELLO, which are ignored. */
static void seed_large_messages(void)
{
	static uint8_t wire[WICI_MESSAGE_LEN_MAX];
	static uint8_t packed[WICI_HEADS_MAX * 72];
	struct wici_message m = {.type = WICI_MSG_HEADS};

	m.heads = (struct wici_packed){packed, WICI_HEADS_MAX};
	wici_message_encode(wire, &m);
	seed_message((struct wici_bytes){wire, wici_message_len(&m)});
	m = (struct wici_message){.type = WICI_MSG_WANT_STATEMENTS};
	m.ids = (struct wici_packed){packed, WICI_IDS_MAX};
	wici_message_encode(wire, &m);
	seed_message((struct wici_bytes){wire, wici_message_len(&m)});
	m = (struct wici_message){.type = WICI_MSG_HELLO};
	m.hello.echo = (struct wici_packed){packed, WICI_ECHO_MAX};
	m.hello.declined = (struct wici_packed){packed, WICI_DECLINED_MAX};
	wici_message_encode(wire, &m);
	seed_message((struct wici_bytes){wire, wici_message_len(&m) + 100});
}

/* One of each type; what is inside need not make sense. */
/* Odd ones come after all others. */
static uint8_t after(uint8_t type)
{
	return type == WICI_MSG_CLONE ? WICI_MSG_WANT_CHUNKS
				      : (uint8_t)(type + 2);
}

static void set_chunk(struct wici_message *m, const uint8_t *packed)
{
	if (m->type == WICI_MSG_CHUNK) {
		m->chunk.path = (struct wici_packed){packed, 2};
		m->chunk.bytes = WICI_BYTES("chunk");
	} else {
		m->chunks.size = 100000;
		m->chunks.to = 3;
	}
}

static void seed_messages(void)
{
	static uint8_t wire[4096];
	static const struct wici_head heads[3] = {
		{.seq = 1}, {.feed = {{1}}, .seq = 9}, {.feed = {{2}}}};
	uint8_t packed[3 * 72];

	for (uint8_t type = 0; type <= WICI_MSG_WHOLE; type = after(type)) {
		struct wici_message m = {.type = type};

		switch ((enum wici_message_type)type) {
		case WICI_MSG_REFUSE:
			m.refuse.code = 1;
			m.refuse.text = WICI_BYTES("no");
			break;
		case WICI_MSG_HELLO:
			m.hello.version_min = m.hello.version_max = 1;
			m.hello.echo = wici_pack_heads(packed, heads, 3);
			break;
		case WICI_MSG_RANGES:
			m.ranges.space = 1;
			m.ranges.ranges = WICI_BYTES("\x80");
			break;
		case WICI_MSG_HEADS:
			m.heads = wici_pack_heads(packed, heads, 3);
			break;
		case WICI_MSG_WANT_STATEMENTS:
			m.ids = (struct wici_packed){packed, 2};
			break;
		case WICI_MSG_WANT:
			m.want.from = m.want.to = 1;
			break;
		case WICI_MSG_OPEN:
		case WICI_MSG_RUN:
		case WICI_MSG_LIVE:
			m.run = WICI_BYTES("run");
			break;
		case WICI_MSG_STATEMENT:
			m.statement = WICI_BYTES("\x83");
			break;
		case WICI_MSG_JOIN:
		case WICI_MSG_FORWARD:
			m.join.open = WICI_BYTES("run");
			break;
		case WICI_MSG_ASK_HEADER:
		case WICI_MSG_HEADER:
			m.header.seq = 1;
			m.header.is_held = true;
			break;
		case WICI_MSG_WANT_CHUNKS:
		case WICI_MSG_WHOLE:
		case WICI_MSG_CHUNK:
		case WICI_MSG_CHUNKS_END:
			set_chunk(&m, packed);
			break;
		case WICI_MSG_AUTH:
		case WICI_MSG_ASK_OPEN:
		case WICI_MSG_JOINED:
		case WICI_MSG_FORWARDED:
		case WICI_MSG_CREDIT:
		case WICI_MSG_PING:
		case WICI_MSG_PONG:
		case WICI_MSG_STATE:
		case WICI_MSG_CLONE:
			break;
		}
		wici_message_encode(wire, &m);
		seed_message((struct wici_bytes){wire, wici_message_len(&m)});
	}
}

/* What real sessions say to each other, from the first byte on. */
static void seed_sessions(void)
{
	pair_begin(PAIR_HELLO);
	for (uint8_t to = 0; to < 2; to++) {
		struct pair_end *from = &pair[!to];

		for (uint8_t step = 0; step < 3; step++)
			seed("session", one((uint8_t)(to | step << 4)),
			     (struct wici_bytes){from->sent, from->sent_len});
	}
}

/* Both sides of a talk between the set of fuzz_ranges and one that lacks some
 * of the same items. */
static void seed_talk(const struct wici_range_set *sets)
{
	static struct wici_head theirs[WICI_IDS_MAX + 1];
	static uint8_t wire[2][4096];
	uint8_t head[2] = {sets[0].space, 0};
	size_t len = sizeof(wire[0]);

	wici_ranges_begin(&sets[1], wire[0], &len);
	for (unsigned turn = 0; len > 0 && turn < 20; turn++) {
		struct wici_range_diff diff = {theirs, WICI_IDS_MAX + 1, 0};
		struct wici_bytes in = {wire[turn % 2], len};

		seed("ranges", (struct wici_bytes){head, 2}, in);
		len = sizeof(wire[0]);
		MUST(wici_ranges_answer(&sets[turn % 2], in, &diff,
					wire[(turn + 1) % 2], &len) == WICI_OK);
	}
}

static void seed_ranges(void)
{
	static struct wici_head items[2][300];

	for (uint8_t space = 0; space < 2; space++) {
		for (size_t every = 1; every < 300; every *= 3) {
			struct wici_range_set sets[2] = {{space, items[0], 300},
							 {space, items[1], 0}};

			for (size_t i = 0; i < 300; i++) {
				struct wici_head h = {.seq = space * (i + 1)};

				wici_put_u16(h.feed.b, (uint16_t)(i * 200));
				h.feed.b[31] = (uint8_t)i;
				h.id.b[0] = (uint8_t)(i * space);
				items[0][i] = h;
				if (i % every == 0)
					items[1][sets[1].count++] = h;
			}
			items[1][0].id.b[1] = space;
			seed_talk(sets);
		}
	}
}

static void seed_tokens(void)
{
	struct wici_token t = {
		.roster_version = 1,
		.expires = 20000,
		.addresses = {.count = 2,
			      .text = {"127.0.0.1:8481", "[::1]:8481"}}};
	char text[WICI_TOKEN_TEXT_MAX];
	uint8_t raw[1024];
	size_t len;

	MUST(wici_token_encode(text, sizeof(text), &t) == WICI_OK);
	seed("token", none, wici_bytes_str(text));
	MUST(wici_bech32_decode(raw, sizeof(raw), &len, "wici",
				wici_bytes_str(text)) == WICI_OK);
	seed("token", none, (struct wici_bytes){raw, len});
}

/* As text, and its payload alone. */
static void seed_jws(void)
{
	static const uint8_t of_key[32] = {1};
	struct wici_jws j = {.number = "12 \"a\" \\ 2022",
			     .holder = "MOPS w Mławie",
			     .has_from = true,
			     .has_until = true,
			     .from = 18993,
			     .until = 20818};
	char text[WICI_JWS_LEN_MAX + 1];
	uint8_t payload[WICI_JWS_LEN_MAX];
	struct wici_secret secret;
	struct wici_key key;
	const char *dot;
	size_t len;

	wici_key_pair(&key, &secret, of_key);
	MUST(wici_jws_sign(text, &j, WICI_BYTES("https://a.b/c"), &key,
			   &secret) == WICI_OK);
	seed("jws", none, wici_bytes_str(text));
	dot = strchr(strchr(text, '#'), '.') + 1;
	MUST(sodium_base642bin(payload, sizeof(payload), dot, strcspn(dot, "."),
			       NULL, &len, NULL,
			       sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0);
	seed("jws", none, (struct wici_bytes){payload, len});
}

static void seed_cards(void)
{
	struct wici_card card = {
		.roster_version = 1,
		.addresses = {.count = 2,
			      .text = {"127.0.0.1:8481", "[::1]:8481"}}};
	char text[WICI_CARD_TEXT_MAX + 1];
	uint8_t raw[1024];
	size_t len;

	MUST(wici_card_encode(text, &card) == WICI_OK);
	seed("card", none, wici_bytes_str(text));
	MUST(wici_bech32_decode(raw, sizeof(raw), &len, WICI_CARD_PREFIX,
				wici_bytes_str(text)) == WICI_OK);
	seed("card", none, (struct wici_bytes){raw, len});
}

/* The maps of a bundle, and what fuzz_bundle makes bundles of: records of
 * type u8, length u16, bytes. Bit 7 of the first byte: they are such. */
static void seed_bundles(void)
{
	static const struct wici_bundle_about about = {1, 2, 3, {NULL, 0}};
	struct wici_bundle_backup backup = {.addresses_count = 1};
	uint8_t buf[1024], records[2048];
	size_t len = 0;

	backup.addresses[0] = WICI_BYTES("127.0.0.1:8481");
	for (uint8_t type = 1; type <= WICI_BUNDLE_BACKUP; type += 3) {
		struct wici_mp_writer w;

		wici_mp_writer_init(&w, buf, sizeof(buf));
		if (type == WICI_BUNDLE_ABOUT)
			wici_bundle_about_write(&w, &about);
		else
			wici_bundle_backup_write(&w, &backup);
		seed("bundle", one(0), (struct wici_bytes){buf, w.len});
		records[len] = type;
		wici_put_u16(records + len + 1, (uint16_t)w.len);
		memcpy(records + len + 3, buf, w.len);
		len += 3 + w.len;
	}
	memcpy(records + len, "\x02\x00\x01s\x07\x00\x00\x03\x00\x01r", 11);
	seed("bundle", one(0x80), (struct wici_bytes){records, len + 11});
}

static void seed_texts(void)
{
	static const char *const words[] = {
		"usludze",  "sąsiedzkich", "ŁÓDŹ łódź", "działalnościami",
		"ujcie",    "lybyscie",    "chlopiec",  "pracownikom",
		"urzedzie", "biedniejszy", "2025",      "дом"};
	static const char *const texts[] = {"Zażółć gęślą jaźń",
					    "2026-02-28",
					    "2024-02-29",
					    "2021-07",
					    "2014",
					    "0001-01-01",
					    "9999-12-31",
					    "osl-2",
					    "44051401359",
					    "600 700 800",
					    "biuro@example.org",
					    "a\tb\nc\xe2\x80\xa8",
					    "\xf0\x9f\x8f\xa0 \xc2\x85"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		seed("text", none, wici_bytes_str(texts[i]));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		seed("polish", none, wici_bytes_str(words[i]));
}

/* [0, 1, "status", params] for the shapes that params may have. */
static void seed_requests(void)
{
	static const char *const params[] = {"\xc0", "\x90", "\x80", "\x91\x80",
					     "\x91\x81\xa1x\xca\x41\x42xy"};

	for (size_t i = 0; i < sizeof(params) / sizeof(params[0]); i++) {
		uint8_t buf[64];
		struct wici_mp_writer w;

		wici_mp_writer_init(&w, buf, sizeof(buf));
		wici_mp_array(&w, 4);
		wici_mp_uint(&w, 0);
		wici_mp_uint(&w, 1);
		wici_mp_str(&w, "status");
		wici_mp_raw(&w, wici_bytes_str(params[i]));
		seed("rpc", one(3), (struct wici_bytes){buf, w.len});
	}
}

int main(int argc, char **argv)
{
	MUST(argc == 2 && sodium_init() >= 0);
	folder = argv[1];
	seed_vectors("tests/vectors/run.hex");
	seed_vectors("tests/vectors/entry.hex");
	seed_messages();
	seed_large_messages();
	seed_sessions();
	seed_ranges();
	seed_tokens();
	seed_jws();
	seed_cards();
	seed_bundles();
	seed_texts();
	seed_requests();
	seed_payloads();
	seed_statements();
	seed_fork();
	seed_erasure();
	seed_open();
	seed_proofs();
	return 0;
}
