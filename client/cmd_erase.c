/* client/cmd_erase.c — wici erase: what a record says goes, everywhere. And
 * wici erase anew: what a former key of the institution has signed. */
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
				const char *network,
				struct wici_erase_make *make)
{
	const char *feed = client_string(found, "feed");
	const char *id = client_string(found, "id");

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

static enum wici_err is_of_network(struct client *c,
				   const struct wici_card *card,
				   const struct wici_id *network)
{
	if (wici_is_zero(card->network.b, WICI_ID_LEN) ||
	    wici_id_equal(&card->network, network))
		return WICI_OK;
	return fail(c, WICI_NOT_PERMITTED,
		    N_("the card is of another network"));
}

/* By make's key more than it has been so far. */
static enum wici_err sign(const struct wici_erase_make *make,
			  struct signed_by_cards *s)
{
	uint8_t buf[WICI_ERASE_LEN_MAX];
	struct wici_mp_writer w;
	struct wici_erase e;
	struct wici_bytes bytes;
	enum wici_err err;

	wici_mp_writer_init(&w, buf, sizeof(buf));
	err = wici_erase_write(&w, make, &e);
	if (!err)
		err = wici_mp_written(&w, &bytes);
	if (err)
		return err;
	memcpy(s->bytes, bytes.p, bytes.len);
	s->len = bytes.len;
	return wici_statement_decode(&s->s,
				     (struct wici_bytes){s->bytes, s->len});
}

static enum wici_err sign_with(struct client *c, const char *path,
			       struct wici_erase_make *make,
			       struct signed_by_cards *s)
{
	struct wici_secret secret;
	struct wici_card card;
	enum wici_err err = card_take(c, path, &card);

	if (err)
		return err;
	err = is_of_network(c, &card, &make->network);
	wici_card_key(&card, &make->key, &secret);
	make->secret = &secret;
	if (!err)
		err = sign(make, s);
	sodium_memzero(&secret, sizeof(secret));
	sodium_memzero(&card, sizeof(card));
	make->before = &s->s;
	return err;
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
		err = read_place(c, found, client_string(found, "network"),
				 &make);
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

/* ---- those that a former key signed ---- */

static json_int_t number(const json_t *reply, const char *key)
{
	return json_integer_value(json_object_get(reply, key));
}

/* Those that are not here a peer alone says are erased. */
static json_int_t count_told(const json_t *found)
{
	const json_t *item;
	json_int_t count = 0;
	size_t i;

	json_array_foreach(json_object_get(found, "items"), i, item)
	{
		count += json_is_false(json_object_get(item, "held"));
	}
	return count;
}

/* What there is to sign; *found stays the first page of it. card: NULL, or its
 * key in hex. */
static enum wici_err look(struct client *c, const char *card, json_t **found)
{
	json_t *params = json_pack("{s:b}", "dry_run", 1);
	char count[24];
	enum wici_err err;

	if (card)
		(void)json_object_set_new(params, "key", json_string(card));
	err = rpc_call(c, c->verb->method, params, found);
	json_decref(params);
	if (err || c->options.is_dry_run || number(*found, "total") == 0)
		return err;
	if (count_told(*found))
		print_note(&c->options, "%s",
			   _("Some of them are not here: a peer says that they "
			     "were erased, by the former key, which somebody "
			     "else may have. Look at another institution "
			     "first: wici show ID."));
	(void)snprintf(count, sizeof(count), "%lld",
		       (long long)number(*found, "total"));
	return confirm(c,
		       N_("Erasures to be signed anew: %s. Whoever has such a "
			  "record still erases it. Type the number again: "),
		       count);
}

/* A page of them; what is signed goes into params. */
static enum wici_err sign_items(struct client *c, const json_t *page,
				const struct wici_card *card,
				struct wici_erase_make *make, json_t *params)
{
	const char *network = client_string(page, "network");
	json_t *statements = json_array();
	char hex[2 * WICI_ERASE_LEN_MAX + 1];
	struct signed_by_cards s;
	const json_t *item;
	enum wici_err err = WICI_OK;
	size_t i;

	json_array_foreach(json_object_get(page, "items"), i, item)
	{
		err = read_place(c, item, network, make);
		if (!err)
			err = is_of_network(c, card, &make->network);
		if (!err)
			err = sign(make, &s);
		if (err)
			break;
		wici_hex(hex, s.bytes, s.len);
		(void)json_array_append_new(statements, json_string(hex));
	}
	(void)json_object_set_new(params, "statements", statements);
	return err;
}

/* Signs a page; *page is the next one then, or NULL: there is none. */
static enum wici_err anew_page(struct client *c, const struct wici_card *card,
			       struct wici_erase_make *make, json_t **page)
{
	char key[2 * WICI_KEY_LEN + 1];
	json_t *params = json_object();
	enum wici_err err = sign_items(c, *page, card, make, params);

	wici_hex(key, make->key.b, WICI_KEY_LEN);
	(void)json_object_set_new(params, "key", json_string(key));
	json_decref(*page);
	json_decref(c->result);
	*page = c->result = NULL;
	if (!err)
		err = rpc_call(c, c->verb->method, params, &c->result);
	(void)json_object_del(params, "statements");
	(void)json_object_set_new(params, "dry_run", json_true());
	if (!err && number(c->result, "left"))
		err = rpc_call(c, c->verb->method, params, page);
	json_decref(params);
	return err;
}

/* Page by page, as long as they become fewer. */
static enum wici_err anew_with_card(struct client *c, const char *path,
				    json_t **found)
{
	struct wici_erase_make make = {.before = NULL};
	char key[2 * WICI_KEY_LEN + 1];
	struct wici_secret secret;
	struct wici_card card;
	json_int_t before;
	json_t *page;
	enum wici_err err = card_take(c, path, &card);

	if (err)
		return err;
	wici_card_key(&card, &make.key, &secret);
	make.secret = &secret;
	wici_hex(key, make.key.b, WICI_KEY_LEN);
	err = look(c, key, found);
	page = json_incref(*found);
	before = number(page, "total") + 1;
	while (!err && !c->options.is_dry_run && number(page, "total") &&
	       number(page, "total") < before) {
		before = number(page, "total");
		err = anew_page(c, &card, &make, &page);
	}
	json_decref(page);
	sodium_memzero(&secret, sizeof(secret));
	sodium_memzero(&card, sizeof(card));
	return err;
}

/* By the key that the daemon has. */
static enum wici_err anew_here(struct client *c, json_t **found)
{
	enum wici_err err = look(c, NULL, found);
	json_int_t left = number(*found, "total");
	json_int_t before = left + 1;

	if (!err && left && !c->options.is_dry_run)
		err = pass_give(c, false);
	while (!err && !c->options.is_dry_run && left && left < before) {
		before = left;
		json_decref(c->result);
		c->result = NULL;
		err = pass_call(c, c->verb->method, RPC_TIMEOUT_MS);
		left = number(c->result, "left");
	}
	return err;
}

/* total: how many there were; left: that there are. */
enum wici_err cmd_erase_anew_run(struct client *c)
{
	const json_t *cards = json_object_get(c->local, "key");
	const char *card = json_string_value(json_array_get(cards, 0));
	json_t *found = NULL;
	json_int_t left;
	enum wici_err err;

	if (json_array_size(cards) > 1)
		return fail(c, WICI_USAGE, N_("one card at a time"));
	err = card ? anew_with_card(c, card, &found) : anew_here(c, &found);
	if (!err) {
		left = number(c->result ? c->result : found, "left");
		(void)json_object_set_new(found, "left", json_integer(left));
		json_decref(c->result);
		c->result = json_incref(found);
	}
	json_decref(found);
	return err;
}

static void print_items(const struct client *c)
{
	json_t *head = json_pack("[s,s]", _("Id"), _("Here"));
	json_t *rows = json_array();
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(c->result, "items"), i, item)
	{
		bool is_held = json_is_true(json_object_get(item, "held"));

		(void)json_array_append_new(
			rows,
			json_pack("[s,s]", client_string(item, "id"),
				  is_held ? _("erased") : _("a peer says so")));
	}
	print_list(&c->options, head, rows, "");
}

void cmd_erase_anew_print(const struct client *c)
{
	json_int_t total = number(c->result, "total");
	json_int_t left = number(c->result, "left");

	if (total == 0) {
		print_line("%s", _("No erasure has to be signed anew."));
		return;
	}
	if (c->options.is_dry_run) {
		print_line(_("Nothing was done. Erasures to be signed anew: "
			     "%lld"),
			   (long long)total);
		print_items(c);
		return;
	}
	print_line(_("Erasures signed anew: %lld"), (long long)(total - left));
	print_note(&c->options, "%s",
		   _("More may turn up as records come in that are not here "
		     "yet: wici status says so."));
}
