/* client/say.h — What wici says to people, in Polish or English.
 *
 * English stands in the source and is the key; Polish comes from the
 * catalogue (client/po/pl.po, made a .mo by msgfmt). It is looked up here, not
 * by libintl: that speaks Polish only where a Polish locale is generated,
 * which on servers and in containers it often is not. JSON, codes and exit
 * codes never change with the language. */
#ifndef WICI_CLIENT_SAY_H
#define WICI_CLIENT_SAY_H

#include "proto/kind.h"

/* lang: "pl", "en", or NULL: WICI_LANG, else LC_ALL, LC_MESSAGES, LANG. */
void say_init(const char *lang);
bool say_is_polish(void);

/* The message in the language; itself when the catalogue lacks it. */
__attribute__((format_arg(1))) const char *say(const char *message);

/* By the number: Polish has three forms. */
__attribute__((format_arg(1), format_arg(2))) const char *say_n(
	const char *one, const char *many, unsigned long long n);

/* "" when the row has none. */
const char *say_label(const struct wici_label *label);

#define _(message)  say(message)
#define N_(message) message /* Translated where it is used. */

#endif
