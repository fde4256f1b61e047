#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# CA homes for the scripts in tests/cli: read after tests/cli_help.sh.  Everything lies in
# the folder that the script began in.
# shellcheck disable=SC2034,SC2154 # names that the scripts read, and that cli_help.sh sets

PATH=$O:$PATH
export PATH
D=$PWD
ID=distid:1234567812345678
# The time of all homes here; a test moves it where it must.
EGOV_TEST_NOW=2026-11-22T08:00:00Z
export EGOV_TEST_NOW

uri() {
	printf 'pkcs11:token=test;object=%s?module-path=%s&pin-source=file:%s' \
		"$1" "$O/egov-softtoken.so" "$D/pin"
}

token() {
	mkdir -m 700 "$EGOV_SOFTTOKEN_DIR"
	(umask 077 && echo 'so-pin-1234' >so-pin && echo 'user-pin-1234' >pin)
	expect 0 egov-key init-token --module "$O/egov-softtoken.so" --label test \
		--so-pin-file so-pin --pin-file pin
	for key; do
		expect 0 egov-key generate "$(uri "$key")"
	done
}

custodian() {
	expect 0 openssl genpkey -algorithm SM2 -out custodian.key
	expect 0 openssl req -x509 -key custodian.key -sm3 -sigopt $ID -out custodian.pem \
		-days 3650 -subj '/C=CN/CN=custodian'
}

# person NAME: NAME.key, NAME.pem for it with digitalSignature, and $(key_uri NAME).  The certificate
# holds whatever the machine's clock says, and the test's.
person() {
	(umask 077 && echo 'person-pin' >person-pin)
	cat >person.conf <<-CONF
		[ca]
		default_ca = person
		[person]
		database = person.index
		rand_serial = yes
		new_certs_dir = person.certs
		policy = any
		x509_extensions = extensions
		[any]
		countryName = supplied
		commonName = supplied
		[extensions]
		subjectKeyIdentifier = hash
		basicConstraints = critical, CA:TRUE
		keyUsage = critical, digitalSignature
	CONF
	mkdir -p person.certs && : >person.index
	expect 0 openssl genpkey -algorithm SM2 -out "$1.clear"
	expect 0 openssl req -new -key "$1.clear" -sm3 -sigopt $ID -utf8 -subj "/C=CN/CN=$1" -out person.csr
	expect 0 openssl ca -config person.conf -batch -notext -selfsign -keyfile "$1.clear" -md sm3 \
		-sigopt $ID -vfyopt $ID -in person.csr -utf8 -preserveDN -out "$1.pem" \
		-startdate 20200101000000Z -enddate 99991231235959Z
	expect 0 openssl pkcs8 -topk8 -in "$1.clear" -v2 aes-256-cbc -passout file:person-pin \
		-out "$1.key"
	chmod 600 "$1.key"
}

key_uri() {
	printf 'file:%s?pin-source=file:%s' "$D/$1.key" "$D/person-pin"
}

# first_people: the persons 管理员 and 审计管理员, whom a production home begins with; $people
# has the options for them.
first_people() {
	person 管理员
	person 审计管理员
	people='--administrator 管理员=管理员.pem --audit-administrator 审计管理员=审计管理员.pem'
}

# as NAME COMMAND SUBCOMMAND-OR-OPTION...: a command of the operator NAME, whose files are
# those of person NAME.
as() {
	who=$1
	shift
	"$@" --operator "$who" --operator-key "$(key_uri "$who")"
}

# root DIR [OPTION...]: a root CA's home for tests, on keys DIR-ca and DIR-journal.
root() {
	home=$1
	shift
	expect 0 egov-init --home "$home" --test --subject 'C=CN, O=示例中心, CN=示例根CA' \
		--key "$(uri "$home-ca")" --journal-key "$(uri "$home-journal")" \
		--custodian custodian.pem --self-signed "$@"
	patient "$home"
}

# patient HOME: tests move the clock by years, and that is no fault.
patient() {
	printf '\n[record]\nsilence = 100y\n' >>"$1/egovca.conf"
}

# cps DIR: registers CPS 1.0 there.
cps() {
	echo '电子认证业务规则 1.0' >cps.txt
	expect 0 egov-policy add --home "$1" --version 1.0 --published 2026-11-01 \
		--effective 2026-11-01 cps.txt
}

# request NAME: NAME.key and NAME.csr, by stock openssl.
request() {
	expect 0 openssl genpkey -algorithm SM2 -out "$1.key"
	expect 0 openssl req -new -key "$1.key" -sm3 -sigopt $ID -out "$1.csr" -subj '/CN=not used'
}

key_digest() {
	openssl req -in "$1" -noout -pubkey | openssl pkey -pubin -outform DER |
		openssl dgst -sm3 -r | cut -d ' ' -f 1
}

evidence() {
	echo '身份核验单' >identity.txt
	echo '材料审查单' >review.txt
	echo '服务协议' >agreement.txt
	cat >notice.txt <<-'NOTICE'
		版本：2026-1
		一、使用条件
		仅用于电子政务活动。
		二、法律责任
		提供真实、完整、准确的信息。
		三、权利和义务
		依法保存和使用信息。
		四、责任范围
		双方各负其责。
	NOTICE
}

# application NAME: NAME.application on NAME.csr, for an agency.
application() {
	cat >"$1.application" <<-APPLICATION
		[application]
		profile = agency-sign

		[holder]
		kind = government
		province = 示例省
		organization = 示例市行政审批局
		unified_social_credit_code = 11999900MB0T0000XD

		[agent]
		name = 张示例
		resident_id = 999900199006210031

		[key]
		public_key_sm3 = $(key_digest "$1.csr")

		[proof.identity]
		method = in-person
		operator = 李核验
		time = 2026-11-21T01:30:00Z
		evidence = identity.txt

		[proof.review]
		method = originals
		operator = 王审查
		time = 2026-11-21T02:30:00Z
		evidence = review.txt

		[proof.notice]
		method = paper, signed
		operator = 李核验
		time = 2026-11-21T01:40:00Z
		version = 2026-1
		evidence = notice.txt

		[proof.agreement]
		method = paper, signed and stamped
		operator = 李核验
		time = 2026-11-21T01:45:00Z
		version = 2026-1
		evidence = agreement.txt
	APPLICATION
}

# The value of one key in the last command's output.
value() {
	sed -n "s/^$1: //p" "$out" | head -n 1
}

# submitted HOME NAME: a request, an application, submitted; its ID in $id.
submitted() {
	[ -e notice.txt ] || evidence
	request "$2"
	application "$2"
	expect 0 egov-apply submit --home "$1" "$2.application"
	id=$(value application)
}

# approved HOME NAME: the same, reviewed and approved.
approved() {
	submitted "$1" "$2"
	expect 0 egov-apply review --home "$1" --actor 王审查 "$id"
	expect 0 egov-apply approve --home "$1" --actor 周批准 "$id"
}

# issued HOME NAME: the same, and NAME.pem issued; its serial in $serial.
issued() {
	approved "$1" "$2"
	expect 0 egov-issue --home "$1" --profile agency-sign --application "$id" \
		--request "$2.csr" --out "$2.pem"
	serial=$(value serial)
}

# sql HOME STATEMENT: what the ledger says.
sql() {
	sqlite3 "$1/ledger.db" "$2"
}

# tampered HOME STATEMENT FRAGMENT: what the check says of a copy of the home that was changed so.
# Its triggers are as before: that they are gone would be found at once, whatever was changed.
tampered() {
	rm -rf tampered.d
	cp -a "$1" tampered.d
	sql "$1" "select 'drop trigger ' || name || ';' from sqlite_schema where type = 'trigger'" >tampered.sql
	echo "$2; select changes();" >>tampered.sql
	sql "$1" "select sql || ';' from sqlite_schema where type = 'trigger'" >>tampered.sql
	rows=$(sqlite3 -bail tampered.d/ledger.db <tampered.sql)
	[ "$rows" -gt 0 ] || die "$2: changed nothing"
	expect 5 egov-record check --home tampered.d
	says "$3"
	! grep -q 'schema:' "$err" || die_showing "$2: the schema was altered"
}

# entries HOME KIND: how many entries of a kind the journal has.
entries() {
	sql "$1" "select count(*) from journal where kind = '$2'"
}

# consistent HOME
consistent() {
	expect 0 egov-record check --home "$1"
	prints 'verdict: consistent'
}

# internal NAME PROFILE COMMON-NAME: NAME.application on NAME.csr, for the CA's own use.
internal() {
	[ -e ceremony.txt ] || echo '密钥仪式记录' >ceremony.txt
	cat >"$1.application" <<-APPLICATION
		[application]
		profile = $2

		[holder]
		kind = internal
		organization = 示例中心
		name = $3

		[key]
		public_key_sm3 = $(key_digest "$1.csr")

		[proof.ceremony]
		method = two custodians and a witness
		operator = 赵见证
		time = 2026-11-21T00:00:00Z
		evidence = ceremony.txt
	APPLICATION
}

# internal_approved HOME NAME PROFILE COMMON-NAME: on NAME.csr; its ID in $id.
internal_approved() {
	internal "$2" "$3" "$4"
	expect 0 egov-apply submit --home "$1" "$2.application"
	id=$(value application)
	expect 0 egov-apply approve --home "$1" --actor 钱主任 "$id"
	expect 0 egov-apply approve --home "$1" --actor 孙主任 "$id"
}

# subordinate HOME PARENT [OPTION...]: a home below the parent, with its certificate.
subordinate() {
	home=$1 parent=$2
	shift 2
	expect 0 egov-init --home "$home" --test --subject 'C=CN, O=示例中心, CN=示例签发CA' \
		--key "$(uri "$home-ca")" --journal-key "$(uri "$home-journal")" \
		--custodian custodian.pem --request-out "$home.csr" "$@"
	patient "$home"
	internal_approved "$parent" "$home" sub-ca 示例签发CA
	expect 0 egov-issue --home "$parent" --profile sub-ca --application "$id" \
		--request "$home.csr" --out "$home.pem"
	expect 0 egov-init --home "$home" --install "$home.pem" --chain "$parent/publish/cert/ca.pem"
}
