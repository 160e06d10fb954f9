import { latin1 } from './minisign-key.ts';
import { type OpenpgpArmor, takeOffArmor } from './openpgp-packets.ts';

const BEGIN = '-----BEGIN PGP SIGNED MESSAGE-----';
const BEGIN_SIGNATURE = '-----BEGIN PGP SIGNATURE-----';

/** A message of the cleartext signature framework (RFC 9580, section 7): readable, with its signatures below it. */
export interface Cleartext {
  /** The text as its writer had it, lines ending in LF. */
  readonly text: Uint8Array;
  /** What is hashed: trailing blanks taken off, CR LF between lines, none after the last. */
  readonly signedText: Uint8Array;
  readonly signatures: OpenpgpArmor;
}

/** Does it begin as such a message? */
export function looksLikeCleartext(content: Uint8Array): boolean {
  return latin1(content.subarray(0, BEGIN.length)) === BEGIN;
}

/** Reads one message, which has to be all there is; a string says why it cannot be read. */
export function readCleartext(content: Uint8Array): Cleartext | string {
  const lines = latin1(content).split(/\r?\n/);
  if (lines[0]?.trimEnd() !== BEGIN) return 'It does not begin as a signed message.';
  const blank = lines.findIndex((line) => line.trim() === '');
  const signatureAt = lines.indexOf(BEGIN_SIGNATURE);
  if (blank < 0 || signatureAt <= blank) return 'It is cut short.';
  // Any other header could be taken for a part of the text by who reads it.
  if (!lines.slice(1, blank).every((line) => /^Hash: [A-Za-z0-9, -]+$/.test(line.trimEnd())))
    return 'It has headers that are not signed.';
  const escaped = lines.slice(blank + 1, signatureAt);
  if (escaped.some((line) => line.startsWith('-') && !line.startsWith('- ')))
    return 'A line in it begins with a dash that is not escaped.';
  const signatures = takeOffArmor(bytesOf(lines.slice(signatureAt).join('\n')));
  if (typeof signatures === 'string') return signatures;
  // Trailing blanks are not signed, so they are taken from what is shown too.
  const plain = escaped.map((line) => line.replace(/^- /, '').replace(/[ \t\r]+$/, ''));
  return {
    text: bytesOf(plain.map((line) => `${line}\n`).join('')),
    signedText: bytesOf(plain.join('\r\n')),
    signatures,
  };
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}
