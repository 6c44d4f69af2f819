/* client/card.c — What stands on a card, and how it gets there. */
#include "client/card.h"

#include "client/fail.h"
#include "client/say.h"
#include "proto/require.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CARD_LEN_MAX 8192

#define GROUP 5  /* Letters of a card's text that stand together … */
#define GROUPS 8 /* … and groups in a line. */

/* In both languages: who finds it in ten years may not know its history. */
static const char root_text[] =
	"WICI — KARTA ODZYSKIWANIA %s / RECOVERY CARD %s\n"
	"\n"
	"Sieć / network:             %s\n"
	"Założyła / founded by:      %s\n"
	"Numer sieci / network id:   %s\n"
	"Klucz / root key:           %s\n"
	"Karta / card:\n"
	"\n"
	"%s"
	"\n"
	"PO POLSKU\n"
	"Sieć ma trzy klucze główne: klucz instytucji, która ją założyła,\n"
	"i dwie takie karty. Dwa z trzech razem decydują, kto przyjmuje\n"
	"członków i kto wystawia certyfikaty. Bez kart utrata jednego klucza\n"
	"jest utratą władzy nad siecią.\n"
	"1. Wydrukuj tę kartę i usuń plik. Nie wysyłaj go i nie kopiuj.\n"
	"2. Przechowuj każdą kartę osobno: w sejfie, w innym budynku,\n"
	"   u innej osoby odpowiedzialnej.\n"
	"3. Kto ma dwie karty, ma władzę nad siecią. Zgubioną kartę zgłoś\n"
	"   założycielowi: pozostałe dwa klucze mogą ją zastąpić.\n"
	"4. Kartą zatwierdza się zmiany: wici roster approve PLIK --key KARTA\n"
	"\n"
	"IN ENGLISH\n"
	"The network has three root keys: that of the institution which\n"
	"founded it, and two cards like this one. Any two of the three decide\n"
	"who admits members and who issues certificates. Without the cards,\n"
	"losing one key is losing the say over the network.\n"
	"1. Print this card and remove the file. Do not send or copy it.\n"
	"2. Keep each card in a place of its own: a safe, another building,\n"
	"   another responsible person.\n"
	"3. Who holds two cards has the say over the network. Report a lost\n"
	"   card to the founder: the other two keys can replace it.\n"
	"4. A card approves changes: wici roster approve FILE --key CARD\n";

static const char institution_text[] =
	"WICI — KARTA INSTYTUCJI / CARD OF AN INSTITUTION\n"
	"\n"
	"Instytucja / institution:   %s\n"
	"Sieć / network:             %s\n"
	"Numer sieci / network id:   %s\n"
	"Tożsamość / identity:       %s\n"
	"Karta / card:\n"
	"\n"
	"%s"
	"\n"
	"PO POLSKU\n"
	"Tą kartą instytucja wraca po utracie komputera, dysku lub hasła:\n"
	"na nowym komputerze wici restore --card PLIK, albo przepisana\n"
	"z kartki: wici restore --card - (wielkość liter i odstępy bez\n"
	"znaczenia). Zapisy wracają od innych członków sieci.\n"
	"1. Wydrukuj tę kartę i usuń plik. Nie wysyłaj go i nie kopiuj.\n"
	"2. Przechowuj ją w sejfie. Kto ją ma, może mówić w imieniu\n"
	"   instytucji; nie może przyjmować członków ani wystawiać\n"
	"   certyfikatów.\n"
	"3. Zgubioną lub skradzioną zgłoś założycielowi sieci: klucz\n"
	"   instytucji można zmienić (wici roster rekey).\n"
	"\n"
	"IN ENGLISH\n"
	"With this card an institution comes back after it lost its computer,\n"
	"its disk or its passphrase: on a new one, wici restore --card FILE,\n"
	"or typed from paper, wici restore --card - (case and spaces do not\n"
	"matter). The records come back from the other members.\n"
	"1. Print this card and remove the file. Do not send or copy it.\n"
	"2. Keep it in a safe. Who has it can speak for the institution; he\n"
	"   can admit no members and issue no certificates.\n"
	"3. Report a lost or stolen one to the founder: an institution's key\n"
	"   can be changed (wici roster rekey).\n";

/* In groups, as people read it from paper. */
static void group(const char *card, char *out, size_t max)
{
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; card[i] && len + 8 < max; i++) {
		if (i % (size_t)(GROUP * GROUPS) == 0)
			len += (size_t)snprintf(out + len, max - len, "%s    ",
						i ? "\n" : "");
		else if (i % GROUP == 0)
			out[len++] = ' ';
		out[len++] = card[i];
		out[len] = '\0';
	}
	(void)snprintf(out + len, max - len, "\n");
}

static enum wici_err open_one(struct client *c, struct cards *cards, int i)
{
	enum wici_err err;
	int error;

	cards->fd[i] = open(cards->path[i],
			    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	/* It says what is wrong itself, and leaves errno alone. */
	error = cards->fd[i] < 0
			? errno
			: posix_fallocate(cards->fd[i], 0, CARD_LEN_MAX);
	if (!error)
		return WICI_OK;
	if (error == EEXIST)
		err = fail(c, WICI_USAGE,
			   N_("%s is there already, and is not written over"),
			   cards->path[i]);
	else
		err = fail(c, WICI_IO, N_("%s cannot be written: %s"),
			   cards->path[i], strerror(error));
	fail_hint(c, N_("name an empty folder: --recovery DIR"));
	return err;
}

enum wici_err cards_open(struct client *c, struct cards *cards,
			 const char *folder)
{
	enum wici_err err = WICI_OK;

	for (int i = 0; i < CARD_COUNT; i++)
		cards->fd[i] = -1;
	if (mkdir(folder, 0700) && errno != EEXIST)
		return fail(c, WICI_IO, N_("%s cannot be made: %s"), folder,
			    strerror(errno));
	for (int i = 0; !err && i < CARD_COUNT; i++) {
		int len = snprintf(cards->path[i], sizeof(cards->path[i]),
				   "%s/recovery-%d.txt", folder, i + 1);

		if (len < 0 || (size_t)len >= sizeof(cards->path[i]))
			return fail(c, WICI_USAGE,
				    N_("the folder's path is too long"));
		err = open_one(c, cards, i);
	}
	return err;
}

static bool write_all(int fd, const char *p, size_t len)
{
	size_t whole = len;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return ftruncate(fd, (off_t)whole) == 0 && fsync(fd) == 0;
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = client_string(object, key);

	return text ? text : "";
}

/* number 0: one that takes the place of another. */
static bool write_one(int fd, int number, const json_t *network,
		      const json_t *key)
{
	char pl[16] = "(NOWA)", en[16] = "(NEW)";
	char card[CARD_LEN_MAX], groups[CARD_LEN_MAX / 2];
	const char *text = client_string(key, "card");
	bool is_written;
	int len;

	if (!text || !text[0])
		return false;
	if (number) {
		(void)snprintf(pl, sizeof(pl), "%d Z 2", number);
		(void)snprintf(en, sizeof(en), "%d OF 2", number);
	}
	group(text, groups, sizeof(groups));
	len = snprintf(card, sizeof(card), root_text, pl, en,
		       text_of(network, "_name"), text_of(network, "identity"),
		       text_of(network, "network"), text_of(key, "key"),
		       groups);
	is_written = len > 0 && (size_t)len < sizeof(card) &&
		     write_all(fd, card, (size_t)len);
	explicit_bzero(card, sizeof(card));
	explicit_bzero(groups, sizeof(groups));
	return is_written;
}

/* Out of the reply, and out of memory as far as it is ours. */
static void forget_card(json_t *key, const char *path)
{
	json_t *card = json_object_get(key, "card");
	size_t len = json_string_length(card);

	if (len)
		explicit_bzero((char *)(uintptr_t)json_string_value(card), len);
	(void)json_object_del(key, "card");
	(void)json_object_set_new(key, "path", json_string(path));
}

enum wici_err cards_write(struct client *c, struct cards *cards,
			  json_t *network)
{
	const json_t *keys = json_object_get(network, "recovery");
	bool is_written = json_array_size(keys) == CARD_COUNT;
	json_t *key;
	size_t i;

	for (i = 0; is_written && i < CARD_COUNT; i++)
		is_written = write_one(cards->fd[i], (int)i + 1, network,
				       json_array_get(keys, i));
	json_array_foreach(keys, i, key)
		forget_card(key, i < CARD_COUNT ? cards->path[i] : "");
	if (is_written)
		return WICI_OK;
	return fail(c, WICI_IO,
		    N_("the network is founded, but its recovery cards could "
		       "not be written: it has one root key of three now"));
}

/* 0: it does not fit. */
static size_t format_institution(const json_t *r, char card[CARD_LEN_MAX])
{
	char groups[CARD_LEN_MAX / 2];
	int len;

	group(text_of(r, "card"), groups, sizeof(groups));
	len = snprintf(card, CARD_LEN_MAX, institution_text,
		       text_of(r, "name"), text_of(r, "network_name"),
		       text_of(r, "network"), text_of(r, "identity"), groups);
	explicit_bzero(groups, sizeof(groups));
	return len > 0 && len < CARD_LEN_MAX ? (size_t)len : 0;
}

void card_print_institution(const json_t *result)
{
	char card[CARD_LEN_MAX];

	if (format_institution(result, card))
		(void)fputs(card, stdout);
	explicit_bzero(card, sizeof(card));
}

enum wici_err card_write_institution(struct client *c, const char *path)
{
	char card[CARD_LEN_MAX];
	size_t len = format_institution(c->result, card);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	enum wici_err err = WICI_OK;

	if (fd < 0)
		err = fail(c, errno == EEXIST ? WICI_USAGE : WICI_IO,
			   N_("%s cannot be written: %s"), path,
			   strerror(errno));
	else if (!len || !write_all(fd, card, len))
		err = fail(c, WICI_IO, N_("%s cannot be written: %s"), path,
			   strerror(errno));
	if (fd >= 0)
		(void)close(fd);
	if (err && fd >= 0)
		(void)unlink(path);
	explicit_bzero(card, sizeof(card));
	forget_card(c->result, path);
	return err;
}

enum wici_err card_write_root(struct client *c, const char *path,
			      const json_t *network, const char *key,
			      const char *text)
{
	json_t *o = json_pack("{s:s,s:s}", "key", key, "card", text);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool is_written = fd >= 0 && write_one(fd, 0, network, o);
	int error = errno;

	if (fd >= 0)
		(void)close(fd);
	if (fd >= 0 && !is_written)
		(void)unlink(path);
	forget_card(o, path);
	json_decref(o);
	if (is_written)
		return WICI_OK;
	return fail(c, error == EEXIST ? WICI_USAGE : WICI_IO,
		    N_("%s cannot be written: %s"), path, strerror(error));
}

/* Does the line begin as a card does, whatever spaces stand in it? */
static bool begins_card(const char *line)
{
	const char *want = WICI_CARD_PREFIX "1";

	while (*want && *line && *line != '\n') {
		char letter = *line++;

		if (letter == ' ' || letter == '\t' || letter == '-')
			continue;
		if (letter >= 'A' && letter <= 'Z')
			letter = (char)(letter - 'A' + 'a');
		if (letter != *want)
			return false;
		want++;
	}
	return !*want;
}

/* From the card's first line up to an empty one; all of it, when none begins
 * so. */
static void cut_card(char *text)
{
	char *line = text;
	char *end;

	while (line && !begins_card(line)) {
		line = strchr(line, '\n');
		if (line)
			line++;
	}
	if (!line)
		return;
	memmove(text, line, strlen(line) + 1);
	for (end = strchr(text, '\n'); end; end = strchr(end + 1, '\n')) {
		size_t blank = strspn(end + 1, " \t\r");

		if (end[1 + blank] == '\n' || end[1 + blank] == '\0') {
			*end = '\0';
			return;
		}
	}
}

enum wici_err card_read(struct client *c, const char *path, char *text)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *f = is_stdin ? stdin : fopen(path, "re");
	size_t len;

	if (!f)
		return fail(c, errno == ENOENT ? WICI_NOT_FOUND : WICI_IO,
			    N_("%s cannot be opened: %s"), path,
			    strerror(errno));
	len = fread(text, 1, CARD_TEXT_MAX, f);
	text[len] = '\0';
	if (!is_stdin)
		(void)fclose(f);
	cut_card(text);
	return WICI_OK;
}

enum wici_err card_take(struct client *c, const char *path,
			struct wici_card *card)
{
	char *text = calloc(1, CARD_TEXT_MAX + 1);
	enum wici_err err;

	WICI_REQUIRE(text);
	err = card_read(c, path, text);
	if (!err) {
		err = wici_card_decode(card, wici_bytes_str(text));
		if (err == WICI_REJECT_VERSION)
			err = fail(c, WICI_NEWER_NEEDED,
				   N_("a newer version of wici made this "
				      "card"));
		else if (err)
			err = fail(c, WICI_BAD_FIELD,
				   N_("%s is no card, or was mistyped"), path);
	}
	explicit_bzero(text, CARD_TEXT_MAX);
	free(text);
	return err;
}

void cards_close(struct cards *cards, bool is_written)
{
	for (int i = 0; i < CARD_COUNT; i++) {
		if (cards->fd[i] < 0)
			continue;
		(void)close(cards->fd[i]);
		cards->fd[i] = -1;
		if (!is_written)
			(void)unlink(cards->path[i]);
	}
}
