#!/bin/sh
# SPDX-License-Identifier: MIT
# The hooks of the tests are in rootlock-test and not in the program: hooks.sh BUILD.
set -u
symbols="alloc_fail_at script_open script_close script_key term_open_script term_dump
term_dump_styles tui_scripted"
texts="key script:|---- styles|--fail-alloc|CTRL-R"
failed=0

complain()
{
	echo "$1"
	failed=1
}

symbols_of()
{
	nm "$1" | sed 's/^.* //; s/\..*//'
}

for name in $symbols; do
	symbols_of "$1/rootlock" | grep -qx "$name" && complain "rootlock has $name"
	# The compiler may have put a short one into its only caller.
	grep -rqw "$name" src || complain "no source has $name"
done
for name in alloc_fail_at tui_scripted term_open_script; do
	symbols_of "$1/rootlock-test" | grep -qx "$name" || complain "rootlock-test lacks $name"
done
IFS='|'
for text in $texts; do
	strings -a "$1/rootlock" | grep -qF -e "$text" && complain "rootlock has \"$text\""
	strings -a "$1/rootlock-test" | grep -qF -e "$text" || complain "rootlock-test lacks \"$text\""
done
exit $failed
