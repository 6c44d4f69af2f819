/* daemon/propose_issuers.c — Who admits, who issues: another feed gets the
 * right, and the one before it is closed where it stands here.
 *
 * A closed feed ends for everything else too (PROTOCOL §5.9), each time that it
 * is restated. That is right where an installation takes the place of another
 * of its institution. Else the same change says that the feed goes on, without
 * the right. */
#include "daemon/propose_private.h"

#include "daemon/keys.h"
#include "proto/day.h"
#include "proto/text.h"

/* Closed feeds that go on. */
struct open_rows {
	size_t count;
	struct wici_feed_row rows[WICI_ROWS_MAX];
};

static enum wici_err keep_open(struct proposal *p, struct open_rows *open,
			       const struct wici_key *feed)
{
	const struct feed *f = feeds_find(&p->n->feeds, feed);
	struct wici_feed_row row = {.is_open = true};
	enum wici_err err = WICI_OK;

	if (wici_roster_word(&p->n->roster, feed, &row.at) != WICI_ROOT_OPEN)
		return WICI_OK; /* It had ended before. */
	for (size_t i = 0; i < open->count; i++)
		if (wici_key_equal(&open->rows[i].at.feed, feed))
			return WICI_OK;
	if (open->count == WICI_ROWS_MAX)
		return WICI_TOO_LARGE;
	if (f && f->counting_seq > row.at.seq)
		err = propose_head(p, f, 0, &row.at);
	open->rows[open->count++] = row;
	return err;
}

static void write_open(struct proposal *p, const struct open_rows *open)
{
	if (!open->count)
		return;
	wici_op_feeds(&p->ops.w, open->rows, open->count);
	p->ops_count++;
}

/* Does another feed of the same institution take its place? */
static bool is_replaced(const struct node *n, const struct wici_key *feed,
			const struct wici_key *whose)
{
	const struct feed *f = feeds_find(&n->feeds, feed);

	return f && wici_key_equal(&f->whose, whose);
}

static bool issues(const struct wici_issuer *rows, size_t count,
		   const struct wici_key *feed)
{
	for (size_t i = 0; i < count; i++)
		if (wici_key_equal(&rows[i].at.feed, feed))
			return true;
	return false;
}

/* A feed is added to those before the present one; the newest word on it. */
static enum wici_err add_closed(struct proposal *p, struct wici_head *closed,
				size_t *count, const struct wici_head *cut)
{
	for (size_t i = 0; i < *count; i++) {
		if (wici_key_equal(&closed[i].feed, &cut->feed)) {
			closed[i] = *cut;
			return WICI_OK;
		}
	}
	if (*count == WICI_CLOSED_MAX)
		return propose_refuse(
			p, WICI_TOO_LARGE,
			"eight feeds before this one are named already");
	closed[(*count)++] = *cut;
	return WICI_OK;
}

static void remove_closed(struct wici_head *closed, size_t *count,
			  const struct wici_key *feed)
{
	for (size_t i = 0; i < *count; i++) {
		if (!wici_key_equal(&closed[i].feed, feed))
			continue;
		memmove(&closed[i], &closed[i + 1],
			(*count - i - 1) * sizeof(*closed));
		(*count)--;
		return;
	}
}

/* The feed that had the right before goes among the closed ones. */
static enum wici_err close_feed(struct proposal *p,
				const struct wici_key *before, uint64_t cut,
				struct wici_head *closed, size_t *count)
{
	const struct feed *f = feeds_find(&p->n->feeds, before);
	struct wici_head at;
	enum wici_err err;

	if (!f)
		return propose_refuse(
			p, WICI_NOT_FOUND,
			"the feed that has the right now is not held "
			"here: `wici sync --wait`");
	err = propose_head(p, f, cut, &at);
	return err ? err : add_closed(p, closed, count, &at);
}

static bool is_ended_registrar(const struct proposal *p,
			       const struct wici_key *feed,
			       const struct wici_key *whose)
{
	const struct wici_roster *r = &p->n->roster;

	return wici_roster_is_registrar(r, feed) &&
	       is_replaced(p->n, feed, whose) &&
	       !issues(r->issuers, r->issuers_count, feed);
}

enum wici_err propose_registrar(struct proposal *p, const struct feed *feed,
				uint64_t cut)
{
	const struct wici_roster *r = &p->n->roster;
	struct wici_head before[WICI_CLOSED_MAX];
	struct open_rows open = {.count = 0};
	size_t count = r->before_count;
	struct wici_head at;
	enum wici_err err;

	if (wici_key_equal(&feed->row.key, &r->registrar.feed))
		return propose_refuse(p, WICI_NOT_PERMITTED,
				      "this feed is the registrar's already");
	memcpy(before, r->before, sizeof(before));
	remove_closed(before, &count, &feed->row.key);
	err = close_feed(p, &r->registrar.feed, cut, before, &count);
	if (!err)
		err = propose_head(p, feed, 0, &at);
	for (size_t i = 0; !err && i < count; i++)
		if (!is_ended_registrar(p, &before[i].feed, &feed->whose))
			err = keep_open(p, &open, &before[i].feed);
	if (err)
		return err;
	wici_op_registrar(&p->ops.w, &at, before, count);
	p->ops_count++;
	write_open(p, &open);
	return WICI_OK;
}

static struct wici_issuer *find_scheme(struct wici_issuer *rows, size_t count,
				       const char *scheme)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i].scheme, scheme) == 0)
			return &rows[i];
	return NULL;
}

/* Its own row is changed: what it was stays what it is not told otherwise. */
static enum wici_err move_issuer(struct proposal *p, struct wici_issuer *row,
				 const struct feed *feed, uint64_t cut)
{
	struct wici_head closed[WICI_CLOSED_MAX];
	size_t count = row->closed_count;
	enum wici_err err = WICI_OK;

	if (wici_key_equal(&row->at.feed, &feed->row.key))
		return WICI_OK;
	for (size_t i = 0; i < count; i++)
		closed[i] = row->closed[i].cut;
	remove_closed(closed, &count, &feed->row.key);
	if (row->at.seq)
		err = close_feed(p, &row->at.feed, cut, closed, &count);
	if (err)
		return err;
	row->closed_count = count;
	for (size_t i = 0; i < count; i++)
		row->closed[i].cut = closed[i];
	memset(&row->token_key, 0, sizeof(row->token_key));
	return WICI_OK;
}

/* Who prints tokens: its key comes from the installation that keeps it. */
static enum wici_err set_token_key(struct proposal *p,
				   const struct propose_issuer *is,
				   struct wici_issuer *row)
{
	const struct node *n = p->n;

	if (is->token_key)
		row->token_key = *is->token_key;
	else if (is->feed == n->own && n->keys.has_token)
		row->token_key = n->keys.token;
	if (wici_is_zero(row->token_key.b, WICI_KEY_LEN))
		return propose_refuse(
			p, WICI_USAGE,
			"its token key is needed: `wici key token` on "
			"that installation shows it; --token-key KEY");
	if (wici_key_check(&row->token_key))
		return propose_bad(p, "token_key", "bytes");
	return WICI_OK;
}

static enum wici_err change_issuer(struct proposal *p,
				   const struct propose_issuer *is,
				   struct wici_issuer *rows, size_t *count)
{
	char scheme[WICI_SCHEME_LEN_MAX + 1] = "";
	struct wici_issuer *row;
	enum wici_err err;

	if (is->scheme.len > WICI_SCHEME_LEN_MAX ||
	    !wici_text_is_code(is->scheme))
		return propose_bad(p, "scheme", "code");
	memcpy(scheme, is->scheme.p, is->scheme.len);
	row = find_scheme(rows, *count, scheme);
	if (!is->feed) {
		if (!row)
			return propose_refuse(p, WICI_NOT_FOUND,
					      "nobody issues for this scheme");
		*row = rows[--*count];
		return WICI_OK;
	}
	if (!row && *count == WICI_ISSUERS_MAX)
		return WICI_TOO_LARGE;
	if (!row) {
		row = &rows[(*count)++];
		memset(row, 0, sizeof(*row));
		memcpy(row->scheme, scheme, sizeof(scheme));
	}
	err = move_issuer(p, row, is->feed, is->cut);
	if (!err)
		err = propose_head(p, is->feed, 0, &row->at);
	row->identity = is->feed->whose;
	return err ? err : set_token_key(p, is, row);
}

static bool is_ended_issuer(const struct proposal *p,
			    const struct wici_issuer *row,
			    const struct wici_key *feed)
{
	const struct wici_roster *r = &p->n->roster;

	return issues(r->issuers, r->issuers_count, feed) &&
	       is_replaced(p->n, feed, &row->identity) &&
	       !wici_roster_is_registrar(r, feed);
}

/* Of one row's closed feeds, those that go on. */
static enum wici_err keep_closed_open(struct proposal *p,
				      const struct wici_issuer *row,
				      struct open_rows *open)
{
	enum wici_err err = WICI_OK;

	for (size_t i = 0; !err && i < row->closed_count; i++) {
		const struct wici_key *feed = &row->closed[i].cut.feed;

		if (!is_ended_issuer(p, row, feed))
			err = keep_open(p, open, feed);
	}
	return err;
}

enum wici_err propose_issuers(struct proposal *p,
			      const struct propose_issuer *row, int32_t expires)
{
	const struct wici_roster *r = &p->n->roster;
	int32_t today = wici_day_warsaw(p->n->now.wall_ms);
	struct wici_issuer rows[WICI_ISSUERS_MAX];
	struct open_rows open = {.count = 0};
	size_t count = r->issuers_count;
	char day[WICI_DAY_LEN + 1];
	enum wici_err err = WICI_OK;

	if (!expires)
		expires = r->has_expires ? r->expires.last
					 : today + PROPOSE_ISSUERS_DAYS;
	if (expires < today)
		return propose_refuse(
			p, WICI_BAD_FIELD,
			"the list would have expired already: --until "
			"YYYY-MM-DD, or --days N");
	memcpy(rows, r->issuers, count * sizeof(*rows));
	if (row)
		err = change_issuer(p, row, rows, &count);
	for (size_t i = 0; !err && i < count; i++)
		err = keep_closed_open(p, &rows[i], &open);
	if (err)
		return err;
	wici_day_format(day, expires);
	wici_op_issuers(&p->ops.w, day, rows, count);
	p->ops_count++;
	write_open(p, &open);
	return WICI_OK;
}
