/* tests/daemon/test_statement.c — Statements come back as the bytes that
 * arrived, in the order in which they are folded. */
#include "daemon/store/statement.h"

#include "proto/statement.h"
#include "tests/daemon/test_store.h"

static struct statement_row statement(uint8_t first, uint64_t type,
				      uint64_t version, struct wici_bytes bytes)
{
	return (struct statement_row){
		.id.b = {first},
		.type = type,
		.version = version,
		.bytes = bytes,
	};
}

static void note(void *arg, const struct statement_row *row)
{
	char *order = arg;
	size_t len = strlen(order);

	CHECK(len < 15);
	order[len] = (char)row->id.b[0];
	order[len + 1] = '\0';
}

TEST(statements_come_by_type_then_version_then_id)
{
	struct box b;
	const struct statement_row rows[] = {
		statement('f', 3, 0, WICI_BYTES("erasure")),
		statement('c', 1, 10, WICI_BYTES("change")),
		statement('b', 1, 9, WICI_BYTES("change")),
		statement('g', 3, 0, WICI_BYTES("erasure")),
		statement('e', 2, 0, WICI_BYTES("fork")),
		statement('a', 1, 9, WICI_BYTES("change")),
		statement('h', UINT64_MAX, UINT64_MAX, WICI_BYTES("?")),
	};
	char order[16] = "";

	box_open(&b);
	CHECK_OK(store_begin(b.s));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CHECK_OK(statement_put(b.s, &rows[i]));
	CHECK_OK(store_commit(b.s));
	CHECK_OK(statement_each(b.s, note, order));
	CHECK(strcmp(order, "abcefgh") == 0);
	box_drop(&b);
}

TEST(the_bytes_put_last_are_the_ones_that_stand)
{
	static uint8_t big[WICI_STATEMENT_LEN_MAX];
	struct box b;
	struct statement_row row = statement('a', 1, 2, WICI_BYTES("first"));
	struct statement_row got;
	const struct wici_id other = {{'b'}};
	char order[16] = "";

	memset(big, 0xa5, sizeof(big));
	box_open(&b);
	CHECK_OK(store_begin(b.s));
	CHECK_OK(statement_put(b.s, &row));
	row.bytes = (struct wici_bytes){big, sizeof(big)};
	CHECK_OK(statement_put(b.s, &row));
	CHECK_OK(store_commit(b.s));
	box_reopen(&b);

	CHECK_OK(statement_get(b.s, &row.id, &got));
	CHECK(wici_bytes_equal(got.bytes, row.bytes));
	CHECK(got.type == 1 && got.version == 2);
	CHECK(wici_id_equal(&got.id, &row.id));
	CHECK_ERR(statement_get(b.s, &other, &got), WICI_NOT_FOUND);
	CHECK_OK(statement_each(b.s, note, order));
	CHECK(strcmp(order, "a") == 0);
	box_drop(&b);
}

TEST_MAIN(RUN(statements_come_by_type_then_version_then_id),
	  RUN(the_bytes_put_last_are_the_ones_that_stand))
