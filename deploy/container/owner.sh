#!/bin/sh
# Run once by the image of PostgreSQL, when its database is made: the owner, who is no superuser, and
# what may be set for its logins so that no answer gets into the server's log.
set -eu
address=$(cat /run/secrets/BAROMETER_DATABASE_URL)
userinfo=${address#*://}
userinfo=${userinfo%%@*}
psql --quiet --set ON_ERROR_STOP=1 --username postgres --dbname postgres \
  --set owner="${userinfo%%:*}" --set password="${userinfo#*:}" <<'SQL'
CREATE ROLE :"owner" LOGIN CREATEROLE PASSWORD :'password';
CREATE DATABASE barometer OWNER :"owner";
GRANT SET ON PARAMETER log_min_messages, log_min_error_statement, log_error_verbosity,
  log_parameter_max_length, log_parameter_max_length_on_error, log_statement,
  log_min_duration_statement TO :"owner";
SQL
