# SPDX-License-Identifier: GPL-2.0-or-later
#
# What kconfig-batch found, put into one table, separated by tabs:
#
#	kind layer line symbol wanted got reason configuration excuse
#
# Usage: awk -v srctree=DIR/ -v folder=distro/NAME/ -v kernel=7.2 [-v narrowed=y] \
#		-f findings.awk pass=symbols FILE pass=allow DISTRO.TOML... pass=findings FILE...
#
# A request that is not honoured is excused ("overruled") where a later layer
# disables what it depends on. Where an earlier layer does, or the arch lacks it,
# it is excused if the distribution does not own the layer (all share it, or it is
# an ancestor's), or if another configuration that reads the layer gets the option.
# An option that only other arches have is excused but in the arch's own layer.
# An [[allow]] entry excuses any finding ("allowed"). One of the distribution's own
# that allows nothing is a finding itself.
#
# Where only some of the configurations are looked at (narrowed), one that is not
# may get the option or need the entry.

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
	excuse = $8 == "later" ? "overruled" : ""
	undetermined = $8 == "earlier" || $8 == "arch"
	if ($1 == "unknown" && $2 in exists) {
		own = layer
		sub(/.*\//, "", own)
		$1 = "elsewhere"
		$6 = "no such option for " arch
		excuse = own == arch ".config" ? "" : "overruled"
	}
	if (($1 OFS $2) in allowed) {
		used[$1 OFS $2] = 1
		excuse = "allowed"
	} else if (undetermined && index(layer, folder) != 1) {
		excuse = "overruled"
	}
	row = $1 OFS layer OFS line OFS $2 OFS $3 OFS $4 OFS $6 OFS variant OFS
	if (excuse != "allowed" && (excuse || undetermined))
		lacking[layer OFS line]++
	if (!excuse && undetermined) {
		waiting[++rows] = row
		setting[rows] = layer OFS line
		layer_of[rows] = layer
	} else {
		print row excuse
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
