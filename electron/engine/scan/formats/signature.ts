import type { FormatScanner } from '../format-scanner.ts';
import { textOf } from '../text-head.ts';

const MAX_BYTES = 64 * 1024;
/** minisign and signify: a comment line and a line of base64, with a trusted comment and a second one in minisign's case. */
const commented =
  /^untrusted comment:[^\n]*\r?\n[A-Za-z0-9+/]+=*\r?\n(?:trusted comment:[^\n]*\r?\n[A-Za-z0-9+/]+=*\r?\n?)?$/;
const SIGNATURE_TAG = 2;

/**
 * Detached signatures that are not text by their names: minisign, signify, OpenPGP as packets (RFC 9580, sections 4.2 and 5.2).
 * The whole file has to be that; whether they hold is not asked here.
 */
export const signature: FormatScanner = {
  format: 'signature',
  recognises: (target) =>
    target.source.sizeBytes <= Math.min(MAX_BYTES, target.head.length) &&
    (commented.test(textOf(target) ?? '') || isSignaturePackets(target.head)),
  scan: ({ source }) => {
    source.read(0, source.sizeBytes);
  },
};

/** Nothing but signature packets of known versions, each with its length, to the last byte. */
function isSignaturePackets(bytes: Uint8Array): boolean {
  let at = 0;
  while (at < bytes.length) {
    const packet = packetAt(bytes, at);
    if (packet === null || packet.tag !== SIGNATURE_TAG) return false;
    const version = bytes[packet.start] ?? 0;
    if (version < 3 || version > 6 || packet.end > bytes.length || packet.end <= packet.start) return false;
    at = packet.end;
  }
  return at > 0;
}

/** Where a packet's body lies; null for what is none, and for lengths that are not told at once. */
function packetAt(bytes: Uint8Array, at: number): { tag: number; start: number; end: number } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = bytes[at] ?? 0;
  const room = bytes.length - at;
  if (first < 0x80 || room < 6) return null;
  const body = (tag: number, lengthBytes: number, length: number) => {
    const start = at + 1 + lengthBytes;
    return { tag, start, end: start + length };
  };
  if (first < 0xc0) {
    const tag = (first >> 2) & 0xf;
    const kind = first & 3;
    if (kind === 0) return body(tag, 1, view.getUint8(at + 1));
    if (kind === 1) return body(tag, 2, view.getUint16(at + 1));
    return kind === 2 ? body(tag, 4, view.getUint32(at + 1)) : null;
  }
  const tag = first & 0x3f;
  const length = view.getUint8(at + 1);
  if (length < 192) return body(tag, 1, length);
  if (length < 224) return body(tag, 2, ((length - 192) << 8) + view.getUint8(at + 2) + 192);
  return length === 255 ? body(tag, 5, view.getUint32(at + 2)) : null;
}
