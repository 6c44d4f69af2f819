/* client/doctor_text.c — The table of what wici doctor says. A finding that is
 * well has one sentence; any other says why it matters, and what to do. */
#include "client/doctor_text.h"

#include "client/say.h"

#include <string.h>

#define NEW_FEED N_("wici restore (this installation goes on with a new feed)")

/* clang-format off */
static const struct doctor_text texts[] = {
	{"daemon", "answers", N_("wicid answers"), NULL, NULL},
	{"daemon", "no_daemon", N_("wicid does not answer"),
	 N_("Nothing is received or published, and nothing else could be "
	    "checked."),
	 N_("sudo systemctl status wicid; journalctl -u wicid -n 20")},
	{"daemon", "not_permitted", N_("You may not ask wicid"),
	 N_("Nothing else could be checked."), NULL},
	{"daemon", "older", N_("wicid is older than this command"),
	 N_("It does not know these checks, and nothing else could be "
	    "checked."),
	 N_("sudo systemctl restart wicid")},
	{"version", "same", N_("wici and wicid are of one version"), NULL,
	 NULL},
	{"version", "differs", N_("wici and wicid are of different versions"),
	 N_("A wicid that was not restarted after an update runs the old "
	    "program."),
	 N_("sudo systemctl restart wicid")},

	{"identity", "passphrase",
	 N_("The identity key is under a passphrase"), NULL, NULL},
	{"identity", "away", N_("The identity key is kept elsewhere"), NULL,
	 NULL},
	{"identity", "none", N_("There is no identity yet"),
	 N_("Without one nothing can be published."),
	 N_("wici init --name \"NAME OF THE INSTITUTION\"")},
	{"identity", "clear", N_("The identity key is under no passphrase"),
	 N_("Who reads the file, or a backup with it, speaks for the "
	    "institution. No daily act needs it."),
	 N_("wici key card -o FILE, print it; then move identity.key from the "
	    "state folder to a safe place")},

	{"card", "made", N_("A card of the identity key was made"), NULL, NULL},
	{"card", "none", N_("No card of the identity key was made here"),
	 N_("With the card and one member the institution comes back when "
	    "everything else is lost."), N_("wici key card")},
	{"card", "before_network",
	 N_("The card was made before this installation was in a network"),
	 N_("It does not know the network and brings nothing back."),
	 N_("wici key card")},

	{"network", "member", N_("Member of the network"), NULL, NULL},
	{"network", "none", N_("There is no network yet"),
	 N_("Nothing can be published or received."),
	 N_("wici join TOKEN, or wici network create NAME")},
	{"network", "joining", N_("The network does not know this institution "
				  "yet"),
	 N_("It goes on by itself once a member is reached."),
	 N_("wici peer list")},
	{"network", "suspended", N_("This institution is suspended"),
	 N_("What it publishes counts no more, and it receives only its own "
	    "records. The holders of the root keys have decided so."),
	 N_("ask the association; they can use wici roster reinstate")},

	{"root", "several", N_("Root of the network"), NULL, NULL},
	{"root", "unknown", N_("The root of the network is not known yet"),
	 N_("It comes with the first connection."), N_("wici peer list")},
	{"root", "single", N_("This identity is the network's only root key"),
	 N_("Who loses it loses the say over the network; who steals it has "
	    "it."), N_("wici roster policy")},
	{"root", "single_elsewhere", N_("The network has one root key only"),
	 N_("Should its holder lose it, nobody can decide about the network "
	    "any more."),
	 N_("tell the association; they can use wici roster policy")},
	{"root", "forked", N_("Two decisions of the root contradict each "
			      "other"),
	 N_("Until all root keys have named the one that stands, certificates "
	    "are DISPUTED."), N_("wici roster log; wici roster stands")},

	{"issuers", "current", N_("The list of issuers is in force"), NULL,
	 NULL},
	{"issuers", "none", N_("The network has no issuers"), NULL, NULL},
	{"issuers", "expiring", N_("The list of issuers will expire soon"),
	 N_("Then no certificate can be confirmed. Root keys renew it."),
	 N_("wici roster issuers")},
	{"issuers", "expired", N_("The list of issuers has expired"),
	 N_("No certificate can be confirmed. Root keys renew it."),
	 N_("wici roster issuers")},

	{"rights", "here", N_("The institution's rights are with this "
			      "installation"), NULL, NULL},
	{"rights", "left_behind",
	 N_("The institution's rights are still with the old feed"),
	 N_("Until root keys give them to the new one, nobody can be "
	    "admitted, or no certificate granted."), NULL},
	{"rights", "elsewhere",
	 N_("The institution's rights are with another installation"),
	 N_("If that one is still used, all is well. If not, root keys can "
	    "move them here."), NULL},

	{"feed", "open", N_("This installation may publish"), NULL, NULL},
	{"feed", "succeeded",
	 N_("Another installation carries this one's feed on"),
	 N_("The institution was restored elsewhere."),
	 N_("publish there, and stop this one")},
	{"feed", "forked", N_("Publishing is sealed: the feed has two endings"),
	 N_("A copy of this installation has published too. Both endings are "
	    "kept; a new feed goes on at once."), NEW_FEED},
	{"feed", "cloned", N_("Publishing is sealed: this installation runs "
			      "twice"),
	 N_("A peer has seen both. If both publish, the feed is forked."),
	 N_("stop the copy; then wici restore here")},
	{"feed", "copied", N_("Publishing is sealed: the state folder was "
			      "copied or restored"),
	 N_("The original may still publish, or have published more than is "
	    "here."), NEW_FEED},
	{"feed", "machine", N_("Publishing is sealed: the state folder comes "
			       "from another machine"),
	 N_("The original may still publish, or have published more than is "
	    "here."), NEW_FEED},
	{"feed", "fence_ahead", N_("Publishing is sealed: the store is older "
				   "than what was published"),
	 N_("The disk or the machine was put back in time."), NEW_FEED},
	{"feed", "missing", N_("Publishing is sealed: the file fence is "
			       "missing from the state folder"),
	 N_("Nothing says any more how far this feed went."), NEW_FEED},
	{"feed", "fence_damaged", N_("Publishing is sealed: the file fence in "
				     "the state folder is damaged"),
	 N_("Nothing says any more how far this feed went."), NEW_FEED},
	{"feed", "damaged", N_("Publishing is sealed: own records are "
			       "damaged"),
	 N_("Peers bring them back; then publishing goes on by itself."),
	 N_("wici fsck; look after the disk")},
	{"feed", "key_missing", N_("Publishing is sealed: the file feed.key "
				   "is missing from the state folder"),
	 N_("Only that key signs this feed, and it is in no backup."),
	 NEW_FEED},
	{"feed", "closed", N_("Publishing is sealed: this feed was ended"),
	 N_("A restored installation, or the root, has ended it; or it is "
	    "full."),
	 N_("publish from the other installation; or wici restore here")},
	{"feed", "void", N_("Publishing is sealed: this feed counts no more"),
	 N_("The root has named another key of the institution, or ended its "
	    "feeds."), NEW_FEED},
	{"feed", "unfinished", N_("Publishing is sealed: a new feed was begun "
				  "and not finished"),
	 N_("The power failed in between."), N_("wici restore")},

	{"echo", "heard", N_("Peers have confirmed how far the feed goes"),
	 NULL, NULL},
	{"echo", "not_needed", N_("Nobody had this feed before wicid was "
				  "started: no confirmation is needed"),
	 NULL, NULL},
	{"echo", "waiting", N_("Nobody has confirmed yet how far the feed "
			       "goes"),
	 N_("A disk may have gone back in time. Until peers have answered, "
	    "over the network or by stick, what is published is kept as "
	    "drafts."), N_("wici peer list; wici bundle export FILE")},
	{"echo", "overridden", N_("Published on somebody's word, and not yet "
				  "confirmed by a peer"),
	 N_("Should this store be older than what peers hold, the feed is "
	    "forked."), N_("wici peer list")},

	{"drafts", "none", N_("No drafts wait"), NULL, NULL},
	{"drafts", "waiting", N_("Drafts wait to be published"),
	 N_("Nobody else sees them, and no peer has them."),
	 N_("wici draft list")},
	{"renewal", "under_way",
	 N_("The new feed waits for the old records from peers"),
	 N_("Then it says which feed it carries on; that goes by itself."),
	 N_("wici peer list")},
	{"renewal", "passphrase",
	 N_("The new feed does not say yet which one it carries on"),
	 N_("That is signed by the identity key, and takes its passphrase."),
	 N_("wici restore")},

	{"erasures", "former",
	 N_("Erasures are signed by a key that counts no more"),
	 N_("Newcomers get this institution's records only up to there, and "
	    "whoever was away erases nothing."), N_("wici erase anew")},
	{"erasures", "elsewhere",
	 N_("Another institution's records are not whole here"),
	 N_("It erased some by a key that counts no more."),
	 N_("tell the institution; it can use wici erase anew")},

	{"peers", "connected", N_("Peers"), NULL, NULL},
	{"peers", "alone", N_("Nobody else is in the network yet"), NULL,
	 NULL},
	{"peers", "connecting", N_("Connecting to peers"),
	 N_("wicid was started a moment ago."), N_("wici peer list")},
	{"peers", "none", N_("No peer is configured, and none is connected"),
	 N_("Nothing is received, and what is published here is held by "
	    "nobody else."), N_("wici peer add HOST:PORT")},
	{"peers", "unreachable", N_("No peer can be reached"),
	 N_("Nothing is received, and what is published here is held by "
	    "nobody else."),
	 N_("check the connection to the internet and the firewall (outgoing, "
	    "the port of the address); wici peer list")},
	{"peers", "refused", N_("A peer refuses the connection"), NULL,
	 N_("wici peer list")},
	{"peers", "silent", N_("A peer was not reached for 3 days or more"),
	 N_("The fewer peers, the later the news, and the fewer hold your "
	    "records."), N_("wici peer remove HOST:PORT, if it is gone")},

	{"forks", "none", N_("No institution's feed is forked"), NULL, NULL},
	{"forks", "forked", N_("Feeds of others are forked"),
	 N_("They were published to from two copies; what is beyond the fork "
	    "does not count. The institution goes on with wici restore."),
	 N_("tell the institution")},

	{"word", "fresh", N_("The issuer's word is fresh"), NULL, NULL},
	{"word", "own_old", N_("This installation has not said for days how "
			       "its certificates stand"),
	 N_("After seven days nobody can confirm them. It says so by itself, "
	    "every day, unless something above keeps it from publishing."),
	 NULL},
	{"word", "old", N_("The issuer has not been heard of for days"),
	 N_("After seven days its certificates cannot be confirmed here. Its "
	    "installation may be off, or out of reach."),
	 N_("wici peer list; ask the issuer")},
	{"word", "ahead", N_("The issuer's word is of a time that is still to "
			     "come"),
	 N_("Its certificates cannot be confirmed: its clock was wrong, or the "
	    "one here is."),
	 N_("look at the clock here; else ask the issuer")},

	{"newer", "known", N_("This version understands the network's "
			      "decisions"), NULL, NULL},
	{"newer", "needed", N_("A decision of the root needs a newer version "
			       "of wici"),
	 N_("Until then it is not known here who may do what."),
	 N_("install the newest version of wici")},

	{"backup", "verified", N_("The last backup was verified"), NULL, NULL},
	{"backup", "none", N_("No backup was made"),
	 N_("It brings back at once what peers would have to send, and the "
	    "identity key."),
	 N_("wici backup create FILE; nightly: sudo systemctl enable --now "
	    "wici-backup.timer")},
	{"backup", "old", N_("The last backup is older than 8 days"),
	 N_("What was published since comes back from peers alone."),
	 N_("wici backup create FILE; systemctl status wici-backup.timer")},
	{"backup", "gone", N_("The file of the last backup is not there any "
			      "more"),
	 N_("If it was moved to another machine, all is well."),
	 N_("wici backup create FILE")},

	{"listen", "reached", N_("Others reach this installation"), NULL,
	 NULL},
	{"listen", "advertised", N_("Others are told this address (whether it "
				    "lets them in cannot be seen from here)"),
	 NULL, NULL},
	{"listen", "listens", N_("Listening (whether a firewall lets others "
				 "in cannot be seen from here)"), NULL, NULL},
	{"listen", "dials", N_("Listening on this machine only; this "
			       "installation connects to others itself"),
	 NULL, NULL},
	{"listen", "unreachable", N_("Nobody can connect to this "
				     "installation"),
	 N_("It listens on this machine only, and others need a way to it."),
	 N_("listen and advertise in /etc/wici/wicid.conf; or wici peer add "
	    "HOST:PORT")},
	{"listen", "unnamed", N_("Invitations do not say where this "
				 "installation is"),
	 N_("Newcomers need an address to join at."),
	 N_("advertise = HOST:PORT in /etc/wici/wicid.conf")},

	{"clock", "fits", N_("The clock fits the newest records of others"),
	 NULL, NULL},
	{"clock", "alone", N_("Not checked: the clock (there is no record of "
			      "others to compare)"), NULL, NULL},
	{"clock", "behind", N_("A record of others is from the future"),
	 N_("This clock is behind, or theirs is ahead. Dates of certificates "
	    "are judged by this clock."), N_("timedatectl")},
	{"clock", "went_back", N_("The newest own record is from the future"),
	 N_("This clock is behind, or was ahead. Dates of certificates are "
	    "judged by it."), N_("timedatectl")},

	{"disk", "free", N_("Space on the disk"), NULL, NULL},
	{"disk", "unknown", N_("Not checked: the space on the disk (the "
			       "system does not say)"), NULL, NULL},
	{"disk", "low", N_("Little space is left on the disk"),
	 N_("Below 64 MiB wicid writes nothing any more."), N_("df -h")},
	{"disk", "read_only", N_("The disk is almost full"),
	 N_("Nothing is received or published."),
	 N_("make room on the disk; wicid goes on by itself")},

	{"folder", "private", N_("Only wicid reads the state folder"), NULL,
	 NULL},
	{"folder", "unknown", N_("Not checked: who may read the state folder"),
	 NULL, NULL},
	{"folder", "open", N_("Others may read the state folder"),
	 N_("The keys are in it."), N_("sudo chmod 700 FOLDER")},
	{"folder", "file_open", N_("Others may read a file of the state "
				   "folder"),
	 N_("wicid will not start with a key that others may read."),
	 N_("sudo chmod 600 FILE")},
	{"folder", "owner", N_("The state folder belongs to another user"),
	 N_("That user may put other files in its place."),
	 N_("sudo chown -R wici: FOLDER")},

	{"store", "whole", N_("The store"), NULL, NULL},
	{"store", "healed", N_("The store was damaged, and has been healed"),
	 N_("Peers have brought back what the disk had spoilt. A disk that "
	    "does so once does it again."), N_("wici fsck; look after the "
					       "disk")},
	{"store", "damaged", N_("The store is damaged"),
	 N_("What is damaged is not passed on; peers bring it back."),
	 N_("wici fsck; look after the disk")},
};
/* clang-format on */

const struct doctor_text *doctor_text(const char *name, const char *code)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strcmp(texts[i].name, name) == 0 &&
		    strcmp(texts[i].code, code) == 0)
			return &texts[i];
	return NULL;
}
