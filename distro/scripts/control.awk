# SPDX-License-Identifier: GPL-2.0-or-later
#
# control.in -> debian/control, for the configurations that go in.
#
#   awk -v abi=6.12.117 -v configs="kernel-x86_64.config ..." -f control.awk
#
# A stanza with a line "# config: NAME" is there for that configuration, and
# left out with it. @ABI@ is what package names and uname -r begin with,
# @ARCHES@ the architectures of the stanzas that stayed.

BEGIN {
	RS = ""
	FS = "\n"
	split(configs, list, " ")
	for (i in list)
		wanted[list[i]] = 1
}

{
	arch = ""
	for (i = 1; i <= NF; i++) {
		if ($i ~ /^# config: / && !(substr($i, 11) in wanted))
			next
		if ($i ~ /^Architecture: [^@]*$/)
			arch = substr($i, 15)
	}
	stanza[++stanzas] = $0
	if (arch != "" && !(arch in seen)) {
		seen[arch] = 1
		arches = arches (arches == "" ? "" : " ") arch
	}
}

END {
	for (i = 1; i <= stanzas; i++) {
		gsub(/@ABI@/, abi, stanza[i])
		gsub(/@ARCHES@/, arches, stanza[i])
		print (i > 1 ? "\n" : "") stanza[i]
	}
}
