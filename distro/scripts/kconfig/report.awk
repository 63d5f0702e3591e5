# SPDX-License-Identifier: GPL-2.0-or-later
#
# The report for people, of a table of findings sorted by kind, layer and line: on
# stdout how many there are of each kind, and into the file DETAILS a line for each
# setting, with all configurations that it concerns.
#
# Usage: awk -v title=NAME -v total=NUMBER -v details=FILE -f report.awk TABLE

BEGIN {
	FS = "\t"
	split("warning changed dropped unknown elsewhere undecided allow", kinds, " ")
	what["warning"] = "Kconfig warns of it"
	what["changed"] = "came out with another value"
	what["dropped"] = "asked for, but not visible: a dependency is unmet"
	what["unknown"] = "in no Kconfig file of this tree"
	what["elsewhere"] = "exists for other arches only"
	what["undecided"] = "can be set, and no layer says anything"
	what["allow"] = "an [[allow]] entry that allows nothing"
}

function setting(symbol, value)
{
	return value == "n" ? "CONFIG_" symbol " is not set" : "CONFIG_" symbol "=" value
}

function description()
{
	if ($1 == "undecided")
		return $4 " is " $6 ", " $7
	if ($1 == "allow" || $1 == "warning" && $5 == "-")
		return $4 ": " $7
	return setting($4, $5) ($6 == "-" ? "" : ", got " $6) ($7 == "" ? "" : ": " $7)
}

$9 != "" {
	excused[$9]++
	next
}

# A setting is the same finding in however many configurations.
{
	where = $2 ":" $3 ": " description()
	if ($1 OFS where != last) {
		last = $1 OFS where
		lines++
		kind[lines] = $1
		layer[lines] = $2
		text[lines] = where
		number[$1]++
	}
	count[lines]++
	variants[lines] = variants[lines] (count[lines] > 1 ? " " : "") $8
}

END {
	printf "%s: %d configuration%s, %d finding%s\n", title, total, \
		total == 1 ? "" : "s", lines, lines == 1 ? "" : "s"
	for (i = 1; i in kinds; i++)
		if (number[kinds[i]])
			printf "  %6d %-10s %s\n", number[kinds[i]], kinds[i], what[kinds[i]]
	if (excused["allowed"])
		printf "  %6d %-10s %s\n", excused["allowed"], "allowed", "distro.toml says why"
	for (i = 1; i <= lines; i++) {
		if (kind[i] != kind[i - 1] || layer[i] != layer[i - 1])
				printf("\n%s: %s\n", kind[i], layer[i]) > details
		printf("%s%s\n", text[i], kind[i] == "allow" ? "" : \
			" [" (count[i] == total ? "all" : variants[i]) "]") > details
	}
}
