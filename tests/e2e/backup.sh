#!/bin/sh
# tests/e2e/backup.sh: a disk is lost, and the institution comes back: from a
# backup, from its card alone, twice from one backup, on another server. No
# feed is ever forked, and no feed's key is in any backup.
. "$(dirname "$0")/../lib/wici.sh"

publish() { # publish NAME FROM TO
	seq "$2" "$3" | sed 's/.*/{"title":"Zapis &"}/' >"$T/records"
	at "$1" --json add practice.publish -f "$T/records"
	expect 0 "publishing $2 to $3"
}

practices() { # of the institution, as NAME has them
	"$WICI_BIN/wici" --socket "$T/$1/sock" --json list practice \
		--from "$2" --limit 200 | jq '.items | length'
}

has_all() { # has_all NAME INSTITUTION COUNT
	[ "$(practices "$1" "$2")" = "$3" ]
}

feed_of() {
	"$WICI_BIN/wici" --socket "$T/$1/sock" --json status | jq -r .feed
}

status_is() { # status_is NAME FILTER
	"$WICI_BIN/wici" --socket "$T/$1/sock" --json status |
		jq -e "$2" >/dev/null
}

no_fork() { # no_fork NAME…: nobody knows of any
	for name; do
		at "$name" --json doctor
		is "$(json '.checks[] | select(.name == "forks") | .code')" \
			none "$name: no fork"
		is "$(json '.checks[] | select(.name == "feed") | .code')" \
			open "$name: may publish"
	done
}

# The first bytes of the feed key's seed, raw and in hex, are in no file.
no_feed_key() { # no_feed_key NAME FILE
	hex=$(grep -oE '[0-9a-f]{64}' "$T/$1/state/feed.key" | tail -n 1)
	[ ${#hex} -eq 64 ] || fail "what is feed.key's form?"
	lacks "$2" "$hex" "the feed's key, in hex, in $(basename "$2")"
	is "$(od -An -v -tx1 "$2" | tr -d ' \n' | grep -c "$hex")" 0 \
		"the feed's key, raw, in $(basename "$2")"
}

found cal "Stowarzyszenie CAL" --issuer osl
join mops "MOPS Mława" cal
join other "MOPR Kielce" cal

at mops --json backup create "$T/a" extra
expect 2 "one word too many"
at mops --json backup create
expect 2 "neither FILE nor --keep"
at mops backup create /nonexistent/file
isnt "$code" 0 "a folder that is not there"
daemon fresh
at fresh --json backup create "$T/a"
expect 4 "nothing to keep yet"

publish mops 1 100
at mops --json backup create "$T/backup"
expect 0 "backup create"
is "$(json .backup)" true "a backup"
is "$(json .name)" "MOPS Mława" "whose"
is "$(json .identity_key)" clear "it says that the key is in the clear"
entries=$(json .entries)
[ "$entries" -ge 105 ] || fail "only $entries entries"
is "$(stat -c %a "$T/backup")" 600 "nobody else reads it"
[ ! -e "$T/backup.new" ] || fail "the temporary name is left behind"
no_feed_key mops "$T/backup"
at none backup verify "$T/backup"
expect 0 "verify needs no daemon"
at none --json backup show "$T/backup"
expect 0 "show needs no daemon"
is "$(json .entries)" "$entries" "show counts the same"
at mops --json status
is "$(json .backup.entries)" "$entries" "status knows of it"

# A backup made while records are published is whole.
publish other 1 5
(
	n=0
	while [ ! -e "$T/enough" ]; do
		n=$((n + 1))
		"$WICI_BIN/wici" --socket "$T/other/sock" practice publish \
			--title "Zapis x$n" >/dev/null 2>&1
	done
) &
busy=$!
for i in 1 2 3; do
	at other --json backup create "$T/busy"
	expect 0 "a backup while records are published ($i)"
	at none backup verify "$T/busy"
	expect 0 "it is whole ($i)"
done
touch "$T/enough"
wait "$busy"

# What is damaged is refused with a sentence, and changes nothing.
size=$(stat -c %s "$T/backup")
head -c $((size / 2)) "$T/backup" >"$T/short"
cp "$T/backup" "$T/flipped"
printf '\377' | dd of="$T/flipped" bs=1 seek=$((size * 2 / 3)) conv=notrunc \
	2>/dev/null
for file in short flipped; do
	at none --json backup verify "$T/$file"
	isnt "$code" 0 "a $file backup"
	has "$out" "damaged or cut short" "a $file backup: said"
	at fresh --json restore "$T/$file" --no-passphrase
	isnt "$code" 0 "a $file backup is not restored"
	at fresh --json status
	is "$(json .identity)/$(json .network)" null/null "nothing was changed"
done
at mops --json restore "$T/backup"
expect 1 "over an installation that lives"
is "$(json .error.code)" already_member "it is one already"
at other --json restore "$T/backup"
expect 1 "over another institution's"

# The disk is lost after twenty records more.
publish mops 101 120
until_true 30 "the others have all" has_all cal "MOPS Mława" 120
old=$(feed_of mops)
address cal >"$T/cal.address"
kill9 mops
rm -rf "$T/mops/state"
daemon mops --peer "$(address cal)"
at mops --json -n restore "$T/backup"
expect 0 "tried out"
is "$(json .dry_run)/$(json .name)" "true/MOPS Mława" "what would be done"
at mops --json status
is "$(json .identity)" null "trying changes nothing"
at mops --json restore "$T/backup"
expect 0 "restore FILE"
is "$(json .done)" true "done"
is "$(json .succeeded.feed)" "$old" "what it carries on"
isnt "$(feed_of mops)" "$old" "a feed of its own"
until_true 30 "all 120 are back" has_all mops "MOPS Mława" 120
until_true 30 "and with the others" has_all cal "MOPS Mława" 120
no_fork mops cal other
at mops --json practice publish --title "Po odtworzeniu"
expect 0 "publishing goes on"
until_true 30 "the new ones too" has_all other "MOPS Mława" 121
at cal --json log "MOPS Mława" --limit 200
is "$(json '[.items[] | select(.kind == "feed.succeed" and
	.state == "ok")] | length')" 1 "feed.succeed is published and counts"

# From the card alone: nothing else is left.
at mops key card -o "$T/card"
expect 0 "key card"
is "$(stat -c %a "$T/card")" 600 "nobody else reads the card"
tr -d " \n" <"$T/card" | grep -q wicikarta1 || fail "no card in the file"
no_feed_key mops "$T/card"
at mops --json key card
expect 0 "key card, to the screen"
at mops --json restore --card "$T/card"
isnt "$code" 0 "a card over an installation that lives"
second=$(feed_of mops)
kill9 mops
rm -rf "$T/mops/state"
daemon mops
printf 'wicikarta1nonsense\n' >"$T/nonsense"
at mops --json restore --card "$T/nonsense" --no-passphrase
isnt "$code" 0 "a mistyped card"
at mops --json restore --card "$T/card"
isnt "$code" 0 "a card, and no word about a passphrase"
printf 'nowe hasło\n' >"$T/passphrase"
at mops --json restore --card "$T/card" --name "MOPS Mława" \
	--passphrase-file "$T/passphrase"
expect 0 "restore --card"
is "$(json .succeeded.feed)" "$second" "it carries the newest on"
until_true 30 "all are back" has_all mops "MOPS Mława" 121
grep -q '^seed ' "$T/mops/state/identity.key" &&
	fail "the key is not under the passphrase"
no_fork mops cal other
at mops --json practice publish --title "Z karty"
expect 0 "publishing goes on"

# Two restores of one backup are two feeds, and no fork.
daemon twin1 --peer "$(address cal)"
daemon twin2 --peer "$(address cal)"
for twin in twin1 twin2; do
	at "$twin" --json restore "$T/backup"
	expect 0 "restore on $twin"
done
isnt "$(feed_of twin1)" "$(feed_of twin2)" "two feeds"
publish twin1 201 203
publish twin2 301 303
until_true 30 "all of both" has_all cal "MOPS Mława" 128
no_fork cal other
stop twin1
stop twin2

# Cut off anywhere, a restore is done again on the same folder; what had a feed
# by then goes on by itself.
for delay in 0.02 0.05 0.08 0.15; do
	daemon cut --peer "$(address cal)"
	"$WICI_BIN/wici" --socket "$T/cut/sock" restore "$T/backup" \
		>/dev/null 2>&1 &
	client=$!
	sleep "$delay"
	kill9 cut
	wait "$client"
	daemon cut --peer "$(address cal)"
	at cut --json restore "$T/backup"
	[ "$code" -eq 0 ] || is "$(json .error.code)" already_member \
		"cut off after $delay s"
	until_true 30 "all are back after $delay s" has_all cut "MOPS Mława" 128
	no_fork cut cal
	stop cut
	rm -rf "$T/cut/state"
done

# The registrar's own: its backup brings it back, and it says what rights stayed
# behind, and how to get them.
at cal --json backup create "$T/cal.backup"
expect 0 "the registrar's backup"
no_feed_key cal "$T/cal.backup"
kill9 cal
rm -rf "$T/cal/state"
daemon cal --peer "$(address other)"
at cal --json restore "$T/cal.backup"
expect 0 "the registrar is back"
until_true 30 "with all" has_all cal "MOPS Mława" 128
at cal --json invite "Nowy"
expect 4 "a backup admits nobody"
at cal doctor
has "$out" "wici roster registrar" "how to admit again"
at cal --json roster registrar "Stowarzyszenie CAL"
expect 0 "the registrar's right"
at cal --json invite "Nowy"
expect 0 "it invites again"

# Another server: --close ends the old feed, and the old machine, when it wakes,
# says so.
at other --json backup create "$T/move"
expect 0 "a backup to move with"
moved=$(feed_of other)
stop other
daemon moved --peer "$(address cal)"
at moved --json restore "$T/move" --close
expect 0 "restore --close"
is "$(json .succeeded.feed)" "$moved" "it carries the old one on"
at moved --json practice publish --title "Na nowym serwerze"
expect 0 "the new server publishes"
daemon other
until_true 30 "the old one knows" status_is other \
	'.sealed and .sealed_reason == "closed"'
at other --json practice publish --title "Na starym"
expect 8 "the old server publishes no more"
at other doctor
expect 1 "the old server's doctor"
has "$out" "this feed was ended" "it says so"
no_fork cal moved

# A file a day, and no other file is touched.
mkdir "$T/keep"
for day in 01 02 03 04 05 06 07 08 09 10 11 12; do
	: >"$T/keep/wici-2019-03-$day.backup"
done
: >"$T/keep/notes.txt"
at moved backup create --keep "$T/keep"
expect 0 "backup create --keep"
[ -f "$T/keep/notes.txt" ] || fail "another file was removed"
held
is "$(find "$T/keep" -name 'wici-2019-*' | wc -l)" 7 "six days and a week stay"
at none backup verify "$T"/keep/wici-20[2-9]*.backup
expect 0 "today's is whole"
done_with
