#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Holds every #include below the current folder to the architecture that the Makefile states:
# LAYERS (lowest first), FENCES (header-or-prefix/:folder,folder ...), SOFTTOKEN_LAYERS.
set -u

[ -d lib ] || { echo "check-layers: no lib folder here" >&2; exit 1; }
# shellcheck disable=SC2016 # an awk program
find lib tools include -name '*.[ch]' 2>/dev/null | LC_ALL=C sort | xargs awk \
	-v layers="$LAYERS" -v fences="$FENCES" -v token_layers="$SOFTTOKEN_LAYERS" '
BEGIN {
	n = split(layers, list, " ")
	for (i = 1; i <= n; i++)
		rank[list[i]] = i
	n = split(token_layers, list, " ")
	for (i = 1; i <= n; i++)
		token_may[list[i]] = 1
	nfences = split(fences, list, " ")
	for (i = 1; i <= nfences; i++) {
		split(list[i], part, ":")
		fence[i] = part[1]
		fence_folders[i] = "," part[2] ","
	}
	n = split("assert complex ctype errno fenv float inttypes iso646 limits locale malloc math setjmp signal " \
	          "stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string tgmath " \
	          "threads time uchar wchar wctype dirent dlfcn endian fcntl fnmatch ftw getopt glob grp iconv " \
	          "langinfo libgen libintl netdb poll pthread pwd regex sched semaphore spawn strings " \
	          "syslog termios unistd utime", list, " ")
	for (i = 1; i <= n; i++)
		libc[list[i] ".h"] = 1
}
function bad(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what > "/dev/stderr"
	failed = 1
}
function is_libc(path) {
	return path in libc || path ~ /^(sys|linux|netinet|arpa)\//
}
function part_of(folders) {
	return substr(folders, 2, length(folders) - 2)
}
# True if a fence names this path; complains if it is shut for this folder.
function fenced(path,    i) {
	for (i = 1; i <= nfences; i++) {
		if (path != fence[i] && !(fence[i] ~ /\/$/ && index(path, fence[i]) == 1))
			continue
		if (!index(fence_folders[i], "," folder ","))
			bad(folder " must not include " path ": only " part_of(fence_folders[i]) " may")
		return 1
	}
	return 0
}
function judge_layer(path, quoted,    target) {
	if (fenced(path))
		return
	if (!quoted) {
		if (path !~ /^egovca\// && !is_libc(path))
			bad(folder " must not include <" path ">: no fence names it")
		return
	}
	target = path
	if (!sub(/\/.*/, "", target) || target == folder)
		return
	if (folder == "softtoken") {
		if (!(target in token_may))
			bad("softtoken must not include " path ": only " token_layers " may be used")
	} else if (!(target in rank)) {
		bad(folder " must not include " path ": " target " is no layer")
	} else if (folder in rank && rank[target] > rank[folder]) {
		bad(folder " must not include " path ": " target " is a higher layer")
	}
}
function judge_tool(path, quoted,    own) {
	own = FILENAME
	sub(/.*\//, "", own)
	sub(/\.[ch]$/, "", own)
	sub(/^egov_/, "", own)
	sub(/_.*/, "", own)
	if (quoted) {
		if (path !~ /^tool(_[a-z0-9_]*)?\.h$/ && path != own ".h" && index(path, own "_") != 1)
			bad("a tool must not include \"" path "\": only tool.h, tool_*.h and its own parts")
	} else if (path !~ /^egovca\// && path != "jansson.h" && !is_libc(path)) {
		bad("a tool must not include <" path ">: only <egovca/...>, libc and jansson")
	}
}
function judge_public(path, quoted) {
	if (quoted || (path !~ /^egovca\// && !is_libc(path)))
		bad("a public header must not include " path ": only <egovca/...> and libc")
}
FNR == 1 {
	files++
	split(FILENAME, part, "/")
	top = part[1]
	folder = part[2]
	if (top == "lib" && folder != "softtoken" && !(folder in rank))
		bad("folder lib/" folder " is missing from LAYERS")
}
/^[ \t]*#[ \t]*include/ {
	line = $0
	sub(/^[ \t]*#[ \t]*include[ \t]*/, "", line)
	if (line !~ /^("[^"]+"|<[^>]+>)/) {
		bad("an #include must name its file")
		next
	}
	quoted = substr(line, 1, 1) == "\""
	path = substr(line, 2)
	sub(/[">].*/, "", path)
	if (path ~ /(^|\/)\.\.?\// || path ~ /^\//)
		bad("an #include must not walk the tree: " path)
	else if (top == "lib")
		judge_layer(path, quoted)
	else if (top == "tools")
		judge_tool(path, quoted)
	else
		judge_public(path, quoted)
}
END {
	if (!files) {
		print "check-layers: no source found"
		failed = 1
	}
	if (!failed)
		printf "check-layers: %d files keep to the layers\n", files
	exit failed
}' || exit 1
