/* client/backup_file.h — A backup or a bundle in a file: read through, every
 * run's chain and last signature verified, without any daemon. PROTOCOL §7. */
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
	bool has_key;           /* The identity key is in it … */
	bool is_locked;         /* … under a passphrase. */
	bool has_bearer;        /* Of a bundle: whose feed … */
	struct wici_key bearer; /* … has signed that it made it. */
	bool has_join;          /* Its maker asks to be let in. */
	uint64_t files, files_bytes;
	uint64_t files_cut;  /* Of which something is missing. */
	struct wici_id file; /* The last of them, … */
	uint64_t file_left;  /* … and how much of it is still to come. */
	uint64_t entries, feeds, statements, bytes;
};

struct backup_feed {
	struct wici_head head; /* Its last entry. */
	uint64_t entries;      /* So many of it; the last ones. */
	bool has_identity;     /* Its feed.open is in the file. */
	struct wici_key identity;
};

/* Feeds ascending by key; names as admissions in it have them. */
struct backup_list {
	struct backup_feed *feeds;
	size_t feeds_count;
	struct {
		struct wici_key identity;
		char name[201];
	} * names;
	size_t names_count;
};

/* Reads all of it. Errors say what is wrong with the file: WICI_NOT_FOUND,
 * WICI_IO, WICI_BAD_FIELD (damaged, cut short, no backup). */
WICI_NODISCARD
enum wici_err backup_file_check(struct client *c, const char *path,
				struct backup_file *file);

/* The same, and what is in it of whom. Clear the list, also after an error: it
 * has what stood before the damage. */
WICI_NODISCARD
enum wici_err backup_file_list(struct client *c, const char *path,
			       struct backup_file *file,
			       struct backup_list *list);
void backup_list_clear(struct backup_list *list);
/* Borrowed; NULL: the file does not say. */
const char *backup_list_name(const struct backup_list *list,
			     const struct wici_key *identity);

/* What is in it, for c->result. */
json_t *backup_file_json(const char *path, const struct backup_file *f);

/* The backup record as it stands (malloc'ed; the caller frees and wipes), for
 * restore. */
WICI_NODISCARD
enum wici_err backup_file_header(struct client *c, const char *path,
				 struct wici_id *network, uint8_t **record,
				 size_t *len);

#endif
