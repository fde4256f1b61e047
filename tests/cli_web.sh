#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A web server on loopback for the scripts in tests/cli: read after tests/cli_help.sh.
# shellcheck disable=SC2034 # names that the scripts read

# web FOLDER: serves it until the script ends; sets $server, its process, and $port.
web() {
	cat >server.py <<-'PYTHON'
		import functools, http.server, os, sys
		handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1])
		server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
		with open("port.new", "w") as f:
		    f.write(str(server.server_address[1]))
		os.rename("port.new", "port")
		server.serve_forever()
	PYTHON
	python3 server.py "$1" >server.out 2>&1 &
	server=$!
	trap 'kill $server 2>/dev/null || :' EXIT
	n=0
	while [ ! -e port ]; do
		n=$((n + 1))
		[ $n -lt 100 ] || die 'the web server does not start'
		sleep 0.1
	done
	port=$(cat port)
}
