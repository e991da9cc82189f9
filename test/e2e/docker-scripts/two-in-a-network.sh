#!/bin/sh
set -eu
docker network create ci-net >/dev/null 2>&1 || true
docker network create ci-net >/dev/null 2>&1 || echo 'network is there already'
docker run -d --name web --network ci-net alpine httpd -f -p 8080 -h /etc >/dev/null
ip=$(docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' web)
case $ip in *.*.*.*) echo 'it has an address' ;; *) echo "no address: $ip" ;; esac
docker run --rm --network ci-net alpine nslookup web >found && grep -c "$ip" found
for attempt in $(seq 1 50); do
  docker run --rm --network ci-net alpine timeout 5 wget -q -O - "http://$ip:8080/os-release" >answer && break
  sleep 0.2
done
head -n 1 answer
docker network ls --filter name=ci-net --format '{{.Name}} {{.Driver}}'
docker rm -f web
docker network rm ci-net
