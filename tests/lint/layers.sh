#!/bin/sh
# SPDX-License-Identifier: MIT
# Who may include what: one door for each library, no layer looks up.
bad=0

# refuse PATTERN FILES...: no file may include what matches
refuse() {
	pattern=$1
	shift
	if grep -nE "#include *[<\"]($pattern)" "$@" /dev/null; then
		bad=1
	fi
}
# all but the files named after PATTERN
others() {
	pattern=$1
	shift
	files=$(ls src/*/*.c src/*/*.h src/main.c screens/*.c screens/*.h 2>/dev/null)
	for door in "$@"; do
		files=$(echo "$files" | grep -v "^$door")
	done
	# shellcheck disable=SC2086
	refuse "$pattern" $files
}

others 'curses|ncurses|form\.h|menu\.h|panel\.h' src/tui/
others 'curl/' src/aws/http
others 'expat' src/core/xml
others 'openssl/' src/core/secret src/core/crypto src/core/alloc src/core/xalloc
others 'liboath/' src/mfa/totp
others 'qrencode' src/mfa/qr
refuse 'tui\.h|cli\.h' src/core/*.c src/aws/*.c src/mfa/*.c src/account/*.c src/plan/*.c screens/*.c
refuse 'plan\.h|screen\.h|answers\.h' src/core/*.c src/aws/*.c src/mfa/*.c
refuse 'aws\.h|iam\.h|account\.h|facts\.h' src/core/*.c src/mfa/*.c
refuse 'cli\.h' src/tui/*.c
refuse 'tui\.h' src/cli/*.c
exit $bad
