/* client/backup_file.h — A backup in a file: read through, every run's chain
 * and last signature verified, without any daemon. PROTOCOL §7. */
#ifndef WICI_CLIENT_BACKUP_FILE_H
#define WICI_CLIENT_BACKUP_FILE_H

#include "client/client.h"
#include "proto/bundle.h"

/* What is in it, as far as it was read. */
struct backup_file {
	struct wici_id network;
	uint64_t created_ms;
	char network_name[201];
	bool is_backup; /* Else a bundle: no institution. */
	struct wici_key identity;
	struct wici_head at;
	char name[201];
	bool has_key;    /* The identity key is in it … */
	bool is_locked;  /* … under a passphrase. */
	uint64_t entries, feeds, statements, bytes;
};

/* Reads all of it. Errors say what is wrong with the file: WICI_NOT_FOUND,
 * WICI_IO, WICI_BAD_FIELD (damaged, cut short, no backup). */
WICI_NODISCARD
enum wici_err backup_file_check(struct client *c, const char *path,
				struct backup_file *file);

/* The backup record as it stands (malloc'ed; the caller frees and wipes), for
 * restore. */
WICI_NODISCARD
enum wici_err backup_file_header(struct client *c, const char *path,
				 struct wici_id *network, uint8_t **record,
				 size_t *len);

#endif
