/* client/ics.h — A visit as a calendar's event: iCalendar, RFC 5545. */
#ifndef WICI_CLIENT_ICS_H
#define WICI_CLIENT_ICS_H

#include <jansson.h>
#include <stdio.h>

/* record: as record.show returns it, with its process, which must have a day.
 * A whole day; tentative until it is agreed, and cancelled when it is. The same
 * visit has the same UID, and each act a higher SEQUENCE: what a calendar has
 * imported before is replaced. */
void ics_write(FILE *out, const json_t *record);

#endif
