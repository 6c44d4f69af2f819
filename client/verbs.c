/* client/verbs.c — The table of verbs. How a command line is understood by it:
 * client/verbs_parse.c. */
#include "client/verbs.h"

#include "client/cmd.h"
#include "client/say.h"

/* clang-format off */
#define END {.name = NULL}
#define PASS_FILE                                                              \
	{"passphrase-file", 0, true, VERB_TEXT, N_("FILE"),                    \
	 N_("the identity key's passphrase, the first line of a file")}
#define PASS                                                                   \
	PASS_FILE,                                                             \
	{"no-passphrase", 0, true, VERB_FLAG, NULL,                            \
	 N_("keep the identity key without a passphrase")}
#define PROFILE                                                                \
	{"short-name", 0, false, VERB_TEXT, N_("NAME"), N_("its short name")}, \
	{"short", 0, true, VERB_TEXT, N_("NAME"), N_("the same")},             \
	{"city", 0, false, VERB_TEXT, N_("CITY"), N_("where it is")},          \
	{"type", 0, false, VERB_TEXT, N_("TYPE"),                              \
	 N_("what it is: MOPS, CUS, association, …")},                         \
	{"teryt", 0, false, VERB_TEXT, N_("NUMBER"),                           \
	 N_("its number in the TERYT register")}
#define PAGE                                                                   \
	{"limit", 0, false, VERB_UINT, N_("N"),                                \
	 N_("how many at most (20; 200 at most)")},                            \
	{"after", 0, false, VERB_TEXT, N_("NEXT"),                             \
	 N_("go on where the last page ended")}
#define FILES_OPTION                                                           \
	{"files", 0, false, VERB_FLAG, NULL,                                   \
	 N_("the files too that its records name, as far as they are here")}
#define FILE_OPTION                                                            \
	{"file", 'f', true, VERB_TEXT, N_("FILE|-"),                           \
	 N_("a JSON object, or Markdown, FILE.md; -: the standard input")}
#define TABLE_OPTION                                                           \
	{"file", 'f', true, VERB_TEXT, N_("FILE|-"),                           \
	 N_("a JSON object, or one a line; or a table, FILE.csv; or one "      \
	    "record as Markdown, FILE.md; -: the standard input")},            \
	{"csv", 0, true, VERB_FLAG, NULL,                                      \
	 N_("it is a table whatever it is called: CSV, UTF-8, the first line " \
	    "names the fields")}

static const struct verb_option init_options[] = {
	{"name", 0, false, VERB_TEXT, N_("NAME"), N_("the institution's name")},
	PROFILE, PASS, END};
static const struct verb_option create_options[] = {
	{"issuer", 0, false, VERB_TEXT, N_("SCHEME"),
	 N_("this institution issues certificates of a scheme, e.g. osl")},
	{"recovery", 0, true, VERB_TEXT, N_("DIR"),
	 N_("two recovery cards go into this folder; any 2 of 3 root keys act")},
	{"single", 0, false, VERB_FLAG, NULL,
	 N_("one root key only, and no recovery")},
	PASS, END};
static const struct verb_option invite_options[] = {
	{"days", 0, false, VERB_UINT, N_("N"), N_("how long it is good (14)")},
	{"via", 0, false, VERB_TEXT, N_("HOST:PORT"),
	 N_("a member to be reached in the registrar's stead")},
	{"by-file", 0, false, VERB_FLAG, NULL,
	 N_("for who joins by a file on a stick: no address is needed")},
	{"file", 'f', true, VERB_TEXT, N_("LIST"),
	 N_("names, one a line: one invitation each; -: the standard input")},
	END};
static const struct verb_option join_options[] = {
	{"name", 0, false, VERB_TEXT, N_("NAME"), N_("the institution's name")},
	PROFILE,
	{"by-file", 0, true, VERB_TEXT, N_("FILE"),
	 N_("ask by a file for a stick, and wait for nobody")},
	{"timeout", 0, false, VERB_UINT, N_("SECONDS"),
	 N_("how long to wait (60)")},
	PASS, END};
static const struct verb_option add_options[] = {TABLE_OPTION, END};
static const struct verb_option edit_options[] = {FILE_OPTION, END};
#define WAITING                                                                \
	{"waiting", 0, true, VERB_FLAG, NULL,                                  \
	 N_("who owes whom an answer, this institution among them")}
static const struct verb_option show_options[] = {
	{"markdown", 0, true, VERB_FLAG, NULL,
	 N_("as Markdown, to be edited: wici edit ID -f FILE.md")}, END};
static const struct verb_option kinds_options[] = {
	{"markdown", 0, true, VERB_FLAG, NULL,
	 N_("the reference of all kinds, as README has it; without wicid")},
	END};
static const struct verb_option erase_options[] = {
	{"reason", 0, false, VERB_TEXT, N_("TEXT"),
	 N_("why; it is noted in this installation alone, and sent nowhere")},
	{"key", 0, true, VERB_LIST, N_("CARD"),
	 N_("signed by the key of this card; may stand several times")},
	PASS_FILE, END};
static const struct verb_option list_options[] = {
	{"from", 0, false, VERB_TEXT, N_("INSTITUTION"),
	 N_("what this institution has published")},
	PAGE, END};
static const struct verb_option kind_list_options[] = {
	{"from", 0, false, VERB_TEXT, N_("INSTITUTION"),
	 N_("what this institution has published")},
	WAITING, PAGE, END};
static const struct verb_option visit_export_options[] = {
	{"output", 'o', true, VERB_TEXT, N_("FILE|-"),
	 N_("where to write it (visit-ID.ics); -: the standard output")},
	END};
static const struct verb_option search_options[] = {
	{"kind", 0, false, VERB_TEXT, N_("KIND"),
	 N_("only records of this kind, e.g. practice")},
	{"from", 0, false, VERB_TEXT, N_("INSTITUTION"),
	 N_("what this institution has published")},
	{"year", 0, false, VERB_UINT, N_("N"),
	 N_("of the day it is about, else of its publication")},
	PAGE, END};
static const struct verb_option page_options[] = {PAGE, END};
static const struct verb_option cert_list_options[] = {
	{"holder", 0, false, VERB_TEXT, N_("INSTITUTION"), N_("whose they are")},
	{"expiring", 0, false, VERB_UINT, N_("DAYS"),
	 N_("in force, with their last day within so many days, the soonest "
	    "first")},
	WAITING, PAGE, END};
static const struct verb_option cert_print_options[] = {
	{"output", 'o', true, VERB_TEXT, N_("FILE|-"),
	 N_("where to write it (certificate-NUMBER.html); -: the standard "
	    "output")},
	{"url", 0, true, VERB_TEXT, N_("URL"),
	 N_("the QR code opens this address, https://…")},
	END};
static const struct verb_option verify_options[] = {
	{"max-age", 0, false, VERB_UINT, N_("DAYS"),
	 N_("how old what is known may be (7)")},
	{"on", 0, false, VERB_TEXT, N_("YYYY-MM-DD"),
	 N_("was it, will it be valid on that day?")}, END};
static const struct verb_option decide_options[] = {
	{"charge", 0, false, VERB_TEXT, N_("ID"),
	 N_("of these charges: they end with it")},
	{"reason", 0, false, VERB_TEXT, N_("TEXT"),
	 N_("why; everybody in the network can read it")},
	{"effective", 0, false, VERB_TEXT, N_("YYYY-MM-DD"),
	 N_("since which day (today)")}, END};
static const struct verb_option export_options[] = {
	{"format", 0, false, VERB_TEXT, N_("FORMAT"),
	 N_("proof: a file that anybody can verify; jws: a QR token")},
	{"output", 'o', true, VERB_TEXT, N_("FILE"), N_("where to write it")},
	{"url", 0, false, VERB_TEXT, N_("URL"),
	 N_("the page that checks it; the token follows a #")},
	END};
static const struct verb_option roster_export_options[] = {
	{"output", 'o', true, VERB_TEXT, N_("FILE"),
	 N_("where to write it (wystawcy-N.wici)")},
	END};
static const struct verb_option area_options[] = {
	{"on", 0, false, VERB_TEXT, N_("YYYY[-MM[-DD]]"),
	 N_("as it was on that day, or when that year ended (today)")}, END};
static const struct verb_option offline_options[] = {
	{"network", 0, true, VERB_TEXT, N_("ID"),
	 N_("the network's id, by which all else is verified")},
	{"issuers", 0, true, VERB_TEXT, N_("FILE"),
	 N_("who issues, as wici roster export has written it")},
	{"max-age", 0, true, VERB_UINT, N_("DAYS"),
	 N_("how old what is known may be (7)")},
	{"on", 0, true, VERB_TEXT, N_("YYYY-MM-DD"),
	 N_("was it, will it be valid on that day?")},
	END};
static const struct verb_option sync_options[] = {
	{"wait", 0, true, VERB_FLAG, NULL,
	 N_("until in step with every connected peer")},
	{"timeout", 0, false, VERB_UINT, N_("SECONDS"),
	 N_("how long to wait (30)")}, END};

static const struct verb_option fsck_options[] = {
	{"rebuild", 0, false, VERB_FLAG, NULL,
	 N_("make the index anew as well")}, END};

static const struct verb_option backup_options[] = {
	{"keep", 0, true, VERB_TEXT, N_("DIR"),
	 N_("one a day into this folder; 7 days, 4 weeks, 6 months are kept")},
	FILES_OPTION, END};
static const struct verb_option bundle_options[] = {
	{"from", 0, false, VERB_LIST, N_("INSTITUTION"),
	 N_("its feeds alone, and who may admit; may stand several times")},
	{"since", 0, true, VERB_TEXT, N_("FILE|DATE"),
	 N_("what an earlier bundle does not hold; or what is dated then or "
	    "later")},
	FILES_OPTION, END};
static const struct verb_option attachment_add_options[] = {
	{"name", 0, true, VERB_TEXT, N_("NAME"), N_("what to call it")},
	{"type", 0, true, VERB_TEXT, N_("TYPE"),
	 N_("its media type, like application/pdf")},
	END};
static const struct verb_option attachment_get_options[] = {
	{"output", 'o', true, VERB_TEXT, N_("FILE|DIR"),
	 N_("where to write it")},
	{"timeout", 0, true, VERB_UINT, N_("SECONDS"),
	 N_("how long to wait without a byte (60)")},
	END};
static const struct verb_option card_options[] = {
	{"output", 'o', true, VERB_TEXT, N_("FILE"), N_("where to write it")},
	PASS, END};
static const struct verb_option restore_options[] = {
	{"card", 0, true, VERB_TEXT, N_("FILE|-"),
	 N_("from the institution's card; -: the standard input")},
	{"close", 0, true, VERB_FLAG, NULL,
	 N_("the old installation's feed ends: it is not used any more")},
	{"name", 0, false, VERB_TEXT, N_("NAME"), N_("the institution's name")},
	{"timeout", 0, true, VERB_UINT, N_("SECONDS"),
	 N_("how long to wait (60)")},
	PASS, END};

#define PROPOSE                                                                \
	{"output", 'o', true, VERB_TEXT, N_("FILE"),                           \
	 N_("where a change goes that needs more approvals "                   \
	    "(zmiana-N.wici)")},                                               \
	{"instead", 0, false, VERB_FLAG, NULL,                                 \
	 N_("the change proposed before is given up, its file destroyed")},    \
	{"passphrase-file", 0, true, VERB_TEXT, N_("FILE"),                    \
	 N_("the identity key's passphrase, the first line of a file")}
#define FEED_OPTION                                                            \
	{"feed", 0, false, VERB_TEXT, N_("FEED"),                              \
	 N_("which of its feeds, where there are several")}
#define CUT                                                                    \
	{"cut", 0, false, VERB_UINT, N_("N"),                                  \
	 N_("the last entry that counts of the feed before (its last here)")}

static const struct verb_option propose_options[] = {PROPOSE, END};
static const struct verb_option registrar_options[] = {
	FEED_OPTION, CUT, PROPOSE, END};
static const struct verb_option issuers_options[] = {
	FEED_OPTION, CUT,
	{"remove", 0, false, VERB_FLAG, NULL,
	 N_("nobody issues for this scheme any more")},
	{"days", 0, false, VERB_UINT, N_("N"),
	 N_("how long the list is good (730)")},
	{"until", 0, false, VERB_TEXT, N_("YYYY-MM-DD"),
	 N_("the last day on which it is")},
	{"token-key", 0, false, VERB_TEXT, N_("KEY"),
	 N_("as wici key token shows it on the issuer's installation")},
	PROPOSE, END};
static const struct verb_option rekey_options[] = {
	{"card", 0, true, VERB_TEXT, N_("FILE|-"),
	 N_("the new key is that of this card")},
	{"keep-feeds", 0, false, VERB_FLAG, NULL,
	 N_("all its feeds go on; else they end where they stand here")},
	{"stand", 0, false, VERB_LIST, N_("FEED"),
	 N_("this feed goes on; may stand several times")},
	PROPOSE, END};
static const struct verb_option root_revoke_options[] = {
	{"effective", 0, false, VERB_TEXT, N_("YYYY-MM-DD"),
	 N_("since which day (today)")}, PROPOSE, END};
static const struct verb_option witness_options[] = {
	{"needed", 0, false, VERB_UINT, N_("N"),
	 N_("how many of them must have seen it (all)")}, PROPOSE, END};
static const struct verb_option quota_options[] = {
	FEED_OPTION,
	{"entries", 0, false, VERB_TEXT, N_("N"),
	 N_("entries; more than 1048576")},
	{"bytes", 0, false, VERB_TEXT, N_("N"),
	 N_("bytes; more than 1073741824")},
	PROPOSE, END};
static const struct verb_option policy_options[] = {
	{"add", 0, false, VERB_LIST, N_("KEY|CARD"),
	 N_("a key that comes; may stand several times")},
	{"remove", 0, false, VERB_LIST, N_("KEY|CARD"),
	 N_("a key that goes; may stand several times")},
	{"new-card", 0, true, VERB_TEXT, N_("FILE"),
	 N_("a new key that comes, on a recovery card")},
	{"threshold", 0, false, VERB_UINT, N_("N"),
	 N_("how many of them decide")},
	PROPOSE, END};
static const struct verb_option feeds_options[] = {
	{"seq", 0, false, VERB_UINT, N_("N"),
	 N_("the number of the entry that is named (its last here)")},
	{"id", 0, false, VERB_TEXT, N_("ID"),
	 N_("of another chain than the one held here")},
	{"open", 0, false, VERB_FLAG, NULL,
	 N_("the feed goes on; else it ends there")},
	PROPOSE, END};
static const struct verb_option approve_options[] = {
	{"key", 0, true, VERB_TEXT, N_("CARD"),
	 N_("the card's key approves it; works without a daemon, too")},
	PASS_FILE, END};

const struct verb verbs[] = {
	{"status", NULL, "status.get", {NULL}, 0, 0, NULL, cmd_status_run,
	 cmd_status_print, N_("how this installation and its peers are")},
	{"init", NULL, "identity.init", {NULL}, 0, VERB_CHANGES, init_options,
	 cmd_init_run, cmd_init_print, N_("make this institution's identity")},
	{"network", "create", "network.create", {"name"}, 1, VERB_CHANGES,
	 create_options, cmd_network_create_run, cmd_network_create_print,
	 N_("found a network")},
	{"invite", NULL, "invite.create", {"name"}, 0, VERB_CHANGES,
	 invite_options, cmd_invite_run, cmd_invite_print,
	 N_("invite an institution into the network")},
	{"invite", "list", "invite.list", {NULL}, 0, 0, NULL, NULL,
	 cmd_invite_list_print, N_("invitations, and what became of them")},
	{"invite", "revoke", "invite.revoke", {"id"}, 1, VERB_CHANGES, NULL,
	 NULL, cmd_invite_revoke_print, N_("take an invitation back")},
	{"join", NULL, "network.join", {"token"}, 1, VERB_CHANGES, join_options,
	 cmd_join_run, cmd_join_print, N_("join a network by an invitation")},
	{"add", NULL, "record.add", {"kind"}, 1, VERB_RECORDS, add_options,
	 cmd_add_run, cmd_publish_print, N_("publish records of any kind")},
	{"edit", NULL, "record.edit", {"id"}, 1, VERB_RECORDS | VERB_DEFERS,
	 edit_options, cmd_edit_run, cmd_publish_print,
	 N_("publish a new record that supersedes this one")},
	{"erase", NULL, "record.erase", {"id"}, 1, 0, erase_options,
	 cmd_erase_run, cmd_erase_print,
	 N_("what a record says goes, here and at every institution")},
	{"erase", "anew", "record.erase_anew", {NULL}, 0, 0, erase_options + 1,
	 cmd_erase_anew_run, cmd_erase_anew_print,
	 N_("sign what a former key of the institution has erased")},
	{"draft", "list", "draft.list", {NULL}, 0, 0, page_options, NULL,
	 cmd_draft_list_print, N_("what waits to be published")},
	{"draft", "show", "draft.show", {"draft"}, 1, 0, NULL, cmd_draft_run,
	 cmd_draft_show_print, N_("a draft, whole")},
	{"draft", "drop", "draft.drop", {"draft"}, 1, VERB_CHANGES, NULL,
	 cmd_draft_run, cmd_draft_drop_print, N_("publish it never")},
	{"draft", "publish", "draft.publish", {NULL}, 0, VERB_CHANGES, NULL,
	 cmd_draft_publish_run, cmd_draft_publish_print,
	 N_("publish all of them now, without waiting for a peer")},
	{"show", NULL, "record.show", {"id"}, 1, 0, show_options, NULL,
	 cmd_record_print, N_("one record, whole")},
	{"list", NULL, "record.list", {"kind"}, 0, 0, list_options, NULL,
	 cmd_record_list_print, N_("records, of one kind or of all")},
	{"search", NULL, "record.search", {"text"}, 1, VERB_MORE,
	 search_options, cmd_search_run, cmd_search_print,
	 N_("records with these words, in any of their forms")},
	{"log", NULL, "log.list", {"institution"}, 0, 0, page_options, NULL,
	 cmd_record_list_print, N_("every entry, one after the other")},
	{"kinds", NULL, "kinds.get", {"kind"}, 0, 0, kinds_options, cmd_kinds_run,
	 cmd_kinds_print, N_("kinds of records, and their fields")},
	{"cert", "list", "cert.list", {NULL}, 0, 0, cert_list_options,
	 cmd_cert_list_run, cmd_cert_list_print, N_("certificates")},
	{"cert", "show", "cert.show", {"ref"}, 1, 0, NULL, NULL,
	 cmd_cert_show_print, N_("a certificate and all acts about it")},
	{"cert", "verify", "cert.verify", {"ref"}, 1, 0, verify_options,
	 cmd_cert_verify_run, cmd_cert_verify_print,
	 N_("is this certificate genuine, and valid?")},
	{"cert", "print", NULL, {"ref"}, 1, 0, cert_print_options,
	 cmd_cert_print_run, cmd_cert_print_print,
	 N_("an A4 page with a QR code, to print and hand over")},
	{"cert", "correct", "record.edit", {"ref"}, 1,
	 VERB_RECORDS | VERB_DEFERS, edit_options, cmd_cert_correct_run,
	 cmd_cert_correct_print,
	 N_("mend a typo: only the fields that change, --number 12/2022 …")},
	{"cert", "renew", "record.add", {"ref"}, 1,
	 VERB_RECORDS | VERB_DEFERS, edit_options, cmd_cert_renew_run,
	 cmd_publish_print,
	 N_("a new certificate after this one: --valid-from 2027 …")},
	{"cert", "suspend", "cert.suspend", {"ref"}, 1, VERB_CHANGES,
	 decide_options, cmd_cert_decide_run, cmd_cert_decide_print,
	 N_("a certificate does not hold for the time being")},
	{"cert", "revoke", "cert.revoke", {"ref"}, 1, VERB_CHANGES,
	 decide_options, cmd_cert_decide_run, cmd_cert_decide_print,
	 N_("take a certificate away")},
	{"cert", "reinstate", "cert.reinstate", {"ref"}, 1, VERB_CHANGES,
	 decide_options, cmd_cert_decide_run, cmd_cert_decide_print,
	 N_("a certificate that was suspended or revoked holds again")},
	{"cert", "export", "cert.export", {"ref"}, 1, 0, export_options,
	 cmd_cert_export_run, cmd_cert_export_print,
	 N_("a certificate for those outside: a proof file, a QR token")},
	{"verify", NULL, NULL, {"file"}, 1, 0, offline_options, cmd_verify_run,
	 cmd_cert_verify_print,
	 N_("a proof file or a QR token, without wicid or network")},
	{"visit", "export", "record.show", {"id"}, 1, 0, visit_export_options,
	 cmd_visit_export_run, cmd_visit_export_print,
	 N_("a visit for a calendar: an .ics file")},
	{"institution", "list", "institution.list", {NULL}, 0, 0, NULL, NULL,
	 cmd_institution_list_print, N_("the members of the network")},
	{"institution", "show", "institution.show", {"ref"}, 1, 0, NULL, NULL,
	 cmd_institution_show_print, N_("a member and its profile")},
	{"area", "show", "area.get", {"institution"}, 1, 0, area_options,
	 cmd_area_show_run, cmd_area_show_print,
	 N_("estates, streets and blocks of an institution's area, by year")},
	{"roster", "show", "roster.show", {NULL}, 0, 0, NULL, NULL,
	 cmd_roster_print, N_("who may admit and issue, and since when")},
	{"roster", "log", "roster.log", {NULL}, 0, 0, page_options, NULL,
	 cmd_roster_log_print, N_("every change, and who approved it")},
	{"roster", "export", "roster.export", {NULL}, 0, 0,
	 roster_export_options, cmd_roster_export_run, cmd_roster_export_print,
	 N_("who issues, in a file for those who verify without wicid")},
	{"roster", "registrar", "roster.registrar", {"institution"}, 1,
	 VERB_CHANGES, registrar_options, cmd_propose_run, cmd_propose_print,
	 N_("another installation admits members from now on")},
	{"roster", "issuers", "roster.issuers", {"scheme", "institution"}, 0,
	 VERB_CHANGES, issuers_options, cmd_propose_run, cmd_propose_print,
	 N_("who issues certificates, and until when the list is good")},
	{"roster", "suspend", "roster.suspend", {"institution"}, 1,
	 VERB_CHANGES, propose_options, cmd_propose_run, cmd_propose_print,
	 N_("what an institution publishes from now on does not count")},
	{"roster", "rekey", "roster.rekey", {"institution", "key"}, 1,
	 VERB_CHANGES, rekey_options, cmd_propose_run, cmd_propose_print,
	 N_("another key speaks for an institution from now on")},
	{"roster", "reinstate", "roster.reinstate", {"institution", "key"}, 1,
	 VERB_CHANGES, rekey_options, cmd_propose_run, cmd_propose_print,
	 N_("a suspended institution comes back, with a new key")},
	{"roster", "revoke", "roster.revoke", {"ref"}, 1,
	 VERB_CHANGES, root_revoke_options, cmd_propose_run, cmd_propose_print,
	 N_("take a certificate away, whatever its issuer says")},
	{"roster", "lift", "roster.lift", {"ref"}, 1,
	 VERB_CHANGES, propose_options, cmd_propose_run, cmd_propose_print,
	 N_("what the root revoked is revoked no longer")},
	{"roster", "witness", "roster.witness", {"witnesses"}, 0,
	 VERB_CHANGES | VERB_MORE, witness_options, cmd_propose_run, cmd_propose_print,
	 N_("who witnesses what issuers publish; all of them anew")},
	{"roster", "relay", "roster.relay", {"institution", "addresses"}, 1,
	 VERB_CHANGES | VERB_MORE, propose_options, cmd_propose_run, cmd_propose_print,
	 N_("at which addresses a member passes on; none: no more")},
	{"roster", "quota", "roster.quota", {"institution"}, 1,
	 VERB_CHANGES, quota_options, cmd_propose_run, cmd_propose_print,
	 N_("how much a feed may hold")},
	{"roster", "policy", "roster.policy", {NULL}, 0,
	 VERB_CHANGES, policy_options, cmd_propose_run, cmd_propose_print,
	 N_("the root keys, and how many of them decide")},
	{"roster", "stands", "roster.stands", {"change"}, 1,
	 VERB_CHANGES, propose_options, cmd_propose_run, cmd_propose_print,
	 N_("of changes that contradict each other, this one stands")},
	{"roster", "feeds", "roster.feeds", {"feed"}, 1,
	 VERB_CHANGES, feeds_options, cmd_propose_run, cmd_propose_print,
	 N_("how far a feed counts, e.g. after a fork")},
	{"roster", "approve", NULL, {"file"}, 1,
	 VERB_CHANGES, approve_options, cmd_approve_run, cmd_approve_print,
	 N_("approve a change in a file, with this key or with a card")},
	{"peer", "list", "peer.list", {NULL}, 0, 0, NULL, NULL,
	 cmd_peer_list_print, N_("whom this installation syncs with")},
	{"peer", "add", "peer.add", {"address"}, 1, VERB_CHANGES, NULL, NULL,
	 cmd_peer_add_print, N_("connect to HOST:PORT, now and after a restart")},
	{"peer", "remove", "peer.remove", {"address"}, 1, VERB_CHANGES, NULL,
	 NULL, cmd_peer_remove_print, N_("no longer connect to HOST:PORT")},
	{"sync", NULL, "sync.wait", {NULL}, 0, 0, sync_options, cmd_sync_run,
	 cmd_sync_print, N_("is everything here that the peers have?")},
	{"fsck", NULL, "fsck.run", {NULL}, 0, 0, fsck_options, cmd_fsck_run,
	 cmd_fsck_print, N_("is everything stored what it was?")},
	{"doctor", NULL, "doctor.get", {NULL}, 0, 0, NULL, cmd_doctor_run,
	 cmd_doctor_print, N_("is everything well, and what to do if not")},
	{"backup", "create", "backup.open", {"file"}, 0, VERB_CHANGES,
	 backup_options, cmd_backup_create_run, cmd_backup_create_print,
	 N_("everything in one file, checked after it was written")},
	{"backup", "verify", NULL, {"file"}, 1, 0, NULL, cmd_backup_check_run,
	 cmd_backup_check_print, N_("is this backup whole?")},
	{"backup", "show", NULL, {"file"}, 1, 0, NULL, cmd_backup_check_run,
	 cmd_backup_check_print, N_("what is in this backup?")},
	{"attachment", "add", "attachment.begin", {"file"}, 1,
	 VERB_CHANGES | VERB_MORE, attachment_add_options,
	 cmd_attachment_add_run, cmd_attachment_add_print,
	 N_("take in a file that a record shall name")},
	{"attachment", "get", "attachment.get", {"ref"}, 1, VERB_CHANGES,
	 attachment_get_options, cmd_attachment_get_run,
	 cmd_attachment_get_print,
	 N_("fetch what a record names, or an address, into files")},
	{"attachment", "list", "attachment.list", {"ref"}, 0, 0, page_options,
	 NULL, cmd_attachment_list_print,
	 N_("files that are here or wanted; or those of a record")},
	{"bundle", "export", "bundle.open", {"file"}, 1, VERB_CHANGES,
	 bundle_options, cmd_bundle_export_run, cmd_bundle_export_print,
	 N_("all that the network may know, in a file for a stick")},
	{"bundle", "import", "bundle.begin", {"file"}, 1, VERB_CHANGES, NULL,
	 cmd_bundle_import_run, cmd_bundle_import_print,
	 N_("take in what such a file brings, checked as from a peer")},
	{"bundle", "show", NULL, {"file"}, 1, 0, NULL, cmd_bundle_show_run,
	 cmd_bundle_show_print, N_("what is in such a file, without wicid")},
	{"key", "card", "identity.card", {NULL}, 0, VERB_CHANGES, card_options,
	 cmd_key_card_run, cmd_key_card_print,
	 N_("the institution's key on a sheet of paper")},
	{"key", "token", "identity.token", {NULL}, 0, VERB_CHANGES, NULL, NULL,
	 cmd_key_token_print,
	 N_("the key by which this installation signs QR tokens")},
	{"restore", NULL, NULL, {"file"}, 0, 0, restore_options,
	 cmd_restore_run, cmd_restore_print,
	 N_("bring the institution back: from a backup, a card, or here")},
	{"help", NULL, NULL, {"topic", "verb"}, 0, 0, NULL, cmd_help_run,
	 cmd_help_print, N_("what can be done, and how")},
	{"version", NULL, NULL, {NULL}, 0, 0, NULL, cmd_version_run,
	 cmd_version_print, N_("which wici, which wicid")},
	{.noun = NULL},
};

const struct verb verb_publish = {
	"", NULL, NULL, {"file"}, 0, VERB_RECORDS | VERB_LOCAL, add_options, cmd_publish_run,
	cmd_publish_print, N_("publish a record of this kind")};
const struct verb verb_of_kind_list = {
	"", "list", NULL, {NULL}, 0, 0, kind_list_options,
	cmd_kind_list_run, cmd_kind_list_print,
	N_("what there is of this kind, and how it stands")};
const struct verb verb_of_kind_show = {
	"", "show", "record.show", {"id"}, 1, 0, show_options, NULL, cmd_record_print,
	N_("one record, whole")};
/* clang-format on */
