/* proto/place.h — Where a key stands among rows that ascend by it, or would.
 *
 * Rows of any size, whose first 32 bytes are their key or id. */
#ifndef WICI_PROTO_PLACE_H
#define WICI_PROTO_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline size_t wici_place(const void *rows, size_t count, size_t size,
				const uint8_t key[32], bool *found)
{
	size_t low = 0;
	size_t high = count;

	*found = false;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int cmp = memcmp((const uint8_t *)rows + mid * size, key, 32);

		if (cmp == 0) {
			*found = true;
			return mid;
		}
		if (cmp < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The row of this key; NULL: there is none. */
static inline const void *wici_place_find(const void *rows, size_t count,
					  size_t size, const uint8_t key[32])
{
	bool found;
	size_t place = wici_place(rows, count, size, key, &found);

	return found ? (const uint8_t *)rows + place * size : NULL;
}

#endif
