#!/bin/sh
# build.sh OUT [asan]: the launcher as OUT, static; with asan for the tests, with the address and
# undefined-behaviour sanitizers. musl makes it small and is taken where it is
# installed, unless CC names a compiler.
set -e
cd "$(dirname "$0")"
warnings='-std=gnu11 -Wall -Wextra -Werror -Wno-missing-field-initializers'
sources='main.c plan.c ops.c process.c join.c mount.c rights.c program.c inside.c copy.c monitor.c streams.c health.c watched.c log.c init.c namespace.c net.c'
if [ "$2" = asan ]; then
	cc -g -O1 $warnings -fsanitize=address,undefined -fno-sanitize-recover=all -o "$1.new" $sources
else
	"${CC:-$(command -v musl-gcc || echo cc)}" -O2 $warnings -fno-asynchronous-unwind-tables -static -s -o "$1.new" $sources
fi
mv "$1.new" "$1"
