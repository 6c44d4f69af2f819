/* tests/daemon/test_peers.c — Addresses and rows. */
#include "daemon/peers.h"

#include "tests/test.h"

TEST(an_address_is_a_host_and_a_port)
{
	static const char *const good[] = {"192.0.2.1:8481", "mops.example:1",
					   "[2001:db8::1]:65535",
					   "[fe80::1%eth0]:80"};
	static const char *const bad[] = {"",
					  "host",
					  "host:",
					  ":80",
					  "host:0",
					  "host:65536",
					  "host:080",
					  "host:8x",
					  "a b:80",
					  "2001:db8::1:80",
					  "[2001:db8::1]",
					  "[]:80",
					  "[host]:80",
					  "żółw:80",
					  "host:99999999999999999999"};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		CHECK_OK(peers_check_address(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_ERR(peers_check_address(bad[i]), WICI_BAD_FIELD);
	CHECK_ERR(peers_check_address(NULL), WICI_BAD_FIELD);
}

TEST(the_longest_address_fits_and_one_more_does_not)
{
	char address[PEERS_ADDRESS_LEN + 2];

	memset(address, 'a', sizeof(address));
	memcpy(address + PEERS_ADDRESS_LEN - 3, ":80", 4);
	CHECK_OK(peers_check_address(address));
	memset(address, 'a', sizeof(address));
	memcpy(address + PEERS_ADDRESS_LEN - 2, ":80", 4);
	CHECK_ERR(peers_check_address(address), WICI_BAD_FIELD);
}

TEST(rows_are_found_by_link_and_by_address_until_removed)
{
	struct peers p = {.rows = NULL};
	struct peer_row *a = peers_add(&p, "a:1");
	struct peer_row *b = peers_add(&p, NULL);

	b->link = 9;
	CHECK(peers_by_address(&p, "a:1") == a);
	CHECK(peers_by_link(&p, 9) == b);
	/* Neither "no link" nor "no address" names a row. */
	CHECK(!peers_by_link(&p, 0) && !peers_by_address(&p, ""));
	peers_remove(&p, a);
	CHECK(!peers_by_address(&p, "a:1") && p.rows == b);
	peers_clear(&p);
	CHECK(!p.rows);
}

TEST(every_state_has_its_word)
{
	CHECK(!strcmp(peer_state_name(PEER_IN_STEP), "in_step"));
	CHECK(!strcmp(peer_state_name(PEER_REFUSED), "refused"));
	CHECK(!strcmp(peer_state_name(PEER_WAITING), "waiting"));
}

TEST_MAIN(RUN(an_address_is_a_host_and_a_port),
	  RUN(the_longest_address_fits_and_one_more_does_not),
	  RUN(rows_are_found_by_link_and_by_address_until_removed),
	  RUN(every_state_has_its_word))
