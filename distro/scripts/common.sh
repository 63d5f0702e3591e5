# shellcheck shell=sh disable=SC2034 # the scripts that source this use the variables
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the packaging scripts share. Each sets $scripts, this folder, and sources it.

# No setting of the user changes what comes out
export LC_ALL=C TZ=UTC
unset GIT_DIFF_OPTS GIT_EXTERNAL_DIFF GZIP TAR_OPTIONS XZ_DEFAULTS XZ_OPT \
	ZSTD_CLEVEL ZSTD_NBTHREADS
umask 022

# The packaging. No tarball and no patch holds it, or a debian/ that the tree has.
packaging='GNUmakefile Makefile.distro distro' pathspec=. excludes=''
for name in debian $packaging; do
	pathspec="$pathspec :(exclude)$name" excludes="$excludes --exclude=./$name"
done

# die MESSAGE HINT
die()
{
	printf 'distro: %s\n  %s\n' "$1" "$2" >&2
	exit 1
}

# need TOOL WHAT-IT-DOES HINT
need()
{
	command -v "$1" > /dev/null || die "$1 is not installed; it $2" "$3"
}

# say WHAT TEXT
say()
{
	printf '  %-7s %s\n' "$1" "$2"
}

# say_file WROTE FILE: its path from here, and its size
say_file()
{
	say "$1" "${2#"$PWD"/} ($(du -hL --apparent-size "$2" | cut -f 1))"
}

# Remove $tmp, and what is named after it. A variable of the user is not ours.
tmp=''
clean_up()
{
	[ ! "$tmp" ] || rm -rf "$tmp" "$tmp".*
}

# Clean up when the script ends; also when a signal ends it
clean_up_at_exit()
{
	trap clean_up EXIT
	trap 'trap "" HUP INT PIPE TERM; exit 130' HUP INT PIPE TERM
}

tree_git()
{
	git --no-optional-locks -C "$SRCTREE" -c core.quotePath=true \
		-c diff.interHunkContext=0 -c diff.indentHeuristic=true -c diff.suppressBlankEmpty=false \
		-c format.headers= -c format.encodeEmailHeaders=true -c format.signOff=false \
		-c i18n.logOutputEncoding=UTF-8 -c log.showSignature=false -c tar.umask=0022 "$@"
}

# A tar of names in the tree, whoever makes it, with more options of tar before them
reproducible_tar()
{
	tar --sort=name --format=gnu --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
		--mtime="@$epoch" --hard-dereference -cf - "$@"
}

# Set the variables that "version" prints. The makefile, or the script that started this
# one, may have them in DISTRO_VERSION; what else is under that name is not run.
version_variables()
{
	kernelversion='' tag='' head='' base='' start='' count='' linear='' shallow='' epoch=''
	dirty='' tarversion='' rpm_version='' rpm_release='' deb_version='' deb_upstream='' deb_suite=''
	assignment="^(kernelversion|tag|head|base|start|count|linear|shallow|epoch|dirty|tarversion"
	assignment="$assignment|rpm_version|rpm_release|deb_version|deb_upstream|deb_suite)='[^']*'\$"
	if [ ! "${DISTRO_VERSION:-}" ] ||
	   printf '%s\n' "$DISTRO_VERSION" | grep -Evq "$assignment"; then
		DISTRO_VERSION=$("$scripts/version")
	fi
	export DISTRO_VERSION
	eval "$DISTRO_VERSION"
}

# Set $configs to the names of those of $CONFIGS, which lie in $OUT/configs. Its path may
# hold spaces.
find_configs()
{
	configs=''
	for file in ${CONFIGS:-}; do
		case "$file" in
		*.config)
			file=${file##*/} configs="$configs $file"
			[ -f "$OUT/configs/$file" ] ||
				die "$OUT/configs/$file is missing" "make $DISTRO-configs" ;;
		esac
	done
	[ "$configs" ] || die "no configuration to package" "make $DISTRO-configs"
}
