#!/bin/sh
set -eu
docker run -d --name web -p 127.0.0.1::80 alpine httpd -f -p 80 -h /etc >/dev/null
address=$(docker port web 80/tcp)
case $address in 127.0.0.1:[0-9]*) echo 'published' ;; *) echo "not published: $address" ;; esac
for attempt in $(seq 1 50); do
  curl -fsS "http://$address/os-release" >answer 2>/dev/null && break
  sleep 0.1
done
head -n 1 answer
port=$(docker inspect --format '{{(index (index .NetworkSettings.Ports "80/tcp") 0).HostPort}}' web)
[ "127.0.0.1:$port" = "$address" ] && echo 'the same port'
docker stop -t 0 web
docker rm web
