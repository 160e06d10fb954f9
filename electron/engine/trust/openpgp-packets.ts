import { latin1 } from './minisign-key.ts';

const SIGNATURE_TAG = 2;
const PUBLIC_KEY_TAG = 6;
/** Packets that carry nothing and have to be passed over (RFC 9580, sections 5.8 and 5.14). */
const ignoredTags: readonly number[] = [10, 21];
const MAX_PACKETS = 64;
/** Well-known certificates carry the signatures of hundreds of people. */
const MAX_CERTIFICATE_PACKETS = 10_000;
/** A signature with every subpacket that is used in practice has a few hundred bytes. */
const MAX_PACKET_BYTES = 65_536;
/** User attributes hold pictures; no packet of a certificate is larger. */
const MAX_CERTIFICATE_PACKET_BYTES = 256 * 1024;

/** How much of each kind is taken. */
const signatureLimits = { packets: MAX_PACKETS, packetBytes: MAX_PACKET_BYTES };
export const certificateLimits: typeof signatureLimits = {
  packets: MAX_CERTIFICATE_PACKETS,
  packetBytes: MAX_CERTIFICATE_PACKET_BYTES,
};

/** One packet of RFC 9580: its number and its body. */
export interface OpenpgpPacket {
  readonly tag: number;
  readonly body: Uint8Array;
  /** Header and body. */
  readonly whole: Uint8Array;
}

/**
 * Splits bytes into packets (RFC 9580, section 4.2). A string is why they cannot be. Lengths are bounded before anything is
 * taken; partial and undefined lengths, which nothing but streamed data uses, are refused.
 */
export function splitPackets(bytes: Uint8Array, limits = signatureLimits): OpenpgpPacket[] | string {
  const packets: OpenpgpPacket[] = [];
  for (let at = 0; at < bytes.length;) {
    if (packets.length === limits.packets) return `It has more than ${limits.packets} packets.`;
    const header = readHeader(bytes, at);
    if (typeof header === 'string') return header;
    const { tag, bodyAt, bodyBytes } = header;
    if (bodyBytes > limits.packetBytes) return 'A packet in it is far too long.';
    if (bodyAt + bodyBytes > bytes.length) return 'It is cut short.';
    const end = bodyAt + bodyBytes;
    packets.push({ tag, body: bytes.slice(bodyAt, end), whole: bytes.slice(at, end) });
    at = end;
  }
  return packets;
}

/** The signature packets of a detached signature, each by itself. A string says why it is none. */
export function splitSignatures(bytes: Uint8Array): OpenpgpPacket[] | string {
  const packets = splitPackets(bytes);
  if (typeof packets === 'string') return packets;
  const counting = packets.filter(({ tag }) => !ignoredTags.includes(tag));
  const other = counting.find(({ tag }) => tag !== SIGNATURE_TAG);
  if (other !== undefined) return `It holds a packet of type ${other.tag}, and not only signatures.`;
  return counting.length === 0 ? 'There is no signature in it.' : counting;
}

/** Does it begin as public keys do, armored or not? */
export function openpgpPublicKeyIn(content: Uint8Array): boolean {
  if (latin1(content.subarray(0, 36)) === '-----BEGIN PGP PUBLIC KEY BLOCK-----') return true;
  const header = readHeader(content, 0);
  if (typeof header === 'string' || header.tag !== PUBLIC_KEY_TAG) return false;
  return typeof splitPackets(content, certificateLimits) !== 'string';
}

/** Do these bytes begin as the packet of a signature does, of a version, type and algorithms that exist? */
export function looksLikeSignaturePacket(content: Uint8Array): boolean {
  const header = readHeader(content, 0);
  if (typeof header === 'string' || header.tag !== SIGNATURE_TAG) return false;
  const { bodyAt, bodyBytes } = header;
  const [version = 0, type = -1, keyAlgorithm = 0, hash = 0] = content.subarray(bodyAt, bodyAt + 4);
  if (bodyBytes < 10 || bodyBytes > MAX_PACKET_BYTES || bodyAt + bodyBytes > content.length) return false;
  if (version === 3) return type === 5;
  const isKnownType = type <= 3 || (type >= 0x10 && type <= 0x50);
  return (version === 4 || version === 6) && isKnownType && keyAlgorithm <= 28 && hash >= 1 && hash <= 14;
}

function readHeader(
  bytes: Uint8Array,
  at: number,
): { tag: number; bodyAt: number; bodyBytes: number } | string {
  const first = bytes[at] ?? 0;
  if ((first & 0x80) === 0) return 'It does not consist of OpenPGP packets.';
  return (first & 0x40) === 0 ? readOldHeader(bytes, at, first) : readNewHeader(bytes, at, first);
}

function readOldHeader(bytes: Uint8Array, at: number, first: number) {
  const lengthBytes = [1, 2, 4][first & 3];
  if (lengthBytes === undefined) return 'A packet in it does not say how long it is.';
  const bodyBytes = numberAt(bytes, at + 1, lengthBytes);
  if (bodyBytes === null) return 'It is cut short.';
  return { tag: (first >> 2) & 15, bodyAt: at + 1 + lengthBytes, bodyBytes };
}

function readNewHeader(bytes: Uint8Array, at: number, first: number) {
  const tag = first & 63;
  const length = bytes[at + 1];
  if (length === undefined) return 'It is cut short.';
  if (length < 192) return { tag, bodyAt: at + 2, bodyBytes: length };
  if (length < 224) {
    const second = numberAt(bytes, at + 2, 1);
    if (second === null) return 'It is cut short.';
    return { tag, bodyAt: at + 3, bodyBytes: ((length - 192) << 8) + second + 192 };
  }
  if (length < 255) return 'A packet in it comes in parts, which signatures never do.';
  const bodyBytes = numberAt(bytes, at + 2, 4);
  return bodyBytes === null ? 'It is cut short.' : { tag, bodyAt: at + 6, bodyBytes };
}

function numberAt(bytes: Uint8Array, at: number, length: number): number | null {
  if (at + length > bytes.length) return null;
  return bytes.subarray(at, at + length).reduce((sum, byte) => sum * 256 + byte, 0);
}

/** An armored block: its title, and the bytes in it. */
export interface OpenpgpArmor {
  readonly title: string;
  readonly bytes: Uint8Array;
}

const ARMOR_HEADER = /^[A-Za-z][A-Za-z0-9-]*: ?.*$/;

/**
 * Takes the armor off one block (RFC 9580, section 6), which has to be all there is. A string is why not. The CRC, which
 * protects from nothing, has to fit when it is there (RFC 9580 lets it be ignored; a file that was damaged says so here).
 */
export function takeOffArmor(content: Uint8Array): OpenpgpArmor | string {
  const lines = latin1(content)
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.trimEnd());
  const title = /^-----BEGIN (PGP [A-Z ]+)-----$/.exec(lines[0] ?? '')?.[1];
  if (title === undefined) return 'It does not begin as an armored block.';
  if (lines.at(-1) !== `-----END ${title}-----`) return 'It is cut short, or something follows it.';
  const blank = lines.indexOf('');
  const headers = blank < 0 ? [] : lines.slice(1, blank);
  if (blank < 0 || !headers.every((line) => ARMOR_HEADER.test(line))) return 'Its armor has no blank line.';
  const body = lines.slice(blank + 1, -1);
  const crc = body.at(-1)?.startsWith('=') === true ? body.pop()?.slice(1) : undefined;
  const text = body.join('');
  if (body.includes('') || !/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0)
    return 'Its armor is not base64.';
  const bytes = new Uint8Array(Buffer.from(text, 'base64'));
  if (crc !== undefined && crc !== Buffer.from(crc24(bytes)).toString('base64'))
    return 'Its checksum does not fit: it was damaged.';
  return { title, bytes };
}

/** CRC-24 of RFC 9580, section 6.1.1. */
function crc24(bytes: Uint8Array): Uint8Array {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit++) {
      crc <<= 1;
      if ((crc & 0x1000000) !== 0) crc ^= 0x1864cfb;
    }
  }
  return Uint8Array.of((crc >> 16) & 255, (crc >> 8) & 255, crc & 255);
}
