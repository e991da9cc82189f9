#!/bin/sh
set -eu
docker pull -q alpine
docker tag alpine mine:1.0
docker save mine:1.0 | gzip > mine.tar.gz
docker rmi mine:1.0
docker load < mine.tar.gz
docker save -o both.tar alpine mine:1.0
docker load -q -i both.tar
docker images --format '{{.Repository}}:{{.Tag}}' | sort
docker image inspect mine:1.0 --format '{{.Os}} {{index .RepoTags 0}}' | cut -d' ' -f1
docker image rm mine:1.0 >/dev/null
docker images -q mine
docker image inspect mine:1.0 >/dev/null 2>&1 || echo "gone: $?"
