/* tests/sim/gather.c — Founding and joining, as clients ask for it. */
#include "tests/sim/gather.h"

#include "tests/test.h"

static struct world_reply ok(struct world *w, struct world_reply r)
{
	if (r.has_error)
		print_error("%s\n%s", r.code, world_trace(w));
	CHECK(!r.has_error);
	return r;
}

struct world_node *gather_found(struct world *w)
{
	struct world_node *cal = world_add(w, "cal");
	const struct world_param init[] = {
		{"name", "Stowarzyszenie CAL", false},
		{"no_passphrase", NULL, true},
		{NULL, NULL, false}};
	const struct world_param create[] = {{"name", "Sieć OSL", false},
					     {"issuer", "cal", false},
					     {"single", NULL, true},
					     {NULL, NULL, false}};

	ok(w, world_call(w, cal, "identity.init", init));
	ok(w, world_call(w, cal, "network.create", create));
	return cal;
}

struct world_node *gather_join(struct world *w, struct world_node *cal,
			       const char *name, const char *via)
{
	struct world_node *n = world_add(w, name);
	const struct world_param invite[] = {{"name", name, false},
					     {via ? "via" : NULL, via, false},
					     {NULL, NULL, false}};
	struct world_reply r =
		ok(w, world_call(w, cal, "invite.create", invite));
	const struct world_param join[] = {
		{"token", world_str(&r, "token"), false},
		{"name", name, false},
		{"no_passphrase", NULL, true},
		{NULL, NULL, false}};

	ok(w, world_call(w, n, "network.join", join));
	return n;
}

bool gather_publish(struct world *w, struct world_node *n, const char *title)
{
	const struct world_param params[] = {{"title", title, false},
					     {NULL, NULL, false}};

	return !world_call(w, n, "practice.publish", params).has_error;
}

void gather_dial(struct world *w, struct world_node *n, const char *address)
{
	const struct world_param params[] = {{"address", address, false},
					     {NULL, NULL, false}};

	ok(w, world_call(w, n, "peer.add", params));
}
