import { either, type Recipe, reject, set, type VerifyRecipe, variant } from '../recipe.ts';

const PLAIN = 'bundle_plain';

/** A payload whose Base64 contains "+" and "/" and ends in "=": see `base64`. */
const RICH_SUBJECT = 'm~?>o~?~>>d~~??el';

/** The rules of JSON and Base64, for the bundle as a whole. */
export function jsonRecipes(): readonly Recipe[] {
  return [...forms, ...texts, ...duplicates, ...limits, ...base64];
}

type Edit = (json: string) => string | Buffer;

function compact(json: string): string {
  return JSON.stringify(JSON.parse(json));
}

/** Puts one more member, as it is written, at the beginning of the bundle. */
function withMember(text: string): Edit {
  return (json) => json.replace('{', () => `{${text},`);
}

// biome-ignore format: each vector is a row of a table
const formsCases: [form: string, title: string, raw: Edit][] = [
  ['compact', 'there is no white space', compact],
  ['spread', 'all four kinds of white space are around each token', (json) => spread(compact(json))],
  ['escaped', 'member names and texts are written with escapes', (json) => json
    .replace('"mediaType"', '"\\u006dedia\\u0054ype"')
    .replaceAll('"payload"', '"p\\u0061yload"')
    .replace('application/vnd.dev', 'application\\/vnd.dev')],
  ['other-order', 'the members come in the opposite order', (json) => JSON.stringify(reversed(JSON.parse(json)))],
  ['any-unicode', 'an unknown member contains text from all planes, plain and escaped',
    withMember('"note": "é 漢 \u{1f600} \\ud83d\\ude00 \\u0000 \u{10ffff}"')],
  ['numbers', 'an unknown member contains numbers in all forms',
    withMember('"n": [0, -0, 1e400, -1.5E-3, 12345678901234567890123, 0.1e+1]')],
  ['prototype', 'unknown members have names that mean something elsewhere', withMember(
    '"__proto__": {"mediaType": "x"}, "constructor": {"prototype": {"verificationMaterial": null}}, "toString": 1')],
];

/** Forms that need an unknown member, which may be refused for itself. */
const beyondTheSchema = ['any-unicode', 'numbers', 'prototype'];

const forms: readonly Recipe[] = formsCases.map(([form, title, raw]) =>
  beyondTheSchema.includes(form)
    ? variant(PLAIN, `bundle_json-${form}`, title, ['OMS-BUNDLE-12', 'OMS-JSON-4'], { level: 'SHOULD', forge: { raw } })
    : variant(PLAIN, `bundle_json-${form}`, title, ['OMS-BUNDLE-6', 'OMS-JSON-4'], { forge: { raw } }),
);

function spread(json: string): string {
  let text = '';
  let inString = false;
  for (const character of json) {
    if (character === '"') inString = !inString;
    text += !inString && '{}[]:,'.includes(character) ? `\r\n\t ${character} \t\r\n` : character;
  }
  return text;
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}

// biome-ignore format: each vector is a row of a table
const textsCases: [fault: string, title: string, raw: Edit][] = [
  ['utf16', 'the bundle is in UTF-16', (json) => Buffer.from(`\ufeff${json}`, 'utf16le')],
  ['trailing-text', 'a letter comes after the value', (json) => `${json}x`],
  ['trailing-object', 'a second object comes after the value', (json) => `${json}{}`],
  ['trailing-nul', 'a NUL comes after the value', (json) => `${json}\0`],
  ['trailing-form-feed', 'a form feed comes after the value', (json) => `${json}\f`],
  ['trailing-no-break-space', 'a no-break space comes after the value', (json) => `${json}\u00a0`],
  ['leading-text', 'a comment comes before the value', (json) => `// bundle\n${json}`],
  ['truncated', 'the last brace is missing', (json) => json.trimEnd().slice(0, -1)],
  ['empty', 'the signature file is empty', () => ''],
  ['white-space', 'the signature file contains white space alone', () => ' \n'],
  ['nul', 'a NUL is between two tokens', (json) => json.replace('{', '{\0')],
  ['comment', 'a comment is between two tokens', (json) => json.replace('{', '{/* bundle */')],
  ['trailing-comma', 'a comma comes after the last member', (json) => json.replace(/\}\s*$/, ',}\n')],
];

/** Texts in which no parser finds an object, however much it takes beyond JSON, as RFC 8259 allows. */
const withoutObject = ['empty', 'white-space'];

const WITH_KEYID = 'envelope_keyid-any';
/** Faults in a keyid, which no verifier looks at. */
// biome-ignore format: each vector is a row of a table
const keyidCases: [fault: string, title: string, requirement: 'OMS-JSON-2' | 'OMS-JSON-3', written: string][] = [
  ['utf8-invalid', 'a byte that is not UTF-8', 'OMS-JSON-2', '"\xff"'],
  ['utf8-overlong', 'an overlong form of "/"', 'OMS-JSON-2', '"\xc0\xaf"'],
  ['utf8-surrogate', 'half a surrogate pair in UTF-8', 'OMS-JSON-2', '"\xed\xa0\x80"'],
  ['single-quotes', 'single quotes in place of its quotes', 'OMS-JSON-2', "'key-7'"],
  ['control-character', 'a line feed that is not escaped', 'OMS-JSON-2', '"key\n7"'],
  ['unknown-escape', 'an escape that JSON does not know', 'OMS-JSON-2', '"key\\x41"'],
  ['surrogate-high', 'the first half of a surrogate pair', 'OMS-JSON-3', '"\\ud83d"'],
  ['surrogate-low', 'the second half of a surrogate pair', 'OMS-JSON-3', '"\\ude00"'],
  ['surrogate-swapped', 'the halves of a surrogate pair in the wrong order', 'OMS-JSON-3', '"\\ude00\\ud83d"'],
];

const keyids: readonly Recipe[] = keyidCases.map(([fault, title, requirement, written]) =>
  variant(
    WITH_KEYID,
    `bundle_json-${fault}`,
    `the keyid has ${title}`,
    [requirement],
    {
      forge: {
        raw: (json) =>
          Buffer.from(
            json.replace('"key-7"', () => written),
            'latin1',
          ),
      },
    },
    ['bundle/not-json'],
  ),
);

// biome-ignore format: each vector is a row of a table
const texts: readonly Recipe[] = [
  ...textsCases.map(
    ([fault, title, raw]) => variant(PLAIN, `bundle_json-${fault}`, title, ['OMS-JSON-2', 'OMS-BUNDLE-6'],
      { forge: { raw }, decidedBy: [withoutObject.includes(fault) ? 'OMS-BUNDLE-6' : 'OMS-JSON-2'] }, ['bundle/not-json'])),
  variant(PLAIN, 'bundle_json-bom', 'a byte order mark comes first', ['OMS-JSON-10'],
    { level: 'SHOULD', forge: { raw: (json) => `\ufeff${json}` } }, ['bundle/not-json']),
  ...keyids,
  ...values(),
];

function values(): Recipe[] {
  const formsCases: [fault: string, title: string, raw: Edit][] = [
    ['array', 'the bundle is in an array', (json) => `[${json}]`],
    ['null', 'the bundle is null', () => 'null'],
    ['text', 'the bundle is a string that contains it', (json) => JSON.stringify(json)],
    ['number', 'the bundle is a number', () => '1'],
  ];
  return formsCases.map(([fault, title, raw]) =>
    variant(PLAIN, `bundle_value-${fault}`, title, ['OMS-BUNDLE-6'], { forge: { raw } }, [
      'bundle/malformed',
      'bundle/not-json',
      'bundle/media-type',
    ]),
  );
}

// biome-ignore format: each vector is a row of a table
const duplicatesCases: [fault: string, title: string, raw: Edit][] = [
  ['top', 'the media type appears twice, with one value',
    (json) => json.replace('"mediaType"', '"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "mediaType"')],
  ['first-decides', 'the envelope appears twice, and only the first is the signed one',
    (json) => json.replace(/\}\s*$/, ', "dsseEnvelope": null}\n')],
  ['last-decides', 'the envelope appears twice, and only the last is the signed one',
    withMember('"dsseEnvelope": null')],
  ['nested', 'the payload appears twice in the envelope',
    (json) => json.replace('"payload":', '"payload": "e30=", "payload":')],
  ['escaped', 'a signature appears twice, once with an escape in its name',
    (json) => json.replace('"sig":', '"\\u0073ig": "MAYCAQECAQE=", "sig":')],
  ['keyid', 'the keyid appears twice, with one value', (json) => json.replace('"keyid"', '"keyid": "", "keyid"')],
];

const duplicates: readonly Recipe[] = duplicatesCases.map(([fault, title, raw]) =>
  variant(PLAIN, `bundle_duplicate-${fault}`, title, ['OMS-JSON-1'], { forge: { raw } }, [
    'bundle/duplicate-member',
    'bundle/not-json',
  ]),
);

const levels = 200_000;
// biome-ignore format: each vector is a row of a table
const limitsCases: [fault: string, title: string, member: string][] = [
  ['arrays', 'an unknown member is 200,000 arrays nested in one another',
    `"note": ${'['.repeat(levels)}${']'.repeat(levels)}`],
  ['objects', 'an unknown member is 200,000 objects nested in one another',
    `"note": ${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`],
  ['unclosed', 'an unknown member is 200,000 arrays that are not closed', `"note": ${'['.repeat(levels)}`],
];

const limits: readonly Recipe[] = limitsCases.map(([fault, title, member]) =>
  variant(
    PLAIN,
    `bundle_deep-${fault}`,
    title,
    ['OMS-LIMIT-1'],
    {
      forge: { raw: withMember(member) },
      why: 'a parser that calls itself for each level ends in a crash',
    },
    ['bundle/too-large', 'bundle/not-json'],
  ),
);

const RICH = 'bundle_base64';
const payload = (edit: (text: string) => string) => ({
  forge: { envelope: (e: { payload: string }) => set(e, 'payload', changed(edit, e.payload)) },
});
const sig = (edit: (text: string) => string) => ({
  forge: {
    envelope: (e: { signatures: { sig: string }[] }) => {
      for (const each of e.signatures) set(each, 'sig', changed(edit, each.sig));
    },
  },
});
const url = (text: string) => text.replaceAll('+', '-').replaceAll('/', '_');
const edits: [fault: string, title: string, edit: (text: string) => string][] = [
  ['space', 'ends in a space', (text) => `${text} `],
  ['line-feeds', 'is broken into lines of 64', (text) => text.replace(/.{64}/g, '$&\n')],
  ['junk', 'contains characters of no alphabet', (text) => `${text.slice(0, 8)}****${text.slice(8)}`],
  ['middle-padding', 'has padding in the middle', (text) => `${text.slice(0, 2)}==${text.slice(2)}`],
];
const refused = reject(['bundle/not-base64', 'bundle/malformed']);
/** Forms that RFC 4648 and the JSON form of Protocol Buffers leave to the decoder. */
const open: [fault: string, title: string, edit: (text: string) => string][] = [
  ['overpadded', 'has one padding too many', (text) => `${text}=`],
  ['unpadded', 'has no padding', (text) => text.replaceAll('=', '')],
  ['stray-bits', 'has bits set that belong to no byte', strayBits],
  ['mixed', 'is in both alphabets', (text) => text.replaceAll('+', '-')],
];

// biome-ignore format: each vector is a row of a table
const base64: readonly Recipe[] = [
  variant(PLAIN, RICH, 'the Base64 of payload and signature uses all of the alphabet, and padding',
    ['OMS-JSON-8', 'OMS-SUBJECT-4'], { listing: { subject: RICH_SUBJECT } }),
  ...edits.flatMap(([fault, title, edit]) => {
    const of = (what: string, forge: Pick<VerifyRecipe, 'forge'>) =>
      variant(
        RICH,
        `bundle_base64-${what}-${fault}`,
        `the ${what} ${title}`,
        ['OMS-JSON-6'],
        forge,
        refused,
      );
    return [of('payload', payload(edit)), of('sig', sig(edit))];
  }),
  variant(RICH, 'bundle_base64-payload-url', 'the payload is in the URL-safe alphabet', ['OMS-JSON-8'], payload(url)),
  variant(RICH, 'bundle_base64-sig-url', 'the sig is in the URL-safe alphabet', ['OMS-JSON-8'], sig(url)),
  ...open.flatMap(([fault, title, edit]) => [
    variant(RICH, `bundle_base64-payload-${fault}`, `the payload ${title}`, ['OMS-JSON-9'], payload(edit), either),
    variant(RICH, `bundle_base64-sig-${fault}`, `the sig ${title}`, ['OMS-JSON-9'], sig(edit), either),
  ]),
  variant(RICH, 'bundle_base64-payload-empty', 'the payload is empty', ['OMS-BUNDLE-6'],
    payload(() => ''), ['bundle', 'envelope/signature-invalid', 'statement/not-json']),
  variant(RICH, 'bundle_hex-payload', 'the payload is in hexadecimal', ['OMS-JSON-6'],
    payload((text) => Buffer.from(text, 'base64').toString('hex')),
    ['bundle/not-base64', 'bundle/malformed', 'envelope/signature-invalid']),
];

function changed(edit: (text: string) => string, text: string): string {
  const edited = edit(text);
  if (edited === text) throw new Error('a forgery of Base64 changes nothing: choose another subject');
  return edited;
}

/** The same bytes with the unused bits of the last character set. */
function strayBits(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const at = text.indexOf('=') - 1;
  return `${text.slice(0, at)}${alphabet[alphabet.indexOf(text[at] as string) + 1]}${text.slice(at + 1)}`;
}
