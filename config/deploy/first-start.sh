#!/bin/sh
# Makes passwords at the first start, starts Elasticsearch and Kibana, and makes the indices, the crawler's key and the dashboards.
# Secrets lie in config/deploy/secrets, readable by their owner only, and never stand in a command line.
set -eu
cd "$(dirname "$0")"
umask 077
elasticsearch="${SAMEHAND_STORE:-http://127.0.0.1:9200}"
mkdir -p secrets
secret() { [ -s "secrets/$1" ] || python3 -c 'import secrets; print(secrets.token_urlsafe(24), end="")' > "secrets/$1"; }
secret elastic_password
secret kibana_password
secret kibana_key
for key in crawler scheduler retention; do [ -e "secrets/${key}_key" ] || : > "secrets/${key}_key"; done
[ -s secrets/kibana.env ] || {
  printf 'ELASTICSEARCH_PASSWORD=%s\n' "$(cat secrets/kibana_password)"
  printf 'XPACK_ENCRYPTEDSAVEDOBJECTS_ENCRYPTIONKEY=%s\n' "$(cat secrets/kibana_key)"
} > secrets/kibana.env
# The containers' users have the number 1000, and a secret may be read by its owner alone.
hand_over() {
  case "$(id -u)" in
    0) chown 1000 secrets/* ;;
    1000) ;;
    *) echo "Your user's number is $(id -u), the containers' is 1000: run this as root, or they cannot read secrets/." >&2; exit 1 ;;
  esac
}
hand_over
docker compose up --detach --wait elasticsearch
ask() { # METHOD PATH, with the body on stdin
  printf 'user = "elastic:%s"\n' "$(cat secrets/elastic_password)" > secrets/curl
  curl --silent --fail --config secrets/curl -X "$1" -H 'content-type: application/json' --data-binary @- "${elasticsearch%%/?prefix=*}$2"
  rm -f secrets/curl
}
printf '{"password":"%s"}' "$(cat secrets/kibana_password)" | ask POST /_security/user/kibana_system/_password
elastic() { SAMEHAND_ES_USER=elastic SAMEHAND_ES_PASSWORD_FILE=secrets/elastic_password samehand elastic "$@" --store "$elasticsearch"; }
elastic roles
elastic init
key() { # FILE ROLE…: compose wants the file to be there before it is filled
  [ -s "secrets/$1" ] || { rm -f "secrets/$1.new"; elastic key --out "secrets/$1.new" $2; mv "secrets/$1.new" "secrets/$1"; }
}
key crawler_key crawler
key scheduler_key "crawler clusterer"
key retention_key retention
hand_over
docker compose up --detach kibana
echo "Kibana answers in a minute: http://127.0.0.1:5601, user elastic, password in secrets/elastic_password. Then load the dashboards:"
echo "SAMEHAND_KIBANA_USER=elastic SAMEHAND_KIBANA_PASSWORD_FILE=$(pwd)/secrets/elastic_password samehand kibana import"
