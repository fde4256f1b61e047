#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Order No. 4, Art. 24: closed periods of the journal lie in files that the journal key signed, and
# everything reads them there; they come back, or stay unreadable where they were changed.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"

token root-ca root-journal
custodian
root root
cps root
echo loss >loss.txt
ca=root/publish/cert/ca.pem
issued root zhang
zhang=$serial
issued root li
li=$serial
issued root wang
expect 0 egov-revoke --home root --serial "$zhang" --reason keyCompromise --requested-by 张三 \
	--evidence loss.txt
expect 0 egov-crl publish --home root
expect 1 egov-record archive --home root --restore 1
says_only 'there is no archive 1'
# Entries as they are read: the same before, in an archive, and after.
dump() {
	expect 0 egov-record list --home "$1" --json
	head -n "$entries" "$out"
}
expect 0 egov-record list --home root --json
entries=$(wc -l <"$out")
dump root >before
expect 0 egov-status show --home root --pem "$li"
cp "$out" li.before

# --- moved: less lies in the ledger, and everything is read as before ---
expect 2 egov-record archive --home root --verify --restore 1
expect 2 egov-record archive --home root --restore 0x1
expect 2 egov-record archive --home root --until 2030-01-01T00:00:00Z
says 'lies in the future'
expect 0 egov-record archive --home root
prints 'archive: 000001-1.seg' 'first: 0' "entries: $entries" "archived: $entries"
segment=root/archive/000001-1.seg
[ "$(stat -c %a $segment)" = 600 ] || die 'it is open to others'
[ "$(openssl dgst -sm3 -r $segment | cut -d ' ' -f 1)" = "$(value sm3)" ] || die 'its SM3'
[ "$(entries root archive)" -eq 1 ] || die 'not recorded'
[ "$(sql root "select count(*) from journal where body = '' and seq < $entries")" -ge 16 ] ||
	die 'nothing was moved'
[ "$(sql root "select count(*) from certificate where der = x''")" -eq 3 ] || die 'certificates'
[ "$(sql root "select count(*) from sealed join journal using (seq) where seq < $entries
	and subject like 'A0%'")" -eq 0 ] || die 'sealed blobs'
dump root >after
same before after
expect 0 egov-status show --home root --pem "$li"
same "$out" li.before
consistent root
prints "archived: $entries"
expect 0 egov-record archive --home root --verify
prints 'archive: 000001-1.seg' "entries: $entries" "octets: $(stat -c %s $segment)"
# Nothing is read at the start of a program that needs none of it.
mv root/archive away
expect 0 egov-status state --home root "$zhang"
prints 'state: revoked'
expect 5 egov-status show --home root --pem "$li"
says_only '000001-1.seg: is missing, and entries lie there alone'
expect 5 egov-record check --home root
mv away root/archive
# What is sealed is unsealed from there.
seq=$(sql root "select seq from journal where kind = 'apply-submit' order by seq limit 1")
expect 0 openssl pkcs8 -topk8 -in custodian.key -v2 aes-256-cbc -passout file:pin -out custodian.p8
chmod 600 custodian.p8
expect 0 egov-record show --home root --custodian-key "file:$D/custodian.p8?pin-source=file:$D/pin" \
	--private-out plain "$seq"
prints 'private: sealed'
grep -q 示例市行政审批局 plain || die 'the private part is not there'
for serial in $zhang $li; do
	expect 0 egov-record prove --home root --out bundle "$serial"
	expect 0 egov-record verify-bundle --trust $ca bundle
done
expect 0 egov-record due --home root "$li"
expect 0 egov-record pack --home root --case x --out pack
expect 0 egov-record verify-pack --trust $ca pack
cp $segment root/archive/000002-1.seg
cp $segment root/archive/000001-0.seg.gone
expect 0 egov-record backup --home root copy
[ "$(echo copy/archive/*)" = copy/archive/000001-1.seg ] || die 'what a killed run left was copied'
expect 0 egov-record restore --home copy --check
expect 0 egov-status show --home copy --pem "$li"
same "$out" li.before

# --- the CA goes on, and archives again ---
EGOV_TEST_NOW=2026-12-01T00:00:00Z
issued root chen
chen=$serial
EGOV_TEST_NOW=2026-12-02T00:00:00Z
expect 0 egov-revoke --home root --serial "$chen" --reason superseded --requested-by 陈 --evidence loss.txt
expect 0 egov-crl publish --home root
before=$(sql root "select min(seq) from journal where time >= 1796083200 + 86400")
expect 0 egov-record archive --home root --until 2026-12-02T00:00:00Z
prints 'archive: 000002-1.seg' "first: $entries" "archived: $before"
expect 0 egov-record archive --home root --until 2026-12-02T00:00:00Z
! grep -q '^archive:' "$out" || die 'it was archived twice'
consistent root
expect 0 egov-record prove --home root --out bundle "$chen"
expect 0 egov-record verify-bundle --trust $ca bundle
# An entry of each kind of subject is there still.
dump root >after
same before after

# --- in twenty years: with the page and standard tools ---
cat >read.py <<'PY'
import hashlib, json, subprocess, sys, zlib

def tlv(b, at):
    tag, size, at = b[at], b[at + 1], at + 2
    if size > 0x80:
        n = size - 0x80
        size, at = int.from_bytes(b[at:at + n], 'big'), at + n
    return tag, b[at:at + size], at + size

def parts(b):
    at, out = 0, []
    while at < len(b):
        tag, value, at = tlv(b, at)
        out.append((tag, value))
    return out

def unpack(packed, dictionaries):
    (_, number), (_, stream) = parts(packed)
    number = int.from_bytes(number, 'big')
    d = zlib.decompressobj(zdict=dictionaries[number - 1]) if number else zlib.decompressobj()
    return d.decompress(stream) + d.flush()

def sm3(b):
    return subprocess.run(['openssl', 'dgst', '-sm3', '-binary'], input=b, stdout=subprocess.PIPE, check=True).stdout

whole = open(sys.argv[1], 'rb').read()
_, segment, end = tlv(whole, 0)
assert end == len(whole)
_, content, end = tlv(segment, 0)
open('content', 'wb').write(segment[:end])
open('signature', 'wb').write(tlv(segment, end)[1])
(_, version), (_, domain), _, (_, key), (_, number), (_, revision), (_, first), (_, root), \
    (_, dictionaries), (_, index), (_, records) = parts(content)
assert version == b'\1' and domain == b'egovca archive'
open('key.der', 'wb').write(key)
dictionaries = [value for _, value in parts(dictionaries)]
first = int.from_bytes(first, 'big')
for i in range(len(index) // 4):
    _, record, _ = tlv(records, int.from_bytes(index[4 * i:4 * i + 4], 'big'))
    fields = parts(record)
    entry = unpack(fields[0][1], dictionaries)
    _, seq, _, kind, _, _, subject, body = parts(tlv(entry, 0)[1])[:8]
    assert int.from_bytes(seq[1], 'big') == first + i
    said = json.loads(body[1])
    certificate = [unpack(value, dictionaries) for tag, value in fields if tag == 0xa1]
    if certificate:
        assert sm3(certificate[0]).hex() == said['sm3']
        open(subject[1].decode() + '.der', 'wb').write(certificate[0])
    if len(sys.argv) > 2:
        print(first + i, kind[1].decode(), sm3(b'\0' + entry).hex())
PY
expect 0 python3 read.py $segment leaves
cp "$out" leaves
sqlite3 -separator ' ' root/ledger.db \
	"select seq, kind, lower(hex(leaf)) from journal where seq < $entries order by seq" >wanted
same wanted leaves
expect 0 openssl pkey -pubin -inform DER -in key.der -out key.pem
expect 0 openssl dgst -sm3 -verify key.pem -sigopt $ID -signature signature content
prints 'Verified OK'
expect 0 openssl x509 -inform DER -in "$li.der" -out li.again
expect 0 openssl x509 -in li.before -out li.pem
same li.pem li.again
expect 0 openssl asn1parse -inform DER -in $segment -strparse 4
expect 0 python3 read.py root/archive/000002-1.seg
# The page's own program.
sed -n '/^import sys, zlib/,/^\.Ed/p' "$SRC/man/egov-archive.5" | sed '/^\.Ed/d; s/\\e/\\/g' >page.py
expect 0 python3 page.py $segment
[ "$(wc -l <"$out")" -eq "$entries" ] || die_showing 'the page reads another number of entries'
grep -q " issue .* $li " "$out" || die_showing 'the page does not read what was issued'
# Its commands: offsets and lengths at depth 1 are those of content and signature.
expect 0 openssl pkey -pubin -inform DER -in key.der -out key.pem
openssl asn1parse -inform DER -in $segment |
	sed -n 's/^ *\([0-9]*\):d=1 *hl=\([0-9]*\) *l= *\([0-9]*\) .*/\1 \2 \3/p' >places
read -r at head size <places
dd if=$segment of=content bs=1 skip="$at" count=$((head + size)) 2>"$err"
tail -n 1 places >place
read -r at head size <place
dd if=$segment of=signature bs=1 skip=$((at + head)) 2>"$err"
expect 0 openssl dgst -sm3 -verify key.pem -sigopt $ID -signature signature content
prints 'Verified OK'
number=$(sql root "select seq from journal where kind = 'issue' and subject = '$li'")
expect 0 openssl x509 -inform DER -in "$number.der" -out li.again
same li.pem li.again

# --- cut short (flips.sh changes octets) ---
size=$(stat -c %s $segment)
cp $segment good.seg
head -c $((size / 2)) good.seg >$segment
expect 5 egov-record check --home root
says_only '000001-1.seg: is not what was archived'
cp good.seg $segment

# --- what the ledger says of them, changed behind our back: check finds each ---
tampered root 'update segment set revision = 2 where number = 2' 'archive 2: the ledger says'
tampered root "update segment set digest = zeroblob(32) where number = 1" 'archive 1: the ledger says'
tampered root 'update segment set entries = entries + 1 where number = 2' 'archive 2: the ledger says'
tampered root 'update segment set first = first + 1 where number = 2' 'archive 2: it does not follow'
tampered root 'update segment set moved = 0 where number = 2' 'more entries lie there alone'
tampered root 'delete from segment where number = 1' 'it does not follow'
tampered root 'delete from segment where number = 2' 'archive 2: the ledger has no row of it'
tampered root "update journal set body = '' where seq = (select max(seq) from journal)" \
	'it has no such entry'
tampered root "update journal set time = time + 1 where seq = 12" 'its leaf is not that of its contents'
tampered root "update certificate set der = x'3000' where lower(hex(serial)) = '$li'" \
	'its bytes are not those of its intent'

# --- what a killed run left is removed, and nothing else ---
cp good.seg root/archive/000003-1.seg
cp good.seg root/archive/000001-0.seg
echo mine >root/archive/notes
expect 0 egov-record archive --home root --until 2026-12-02T00:00:00Z
[ "$(echo root/archive/*)" = \
	'root/archive/000001-1.seg root/archive/000002-1.seg root/archive/notes' ] || die 'left-overs'
rm root/archive/notes

# --- brought back: as before, and no file is left ---
expect 0 egov-record archive --home root --restore 2
prints "archived: $entries"
[ ! -e root/archive/000002-1.seg ] || die 'the file is there'
consistent root
expect 0 egov-record archive --home root --restore 1
prints 'archived: 0'
[ -z "$(ls root/archive)" ] || die 'a file is there'
[ "$(sql root "select count(*) from journal where body = ''")" -eq 0 ] || die 'not all came back'
[ "$(sql root "select count(*) from certificate where der = x''")" -eq 0 ] || die 'certificates'
dump root >after
same before after
consistent root
expect 0 egov-record archive --home root
prints 'archive: 000001-1.seg'
consistent root
expect 2 egov-record archive --home root --compact --verify
before=$(stat -c %s root/ledger.db)
expect 0 egov-record archive --home root --compact
prints 'free: 0'
[ "$(stat -c %s root/ledger.db)" -lt "$before" ] || die 'it is no smaller'
consistent root
issued root last

# --- others issue meanwhile ---
for name in one two three; do
	approved root $name
	echo "$id" >$name.id
done
egov-record archive --home root >archive.out 2>&1 &
for name in one two three; do
	expect 0 egov-issue --home root --profile agency-sign --application "$(cat $name.id)" \
		--request $name.csr --out $name.pem
done
wait $! || die "archive: $(cat archive.out)"
expect 0 egov-record archive --home root
consistent root
for name in one two three; do
	serial=$(openssl x509 -in $name.pem -noout -serial | cut -d = -f 2)
	expect 0 egov-status show --home root --pem "$serial"
	openssl x509 -in "$out" -out again.pem
	openssl x509 -in $name.pem -out issued.pem
	same issued.pem again.pem
done
