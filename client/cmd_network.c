/* client/cmd_network.c — The first steps: an identity, a network. */
#include "client/cmd.h"

#include "client/card.h"
#include "client/fail.h"
#include "client/pass.h"
#include "client/print.h"
#include "client/rpc.h"
#include "client/say.h"
#include "client/verbs.h"

void cmd_take_short(struct client *c)
{
	json_t *name = json_object_get(c->local, "short");

	if (name && !json_object_get(c->params, "short_name"))
		(void)json_object_set(c->params, "short_name", name);
}

enum wici_err cmd_init_run(struct client *c)
{
	enum wici_err err;

	cmd_take_short(c);
	if (!json_object_get(c->params, "name")) {
		err = fail(c, WICI_USAGE, N_("something is missing: %s"),
			   "--name");
		fail_hint(c, "wici init --name \"MOPS Mława\"");
		return err;
	}
	err = pass_give(c, true);
	return err ? err : pass_call(c, c->verb->method, RPC_TIMEOUT_MS);
}

void cmd_init_print(const struct client *c)
{
	print_line("%s", _("This institution has its identity now."));
	print_pair(0, _("Identity"), client_string(c->result, "identity"));
	print_note(&c->options, "%s: %s", _("Next"),
		   _("wici join TOKEN, or wici network create NAME"));
}

static enum wici_err create(struct client *c)
{
	enum wici_err err = pass_call(c, c->verb->method, RPC_TIMEOUT_MS);

	if (!err)
		(void)json_object_set(c->result, "_name",
				      json_object_get(c->params, "name"));
	return err;
}

/* Once the network is there, what was written stays, whatever is missing. */
static enum wici_err create_with_cards(struct client *c, const char *folder)
{
	struct cards cards;
	enum wici_err err = cards_open(c, &cards, folder);
	bool is_founded;

	(void)json_object_set_new(c->params, "recovery", json_true());
	if (!err)
		err = create(c);
	is_founded = !err;
	if (!err)
		err = cards_write(c, &cards, c->result);
	cards_close(&cards, is_founded);
	return err;
}

enum wici_err cmd_network_create_run(struct client *c)
{
	const char *folder = client_string(c->local, "recovery");
	bool is_single = json_is_true(json_object_get(c->params, "single"));
	enum wici_err err;

	if ((folder != NULL) == is_single) {
		err = fail(c, WICI_USAGE,
			   N_("one of the two is needed: --recovery DIR for "
			      "two recovery cards, or --single"));
		fail_hint(c, N_("wici network create NAME --recovery DIR"));
		return err;
	}
	err = pass_give(c, false);
	if (err)
		return err;
	return is_single ? create(c) : create_with_cards(c, folder);
}

void cmd_network_create_print(const struct client *c)
{
	const json_t *r = c->result;
	const json_t *keys = json_object_get(r, "recovery");
	const json_t *key;
	size_t i;

	print_line(_("The network \"%s\" is founded."),
		   client_string(r, "_name") ? client_string(r, "_name") : "");
	print_pair(0, _("Network"), client_string(r, "network"));
	print_pair(0, _("Feed"), client_string(r, "feed"));
	json_array_foreach(keys, i, key)
		print_pair(0, _("Recovery card"), client_string(key, "path"));
	if (keys && !c->options.is_quiet)
		print_wrapped(stderr,
			      _("Any two of three keys decide who admits "
				"members and who issues: this institution's "
				"own and those on the two cards."),
			      0);
	if (keys)
		print_sentences(
			&c->options,
			_("Print the cards, keep them apart, and remove "
			  "the files."));
	else
		print_sentences(&c->options,
				_("WARNING: the network has one root key only. "
				  "Whoever loses it loses the say over the "
				  "network."));
	print_note(&c->options, "%s: %s", _("Next"),
		   _("wici invite \"NAME OF AN INSTITUTION\""));
}
