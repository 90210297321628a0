#!/bin/sh
# Makes passwords at the first start, starts Elasticsearch and Kibana, and makes the indices, the crawler's key and the dashboards.
# Secrets lie in config/deploy/secrets, readable by their owner only, and never stand in a command line.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
secret() { [ -s "secrets/$1" ] || python3 -c 'import secrets; print(secrets.token_urlsafe(24), end="")' > "secrets/$1"; }
secret elastic_password
secret kibana_password
secret kibana_key
[ -e secrets/crawler_key ] || : > secrets/crawler_key
[ -s secrets/kibana.env ] || {
  printf 'ELASTICSEARCH_PASSWORD=%s\n' "$(cat secrets/kibana_password)"
  printf 'XPACK_ENCRYPTEDSAVEDOBJECTS_ENCRYPTIONKEY=%s\n' "$(cat secrets/kibana_key)"
} > secrets/kibana.env
docker compose up --detach --wait elasticsearch
ask() { # METHOD PATH, with the body on stdin
  printf 'user = "elastic:%s"\n' "$(cat secrets/elastic_password)" > secrets/curl
  curl --silent --fail --config secrets/curl -X "$1" -H 'content-type: application/json' --data-binary @- "http://127.0.0.1:9200$2"
  rm -f secrets/curl
}
printf '{"password":"%s"}' "$(cat secrets/kibana_password)" | ask POST /_security/user/kibana_system/_password
for role in crawler clusterer investigator personal; do ask PUT "/_security/role/samehand_$role" < "roles/$role.json"; done
SAMEHAND_ES_USER=elastic SAMEHAND_ES_PASSWORD_FILE=secrets/elastic_password samehand elastic init --store http://127.0.0.1:9200
[ -s secrets/crawler_key ] ||
  python3 -c 'import json; r = json.load(open("roles/crawler.json")); print(json.dumps({"name": "crawler", "role_descriptors": {"crawler": r}}))' |
  ask POST /_security/api_key | python3 -c 'import json, sys; print(json.load(sys.stdin)["encoded"], end="")' > secrets/crawler_key
docker compose up --detach kibana
echo "Kibana answers in a minute: http://127.0.0.1:5601, user elastic, password in secrets/elastic_password. Then load the dashboards:"
echo "SAMEHAND_KIBANA_USER=elastic SAMEHAND_KIBANA_PASSWORD_FILE=$(pwd)/secrets/elastic_password samehand kibana import"
