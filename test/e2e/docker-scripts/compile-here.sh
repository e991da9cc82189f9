#!/bin/sh
# A Makefile's favourite: compile in a container, have the files belong to the caller.
set -eu
echo 'hello' > source.txt
docker run --rm -v "$PWD":/w -w /w -u "$(id -u):$(id -g)" alpine \
  sh -c 'tr a-z A-Z < source.txt > built.txt && pwd'
cat built.txt
[ "$(stat -c %u built.txt)" = "$(id -u)" ] && echo 'it is mine'
rm built.txt source.txt
docker network create ci >/dev/null
docker run --rm --network ci -u "$(id -u)" -v "$PWD":/w alpine touch /w/again && [ -O again ] && echo 'and so is this'
docker network rm ci
