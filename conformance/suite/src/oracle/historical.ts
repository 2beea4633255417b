/** What v0.2.0 signs: section 14. */
export function historicalText(payloadType: string, payload: Buffer): Buffer {
  return Buffer.from(`DSSEV1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} ${printed(payload)}`);
}

/** A byte string as Python prints it. */
function printed(bytes: Buffer): string {
  const quote = bytes.includes("'") && !bytes.includes('"') ? '"' : "'";
  let text = '';
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    if (character === quote || character === '\\') text += `\\${character}`;
    else if (character === '\t') text += '\\t';
    else if (character === '\n') text += '\\n';
    else if (character === '\r') text += '\\r';
    else if (byte < 0x20 || byte >= 0x7f) text += `\\x${byte.toString(16).padStart(2, '0')}`;
    else text += character;
  }
  return `b${quote}${text}${quote}`;
}
