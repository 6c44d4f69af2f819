#!/bin/sh
# tests/e2e/attachment.sh: files that records name. Small ones come by
# themselves, large ones when they are asked for; killed in the midst, on either
# side, they go on; what is wrong with a file is told, in both languages.
. "$(dirname "$0")/../lib/wici.sh"

make() { # make FILE BYTES
	head -c "$2" /dev/urandom >"$T/$1"
}

publish() { # publish NAME TITLE FILE…: $id
	name=$1
	title=$2
	shift 2
	for file; do
		set -- "$@" --files "$T/$file"
		shift
	done
	at "$name" --json document publish --title "$title" "$@"
	expect 0 "publishing $title"
	id=$(json .id)
}

state() { # state NAME REF: of the first file
	"$WICI_BIN/wici" --socket "$T/$1/sock" --json attachment list "$2" |
		jq -r '.items[0].state'
}

is_state() {
	[ "$(state "$1" "$2")" = "$3" ]
}

same() {
	cmp -s "$T/$1" "$T/$2" || fail "$3: $1 and $2 differ"
	held
}

found cal "Stowarzyszenie CAL"
join mops "MOPS Mława" cal
mkdir "$T/here"
cd "$T/here" || exit 1

# Added, named, fetched by itself.
make regulamin.pdf 70001
at cal --json attachment add "$T/regulamin.pdf"
expect 0 "add"
is "$(json '[.name, .size, .type] | join(" ")')" \
	"regulamin.pdf 70001 application/pdf" "what a record names it by"
root_of=$(json .root)
at cal --json attachment list
is "$(json '.items[0].state')" added "not named yet"
isnt "$(json '.items[0].expires')" null "until when it stays"
at cal attachment add "$T/regulamin.pdf" --lang pl
has "$out" "Rozmiar               70,0 kB" "add in Polish"
at cal --json document publish --title "Regulamin" --files "$T/regulamin.pdf"
expect 0 "a path on the command line"
id=$(json .id)
at cal --json show "$id"
is "$(json '.body.files[0].root')" "$root_of" "the record names the address"
until_true 10 "a small file comes by itself" is_state mops "$id" whole
at mops attachment get "$id"
expect 0 "get a record's file"
same regulamin.pdf here/regulamin.pdf "get"
at mops attachment get "$id"
expect 2 "what is there is not written over"
has "$err" "--yes" "and it is said how it would be"
echo old >regulamin.pdf
at mops attachment get "$id" --yes
expect 0 "get --yes"
same regulamin.pdf here/regulamin.pdf "get --yes"
at mops --json attachment get "$root_of" -o "$T/here/inny.pdf"
expect 0 "get by address"
is "$(json '.items[0].path')" "$T/here/inny.pdf" "where it went"
same regulamin.pdf here/inny.pdf "get by address"
at mops --lang pl attachment list
has "$out" "jest tutaj" "the list in Polish"

# From JSON, beside the file; several; of one name; hidden ones.
mkdir -p "$T/json/a" "$T/json/b"
make json/a/plan.odt 1
make json/b/plan.odt 40000
make json/.ukryty 5
cat >"$T/json/document.json" <<'JSON'
{"title": "Plany", "files": [{"path": "a/plan.odt"},
 {"path": "b/plan.odt", "type": "text/x-plan"},
 {"path": ".ukryty"}]}
JSON
at cal --json add document.publish -f "$T/json/document.json" -n
expect 0 "a dry run"
at cal --json attachment list
is "$(json '.items | length')" 1 "a dry run sends nothing"
at cal --json add document.publish -f "$T/json/document.json"
expect 0 "paths in a JSON file"
id=$(json .id)
mkdir out
until_true 10 "they come" is_state mops "$id" whole
at mops --json attachment get "$id" -o out
expect 0 "get several into a folder"
is "$(json '[.items[].type] | join(" ")')" \
	"application/vnd.oasis.opendocument.text text/x-plan " "their types"
same json/a/plan.odt here/out/plan.odt "the first of one name"
same json/b/plan.odt "here/$(json '.items[1].path')" "the second of one name"
same json/.ukryty here/out/_.ukryty "no name begins with a dot"
at mops attachment get "$id" -o out/one
expect 2 "several into one file"

# On demand, and killed in the midst, on either side.
killed=0
for who in mops cal; do
	for round in 1 2 3 4 5; do
		make film.mp4 62914561
		publish cal "Film $who $round" film.mp4
		until_true 10 "the record is there" \
			"$WICI_BIN/wici" --socket "$T/mops/sock" show "$id"
		is "$(state mops "$id")" absent "a large one does not come unasked"
		film=$("$WICI_BIN/wici" --socket "$T/mops/sock" --json \
			attachment list "$id" | jq -r '.items[0].root')
		part=$T/mops/state/attachments/$film.part
		"$WICI_BIN/wici" --socket "$T/mops/sock" attachment get "$id" \
			-o "$T/here/film.mp4" >/dev/null 2>&1 &
		getting=$!
		until [ "$(stat -c %b "$part" 2>/dev/null || echo 0)" -gt 16000 ]; do
			[ -f "$T/mops/state/attachments/$film" ] && break
		done
		kill9 "$who"
		kill "$getting" 2>/dev/null
		wait "$getting" 2>/dev/null
		[ -f "$part" ] && killed=$((killed + 1))
		daemon "$who"
		at mops attachment get "$id" -o "$T/here/film.mp4" --yes
		expect 0 "after kill -9 of $who it goes on"
		same film.mp4 here/film.mp4 "after kill -9 of $who"
		[ -f "$part" ] && fail "a part is left"
		rm "$T/here/film.mp4"
		[ "$killed" -gt 0 ] && break
	done
	[ "$killed" -gt 0 ] || fail "$who was never killed in time"
	killed=0
done

# What is wrong is said.
: >"$T/empty"
at cal attachment add "$T/empty"
expect 2 "an empty file"
has "$err" "is empty" "an empty file: the sentence"
truncate -s 67108865 "$T/large"
at cal attachment add "$T/large"
expect 2 "a file that is too large"
has "$err" "64 MiB" "a file that is too large: the sentence"
at cal --lang pl attachment add "$T/large"
has "$err" "jest większy" "a file that is too large, in Polish"
at cal attachment add "$T/nowhere"
expect 5 "no such file"
at cal attachment add "$T/here"
expect 2 "a folder"
at cal attachment add "$T/regulamin.pdf" --name ../../etc/passwd
expect 2 "a name that is a path"
has "$err" "without /" "a name that is a path: the sentence"
at cal attachment add "$T/regulamin.pdf" "$T/film.mp4" --name x
expect 2 "one name for two files"
at cal document publish --title "Nic" --files "$T/nowhere"
expect 5 "a record of a file that is not there"
at_with cal "{\"title\":\"X\",\"files\":[{\"name\":\"a\",\"size\":3,
\"root\":\"$(printf '%064d' 7)\"}]}" --json add document.publish -f -
expect 5 "a record of a file that nobody has"
is "$(json .error.field)" "files[0].root" "which field"
has "$out" "wici attachment add" "and what to do"
at mops attachment get 0123456789abcdef
expect 5 "no such attachment"
at mops attachment get xyz
expect 2 "no address"
at cal --json practice publish --title "Bez plików"
at cal attachment get "$(json .id)"
expect 5 "a record without files"
has "$err" "names no files" "a record without files: the sentence"

# Nobody has it any more who could be asked: it waits, and says so.
make daleki.bin 2000000
publish cal "Daleki" daleki.bin
until_true 10 "the record is there" \
	"$WICI_BIN/wici" --socket "$T/mops/sock" show "$id"
stop cal
at mops attachment get "$id" --timeout 1
expect 8 "nobody is there"
has "$err" "no peer is connected" "nobody is there: the sentence"
daemon cal
until_true 20 "and then it comes by itself" is_state mops "$id" whole

# Room.
stop mops
daemon mops --attachments-quota 1k --attachments-eager 0
make maly.txt 600
publish cal "Mały" maly.txt
until_true 10 "the record is there" \
	"$WICI_BIN/wici" --socket "$T/mops/sock" show "$id"
is "$(state mops "$id")" absent "nothing unasked"
at mops attachment get "$id" -o "$T/here/x"
expect 2 "no room"
has "$err" "attachments-quota" "no room: what to do"
at mops --lang pl attachment get "$id" -o "$T/here/x"
has "$err" "zwiększ attachments-quota" "no room, in Polish"

# What lies in the state folder: addresses, for nobody else to read.
is "$(stat -c %a "$T/mops/state/attachments")" 700 "the folder's mode"
is "$(find "$T/mops/state/attachments" -type f ! -perm 600 | wc -l)" 0 \
	"the files' mode"
is "$(find "$T/mops/state/attachments" -type f |
	grep -cvE '/[0-9a-f]{64}(\.tree|\.part)?$')" 0 "names are addresses"

# A spoilt byte is noticed, and fetched again.
stop mops
printf 'x' | dd of="$T/mops/state/attachments/$root_of" bs=1 seek=40000 \
	conv=notrunc 2>/dev/null
daemon mops
at mops attachment get "$root_of" -o "$T/here/znowu.pdf"
expect 0 "after it was spoilt"
same regulamin.pdf here/znowu.pdf "after it was spoilt"

# fsck looks at them: while it runs and while it is stopped, a byte, the end, a
# file that is gone; the peer brings back what is missing while fsck waits.
mops=$T/mops/state/attachments
stop mops
daemon mops
at cal --json attachment list
maly_of=$(json '.items[] | select(.size == 600) | .root')
at mops --json fsck
expect 0 "fsck finds what there was no room for, and there is now"
is "$(json '.attachments.bad[0] | [.name, .what, .healed] | join(" ")')" \
	"maly.txt missing true" "it is not here, and comes"
at mops --json fsck
expect 0 "fsck of good files"
is "$(json '.attachments | [(.bad, .left | length), .healed, .more] | join(" ")')" \
	"0 0 0 0" "nothing wrong with the files"
isnt "$(json .attachments.files)" 0 "and some were looked at"
printf 'x' | dd of="$mops/$root_of" bs=1 seek=40000 conv=notrunc 2>/dev/null
at mops --json fsck
expect 0 "fsck of a spoilt file, while it runs"
is "$(json '.attachments.bad[0] | [.root, .name, .what, .chunks, .bytes, .healed,
	.state] | join(" ")')" \
	"$root_of regulamin.pdf damaged 1 32768 true whole" "which, how much, healed"
isnt "$(json '.attachments.bad[0].record')" null "which record names it"
at mops attachment get "$root_of" -o "$T/here/znowu.pdf" --yes
same regulamin.pdf here/znowu.pdf "after fsck"
stop mops
printf 'x' | dd of="$mops/$root_of" bs=1 seek=1 conv=notrunc 2>/dev/null
truncate -s 10 "$mops/$maly_of"
daemon mops
at mops --lang pl fsck
expect 0 "fsck after a start, in Polish"
has "$out" "regulamin.pdf" "in Polish: the name"
has "$out" "uszkodzone 32,8 kB z 70,0 kB" "in Polish: how much"
at mops attachment get "$maly_of" -o "$T/here/maly2.txt"
same maly.txt here/maly2.txt "what was cut short"
rm "$mops/$maly_of"
at mops --json fsck
is "$(json '.attachments.bad[0] | [.name, .what, .healed] | join(" ")')" \
	"maly.txt missing true" "a file that is gone"

# Who has it nowhere is told so, and what else does.
stop cal
stop mops
rm "$T/cal/state/attachments/$maly_of" "$mops/$maly_of" "$mops/$maly_of.tree"
daemon cal
daemon mops
at cal fsck
expect 1 "fsck of a file that nobody has"
has "$out" "maly.txt" "nobody has it: which"
has "$out" "no connected peer has it" "nobody has it: said so"
has "$out" "wici attachment add" "nobody has it: what does"
at cal attachment add "$T/maly.txt"
expect 0 "a copy of one's own"
at cal --json fsck
expect 0 "and all is well"
is "$(json '.attachments.bad | length')" 0 "nothing bad"
until_true 30 "and the other has it too" test -f "$mops/$maly_of"

# What lies about: ours goes, somebody else's stays.
: >"$mops/new.77"
echo x >"$mops/$(printf '%064d' 7).part"
echo x >"$mops/notatki.txt"
at mops fsck
expect 0 "fsck of what lies about"
has "$out" "Left over, and removed: new.77" "left over"
has "$out" "Not wici's, and left alone: notatki.txt" "foreign"
is "$(find "$mops" -name '*.part' -o -name 'new.*' | wc -l)" 0 "it is gone"
[ -f "$mops/notatki.txt" ] || fail "somebody's file is gone"
rm "$mops/notatki.txt"

# Erased, with the record that names it, here and there.
stop mops
daemon mops
printf 'Lista obecności: zqxjuvw\n' >"$T/lista.txt"
publish cal "Lista" lista.txt
until_true 20 "the other has the file" grep -rqF zqxjuvw "$T/mops/state"
grep -rqF zqxjuvw "$T/cal/state" || fail "it was here"
at cal --yes erase "$id" --reason "na wniosek osoby"
expect 0 "erase"
nowhere() {
	! grep -rqF zqxjuvw "$T/cal/state" "$T/mops/state"
}
until_true 20 "no file of any store has it" nowhere
done_with
