#!/bin/bash
# What installers and editors probe before they do anything.
set -euo pipefail
command -v docker >/dev/null || { echo 'docker is not installed' >&2; exit 1; }
docker --version | grep -Eo '^Docker version [0-9]+\.[0-9]+'
docker version --format '{{.Server.Version}}' | grep -Ec '^[0-9]+\.[0-9]+\.[0-9]+$'
docker version | grep -E '^(Client|Server):' | cut -d: -f1
docker version --format '{{json .Client.Os}}'
docker version -f json | grep -c '"Server":{'
docker info >/dev/null 2>&1 && echo 'the daemon answers'
docker info --format '{{.OSType}} {{.Driver}}' | cut -d' ' -f1
docker info -f '{{json .Swarm.LocalNodeState}}'
docker system info --format '{{.ID}}' | grep -c .
docker context show
docker context ls --format '{{.Name}} {{.Current}}'
docker context ls --format json | grep -c '"Name":"default"'
docker context inspect --format '{{.Endpoints.docker.Host}}' | cut -c1-7
docker context inspect default | head -n 1
docker context use default 2>/dev/null
docker context use other 2>/dev/null || echo "no other: $?"
docker buildx version | grep -Ec ' v[0-9.]+ '
docker buildx ls | head -n 2 | tail -n 1 | cut -d' ' -f1
docker buildx inspect --bootstrap | grep -E '^(Name|Driver|Status)'
docker compose version >/dev/null 2>&1 || echo 'compose: not yet'
docker events --since 1h --until 0s --format '{{.Type}}' >/dev/null && echo 'events end'
docker ps -q | wc -l
docker -D -l warn ps -q | wc -l
