# shellcheck shell=sh disable=SC2034,SC2154 # version sources this, and uses the variables
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Where HEAD is in the history of a git tree, as variables. $tag counts where it is in
# the history of HEAD. Otherwise the history starts at the last commit that
# "git log ARGUMENTS" finds, which set the version; the arguments are in "$@".

command -v git > /dev/null ||
	die "git is not installed, and $SRCTREE is a git tree" "apt install git, or dnf install git"

note=''
head=$(tree_git rev-parse --quiet --verify 'HEAD^{commit}' 2> /dev/null) || {
	why=$(tree_git rev-parse --verify 'HEAD^{commit}' 2>&1) || :
	# Git says itself what to do about a repository of somebody else
	hint=$(printf '%s\n' "$why" | sed -n 's/^[[:space:]]*\(git config .*\)/\1/p')
	[ ! "$hint" ] || die "git does not read $SRCTREE, which belongs to another user" "$hint"
	printf '%s\n' "$why" >&2
	die "git cannot read HEAD in $SRCTREE" "git -C '$SRCTREE' log -1"
}

if base=$(tree_git rev-parse --quiet --verify "refs/tags/$tag^{commit}") &&
   tree_git merge-base --is-ancestor "$base" "$head"; then
	start=$base
else
	[ ! "$base" ] || note="$tag is not in the history of HEAD"
	base=$head start=$(tree_git log -1 --format=%H "$head" "$@")
	start=${start:-$head}
	# There may be any number of commits where the history was cut off
	if [ "$(tree_git rev-parse --is-shallow-repository)" = true ] &&
	   ! tree_git rev-parse --quiet --verify "$start^" > /dev/null; then
		shallow=y note="a shallow clone without $tag: the commits since are not known"
	fi
	[ ! "$note" ] || echo >&2 "distro: $note, so the tarball is the tree of HEAD"
	tag=''
fi

# Unlike diff, status leaves the index alone
# shellcheck disable=SC2086 # a list
dirty=$(tree_git status --porcelain --untracked-files=no --ignore-submodules=all -- $pathspec)
[ ! "$dirty" ] || dirty=y
log=$(tree_git log --format='%cd %p' --date=format-local:%Y%m%d "$start..$head" |
	awk '$1 > date { date = $1 } NF > 2 { merges = 1 }
	END { print NR, merges ? "n" : "y", date }')
count=${log%% *} date=${log##* } linear=${log#* }
linear=${linear%% *}
[ ! "$shallow" ] || date=$(tree_git log -1 --format=%cd --date=format-local:%Y%m%d "$head")
