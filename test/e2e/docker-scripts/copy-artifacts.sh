#!/bin/sh
# Take files out of an image without running it.
set -eu
id=$(docker create alpine)
docker cp "$id:/etc/os-release" .
docker cp -q "$id:/etc/group" renamed
docker rm -v "$id" >/dev/null
head -n 1 os-release
head -n 1 renamed
docker run -d --name box --network none alpine sleep 1000 >/dev/null
mkdir -p site && echo index > site/index.html
docker cp site/. box:/srv/
docker exec box cat /srv/index.html
tar -cf - site | docker cp - box:/tmp
docker exec box ls /tmp/site
docker cp box:/srv/index.html - | tar -tf -
docker rm -f box >/dev/null
