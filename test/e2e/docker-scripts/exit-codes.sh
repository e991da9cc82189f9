#!/bin/sh
# No -e here: what is looked at are statuses.
set -u
run() { docker run --rm --network none alpine "$@" >/dev/null 2>&1; echo "$?"; }
run sh -c 'exit 3'
run /etc
run no-such-command
docker run --no-such-flag alpine >/dev/null 2>&1; echo "$?"
docker inspect nobody 2>/dev/null; echo "$?"
docker stop nobody >/dev/null 2>&1; echo "$?"
id=$(docker run -d --network none alpine sh -c 'exit 7')
docker wait "$id"
docker inspect -f '{{.State.ExitCode}} {{.State.Status}}' "$id"
docker exec "$id" true >/dev/null 2>&1; echo "$?"
docker rm "$id" >/dev/null
docker compose version 2>/dev/null; echo "$?"
