#!/bin/sh
# Write the secrets of an installation, a file for each, into a folder that is there for its owner alone.
# Files that exist are kept: run it again when a new version needs one more.
# The address of the mail server has a password, so it is asked for: whoever may look at the list of
# processes, or at the shell's history, reads what stands in a command. A file may say it, too:
#   sh deploy/make-secrets.sh FOLDER [DATABASE_HOST] [REDIS_HOST] [< FILE]
set -eu
umask 077
case $#:$* in
  0:* | *://*)
    echo "usage: make-secrets.sh FOLDER [DATABASE_HOST] [REDIS_HOST]; the mail server is asked for" >&2
    exit 2
    ;;
esac
folder=$1 database=${2:-postgres} redis=${3:-valkey}
mkdir -p "$folder"
if [ ! -e "$folder/BAROMETER_SMTP_URL" ]; then
  if [ -t 0 ]; then
    printf 'mail server, such as smtp+starttls://USER:PASSWORD@HOST:587: ' >&2
    # what is typed is not shown, and is again whatever happens
    trap 'stty echo; exit 130' INT TERM
    stty -echo
  fi
  IFS= read -r smtp || true
  if [ -t 0 ]; then
    stty echo
    trap - INT TERM
    echo >&2
  fi
  case $smtp in
    smtp://* | smtps://* | smtp+starttls://*) ;;
    *)
      echo "the mail server must begin with smtp://, smtps:// or smtp+starttls://: nothing was written" >&2
      exit 2
      ;;
  esac
fi
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
keep BAROMETER_SMTP_URL "${smtp-}"
echo "$folder: keep a copy of BAROMETER_SECRET_KEY where no backup of the database lies"
