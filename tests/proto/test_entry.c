/* tests/proto/test_entry.c — The bytes of an entry, for ever. */
#include "proto/entry.h"

#include "tests/proto/vectors.h"
#include "tests/test.h"

static void entry_from(const struct vector *v, struct wici_entry *e)
{
	*e = (struct wici_entry){.header.version = 1};
	e->header.flags = (uint8_t)vector_number(v, "flags");
	e->header.kind = (uint16_t)vector_number(v, "kind");
	e->header.seq = vector_number(v, "seq");
	e->header.time_ms = (int64_t)vector_number(v, "time_ms");
	vector_copy(v, "feed", e->header.feed.b, 32);
	vector_copy(v, "prev", e->header.prev.b, 32);
	vector_copy(v, "salt", e->salt.b, 16);
	e->payload = vector_get(v, "payload");
}

TEST(the_vectors_come_out_byte_for_byte)
{
	struct vector v = {0};
	struct wici_entry e;
	struct wici_id network, id;
	struct wici_key key;
	struct wici_secret secret;
	uint8_t header[WICI_HEADER_LEN];
	int cases = 0;

	for (; vector_next(&v, "tests/vectors/entry.hex"); cases++) {
		entry_from(&v, &e);
		vector_copy(&v, "network", network.b, 32);
		wici_key_pair(&key, &secret, vector_get(&v, "seed").p);
		CHECK(wici_key_equal(&key, &e.header.feed));
		wici_entry_sign(&e, &network, &secret);
		wici_header_encode(header, &e.header);
		CHECK(memcmp(header, vector_get(&v, "header").p, 120) == 0);
		CHECK(memcmp(e.header.payload_hash.b,
			     vector_get(&v, "payload_hash").p, 32) == 0);
		CHECK(memcmp(e.sig.b, vector_get(&v, "signature").p, 64) == 0);
		id = wici_entry_id(&e.header, &e.sig);
		CHECK(memcmp(id.b, vector_get(&v, "id").p, 32) == 0);
		CHECK_OK(wici_header_check(&e.header));
		CHECK_OK(wici_entry_verify(&e.header, &e.sig, &network));
	}
	CHECK(cases == 3);
}

TEST(a_decoded_header_encodes_to_the_same_bytes_whatever_they_are)
{
	uint8_t in[WICI_HEADER_LEN], out[WICI_HEADER_LEN];
	struct wici_header h;

	for (int fill = 0; fill < 256; fill++) {
		for (size_t i = 0; i < sizeof(in); i++)
			in[i] = (uint8_t)(fill + (int)i * 7);
		wici_header_decode(&h, in);
		wici_header_encode(out, &h);
		CHECK(memcmp(in, out, sizeof(in)) == 0);
	}
}

TEST(every_bit_of_header_and_signature_is_covered)
{
	struct vector v = {0};
	struct wici_id network, id, other;
	struct wici_header h;
	uint8_t bytes[WICI_HEADER_LEN + WICI_SIG_LEN];
	struct wici_sig sig;

	while (vector_next(&v, "tests/vectors/entry.hex")) {
		vector_copy(&v, "network", network.b, 32);
		vector_copy(&v, "header", bytes, 120);
		vector_copy(&v, "signature", bytes + 120, 64);
		vector_copy(&v, "id", id.b, 32);
		for (size_t bit = 0; bit < 8 * sizeof(bytes); bit++) {
			bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
			wici_header_decode(&h, bytes);
			memcpy(sig.b, bytes + 120, 64);
			other = wici_entry_id(&h, &sig);
			CHECK(!wici_id_equal(&id, &other));
			CHECK_ERR(wici_entry_verify(&h, &sig, &network),
				  WICI_REJECT_SIGNATURE);
			bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
}

TEST(limits_hold_at_the_edge_and_not_one_beyond)
{
	struct wici_header h = {.version = 1,
				.seq = 1,
				.payload_len = WICI_PAYLOAD_LEN_MAX,
				.flags = 0xff,
				.kind = 0xffff};

	CHECK_OK(wici_header_check(&h));
	h.payload_len++;
	CHECK_ERR(wici_header_check(&h), WICI_REJECT_LIMIT);
	h.payload_len = 0;
	h.seq = 0;
	CHECK_ERR(wici_header_check(&h), WICI_REJECT_LIMIT);
	h.seq = WICI_SEQ_MAX;
	CHECK_OK(wici_header_check(&h));
	h.seq++;
	CHECK_ERR(wici_header_check(&h), WICI_REJECT_LIMIT);
	h.seq = 1;
	for (int version = 0; version < 256; version++) {
		h.version = (uint8_t)version;
		CHECK(wici_header_check(&h) ==
		      (version == 1 ? WICI_OK : WICI_REJECT_VERSION));
	}
}

TEST(the_salt_hides_equal_payloads)
{
	struct wici_salt a = {{1}}, b = {{2}};
	struct wici_id x = wici_payload_hash(&a, WICI_BYTES("same"));
	struct wici_id y = wici_payload_hash(&b, WICI_BYTES("same"));
	struct wici_id z = wici_payload_hash(&a, WICI_BYTES("same"));

	CHECK(!wici_id_equal(&x, &y));
	CHECK(wici_id_equal(&x, &z));
}

TEST(a_feed_has_its_place_among_heads_whether_it_is_there_or_not)
{
	const struct wici_head heads[] = {{.feed = {{2}}}, {.feed = {{4}}}};
	static const size_t place[] = {0, 0, 0, 1, 1, 2};

	for (uint8_t i = 0; i < 6; i++) {
		struct wici_key feed = {{i}};

		CHECK(wici_head_place(heads, 2, &feed) == place[i]);
		CHECK(wici_head_place(heads, 0, &feed) == 0);
	}
}

TEST_MAIN(RUN(the_vectors_come_out_byte_for_byte),
	  RUN(a_decoded_header_encodes_to_the_same_bytes_whatever_they_are),
	  RUN(every_bit_of_header_and_signature_is_covered),
	  RUN(limits_hold_at_the_edge_and_not_one_beyond),
	  RUN(the_salt_hides_equal_payloads),
	  RUN(a_feed_has_its_place_among_heads_whether_it_is_there_or_not))
