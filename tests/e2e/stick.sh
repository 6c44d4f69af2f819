#!/bin/sh
# tests/e2e/stick.sh: a network of two that never meet but by stick: who is
# invited asks by a file, and the answer is a file. What is forged, used up, or
# carried to the wrong door lets nobody in.
. "$(dirname "$0")/../lib/wici.sh"

alone=1 # No address of anybody is ever known to another.

carry() { # carry FROM TO
	rm -f "$T/stick"
	at "$1" --json bundle export "$T/stick"
	expect 0 "export at $1"
	at "$2" --json bundle import "$T/stick"
	expect 0 "import at $2"
	is "$(json '.rejected | length')" 0 "nothing is rejected"
}

daemon cal
at cal init --name "Stowarzyszenie CAL" --no-passphrase
at cal network create "Sieć" --single --issuer osl
expect 0 "a network"
at cal invite "MOPS Mława"
expect 2 "there is no address to put into an invitation"
has "$err" "--by-file" "it is said what helps"
at cal invite "MOPS Mława" --by-file
expect 0 "an invitation for a stick"
has "$out" "--by-file" "the line says how"
at cal --json invite "MOPS Mława" --by-file
token=$(json .token)
at cal --json invite "Nieuczciwy" --by-file
other=$(json .token)

# The newcomer asks.
daemon mlawa
at mlawa join "$token" --name "MOPS Mława" --no-passphrase
expect 2 "nobody can be dialled"
has "$err" "--by-file" "it is said what helps"
at mlawa --json join "$token" --name "MOPS Mława" --no-passphrase \
	--by-file "$T/ask"
expect 0 "asked by file"
code_there=$(json .code)
is "$(printf %s "$code_there" | wc -c)" 6 "six digits"
at mlawa --json join "$token" --by-file "$T/ask"
expect 2 "a file is not replaced"
at mlawa --json --yes join "$token" --by-file "$T/ask"
expect 0 "unless it is said"
at mlawa backup create "$T/none"
expect 4 "there is nothing to back up yet"
at none --json bundle show "$T/ask"
expect 0 "what asks can be shown"
is "$(json .join)" true "it is said that it asks"
at none --lang pl bundle show "$T/ask"
has "$out" "prosi" "in Polish"
secret=$(printf %s "$token" | tail -c 40)
grep -q "$secret" "$T/ask" && fail "the token is in the file"

cp "$T/ask" "$T/first"

# The answer does not come from before.
at cal --json bundle export "$T/early"
at mlawa --json bundle import "$T/early"
expect 0 "what was made before is taken in"
is "$(json .joined)" false "and lets nobody in"
at mlawa status
has "$out" "oining" "the join goes on"
stop mlawa
daemon mlawa
at mlawa --json --yes bundle export "$T/ask"
expect 0 "after a restart any bundle asks"

# Damaged in what asks, wherever: nobody is let in, and nothing breaks.
size=$(stat -c %s "$T/first")
for back in 170 250 330 400; do
	cp "$T/first" "$T/bad"
	printf '\377\376' | dd of="$T/bad" bs=1 seek=$((size - back)) \
		conv=notrunc 2>/dev/null
	at cal --json bundle import "$T/bad"
	isnt "$code" 0 "a damaged request, $back bytes from its end"
	is "$(json '.admitted')" null "lets nobody in"
done
at cal --json invite list
is "$(json '[.items[] | select(.state == "used")] | length')" 0 "nobody is in"

# Who was invited under another name asks with another's file: that is not he.
daemon obcy
at obcy --json join "$other" --name "Nieuczciwy" --no-passphrase \
	--by-file "$T/foreign"
expect 0 "another asks"
at cal --json invite list
id=$(json '.items[] | select(.name == "Nieuczciwy") | .id')
at cal invite revoke "$id"
at cal --json bundle import "$T/foreign"
expect 8 "an invitation that was taken back"
is "$(json '.rejected[0].reason')" token_expired "it is said why"
at cal --lang pl bundle import "$T/foreign"
has "$out" "wygasło" "in Polish"

# Not at the registrar's installation: it is told, and not kept.
at mlawa --json bundle import "$T/foreign"
expect 8 "at the wrong door"
is "$(json '.rejected[0].reason')" inviter_away "it is said why"

# Let in, even if the registrar's machine dies right after.
at cal --json bundle import "$T/ask"
expect 0 "let in"
is "$(json .admitted.name)" "MOPS Mława" "who it is"
is "$(json .admitted.code)" "$code_there" "both have the same six digits"
kill9 cal
daemon cal
at cal --json bundle import "$T/ask"
expect 0 "asked twice"
is "$(json .admitted.code)" "$code_there" "the answer is the same"
at cal --json institution list
is "$(json '[.items[] | select(.name == "MOPS Mława")] | length')" 1 "once"
at cal --lang pl bundle import "$T/ask"
has "$out" "Przyjęto" "in Polish"

at cal --json bundle export "$T/answer"
at mlawa --json bundle import "$T/answer"
expect 0 "the answer"
is "$(json .joined)" true "a member"
at mlawa --json status
is "$(json .next)" null "nothing is left to do"
is "$(json .name)" "MOPS Mława" "by the name of the invitation"
at mlawa --json bundle export "$T/after"
at none --json bundle show "$T/after"
is "$(json .join)" false "who is a member asks no more"

# The same request, stolen: it is answered, to the same key alone.
at obcy --json bundle import "$T/answer"
expect 0 "anybody may read"
is "$(json .joined)" false "but he is no member"

# And from then on as ever: there and back.
carry mlawa cal
carry cal mlawa
at cal --json cert grant --holder "MOPS Mława" --scheme osl --name "Certyfikat" \
	--number 1/2026 --valid-from 2026 --valid-until 2028
expect 0 "a grant"
carry cal mlawa
at mlawa --json cert verify 1/2026
expect 0 "is verified where nobody was ever connected"
is "$(json .verdict)" VALID "valid"
at mlawa --json practice publish --title "Klub sąsiedzki"
expect 0 "published"
carry mlawa cal
at cal --json list practice --from "MOPS Mława"
is "$(json '.items[0].title')" "Klub sąsiedzki" "and read"
mkdir "$T/got" "$T/again"
# Files that records name travel so, too: whole, or none of them.
head -c 3000000 /dev/urandom >"$T/plan.pdf"
head -c 300 /dev/urandom >"$T/notatka.txt"
at mlawa --json document publish --title "Plan" --files "$T/plan.pdf" \
	--files "$T/notatka.txt"
expect 0 "published with files"
id=$(json .id)
carry mlawa cal
at cal attachment get "$id" -o "$T/got" --timeout 1
isnt "$code" 0 "records alone bring no files"
rm -f "$T/files"
at mlawa --json bundle export "$T/files" --files
expect 0 "export with files"
is "$(json '.files, .files_bytes' | tr '\n' ' ')" "2 3000300 " "how many"
at none --lang pl bundle show "$T/files"
has "$out" "2, razem 3" "in Polish"

# A byte of a file is wrong: its chunk is not taken, the file is not given out.
cp "$T/files" "$T/bad"
printf '\377\376\375' | dd of="$T/bad" bs=1 \
	seek=$(($(stat -c %s "$T/bad") - 1500000)) conv=notrunc 2>/dev/null
at none bundle show "$T/bad"
isnt "$code" 0 "show finds it"
at cal --json bundle import "$T/bad"
expect 8 "import finds it"
is "$(json '[.rejected[].reason] | unique | join(",")')" chunk "it is said what"
at cal attachment get "$id" -o "$T/got" --timeout 1
isnt "$code" 0 "a file of which something is missing is not given"
kill9 cal
daemon cal
at cal --json bundle import "$T/files"
expect 0 "whole now, over what was there"
at cal --json bundle import "$T/files"
is "$(json '[.files, (.rejected | length)] | join(" ")')" "0 0" "twice is once"
at cal --json attachment get "$id" -o "$T/got"
expect 0 "and given out"
cmp "$T/plan.pdf" "$T/got/plan.pdf" || fail "not the same file"
cmp "$T/notatka.txt" "$T/got/notatka.txt" || fail "not the same file"

# A backup with files brings them back when all else is lost.
at mlawa --json backup create "$T/all.backup" --files
expect 0 "a backup with files"
stop mlawa
rm -rf "$T/mlawa/state"
daemon mlawa
at mlawa --json restore "$T/all.backup" --yes
expect 8 "restored, and nobody could be asked"
at mlawa --json attachment get "$id" -o "$T/again"
expect 0 "with its files"
cmp "$T/plan.pdf" "$T/again/plan.pdf" || fail "not the same file"

at mlawa --json peer list
is "$(json '[.items[] | select(.received > 0 or .sent > 0)] | length')" 0 \
	"no peer was ever met"

done_with "a network of two by stick alone"
