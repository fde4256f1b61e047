#!/usr/bin/awk -f
# SPDX-License-Identifier: Apache-2.0
# Reads C and prints a line for each function:
#	F file line name lines parameters explained
# where it starts at the line of its name and ends with its brace, and explained is 1 if a comment gives the
# reason of its length; and "file:line: what" for what the house rules forbid inside the code.
function word(pattern) {
	return "(^|[^A-Za-z0-9_])" pattern "([^A-Za-z0-9_]|$)"
}
BEGIN {
	forbidden_calls = "(^|[^A-Za-z0-9_.>])((secure_)?getenv|setenv|putenv|v?printf|puts|putchar|perror|exit" \
		"|_exit|abort|signal|sigaction|atexit|setlocale|system|popen)[ \t]*\\("
}
function reset() {
	in_comment = depth = in_function = 0
	head = ""
	explained = 0
}
# The line without comments, and with empty strings and characters.
function strip(line,    out, c, two, i, n) {
	out = ""
	n = length(line)
	for (i = 1; i <= n; i++) {
		c = substr(line, i, 1)
		two = substr(line, i, 2)
		if (in_comment) {
			if (two == "*/") {
				in_comment = 0
				i++
			}
		} else if (two == "/*") {
			in_comment = 1
			i++
			out = out " "
		} else if (two == "//") {
			break
		} else if (c == "\"" || c == "\047") {
			for (i++; i <= n && substr(line, i, 1) != c; i++)
				if (substr(line, i, 1) == "\\")
					i++
			out = out c c
		} else {
			out = out c
		}
	}
	return out
}
# Reads a declarator: sets name and parameters; false if it is no function.
function declarator(text,    i, c, level, start, commas, before) {
	name = ""
	level = 0
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		if (c == "(") {
			if (level++ == 0) {
				start = i
				commas = 0
			}
		} else if (c == ",") {
			commas += level == 1
		} else if (c == ")" && --level == 0) {
			before = substr(text, 1, start - 1)
			sub(/[ \t]+$/, "", before)
			if (!match(before, /[A-Za-z_][A-Za-z0-9_]*$/))
				continue
			before = substr(before, RSTART)
			if (before ~ /^__attribute__$/)
				continue
			name = before
			before = substr(text, start + 1, i - start - 1)
			gsub(/[ \t]/, "", before)
			parameters = before == "" || before == "void" ? 0 : commas + 1
		} else if (c == "=" && level == 0) {
			return 0
		}
	}
	return name != ""
}
function code(line,    i, c) {
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (c == "{") {
			if (depth == 0 && head ~ /^[ \t]*extern[ \t]*""[ \t]*$/) {
				head = ""
				continue
			}
			if (depth++ == 0 && declarator(head)) {
				in_function = 1
				function_name = name
				function_parameters = parameters
			}
		} else if (c == "}") {
			if (depth > 0 && --depth == 0) {
				if (in_function)
					print "F", FILENAME, start_line, function_name, FNR - start_line + 1, \
					      function_parameters, explained
				in_function = 0
				head = ""
				explained = 0
			}
		} else if (depth == 0 && c == ";") {
			head = ""
			explained = 0
		} else if (depth == 0) {
			if (head ~ /^[ \t]*$/ && c !~ /[ \t]/) {
				head = ""
				head_level = 0
				start_line = FNR
			}
			# it starts where its name stands
			if (c == "(" && head_level++ == 0 && head !~ /__attribute__[ \t]*$/)
				start_line = FNR
			else if (c == ")")
				head_level--
			head = head c
		}
	}
	if (depth == 0)
		head = head " "
}
FNR == 1 { reset() }
/long function: [^ ]/ { explained = 1 }
directive || /^[ \t]*#/ {
	directive = /\\$/
	next
}
{
	line = strip($0)
	code(line)
	if (FILENAME ~ /^lib\// && FILENAME !~ /^lib\/softtoken\// && line ~ forbidden_calls)
		print FILENAME ":" FNR ": the library must not print, exit, or touch its environment"
	else if (FILENAME ~ /^lib\// && line ~ word("std(out|err)"))
		print FILENAME ":" FNR ": the library must not write to standard streams"
	if (FILENAME ~ /^(lib|tools|include)\// && line ~ word("typedef[ \t]+struct"))
		print FILENAME ":" FNR ": no typedef for a struct"
}
