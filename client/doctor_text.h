/* client/doctor_text.h — What the doctor's findings mean: a sentence, why it
 * matters, and what to do. */
#ifndef WICI_CLIENT_DOCTOR_TEXT_H
#define WICI_CLIENT_DOCTOR_TEXT_H

/* All three in English, to be translated; why and advice may be NULL. */
struct doctor_text {
	const char *name, *code;
	const char *what, *why, *advice;
};

/* NULL: a newer daemon's. */
const struct doctor_text *doctor_text(const char *name, const char *code);

#endif
