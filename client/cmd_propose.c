/* client/cmd_propose.c — wici roster registrar, issuers, suspend, …: what the
 * root shall say; and wici roster approve.
 *
 * One key is rarely enough: then the change goes into a file, from one root key
 * to the next, and takes effect where the last one that is needed signs. What a
 * card signs is read from the statement here, with a daemon or without. */
#include "client/cmd.h"

#include "client/card.h"
#include "client/change_file.h"
#include "client/change_text.h"
#include "client/fail.h"
#include "client/pass.h"
#include "client/print.h"
#include "client/rpc.h"
#include "client/say.h"
#include "client/verbs.h"
#include "proto/require.h"

#include <stdlib.h>
#include <unistd.h>

#define EXIT_WAITING 8

/* --- Cards -------------------------------------------------------------------- */

static json_t *card_key(const struct wici_card *card)
{
	char hex[WICI_HEX_LEN + 1];
	struct wici_secret secret;
	struct wici_key key;

	wici_card_key(card, &key, &secret);
	sodium_memzero(&secret, sizeof(secret));
	wici_hex(hex, key.b, WICI_KEY_LEN);
	return json_string(hex);
}

/* A param that a card stands for: its public key alone goes to the daemon. */
static enum wici_err key_from_card(struct client *c)
{
	const char *path = client_string(c->local, "card");
	struct wici_card card;
	enum wici_err err;

	if (!path)
		return WICI_OK;
	err = card_take(c, path, &card);
	if (err)
		return err;
	if (json_object_get(c->params, "key"))
		err = fail(c, WICI_USAGE,
			   N_("either a key or a card, not both"));
	else
		(void)json_object_set_new(c->params, "key", card_key(&card));
	sodium_memzero(&card, sizeof(card));
	return err;
}

static bool is_key(const char *text)
{
	uint8_t key[WICI_KEY_LEN];

	return wici_unhex(key, sizeof(key), wici_bytes_str(text)) == WICI_OK;
}

/* Of a list of keys, what is no hex is a card's file. */
static enum wici_err keys_from_cards(struct client *c, const char *name)
{
	json_t *list = json_object_get(c->params, name);
	json_t *item;
	size_t i;
	enum wici_err err = WICI_OK;

	json_array_foreach(list, i, item)
	{
		struct wici_card card;

		if (is_key(json_string_value(item)))
			continue;
		err = card_take(c, json_string_value(item), &card);
		if (err)
			return err;
		(void)json_array_set_new(list, i, card_key(&card));
		sodium_memzero(&card, sizeof(card));
	}
	return err;
}

/* What stands on the card besides its key. */
static enum wici_err ask_network(struct client *c, struct wici_card *card,
				 json_t **network)
{
	json_t *roster = NULL;
	const char *id, *change;
	enum wici_err err = rpc_call(c, "roster.show", NULL, &roster);

	if (err)
		return err;
	id = client_string(roster, "network");
	change = client_string(roster, "id");
	if (!id || !change ||
	    wici_unhex(card->network.b, WICI_ID_LEN, wici_bytes_str(id)) ||
	    wici_unhex(card->roster_id.b, WICI_ID_LEN, wici_bytes_str(change)))
		err = fail(c, WICI_INTERNAL,
			   N_("wicid's answer cannot be understood"));
	card->roster_version = (uint64_t)json_integer_value(
		json_object_get(roster, "version"));
	*network = json_object();
	(void)json_object_set(*network, "_name",
			      json_object_get(roster, "name"));
	(void)json_object_set(*network, "network",
			      json_object_get(roster, "network"));
	json_decref(roster);
	return err;
}

/* A key that is nowhere but on paper: its card is written before the change
 * that names it is made. */
static enum wici_err make_new_card(struct client *c, const char *path)
{
	struct wici_card card = {.use = WICI_CARD_ROOT};
	char text[WICI_CARD_TEXT_MAX + 1];
	json_t *network = NULL;
	json_t *key = NULL;
	json_t *list = json_object_get(c->params, "add");
	enum wici_err err = ask_network(c, &card, &network);

	if (!err) {
		randombytes_buf(card.seed, sizeof(card.seed));
		key = card_key(&card);
		err = wici_card_encode(text, &card);
	}
	if (!err)
		err = card_write_root(c, path, network, json_string_value(key),
				      text);
	if (!err && !list) {
		list = json_array();
		(void)json_object_set_new(c->params, "add", list);
	}
	if (!err)
		(void)json_array_append(list, key);
	sodium_memzero(&card, sizeof(card));
	sodium_memzero(text, sizeof(text));
	json_decref(network);
	json_decref(key);
	return err;
}

/* --- Proposing ---------------------------------------------------------------- */

static enum wici_err write_file(struct client *c, const char *path)
{
	const char *hex = client_string(c->result, "statement");
	struct change_file *f = calloc(1, sizeof(*f));
	char out[PATH_MAX] = "";
	enum wici_err err;

	WICI_REQUIRE(f);
	if (path)
		(void)snprintf(out, sizeof(out), "%s", path);
	err = change_file_take(c, f, hex ? hex : "");
	if (!err)
		err = change_file_write(c, f, json_object_get(c->result, "ops"),
					true, out);
	if (!err)
		(void)json_object_set_new(c->result, "file", json_string(out));
	free(f);
	return err;
}

static bool is_effective(const json_t *result)
{
	return json_is_true(json_object_get(result, "effective"));
}

enum wici_err cmd_propose_run(struct client *c)
{
	const char *path = client_string(c->local, "output");
	const char *card = client_string(c->local, "new_card");
	enum wici_err err = key_from_card(c);

	if (!err)
		err = keys_from_cards(c, "add");
	if (!err)
		err = keys_from_cards(c, "remove");
	/* What was signed must have a place to be written to. */
	if (!err && path && access(path, F_OK) == 0) {
		err = fail(c, WICI_USAGE,
			   N_("%s is there already, and is not written over"),
			   path);
		fail_hint(c, N_("name another file: -o FILE"));
	}
	if (!err)
		err = pass_give(c, false);
	if (err)
		return err;
	if (card)
		err = make_new_card(c, card);
	if (!err) {
		err = pass_call(c, c->verb->method, RPC_TIMEOUT_MS);
		if (card && rpc_is_refusal(err))
			(void)unlink(card); /* Its key is in no change. */
	}
	if (!err && card)
		(void)json_object_set_new(c->result, "card", json_string(card));
	if (err || is_effective(c->result))
		return err;
	c->exit = EXIT_WAITING;
	return write_file(c, path);
}

static void print_approvals(const json_t *r)
{
	print_line(_("Approved by %lld of %lld root keys that are needed."),
		   (long long)json_integer_value(json_object_get(r, "have")),
		   (long long)json_integer_value(json_object_get(r, "need")));
}

/* What follows from it, and is another change. */
static void print_notes(const struct client *c)
{
	const json_t *note;
	size_t i;

	json_array_foreach(json_object_get(c->result, "notes"), i, note)
	{
		const char *code = json_string_value(note);

		if (strcmp(code, "ends_registrar") == 0)
			print_note(&c->options, "%s",
				   _("It ends the feed that admits members: "
				     "name another, wici roster registrar."));
		if (strcmp(code, "ends_issuer") == 0)
			print_note(&c->options, "%s",
				   _("It ends a feed that issues "
				     "certificates: name another, wici roster "
				     "issuers."));
	}
}

void cmd_propose_print(const struct client *c)
{
	const json_t *r = c->result;
	const char *file = client_string(r, "file");

	print_pair(0, _("Recovery card"), client_string(r, "card"));
	change_text_head(stdout, "", r);
	change_text(stdout, "  ", json_object_get(r, "ops"));
	print_notes(c);
	if (is_effective(r)) {
		print_line("%s", _("It is in force, and goes to every peer."));
		return;
	}
	print_approvals(r);
	if (!file)
		return;
	print_pair(0, _("File"), file);
	print_note(&c->options, "%s: wici roster approve %s [--key %s]",
		   _("Next"), file, _("CARD"));
}

/* --- Approving ------------------------------------------------------------------ */

/* What the daemon knows of it: names, who may approve. WICI_NO_DAEMON: nobody
 * to ask, which is no failure here. */
static enum wici_err ask(struct client *c, const struct change_file *f,
			 const char *method, json_t **reply)
{
	char *hex = change_file_hex(f);
	enum wici_err err;

	(void)json_object_set_new(c->params, "statement", json_string(hex));
	free(hex);
	err = rpc_call(c, method, c->params, reply);
	return err;
}

static void forget_failure(struct client *c)
{
	json_decref(c->error);
	c->error = NULL;
}

static enum wici_err confirm(struct client *c, const json_t *change)
{
	bool asks = !c->options.is_yes && isatty(0) && isatty(2);
	char line[16] = "";

	if (asks || (!c->options.is_json && !c->options.is_quiet)) {
		change_text_head(stderr, "", change);
		change_text(stderr, "  ", json_object_get(change, "ops"));
	}
	if (!asks)
		return WICI_OK;
	fprintf(stderr, _("Approve it? Type yes: "));
	if (fgets(line, sizeof(line), stdin))
		line[strcspn(line, "\n")] = '\0';
	if (strcmp(line, "yes") == 0 || strcmp(line, "tak") == 0)
		return WICI_OK;
	return fail(c, WICI_USAGE, N_("not confirmed; nothing was done"));
}

static bool has_key(const json_t *list, const json_t *key)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i,
			   item) if (json_equal(item, key)) return true;
	return false;
}

/* known NULL: no daemon to say whose key it is. */
static enum wici_err sign_with_card(struct client *c, struct change_file *f,
				    const char *path, const json_t *known)
{
	struct wici_card card;
	json_t *key = NULL;
	enum wici_err err = card_take(c, path, &card);

	if (err)
		return err;
	key = card_key(&card);
	if (known && !has_key(json_object_get(known, "root_keys"), key) &&
	    !has_key(json_object_get(known, "next_keys"), key)) {
		err = fail(c, WICI_NOT_PERMITTED,
			   N_("the card's key is no root key of this network"));
		fail_hint(c, N_("wici roster show"));
	} else {
		err = change_file_sign(c, f, &card);
	}
	sodium_memzero(&card, sizeof(card));
	json_decref(key);
	return err;
}

/* Back into the file, with whatever approvals there are by now. */
static enum wici_err write_back(struct client *c, const struct change_file *f,
				const char *path, const json_t *ops)
{
	char out[PATH_MAX];

	if (strcmp(path, "-") == 0)
		return WICI_OK;
	(void)snprintf(out, sizeof(out), "%s", path);
	(void)json_object_set_new(c->result, "file", json_string(path));
	return change_file_write(c, f, ops, false, out);
}

static enum wici_err with_card(struct client *c, struct change_file *f,
			       const char *path, const json_t *known)
{
	const char *card = client_string(c->local, "key");
	json_t *view = change_file_view(f);
	const json_t *ops = json_object_get(known ? known : view, "ops");
	enum wici_err err = sign_with_card(c, f, card, known);

	if (!err) {
		c->result = json_copy(view);
		(void)json_object_set_new(c->result, "effective", json_false());
		(void)json_object_set_new(
			c->result, "signatures",
			json_integer((json_int_t)f->s.sigs_count));
		/* First the file: what was signed is not lost. */
		err = write_back(c, f, path, ops);
	}
	if (!err && known) {
		json_t *reply = NULL;

		err = ask(c, f, "roster.submit", &reply);
		if (!err)
			(void)json_object_update(c->result, reply);
		json_decref(reply);
	}
	json_decref(view);
	return err;
}

/* By this installation's own key: the daemon signs. */
static enum wici_err with_daemon(struct client *c, struct change_file *f,
				 const char *path, const json_t *known)
{
	const char *hex;
	enum wici_err err = pass_give(c, false);

	if (!err)
		err = pass_call(c, "roster.approve", RPC_TIMEOUT_MS);
	if (err)
		return err;
	hex = client_string(c->result, "statement");
	if (!hex)
		return WICI_OK;
	err = change_file_take(c, f, hex);
	return err ? err
		   : write_back(c, f, path, json_object_get(known, "ops"));
}

/* Does it need no more signatures, only somebody to take it in? */
static bool is_ripe(const json_t *known)
{
	return known &&
	       json_integer_value(json_object_get(known, "have")) >=
		       json_integer_value(json_object_get(known, "need"));
}

static enum wici_err approve(struct client *c, struct change_file *f,
			     const char *path)
{
	const char *card = client_string(c->local, "key");
	json_t *view = change_file_view(f);
	json_t *known = NULL;
	enum wici_err err = ask(c, f, "roster.read", &known);

	/* A daemon of no network knows no more than none. */
	if ((err == WICI_NO_DAEMON || err == WICI_NOT_FOUND) && card) {
		forget_failure(c);
		err = WICI_OK;
	}
	if (known)
		change_text_check(known, view);
	if (!err)
		err = confirm(c, known ? known : view);
	if (!err && is_ripe(known))
		err = ask(c, f, "roster.submit", &c->result);
	else if (!err)
		err = card ? with_card(c, f, path, known)
			   : with_daemon(c, f, path, known);
	json_decref(view);
	json_decref(known);
	return err;
}

enum wici_err cmd_approve_run(struct client *c)
{
	struct change_file *f = calloc(1, sizeof(*f));
	const char *path;
	enum wici_err err;

	WICI_REQUIRE(f);
	/* The daemon gets what is in the file. */
	(void)json_object_set(c->local, "file",
			      json_object_get(c->params, "file"));
	(void)json_object_del(c->params, "file");
	path = client_string(c->local, "file");
	err = change_file_read(c, f, path);
	if (!err)
		err = approve(c, f, path);
	if (!err && !is_effective(c->result))
		c->exit = EXIT_WAITING;
	free(f);
	return err;
}

void cmd_approve_print(const struct client *c)
{
	const json_t *r = c->result;

	if (is_effective(r)) {
		print_line("%s", _("It is in force, and goes to every peer."));
		print_notes(c);
		return;
	}
	if (json_object_get(r, "need")) {
		print_approvals(r);
	} else {
		print_wrapped(stdout,
			      _("The approval is in the file. No daemon "
				"answered here, so whether that is enough is "
				"not known."),
			      0);
		print_pair(0, _("Next"),
			   _("wici roster approve FILE on a machine of the "
			     "network, or with another card"));
	}
	print_pair(0, _("File"), client_string(r, "file"));
}
