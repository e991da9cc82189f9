#!/bin/bash
set -euo pipefail
docker run --name job --network none alpine sh -c 'for i in 1 2 3 4 5; do echo line $i; done' >/dev/null 2>&1
docker logs --tail 2 job 2>/dev/null
docker logs -n 1 job 2>/dev/null
docker run --name noisy --network none alpine sh -c 'echo oops >&2' 2>/dev/null
docker logs noisy 2>&1 >/dev/null
docker logs job 2>&1 | grep -c line
docker logs --follow --since 1h job 2>/dev/null | head -n 1
docker rm job noisy
