/* client/html.h — Text from records on a page of HTML. This is the only way
 * for it to get there: names are whatever their owners liked. */
#ifndef WICI_CLIENT_HTML_H
#define WICI_CLIENT_HTML_H

#include <stdio.h>

/* Harmless between tags and in a value in quotes. Controls and bidirectional
 * overrides, which could make a line look like another, become U+FFFD; NULL is
 * nothing. */
void html_text(FILE *out, const char *text);

/* <tag class="name">text</tag>, and a line's end; nothing when text is NULL or
 * "". name NULL: no class. tag and name are our own words. */
void html_element(FILE *out, const char *tag, const char *name,
		  const char *text);

#endif
