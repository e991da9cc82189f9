# Instead of finding node where npm put it: all parts are behind the last line of this file, as a tar that gzip
# made small. They are unpacked once, held against their digest, into a directory that nobody else can write
# to; it gets its name in one rename, so it is whole or not there.
home=$cache/tspod/parts-@BUILD@
node=$home/node parts=$home/dist/@ARCHITECTURE@
fail() {
	echo "error: $1" >&2
	echo "hint: $2" >&2
	exit 125
}
# Something is missing, empty or was changed after it was unpacked. This is asked each time, so nothing is read.
damaged() {
	for part in whole @PARTS@; do
		[ -e "$home/$part" ] && ! [ "$home/$part" -nt "$home/whole" ] || return 0
		[ -s "$home/$part" ] || [ "$part" = whole ] || return 0
	done
	return 1
}
unpack() {
	mask=$(umask)
	umask 077
	mkdir -p "$cache/tspod" && new=$(mktemp -d "$cache/tspod/unpacking-XXXXXX") ||
		fail "could not make a directory in $cache/tspod" "set XDG_CACHE_HOME to a directory of yours"
	trap 'rm -rf "$new" "$new.old"' EXIT
	trap 'exit 125' HUP INT TERM
	echo "tspod: unpacking itself into $home, $1" >&2
	case $(tail -c +@OFFSET@ "$self" | sha256sum) in
	@DIGEST@*) ;;
	*) fail "$self is damaged: what it contains has another digest" "fetch it again" ;;
	esac
	# A copy of node is written in large pieces, unlike tar's of 10 KiB: the kernel keeps it so, and it starts 2 ms faster.
	tail -c +@OFFSET@ "$self" | gzip -d | tar -x -m -o -f - -C "$new" && cp "$new/node.new" "$new/node" &&
		rm "$new/node.new" && sync -f "$new" ||
		fail "could not unpack into $cache/tspod" "make room there, or set XDG_CACHE_HOME to another place"
	: >"$new/boot-$boot"
	: >"$new/whole"
	# Who was faster has put the same there.
	! [ -d "$home" ] || ! damaged || mv -T "$home" "$new.old" 2>/dev/null
	mv -T "$new" "$home" 2>/dev/null || [ -f "$home/dist/tspod.cjs" ] ||
		fail "could not make $home" "remove what is there"
	remove_unused
	trap - EXIT HUP INT TERM
	rm -rf "$new" "$new.old"
	umask "$mask"
}
# Of other builds what nobody has used since the machine was started: whatever runs, runs since then.
remove_unused() {
	for old in "$cache"/tspod/parts-*; do
		[ "$old" = "$home" ] || [ -e "$old/boot-$boot" ] || rm -rf "$old"
	done
	find "$cache/tspod" -maxdepth 1 -name 'unpacking-*' -mtime +0 -exec rm -rf {} +
}
read -r boot </proc/sys/kernel/random/boot_id
[ -d "$home" ] || unpack "this once"
if [ -h "$home" ] || ! [ -O "$home" ] || ! [ -O "$cache/tspod" ]; then
	fail "$home, or what it is in, belongs to somebody else" "remove it, or set XDG_CACHE_HOME to a directory of yours"
fi
damaged && unpack "again: what is there is damaged"
if ! [ -e "$home/boot-$boot" ]; then
	rm -f "$home"/boot-* 2>/dev/null
	true 2>/dev/null >"$home/boot-$boot"
fi
