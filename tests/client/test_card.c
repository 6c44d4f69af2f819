/* tests/client/test_card.c — Recovery cards: nobody else can read them, none
 * is written over, and the keys are nowhere but on them. */
#include "client/card.h"
#include "client/fail.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/test.h"

#define SEED "wicikarta1qqqqqqqqqq00112233"

static json_t *reply(void)
{
	return json_loads("{\"network\":\"aa\",\"identity\":\"bb\",\"_name\":"
			  "\"Sieć\",\"recovery\":["
			  "{\"key\":\"k1\",\"card\":\"" SEED "\"},"
			  "{\"key\":\"k2\",\"card\":\"" SEED "\"}]}",
			  0, NULL);
}

static void clear(const struct cards *cards, const char *folder)
{
	for (int i = 0; i < CARD_COUNT; i++)
		(void)unlink(cards->path[i]);
	(void)rmdir(folder);
}

/* As a full disk does: no file may grow. */
TEST(what_keeps_a_card_from_being_written_is_told_and_leaves_no_file)
{
	char folder[] = "/tmp/wici-test-XXXXXX";
	struct rlimit none = {0, RLIM_INFINITY};
	struct rlimit before;
	struct cards cards;
	struct client c;

	client_init(&c);
	CHECK(mkdtemp(folder) != NULL);
	(void)signal(SIGXFSZ, SIG_IGN);
	CHECK(getrlimit(RLIMIT_FSIZE, &before) == 0);
	CHECK(setrlimit(RLIMIT_FSIZE, &none) == 0);
	errno = 0;
	CHECK_ERR(cards_open(&c, &cards, folder), WICI_IO);
	CHECK(setrlimit(RLIMIT_FSIZE, &before) == 0);
	CHECK(strstr(client_string(c.error, "message"), strerror(EFBIG)));
	cards_close(&cards, false);
	CHECK(rmdir(folder) == 0);
	client_clear(&c);
}

TEST(cards_are_private_and_whole_and_the_reply_loses_its_keys)
{
	char folder[] = "/tmp/wici-test-XXXXXX";
	char text[9000] = "";
	struct cards cards;
	struct client c;
	struct stat st;
	json_t *r = reply();
	char *left;
	FILE *f;

	client_init(&c);
	CHECK(mkdtemp(folder) != NULL);
	CHECK_OK(cards_open(&c, &cards, folder));
	CHECK_OK(cards_write(&c, &cards, r));
	cards_close(&cards, true);
	left = json_dumps(r, 0);
	CHECK(!strstr(left, "card\"") && !strstr(left, "00112233"));
	CHECK(strstr(left, "recovery-2.txt"));
	CHECK(stat(cards.path[0], &st) == 0 && (st.st_mode & 0777) == 0600);
	f = fopen(cards.path[1], "r");
	CHECK(fread(text, 1, sizeof(text) - 1, f) == (size_t)st.st_size);
	(void)fclose(f);
	CHECK(strstr(text, "    wicik arta1 qqqqq qqqqq 00112 233\n"));
	CHECK(strstr(text, "Sieć") && strstr(text, "k2"));
	free(left);
	json_decref(r);
	client_clear(&c);
	clear(&cards, folder);
}

TEST(a_card_that_is_there_is_not_written_over)
{
	char folder[] = "/tmp/wici-test-XXXXXX";
	struct cards first;
	struct cards second;
	struct client c;

	client_init(&c);
	CHECK(mkdtemp(folder) != NULL);
	CHECK_OK(cards_open(&c, &first, folder));
	CHECK_ERR(cards_open(&c, &second, folder), WICI_USAGE);
	CHECK(strstr(client_string(c.error, "message"), "recovery-1.txt"));
	cards_close(&second, false);
	CHECK(access(first.path[0], F_OK) == 0);
	/* Without a network nothing stays behind. */
	cards_close(&first, false);
	CHECK(access(first.path[0], F_OK) != 0);
	CHECK(rmdir(folder) == 0);
	client_clear(&c);
}

TEST(a_reply_without_keys_is_a_failure)
{
	char folder[] = "/tmp/wici-test-XXXXXX";
	json_t *r = json_object();
	struct cards cards;
	struct client c;

	client_init(&c);
	CHECK(mkdtemp(folder) != NULL);
	CHECK_OK(cards_open(&c, &cards, folder));
	CHECK_ERR(cards_write(&c, &cards, r), WICI_IO);
	cards_close(&cards, true);
	json_decref(r);
	client_clear(&c);
	clear(&cards, folder);
}

TEST_MAIN(RUN(what_keeps_a_card_from_being_written_is_told_and_leaves_no_file),
	  RUN(cards_are_private_and_whole_and_the_reply_loses_its_keys),
	  RUN(a_card_that_is_there_is_not_written_over),
	  RUN(a_reply_without_keys_is_a_failure))
