#!/bin/sh
# CI: start a database, wait until it is healthy, ask it something.
set -eu
docker rm -f ci-db >/dev/null 2>&1 || true
docker run -d --name ci-db --network none -e POSTGRES_PASSWORD=secret \
  --health-cmd 'test -f /ready' --health-interval 1s --health-timeout 5s --health-retries 60 \
  alpine sh -c 'sleep 1; touch /ready; exec sleep 1000' >/dev/null
for attempt in $(seq 1 100); do
  status=$(docker inspect -f '{{.State.Health.Status}}' ci-db)
  [ "$status" = healthy ] && break
  sleep 0.3
done
echo "database is $status"
docker exec ci-db sh -c 'echo $POSTGRES_PASSWORD'
echo 'select 1' | docker exec -i ci-db sh -c 'cat; echo done'
docker rm -f ci-db
