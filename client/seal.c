/* client/seal.c — Why an installation publishes no more, in words. */
#include "client/seal.h"

#include "client/say.h"

#include <stddef.h>
#include <string.h>

/* clang-format off */
static const struct {
	const char *code;
	const char *text;
} seals[] = {
	{"copied", N_("the state folder was copied or restored")},
	{"machine", N_("the state folder comes from another machine")},
	{"fence_ahead", N_("the store is older than what was published")},
	{"missing", N_("the file fence is missing from the state folder")},
	{"damaged", N_("the file fence in the state folder is damaged")},
	{"cloned", N_("this installation runs twice: a peer has seen both")},
	{"forked", N_("its feed has two endings: a copy has published too")},
	{"closed", N_("its feed was ended, by another installation of this "
		      "institution or by the root")},
	{"void", N_("the network does not count its feed any more")},
	{"unfinished", N_("a new feed was begun, and power failed: wici "
			  "restore once more")},
	{"key_missing", N_("the file feed.key is missing from the state "
			   "folder")},
};
/* clang-format on */

const char *seal_text(const char *reason)
{
	for (size_t i = 0; i < sizeof(seals) / sizeof(seals[0]); i++)
		if (strcmp(seals[i].code, reason) == 0)
			return seals[i].text;
	return reason;
}
