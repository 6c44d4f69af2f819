/* tests/client/test_change_file.c — A change in a file: only its statement
 * counts, a card signs it without a daemon, and it is never there by half. */
#include "client/change_file.h"

#include <stdlib.h>
#include <unistd.h>

#include "client/change_text.h"
#include "tests/test.h"

static const struct wici_id network = {{1}};
static char folder[] = "/tmp/wici-test-XXXXXX";

struct here {
	struct client c;
	struct change_file f;
	char path[PATH_MAX];
};

static void make_change(struct here *h)
{
	static const struct wici_id id = {{4}};
	const struct wici_revoked row = {{{0xab}}, 20000};
	struct wici_statement s = {.type = WICI_STATEMENT_CHANGE};
	struct wici_mp_writer w;
	struct wici_bytes bytes;
	uint8_t body[500], buf[1000];
	char hex[2000];

	wici_mp_writer_init(&w, body, sizeof(body));
	wici_change_begin(&w, &network, 1);
	wici_op_revoke(&w, &row, 1);
	wici_change_end(&w, &id, 5);
	CHECK_OK(wici_mp_written(&w, &s.body));
	wici_mp_writer_init(&w, buf, sizeof(buf));
	wici_statement_encode(&w, &s);
	CHECK_OK(wici_mp_written(&w, &bytes));
	wici_hex(hex, bytes.p, bytes.len);
	CHECK_OK(change_file_take(&h->c, &h->f, hex));
}

static struct here *open_here(void)
{
	struct here *h = calloc(1, sizeof(*h));

	CHECK(h && mkdtemp(folder));
	client_init(&h->c);
	make_change(h);
	(void)snprintf(h->path, sizeof(h->path), "%s/zmiana", folder);
	return h;
}

static void close_here(struct here *h)
{
	(void)unlink(h->path);
	/* Nothing else was left there. */
	CHECK(rmdir(folder) == 0);
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
	client_clear(&h->c);
	free(h);
}

static void write_it(struct here *h, bool is_new, enum wici_err wanted)
{
	json_t *view = change_file_view(&h->f);

	CHECK(change_file_write(&h->c, &h->f, json_object_get(view, "ops"),
				is_new, h->path) == wanted);
	json_decref(view);
}

static void put(const struct here *h, const char *text)
{
	FILE *out = fopen(h->path, "w");

	CHECK(out && fputs(text, out) >= 0 && fclose(out) == 0);
}

TEST(a_change_comes_back_from_its_file_as_it_was)
{
	struct here *h = open_here();
	struct wici_id id = h->f.s.id;

	write_it(h, true, WICI_OK);
	memset(&h->f, 0, sizeof(h->f));
	CHECK_OK(change_file_read(&h->c, &h->f, h->path));
	CHECK(wici_id_equal(&id, &h->f.s.id) && h->f.change.version == 5);
	close_here(h);
}

TEST(a_new_file_is_written_over_nothing)
{
	struct here *h = open_here();

	put(h, "mine\n");
	write_it(h, true, WICI_USAGE);
	write_it(h, false, WICI_OK);
	close_here(h);
}

TEST(a_file_without_one_whole_statement_is_refused)
{
	static const char *const wrong[] = {"",
					    "statement \n",
					    "statement 00\n",
					    "statement 0\n",
					    "# statement 00\n",
					    "statement xx\nstatement xx\n"};
	struct here *h = open_here();
	char *hex = change_file_hex(&h->f);
	char *text = NULL;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		put(h, wrong[i]);
		CHECK(change_file_read(&h->c, &h->f, h->path) ==
		      WICI_BAD_FIELD);
	}
	/* Two: which was meant? */
	CHECK(asprintf(&text, "statement %s\nstatement %s\n", hex, hex) > 0);
	put(h, text);
	CHECK(change_file_read(&h->c, &h->f, h->path) == WICI_BAD_FIELD);
	/* One, cut short. */
	text[strlen(text) / 2 - 5] = '\0';
	put(h, text);
	CHECK(change_file_read(&h->c, &h->f, h->path) == WICI_BAD_FIELD);
	free(text);
	free(hex);
	close_here(h);
}

TEST(cards_sign_it_one_after_the_other_and_none_twice)
{
	struct here *h = open_here();
	struct wici_card card = {.use = WICI_CARD_ROOT, .network = network};
	struct wici_policy policy;
	struct wici_secret secret;
	struct wici_key keys[3];

	for (uint8_t i = 0; i < 3; i++) {
		card.seed[0] = i;
		wici_card_key(&card, &keys[i], &secret);
		CHECK_OK(change_file_sign(&h->c, &h->f, &card));
		CHECK(change_file_sign(&h->c, &h->f, &card) ==
		      WICI_NOT_PERMITTED);
	}
	CHECK_OK(wici_policy_init(&policy, keys, 3, 3));
	CHECK_OK(wici_policy_approves(&policy, &network, &h->f.s));
	card.network.b[0] = 2;
	card.seed[0] = 9;
	CHECK(change_file_sign(&h->c, &h->f, &card) == WICI_NOT_PERMITTED);
	close_here(h);
}

TEST(people_read_whole_ids_and_days)
{
	struct here *h = open_here();
	json_t *view = change_file_view(&h->f);
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	change_text(out, "# ", json_object_get(view, "ops"));
	(void)fclose(out);
	CHECK(strstr(text, "ab000000000000000000000000000000"
			   "00000000000000000000000000000000"));
	CHECK(strstr(text, "2024-10-04"));
	free(text);
	json_decref(view);
	close_here(h);
}

/* A daemon that was taken over must not have a card sign what it hides. */
TEST(what_the_daemon_tells_is_believed_for_names_alone)
{
	struct here *h = open_here();
	json_t *view = change_file_view(&h->f);
	json_t *told = json_deep_copy(view);
	json_t *op = json_array_get(json_object_get(told, "ops"), 0);
	json_t *row = json_array_get(json_object_get(op, "certificates"), 0);

	(void)json_object_set_new(row, "name", json_string("MOPS Mława"));
	change_text_check(told, view);
	CHECK(!json_equal(told, view));
	CHECK(json_array_get(json_object_get(told, "ops"), 0) == op);
	(void)json_object_set_new(row, "effective", json_string("2099-01-01"));
	(void)json_object_set_new(told, "version", json_integer(1));
	change_text_check(told, view);
	CHECK(json_equal(told, view));
	(void)json_object_set_new(told, "ops", json_array());
	change_text_check(told, view);
	CHECK(json_equal(told, view));
	json_decref(told);
	json_decref(view);
	close_here(h);
}

TEST_MAIN(RUN(what_the_daemon_tells_is_believed_for_names_alone),
	  RUN(a_change_comes_back_from_its_file_as_it_was),
	  RUN(a_new_file_is_written_over_nothing),
	  RUN(a_file_without_one_whole_statement_is_refused),
	  RUN(cards_sign_it_one_after_the_other_and_none_twice),
	  RUN(people_read_whole_ids_and_days))
