/* proto/attachment.c — What names a file, and what proves a chunk of it. */
#include "proto/attachment.h"

#include "proto/merkle.h"
#include "proto/mp_read.h"
#include "proto/require.h"
#include "proto/text.h"

static struct wici_mp value_of(struct wici_bytes map, const char *key)
{
	struct wici_mp v = {.type = WICI_MP_NIL};
	struct wici_mp_reader r;
	struct wici_bytes raw;

	if (wici_mp_find(WICI_MP_CANONICAL, map, key, &raw) != WICI_OK)
		return v;
	wici_mp_reader_init(&r, WICI_MP_CANONICAL, raw);
	WICI_REQUIRE(wici_mp_next(&r, &v) == WICI_OK);
	return v;
}

void wici_file_read(struct wici_bytes raw, struct wici_file *file)
{
	*file = (struct wici_file){
		.name = value_of(raw, "name").bytes,
		.root = wici_id_of(value_of(raw, "root").bytes),
		.size = value_of(raw, "size").u,
		.type = value_of(raw, "type").bytes,
	};
}

bool wici_file_name_is_plain(struct wici_bytes name)
{
	if (name.len == 0 || name.len > WICI_FILE_NAME_LEN_MAX ||
	    wici_bytes_is(name, ".") || wici_bytes_is(name, ".."))
		return false;
	return !memchr(name.p, '/', name.len) &&
	       !memchr(name.p, '\\', name.len) && wici_text_is_line(name);
}

/* RFC 6838, §4.2: restricted-name. */
static bool is_restricted(uint8_t c, bool is_first)
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9'))
		return true;
	return !is_first && c != '\0' && strchr("!#$&-^_.+", c);
}

bool wici_media_type_is_plain(struct wici_bytes type)
{
	size_t slashes = 0;
	bool is_first = true;

	if (type.len > WICI_MEDIA_TYPE_LEN_MAX)
		return false;
	for (size_t i = 0; i < type.len; i++) {
		bool is_slash = type.p[i] == '/' && !is_first;

		if (!is_slash && !is_restricted(type.p[i], is_first))
			return false;
		slashes += is_slash;
		is_first = is_slash;
	}
	return slashes == 1 && !is_first;
}

uint32_t wici_chunks_count(uint64_t size)
{
	if (size > WICI_ATTACHMENT_SIZE_MAX)
		return 0;
	return (uint32_t)((size + WICI_CHUNK_LEN_MAX - 1) / WICI_CHUNK_LEN_MAX);
}

size_t wici_chunk_len(uint64_t size, uint32_t i)
{
	uint64_t from = (uint64_t)i * WICI_CHUNK_LEN_MAX;

	WICI_REQUIRE(i < wici_chunks_count(size));
	return size - from < WICI_CHUNK_LEN_MAX ? (size_t)(size - from)
						: WICI_CHUNK_LEN_MAX;
}

/* PROTOCOL §4.6: "The address of a file is the hash of its size and that root
 * under `wici/file/1`." */
struct wici_id wici_attachment_address(uint64_t size,
				       const struct wici_id *root)
{
	struct wici_hash h;
	uint8_t b[8];

	wici_hash_init(&h, WICI_DOMAIN_FILE);
	wici_put_u64(b, size);
	wici_hash_update(&h, b, sizeof(b));
	wici_hash_update(&h, root->b, sizeof(root->b));
	return wici_hash_final(&h);
}

bool wici_chunk_is_of(const struct wici_id *address, uint64_t size, uint32_t i,
		      struct wici_bytes chunk, const struct wici_id *path,
		      size_t path_count, struct wici_id *leaf)
{
	uint32_t count = wici_chunks_count(size);
	struct wici_id root;

	if (i >= count || chunk.len != wici_chunk_len(size, i))
		return false;
	*leaf = wici_merkle_leaf(chunk);
	if (!wici_merkle_climb(leaf, i, count, path, path_count, &root))
		return false;
	root = wici_attachment_address(size, &root);
	return wici_id_equal(&root, address);
}
