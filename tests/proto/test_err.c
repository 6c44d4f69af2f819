/* tests/proto/test_err.c — Words and numbers that others rely on. */
#include "proto/err.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/require.h"
#include "tests/test.h"

TEST(every_code_word_leads_back_to_its_row)
{
	for (int i = 0; i < WICI_ERR_MAX; i++) {
		enum wici_err err = (enum wici_err)i;

		CHECK(wici_err_code(err)[0] != '\0');
		CHECK(wici_err_text(err)[0] != '\0');
		CHECK(wici_err_from_code(wici_err_code(err)) == err);
	}
}

TEST(every_wire_number_leads_back_to_its_row)
{
	for (int i = 0; i < WICI_ERR_MAX; i++) {
		enum wici_err err = (enum wici_err)i;

		if (wici_err_wire(err) != 0)
			CHECK(wici_err_from_wire(wici_err_wire(err)) == err);
	}
}

TEST(what_nobody_knows_is_internal)
{
	CHECK_ERR(wici_err_from_code("no such word"), WICI_INTERNAL);
	CHECK_ERR(wici_err_from_code(""), WICI_INTERNAL);
	CHECK_ERR(wici_err_from_wire(0), WICI_INTERNAL);
	CHECK_ERR(wici_err_from_wire(0xffff), WICI_INTERNAL);
}

TEST(exit_codes_are_the_documented_ones)
{
	CHECK(wici_err_exit(WICI_OK) == 0);
	CHECK(wici_err_exit(WICI_STORE) == 1);
	CHECK(wici_err_exit(WICI_UNKNOWN_FIELD) == 2);
	CHECK(wici_err_exit(WICI_NO_DAEMON) == 3);
	CHECK(wici_err_exit(WICI_NOT_PERMITTED) == 4);
	CHECK(wici_err_exit(WICI_NOT_FOUND) == 5);
	CHECK(wici_err_exit(WICI_INVITER_AWAY) == 8);
	for (int i = 0; i < WICI_ERR_MAX; i++)
		CHECK(wici_err_exit((enum wici_err)i) <= 8);
}

TEST(wire_numbers_do_not_move)
{
	CHECK(wici_err_wire(WICI_OK) == 0);
	CHECK(wici_err_wire(WICI_REJECT_PREAMBLE) == 1);
	CHECK(wici_err_wire(WICI_REJECT_RUN) == 14);
	CHECK(wici_err_wire(WICI_REJECT_SIGNATURE) == 16);
	CHECK(wici_err_wire(WICI_REJECT_STALL) == 26);
	CHECK(wici_err_wire(WICI_TOKEN_WRONG) == 33);
	CHECK(wici_err_wire(WICI_NEWER_NEEDED) == 40);
}

TEST(a_verdict_on_bytes_names_its_section)
{
	for (int i = 0; i < WICI_ERR_MAX; i++) {
		enum wici_err err = (enum wici_err)i;

		if (err >= WICI_REJECT_PREAMBLE && err < WICI_ERR_MAX)
			CHECK(strncmp(wici_err_text(err), "§", 2) == 0);
	}
}

TEST(a_broken_invariant_ends_the_process)
{
	struct rlimit none = {0, 0};
	int status;
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (pid == 0) {
		setrlimit(RLIMIT_CORE, &none);
		signal(SIGABRT, SIG_DFL);
		WICI_REQUIRE(pid != 0);
		_exit(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

TEST_MAIN(RUN(every_code_word_leads_back_to_its_row),
	  RUN(every_wire_number_leads_back_to_its_row),
	  RUN(what_nobody_knows_is_internal),
	  RUN(exit_codes_are_the_documented_ones),
	  RUN(wire_numbers_do_not_move),
	  RUN(a_verdict_on_bytes_names_its_section),
	  RUN(a_broken_invariant_ends_the_process))
