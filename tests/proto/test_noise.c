/* tests/proto/test_noise.c — Our Noise against what others have published,
 * and against everything a peer could change on the way. */
#include "proto/noise.h"

#include <stdlib.h>

#include "proto/id.h"
#include "tests/test.h"

#define VECTORS_FILE "../shared/vectors/noise-xx.json"
#define MESSAGES_MAX 8
#define BUF_LEN      256

struct vector {
	const char *source;
	const char *init_prologue, *init_static, *init_ephemeral;
	const char *resp_prologue, *resp_static, *resp_ephemeral;
	const char *handshake_hash; /* NULL: the source does not give it. */
	int count;
	struct {
		const char *payload, *ciphertext;
	} messages[MESSAGES_MAX];
};

/* clang-format off */
/* Noise_XX_25519_ChaChaPoly_BLAKE2b, from the vector files of the projects
 * cacophony and snow. */
static const struct vector published[] = {
	{
		.source = "cacophony.txt",
		.init_prologue =
			"4a6f686e2047616c74",
		.init_static =
			"e61ef9919cde45dd5f82166404bd08e38bceb5df"
			"dfded0a34c8df7ed542214d1",
		.init_ephemeral =
			"893e28b9dc6ca8d611ab664754b8ceb7bac51173"
			"49a4439a6b0569da977c464a",
		.resp_prologue =
			"4a6f686e2047616c74",
		.resp_static =
			"4a3acbfdb163dec651dfa3194dece676d437029c"
			"62a408b4c5ea9114246e4893",
		.resp_ephemeral =
			"bbdb4cdbd309f1a1f2e1456967fe288cadd6f712"
			"d65dc7b7793d5e63da6b375b",
		.handshake_hash =
			"8cf47d7b3cb5804c0109d48e8bcdbee2cbb65687"
			"d8ea2c92994ca361fb86151ad93627b98936cbb3"
			"2de56e8abb21def3925011ac3e35db9cbeea73ab"
			"9a4392c2",
		.count = 6,
		.messages = {
			{"4c756477696720766f6e204d69736573",
			 "ca35def5ae56cec33dc2036731ab14896bc4c75d"
				"bb07a61f879f8e3afa4c79444c75647769672076"
				"6f6e204d69736573"},
			{"4d757272617920526f746862617264",
			 "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7c"
				"cb39ec5be34069f1448088430505b6745ce64a5f"
				"33f0e8e3b83f11ce8802bca507f4f2d8b564dbe2"
				"77e1966116e132faa2dfd70b8b077b9f94b913df"
				"5056ae1319469b824a98d54bbaa82c3255955870"
				"64f978c4b6d104f7596e6f"},
			{"462e20412e20486179656b",
			 "99579e1c1ee15e422a57ddd6b16d37087b17558e"
				"8369c18991b4b2ca3a824abf904cdcf5458b5431"
				"a75af034ca9e9b982de039eaaf156775e2d580cd"
				"4e5ebae89c3f8cb2594b556d8a8169"},
			{"4361726c204d656e676572",
			 "fc56eea290b3f3a21aac0c70cd5787b5ee99be37"
				"d2f4d751329b55"},
			{"4a65616e2d426170746973746520536179",
			 "bb31c9da10d5639a4cdb88a12f5c61de41bbc7df"
				"09bf75d94f8184fe4157f5c68f"},
			{"457567656e2042f6686d20766f6e204261776572"
			"6b",
			 "f6199cadb152fb27f82be0a0891ec76a33598ae9"
				"2a46cab2fb5a8ed5bf48b7f267f8370af7"},
		},
	},
	{
		.source = "snow.txt",
		.init_prologue =
			"5468657265206973206e6f20726967687420616e"
			"642077726f6e672e2054686572652773206f6e6c"
			"792066756e20616e6420626f72696e672e",
		.init_static =
			"842752777821bd4c9a6a84c777cb9028ba2446c8"
			"64e035c8d380632dca3a7702",
		.init_ephemeral =
			"5dfce6be0b767fc60a51e1d627711c67d63e9711"
			"5cb3957a64a66919747ea47c",
		.resp_prologue =
			"5468657265206973206e6f20726967687420616e"
			"642077726f6e672e2054686572652773206f6e6c"
			"792066756e20616e6420626f72696e672e",
		.resp_static =
			"8885e7006b27a44bec4a6e7bfcc37032a3564a73"
			"bf9588585bd1166829d80d8a",
		.resp_ephemeral =
			"9c012e056ed37994a4bfb09f57a7505bf44c07e9"
			"784c3c2bcefd8880b2d85e21",
		.count = 5,
		.messages = {
			{"bcb708376354e0dc837fc3f7e0e9c8c59849fd90"
				"7a129a3c0afde64e79d1ac09",
			 "50a7da541baa50d563e3fd3526f53e9b7e4af808"
				"3a4180b5d1f8cd49fbe30518bcb708376354e0dc"
				"837fc3f7e0e9c8c59849fd907a129a3c0afde64e"
				"79d1ac09"},
			{"77783888d07aa30dfeccf96d8da0a293546232bc"
				"8a460b5fbca479e3da54d3b2",
			 "6b0ae570deada82b6f3071c87bd361014c34f8d1"
				"5fee49ed0078f38a9c05bb703c2eb46ccc2734a9"
				"c07555b85d6f0b5ae29f24aaa2c351d815acd2e1"
				"de7770344339d0d854daf5a4468b189caf7ff643"
				"d6c5645e9e7fd5edcad6755ea0a01f51f552650a"
				"b99b7a0eba09f64b9dc0737f5756688682897c09"
				"12890a6ec56d72f8"},
			{"420d0154f4e26a4224c201f3ecceddc06eb8896b"
				"78386978fb25b21dd276c6fb",
			 "386d9e2549dcb9a016db7e05f45c19d2c4fd4e7a"
				"61d1c06dbd01d21012d448b34761826aa7b3fc8d"
				"0c5cc73d487c1f19ac29de837b4ccd361603f03d"
				"12f8971ae0534fbd8096fd5bc2c7bdc770262076"
				"23514afa5804d07a3b0c316f9e5a9c12"},
			{"58f929d4d8eda457fb01b3a09bb6391aac0d9347"
				"7df9e3042355741747744571",
			 "c81ba3d22336cd78d64ff9e2161d339db9fd3a54"
				"07a3fb594fb7a59d718e83c6054b1002721e63ff"
				"b2a2d2d8bfd670bc"},
			{"c86af330a6b59de9d7ead76260204ef7e897a132"
				"3bdc0a9c5ea4450556ed0bf6",
			 "1207c87bc8ec9b6d5db3a3d3ed5caab43c98e714"
				"92a424b7d7302ea8313d1b0e3644c9b3c479a80c"
				"db3da1e92466b8ac"},
		},
	},
};
/* clang-format on */

struct side {
	struct wici_noise noise;
	struct wici_noise_cipher tx, rx;
};

static size_t unhex(uint8_t *out, const char *hex)
{
	size_t len = strlen(hex) / 2;

	CHECK(len <= BUF_LEN);
	CHECK_OK(wici_unhex(out, len, wici_bytes_str(hex)));
	return len;
}

static struct wici_noise_pair pair_from(const char *hex)
{
	struct wici_noise_pair pair;
	uint8_t secret[BUF_LEN];

	CHECK(unhex(secret, hex) == 32);
	wici_noise_pair_from(&pair, secret);
	return pair;
}

static void side_init(struct side *s, bool is_initiator, const struct vector *v)
{
	uint8_t prologue[BUF_LEN];
	size_t len = unhex(prologue,
			   is_initiator ? v->init_prologue : v->resp_prologue);
	struct wici_noise_pair static_pair =
		pair_from(is_initiator ? v->init_static : v->resp_static);
	struct wici_noise_pair ephemeral =
		pair_from(is_initiator ? v->init_ephemeral : v->resp_ephemeral);

	wici_noise_init(&s->noise, is_initiator,
			(struct wici_bytes){prologue, len}, &static_pair,
			&ephemeral);
}

static void check_handshake(struct side *from, struct side *to,
			    struct wici_bytes payload, struct wici_bytes wire)
{
	uint8_t buf[BUF_LEN];
	uint8_t plain[BUF_LEN];
	size_t len = sizeof(buf);

	CHECK(wici_noise_is_writer(&from->noise));
	CHECK(!wici_noise_is_writer(&to->noise));
	CHECK_OK(wici_noise_write(&from->noise, payload, buf, &len));
	CHECK(wici_bytes_equal((struct wici_bytes){buf, len}, wire));
	CHECK_OK(wici_noise_read(&to->noise, wire, plain, &len));
	CHECK(wici_bytes_equal((struct wici_bytes){plain, len}, payload));
}

static void check_transport(struct side *from, struct side *to,
			    struct wici_bytes payload, struct wici_bytes wire)
{
	uint8_t buf[BUF_LEN];

	memcpy(buf, payload.p, payload.len);
	wici_noise_seal(&from->tx, buf, payload.len);
	CHECK(wici_bytes_equal((struct wici_bytes){buf, payload.len + 16},
			       wire));
	CHECK_OK(wici_noise_open(&to->rx, buf, wire.len));
	CHECK(wici_bytes_equal((struct wici_bytes){buf, payload.len}, payload));
}

static void check_split(struct side *init, struct side *resp,
			const struct vector *v)
{
	uint8_t hash[BUF_LEN];

	CHECK(wici_noise_is_done(&init->noise));
	CHECK(wici_noise_is_done(&resp->noise));
	CHECK(memcmp(init->noise.h, resp->noise.h, 64) == 0);
	if (v->handshake_hash) {
		CHECK(unhex(hash, v->handshake_hash) == 64);
		CHECK(memcmp(init->noise.h, hash, 64) == 0);
	}
	wici_noise_split(&init->noise, &init->tx, &init->rx);
	wici_noise_split(&resp->noise, &resp->tx, &resp->rx);
	CHECK(wici_is_zero(&init->noise.e, sizeof(init->noise.e)));
	CHECK(wici_is_zero(init->noise.ck, sizeof(init->noise.ck)));
}

static void check_vector(const struct vector *v)
{
	struct side init, resp;
	uint8_t payload[BUF_LEN];
	uint8_t wire[BUF_LEN];

	side_init(&init, true, v);
	side_init(&resp, false, v);
	CHECK(v->count > 3);
	for (int i = 0; i < v->count; i++) {
		struct wici_bytes p = {payload,
				       unhex(payload, v->messages[i].payload)};
		struct wici_bytes w = {wire,
				       unhex(wire, v->messages[i].ciphertext)};
		struct side *from = i % 2 ? &resp : &init;
		struct side *to = i % 2 ? &init : &resp;

		if (i < 3)
			check_handshake(from, to, p, w);
		else
			check_transport(from, to, p, w);
		if (i == 2)
			check_split(&init, &resp, v);
	}
}

TEST(both_published_vectors_come_out_byte_for_byte)
{
	for (size_t i = 0; i < sizeof(published) / sizeof(published[0]); i++)
		check_vector(&published[i]);
}

/* The string after "key": between p and end, cut off with a NUL; or NULL. */
static char *json_string(char *p, const char *end, const char *key)
{
	char quoted[32];
	char *start;
	char *stop;

	(void)snprintf(quoted, sizeof(quoted), "\"%s\": \"", key);
	start = strstr(p, quoted);
	if (!start || start >= end)
		return NULL;
	start += strlen(quoted);
	stop = strchr(start, '"');
	CHECK(stop != NULL);
	return start;
}

static char *closed(char *value)
{
	if (value)
		*strchr(value, '"') = '\0';
	return value;
}

/* One vector of the file; reads before it cuts, since a cut hides the rest. */
static void json_vector(struct vector *v, char *p, char *end)
{
	char *values[7];
	static const char *const keys[7] = {"init_prologue",  "init_static",
					    "init_ephemeral", "resp_prologue",
					    "resp_static",    "resp_ephemeral",
					    "handshake_hash"};
	char *pairs[2 * MESSAGES_MAX];
	char *at = p;

	memset(v, 0, sizeof(*v));
	for (int i = 0; i < 7; i++)
		values[i] = json_string(p, end, keys[i]);
	while ((at = json_string(at, end, "payload"))) {
		CHECK(v->count < MESSAGES_MAX);
		pairs[2 * v->count] = at;
		at = json_string(at, end, "ciphertext");
		CHECK(at != NULL);
		pairs[2 * v->count++ + 1] = at;
	}
	v->init_prologue = closed(values[0]);
	v->init_static = closed(values[1]);
	v->init_ephemeral = closed(values[2]);
	v->resp_prologue = closed(values[3]);
	v->resp_static = closed(values[4]);
	v->resp_ephemeral = closed(values[5]);
	v->handshake_hash = closed(values[6]);
	for (int i = 0; i < v->count; i++) {
		v->messages[i].payload = closed(pairs[2 * i]);
		v->messages[i].ciphertext = closed(pairs[2 * i + 1]);
	}
}

static char *read_vectors(void)
{
	FILE *f = fopen(VECTORS_FILE, "rb");
	char *text;
	size_t len;

	if (!f)
		return NULL;
	text = calloc(1, 65537);
	CHECK(text != NULL);
	len = fread(text, 1, 65536, f);
	CHECK(fclose(f) == 0);
	CHECK(len > 0 && len < 65536);
	return text;
}

TEST(every_vector_of_the_shared_file_comes_out)
{
	char *text = read_vectors();
	char *p;
	int count = 0;

	if (!text) {
		skip();
		return;
	}
	p = strstr(text, "\"source\"");
	while (p) {
		char *next = strstr(p + 1, "\"source\"");
		char *end = next ? next : p + strlen(p);
		struct vector v;

		json_vector(&v, p, end);
		check_vector(&v);
		count++;
		p = next;
	}
	free(text);
	CHECK(count >= 2);
}

/* Up to, not including, message `step`; payloads empty, as wici's are. */
static void handshake_until(struct side *init, struct side *resp, int step)
{
	uint8_t buf[BUF_LEN];
	uint8_t plain[BUF_LEN];

	side_init(init, true, &published[0]);
	side_init(resp, false, &published[0]);
	for (int i = 0; i < step; i++) {
		struct side *from = i % 2 ? resp : init;
		struct side *to = i % 2 ? init : resp;
		size_t len = sizeof(buf);

		CHECK_OK(wici_noise_write(
			&from->noise, (struct wici_bytes){NULL, 0}, buf, &len));
		CHECK_OK(wici_noise_read(&to->noise,
					 (struct wici_bytes){buf, len}, plain,
					 &len));
		CHECK(len == 0);
	}
}

static void split(struct side *init, struct side *resp)
{
	handshake_until(init, resp, 3);
	wici_noise_split(&init->noise, &init->tx, &init->rx);
	wici_noise_split(&resp->noise, &resp->tx, &resp->rx);
}

/* Whose turn it is to write, or to read, message `step`. */
static struct wici_noise *writer(struct side *init, struct side *resp, int step)
{
	return step % 2 ? &resp->noise : &init->noise;
}

static struct wici_noise *reader(struct side *init, struct side *resp, int step)
{
	return step % 2 ? &init->noise : &resp->noise;
}

static size_t write_step(struct side *init, struct side *resp, int step,
			 uint8_t *buf)
{
	size_t len = BUF_LEN;

	handshake_until(init, resp, step);
	CHECK_OK(wici_noise_write(writer(init, resp, step),
				  (struct wici_bytes){NULL, 0}, buf, &len));
	return len;
}

TEST(handshake_messages_have_the_lengths_of_the_protocol)
{
	static const size_t lens[] = {32, 96, 64};
	struct side init, resp;
	uint8_t buf[BUF_LEN];
	size_t len;

	for (int step = 0; step < 3; step++) {
		CHECK(write_step(&init, &resp, step, buf) == lens[step]);
		handshake_until(&init, &resp, step);
		len = lens[step] - 1;
		CHECK_ERR(wici_noise_write(writer(&init, &resp, step),
					   (struct wici_bytes){NULL, 0}, buf,
					   &len),
			  WICI_TOO_LARGE);
	}
}

/* Message 1 is in clear: a change there is found when message 2 is read. */
TEST(a_changed_or_short_message_is_refused)
{
	struct side init, resp;
	uint8_t buf[BUF_LEN];
	uint8_t plain[BUF_LEN];

	for (int step = 1; step < 3; step++) {
		struct wici_noise *to = reader(&init, &resp, step);
		size_t len = write_step(&init, &resp, step, buf);
		struct wici_noise saved = *to;
		size_t got;

		for (size_t i = 0; i < len; i++) {
			*to = saved;
			buf[i] ^= 0x80;
			CHECK_ERR(wici_noise_read(to,
						  (struct wici_bytes){buf, len},
						  plain, &got),
				  WICI_REJECT_HANDSHAKE);
			buf[i] ^= 0x80;
			*to = saved;
			CHECK_ERR(wici_noise_read(to,
						  (struct wici_bytes){buf, i},
						  plain, &got),
				  WICI_REJECT_HANDSHAKE);
			CHECK(!wici_noise_is_done(to));
			CHECK(!wici_noise_is_writer(to));
		}
	}
}

TEST(a_change_in_the_first_message_fails_the_second)
{
	struct side init, resp;
	uint8_t buf[BUF_LEN];
	uint8_t plain[BUF_LEN];

	for (size_t i = 0; i < 32; i++) {
		size_t len = write_step(&init, &resp, 0, buf);

		buf[i] ^= 0x80;
		CHECK_OK(wici_noise_read(&resp.noise,
					 (struct wici_bytes){buf, len}, plain,
					 &len));
		len = sizeof(buf);
		CHECK_OK(wici_noise_write(
			&resp.noise, (struct wici_bytes){NULL, 0}, buf, &len));
		CHECK_ERR(wici_noise_read(&init.noise,
					  (struct wici_bytes){buf, len}, plain,
					  &len),
			  WICI_REJECT_HANDSHAKE);
	}
}

TEST(another_prologue_fails_the_handshake)
{
	struct vector v = published[0];
	struct side init, resp;
	uint8_t buf[BUF_LEN];
	uint8_t plain[BUF_LEN];
	size_t len = sizeof(buf);

	v.resp_prologue = "00";
	side_init(&init, true, &v);
	side_init(&resp, false, &v);
	CHECK_OK(wici_noise_write(&init.noise, (struct wici_bytes){NULL, 0},
				  buf, &len));
	CHECK_OK(wici_noise_read(&resp.noise, (struct wici_bytes){buf, len},
				 plain, &len));
	len = sizeof(buf);
	CHECK_OK(wici_noise_write(&resp.noise, (struct wici_bytes){NULL, 0},
				  buf, &len));
	CHECK_ERR(wici_noise_read(&init.noise, (struct wici_bytes){buf, len},
				  plain, &len),
		  WICI_REJECT_HANDSHAKE);
}

/* With a low-order point the shared secret would be known to everybody. */
TEST(low_order_points_are_refused)
{
	static const char *const points[] = {
		"000000000000000000000000000000000000000000000000"
		"0000000000000000",
		"010000000000000000000000000000000000000000000000"
		"0000000000000000",
		"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd"
		"866205165f49b800",
		"5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86"
		"d8224eddd09f1157",
		"ecffffffffffffffffffffffffffffffffffffffffffffff"
		"ffffffffffffff7f"};

	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		struct side init, resp;
		uint8_t point[BUF_LEN];
		uint8_t buf[BUF_LEN];
		size_t len = sizeof(buf);

		handshake_until(&init, &resp, 0);
		CHECK(unhex(point, points[i]) == 32);
		CHECK_OK(wici_noise_read(&resp.noise,
					 (struct wici_bytes){point, 32}, buf,
					 &len));
		len = sizeof(buf);
		CHECK_ERR(wici_noise_write(&resp.noise,
					   (struct wici_bytes){NULL, 0}, buf,
					   &len),
			  WICI_REJECT_HANDSHAKE);
		CHECK(!wici_noise_is_writer(&resp.noise));
	}
}

TEST(a_transport_message_opens_once_in_order_and_unchanged)
{
	struct side init, resp;
	uint8_t first[32] = "first", second[32] = "second", copy[32];

	split(&init, &resp);
	wici_noise_seal(&init.tx, first, 5);
	wici_noise_seal(&init.tx, second, 6);
	memcpy(copy, second, sizeof(copy));
	CHECK_ERR(wici_noise_open(&resp.rx, copy, 22), WICI_REJECT_CIPHER);
	for (size_t i = 0; i < 21; i++) {
		memcpy(copy, first, sizeof(copy));
		copy[i] ^= 1;
		CHECK_ERR(wici_noise_open(&resp.rx, copy, 21),
			  WICI_REJECT_CIPHER);
		memcpy(copy, first, sizeof(copy));
		CHECK_ERR(wici_noise_open(&resp.rx, copy, i),
			  WICI_REJECT_CIPHER);
	}
	memcpy(copy, first, sizeof(copy));
	CHECK_OK(wici_noise_open(&resp.rx, first, 21));
	CHECK(memcmp(first, "first", 5) == 0);
	CHECK_ERR(wici_noise_open(&resp.rx, copy, 21), WICI_REJECT_CIPHER);
	CHECK_OK(wici_noise_open(&resp.rx, second, 22));
	CHECK(memcmp(second, "second", 6) == 0);
}

/* Section 11.3 of the specification, with the primitives alone. */
static void expected_rekey(uint8_t out[32], const uint8_t key[32])
{
	static const uint8_t nonce[12] = {0,    0,    0,    0,    0xff, 0xff,
					  0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	uint8_t zeros[32] = {0};
	uint8_t sealed[48];

	crypto_aead_chacha20poly1305_ietf_encrypt(sealed, NULL, zeros, 32, NULL,
						  0, NULL, nonce, key);
	memcpy(out, sealed, 32);
}

TEST(the_key_is_replaced_after_65536_messages_and_both_sides_go_on)
{
	struct side init, resp;
	uint8_t first[32], second[32], buf[17];

	split(&init, &resp);
	expected_rekey(first, init.tx.key);
	expected_rekey(second, first);
	for (uint64_t i = 1; i <= 2 * WICI_NOISE_REKEY + 1; i++) {
		buf[0] = (uint8_t)i;
		wici_noise_seal(&init.tx, buf, 1);
		CHECK(init.tx.nonce == i);
		CHECK_OK(wici_noise_open(&resp.rx, buf, sizeof(buf)));
		CHECK(buf[0] == (uint8_t)i);
		if (i == WICI_NOISE_REKEY - 1)
			CHECK(memcmp(init.tx.key, first, 32) != 0);
		if (i == WICI_NOISE_REKEY)
			CHECK(memcmp(init.tx.key, first, 32) == 0);
	}
	CHECK(memcmp(init.tx.key, second, 32) == 0);
	CHECK(memcmp(resp.rx.key, second, 32) == 0);
}

TEST_MAIN(RUN(both_published_vectors_come_out_byte_for_byte),
	  RUN(every_vector_of_the_shared_file_comes_out),
	  RUN(handshake_messages_have_the_lengths_of_the_protocol),
	  RUN(a_changed_or_short_message_is_refused),
	  RUN(a_change_in_the_first_message_fails_the_second),
	  RUN(another_prologue_fails_the_handshake),
	  RUN(low_order_points_are_refused),
	  RUN(a_transport_message_opens_once_in_order_and_unchanged),
	  RUN(the_key_is_replaced_after_65536_messages_and_both_sides_go_on))
