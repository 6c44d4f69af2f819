/* tests/fuzz/fuzz_message.c — A message from a peer. What is taken is written
 * again as the same bytes (of HELLO: as their beginning, since what a later
 * version adds is ignored), and in as many as was said beforehand. */
#include "proto/message.h"

#include "tests/fuzz/fuzz.h"

static void read_packed(const struct wici_packed *heads,
			const struct wici_packed *ids)
{
	struct wici_head head;
	struct wici_id id;

	for (uint16_t i = 0; i < heads->count; i++)
		wici_packed_head(&head, heads, i);
	for (uint16_t i = 0; i < ids->count; i++)
		wici_packed_id(&id, ids, i);
}

static bool is_of(const struct wici_message *m, uint64_t size)
{
	struct wici_id leaf;

	return wici_chunk_is_of(&m->chunk.root, size, m->chunk.i,
				m->chunk.bytes,
				(const struct wici_id *)m->chunk.path.p,
				m->chunk.path.count, &leaf);
}

/* The fuzzer finds addresses, since it sees what they are compared with; then
 * it is of that size alone. */
static void read_chunk(const struct wici_message *m)
{
	static const struct wici_packed none;
	const uint64_t sizes[] = {m->chunk.bytes.len, 70000,
				  WICI_ATTACHMENT_SIZE_MAX};
	unsigned fits = 0;

	read_packed(&none, &m->chunk.path);
	for (size_t i = 0; i < 3; i++)
		fits += is_of(m, sizes[i]);
	MUST(fits <= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct wici_packed none;
	struct wici_bytes b = {data, size};
	struct wici_message m;
	enum wici_err err = wici_message_decode(&m, b);
	uint8_t *out;
	size_t len;

	if (err != WICI_OK) {
		MUST(err == WICI_REJECT_MESSAGE ||
		     (err == WICI_AGAIN && data[0] % 2 == 1));
		return 0;
	}
	len = wici_message_len(&m);
	MUST(len == size || (m.type == WICI_MSG_HELLO && len < size));
	out = malloc(len);
	MUST(out);
	wici_message_encode(out, &m);
	MUST(memcmp(out, data, len) == 0);
	free(out);
	if (m.type == WICI_MSG_HELLO)
		read_packed(&m.hello.echo, &m.hello.declined);
	else if (m.type == WICI_MSG_HEADS)
		read_packed(&m.heads, &none);
	else if (m.type == WICI_MSG_WANT_STATEMENTS)
		read_packed(&none, &m.ids);
	else if (m.type == WICI_MSG_CHUNK)
		read_chunk(&m);
	return 0;
}
