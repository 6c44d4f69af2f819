/* tests/daemon/test_config.c — wicid as an administrator meets it: what it
 * refuses at the start, with which sentence, and that it ends when told.
 *
 * Runs bin/wicid beside this program. */
#include "tests/test.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGS_MAX 12

static char wicid[600];
static char dir[100];
static char said[8192]; /* On stderr, by the last one that ended. */

static const char *in_dir(const char *name)
{
	static char path[4][160];
	static int n;

	n = (n + 1) % 4;
	snprintf(path[n], sizeof(path[n]), "%s/%s", dir, name);
	return path[n];
}

static void write_file(const char *path, const void *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	CHECK(fd >= 0);
	CHECK(write(fd, text, len) == (ssize_t)len);
	close(fd);
}

struct process {
	pid_t pid;
	int err; /* Its stderr. */
};

/* args end with NULL, and do not name the program. */
static struct process start(const char *const *args)
{
	char *argv[ARGS_MAX + 2] = {wicid};
	struct process p;
	int pipes[2];

	for (size_t i = 0; args[i]; i++) {
		CHECK(i < ARGS_MAX);
		argv[i + 1] = (char *)(uintptr_t)args[i];
	}
	CHECK(pipe(pipes) == 0);
	p.pid = fork();
	CHECK(p.pid >= 0);
	if (p.pid == 0) {
		dup2(pipes[1], STDERR_FILENO);
		close(pipes[0]);
		close(pipes[1]);
		execv(wicid, argv);
		_exit(127);
	}
	close(pipes[1]);
	p.err = pipes[0];
	return p;
}

/* Its exit status, and said. */
static int finish(struct process p)
{
	size_t len = 0;
	ssize_t n;
	int status;

	while (len < sizeof(said) - 1 &&
	       (n = read(p.err, said + len, sizeof(said) - 1 - len)) > 0)
		len += (size_t)n;
	said[len] = '\0';
	close(p.err);
	CHECK(waitpid(p.pid, &status, 0) == p.pid);
	CHECK(WIFEXITED(status));
	return WEXITSTATUS(status);
}

#define RUN_WICID(...) finish(start((const char *const[]){__VA_ARGS__, NULL}))

static int connect_to(const char *path)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	CHECK(fd >= 0);
	strncpy(to.sun_path, path, sizeof(to.sun_path) - 1);
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Until it answers; at most ten seconds. */
static int wait_for(const char *path)
{
	for (int i = 0; i < 1000; i++) {
		int fd = connect_to(path);

		if (fd >= 0)
			return fd;
		usleep(10000);
	}
	fail();
	return -1;
}

static void refused_with(const char *text, size_t len, const char *sentence)
{
	const char *path = in_dir("wicid.conf");

	write_file(path, text, len);
	CHECK(RUN_WICID("--config", path) == 78);
	if (!strstr(said, sentence))
		print_error("\"%s\" is not in: %s\n", sentence, said);
	CHECK(strstr(said, sentence));
	CHECK(access(in_dir("state"), F_OK) != 0);
}
#define REFUSED(text, sentence) refused_with(text, sizeof(text) - 1, sentence)

TEST(what_the_file_may_not_say_is_refused_with_its_line)
{
	REFUSED("log = info\nstat = /tmp\n", "line 2: \"stat\" is not known");
	REFUSED("log = info\nlog = info\n", "line 2: log stands there twice");
	REFUSED("[wicid]\nlog = info\n", "line 2: there are no sections");
	REFUSED("\n\nnonsense\n", "line 3: it is not \"key = value\"");
	REFUSED("log = loud\n", "line 1: log: \"loud\" is none of");
	REFUSED("log =\n", "line 1: log has no value");
	REFUSED("peer = nowhere\n", "line 1: peer: \"nowhere\" is not");
	REFUSED("peer = a:70000\n", "line 1: peer: \"a:70000\" is not");
	REFUSED("advertise = a:0\n", "line 1: advertise: \"a:0\" is not");
	REFUSED("listen = 8481\n", "line 1: listen: \"8481\" is not");
	REFUSED("attachments-quota = viel\n",
		"line 1: attachments-quota: \"viel\" is no size");
	REFUSED("attachments-eager = 1X\n", "is no size like 500k");
	REFUSED("attachments-eager = 1kk\n", "is no size");
	REFUSED("attachments-quota = -1\n", "is no size");
	REFUSED("log = in\0fo\n", "line 1: a zero byte");
}

/* inih would cut it and go on with the rest as if it were a line. */
TEST(an_over_long_line_is_refused_wherever_its_end_falls)
{
	char text[700];

	for (size_t len = 199; len < 420; len += 11) {
		memset(text, 'x', sizeof(text));
		memcpy(text, "log = info\n# ", 13);
		text[11 + len] = '\n';
		refused_with(text, 12 + len, "line 2: it is longer than 198");
		memcpy(text + 11, "state = /", 9);
		refused_with(text, 11 + len, "line 2: it is longer than 198");
	}
}

TEST(a_line_of_the_full_length_is_read)
{
	char text[300];

	memset(text, 'x', sizeof(text));
	memcpy(text, "# ", 2);
	memcpy(text + 198, "\nlog = loud", 11);
	refused_with(text, 209, "line 2: log: \"loud\"");
}

TEST(a_wrong_command_line_is_refused)
{
	CHECK(RUN_WICID("--frobnicate") == 78);
	CHECK(strstr(said, "--frobnicate: no such option"));
	CHECK(RUN_WICID("--state") == 78);
	CHECK(RUN_WICID("extra") == 78);
	CHECK(RUN_WICID("--config", in_dir("missing.conf")) == 78);
	CHECK(strstr(said, "missing.conf: No such file"));
	CHECK(RUN_WICID("--peer", "a:1", "--log", "x") == 78);
}

TEST(a_socket_path_that_does_not_fit_is_refused_not_cut)
{
	char path[200];

	memset(path, 'p', sizeof(path));
	memcpy(path, "/tmp/", 5);
	path[sizeof(path) - 1] = '\0';
	CHECK(RUN_WICID("--state", in_dir("state-a"), "--socket", path,
			"--listen", "127.0.0.1:0") == 78);
	CHECK(strstr(said, "is longer than 107 characters"));
}

TEST(a_file_in_the_sockets_place_is_left_alone)
{
	const char *path = in_dir("precious");

	write_file(path, "x", 1);
	CHECK(RUN_WICID("--state", in_dir("state-b"), "--socket", path,
			"--listen", "127.0.0.1:0") == 78);
	CHECK(strstr(said, "is not a socket"));
	CHECK(access(path, F_OK) == 0);
}

/* systemd does not start it again and again for nothing. */
TEST(a_state_folder_that_cannot_be_is_refused_by_its_name)
{
	const char *path = in_dir("not-a-folder");

	write_file(path, "x", 1);
	CHECK(RUN_WICID("--state", path, "--socket", in_dir("h.sock")) == 78);
	CHECK(strstr(said, path) && strstr(said, "Not a directory"));
	CHECK(RUN_WICID("--state", in_dir("none/state"), "--socket",
			in_dir("h.sock")) == 78);
	CHECK(strstr(said, "none/state: No such file or directory"));
}

TEST(a_second_daemon_on_one_folder_is_refused_with_a_sentence)
{
	const char *state = in_dir("state-c");
	const char *socket_path = in_dir("c.sock");
	const char *const args[] = {
		"--state",  "" /* state */, "--socket", "" /* socket */,
		"--listen", "127.0.0.1:0",  NULL};
	const char *mine[7];
	struct process p;
	struct stat st;

	memcpy(mine, args, sizeof(args));
	mine[1] = state;
	mine[3] = socket_path;
	p = start(mine);
	close(wait_for(socket_path));
	CHECK(stat(socket_path, &st) == 0 && (st.st_mode & 0777) == 0660);
	CHECK(stat(state, &st) == 0 && (st.st_mode & 0777) == 0700);
	/* The same folder; then the same socket. */
	CHECK(RUN_WICID("--state", state, "--socket", in_dir("d.sock"),
			"--listen", "127.0.0.1:0") == 78);
	CHECK(strlen(said) > 20);
	CHECK(RUN_WICID("--state", in_dir("state-d"), "--socket", socket_path,
			"--listen", "127.0.0.1:0") == 78);
	CHECK(strstr(said, "another program answers"));
	kill(p.pid, SIGTERM);
	CHECK(finish(p) == 0);
	CHECK(access(socket_path, F_OK) != 0);
}

TEST(after_kill_9_it_starts_again_over_the_stale_socket)
{
	const char *state = in_dir("state-e");
	const char *socket_path = in_dir("e.sock");
	const char *const args[] = {"--state",   state,      "--socket",
				    socket_path, "--listen", "127.0.0.1:0",
				    NULL};
	struct process p = start(args);
	int status;

	close(wait_for(socket_path));
	kill(p.pid, SIGKILL);
	CHECK(waitpid(p.pid, &status, 0) == p.pid);
	close(p.err);
	CHECK(access(socket_path, F_OK) == 0);
	p = start(args);
	close(wait_for(socket_path));
	kill(p.pid, SIGINT);
	CHECK(finish(p) == 0);
}

/* [1, 5, nil, …]: the reply to a call, from what the daemon wrote. */
static void answers(int fd)
{
	static const char call[] = "\x94\x00\x05\xaastatus.get\x80";
	char reply[4096];

	CHECK(write(fd, call, sizeof(call) - 1) == sizeof(call) - 1);
	CHECK(read(fd, reply, sizeof(reply)) > 4);
	CHECK(memcmp(reply, "\x94\x01\x05\xc0", 4) == 0);
}

/* What nobody else's client may be harmed by. */
TEST(garbage_and_those_who_do_not_read_harm_nobody_else)
{
	const char *socket_path = in_dir("f.sock");
	const char *const args[] = {
		"--state",  in_dir("state-f"), "--socket", socket_path,
		"--listen", "127.0.0.1:0",     NULL};
	struct process p = start(args);
	int good = wait_for(socket_path);
	int bad = wait_for(socket_path);
	int deaf = wait_for(socket_path);
	char flood[15 * 1000];
	char reply[300];

	CHECK(write(bad, "\xc1GET / HTTP/1.1", 15) == 15);
	CHECK(read(bad, reply, sizeof(reply)) > 4);
	CHECK(memcmp(reply, "\x94\x01\x00\x82", 4) == 0);
	CHECK(read(bad, reply, sizeof(reply)) == 0);
	answers(good);
	/* Calls without end, and no reply is ever taken. */
	for (size_t i = 0; i < sizeof(flood); i += 15)
		memcpy(flood + i, "\x94\x00\x05\xaastatus.get\x80", 15);
	fcntl(deaf, F_SETFL, O_NONBLOCK);
	for (int i = 0; i < 3000; i++) {
		struct pollfd pfd = {deaf, POLLOUT, 0};

		if (write(deaf, flood, sizeof(flood)) < 0 &&
		    poll(&pfd, 1, 300) == 0)
			break; /* It is not read from any more. */
		CHECK(i < 2999);
	}
	answers(good);
	close(deaf);
	answers(good);
	kill(p.pid, SIGTERM);
	CHECK(finish(p) == 0);
	close(good);
	close(bad);
}

TEST(the_sixty_fifth_client_is_told_that_it_is_one_too_many)
{
	const char *socket_path = in_dir("g.sock");
	const char *const args[] = {
		"--state",  in_dir("state-g"), "--socket", socket_path,
		"--listen", "127.0.0.1:0",     NULL};
	struct process p = start(args);
	int fds[64];
	char reply[300] = "";
	int more;

	for (int i = 0; i < 64; i++)
		fds[i] = wait_for(socket_path);
	answers(fds[63]);
	more = connect_to(socket_path);
	CHECK(more >= 0);
	CHECK(read(more, reply, sizeof(reply) - 1) > 10);
	CHECK(memmem(reply, sizeof(reply), "busy", 4));
	CHECK(read(more, reply, sizeof(reply)) == 0);
	close(more);
	close(fds[0]);
	usleep(50000);
	more = wait_for(socket_path);
	answers(more);
	kill(p.pid, SIGTERM);
	CHECK(finish(p) == 0);
	for (int i = 1; i < 64; i++)
		close(fds[i]);
	close(more);
}

static int find_wicid(void **state)
{
	char self[500];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	(void)state;
	if (len <= 0)
		return -1;
	self[len] = '\0';
	slash = strrchr(self, '/');
	*slash = '\0';
	snprintf(wicid, sizeof(wicid), "%s/../bin/wicid", self);
	snprintf(dir, sizeof(dir), "/tmp/wici-test-config-XXXXXX");
	signal(SIGPIPE, SIG_IGN);
	return access(wicid, X_OK) == 0 && mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	char command[160];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command) == 0 ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(what_the_file_may_not_say_is_refused_with_its_line),
		RUN(an_over_long_line_is_refused_wherever_its_end_falls),
		RUN(a_line_of_the_full_length_is_read),
		RUN(a_wrong_command_line_is_refused),
		RUN(a_socket_path_that_does_not_fit_is_refused_not_cut),
		RUN(a_file_in_the_sockets_place_is_left_alone),
		RUN(a_state_folder_that_cannot_be_is_refused_by_its_name),
		RUN(a_second_daemon_on_one_folder_is_refused_with_a_sentence),
		RUN(after_kill_9_it_starts_again_over_the_stale_socket),
		RUN(garbage_and_those_who_do_not_read_harm_nobody_else),
		RUN(the_sixty_fifth_client_is_told_that_it_is_one_too_many),
	};

	return cmocka_run_group_tests_name(__FILE__, tests, find_wicid,
					   remove_dir);
}
