/* daemon/method_institution.c — institution.*: the members, by the roster's
 * names in the order of the Polish alphabet, and what they say of
 * themselves. */
#include "daemon/feeds.h"
#include "daemon/find.h"
#include "daemon/history.h"
#include "daemon/method_private.h"
#include "proto/kinds/institution.h"
#include "proto/polish.h"

#include <stdlib.h>

static const struct wici_field show_params[] = {
	PARAM("ref", MEMBER, .flags = WICI_REQUIRED),
	PARAM_END,
};

static void write_schemes(struct wici_mp_writer *w, const struct node *n,
			  const struct wici_key *identity)
{
	uint32_t count = 0;

	for (size_t i = 0; i < n->roster.issuers_count; i++)
		count += wici_key_equal(&n->roster.issuers[i].identity,
					identity);
	wici_mp_str(w, "issuer");
	wici_mp_array(w, count);
	for (size_t i = 0; i < n->roster.issuers_count; i++)
		if (wici_key_equal(&n->roster.issuers[i].identity, identity))
			wici_mp_str(w, n->roster.issuers[i].scheme);
}

static bool is_registrar(const struct node *n, const struct wici_key *identity)
{
	const struct feed *feed =
		feeds_find(&n->feeds, &n->roster.registrar.feed);

	return feed && wici_key_equal(&feed->whose, identity);
}

/* Entries held of its feeds. */
static uint64_t count_records(const struct node *n,
			      const struct wici_key *identity)
{
	uint64_t count = 0;

	for (size_t i = 0; i < n->feeds.count; i++) {
		const struct feed *f = n->feeds.by_key[i];

		if (wici_key_equal(&f->whose, identity))
			count += f->row.seq;
	}
	return count;
}

static void write_line(struct wici_mp_writer *w, struct wici_bytes profile,
		       const char *field)
{
	wici_mp_str(w, field);
	view_line(w, profile.p ? find_line(profile, field)
			       : (struct wici_bytes){NULL, 0});
}

/* Its own word, where that is another than the roster's: a MOPS that became a
 * CUS, or a name that the registrar would have to believe. */
static void write_own_name(struct wici_mp_writer *w, const char *name,
			   struct wici_bytes profile)
{
	struct wici_bytes own = {NULL, 0};

	if (profile.p)
		own = find_line(profile, "name");
	if (wici_bytes_is(own, name))
		own.len = 0;
	wici_mp_str(w, "calls_itself");
	view_line(w, own);
}

#define ROW_PAIRS 10u

static void write_row(struct wici_mp_writer *w, const struct node *n,
		      const struct wici_member *m, struct wici_bytes profile)
{
	const struct wici_key *self = node_identity(n);

	wici_mp_str(w, "identity");
	wici_mp_hex(w, m->identity.b, WICI_KEY_LEN);
	wici_mp_str(w, "name");
	wici_mp_str(w, m->name);
	write_own_name(w, m->name, profile);
	write_line(w, profile, "short_name");
	write_line(w, profile, "city");
	write_line(w, profile, "type");
	wici_mp_str(w, "self");
	wici_mp_bool(w, self && wici_key_equal(self, &m->identity));
	write_schemes(w, n, &m->identity);
	wici_mp_str(w, "registrar");
	wici_mp_bool(w, is_registrar(n, &m->identity));
	wici_mp_str(w, "records");
	wici_mp_uint(w, count_records(n, &m->identity));
}

/* WICI_OK and p NULL when there is no profile. */
static enum wici_err load_profile(struct node *n,
				  const struct wici_key *identity,
				  struct wici_bytes *profile)
{
	struct entry_row row;
	enum wici_err err = find_profile(n, identity, &row);

	*profile = (struct wici_bytes){NULL, 0};
	if (!err)
		*profile = row.entry.payload;
	return err == WICI_NOT_FOUND ? WICI_OK : err;
}

static int by_name(const void *a, const void *b)
{
	const struct wici_member *const *x = a;
	const struct wici_member *const *y = b;
	int order = wici_polish_compare(wici_bytes_str((*x)->name),
					wici_bytes_str((*y)->name));

	return order ? order
		     : memcmp((*x)->identity.b, (*y)->identity.b, WICI_KEY_LEN);
}

static enum wici_err institution_list(struct call *call)
{
	struct node *n = call->node;
	struct wici_mp_writer *w = call->result;
	size_t count = n->has_network ? n->roster.members_count : 0;
	const struct wici_member **members =
		growing_alloc((count + 1) * sizeof(struct wici_member *));
	enum wici_err err = WICI_OK;

	for (size_t i = 0; i < count; i++)
		members[i] = &n->roster.space.members[i];
	qsort(members, count, sizeof(struct wici_member *), by_name);

	wici_mp_map(w, 1);
	wici_mp_str(w, "items");
	wici_mp_array(w, (uint32_t)count);
	for (size_t i = 0; !err && i < count; i++) {
		struct wici_bytes profile;

		err = load_profile(n, &members[i]->identity, &profile);
		wici_mp_map(w, ROW_PAIRS);
		write_row(w, n, members[i], profile);
	}
	free(members);
	return err;
}

static enum wici_err institution_show(struct call *call)
{
	struct node *n = call->node;
	struct wici_mp_writer *w = call->result;
	const struct wici_member *m;
	struct wici_bytes profile;
	struct wici_key key;
	enum wici_err err;

	(void)method_key(call, "ref", &key);
	m = n->has_network ? wici_roster_member(&n->roster, &key) : NULL;
	if (!m)
		return WICI_NOT_FOUND;
	err = load_profile(n, &key, &profile);
	if (err)
		return err;
	wici_mp_map(w, ROW_PAIRS + 2 + (profile.p != NULL));
	write_row(w, n, m, profile);
	wici_mp_str(w, "profile");
	if (profile.p) {
		view_value(w, profile);
		wici_mp_str(w, "names");
		view_names(w, n, &wici_kind_institution_profile, profile);
	} else {
		wici_mp_nil(w);
	}
	wici_mp_str(w, "history");
	return history_write(w, n, &key);
}

const struct method methods_institution[] = {
	{.name = "institution.list",
	 .needs_index = true,
	 .function = institution_list},
	{.name = "institution.show",
	 .only_asks = true,
	 .params = show_params,
	 .needs_index = true,
	 .function = institution_show},
	{.name = NULL},
};
