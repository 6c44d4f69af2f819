/* client/change_text.c — Changes told to people: one function an op. */
#include "client/change_text.h"

#include "client/client.h"
#include "client/print.h"
#include "client/say.h"

#include <string.h>

/* Where the lines go. */
struct text {
	FILE *out;
	const char *prefix;
};

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = client_string(o, key);

	return s ? s : "—";
}

static long long number(const json_t *o, const char *key)
{
	return (long long)json_integer_value(json_object_get(o, key));
}

static void begin(const struct text *t, int indent)
{
	fprintf(t->out, "%s%*s", t->prefix, indent, "");
}

/* "Label: value"; the value on a line of its own where it is long. */
static void pair(const struct text *t, int indent, const char *label,
		 const char *value)
{
	begin(t, indent);
	fprintf(t->out, "%s:", label);
	if (print_columns(label) + (int)strlen(value) + indent > 68) {
		fputc('\n', t->out);
		begin(t, indent + 2);
	} else {
		fputc(' ', t->out);
	}
	print_text(t->out, value);
	fputc('\n', t->out);
}

static void line(const struct text *t, int indent, const char *sentence)
{
	begin(t, indent);
	fprintf(t->out, "%s\n", sentence);
}

/* The name, where it is known, and the key. */
static void whose(const struct text *t, int indent, const json_t *o)
{
	const char *name = client_string(o, "name");

	if (name)
		pair(t, indent, _("Institution"), name);
	pair(t, indent, _("Identity"), text_of(o, "identity"));
}

static void feed_row(const struct text *t, int indent, const json_t *row,
		     const char *sentence)
{
	const char *name = client_string(row, "name");

	pair(t, indent, _("Feed"), text_of(row, "feed"));
	if (name)
		pair(t, indent + 2, _("Institution"), name);
	begin(t, indent + 2);
	/* A format of ours, with one number. */
	fprintf(t->out, sentence, number(row, "seq"));
	fputc('\n', t->out);
}

static void closed_rows(const struct text *t, int indent, const json_t *o)
{
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(o, "closed"), i, row) feed_row(
		t, indent, row, _("counts as before, up to entry %lld"));
}

static void rows(const struct text *t, int indent, const json_t *o)
{
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(o, "feeds"), i, row)
		feed_row(t, indent, row,
			 json_is_true(json_object_get(row, "open"))
				 ? _("goes on; entry %lld is known")
				 : _("ends at entry %lld"));
}

static void keys(const struct text *t, const json_t *op)
{
	const json_t *key;
	size_t i;

	begin(t, 2);
	fprintf(t->out, _("any %lld of %zu keys decide:"),
		number(op, "threshold"),
		json_array_size(json_object_get(op, "keys")));
	fputc('\n', t->out);
	json_array_foreach(json_object_get(op, "keys"), i, key)
	{
		begin(t, 4);
		print_text(t->out, json_string_value(key));
		fputc('\n', t->out);
	}
}

static void tell_found(const struct text *t, const json_t *op)
{
	pair(t, 0, _("A network is founded"), text_of(op, "name"));
	keys(t, op);
}

static void tell_registrar(const struct text *t, const json_t *op)
{
	line(t, 0, _("Members are admitted in this feed from now on:"));
	feed_row(t, 2, op, _("goes on; entry %lld is known"));
	closed_rows(t, 2, op);
}

static void tell_issuers(const struct text *t, const json_t *op)
{
	const json_t *row;
	size_t i;

	pair(t, 0, _("The list of issuers, good until"),
	     text_of(op, "expires"));
	json_array_foreach(json_object_get(op, "issuers"), i, row)
	{
		pair(t, 2, _("Scheme"), text_of(row, "scheme"));
		whose(t, 4, row);
		pair(t, 4, _("Feed"), text_of(row, "feed"));
		pair(t, 4, _("Token key"), text_of(row, "token_key"));
		closed_rows(t, 4, row);
	}
}

static void tell_suspend(const struct text *t, const json_t *op)
{
	line(t, 0, _("An institution is suspended:"));
	whose(t, 2, op);
	rows(t, 2, op);
}

static void tell_rekey(const struct text *t, const json_t *op)
{
	line(t, 0, _("Another key speaks for an institution:"));
	whose(t, 2, op);
	pair(t, 2, _("New key"), text_of(op, "key"));
	rows(t, 2, op);
}

static void tell_reinstate(const struct text *t, const json_t *op)
{
	line(t, 0, _("An institution is suspended no longer:"));
	whose(t, 2, op);
	pair(t, 2, _("New key"), text_of(op, "key"));
	rows(t, 2, op);
}

static void tell_policy(const struct text *t, const json_t *op)
{
	line(t, 0, _("The root keys change:"));
	keys(t, op);
}

static void tell_revoke(const struct text *t, const json_t *op)
{
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(op, "certificates"), i, row)
	{
		pair(t, 0, _("A certificate is revoked"), text_of(row, "id"));
		pair(t, 2, _("from the day"), text_of(row, "effective"));
	}
}

static void tell_lift(const struct text *t, const json_t *op)
{
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(op, "certificates"), i, row)
		pair(t, 0, _("A certificate is revoked no longer"),
		     text_of(row, "id"));
}

static void tell_witnesses(const struct text *t, const json_t *op)
{
	const json_t *row;
	size_t i;

	begin(t, 0);
	fprintf(t->out, _("Witnesses; %lld of %zu are needed:"),
		number(op, "needed"),
		json_array_size(json_object_get(op, "witnesses")));
	fputc('\n', t->out);
	json_array_foreach(json_object_get(op, "witnesses"), i, row)
	{
		whose(t, 2, row);
		pair(t, 2, _("Feed"), text_of(row, "feed"));
	}
}

static void tell_quotas(const struct text *t, const json_t *op)
{
	const json_t *row;
	size_t i;

	line(t, 0, _("Quotas above the usual one:"));
	json_array_foreach(json_object_get(op, "feeds"), i, row)
	{
		pair(t, 2, _("Feed"), text_of(row, "feed"));
		begin(t, 4);
		fprintf(t->out, _("%lld entries, %lld bytes"),
			number(row, "entries"), number(row, "bytes"));
		fputc('\n', t->out);
	}
}

static void tell_relays(const struct text *t, const json_t *op)
{
	const json_t *row, *address;
	size_t i, k;

	line(t, 0, _("Relays:"));
	json_array_foreach(json_object_get(op, "relays"), i, row)
	{
		whose(t, 2, row);
		json_array_foreach(json_object_get(row, "addresses"), k,
				   address)
			pair(t, 4, _("Address"), json_string_value(address));
	}
}

static void tell_feeds(const struct text *t, const json_t *op)
{
	line(t, 0, _("What counts of a feed:"));
	rows(t, 2, op);
}

static void tell_stands(const struct text *t, const json_t *op)
{
	pair(t, 0, _("Of the changes that contradict each other, this stands"),
	     text_of(op, "id"));
}

static void tell_unknown(const struct text *t, const json_t *op)
{
	(void)op;
	line(t, 0,
	     _("Something that this version of wici does not know. Do not "
	       "approve it."));
}

static const struct {
	const char *op;
	void (*tell)(const struct text *t, const json_t *op);
} tellers[] = {
	{"found", tell_found},     {"registrar", tell_registrar},
	{"issuers", tell_issuers}, {"suspend", tell_suspend},
	{"rekey", tell_rekey},     {"reinstate", tell_reinstate},
	{"policy", tell_policy},   {"revoke", tell_revoke},
	{"lift", tell_lift},       {"witnesses", tell_witnesses},
	{"quotas", tell_quotas},   {"relays", tell_relays},
	{"feeds", tell_feeds},     {"stands", tell_stands},
	{"unknown", tell_unknown},
};

void change_text(FILE *out, const char *prefix, const json_t *ops)
{
	const struct text t = {out, prefix};
	const json_t *op;
	size_t i;

	json_array_foreach(ops, i, op)
	{
		const char *name = text_of(op, "op");
		size_t k = 0;
		size_t count = sizeof(tellers) / sizeof(tellers[0]);

		while (k < count && strcmp(tellers[k].op, name) != 0)
			k++;
		if (k < count)
			tellers[k].tell(&t, op);
		else
			tell_unknown(&t, op);
	}
}

static bool is_same(const json_t *named, const json_t *plain);

static bool is_same_object(const json_t *named, const json_t *plain)
{
	json_t *object = (json_t *)(uintptr_t)named;
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		const json_t *other = json_object_get(plain, key);

		if (other ? !is_same(value, other) : strcmp(key, "name") != 0)
			return false;
	}
	json_object_foreach((json_t *)(uintptr_t)plain, key, value)
	{
		if (!json_object_get(named, key))
			return false;
	}
	return true;
}

/* Do both tell the same? The first may know names besides. */
static bool is_same(const json_t *named, const json_t *plain)
{
	const json_t *item;
	size_t i;

	if (json_is_object(named) && json_is_object(plain))
		return is_same_object(named, plain);
	if (!json_is_array(named) || !json_is_array(plain))
		return json_equal(named, plain);
	if (json_array_size(named) != json_array_size(plain))
		return false;
	json_array_foreach(plain, i, item)
	{
		if (!is_same(json_array_get(named, i), item))
			return false;
	}
	return true;
}

void change_text_check(json_t *told, const json_t *read)
{
	json_t *ops = json_object_get(read, "ops");

	(void)json_object_set(told, "version",
			      json_object_get(read, "version"));
	if (!is_same(json_object_get(told, "ops"), ops))
		(void)json_object_set(told, "ops", ops);
}

void change_text_head(FILE *out, const char *prefix, const json_t *change)
{
	fprintf(out, "%s", prefix);
	fprintf(out, _("Change %lld of the network"),
		number(change, "version"));
	fputc('\n', out);
}
