# SPDX-License-Identifier: GPL-2.0-or-later
#
# debian/control -> the .dsc, with the fields that dpkg-source -b writes and in
# its order.
#
#   awk -v version=6.12.117-1 -f dsc.awk debian/control debian/tests/control SUMS
#
# A line of SUMS is md5, sha1, sha256, size and name of one of its files.

function put(name)
{
	if (name in source)
		print name ": " source[name]
}

function sort(list, count,    i, j, item)
{
	for (i = 2; i <= count; i++)
		for (j = i; j > 1 && list[j - 1] > list[j]; j--) {
			item = list[j]
			list[j] = list[j - 1]
			list[j - 1] = item
		}
}

# What a test depends on triggers it, less what this package makes itself
function end_test(    i, name)
{
	source["Testsuite"] = "autopkgtest"
	for (i = split(field["Depends"], list, /[,|]/); i > 0; i--) {
		name = list[i]
		sub(/^ */, "", name)
		sub(/[^a-z0-9.+-].*/, "", name)
		if (name != "" && !(name in own))
			triggers[name] = 1
	}
}

function end_stanza(    section, priority, row, profile)
{
	if (tests) {
		end_test()
	} else if (!("Package" in field)) {
		for (name in field)
			source[name] = field[name]
	} else {
		section = "Section" in field ? field["Section"] : source["Section"]
		priority = "Priority" in field ? field["Priority"] : source["Priority"]
		binary = binary (binary == "" ? "" : ", ") field["Package"]
		for (i = 1; i <= split(field["Architecture"], list, " "); i++)
			if (!(list[i] in seen)) {
				seen[list[i]] = 1
				arches = arches (arches == "" ? "" : " ") list[i]
			}
		own[field["Package"]] = 1
		row = field["Package"] " deb " section " " priority
		gsub(/ +/, ",", field["Architecture"])
		row = row " arch=" field["Architecture"]
		if ("Build-Profiles" in field) {
			# <!a !b> <c>: "and" is a comma here, "or" a plus
			profile = field["Build-Profiles"]
			gsub(/^<|>$/, "", profile)
			gsub(/> +</, "+", profile)
			gsub(/ +/, ",", profile)
			row = row " profile=" profile
		}
		rows[++nrows] = row
	}
	for (name in field)
		delete field[name]
}

FNR == 1 && ++file > 1 { end_stanza(); tests = 1 }
file == 3 {
	sha1 = sha1 "\n " $2 " " $4 " " $5
	sha256 = sha256 "\n " $3 " " $4 " " $5
	md5 = md5 "\n " $1 " " $4 " " $5
	next
}
/^#/ { next }
/^[ \t]*$/ { end_stanza(); next }
/^[ \t]/ {
	sub(/^[ \t]+/, "")
	sub(/[ \t]+$/, "")
	field[last] = field[last] (field[last] == "" ? "" : " ") $0
	next
}
{
	last = substr($0, 1, index($0, ":") - 1)
	value = substr($0, index($0, ":") + 1)
	gsub(/^[ \t]+|[ \t]+$/, "", value)
	field[last] = value
}

END {
	for (name in triggers)
		names[++count] = name
	sort(names, count)
	for (i = 1; i <= count; i++)
		source["Testsuite-Triggers"] = source["Testsuite-Triggers"] (i > 1 ? ", " : "") names[i]

	print "Format: 3.0 (quilt)"
	put("Source")

	# dpkg-source breaks a long Binary at the last comma within 980
	# characters, and then goes on so to the last package of all.
	if (length(binary) > 980) {
		rest = binary
		binary = ""
		while (match(substr(rest, 1, 981), /.*,/)) {
			binary = binary substr(rest, 1, RLENGTH) "\n "
			rest = substr(rest, RLENGTH + 1)
			sub(/^ /, "", rest)
		}
		binary = binary rest
	}
	print "Binary: " binary

	# "any" stands for every architecture, but not for "all".
	if ("any" in seen)
		arches = "all" in seen ? "any all" : "any"
	print "Architecture: " arches
	print "Version: " version

	split("Origin Maintainer Uploaders Homepage Description" \
	      " Standards-Version Vcs-Browser Vcs-Git Testsuite" \
	      " Testsuite-Triggers Build-Depends Build-Depends-Arch" \
	      " Build-Depends-Indep Build-Conflicts Build-Conflicts-Arch" \
	      " Build-Conflicts-Indep", order, " ")
	for (i = 1; i in order; i++)
		put(order[i])

	print "Package-List:"
	sort(rows, nrows)
	for (i = 1; i <= nrows; i++)
		print " " rows[i]
	print "Checksums-Sha1:" sha1
	print "Checksums-Sha256:" sha256
	print "Files:" md5
}
