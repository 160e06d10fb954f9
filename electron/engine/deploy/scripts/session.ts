import { remoteScript } from './remote-script.ts';

/** Keeps a connection open until the client goes: standard input ends when the client's process dies, whatever way. */
export const holdScript = remoteScript('keeping the connection', `cat >/dev/null`);

/**
 * $1 root, $2 a word that has to come back unharmed. Says which tools there are, whether the root can be written, whether it
 * takes hard links, its free space, the live links, the lock and the audit checkpoints. Leaves nothing behind.
 */
export const surveyScript = remoteScript(
  'looking at the server',
  `root=$1
say "echo $2"
for tool in cat chmod cp date dd df find head ln ls mkdir mv readlink rm rmdir sha256sum sync tail; do
  if command -v "$tool" >/dev/null 2>&1; then say "tool $tool"; else say "no-tool $tool"; fi
done
at=$root
while [ ! -d "$at" ]; do
  if [ -e "$at" ] || [ -h "$at" ]; then fail not-a-folder "$at"; fi
  at=\${at%/*}
  [ -n "$at" ] || at=/
done
if [ "$at" = "$root" ]; then say "root present"; else say "root absent"; fi
df -Pk "$at" | { read -r header; read -r row; say "df $row"; }
probe=$at/.sallyport-probe-$$
if why=$(mkdir "$probe" 2>&1); then
  say "writable"
  : >"$probe/a"
  if ln "$probe/a" "$probe/b" 2>/dev/null; then say "hard-links"; fi
  if ln -s a "$probe/c" && ln -s b "$probe/d" && mv -T "$probe/d" "$probe/c"; then say "switch"; fi
  rm -rf "$probe"
else
  say "not-writable $why"
fi
for link in "$root"/live/*/*; do
  if [ -h "$link" ]; then say "live \${link#"$root"/live/} $(readlink "$link")"; fi
done
if [ -f "$root/.sallyport/lock/owner" ]; then
  { read -r token; read -r home; read -r since; read -r pid; read -r owner; } <"$root/.sallyport/lock/owner"
  say "lock $(($(date +%s) - since)) $owner"
fi
if [ -f "$root/.sallyport/checkpoint" ]; then
  while IFS= read -r line; do say "note $line"; done <"$root/.sallyport/checkpoint"
fi`,
);

/**
 * $1 root, $2 token of this hold, $3 id of the client's home, $4 owner in words. Makes the layout, takes the lock, and holds
 * it until standard input ends, which a broken connection brings about as well. Making a folder is atomic everywhere.
 * A lock of the same home is taken over: one home has one writer, so that lock was left behind by a lost connection.
 */
export const lockScript = remoteScript(
  'taking the lock',
  `root=$1 token=$2 home=$3 owner=$4
mkdir -p "$root/.sallyport" || fail unwritable
lock=$root/.sallyport/lock
own() {
  printf '%s\\n' "$token" "$home" "$(date +%s)" "$$" "$owner" >"$lock/owner.$token" &&
    mv -f "$lock/owner.$token" "$lock/owner"
}
if mkdir "$lock" 2>/dev/null; then
  own || fail unwritable
elif [ -d "$lock" ]; then
  held_home='' since='' pid='' held='somebody who has not yet said who'
  if [ -f "$lock/owner" ]; then
    { read -r held_token; read -r held_home; read -r since; read -r pid; read -r held; } <"$lock/owner"
  fi
  if [ "$held_home" = "$home" ]; then
    own || fail unwritable
    say "taken-over $held"
  else
    age=0
    case $since in '' | *[!0-9]*) ;; *) age=$(($(date +%s) - since)) ;; esac
    alive=gone
    case $pid in '' | *[!0-9]*) ;; *) if [ -d "/proc/$pid" ]; then alive=alive; fi ;; esac
    fail locked "$age" "$alive" "$held"
  fi
else
  mkdir "$lock" || fail unwritable
fi
mkdir -p "$root/blobs/sha256" "$root/incoming" "$root/releases" "$root/live" || fail unwritable
say locked
cat >/dev/null
if [ -f "$lock/owner" ] && { read -r now; } <"$lock/owner" && [ "$now" = "$token" ]; then
  rm -f "$lock/owner"
  rmdir "$lock"
fi`,
);

/** $1 root, $2 a line for history.jsonl; standard input the checkpoint notes to keep (formats.md), none keeps the old. */
export const recordScript = remoteScript(
  'writing the record',
  `folder=$1/.sallyport
mkdir -p "$folder" || fail unwritable
if [ -n "$2" ]; then printf '%s\\n' "$2" >>"$folder/history.jsonl" || fail unwritable; fi
cat >"$folder/checkpoint.new" || fail unwritable
if [ -s "$folder/checkpoint.new" ]; then mv -f "$folder/checkpoint.new" "$folder/checkpoint" || fail unwritable; fi
rm -f "$folder/checkpoint.new"`,
);
