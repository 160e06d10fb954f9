import { remoteScript } from './remote-script.ts';

/** $1 root; standard input hex digests. Says of each whether the blob, a part of it, or nothing is there, and its size. */
export const blobStatesScript = remoteScript(
  'looking for blobs',
  `while IFS= read -r hex; do
  blob=$1/blobs/sha256/$hex part=$1/incoming/$hex.part
  if [ -f "$blob" ] && [ ! -h "$blob" ]; then say "blob $hex $(size_of "$blob")"
  elif [ -f "$part" ] && [ ! -h "$part" ]; then say "part $hex $(size_of "$part")"
  else say "none $hex"; fi
done`,
);

/** $1 folder; standard input paths below it. Hashes each regular file; answers go by line number from 0. */
export const hashFilesScript = remoteScript(
  'hashing files',
  `n=0
clock
while IFS= read -r path; do
  file=$1/$path
  if [ -h "$file" ] || [ ! -f "$file" ]; then say "missing $n"
  elif sum=$(sha256sum <"$file"); then say "hash $n \${sum%% *}"
  else say "unreadable $n"; fi
  n=$((n + 1))
done
clock`,
);

/** $1 root, $2 hex, $3 first chunk, $4 how many. Prints the bytes of those chunks of 16 MiB. */
export const sendChunksScript = remoteScript(
  'reading a blob',
  `blob=$1/blobs/sha256/$2
if [ -h "$blob" ] || [ ! -f "$blob" ]; then exit 1; fi
dd if="$blob" bs=1048576 skip=$(($3 * 16)) count=$(($4 * 16)) 2>/dev/null`,
);

/** $1 part file, $2 first chunk, $3 one past the last. Hashes chunks of 16 MiB. */
export const hashChunksScript = remoteScript(
  'hashing chunks',
  `i=$2
clock
while [ "$i" -lt "$3" ]; do
  sum=$(dd if="$1" bs=1048576 skip=$((i * 16)) count=16 2>/dev/null | sha256sum) || fail unreadable
  say "chunk $i \${sum%% *}"
  i=$((i + 1))
done
clock`,
);

/**
 * Hashes the whole part while the kernel writes it to disk; only when the digest is right does it become a read-only blob, by
 * rename. Only the hashing lies between the clocks: what the disk still needs after it is the push's own time. An existing
 * blob of that name is replaced: this one is proven.
 */
const acceptFunction = `accept() {
  part=$1/incoming/$2.part blob=$1/blobs/sha256/$2
  [ -f "$part" ] || fail missing "$part"
  dd if=/dev/null of="$part" conv=notrunc,fsync 2>/dev/null &
  clock
  sum=$(sha256sum <"$part") || fail unreadable "$part"
  clock
  wait "$!" || sync
  if [ "\${sum%% *}" != "$2" ]; then
    say "mismatch \${sum%% *}"
    exit 0
  fi
  chmod 0444 "$part" && mv -f -T "$part" "$blob" || fail unwritable
  rm -f "$1/incoming/$2.journal"
  say accepted
}
`;

/**
 * $1 root, $2 hex, $3 offset in blocks of 64 KiB, $4 a line for the journal, $5 the blob's size when these are its last bytes,
 * else empty. Writes standard input into the part file at that offset and never beyond what it is given: two writers of the
 * same blob can only write the same bytes to the same places. A whole part is hashed and accepted at once.
 */
export const receiveScript = remoteScript(
  'receiving a blob',
  `${acceptFunction}part=$1/incoming/$2.part
if [ -h "$part" ]; then fail not-a-file "$part"; fi
printf '%s\\n' "$4" >>"$1/incoming/$2.journal" || fail unwritable
dd of="$part" bs=65536 seek="$3" conv=notrunc || fail unwritable
size=$(size_of "$part")
say "size $size"
if [ "$size" = "$5" ]; then accept "$1" "$2"; fi`,
);

/** $1 root, $2 hex. Makes a part that has arrived a blob, if its digest is right. */
export const acceptScript = remoteScript('accepting a blob', `${acceptFunction}accept "$1" "$2"`);

/** $1 root, $2 hex. Throws away a part that cannot become the blob. */
export const discardPartScript = remoteScript(
  'discarding a part',
  `rm -f "$1/incoming/$2.part" "$1/incoming/$2.journal"`,
);
