#!/bin/sh
# CI: log in without anybody to ask, push, pull again.
set -eu
echo "$REGISTRY_PASSWORD" | docker --config ./config login --username "$REGISTRY_USER" --password-stdin "$REGISTRY"
docker pull -q alpine >/dev/null
docker tag alpine "$REGISTRY/team/app:1.0"
docker --config ./config push -q "$REGISTRY/team/app:1.0" | sed "s/$REGISTRY/REGISTRY/"
docker rmi "$REGISTRY/team/app:1.0" >/dev/null
docker pull "$REGISTRY/team/app:1.0" >/dev/null 2>&1 || echo 'not without a login'
docker --config ./config pull -q "$REGISTRY/team/app:1.0" | sed "s/$REGISTRY/REGISTRY/"
grep -c "$REGISTRY" config/config.json
docker --config ./config logout "$REGISTRY" >/dev/null
docker --config=./config pull -q "$REGISTRY/team/app:1.0" >/dev/null 2>&1 || echo 'not any more'
