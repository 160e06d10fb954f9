import { createHash } from 'node:crypto';
import { canonicalBytes } from '#engine/core/canonical-json.ts';
import { hexOf } from '#engine/core/digest.ts';
import type { Signer } from '#engine/core/signer.ts';
import { signSshsig, TRANSFER_NAMESPACE } from '#engine/trust/sshsig.ts';
import { opensshLine } from '#engine/trust/openssh-key.ts';
import { sha256Subject } from '#engine/trust/statement.ts';
import * as names from './names.ts';
import { type LocatedPart, locateParts, SET_PREDICATE, type TransferSet } from './set-statement.ts';
import { signDocument } from './signed-document.ts';

const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const MODEL_MANIFEST = 'application/vnd.cncf.model.manifest.v1+json';

/** Files of a set's folder by path. */
export type FileMap = ReadonlyMap<string, Uint8Array>;

/** Signs the control file: the same bytes on every volume. */
export function signSet(set: TransferSet, signer: Signer): Uint8Array {
  const subjects = set.releases.map((release) =>
    sha256Subject(`${release.model}@${release.version}`, hexOf(release.manifestDigest)),
  );
  return signDocument({ predicateType: SET_PREDICATE }, subjects, set, signer);
}

/**
 * Every file beside the payload on one volume, the list and its signature included. `sha256Of` gives the hex digest of each
 * payload file there; for a whole blob it is the blob's own.
 */
export function volumeFiles(
  { set, control }: { readonly set: TransferSet; readonly control: Uint8Array },
  custody: string,
  volume: number,
  sha256Of: (part: LocatedPart) => string,
  signer: Signer,
): FileMap {
  const parts = locateParts(set).filter((part) => part.volume === volume);
  const files = new Map<string, Uint8Array>([
    [names.CONTROL_FILE, control],
    [names.VOLUME_FILE, volumeFile(set, volume)],
    [names.LAYOUT_FILE, canonicalBytes({ imageLayoutVersion: '1.0.0' })],
    [names.INDEX_FILE, ociIndex(set, parts)],
    [names.SIGNERS_FILE, allowedSigners(signer)],
    [names.CUSTODY_FILE, Buffer.from(custody)],
    [names.HELP_FILE, Buffer.from(helpText(set, volume, signer, parts))],
  ]);
  return signList(
    files,
    parts.map((part) => ({ path: part.path, hex: sha256Of(part) })),
    signer,
  );
}

/** The control files with a list of them and of the payload, and its signature. */
export function signList(
  files: FileMap,
  payload: readonly { readonly path: string; readonly hex: string }[],
  signer: Signer,
): FileMap {
  const sums = sumsText(files, payload);
  return new Map([
    ...files,
    [names.SUMS_FILE, sums],
    [names.SUMS_SIGNATURE_FILE, Buffer.from(signSshsig(sums, TRANSFER_NAMESPACE, signer))],
  ]);
}

/** The content of volume.json. */
export function volumeFile(set: { setId: string; volumes: number }, volume: number): Uint8Array {
  return canonicalBytes({ setId: set.setId, volume, volumes: set.volumes });
}

/**
 * The OCI image index of a volume: the manifests that lie on it. With one volume and no split blob the folder is an image
 * layout that any OCI tool copies (image-spec, image-layout.md); a manifest is found by the tag `<model>-<version>`.
 */
function ociIndex(set: TransferSet, parts: readonly LocatedPart[]): Uint8Array {
  const here = new Map(parts.filter((part) => part.isWhole).map((part) => [part.blob, part.sizeBytes]));
  const manifests = set.releases.flatMap(({ model, version, manifestDigest }) => {
    const size = here.get(manifestDigest);
    if (size === undefined) return [];
    const annotations = {
      'org.opencontainers.image.ref.name': `${model}-${version}`,
      'org.opencontainers.image.title': model,
      'org.opencontainers.image.version': version,
    };
    return [
      { mediaType: OCI_MANIFEST, artifactType: MODEL_MANIFEST, digest: manifestDigest, size, annotations },
    ];
  });
  const referrers = set.referrers.flatMap(({ digest, artifactType }) => {
    const size = here.get(digest);
    return size === undefined ? [] : [{ mediaType: OCI_MANIFEST, artifactType, digest, size }];
  });
  return canonicalBytes({
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: [...manifests, ...referrers],
  });
}

/** One line of OpenSSH's allowed_signers (ssh-keygen(1)); the principal is the signer's name. */
function allowedSigners(signer: Signer): Uint8Array {
  const key = opensshLine(signer.publicKey, '');
  return Buffer.from(`${signer.name} namespaces="${TRANSFER_NAMESPACE}" ${key}\n`);
}

/** GNU coreutils' format, ordered by path. None of these names needs escaping. */
function sumsText(files: FileMap, payload: readonly { path: string; hex: string }[]): Uint8Array {
  const sums = [
    ...[...files].map(([path, bytes]) => ({ path, hex: createHash('sha256').update(bytes).digest('hex') })),
    ...payload,
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
  return Buffer.from(sums.map(({ hex, path }) => `${hex}  ${path}\n`).join(''));
}

function helpText(set: TransferSet, volume: number, signer: Signer, parts: readonly LocatedPart[]): string {
  const releases = set.releases
    .map((each) => `  ${each.model}@${each.version}  ${each.manifestDigest}\n`)
    .join('');
  const isSplit = parts.some((part) => !part.isWhole);
  return `Transfer set ${set.setId}, volume ${volume} of ${set.volumes}
Made by ${set.origin} on ${set.createdAt}, number ${set.sequence} of that site.

Releases:
${releases}
How to check this volume without Sallyport
==========================================
In this folder, with OpenSSH 8.1 or later and GNU coreutils:

1. Who signed the list of files?

   ssh-keygen -Y verify -f allowed_signers -I ${signer.name} -n ${TRANSFER_NAMESPACE} -s SHA256SUMS.sig < SHA256SUMS

   It must say: Good "${TRANSFER_NAMESPACE}" signature for ${signer.name} with ED25519 key ${signer.fingerprint}
   The file allowed_signers came with the set, so it proves nothing by itself. Compare the fingerprint with the one
   you have from the packer by another way, or use an allowed_signers file of your own.

2. Is every file as it was signed?

   sha256sum -c --strict SHA256SUMS

   Every line must end in OK. A file that is not in SHA256SUMS (other than SHA256SUMS and SHA256SUMS.sig) does not
   belong to the set.
${isSplit ? joinText : ''}${set.volumes > 1 ? volumesText(set.volumes) : ''}${set.delta === null ? '' : deltaText(set.delta.site)}${set.supplements === null ? '' : supplementText(set.supplements.setId)}`;
}

const joinText = `
Some files did not fit whole. parts/<digest>.<number> are the pieces of the file with that SHA-256; put together in the
order of their numbers, over all volumes, they are the file:

   ls parts/<digest>.* | sort -t. -k2n | xargs cat > <digest> && sha256sum <digest>
`;

const volumesText = (volumes: number) => `
The set has ${volumes} volumes. Each is checked by itself as above. set.dsse.json is the same file on all of them, unless the
set was planned anew while it was written: then the one with the highest "revision" counts.
`;

const deltaText = (site: string) => `
This is a delta: files that ${site} holds already, by its receipt, are left out.
`;

const supplementText = (setId: string) => `
This completes the transfer set ${setId}: it has only what the receiver of that set asked for.
`;
