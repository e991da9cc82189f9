#!/bin/sh
set -eu
docker run --name ended --network none alpine true
docker volume create cache >/dev/null
docker network create unused >/dev/null
docker container prune -f | head -n 1
docker volume ls -q
docker volume rm cache
docker system prune -af --volumes | tail -n 1 | cut -d: -f1
docker images -q | wc -l
docker network ls --format '{{.Name}}' | sort | tr '\n' ' '; echo
docker system df --format '{{.Type}} {{.TotalCount}}' | head -n 2
