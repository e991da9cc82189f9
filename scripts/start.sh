#!/bin/sh
# `npm start`: builds, then runs tspod with the arguments given, or the main job on the built-in image.
set -e
node scripts/build.ts
[ $# -gt 0 ] || set -- run --rm hello
exec bin/tspod "$@"
