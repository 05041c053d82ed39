#!/bin/sh
# Write the secrets of an installation, a file for each, into a folder that is there for its owner alone.
# Files that exist are kept: run it again when a new version needs one more.
#   sh deploy/make-secrets.sh FOLDER SMTP_URL [DATABASE_HOST] [REDIS_HOST]
set -eu
umask 077
if [ $# -lt 2 ]; then
  echo "usage: make-secrets.sh FOLDER smtp+starttls://USER:PASSWORD@HOST:587 [DATABASE_HOST] [REDIS_HOST]" >&2
  exit 2
fi
folder=$1 smtp=$2 database=${3:-postgres} redis=${4:-valkey}
mkdir -p "$folder"
by_chance() { head -c 36 /dev/urandom | base64 | tr -d '\n' | tr '+/' '-_'; }
# readable within the folder: containers get the file alone, and read it as somebody else
keep() {
  if [ -e "$folder/$1" ]; then return; fi
  printf '%s' "$2" > "$folder/$1.new"
  chmod 0444 "$folder/$1.new"
  mv "$folder/$1.new" "$folder/$1"
}
keep POSTGRES_PASSWORD "$(by_chance)"
keep VALKEY_PASSWORD "$(by_chance)"
keep BAROMETER_SECRET_KEY "$(by_chance)$(by_chance)"
keep BAROMETER_DATABASE_URL "postgresql://agency:$(by_chance)@$database:5432/barometer"
for login in web reader worker; do
  name=BAROMETER_DATABASE_URL_$(printf %s "$login" | tr a-z A-Z)
  keep "$name" "postgresql://$login:$(by_chance)@$database:5432/barometer"
done
keep BAROMETER_REDIS_URL "redis://:$(cat "$folder/VALKEY_PASSWORD")@$redis:6379/0"
keep BAROMETER_SMTP_URL "$smtp"
echo "$folder: keep a copy of BAROMETER_SECRET_KEY where no backup of the database lies"
