/* client/backup_json.c — What is in a backup or a bundle, as JSON. */
#include "client/backup_file.h"

#include <time.h>

static json_t *hex_of(const uint8_t b[32])
{
	char hex[WICI_HEX_LEN + 1];

	wici_hex(hex, b, 32);
	return json_string(hex);
}

static json_t *time_of(uint64_t ms)
{
	time_t t = (time_t)(ms / 1000);
	char text[32] = "";
	struct tm tm;

	if (gmtime_r(&t, &tm))
		(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return json_string(text);
}

json_t *backup_file_json(const char *path, const struct backup_file *f)
{
	json_t *r = json_pack(
		"{s:s,s:s,s:I,s:I,s:I,s:I}", "path", path, "network_name",
		f->network_name, "entries", (json_int_t)f->entries, "feeds",
		(json_int_t)f->feeds, "statements", (json_int_t)f->statements,
		"bytes", (json_int_t)f->bytes);

	(void)json_object_set_new(r, "network", hex_of(f->network.b));
	(void)json_object_set_new(r, "created", time_of(f->created_ms));
	(void)json_object_set_new(r, "backup", json_boolean(f->is_backup));
	(void)json_object_set_new(r, "join", json_boolean(f->has_join));
	(void)json_object_set_new(r, "files",
				  json_integer((json_int_t)f->files));
	(void)json_object_set_new(r, "files_cut",
				  json_integer((json_int_t)f->files_cut));
	(void)json_object_set_new(r, "files_bytes",
				  json_integer((json_int_t)f->files_bytes));
	if (!f->is_backup)
		return r;
	(void)json_object_set_new(r, "name", json_string(f->name));
	(void)json_object_set_new(r, "identity", hex_of(f->identity.b));
	(void)json_object_set_new(r, "feed", hex_of(f->at.feed.b));
	(void)json_object_set_new(r, "seq",
				  json_integer((json_int_t)f->at.seq));
	(void)json_object_set_new(r, "identity_key",
				  json_string(!f->has_key    ? "none"
					      : f->is_locked ? "passphrase"
							     : "clear"));
	return r;
}
