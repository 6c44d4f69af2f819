/* client/spoken.c — The daemon's own words, in Polish too. */
#include "client/spoken.h"

#include "client/say.h"
#include "proto/kinds.h"
#include "proto/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
/* What the daemon has to say in words: its messages and hints, for the
 * translators. Those that are not here come out in English. */
static const char *const spoken[] = {
	N_("wici institution list names the members"),
	N_("write %s"),
	N_("there is no such day in the calendar"),
	N_("there is an identity already"),
	N_("either a passphrase or none, not both"),
	N_("only the registrar's installation invites: see `wici roster show`"),
	N_("no address of this installation is known: start wicid with "
	   "--advertise HOST:PORT, or say --via HOST:PORT; who is to join "
	   "without a network: --by-file"),
	N_("this invitation names no address: `wici join TOKEN --by-file "
	   "FILE`"),
	N_("there is no network yet: `wici network create` or `wici join`"),
	N_("`wici kinds` names them"),
	N_("there is no more room for attachments: raise attachments-quota in "
	   "wicid's configuration"),
	N_("`wici attachment add FILE` first"),
	N_("what the record names is not fetched, since it does not count: "
	   "`wici show`"),
	N_("the file is not here whole: attachment.get"),
	N_("what lies in the file's place cannot be opened: `wici fsck` names "
	   "it"),
	N_("there is no identity yet: `wici init`"),
	N_("the identity key is under a passphrase"),
	N_("it must be pasted whole, as it was given"),
	N_("an address is HOST:PORT or [IPV6]:PORT"),
	N_("this address stands in the configuration: remove it there"),
	N_("only an issuing feed writes %s: `wici roster show` names the "
	   "issuers"),
	N_("`wici roster show` names the issuers"),
	N_("nothing was published"),
	N_("there may be more: only the first 500 that do not fit are named"),
	N_("there are too many certificates here for a list by their last "
	   "day"),
	N_("records of this kind come with `wici network create`, `invite` "
	   "and `join`"),
	N_("only an institution's own records can be replaced by it"),
	N_("records of this kind cannot be replaced"),
	N_("this record does not count, or was erased"),
	N_("what gives or takes a right, or says of one that it stands, is "
	   "never erased; it has no free text, and a reason is a record of its "
	   "own"),
	N_("only the institution that published it erases a record, or the "
	   "root: root keys that have signed: %s"),
	N_("--key CARD, once for each key that is needed"),
	N_("the institution's present identity key is not on this machine: "
	   "--key CARD"),
	N_("this is no erasure of this record"),
	N_("this is no institution's present key"),
	N_("only the issuer of its scheme can decide about a certificate"),
	N_("it has been suspended or revoked already"),
	N_("only its issuer signs a code for a certificate; a proof file "
	   "anybody can make: --format proof"),
	N_("whoever granted it is no issuer of this network: there is "
	   "nothing to prove"),
	N_("a newer version of wici is needed to read all that the issuer has "
	   "written"),
	N_("its issuer has neither suspended nor revoked it; what the root "
	   "revoked the root alone lifts: `wici roster lift`"),
	N_("it has been revoked already"),
	N_("there is nothing to keep yet: `wici network create` or `wici "
	   "join`"),
	N_("a bundle brings no membership by itself: `wici join TOKEN "
	   "--by-file FILE` asks for it"),
	N_("the signature of the grant is wrong: there is no token for it"),
	N_("whoever granted it is no issuer of this network: there is no "
	   "token for it"),
	N_("the certificate is revoked: there is no token for it"),
	N_("this installation has no token key: `wici key token` makes one, "
	   "`wici roster issuers SCHEME INSTITUTION --token-key KEY` names it"),
	N_("the issuers' list names another token key than the one here: see "
	   "`wici key token` and `wici roster issuers SCHEME INSTITUTION "
	   "--token-key KEY`"),
	N_("the holder is no member, as far as is known here: `wici sync "
	   "--wait`"),
	N_("it does not fit into one change"),
	N_("this key has approved another change of this version; "
	   "--instead, when that one was given up and its file "
	   "destroyed"),
	N_("this key has approved another change of this version, and "
	   "that one is known already"),
	N_("this installation's key is no root key: approve with a "
	   "card, --key CARD"),
	N_("this key has approved it already"),
	N_("this change is of another network"),
	N_("this change has been made already: `wici roster log`"),
	N_("another change of this version is in force: propose it "
	   "anew"),
	N_("changes that come before it are not here yet: `wici sync "
	   "--wait`"),
	N_("it follows a change that does not stand: propose it anew"),
	N_("it does something that this version of wici does not know"),
	N_("the change that it names is none of those that contradict "
	   "each other here"),
	N_("name the feed: --feed FEED"),
	N_("no such feed is held here"),
	N_("no feed of this institution that goes on is held here"),
	N_("nothing that counts is held of this feed"),
	N_("the feed is not held here that far"),
	N_("with an id its number in the feed is needed: --seq N"),
	N_("eight feeds before this one are named already"),
	N_("the feed that has the right now is not held here: `wici "
	   "sync --wait`"),
	N_("this feed is the registrar's already"),
	N_("its token key is needed: `wici key token` on that "
	   "installation shows it; --token-key KEY"),
	N_("nobody issues for this scheme"),
	N_("the list would have expired already: --until YYYY-MM-DD, "
	   "or --days N"),
	N_("the root has not revoked it: what its issuer revoked, the "
	   "root cannot lift"),
	N_("this institution is no relay; name its addresses, "
	   "HOST:PORT"),
	N_("a quota is never below 1048576 entries and 1073741824 "
	   "bytes"),
	N_("this institution has too many feeds for one change"),
	N_("a feed that is to go on is another institution's"),
	N_("this institution is suspended already"),
	N_("this institution is suspended: `wici roster reinstate` "
	   "gives it a new key"),
	N_("this institution is not suspended: `wici roster rekey` "
	   "gives it a new key"),
	N_("this key is or was an institution's: a key that was closed"
	   " never returns, make a new one"),
	N_("a key that is to go is no root key: `wici roster show` "
	   "names them"),
	N_("a key that is to come is a root key already"),
	N_("there are 16 root keys at most"),
	N_("more than half of the keys must be needed, and no more "
	   "than there are; each a good one"),
	N_("no changes contradict each other: there is nothing to "
	   "choose"),
	N_("`wici roster show` names the changes that contradict each "
	   "other"),
	N_("this feed is another institution's"),
	N_("who shall issue for this scheme? SCHEME INSTITUTION, or "
	   "--remove"),
	N_("the list is good for 3650 days at most"),
	N_("--entries N, --bytes N, or both"),
	N_("it stands at \"%s\": `wici show` tells what may follow"),
	N_("one before it is about the same: publish them one after the "
	   "other"),
	N_("--add KEY, --remove KEY, --threshold N"),
};
/* clang-format on */

/* A process's state, by its label; else as it is. Borrowed. */
static const char *middle_text(const char *middle)
{
	for (size_t i = 0; wici_kinds[i]; i++) {
		const struct wici_process *p = wici_kinds[i]->process;

		for (size_t k = 0; p && p->states[k].code; k++)
			if (strcmp(p->states[k].code, middle) == 0)
				return say_label(&p->states[k].label);
	}
	return middle;
}

/* A row with %s stands for what begins and ends as it does; the middle, a name,
 * stays, unless it is a state. */
char *spoken_text(const char *text)
{
	char *out = NULL;
	char *middle;

	for (size_t i = 0; i < sizeof(spoken) / sizeof(spoken[0]); i++) {
		const char *gap = strstr(spoken[i], "%s");
		size_t head = gap ? (size_t)(gap - spoken[i]) : 0;
		size_t tail = gap ? strlen(gap + 2) : 0;
		const char *said = say(spoken[i]);
		const char *place = strstr(said, "%s");
		size_t len = strlen(text);

		if (!gap || !place || len < head + tail ||
		    strncmp(text, spoken[i], head) != 0 ||
		    strcmp(text + len - tail, gap + 2) != 0)
			continue;
		middle = strndup(text + head, len - head - tail);
		if (!middle ||
		    asprintf(&out, "%.*s%s%s", (int)(place - said), said,
			     middle_text(middle), place + 2) < 0)
			abort();
		free(middle);
		return out;
	}
	out = strdup(say(text));
	if (!out)
		abort();
	return out;
}
