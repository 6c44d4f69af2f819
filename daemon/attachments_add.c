/* daemon/attachments_add.c — What a client adds, in pieces; and what it
 * reads. */
#include "daemon/attachments_private.h"

#include "daemon/growing.h"

#include <stdlib.h>
#include <utlist.h>

static struct attachments_adding *adding_of(const struct node *n,
					    uint64_t client)
{
	struct attachments_adding *of = n->attachments->adding;

	while (of && of->client != client)
		of = of->next;
	return of;
}

void attachments_forget(struct node *n, uint64_t client)
{
	struct attachments_adding *of = adding_of(n, client);

	if (!of)
		return;
	LL_DELETE(n->attachments->adding, of);
	attachment_give_room(n, of->chunks->size);
	(void)attachment_err(n, chunks_close(of->chunks));
	sodium_memzero(of, sizeof(*of));
	free(of);
}

enum wici_err attachments_add(struct node *n, uint64_t client, uint64_t size)
{
	struct attachments *s = n->attachments;
	struct attachments_adding *of;
	struct chunks *c;
	enum wici_err err;

	attachments_forget(n, client);
	if (!wici_chunks_count(size))
		return WICI_BAD_FIELD;
	if (n->is_read_only)
		return WICI_FULL;
	if (!attachment_has_room(n, size, attachments_quota(n)))
		return WICI_TOO_LARGE;
	err = attachments_make_dir(n);
	if (!err)
		err = chunks_new(&c, s->dir_fd, ++s->added, size);
	if (err)
		return attachment_err(n, err);
	of = growing_alloc(sizeof(*of));
	*of = (struct attachments_adding){
		.client = client, .left = size, .chunks = c};
	LL_PREPEND(s->adding, of);
	attachment_take_room(n, size);
	return WICI_OK;
}

enum wici_err attachments_append(struct node *n, uint64_t client,
				 struct wici_bytes b)
{
	struct attachments_adding *of = adding_of(n, client);
	enum wici_err err = WICI_OK;

	if (!of || b.len > of->left)
		return WICI_USAGE;
	while (!err && b.len > 0) {
		size_t len = sizeof(of->buf) - of->len;

		if (len > b.len)
			len = b.len;
		memcpy(of->buf + of->len, b.p, len);
		of->len += len;
		of->left -= len;
		b.p += len;
		b.len -= len;
		if (of->len < sizeof(of->buf) && of->left > 0)
			continue;
		err = chunks_append(of->chunks,
				    (struct wici_bytes){of->buf, of->len});
		of->len = 0;
	}
	if (err)
		attachments_forget(n, client);
	return attachment_err(n, err);
}

/* Its bytes have their name now. */
static void keep(struct node *n, const struct wici_id *root, uint64_t size,
		 int64_t added_ms)
{
	struct attachment *a = attachment_put(n, root, size);

	a->has_part = a->is_spoilt = false;
	a->added_ms = added_ms;
	attachment_set_whole(n, a, true);
	attachment_set_why(n, a, ATTACHMENT_UNWANTED);
}

enum wici_err attachments_finish(struct node *n, uint64_t client,
				 struct wici_id *root, uint64_t *size)
{
	struct attachments_adding *of = adding_of(n, client);
	struct attachment_naming by;
	struct chunks *c = of ? of->chunks : NULL;
	struct attachment *a;
	int64_t added_ms = n->now.wall_ms;
	enum wici_err err;

	if (!of || of->left > 0)
		return WICI_USAGE;
	*size = c->size;
	*root = chunks_address(c);
	if (attachments_naming(n, root, *size, &by) == WICI_OK)
		added_ms = 0;
	/* What was held of it in part becomes one with this. */
	a = attachment_find(n, root, *size);
	if (a)
		attachment_close(n, a);
	err = chunks_finish(c, added_ms);
	if (!err)
		keep(n, root, *size, added_ms);
	attachments_forget(n, client);
	return attachment_err(n, err);
}

enum wici_err attachments_read(struct node *n, const struct wici_id *root,
			       uint64_t size, uint64_t from, uint8_t *buf,
			       size_t *len)
{
	struct wici_message m;
	uint64_t i = from / WICI_CHUNK_LEN_MAX;
	uint32_t count = wici_chunks_count(size);
	size_t skip = from % WICI_CHUNK_LEN_MAX;
	enum wici_err err = WICI_OK;

	*len = 0;
	for (; !err && i < count; i++, skip = 0) {
		err = attachments_give(n, root, size, (uint32_t)i, (uint32_t)i,
				       &m);
		if (err)
			break;
		if (m.chunk.bytes.len - skip > ATTACHMENTS_PIECE - *len)
			break;
		memcpy(buf + *len, m.chunk.bytes.p + skip,
		       m.chunk.bytes.len - skip);
		*len += m.chunk.bytes.len - skip;
	}
	return err;
}
