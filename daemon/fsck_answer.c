/* daemon/fsck_answer.c — What a run has found, and how far it is. */
#include "daemon/fsck.h"

#include "daemon/damage.h"
#include "daemon/fsck_private.h"
#include "daemon/method_private.h"
#include "daemon/project.h"

#define HEAL_MS       10000u /* So long peers are waited for. */
#define HEAL_ALONE_MS 3000u  /* When nobody is connected. */

static bool is_whole(const struct node *n)
{
	for (size_t i = 0; i < n->damages_count; i++)
		if (!n->damages[i].is_healed)
			return false;
	return !n->has_suspects && !n->has_aside;
}

static bool has_links(const struct node *n)
{
	for (const struct peer_row *p = n->peers.rows; p; p = p->next)
		if (p->link != 0)
			return true;
	return false;
}

static void write_damage(struct wici_mp_writer *w, const struct damage *d)
{
	bool has_feed = !wici_is_zero(d->feed.b, WICI_KEY_LEN);

	wici_mp_map(w, d->what == DAMAGE_STATEMENT ? 5 : 4);
	wici_mp_str(w, "feed");
	if (has_feed)
		wici_mp_hex(w, d->feed.b, WICI_KEY_LEN);
	else
		wici_mp_nil(w);
	wici_mp_str(w, "seq");
	wici_mp_uint(w, d->seq);
	wici_mp_str(w, "what");
	wici_mp_str(w, damage_name(d->what));
	wici_mp_str(w, "healed");
	wici_mp_bool(w, d->is_healed);
	if (d->what != DAMAGE_STATEMENT)
		return;
	wici_mp_str(w, "id");
	wici_mp_hex(w, d->id.b, WICI_ID_LEN);
}

static void write_answer(struct node *n, const struct fsck *f,
			 struct wici_mp_writer *w)
{
	uint64_t healed = 0;

	wici_mp_map(w, 9);
	wici_mp_str(w, "entries");
	wici_mp_uint(w, f->entries);
	wici_mp_str(w, "feeds");
	wici_mp_uint(w, f->feeds);
	wici_mp_str(w, "void");
	wici_mp_uint(w, f->voids);
	wici_mp_str(w, "bad");
	wici_mp_array(w, (uint32_t)n->damages_count);
	for (size_t i = 0; i < n->damages_count; i++) {
		write_damage(w, &n->damages[i]);
		healed += n->damages[i].is_healed;
	}
	wici_mp_str(w, "healed");
	wici_mp_uint(w, healed);
	wici_mp_str(w, "rebuilt");
	wici_mp_bool(w, (f->is_rebuild || f->is_wrong) && !n->is_read_only);
	wici_mp_str(w, "sealed");
	wici_mp_bool(w, n->sealed != NULL);
	wici_mp_str(w, "seconds");
	wici_mp_float(w, (double)(n->now.mono_ms - f->since_ms) / 1000);
	fsck_files_write(n, f, w);
}

/* What healed has been told of; what has not is told again. */
static void forget_healed(struct node *n)
{
	size_t left = 0;

	for (size_t i = 0; i < n->damages_count; i++)
		if (!n->damages[i].is_healed)
			n->damages[left++] = n->damages[i];
	n->damages_count = left;
}

enum wici_err fsck_answer(struct node *n, struct fsck *f)
{
	uint64_t waits = has_links(n) ? HEAL_MS : HEAL_ALONE_MS;
	struct growing result;
	struct fault fault;

	if (!project_is_done(n) && !n->is_read_only)
		return WICI_OK;
	/* A large file takes as long as it takes. */
	if (fsck_files_have_grown(n, f))
		f->deadline_ms = n->now.mono_ms;
	if (!(is_whole(n) && fsck_files_are_settled(n, f)) &&
	    n->now.mono_ms - f->deadline_ms < waits)
		return WICI_OK;
	fault_init(&fault);
	growing_init(&result, GROWING_LEN_MAX);
	write_answer(n, f, &result.w);
	method_reply(n, f->client, f->msgid, WICI_OK, &fault, &result);
	growing_clear(&result);
	fault_clear(&fault);
	forget_healed(n);
	fsck_free(n);
	return WICI_OK;
}

/* A notification to who asked; it stands whatever becomes of the turn. */
void fsck_tell(struct node *n, struct fsck *f)
{
	struct node_output out = {.type = NODE_REPLY};
	struct attachments_looked looked;
	struct growing g;

	if (!f->is_watched || n->now.mono_ms - f->told_ms < 200)
		return;
	f->told_ms = n->now.mono_ms;
	growing_init(&g, GROWING_LEN_MAX);
	wici_mp_array(&g.w, 3);
	wici_mp_uint(&g.w, 2);
	wici_mp_str(&g.w, "fsck.progress");
	wici_mp_array(&g.w, 1);
	attachments_looked(n, &looked);
	wici_mp_map(&g.w, 5);
	wici_mp_str(&g.w, "entries");
	wici_mp_uint(&g.w, f->entries);
	wici_mp_str(&g.w, "total");
	wici_mp_uint(&g.w, (uint64_t)f->last_n);
	wici_mp_str(&g.w, "bad");
	wici_mp_uint(&g.w, n->damages_count);
	wici_mp_str(&g.w, "files");
	wici_mp_uint(&g.w, looked.files);
	wici_mp_str(&g.w, "file_bytes");
	wici_mp_uint(&g.w, looked.bytes);
	out.reply.client = f->client;
	out.reply.bytes = growing_bytes(&g);
	n->in_turn = false;
	node_emit(n, &out);
	n->in_turn = true;
	growing_clear(&g);
}
