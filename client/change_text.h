/* client/change_text.h — What a change of the root does, in sentences. */
#ifndef WICI_CLIENT_CHANGE_TEXT_H
#define WICI_CLIENT_CHANGE_TEXT_H

#include <jansson.h>
#include <stdio.h>

/* Lines in the language that say_init() has set, each after this prefix. ops:
 * an array as wici_change_view() has it. Keys and ids stand whole: they are
 * what is compared. */
void change_text(FILE *out, const char *prefix, const json_t *ops);

/* What the daemon told of a change, against what was read of it here: the
 * daemon knows names; in all else it is not believed, and told is set right. */
void change_text_check(json_t *told, const json_t *read);

/* "Version 5, approved by 1 of 2" */
void change_text_head(FILE *out, const char *prefix, const json_t *change);

#endif
