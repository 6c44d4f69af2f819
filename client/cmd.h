/* client/cmd.h — What the rows of the table of verbs do and print: a file a
 * noun (client/cmd_<noun>.c). All run functions leave c->result or c->error;
 * all print functions write c->result to the standard output. */
#ifndef WICI_CLIENT_CMD_H
#define WICI_CLIENT_CMD_H

#include "client/client.h"

/* cmd_status.c */
enum wici_err cmd_status_run(struct client *c);
void cmd_status_print(const struct client *c);
/* A peer's state, or why it is in it, in words. */
const char *cmd_status_word(const char *code);
void cmd_peer_list_print(const struct client *c);
void cmd_peer_add_print(const struct client *c);
void cmd_peer_remove_print(const struct client *c);
enum wici_err cmd_sync_run(struct client *c);
void cmd_sync_print(const struct client *c);

/* cmd_network.c */
/* --short is what people type, --short-name what the field is called. */
void cmd_take_short(struct client *c);
enum wici_err cmd_init_run(struct client *c);
void cmd_init_print(const struct client *c);
enum wici_err cmd_network_create_run(struct client *c);
void cmd_network_create_print(const struct client *c);

/* cmd_join.c */
enum wici_err cmd_invite_run(struct client *c);
void cmd_invite_print(const struct client *c);
void cmd_invite_list_print(const struct client *c);
void cmd_invite_revoke_print(const struct client *c);
enum wici_err cmd_join_run(struct client *c);
void cmd_join_print(const struct client *c);
/* The six digits of a join, "482 109"; "—": none. */
const char *cmd_join_code(const json_t *object, char out[16]);
/* What came of a bundle that asks, or answers: who was let in, or why not.
 * False: that is no reason of a request. */
bool cmd_join_print_refused(const char *reason);
void cmd_join_print_answer(const struct client *c);

/* cmd_bundle.c: all that may be passed on, into a file; its description becomes
 * c->result. */
WICI_NODISCARD
enum wici_err cmd_bundle_save(struct client *c, const char *path);

/* cmd_publish.c */
enum wici_err cmd_publish_run(struct client *c);
enum wici_err cmd_add_run(struct client *c);
enum wici_err cmd_edit_run(struct client *c);
enum wici_err cmd_cert_correct_run(struct client *c);
void cmd_cert_correct_print(const struct client *c);
void cmd_publish_print(const struct client *c);

/* cmd_draft.c */
/* Was something kept as a draft instead? Then the exit code says so. */
bool draft_is(const json_t *result);
enum wici_err draft_exit(struct client *c, enum wici_err err);
void draft_print(const json_t *result);
void cmd_draft_list_print(const struct client *c);
enum wici_err cmd_draft_run(struct client *c);
void cmd_draft_show_print(const struct client *c);
void cmd_draft_drop_print(const struct client *c);
enum wici_err cmd_draft_publish_run(struct client *c);
void cmd_draft_publish_print(const struct client *c);

/* cmd_record.c */
void cmd_record_print(const struct client *c);
void cmd_record_list_print(const struct client *c);

/* cmd_erase.c */
enum wici_err cmd_erase_run(struct client *c);
void cmd_erase_print(const struct client *c);
enum wici_err cmd_erase_anew_run(struct client *c);
void cmd_erase_anew_print(const struct client *c);
/* Who has carried it out, and why: of record.show too. */
void cmd_erase_print_count(const json_t *erasure);

/* A page of items, as a table: head and what make_row makes of each are taken
 * over; `none` stands for an empty one. */
void cmd_page_print(const struct client *c, json_t *head,
		    json_t *(*make_row)(const json_t *item), const char *none);

/* What every list says of a record: its kind's label, who published it. */
const char *cmd_record_label(const json_t *record);
const char *cmd_record_author(const json_t *record);

/* Why a record does not count. */
const char *cmd_record_why(const char *code);

/* cmd_process.c */
enum wici_err cmd_kind_list_run(struct client *c);
void cmd_kind_list_print(const struct client *c);
enum wici_err cmd_waiting_run(struct client *c);
bool cmd_waiting_has(const json_t *waiting);
void cmd_waiting_print(const struct client *c, const json_t *waiting);
void cmd_process_print(const json_t *record);

/* cmd_visit.c */
enum wici_err cmd_visit_export_run(struct client *c);
void cmd_visit_export_print(const struct client *c);
/* cmd_area.c */
enum wici_err cmd_area_show_run(struct client *c);
void cmd_area_show_print(const struct client *c);

/* cmd_search.c */
enum wici_err cmd_search_run(struct client *c);
void cmd_search_print(const struct client *c);

/* cmd_cert.c */
enum wici_err cmd_cert_list_run(struct client *c);
void cmd_cert_list_print(const struct client *c);
enum wici_err cmd_cert_renew_run(struct client *c);
void cmd_cert_show_print(const struct client *c);
enum wici_err cmd_cert_verify_run(struct client *c);
void cmd_cert_verify_print(const struct client *c);
enum wici_err cmd_cert_decide_run(struct client *c); /* revoke, suspend, … */
void cmd_cert_decide_print(const struct client *c);

/* cmd_cert_print.c */
enum wici_err cmd_cert_print_run(struct client *c);
void cmd_cert_print_print(const struct client *c);

/* cmd_export.c */
enum wici_err cmd_cert_export_run(struct client *c);
void cmd_cert_export_print(const struct client *c);
enum wici_err cmd_roster_export_run(struct client *c);
void cmd_roster_export_print(const struct client *c);

/* cmd_verify.c; cmd_cert_verify_print shows what came of it. */
enum wici_err cmd_verify_run(struct client *c);

/* cmd_roster.c */
void cmd_institution_list_print(const struct client *c);
void cmd_institution_show_print(const struct client *c);
void cmd_roster_print(const struct client *c);
void cmd_roster_log_print(const struct client *c);

/* cmd_propose.c */
enum wici_err cmd_propose_run(struct client *c);
void cmd_propose_print(const struct client *c);
enum wici_err cmd_approve_run(struct client *c);
void cmd_approve_print(const struct client *c);

/* cmd_backup.c */
enum wici_err cmd_backup_create_run(struct client *c);
void cmd_backup_create_print(const struct client *c);
/* Those in a backup or a bundle, where there are any. */
void cmd_backup_print_files(const json_t *r);
enum wici_err cmd_backup_check_run(struct client *c); /* verify, show */
void cmd_backup_check_print(const struct client *c);

/* cmd_attachment.c */
enum wici_err cmd_attachment_add_run(struct client *c);
void cmd_attachment_add_print(const struct client *c);
enum wici_err cmd_attachment_get_run(struct client *c);
void cmd_attachment_get_print(const struct client *c);
void cmd_attachment_list_print(const struct client *c);

/* cmd_bundle.c */
enum wici_err cmd_bundle_export_run(struct client *c);
void cmd_bundle_export_print(const struct client *c);
enum wici_err cmd_bundle_import_run(struct client *c);
void cmd_bundle_import_print(const struct client *c);
enum wici_err cmd_bundle_show_run(struct client *c);
void cmd_bundle_show_print(const struct client *c);

/* cmd_key.c */
enum wici_err cmd_key_card_run(struct client *c);
void cmd_key_card_print(const struct client *c);
void cmd_key_token_print(const struct client *c);

/* cmd_restore.c */
enum wici_err cmd_restore_run(struct client *c);
void cmd_restore_print(const struct client *c);

/* cmd_doctor.c */
enum wici_err cmd_doctor_run(struct client *c);
void cmd_doctor_print(const struct client *c);

/* cmd_fsck.c */
enum wici_err cmd_fsck_run(struct client *c);
void cmd_fsck_print(const struct client *c);
void cmd_fsck_progress(const json_t *progress); /* To a terminal. */

/* cmd_kinds.c */
enum wici_err cmd_kinds_run(struct client *c);
void cmd_kinds_print(const struct client *c);

/* cmd_help.c */
enum wici_err cmd_help_run(struct client *c);
void cmd_help_print(const struct client *c);
enum wici_err cmd_version_run(struct client *c);
void cmd_version_print(const struct client *c);
/* Help for what was typed with --help: the verb, or everything. */
void cmd_help_verb(const struct client *c);

#endif
