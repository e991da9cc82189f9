#!/bin/sh
set -eu
docker create --name job-1 --network none alpine true >/dev/null
docker run -d --name job-2 --network none alpine sleep 1000 >/dev/null
docker create --name other --network none alpine true >/dev/null
docker ps -aq --filter name=job- | wc -l
docker ps -aq --filter name=job- | xargs -r docker rm -f >/dev/null
docker ps -aq --filter name=job- | xargs -r docker rm -f
docker ps -a --format '{{.Names}} {{.Image}} {{.Status}}'
docker rm "$(docker ps -aqf name=other)" >/dev/null
