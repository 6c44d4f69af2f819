/* tests/proto/test_attachment.c — Every chunk of every small file is found
 * under its address, at its place and size, and nothing else is. What names a
 * file is a word and never a path. */
#include "proto/attachment.h"

#include "proto/chunk_tree.h"
#include "proto/kinds.h"
#include "proto/merkle.h"
#include "proto/mp_write.h"
#include "tests/test.h"

#define CHUNKS_MAX 130u

/* A file of `count` chunks, each unlike the others, the last of `last`
 * bytes. */
struct file {
	uint64_t size;
	uint32_t count;
	struct wici_id nodes[WICI_TREE_NODES_MAX];
	struct wici_id address;
};

static struct wici_bytes chunk(const struct file *f, uint32_t i)
{
	static uint8_t b[WICI_CHUNK_LEN_MAX];

	wici_put_u32(b, i);
	return (struct wici_bytes){b, wici_chunk_len(f->size, i)};
}

static void make(struct file *f, uint32_t count, size_t last)
{
	struct wici_id root;

	memset(f, 0, sizeof(*f));
	f->count = count;
	f->size = (uint64_t)(count - 1) * WICI_CHUNK_LEN_MAX + last;
	CHECK(wici_chunks_count(f->size) == count);
	for (uint32_t i = 0; i < count; i++)
		f->nodes[i] = wici_merkle_leaf(chunk(f, i));
	root = wici_tree_fill(f->nodes, count);
	f->address = wici_attachment_address(f->size, &root);
}

static bool is_of(const struct file *f, uint64_t size, uint32_t i,
		  struct wici_bytes b, const struct wici_id *path, uint32_t len)
{
	struct wici_id leaf;

	return wici_chunk_is_of(&f->address, size, i, b, path, len, &leaf);
}

TEST(a_file_has_as_many_chunks_as_its_size_says)
{
	CHECK(wici_chunks_count(0) == 0);
	CHECK(wici_chunks_count(1) == 1 && wici_chunk_len(1, 0) == 1);
	CHECK(wici_chunks_count(32768) == 1);
	CHECK(wici_chunk_len(32768, 0) == 32768);
	CHECK(wici_chunks_count(32769) == 2);
	CHECK(wici_chunk_len(32769, 0) == 32768);
	CHECK(wici_chunk_len(32769, 1) == 1);
	CHECK(wici_chunks_count(WICI_ATTACHMENT_SIZE_MAX) == 2048);
	CHECK(wici_chunk_len(WICI_ATTACHMENT_SIZE_MAX, 2047) == 32768);
	CHECK(wici_chunks_count(WICI_ATTACHMENT_SIZE_MAX + 1) == 0);
	CHECK(wici_chunks_count(UINT64_MAX) == 0);
	for (uint32_t n = 1; n <= WICI_CHUNKS_MAX; n++)
		CHECK(wici_tree_nodes(n) <= WICI_TREE_NODES_MAX);
	CHECK(wici_tree_nodes(2048) == 4095);
}

/* The tree is that of §2.7, whichever way it is built. */
TEST(the_address_is_the_hash_of_the_size_and_the_root)
{
	static struct file f;
	static struct wici_id hashes[CHUNKS_MAX];

	for (uint32_t n = 1; n <= CHUNKS_MAX; n++) {
		struct wici_id root;
		struct wici_hash h;
		uint8_t size[8];

		make(&f, n, 1 + n * 7);
		memcpy(hashes, f.nodes, n * sizeof(*hashes));
		root = wici_merkle_root(hashes, n);
		wici_hash_init(&h, WICI_DOMAIN_FILE);
		wici_put_u64(size, f.size);
		wici_hash_update(&h, size, sizeof(size));
		wici_hash_update(&h, root.b, sizeof(root.b));
		root = wici_hash_final(&h);
		CHECK(wici_id_equal(&root, &f.address));
	}
}

/* By another implementation of BLAKE2b, from PROTOCOL alone. */
TEST(a_file_of_three_bytes_has_this_address)
{
	struct wici_id leaf = wici_merkle_leaf(WICI_BYTES("abc"));
	struct wici_id address = wici_attachment_address(3, &leaf);
	char hex[65];

	wici_hex(hex, address.b, sizeof(address.b));
	CHECK(strcmp(hex, "f56267ce654105406851b1ac58d3de1d44f34591095bc3e8b33c"
			  "ba112e80990e") == 0);
}

TEST(every_chunk_of_every_tree_has_its_path_and_no_other_place_takes_it)
{
	static struct file f;

	for (uint32_t n = 1; n <= CHUNKS_MAX; n++) {
		make(&f, n, 5);
		for (uint32_t i = 0; i < n; i++) {
			struct wici_id path[WICI_CHUNK_PATH_MAX];
			struct wici_id root;
			uint32_t len;

			if (n > 40 && i % 16 && i + 1 < n)
				continue; /* They take their time. */
			CHECK(wici_tree_path(f.nodes, n, i, path, &len));
			CHECK(is_of(&f, f.size, i, chunk(&f, i), path, len));
			CHECK(!is_of(&f, f.size + 1, i, chunk(&f, i), path,
				     len));
			CHECK(!is_of(&f, f.size, i, chunk(&f, i), path,
				     len + 1));
			CHECK(!len || !is_of(&f, f.size, i, chunk(&f, i), path,
					     len - 1));
			for (uint32_t k = 0; n <= 40 && k < n; k++) {
				if (k == i ||
				    !wici_merkle_climb(&f.nodes[i], k, n, path,
						       len, &root))
					continue;
				root = wici_attachment_address(f.size, &root);
				CHECK(!wici_id_equal(&root, &f.address));
			}
		}
	}
}

static bool climbs(const struct file *f, uint32_t i, const struct wici_id *leaf,
		   const struct wici_id *path, uint32_t len)
{
	struct wici_id root;

	CHECK(wici_merkle_climb(leaf, i, f->count, path, len, &root));
	root = wici_attachment_address(f->size, &root);
	return wici_id_equal(&root, &f->address);
}

TEST(no_flipped_bit_of_a_leaf_or_path_passes)
{
	static const uint32_t counts[] = {1, 2, 3, 5, 8, 64, 65, CHUNKS_MAX};
	static struct file f;

	for (size_t c = 0; c < sizeof(counts) / sizeof(*counts); c++) {
		make(&f, counts[c], 32768);
		for (uint32_t i = 0; i < f.count; i++) {
			struct wici_id all[1 + WICI_CHUNK_PATH_MAX];
			uint32_t len;

			all[0] = f.nodes[i];
			CHECK(wici_tree_path(f.nodes, f.count, i, all + 1,
					     &len));
			CHECK(climbs(&f, i, &all[0], all + 1, len));
			for (size_t bit = 0; bit < 256 * (1 + (size_t)len);
			     bit++) {
				uint8_t *b = &all[bit / 256].b[bit % 256 / 8];

				*b ^= (uint8_t)(1 << bit % 8);
				CHECK(!climbs(&f, i, &all[0], all + 1, len));
				*b ^= (uint8_t)(1 << bit % 8);
			}
		}
	}
}

/* All bits of a short chunk; of a whole one a bit of every 50th byte. */
TEST(no_flipped_bit_of_a_chunk_passes)
{
	static uint8_t b[WICI_CHUNK_LEN_MAX];
	static struct file f;
	struct wici_id path[WICI_CHUNK_PATH_MAX];
	uint32_t len;

	make(&f, 3, 40);
	for (uint32_t i = 0; i < 3; i += 2) {
		struct wici_bytes whole = chunk(&f, i);
		size_t step = i ? 1 : 401;

		memcpy(b, whole.p, whole.len);
		CHECK(wici_tree_path(f.nodes, 3, i, path, &len));
		for (size_t bit = 0; bit < whole.len * 8; bit += step) {
			b[bit / 8] ^= (uint8_t)(1 << bit % 8);
			CHECK(!is_of(&f, f.size, i,
				     (struct wici_bytes){b, whole.len}, path,
				     len));
			b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		CHECK(is_of(&f, f.size, i, (struct wici_bytes){b, whole.len},
			    path, len));
		CHECK(!is_of(&f, f.size, i,
			     (struct wici_bytes){b, whole.len - 1}, path, len));
	}
}

/* A record that lies about the size names a file of which nobody, honest or
 * not, can show a single chunk. */
TEST(another_size_of_as_many_chunks_is_another_file)
{
	static struct file f;
	struct wici_id path[WICI_CHUNK_PATH_MAX];
	uint32_t len;

	make(&f, 2, 100);
	CHECK(wici_tree_path(f.nodes, 2, 0, path, &len));
	for (size_t last = 1; last <= WICI_CHUNK_LEN_MAX; last++)
		if (last % 997 == 100 || last == 99 || last == 101)
			CHECK(is_of(&f, WICI_CHUNK_LEN_MAX + last, 0,
				    chunk(&f, 0), path, len) == (last == 100));
}

/* A branch cannot be passed off as a chunk, nor a file as a longer one. */
TEST(a_branch_is_no_chunk)
{
	static struct file f;
	uint8_t b[64];

	make(&f, 2, 32768);
	memcpy(b, f.nodes[0].b, 32);
	memcpy(b + 32, f.nodes[1].b, 32);
	CHECK(!is_of(&f, 64, 0, (struct wici_bytes){b, 64}, NULL, 0));
	CHECK(!is_of(&f, f.size, 0, (struct wici_bytes){b, 64}, &f.nodes[1],
		     1));
}

/* Chunks may come in any order; what has come can be passed on at once. */
TEST(a_tree_grows_by_paths_in_any_order)
{
	static struct file f;
	static struct wici_id grown[WICI_TREE_NODES_MAX];

	for (uint32_t n = 1; n <= CHUNKS_MAX; n += 3) {
		make(&f, n, 9);
		memset(grown, 0, sizeof(grown));
		for (uint32_t k = 0; k < n; k++) {
			uint32_t i = (uint32_t)((k * UINT64_C(7919)) % n);
			struct wici_id path[WICI_CHUNK_PATH_MAX];
			uint32_t len;

			if (n % 7919 == 0)
				i = k;
			CHECK(wici_tree_path(f.nodes, n, i, path, &len));
			wici_tree_put(grown, n, i, &f.nodes[i], path);
			CHECK(wici_tree_path(grown, n, i, path, &len));
			CHECK(climbs(&f, i, &grown[i], path, len));
		}
		CHECK(memcmp(grown, f.nodes,
			     wici_tree_nodes(n) * sizeof(*grown)) == 0);
	}
}

/* The disk spoils any node: what is left is true, and nothing else is lost. */
TEST(what_a_disk_has_spoilt_is_forgotten_and_nothing_more_is_believed)
{
	static struct file f;
	static struct wici_id nodes[WICI_TREE_NODES_MAX];

	for (uint32_t n = 1; n <= 21; n++) {
		make(&f, n, 3);
		CHECK(wici_tree_sift(f.nodes, f.size, &f.address) == n);
		for (uint32_t at = 0; at < wici_tree_nodes(n); at++) {
			uint32_t left;

			memcpy(nodes, f.nodes, sizeof(nodes));
			nodes[at].b[at % 32] ^= 1;
			left = wici_tree_sift(nodes, f.size, &f.address);
			CHECK(left <= n);
			for (uint32_t i = 0; i < n; i++)
				CHECK(wici_is_zero(&nodes[i], 32) ||
				      wici_id_equal(&nodes[i], &f.nodes[i]));
		}
		CHECK(wici_tree_sift(f.nodes, f.size + 1, &f.address) == 0);
	}
}

static bool is_name(const char *name)
{
	return wici_file_name_is_plain(wici_bytes_str(name));
}

TEST(a_file_is_called_by_a_word_and_no_path)
{
	char name[202];

	CHECK(is_name("regulamin.pdf") && is_name("Zażółć gęślą.odt"));
	CHECK(is_name(".profile") && is_name("..a") && is_name("..."));
	CHECK(!is_name("") && !is_name(".") && !is_name(".."));
	CHECK(!is_name("a/b") && !is_name("/") && !is_name("a\\b"));
	CHECK(!is_name("a\nb") && !is_name("a\x7f") && !is_name("\xff"));
	CHECK(!is_name("a\xe2\x80\xae"
		       "fdp.exe"));
	memset(name, 'a', sizeof(name));
	name[200] = '\0';
	CHECK(is_name(name));
	name[200] = 'a';
	name[201] = '\0';
	CHECK(!is_name(name));
	CHECK(!wici_file_name_is_plain(WICI_BYTES("a\0b")));
}

static bool is_type(const char *type)
{
	return wici_media_type_is_plain(wici_bytes_str(type));
}

TEST(a_media_type_is_two_names)
{
	CHECK(is_type("application/pdf") && is_type("a/b"));
	CHECK(is_type("application/vnd.oasis.opendocument.text"));
	CHECK(is_type("image/svg+xml"));
	CHECK(!is_type("") && !is_type("/") && !is_type("a/") &&
	      !is_type("/b"));
	CHECK(!is_type("a/b/c") && !is_type("a//b") && !is_type("pdf"));
	CHECK(!is_type("text/plain; charset=utf-8") && !is_type("a /b"));
	CHECK(!is_type("a/+b") && !is_type("a/\xc4\x85"));
	CHECK(!wici_media_type_is_plain(WICI_BYTES("a/b\0")));
}

/* clang-format off */
#define MP(lit) {(const uint8_t *)(lit), sizeof(lit) - 1}
#define NAME "\xa4" "name\xa5" "a.pdf"
#define ROOT "\xa4" "root\xc4\x20" "0123456789abcdef0123456789abcdef"
#define SIZE "\xa4" "size"

static const struct {
	struct wici_bytes value;
	const char *field; /* NULL: it fits. */
	const char *expected;
} cases[] = {
	{MP("\x83" NAME ROOT SIZE "\x01"), NULL, NULL},
	{MP("\x83" NAME ROOT SIZE "\xce\x04\0\0\0"), NULL, NULL},
	{MP("\x83" NAME ROOT SIZE "\xce\x04\0\0\x01"), "size", "file_size"},
	{MP("\x83" NAME ROOT SIZE "\0"), "size", "file_size"},
	{MP("\x83" NAME ROOT SIZE "\xc3"), "size", "uint"},
	{MP("\x83\xa4" "name\xa2" ".." ROOT SIZE "\x01"), "name", "file_name"},
	{MP("\x83\xa4" "name\xa3" "a/b" ROOT SIZE "\x01"), "name", "file_name"},
	{MP("\x83\xa4" "name\xa3" "a\nb" ROOT SIZE "\x01"), "name", "line"},
	{MP("\x84" NAME ROOT SIZE "\x01\xa4" "type\xa3" "a/b"), NULL, NULL},
	{MP("\x84" NAME ROOT SIZE "\x01\xa4" "type\xa3" "abc"),
	 "type", "media_type"},
	{MP("\x84" NAME ROOT SIZE "\x01\xa1" "z\x01"), NULL, NULL},
	{MP("\x82" NAME ROOT), "size", "required"},
	{MP("\x83" NAME "\xa4" "root\xc4\x01" "0" SIZE "\x01"),
	 "root", "bytes"},
	{MP("\x80"), "name", "required"},
	{MP("\xa3" "abc"), "file", "file"},
};
/* clang-format on */

TEST(a_record_names_a_file_by_word_address_and_size)
{
	static const struct wici_field field = {.name = "file",
						.type = WICI_TYPE_FILE};
	struct wici_problem p;
	struct wici_file file;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		enum wici_err err =
			wici_field_check(&field, cases[i].value, &p);

		CHECK(err == (cases[i].expected ? WICI_BAD_FIELD : WICI_OK));
		if (!err)
			continue;
		CHECK(strcmp(p.field, cases[i].field) == 0);
		CHECK(strcmp(p.expected, cases[i].expected) == 0);
	}
	wici_file_read(cases[8].value, &file);
	CHECK(wici_bytes_is(file.name, "a.pdf") && file.size == 1);
	CHECK(file.root.b[0] == '0' && wici_bytes_is(file.type, "a/b"));
	wici_file_read(cases[0].value, &file);
	CHECK(!file.type.p);
}

/* Who names an attachment is looked for among a record's own fields. */
TEST(no_kind_names_a_file_inside_a_map)
{
	size_t count = 0;

	for (size_t k = 0; wici_kinds[k]; k++) {
		for (const struct wici_field *f = wici_kinds[k]->fields;
		     f->name; f++) {
			count += f->type == WICI_TYPE_FILE;
			for (const struct wici_field *sub = f->sub;
			     sub && sub->name; sub++)
				CHECK(sub->type != WICI_TYPE_FILE);
		}
	}
	CHECK(count >= 2);
}

TEST_MAIN(
	RUN(a_file_has_as_many_chunks_as_its_size_says),
	RUN(the_address_is_the_hash_of_the_size_and_the_root),
	RUN(a_file_of_three_bytes_has_this_address),
	RUN(every_chunk_of_every_tree_has_its_path_and_no_other_place_takes_it),
	RUN(no_flipped_bit_of_a_leaf_or_path_passes),
	RUN(no_flipped_bit_of_a_chunk_passes),
	RUN(another_size_of_as_many_chunks_is_another_file),
	RUN(a_branch_is_no_chunk), RUN(a_tree_grows_by_paths_in_any_order),
	RUN(what_a_disk_has_spoilt_is_forgotten_and_nothing_more_is_believed),
	RUN(a_file_is_called_by_a_word_and_no_path),
	RUN(a_media_type_is_two_names),
	RUN(a_record_names_a_file_by_word_address_and_size),
	RUN(no_kind_names_a_file_inside_a_map))
