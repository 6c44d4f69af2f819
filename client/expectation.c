/* client/expectation.c — What a field wants, by the code words of errors. */
#include "client/expectation.h"

#include "client/say.h"

#include <string.h>

/* clang-format off */
static const struct {
	const char *word;
	const char *text;
} expectations[] = {
	{"line", N_("one line of text, without control characters")},
	{"text", N_("a text")},
	{"uint", N_("a whole number")},
	{"bool", N_("yes or no")},
	{"day", N_("a day, like 2026-12-31")},
	{"when", N_("a year, month or day, like 2014, 2021-07, 2019-03-22")},
	{"word", N_("one of the words that the field knows")},
	{"member", N_("an institution of this network: its name, short name "
		      "or identity")},
	{"record", N_("a record: its id, 8 digits of it or more, or a "
		      "certificate's number")},
	{"party", N_("an institution, or the name of an organisation")},
	{"bytes", N_("bytes as hexadecimal digits, in full length")},
	{"map", N_("an object")},
	{"file", N_("a file: its path here, or what wici attachment add says")},
	{"attachment", N_("a record's id or an attachment's address: 8 digits "
			  "of it or more")},
	{"held", N_("a file that is here, or that a record names already")},
	{"file_name", N_("a file's name without / and \\")},
	{"file_size", N_("a file of 1 byte to 64 MiB")},
	{"media_type", N_("a media type, like application/pdf")},
	{"list", N_("a list")},
	{"fewer", N_("fewer items")},
	{"shorter", N_("a shorter text")},
	{"not_empty", N_("something; it was empty")},
	{"not_personal", N_("nothing that looks personal: no PESEL, phone "
			    "number or e-mail address")},
	{"teryt", N_("a number of the TERYT register: 2 digits of a voivodeship, "
		     "4 of a powiat, 6 or 7 of a gmina")},
	{"code", N_("a word of small letters a-z, digits and dashes")},
	{"rule", N_("a value that agrees with the other fields")},
	{"not_allowed", N_("something that may follow as it stands now")},
	{"not_party", N_("the institution whose step this is")},
	{"other_side", N_("another institution than the one on the other side")},
	{"side", N_("one of the institutions that take part in this")},
	{"sort", N_("a record of the sort that this field is about")},
	{"issuer", N_("an institution that issues for this scheme")},
	{"overtaken", N_("an answer to what was said last")},
	{"waits", N_("an answer to what is here already")},
	{"canonical", N_("canonical bytes")},
	{"size", N_("a smaller record")},
	{"address", N_("an address, HOST:PORT or [IPV6]:PORT")},
	{"once", N_("the field once only")},
	{"url", N_("an address that begins with https://, without spaces and "
		   "without #")},
	{"cursor", N_("what the last page said after --after")},
	{"words", N_("words to look for")},
	{"cells", N_("no more cells than the header line has")},
	{"unused", N_("a number that no certificate of this scheme has yet; a "
		      "renewal names the old one in the field previous")},
	{"unique", N_("a number that no line above has")},
	{"new", N_("a certificate that has not been granted in these very "
		   "words already")},
};
/* clang-format on */

const char *expectation_text(const char *word)
{
	for (size_t i = 0; i < sizeof(expectations) / sizeof(expectations[0]);
	     i++)
		if (strcmp(expectations[i].word, word) == 0)
			return say(expectations[i].text);
	return word;
}
