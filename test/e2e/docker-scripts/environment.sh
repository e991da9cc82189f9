#!/bin/sh
set -eu
printf 'A=1\n# a comment\nB=two words\n' > vars.env
GREETING=hi docker run --rm --network none --env-file vars.env -e GREETING -e C=3 --label stage=ci \
  --entrypoint sh alpine -c 'echo "$A $B $C $GREETING"'
docker run -d --name svc --network none --label com.example.stage=ci --restart unless-stopped alpine sleep 1000 >/dev/null
docker ps --filter label=com.example.stage=ci --format 'table {{.Names}}\t{{.Image}}'
docker inspect svc --format '{{index .Config.Labels "com.example.stage"}} {{.HostConfig.RestartPolicy.Name}} {{.Name}}'
docker exec -u alice -w /tmp -e X=y svc sh -c 'id -un; pwd; echo $X'
docker container ls -a --no-trunc -q --filter name=svc | tr -d '\n' | wc -c
docker kill svc
docker container rm svc
