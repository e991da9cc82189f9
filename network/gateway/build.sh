#!/bin/sh
# build.sh OUT [asan]: the gateway as OUT, static; with asan for the tests, with the address and
# undefined-behaviour sanitizers, and less patience with silent peers. musl makes it
# small and is taken where it is installed, unless CC names a compiler.
set -e
cd "$(dirname "$0")"
warnings='-std=gnu11 -Wall -Wextra -Werror -Wno-missing-field-initializers'
sources='main.c confine.c control.c request.c address.c members.c message.c names.c servers.c resolver.c resolver-tcp.c forward.c relay.c carry.c limit.c reach.c learn.c refused.c'
if [ "$2" = asan ]; then
	cc -g -O1 $warnings -DIDLE_MS=3000 -fsanitize=address,undefined -fno-sanitize-recover=all -o "$1.new" $sources
else
	"${CC:-$(command -v musl-gcc || echo cc)}" -O2 $warnings -fno-asynchronous-unwind-tables -static -s -o "$1.new" $sources
fi
mv "$1.new" "$1"
