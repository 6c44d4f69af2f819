/* client/expectation.h — What a field wants, in the language. */
#ifndef WICI_CLIENT_EXPECTATION_H
#define WICI_CLIENT_EXPECTATION_H

/* Of a code word in an error's "expected" (proto/kind.h, struct wici_problem);
 * the word itself where there is no more to say. Static. */
const char *expectation_text(const char *word);

#endif
