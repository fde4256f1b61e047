#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# In a Chinese locale people read Chinese, while exit codes, keys, JSON and data stay as they are.
set -eu
# shellcheck source=tests/cli_help.sh
. "$SRC/tests/cli_help.sh"
# shellcheck source=tests/cli_chinese.sh
. "$SRC/tests/cli_chinese.sh"

# shellcheck disable=SC2119 # all of them
chinese_programs
PATH=$PWD/bin:$PATH
EGOV_TEST_NOW=2026-11-22T08:00:00Z
export PATH EGOV_TEST_NOW

# both CODE COMMAND...: the same exit code in English and in Chinese; leaves english and $out.
both() {
	wanted_code=$1
	shift
	expect "$wanted_code" "$@"
	cp "$out" english
	chinese "$wanted_code" "$@"
}

keys() {
	sed -n 's/^\([a-z0-9-]*\): .*/\1/p' "$1"
}
json_keys() {
	grep -o '"[^"]*":' "$1"
}

# --- help: every line of it, of every program and command

commands_of() {
	expect 0 "$1" --help
	sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p' "$out"
}

helped() {
	both 0 "$@" --help
	grep -q '^用法：egov-' "$out" || die_showing "$ran: wants Chinese usage"
	# the usage goes on in lines of names alone
	LC_ALL=C grep -v -e '^$' -e '^       ' -e '[^ -~]' "$out" >plain || :
	[ ! -s plain ] || { cat plain; die "$ran: lines without a translation"; }
	[ "$(LOCPATH=$LOCALES LC_ALL=zh_CN.UTF-8 wc -L <"$out")" -le 80 ] || die "$ran: more than 80 columns"
	grep -o -e ' --[a-z-]*' english | sort -u >wanted
	grep -o -e ' --[a-z-]*' "$out" | sort -u >got
	same wanted got
}

for program in bin/*; do
	program=${program#bin/}
	helped "$program"
	for command in $(commands_of "$program"); do
		helped "$program" "$command"
	done
	both 2 "$program" --no-such-option
	says "未知"
	both 0 "$program" --version
	same english "$out"
done

# --- wrong use, and what the library says

both 2 egov-verify
says_only 'egov-verify: 缺少 --trust FILE'
both 2 egov-issue --home nowhere
says_only 'egov-issue: 缺少 --profile NAME'
both 2 egov-key list
says_only 'egov-key: list: 缺少操作数：'
both 2 egov-status list --expiring
says_only '未知的选项'
both 4 egov-issue --home nowhere --profile civil-servant-sign --application 1 --request r.csr
says_only 'egov-issue: ' '无法'
echo 'keine' >junk.pem
both 3 egov-verify --trust junk.pem junk.pem
says_only 'egov-verify: junk.pem: 既不是 DER 或 PEM，也不是 base64'
both 3 egov-key list nonsense
says_only 'egov-key: nonsense: 应为密钥 URI' '(RFC 7512)'
env LOCPATH="$LOCALES" LANGUAGE=zh_CN LC_ALL=zh_CN.UTF-8 EGOV_TEST_NOW=gestern egov-verify --trust x y 2>"$err" &&
	die 'a time that is none was taken'
says 'EGOV_TEST_NOW: "gestern" 不是形如 2026-01-01T00:00:00Z 的时间'

# --- keys: keep their keys and values

mkdir -m 700 "$EGOV_SOFTTOKEN_DIR"
(umask 077 && echo so-pin-1234 >so-pin && echo user-pin-1234 >pin && echo wrong-pin-1 >wrong)
module=$O/egov-softtoken.so
chinese 0 egov-key init-token --module "$module" --label test --so-pin-file so-pin --pin-file pin
says '令牌 test 已建立'
uri="pkcs11:token=test;object=one?module-path=$module&pin-source=file:$PWD/"
chinese 0 egov-key generate "${uri}pin"
both 0 egov-key info "${uri}pin"
keys english >wanted
keys "$out" >got
[ -s got ] || die_showing 'wants keys'
same wanted got
both 0 egov-key list --json "${uri}pin"
same english "$out"
both 3 egov-key selftest "${uri}wrong"
says 'PIN 错误'
both 3 egov-key generate "${uri}pin"
says '令牌 test 中已有标签相同的密钥'

# --- a judgement: keys, JSON and verdicts stay, reasons are read by people

expect 0 openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -out root.key
expect 0 openssl req -x509 -new -key root.key -sm3 -sigopt distid:1234567812345678 -utf8 -subj '/C=CN/O=测试/CN=根' \
	-addext keyUsage=critical,keyCertSign,cRLSign -days 30 -out root.pem
tomorrow=$(date -u -d tomorrow +%Y-%m-%d)
both 0 egov-verify --at "$tomorrow" --trust root.pem root.pem
same english "$out"
both 0 egov-verify --at "$tomorrow" --trust root.pem --explain --json root.pem
json_keys english >wanted
json_keys "$out" >got
[ -s got ] || die_showing 'wants keys'
same wanted got
prints '"result":"pass"' '信任锚'
both 1 egov-verify --at 2099-01-01 --trust root.pem root.pem
same english "$out"
says 'egov-verify: root.pem: C=CN, O=测试, CN=根: 已于 ' ' 过期，按 2099-01-01T' '(RFC 5280'

openssl x509 -in root.pem -outform DER | head -c 200 >cut.der
both 1 egov-verify --trust root.pem cut.der
same english "$out"
says 'egov-verify: cut.der: 证书: 外层结构: 不是 DER：内容被截断，需要 '

# --- copies for inspectors: the page is in the language of whoever makes them

# shellcheck source=tests/cli_home.sh
. "$SRC/tests/cli_home.sh"
PATH=$LOCALES/bin:$PATH
for key in root-ca root-journal; do
	expect 0 egov-key generate "$(uri $key)"
done
custodian
root root
expect 0 egov-record pack --home root --case 检查 --out english.pack
keys "$out" >wanted
chinese 0 egov-record pack --home root --case 检查 --out chinese.pack
keys "$out" >got
same wanted got
page=chinese.pack/index.html
grep -q '<html lang="zh-CN">' "$page" || die 'the page is not in Chinese'
for text in 检查资料 时间线 事项 操作者 已签发该证书; do
	grep -q "$text" "$page" || die "the page lacks $text"
	! grep -q "$text" english.pack/index.html || die 'the English page has Chinese words'
done
! grep -q -e Timeline -e 'What happened' -e Certificate "$page" || die 'the page has English words'
expect 0 egov-record verify-pack --trust root/publish/cert/ca.pem chinese.pack

# --- other locales read English

expect 2 env LC_ALL=C LANGUAGE=zh_CN egov-verify
says_only 'egov-verify: --trust FILE is missing'
