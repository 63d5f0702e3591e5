# SPDX-License-Identifier: GPL-2.0-or-later
#
# control.in -> debian/control, for the configurations that go in. The same makes
# debian/tests/control.
#
#   awk -v abi=6.12.117 -v folder=DIR -v configs="kernel-x86_64.config ..." \
#	-f control.awk control.in
#
# A stanza with a line "# config: NAME" is there for that configuration of DIR, and
# left out with it; with "# config: NAME OPTION", where OPTION is on in it. @ABI@
# is what package names and uname -r begin with, @ARCHES@ the architectures of the
# stanzas that stayed. Of a package that is the same on several architectures one
# stanza stays, for all of them.

function wanted(name, option,    line, found)
{
	if (!index(" " configs " ", " " name " "))
		return 0
	if (option == "")
		return 1
	while ((getline line < (folder "/" name)) > 0)	# a paragraph, as RS has it
		if (index("\n" line "\n", "\n" option "=y\n"))
			found = 1
	close(folder "/" name)
	return found
}

BEGIN {
	RS = ""
	FS = "\n"
}

{
	arch = package = config = ""
	for (i = 1; i <= NF; i++) {
		if ($i ~ /^# config: /) {
			split($i, word, " ")
			if (!wanted(word[3], word[4]))
				next
			config = $i "\n"
		}
		if ($i ~ /^(Package|Test-Command): /)
			package = $i
		if ($i ~ /^Architecture: [^@]*$/ && $i != "Architecture: all")
			arch = substr($i, 15)
	}
	if (package != "" && package in first)
		sub(/Architecture: [^\n]*/, config "& " arch, stanza[first[package]])
	else {
		stanza[++stanzas] = $0
		first[package] = stanzas
	}
	if (arch != "" && !seen[arch]++)
		arches = arches (arches == "" ? "" : " ") arch
}

END {
	for (i = 1; i <= stanzas; i++) {
		gsub(/@ABI@/, abi, stanza[i])
		gsub(/@ARCHES@/, arches, stanza[i])
		print (i > 1 ? "\n" : "") stanza[i]
	}
}
