/**
 * What version 0.2.0 signed: the words of DSSE with another prefix, and the payload as Python prints bytes
 * (`b'…'`, docs.python.org, stdtypes, bytes.__repr__).
 */
export function preAuthEncodingOfVersion02(payloadType: string, payload: Uint8Array): Uint8Array {
  const head = `DSSEV1 ${payloadType.length} ${payloadType} ${payload.length} `;
  return new Uint8Array(Buffer.from(head + pythonRepr(payload), 'latin1'));
}

function pythonRepr(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1');
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/[\\'"\u0000-\u001f\u007f-\u00ff]/g, (character) => {
    if (character === '\\') return '\\\\';
    if (character === '"' || character === "'") return character === quote ? `\\${character}` : character;
    if (character === '\t') return '\\t';
    if (character === '\n') return '\\n';
    if (character === '\r') return '\\r';
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `b${quote}${escaped}${quote}`;
}
