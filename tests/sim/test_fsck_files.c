/* tests/sim/test_fsck_files.c — Attachments that a disk spoils, and fsck among
 * peers: who holds one brings it back, and a fetch under way is not disturbed. */
#include <fcntl.h>
#include <unistd.h>

#include "tests/sim/files.h"
#include "tests/sim/scene.h"
#include "tests/test.h"

#define KIB ((uint64_t)1024)
#define MIB (KIB * KIB)

static const char *path_of(const struct world_node *n, const struct attached *a,
			   const char *suffix)
{
	static char path[400];

	(void)snprintf(path, sizeof(path), "%s/attachments/%s%s", n->dir,
		       a->hex, suffix);
	return path;
}

static void spoil(const char *path, off_t at)
{
	int fd = open(path, O_RDWR);
	uint8_t byte = 0;

	CHECK(fd >= 0 && pread(fd, &byte, 1, at) == 1);
	byte ^= 4;
	CHECK(pwrite(fd, &byte, 1, at) == 1);
	(void)close(fd);
}

static void fsck(struct scene *s, struct world_node *n)
{
	static const struct world_param none[] = {{NULL, NULL, false}};

	CHECK(!world_call(s->w, n, "fsck.run", none).has_error);
}

/* The author's own, and somebody else's; while it runs, and while it is down. */
TEST(peers_bring_back_what_the_disk_spoilt_of_a_file)
{
	for (uint64_t seed = 1; seed <= 8; seed++) {
		struct world_node *n;
		struct attached a;
		struct scene s;

		scene_begin(&s, seed);
		n = seed % 2 ? s.cal : s.mlawa;
		attached_make(&a, 700 * KIB + 1, (unsigned)seed);
		files_publish(s.w, s.cal, &a);
		CHECK(files_wait(s.w, s.mlawa, &a, 5));
		CHECK(files_wait(s.w, s.kielce, &a, 5));
		if (seed > 4)
			world_kill(s.w, n);
		if (seed & 2)
			spoil(path_of(n, &a, ""), 300000);
		else
			CHECK(truncate(path_of(n, &a, ""), 100000) == 0);
		if (seed > 4)
			world_start(s.w, n);
		fsck(&s, n);
		world_run(s.w, 5000);
		CHECK(files_view(n, &a).is_whole);
		CHECK(files_has(s.w, n, &a));
		CHECK(world_blames(s.w) == 0);
		scene_end(&s);
		attached_clear(&a);
	}
}

/* It is looked at while it comes, and comes as it would have. */
TEST(a_fetch_under_way_goes_on_beside_it)
{
	struct attached a;
	struct scene s;

	scene_begin(&s, 9);
	attached_make(&a, 12 * MIB + 3, 9);
	files_publish(s.w, s.cal, &a);
	world_run(s.w, 1000);
	files_ask(s.w, s.mlawa, &a);
	for (unsigned i = 0; i < 20; i++) {
		world_run(s.w, 20);
		if (!s.mlawa->node->fsck)
			fsck(&s, s.mlawa);
	}
	CHECK(files_wait(s.w, s.mlawa, &a, 10));
	CHECK(world_blames(s.w) == 0);
	scene_end(&s);
	attached_clear(&a);
}

TEST_MAIN(RUN(peers_bring_back_what_the_disk_spoilt_of_a_file),
	  RUN(a_fetch_under_way_goes_on_beside_it))
