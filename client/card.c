/* client/card.c — What stands on a recovery card, and how it gets there. */
#include "client/card.h"

#include "client/fail.h"
#include "client/say.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CARD_LEN_MAX 8192

/* In both languages: who finds it in ten years may not know its history. */
static const char text[] =
	"WICI — KARTA ODZYSKIWANIA %d Z 2 / RECOVERY CARD %d OF 2\n"
	"\n"
	"Sieć / network:             %s\n"
	"Założyła / founded by:      %s\n"
	"Numer sieci / network id:   %s\n"
	"Klucz / root key:           %s\n"
	"Tajne ziarno / secret seed:\n"
	"\n"
	"    %.16s %.16s\n"
	"    %.16s %.16s\n"
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
	"   card to the founder: the other two keys can replace it.\n";

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

static bool write_one(int fd, int number, const json_t *network,
		      const json_t *key)
{
	const char *seed = client_string(key, "seed");
	const char *name = client_string(network, "_name");
	const char *founder = client_string(network, "identity");
	char card[CARD_LEN_MAX];
	int len;
	bool is_written;

	if (!seed || strlen(seed) != 64)
		return false;
	len = snprintf(card, sizeof(card), text, number, number,
		       name ? name : "", founder ? founder : "",
		       client_string(network, "network"),
		       client_string(key, "key"), seed, seed + 16, seed + 32,
		       seed + 48);
	is_written = len > 0 && (size_t)len < sizeof(card) &&
		     write_all(fd, card, (size_t)len);
	explicit_bzero(card, sizeof(card));
	return is_written;
}

/* Out of the reply, and out of memory as far as it is ours. */
static void forget_seed(json_t *key, const char *path)
{
	json_t *seed = json_object_get(key, "seed");
	size_t len = json_string_length(seed);

	if (len)
		explicit_bzero((char *)(uintptr_t)json_string_value(seed), len);
	(void)json_object_del(key, "seed");
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
		forget_seed(key, i < CARD_COUNT ? cards->path[i] : "");
	if (is_written)
		return WICI_OK;
	return fail(c, WICI_IO,
		    N_("the network is founded, but its recovery cards could "
		       "not be written: it has one root key of three now"));
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
