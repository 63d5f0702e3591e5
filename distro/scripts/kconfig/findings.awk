# SPDX-License-Identifier: GPL-2.0-or-later
#
# What kconfig-batch found, put into one table, separated by tabs:
#
#	kind layer line symbol wanted got reason configuration excuse
#
# Usage: awk -v srctree=DIR/ -v folder=distro/NAME/ -v kernel=7.2 [-v narrowed=y] \
#		-f findings.awk pass=symbols FILE pass=allow DISTRO.TOML... pass=findings FILE...
#
# The excuse is "overruled" where a shared layer asks for what a later one has
# turned off, or for what this arch has not, or an earlier layer decides against,
# although another configuration that reads the layer has it (of what the
# distribution does not own, because all share it or a derivative has it from its
# parent, one may be in a distribution that is not looked at), and "allowed" where
# an [[allow]] entry says so. An entry of the distribution's own that allows
# nothing is a finding itself, but not where only some of the configurations are
# looked at (narrowed).

BEGIN {
	FS = OFS = "\t"
}

function relative(path)
{
	return index(path, srctree) == 1 ? substr(path, length(srctree) + 1) : path
}

function older(a, b,    x, y)
{
	split(a, x, ".")
	split(b, y, ".")
	return x[1] + 0 < y[1] + 0 || (x[1] + 0 == y[1] + 0 && x[2] + 0 < y[2] + 0)
}

function idle(place, symbol, why)
{
	if (index(place, folder) == 1)
		print "allow", place, symbol, "-", "-", why, "-", ""
}

# An [[allow]] table has ended: remember it, or complain of it.
function end_entry(    place)
{
	if (!entry)
		return
	place = relative(entry_file) OFS entry
	entry = 0
	if (value["last"] != "" && older(value["last"], kernel))
		idle(place, value["symbol"], "was for kernels up to " value["last"] \
			": look again, or take it out")
	else
		allowed[value["kind"] OFS value["symbol"]] = place
}

pass == "symbols" {
	exists[$1] = 1
	next
}

pass == "allow" {
	if (FNR == 1)
		end_entry()
	if ($0 ~ /^[ \t]*\[/)
		end_entry()
	if ($0 ~ /^[ \t]*\[\[[ \t]*allow[ \t]*\]\]/) {
		entry = FNR
		entry_file = FILENAME
		split("", value)
	} else if (entry && match($0, /^[ \t]*[a-z]+[ \t]*=[ \t]*/)) {
		key = text = $0
		gsub(/^[ \t]*|[ \t]*=.*/, "", key)
		text = substr(text, RLENGTH + 2)
		sub(/["\047][ \t]*(#.*)?$/, "", text)
		value[key] = text
	}
	next
}

FNR == 1 {
	end_entry()
	variant = FILENAME
	sub(/.*\/kernel-/, "", variant)
	sub(/\.findings$/, "", variant)
	arch = variant
	sub(/-.*/, "", arch)
}

{
	line = layer = $5
	sub(/.*:/, "", line)
	sub(/:[0-9]*$/, "", layer)
	layer = relative(layer)
	if ($1 == "layer") {
		readers[layer]++
		next
	}
	if ($1 == "unknown" && $2 in exists) {
		own = layer
		sub(/.*\//, "", own)
		$1 = "elsewhere"
		$6 = "no such option for " arch
		$7 = own == arch ".config" ? "" : "overruled"
	}
	if (($1 OFS $2) in allowed) {
		used[$1 OFS $2] = 1
		$7 = "allowed"
	}
	if (($7 == "decided" || $7 == "not here") && index(layer, folder) != 1)
		$7 = "overruled"
	row = $1 OFS layer OFS line OFS $2 OFS $3 OFS $4 OFS $6 OFS variant OFS
	if ($7 != "" && $7 != "allowed")
		lacking[layer OFS line]++
	if ($7 == "not here" || $7 == "decided") {
		waiting[++rows] = row
		setting[rows] = layer OFS line
		layer_of[rows] = layer
	} else {
		print row $7
	}
}

END {
	end_entry()
	for (i = 1; i <= rows; i++)
		print waiting[i] (narrowed || lacking[setting[i]] < readers[layer_of[i]] ? \
			"overruled" : "")
	if (!narrowed)
		for (key in allowed)
			if (!(key in used)) {
				split(key, part, OFS)
				idle(allowed[key], part[2], "matches no " part[1] \
					" option: take it out")
			}
}
