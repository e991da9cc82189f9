#!/bin/sh
# What scripts ask docker's answers for: the words of its errors, filters, and lists by a template.
set -eu
image=docker.io/library/alpine

says() {
	words=$1; shift
	if "$@" >/dev/null 2>err; then echo "no failure: $*"; return; fi
	grep -q -e "$words" err && echo "yes: $words" || cat err
}

docker pull "$image" 2>/dev/null | grep Status
docker pull "$image" 2>/dev/null | grep Status
docker tag "$image" words:1
docker rmi "$image" | head -n 1
docker create --name words-1 -p 18477:80 words:1 sh -c 'exit 0' >/dev/null
docker run -d --name words-2 words:1 sleep 1000 >/dev/null
says 'No such container: words-0' docker stop words-0
says 'Error: No such object: words-0' docker inspect words-0
says 'No such image: words-0' docker tag words-0 words:2
says 'The container name "/words-1" is already in use' docker run --name words-1 words:1 true
says 'is not running' docker exec words-1 true
says 'container is running: stop the container before' docker rm words-2
says 'no such volume' docker volume inspect words-0
says 'network words-0 not found' docker network inspect words-0
says 'executable file not found in $PATH' docker run --rm words:1 words-0
says 'port is already allocated' sh -c 'docker run -d --name words-3 -p 18478:80 words:1 sleep 100 && docker run --rm -p 18478:80 words:1 true'
docker rm -f words-3
docker rmi words:1 2>err || echo "rmi: $?, $(grep -o 'is using its referenced image' err)"

docker ps -a -f publish=18477 --format '{{.Names}} {{.Command}} {{.Image}}'
docker ps -a -f publish=80 -q
docker stats --no-stream --format '{{.Container}}' words-2 2>/dev/null
docker inspect -f '{{if .State.Health}}{{.State.Health.Status}}{{else}}unchecked{{end}} {{.HostConfig.CapAdd}}' words-2
docker events --since 1h --until 0s -f container=words-1 -f event=create --format '{{.From}}'
docker volume create --label b=2 --label a=1 words-v
docker volume ls -f name=words-v --format '{{.Labels}} {{.Label "a"}}'
docker volume create >/dev/null
docker volume prune -f | grep -c -x '[0-9a-f]\{64\}'
docker save words:1 2>err | docker load 2>>err
wc -c <err
docker logout registry.example:5000
docker image 2>/dev/null
docker version --format '{{.Server.Experimental}}'
docker rm -f words-1 words-2
docker volume rm words-v
docker rmi words:1 | head -n 1
