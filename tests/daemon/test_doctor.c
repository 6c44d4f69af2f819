/* What the doctor finds: each trouble under its own name, and none where all
 * is well. */
#include "daemon/feeds.h"
#include "daemon/renew.h"
#include "tests/daemon/call.h"

#include <sys/stat.h>

#define DAY_MS ((int64_t)86400000)
#define B_INIT "'name':'MOPS Mława','no_passphrase':true"

static bool finds(struct fixture *f, const char *name, const char *state,
		  const char *code)
{
	char part[200];

	(void)snprintf(part, sizeof(part),
		       "{'name':'%s','state':'%s','code':'%s'", name, state,
		       code);
	return has(call(f, "doctor.get", "{}"), part);
}

TEST(a_fresh_daemon_is_told_to_begin_and_nothing_else)
{
	struct fixture f;
	const char *r;

	fixture_open(&f);
	r = call(&f, "doctor.get", "{}");
	CHECK(has(r, "'name':'identity','state':'warn','code':'none'"));
	CHECK(has(r, "'name':'network','state':'warn','code':'none'"));
	CHECK(has(r, "'name':'folder','state':'ok','code':'private'"));
	CHECK(has(r, "'name':'clock','state':'unchecked','code':'alone'"));
	CHECK(!strstr(r, "'state':'bad'"));
	CHECK(!strstr(r, "'name':'backup'"));
	fixture_drop(&f);
}

TEST(a_founder_alone_hears_of_card_and_backup_until_they_are_made)
{
	struct fixture f;

	call_found(&f);
	CHECK(finds(&f, "identity", "warn", "clear"));
	CHECK(finds(&f, "network", "ok", "member"));
	CHECK(finds(&f, "root", "warn", "single"));
	CHECK(finds(&f, "issuers", "ok", "current"));
	CHECK(finds(&f, "rights", "ok", "here"));
	CHECK(finds(&f, "feed", "ok", "open"));
	CHECK(finds(&f, "echo", "ok", "not_needed"));
	CHECK(finds(&f, "drafts", "ok", "none"));
	CHECK(finds(&f, "peers", "ok", "alone"));
	CHECK(finds(&f, "card", "warn", "none"));
	CHECK(finds(&f, "backup", "warn", "none"));
	CHECK(has(call(&f, "identity.card", "{}"), "'card':'wicikarta1"));
	CHECK(finds(&f, "card", "ok", "made"));
	CHECK(has(call(&f, "backup.note", "{'path':'/x','entries':5}"), "{}"));
	CHECK(finds(&f, "backup", "ok", "verified"));
	f.wall_ms += 9 * DAY_MS;
	CHECK(finds(&f, "backup", "warn", "old"));
	fixture_drop(&f);
}

TEST(a_card_from_before_the_network_counts_for_nothing)
{
	struct fixture f;

	fixture_open(&f);
	CHECK(has(call(&f, "identity.init",
		       "{'name':'CAL','no_passphrase':true}"),
		  "'identity'"));
	CHECK(has(call(&f, "identity.card", "{}"), "'card':'wicikarta1"));
	CHECK(finds(&f, "card", "warn", "before_network"));
	CHECK(has(call(&f, "network.create", "{'name':'N','single':true}"),
		  "'network'"));
	CHECK(finds(&f, "card", "warn", "before_network"));
	CHECK(has(call(&f, "identity.card", "{}"), "'card':'wicikarta1"));
	CHECK(finds(&f, "card", "ok", "made"));
	fixture_drop(&f);
}

TEST(status_names_the_last_backup_and_warns_when_it_is_old)
{
	struct fixture f;
	const char *r;

	call_found(&f);
	r = call(&f, "status.get", "{}");
	CHECK(has(r, "'backup':null") && !strstr(r, "'no_backup'"));
	f.wall_ms += 9 * DAY_MS; /* Old enough to have one. */
	CHECK(has(call(&f, "status.get", "{}"), "'no_backup'"));
	f.wall_ms -= 9 * DAY_MS;
	(void)call(&f, "backup.note", "{'path':'/b/wici.backup','entries':5}");
	r = call(&f, "status.get", "{}");
	CHECK(has(r, "'backup':{'path':'/b/wici.backup','time':'2026-11-2") &&
	      has(r, "'entries':5}"));
	CHECK(!strstr(r, "'no_backup'"));
	f.wall_ms += 9 * DAY_MS;
	CHECK(has(call(&f, "status.get", "{}"), "'no_backup'"));
	fixture_drop(&f);
}

/* Every reason for a seal is told apart: their remedies differ. */
TEST(a_sealed_feed_is_wrong_and_says_why)
{
	static const char *const seals[] = {"copied", "fence_ahead", "missing",
					    "cloned", "forked",      "closed",
					    "void",   "machine",     NULL};
	struct fixture f;

	call_found(&f);
	for (size_t i = 0; seals[i]; i++) {
		f.n->sealed = seals[i];
		CHECK(finds(&f, "feed", "bad", seals[i]));
	}
	f.n->sealed = "damaged";
	CHECK(finds(&f, "feed", "bad", "fence_damaged"));
	f.n->is_own_damaged = true;
	CHECK(finds(&f, "feed", "bad", "damaged"));
	f.n->is_own_damaged = false;
	f.n->sealed = NULL;
	f.machine = "two";
	fixture_reopen(&f);
	CHECK(finds(&f, "feed", "bad", "machine"));
	CHECK(has(call(&f, "practice.publish", "{'title':'A'}"), "'draft'"));
	CHECK(finds(&f, "drafts", "warn", "waiting"));
	fixture_drop(&f);
}

/* Who has a new feed has not the rights of the old one: that is said before
 * somebody wonders why no invitation works. */
TEST(rights_that_stayed_with_the_old_feed_are_found)
{
	struct fixture f;
	const char *r;

	call_found(&f);
	fixture_begin(&f);
	CHECK_OK(renew_begin(f.n, NULL, false));
	fixture_end(&f);
	fixture_rest(&f);
	r = call(&f, "doctor.get", "{}");
	CHECK(has(r, "'items':[{'role':'registrar','scheme':null,'feed':'"));
	CHECK(has(r, "{'role':'issuer','scheme':'osl','feed':'"));
	CHECK(strstr(r, "'code':'elsewhere'") ||
	      strstr(r, "'code':'left_behind'"));
	fixture_drop(&f);
}

TEST(a_folder_or_a_file_that_others_may_read_is_wrong)
{
	char path[256];
	struct fixture f;

	call_found(&f);
	CHECK(chmod(f.dir, 0755) == 0);
	CHECK(finds(&f, "folder", "bad", "open"));
	CHECK(chmod(f.dir, 0700) == 0);
	fixture_path(&f, "identity.key", path);
	CHECK(chmod(path, 0644) == 0);
	CHECK(finds(&f, "folder", "bad", "file_open"));
	CHECK(has(call_text, "'file':'identity.key'"));
	CHECK(chmod(path, 0600) == 0);
	CHECK(finds(&f, "folder", "ok", "private"));
	fixture_drop(&f);
}

TEST(a_disk_that_fills_up_is_seen_before_it_is_full)
{
	struct fixture f;

	call_found(&f);
	store_set_free_for_test(f.n->store, (uint64_t)500 << 20);
	CHECK(finds(&f, "disk", "warn", "low"));
	f.n->is_read_only = true;
	CHECK(finds(&f, "disk", "bad", "read_only"));
	f.n->is_read_only = false;
	store_set_free_for_test(f.n->store, (uint64_t)5 << 30);
	CHECK(finds(&f, "disk", "ok", "free"));
	fixture_drop(&f);
}

TEST(a_wrong_clock_is_seen_by_the_records_of_others)
{
	struct fixture a, b;

	call_found(&a);
	fixture_open(&b);
	call_join(&a, &b, B_INIT);
	CHECK(finds(&a, "clock", "ok", "fits"));
	b.wall_ms += 3 * DAY_MS;
	fixture_practice(&b, "Z jutra");
	fixture_carry(&b, &a);
	CHECK(finds(&a, "clock", "warn", "behind"));
	CHECK(has(call_text, "'name':'Nowy'}"));
	b.wall_ms -= 6 * DAY_MS;
	CHECK(finds(&b, "clock", "warn", "went_back"));
	fixture_drop(&b);
	fixture_drop(&a);
}

TEST(an_expired_list_of_issuers_is_wrong)
{
	struct fixture f;

	call_found(&f);
	f.wall_ms += 710 * DAY_MS;
	CHECK(finds(&f, "issuers", "warn", "expiring"));
	f.wall_ms += 40 * DAY_MS;
	CHECK(finds(&f, "issuers", "bad", "expired"));
	fixture_drop(&f);
}

TEST(peers_that_nobody_reaches_are_told_apart)
{
	struct fixture a, b;
	struct peer_row *row;

	call_found(&a);
	fixture_open(&b);
	call_join(&a, &b, B_INIT);
	CHECK(finds(&a, "peers", "warn", "none"));
	row = peers_add(&a.n->peers, "192.0.2.9:8481");
	row->is_dialed = true;
	row->state = PEER_CONNECTING;
	CHECK(finds(&a, "peers", "warn", "connecting"));
	a.mono_ms += 120000;
	CHECK(finds(&a, "peers", "bad", "unreachable"));
	CHECK(has(call_text, "'address':'192.0.2.9:8481'"));
	row->state = PEER_REFUSED;
	row->reason = "not_member";
	CHECK(finds(&a, "peers", "bad", "refused"));
	CHECK(has(call_text, "'reason':'not_member'"));
	row->state = PEER_IN_STEP;
	CHECK(finds(&a, "peers", "ok", "connected"));
	row = peers_add(&a.n->peers, "192.0.2.10:8481");
	row->is_dialed = true;
	row->state = PEER_WAITING;
	row->last_contact_ms = a.wall_ms - 2 * DAY_MS;
	CHECK(finds(&a, "peers", "ok", "connected"));
	row->last_contact_ms = a.wall_ms - 4 * DAY_MS;
	CHECK(finds(&a, "peers", "warn", "silent"));
	fixture_drop(&b);
	fixture_drop(&a);
}

TEST(a_suspended_member_a_forked_root_and_a_newer_decision_are_wrong)
{
	struct fixture a, b;

	call_found(&a);
	fixture_open(&b);
	call_join(&a, &b, B_INIT);
	for (size_t i = 0; i < b.n->roster.members_count; i++)
		b.n->space.members[i].is_suspended = true;
	CHECK(finds(&b, "network", "bad", "suspended"));
	CHECK(finds(&b, "root", "warn", "single_elsewhere"));
	b.n->roster.is_forked = true;
	CHECK(finds(&b, "root", "bad", "forked"));
	b.n->roster.needs_newer = true;
	CHECK(finds(&b, "newer", "bad", "needed"));
	feeds_find(&b.n->feeds, &a.n->own->row.key)->is_forked = true;
	CHECK(finds(&b, "forks", "warn", "forked"));
	CHECK(has(call_text, "'name':'Stowarzyszenie CAL'"));
	fixture_drop(&b);
	fixture_drop(&a);
}

TEST(an_address_that_nobody_can_reach_is_told)
{
	struct fixture f;

	fixture_make(&f);
	f.listen = "127.0.0.1:8481";
	CHECK_OK(fixture_try_open(&f));
	(void)call(&f, "identity.init", "{'name':'CAL','no_passphrase':true}");
	(void)call(&f, "network.create", "{'name':'N','single':true}");
	CHECK(finds(&f, "listen", "warn", "unreachable"));
	f.n->config.listen = "[::]:8481";
	CHECK(finds(&f, "listen", "warn", "unnamed"));
	f.n->config.advertise = "wici.example.org:8481";
	CHECK(finds(&f, "listen", "ok", "advertised"));
	fixture_drop(&f);
}

TEST(an_issuer_that_has_fallen_silent_is_told_before_its_word_is_too_old)
{
	struct fixture a, b;

	call_found(&a);
	CHECK(!strstr(call(&a, "doctor.get", "{}"), "'name':'word'"));
	(void)call(&a, "cert.grant", "{'holder':'CAL','number':'1'}");
	CHECK(finds(&a, "word", "ok", "fresh"));
	fixture_open(&b);
	call_join(&a, &b, B_INIT);
	fixture_carry(&a, &b);
	CHECK(finds(&b, "word", "ok", "fresh"));
	b.wall_ms += 3 * DAY_MS;
	CHECK(finds(&b, "word", "warn", "old"));
	b.wall_ms += 5 * DAY_MS;
	CHECK(finds(&b, "word", "bad", "old"));
	a.wall_ms += 8 * DAY_MS; /* Who can speak does. */
	(void)call(&a, "status.get", "{}");
	CHECK(finds(&a, "word", "ok", "fresh"));
	fixture_drop(&b);
	fixture_drop(&a);
}

TEST_MAIN(
	RUN(an_issuer_that_has_fallen_silent_is_told_before_its_word_is_too_old),
	RUN(a_fresh_daemon_is_told_to_begin_and_nothing_else),
	RUN(a_founder_alone_hears_of_card_and_backup_until_they_are_made),
	RUN(a_card_from_before_the_network_counts_for_nothing),
	RUN(status_names_the_last_backup_and_warns_when_it_is_old),
	RUN(a_sealed_feed_is_wrong_and_says_why),
	RUN(rights_that_stayed_with_the_old_feed_are_found),
	RUN(a_folder_or_a_file_that_others_may_read_is_wrong),
	RUN(a_disk_that_fills_up_is_seen_before_it_is_full),
	RUN(a_wrong_clock_is_seen_by_the_records_of_others),
	RUN(an_expired_list_of_issuers_is_wrong),
	RUN(peers_that_nobody_reaches_are_told_apart),
	RUN(a_suspended_member_a_forked_root_and_a_newer_decision_are_wrong),
	RUN(an_address_that_nobody_can_reach_is_told))
