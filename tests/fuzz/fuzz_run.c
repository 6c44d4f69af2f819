/* tests/fuzz/fuzz_run.c — A run against an empty feed, and read as a feed's
 * continuation. What was read to its end and is written again gives the same
 * bytes; what is verified moved the head by as many entries as it says. */
#include "proto/run.h"

#include "proto/open.h"
#include "tests/fuzz/fuzz.h"

/* As in tests/vectors. */
static struct wici_id network(void)
{
	struct wici_id id;

	for (uint8_t i = 0; i < sizeof(id.b); i++)
		id.b[i] = (uint8_t)(0x40 + i);
	return id;
}

static void read_and_written_again(struct wici_bytes b,
				   const struct wici_head *after,
				   const struct wici_id *net)
{
	uint8_t *copy = malloc(b.len);
	struct wici_run_writer w;
	struct wici_run run;
	struct wici_entry e;
	struct wici_key identity;
	struct wici_id id;
	struct wici_bytes rest;
	enum wici_err err = wici_run_open(&run, b, after);

	MUST(copy);
	wici_run_writer_init(&w, copy, b.len, &run.feed, run.first_seq);
	while (err == WICI_OK) {
		err = wici_run_next(&run, &e, &id);
		if (err != WICI_OK)
			break;
		MUST(e.header.payload_len <= WICI_PAYLOAD_LEN_MAX);
		MUST(wici_run_add(&w, &e) == WICI_OK);
		if (e.header.seq == 1)
			(void)wici_open_check(&e, net, &identity);
	}
	if (err == WICI_END) {
		MUST(wici_bytes_equal(wici_run_finish(&w), b));
		MUST(wici_run_skip(b, run.at.seq, copy, &rest) == WICI_OK);
		MUST(rest.len <= b.len);
	} else if (wici_run_skip(b, run.first_seq + b.len % 3, copy, &rest) ==
		   WICI_OK) {
		MUST(rest.len <= b.len);
	}
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wici_bytes b = {data, size};
	struct wici_id net = network();
	struct wici_head after = {.seq = 0};
	struct wici_head last;
	uint64_t first;
	uint16_t count;

	/* Of another feed. */
	MUST(wici_run_verify(b, &after, &net, &last) != WICI_OK);
	if (wici_run_peek(b, &after.feed, &first, &count) != WICI_OK)
		return 0;
	if (wici_key_check(&after.feed) == WICI_OK &&
	    wici_run_verify(b, &after, &net, &last) == WICI_OK) {
		MUST(first == 1 && last.seq == count);
		MUST(wici_key_equal(&last.feed, &after.feed));
	}
	after.seq = first ? first - 1 : 0;
	read_and_written_again(b, &after, &net);
	return 0;
}
