/* client/change_file.c — Reading, writing and signing a change that travels as
 * a file. All of it works without a daemon. */
#include "client/change_file.h"

#include "client/change_text.h"
#include "client/fail.h"
#include "client/json.h"
#include "client/say.h"
#include "proto/change_view.h"
#include "proto/require.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX ((size_t)1 << 20)
#define VIEW_MAX ((size_t)1 << 18)
#define MARK     "statement "

/* --- Reading ----------------------------------------------------------------- */

static enum wici_err no_change(struct client *c)
{
	enum wici_err err =
		fail(c, WICI_BAD_FIELD, N_("there is no whole change in it"));

	fail_hint(c, N_("copy the file again, whole"));
	return err;
}

static enum wici_err decode(struct client *c, struct change_file *f)
{
	struct wici_bytes b = {f->bytes, f->len};

	if (wici_statement_decode(&f->s, b) ||
	    wici_change_decode(&f->change, &f->s))
		return no_change(c);
	return WICI_OK;
}

static enum wici_err take(struct client *c, struct change_file *f,
			  const char *hex, size_t len)
{
	f->len = len / 2;
	if (f->len == 0 || len % 2 || f->len > sizeof(f->bytes) ||
	    wici_unhex(f->bytes, f->len,
		       (struct wici_bytes){(const uint8_t *)hex, len}))
		return no_change(c);
	return decode(c, f);
}

enum wici_err change_file_take(struct client *c, struct change_file *f,
			       const char *hex)
{
	return take(c, f, hex, strlen(hex));
}

/* The rest of the only line that begins so; NULL. */
static const char *find_line(const char *text, size_t *len)
{
	const char *found = NULL;

	for (const char *p = text; p && *p;) {
		if (strncmp(p, MARK, strlen(MARK)) == 0) {
			if (found)
				return NULL;
			found = p + strlen(MARK);
			*len = strcspn(found, "\r\n");
		}
		p = strchr(p, '\n');
		if (p)
			p++;
	}
	return found;
}

enum wici_err change_file_read(struct client *c, struct change_file *f,
			       const char *path)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *in = is_stdin ? stdin : fopen(path, "re");
	char *text = malloc(FILE_MAX + 1);
	const char *hex;
	size_t len;
	enum wici_err err;

	WICI_REQUIRE(text);
	if (!in) {
		free(text);
		return fail(c, errno == ENOENT ? WICI_NOT_FOUND : WICI_IO,
			    N_("%s cannot be opened: %s"), path,
			    strerror(errno));
	}
	len = fread(text, 1, FILE_MAX, in);
	text[len] = '\0';
	if (!is_stdin)
		(void)fclose(in);
	hex = find_line(text, &len);
	err = hex ? take(c, f, hex, len) : no_change(c);
	free(text);
	return err;
}

/* --- What it does ------------------------------------------------------------ */

json_t *change_file_view(const struct change_file *f)
{
	uint8_t *buf = malloc(VIEW_MAX);
	char id[WICI_HEX_LEN + 1];
	struct wici_mp_writer w;
	struct wici_bytes view;
	json_t *ops = NULL;

	WICI_REQUIRE(buf);
	wici_mp_writer_init(&w, buf, VIEW_MAX);
	wici_change_view(&w, &f->change, NULL);
	if (wici_mp_written(&w, &view) || json_from_mp(view, &ops))
		ops = json_pack("[{s:s}]", "op", "unknown");
	free(buf);
	wici_hex(id, f->s.id.b, WICI_ID_LEN);
	return json_pack("{s:I,s:s,s:o}", "version",
			 (json_int_t)f->change.version, "id", id, "ops", ops);
}

char *change_file_hex(const struct change_file *f)
{
	char *hex = malloc(2 * f->len + 1);

	WICI_REQUIRE(hex);
	wici_hex(hex, f->bytes, f->len);
	return hex;
}

/* --- Writing ----------------------------------------------------------------- */

static void write_in(FILE *out, const char *lang, const json_t *change,
		     const json_t *ops)
{
	say_init(lang);
	fprintf(out, "#\n");
	change_text_head(out, "# ", change);
	change_text(out, "#   ", ops);
	fprintf(out, "# %s\n",
		_("To approve it: wici roster approve FILE [--key CARD]"));
}

static char *compose(const struct client *c, const struct change_file *f,
		     const json_t *ops)
{
	unsigned long long version = f->change.version;
	json_t *change = change_file_view(f);
	char *hex = change_file_hex(f);
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	WICI_REQUIRE(out);
	fprintf(out, "WICI — ZMIANA %llu / CHANGE %llu\n", version, version);
	write_in(out, "pl", change, ops);
	write_in(out, "en", change, ops);
	say_init(c->options.lang);
	fprintf(out, "#\n%s%s\n", MARK, hex);
	(void)fclose(out);
	json_decref(change);
	free(hex);
	return text;
}

/* zmiana-5.wici, or the first of zmiana-5-2.wici, … that is not there. */
static void find_name(const struct change_file *f, char out[PATH_MAX])
{
	unsigned long long version = f->change.version;

	(void)snprintf(out, PATH_MAX, "zmiana-%llu.wici", version);
	for (int i = 2; i < 1000 && access(out, F_OK) == 0; i++)
		(void)snprintf(out, PATH_MAX, "zmiana-%llu-%d.wici", version,
			       i);
}

static bool write_all(int fd, const char *p)
{
	size_t left = strlen(p);

	while (left > 0) {
		ssize_t n = write(fd, p, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		p += n;
		left -= (size_t)n;
	}
	return fsync(fd) == 0;
}

/* Under a name of its own first: a file is never there by half. */
static bool put(const char *path, const char *text, bool is_new)
{
	char draft[PATH_MAX + 8];
	bool ok;
	int fd, error;

	(void)snprintf(draft, sizeof(draft), "%s.XXXXXX", path);
	fd = mkostemp(draft, O_CLOEXEC);
	if (fd < 0)
		return false;
	(void)fchmod(fd, 0644); /* A stick may know no modes, … */
	ok = write_all(fd, text);
	ok = close(fd) == 0 && ok;
	if (ok && is_new)
		ok = link(draft, path) == 0;
	/* … and no links. */
	if (ok ? !is_new : is_new && errno == EPERM)
		ok = rename(draft, path) == 0;
	error = errno;
	(void)unlink(draft);
	errno = error;
	return ok;
}

enum wici_err change_file_write(struct client *c, const struct change_file *f,
				const json_t *ops, bool is_new,
				char out[PATH_MAX])
{
	char *text = compose(c, f, ops);
	enum wici_err err = WICI_OK;

	if (!out[0])
		find_name(f, out);
	if (!put(out, text, is_new)) {
		err = fail(c, errno == EEXIST ? WICI_USAGE : WICI_IO,
			   N_("%s cannot be written: %s"), out,
			   strerror(errno));
		fail_hint(c, N_("name another file: -o FILE"));
	}
	free(text);
	return err;
}

/* --- Signing ------------------------------------------------------------------- */

static enum wici_err insert(struct client *c, struct change_file *f,
			    const struct wici_signer *signer)
{
	struct wici_statement s = f->s;
	struct wici_mp_writer w;
	struct wici_bytes b;
	uint8_t *buf;
	enum wici_err err;

	if (s.sigs_count == WICI_STATEMENT_SIGS_MAX)
		return fail(c, WICI_TOO_LARGE,
			    N_("16 keys have signed it already"));
	wici_statement_sign(&s, signer);
	buf = malloc(WICI_STATEMENT_LEN_MAX);
	WICI_REQUIRE(buf);
	wici_mp_writer_init(&w, buf, WICI_STATEMENT_LEN_MAX);
	wici_statement_encode(&w, &s);
	err = wici_mp_written(&w, &b);
	if (!err) {
		memcpy(f->bytes, b.p, b.len);
		f->len = b.len;
	}
	free(buf);
	return err ? fail(c, WICI_TOO_LARGE, N_("the change is too large"))
		   : decode(c, f);
}

enum wici_err change_file_sign(struct client *c, struct change_file *f,
			       const struct wici_card *card)
{
	struct wici_signer signer;
	struct wici_secret secret;
	struct wici_key key;
	enum wici_err err = WICI_OK;

	if (!wici_is_zero(card->network.b, WICI_ID_LEN) &&
	    !wici_id_equal(&card->network, &f->change.network))
		return fail(c, WICI_NOT_PERMITTED,
			    N_("the card is of another network than the "
			       "change"));
	wici_card_key(card, &key, &secret);
	if (wici_statement_has_signed(&f->s, &key))
		err = fail(c, WICI_NOT_PERMITTED,
			   N_("this card has approved it already"));
	if (!err) {
		wici_change_approve(&signer, &f->change.network, &f->s.id, &key,
				    &secret);
		err = insert(c, f, &signer);
	}
	sodium_memzero(&secret, sizeof(secret));
	return err;
}
