/* client/verdict_text.h — Verdicts and their checks in plain words. */
#ifndef WICI_CLIENT_VERDICT_TEXT_H
#define WICI_CLIENT_VERDICT_TEXT_H

#include "client/print.h"

/* The first word on a page: "VALID". The name itself when it is not known. */
const char *verdict_word(const char *name);

/* One sentence. */
const char *verdict_means(const char *name);

/* The exit code; of a verdict that this version does not know 7. */
int verdict_exit(const char *name);
enum print_color verdict_color(const char *name);

/* The words for a check's name, or a code in its detail; else the code. */
const char *verdict_code(const char *code);

/* Every check of an answer, and what was not checked; grave: a failed one is an
 * error, and not only a warning. */
void verdict_print_checks(const json_t *answer, bool is_grave);

#endif
