import { remoteScript } from './remote-script.ts';

/**
 * $1 root, $2 model, $3 release folder; standard input lines `<hex> <path>`. Puts the release together out of proven blobs by
 * hard links (copies where links are not possible) beside its place and renames it in; in a release that is there already
 * each file is replaced by rename, which mends damaged ones.
 */
export const assembleScript = remoteScript(
  'putting the release together',
  `final=$1/releases/$2/$3 work=$1/releases/$2/.assembling new=$1/incoming/.place copied=0
rm -rf "$work"
if [ -h "$final" ]; then fail not-a-folder "$final"; fi
if [ -d "$final" ]; then target=$final; else target=$work; fi
mkdir -p "$target" || fail unwritable
inode() {
  set -f
  set -- $(ls -di "$1" 2>/dev/null)
  printf '%s' "\${1-}"
}
while IFS= read -r line; do
  blob=$1/blobs/sha256/\${line%% *} path=\${line#* }
  case $path in */*) mkdir -p "$target/\${path%/*}" || fail unwritable ;; esac
  was=$(inode "$target/$path")
  if [ -n "$was" ] && [ "$was" = "$(inode "$blob")" ]; then continue; fi
  # Already a link to the blob: mv would refuse to put one name of a file over another. (-ef: POSIX.1-2024.)
  if [ "$target/$path" -ef "$blob" ]; then continue; fi
  rm -f "$new"
  if ! ln "$blob" "$new" 2>/dev/null; then
    { cp "$blob" "$new" && chmod 0444 "$new"; } || fail unwritable
    copied=$((copied + 1))
  fi
  mv -f -T "$new" "$target/$path" || fail unwritable
done
if [ "$target" = "$work" ]; then mv -T "$work" "$final" || fail unwritable; fi
sync "$1/blobs/sha256" "$1/releases/$2" "$final" 2>/dev/null || sync
say "copied $copied"`,
);

/** $1 release folder. Lists all that is in it but folders, as \`./path\` lines: what the manifest does not name must not be there. */
export const listReleaseScript = remoteScript(
  'listing the release',
  `if [ -h "$1" ] || [ ! -d "$1" ]; then
  say absent
  exit 0
fi
cd "$1" || fail unreadable
find . ! -type d`,
);

/**
 * $1 root, $2 model, $3 channel, $4 link target (empty: no link), $5 token. Replaces the live link by rename, which leaves no
 * moment without one; says what it was, what it is, and where it leads.
 */
export const switchScript = remoteScript(
  'switching the live link',
  `place=$1/live/$2 link=$1/live/$2/$3 new=$1/live/$2/.$3.$5
mkdir -p "$place" || fail unwritable
if [ -h "$link" ]; then say "was $(readlink "$link")"
elif [ -e "$link" ]; then fail not-a-link "$link"
fi
rm -f "$place/.$3."*
if [ -z "$4" ]; then
  rm -f "$link" || fail unwritable
else
  ln -s "$4" "$new" && mv -T "$new" "$link" || fail unwritable
fi
sync "$place" 2>/dev/null || sync
if [ -h "$link" ]; then say "now $(readlink "$link")"; fi
if here=$(cd "$link" 2>/dev/null && pwd -P); then say "leads $here"; fi
if there=$(cd "$1/releases/$2" 2>/dev/null && pwd -P); then say "releases $there"; fi`,
);

/** $1 root, $2 model, $3 channel. Where the live link points and where it leads, without touching it. */
export const readLinkScript = remoteScript(
  'reading the live link',
  `link=$1/live/$2/$3
if [ -h "$link" ]; then say "now $(readlink "$link")"; fi
if here=$(cd "$link" 2>/dev/null && pwd -P); then say "leads $here"; fi
if there=$(cd "$1/releases/$2" 2>/dev/null && pwd -P); then say "releases $there"; fi`,
);

/**
 * $1 root, $2 the operator's command, $3 model, $4 version, $5 digest, $6 release path, $7 channel, $8 token, $9 \`head\` or \`tail\`.
 * Runs the command with the release in its environment. Its output goes through a file, so that a service it leaves running
 * does not keep the connection open.
 */
export const commandScript = remoteScript(
  'running the command',
  `out=$1/.sallyport/output.$8
SALLYPORT_MODEL=$3 SALLYPORT_VERSION=$4 SALLYPORT_DIGEST=$5 SALLYPORT_PATH=$6 SALLYPORT_CHANNEL=$7
export SALLYPORT_MODEL SALLYPORT_VERSION SALLYPORT_DIGEST SALLYPORT_PATH SALLYPORT_CHANNEL
rm -f "$1"/.sallyport/output.*
: >"$out" || fail unwritable
sh -c "$2" >"$out" 2>&1 </dev/null
say "exit $?"
case $9 in head) head -c 65536 "$out" ;; *) tail -c 4096 "$out" ;; esac
rm -f "$out"`,
);
