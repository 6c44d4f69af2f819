/* tests/test.h — cmocka, and the few words our tests are written in.
 *
 *   TEST(what_a_user_would_miss) { CHECK(…); }
 *   TEST_MAIN(RUN(what_a_user_would_miss), …) */
#ifndef WICI_TESTS_TEST_H
#define WICI_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <sodium.h>

#define TEST(name) static void name(void **state_ __attribute__((unused)))
#define RUN(name)  cmocka_unit_test(name)
#define CHECK(expr)                                                            \
	((expr) ? (void)0                                                      \
		: (print_error("%s:%d: %s\n", __FILE__, __LINE__, #expr),      \
		   fail()))
#define CHECK_OK(expr) CHECK((expr) == WICI_OK)
#define CHECK_ERR(expr, err_) CHECK((expr) == (err_))

#define TEST_MAIN(...)                                                         \
	int main(void)                                                         \
	{                                                                      \
		const struct CMUnitTest tests_[] = {__VA_ARGS__};              \
                                                                               \
		if (sodium_init() < 0)                                         \
			return 99;                                             \
		return cmocka_run_group_tests_name(__FILE__, tests_, NULL,     \
						   NULL);                      \
	}

#endif
