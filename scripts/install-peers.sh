#!/bin/sh
# Installs the programs that the tests talk to (telephones, proxies, scanners, a mail server, codecs) on Debian or Ubuntu.
set -eu
PACKAGES="sip-tester baresip-core linphone-cli dovecot-imapd strace
kamailio kamailio-tls-modules rtpengine-daemon sipvicious sipsak openssl ffmpeg chromium postgresql"

missing=""
# A list of names: it is meant to be split.
for package in $PACKAGES; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && { echo "peers: all installed"; exit 0; }

if [ "$(id -u)" -ne 0 ]; then
  echo "peers: run as root: apt-get install -y --no-install-recommends$missing" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# shellcheck disable=SC2086 # a list of names
apt-get install -y -q --no-install-recommends $missing
