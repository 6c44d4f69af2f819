/* client/cmd_erase.c — wici erase: what a record says goes, everywhere. */
#include "client/cmd.h"

#include "client/card.h"
#include "client/confirm.h"
#include "client/fail.h"
#include "client/pass.h"
#include "client/print.h"
#include "client/rpc.h"
#include "client/say.h"
#include "client/verbs.h"
#include "proto/erase.h"

#include <stdio.h>
#include <string.h>

/* ---- signatures of cards: they do not leave this process ---- */

struct signed_by_cards {
	size_t len;
	uint8_t bytes[WICI_ERASE_LEN_MAX];
	struct wici_statement s; /* Borrows bytes. */
};

static enum wici_err ask(struct client *c, bool is_elsewhere, json_t **reply)
{
	json_t *params = json_copy(c->params);
	enum wici_err err;

	(void)json_object_set_new(params, "dry_run", json_true());
	if (is_elsewhere)
		(void)json_object_set_new(params, "elsewhere", json_true());
	err = rpc_call(c, c->verb->method, params, reply);
	json_decref(params);
	return err;
}

/* What is signed, as the daemon found the record. */
static enum wici_err read_place(struct client *c, const json_t *found,
				struct wici_erase_make *make)
{
	const char *feed = client_string(found, "feed");
	const char *id = client_string(found, "id");
	const char *network = client_string(found, "network");

	make->of.seq =
		(uint64_t)json_integer_value(json_object_get(found, "seq"));
	if (!feed || !id || !network ||
	    wici_unhex(make->of.feed.b, WICI_KEY_LEN, wici_bytes_str(feed)) ||
	    wici_unhex(make->of.id.b, WICI_ID_LEN, wici_bytes_str(id)) ||
	    wici_unhex(make->network.b, WICI_ID_LEN, wici_bytes_str(network)))
		return fail(c, WICI_INTERNAL,
			    N_("the daemon's answer is not understood"));
	return WICI_OK;
}

/* By one card more than it has been so far. */
static enum wici_err sign_with(struct client *c, const char *path,
			       struct wici_erase_make *make,
			       struct signed_by_cards *s)
{
	uint8_t buf[WICI_ERASE_LEN_MAX];
	struct wici_secret secret;
	struct wici_card card;
	struct wici_mp_writer w;
	struct wici_erase e;
	struct wici_bytes bytes;
	enum wici_err err = card_take(c, path, &card);

	if (err)
		return err;
	if (!wici_is_zero(card.network.b, WICI_ID_LEN) &&
	    !wici_id_equal(&card.network, &make->network))
		err = fail(c, WICI_NOT_PERMITTED,
			   N_("the card is of another network"));
	wici_card_key(&card, &make->key, &secret);
	make->secret = &secret;
	wici_mp_writer_init(&w, buf, sizeof(buf));
	if (!err)
		err = wici_erase_write(&w, make, &e);
	sodium_memzero(&secret, sizeof(secret));
	sodium_memzero(&card, sizeof(card));
	if (!err)
		err = wici_mp_written(&w, &bytes);
	if (err)
		return err;
	memcpy(s->bytes, bytes.p, bytes.len);
	s->len = bytes.len;
	make->before = &s->s;
	return wici_statement_decode(&s->s,
				     (struct wici_bytes){s->bytes, s->len});
}

static enum wici_err sign_with_cards(struct client *c, const json_t *cards)
{
	struct wici_erase_make make = {.before = NULL};
	char hex[2 * WICI_ERASE_LEN_MAX + 1];
	struct signed_by_cards s = {.len = 0};
	json_t *found = NULL;
	const json_t *card;
	size_t i;
	enum wici_err err = ask(c, true, &found);

	if (!err)
		err = read_place(c, found, &make);
	json_array_foreach(cards, i, card) if (!err) err =
		sign_with(c, json_string_value(card), &make, &s);
	json_decref(found);
	if (err)
		return err;
	wici_hex(hex, s.bytes, s.len);
	(void)json_object_set_new(c->params, "statement", json_string(hex));
	return WICI_OK;
}

enum wici_err cmd_erase_run(struct client *c)
{
	const json_t *cards = json_object_get(c->local, "key");
	enum wici_err err = WICI_OK;

	if (json_array_size(cards))
		err = sign_with_cards(c, cards);
	if (err)
		return err;
	if (c->options.is_dry_run)
		return ask(c, false, &c->result);
	err = confirm(c,
		      N_("Erase %s, here and at every institution? It cannot "
			 "be taken back. Type it again: "),
		      client_string(c->params, "id"));
	if (!err)
		err = pass_give(c, false);
	return err ? err : pass_call(c, c->verb->method, RPC_TIMEOUT_MS);
}

void cmd_erase_print_count(const json_t *erasure)
{
	const json_t *count = json_object_get(erasure, "erased_by");
	const json_t *of = json_object_get(erasure, "institutions");
	char text[100];

	(void)snprintf(text, sizeof(text),
		       say_n("%lld of %lld other institution",
			     "%lld of %lld other institutions",
			     (unsigned long long)json_integer_value(of)),
		       (long long)json_integer_value(count),
		       (long long)json_integer_value(of));
	print_pair(0, _("Erased by"), text);
	if (!json_is_true(json_object_get(erasure, "done")))
		print_pair(0, _("Erased here"),
			   _("its words are still in the search index"));
	print_pair(0, _("Reason (noted here)"),
		   client_string(erasure, "reason"));
}

void cmd_erase_print(const struct client *c)
{
	const json_t *r = c->result;
	const json_t *erasure = json_object_get(r, "erasure");
	const char *before = client_string(r, "supersedes");

	print_line("%s",
		   c->options.is_dry_run
			   ? _("Nothing was done. This record could be erased:")
		   : json_is_true(json_object_get(r, "was_erased"))
			   ? _("The record was erased here before; the erasure "
			       "is signed by the present key now.")
		   : json_is_true(json_object_get(erasure, "done"))
			   ? _("The record is erased here: its text is in no "
			       "file any more.")
			   : _("The record is erased here. Its words leave the "
			       "search index within some time: wici show ID "
			       "says when."));
	print_pair(0, _("Id"), client_string(r, "id"));
	print_pair(0, _("Kind"), client_string(r, "kind"));
	if (before)
		print_note(&c->options,
			   _("It replaced %s, which stands again: erase that "
			     "one too, where it says the same."),
			   print_id(before));
	if (!json_is_object(erasure) || c->options.is_dry_run)
		return;
	cmd_erase_print_count(erasure);
	print_note(&c->options, "%s",
		   _("Every institution erases it when it hears of it: wici "
		     "show ID says how many have. Bundles, backups and paper "
		     "made before still have the text: destroy them."));
}
