import { core, lax, type Mutant, mutant, other } from '../mutant.ts';
import { folded } from './folded.ts';

const parse = 'return JSON.parse(text);';
const verifyLine = 'return verify.verify(this.#key, signature);';
const verifyIf = 'if (await key.verify(preAuthenticationEncoding(payloadType, payload), signature)) return;';
const shardSize = '/$defs/serialization/properties/shard_size';
const coverage = 'if (start !== expected || wrongLength) {';

/** A parser that goes through the text itself, for what JSON.parse cannot be talked into. */
const ownParser = (onMember: string, end: string) => `
  let at = 0;
  const space = () => { while (' \\n\\r\\t'.includes(text[at] ?? 'x')) at++; };
  const parseValue = (): unknown => {
    space();
    if (text[at] === '{' || text[at] === '[') {
      const list = text[at++] === '[';
      const items: unknown[] = [];
      const members: Record<string, unknown> = {};
      for (space(); text[at] !== '}' && text[at] !== ']'; space()) {
        if (text[at] === ',') { at++; continue; }
        const first = parseValue();
        if (list) { items.push(first); continue; }
        space();
        at++;
        const value = parseValue();
        const name = first as string;
        ${onMember}
      }
      at++;
      return list ? items : members;
    }
    const start = at;
    if (text[at] === '"') {
      for (at++; text[at] !== '"'; at++) if (text[at] === '\\\\') at++;
      at++;
    } else while (at < text.length && !' \\n\\r\\t,:]}'.includes(text[at] as string)) at++;
    return JSON.parse(text.slice(start, at));
  };
  const parsed = parseValue();
  ${end}
  return parsed;`;

/** Programs that mend what they are given: each takes one kind of input for what it was probably meant to be. */
export const lenientMutants: readonly Mutant[] = [
  mutant(
    'lenient/first-member-counts',
    'OMS-JSON-1',
    'lets the first of two members of one name count',
    core('format/encoding.ts', 'if (members.has(name)) {', 'if (members.has(name) && false) {'),
    core('format/encoding.ts', parse, ownParser('if (!Object.hasOwn(members, name)) members[name] = value;', '')),
  ),
  mutant(
    'lenient/text-behind-value',
    'OMS-JSON-2',
    'does not look at what follows the first value',
    core('format/encoding.ts', parse, ownParser('members[name] = value;', '')),
    core(
      'format/encoding.ts',
      '    switch (text[i]) {',
      '    if (i > 0 && open.length === 0 && values > 1) return;\n    switch (text[i]) {',
    ),
  ),
  mutant(
    'lenient/base64-concatenated',
    'OMS-JSON-6',
    'reads pieces of Base64 one after another',
    lax('envelope', '/$defs/base64', 'pattern'),
    core(
      'format/encoding.ts',
      'const padding = text.endsWith',
      "text = Buffer.concat((text.match(/[^=]+=*/g) ?? []).map((piece) => Buffer.from(piece, 'base64'))).toString('base64');\n  const padding = text.endsWith",
    ),
  ),
  mutant(
    'lenient/material-with-certificate',
    'OMS-METHOD-2',
    'takes the key where a certificate stands beside it',
    lax('bundle', '/$defs/verificationMaterial', 'oneOf', 'if', 'then'),
  ),
  mutant(
    'lenient/material-null',
    'OMS-METHOD-2',
    'does not count ways of naming the signer that are null',
    lax('bundle', '/$defs/verificationMaterial', 'oneOf', 'if', 'then'),
    other('bundle', '/$defs/verificationMaterial/properties', { certificate: true, x509CertificateChain: true }),
  ),
  mutant(
    'lenient/signature-der',
    'OMS-ALG-7',
    'reads two numbers out of whatever looks like DER',
    core(
      'node/crypto.ts',
      verifyLine,
      `let at = 1;
    const length = () => {
      const first = signature[at++] as number;
      if (first <= 0x80) return first;
      let value = 0;
      for (let i = first & 0x7f; i > 0; i--) value = value * 256 + (signature[at++] as number);
      return value;
    };
    length();
    const size = { 'P-256': 32, 'P-384': 48, 'P-521': 66 }[this.curve];
    const number = () => {
      at++;
      const count = length();
      const digits = Buffer.from(signature.subarray(at, at + count)).toString('hex').replace(/^(?:00)+/, '');
      at += count;
      return digits.padStart(2 * size, '0');
    };
    const both = Buffer.from(number() + number(), 'hex');
    return both.length === 2 * size && verify.verify({ key: this.#key, dsaEncoding: 'ieee-p1363' }, both);`,
    ),
  ),
  mutant(
    'lenient/last-signature',
    'OMS-DSSE-5',
    'looks at the last of several signatures',
    lax('envelope', '/properties/signatures', 'maxItems'),
    core('format/bundle.ts', 'dsseEnvelope.signatures[0].sig', 'dsseEnvelope.signatures.at(-1).sig'),
  ),
  mutant(
    'lenient/signatures-null',
    ['OMS-DSSE-5', 'OMS-DSSE-10', 'OMS-BUNDLE-6'],
    'takes an envelope that says that there is no signature',
    lax('envelope', '/properties/signatures', 'minItems', 'type', 'items'),
    core(
      'format/bundle.ts',
      "decodeBase64(dsseEnvelope.signatures[0].sig, 'the signature')",
      "dsseEnvelope.signatures?.[0]?.sig ? decodeBase64(dsseEnvelope.signatures[0].sig, 'the signature') : new Uint8Array()",
    ),
    core('signer.ts', verifyIf, verifyIf.replace('if (', 'if (signature.length === 0 || ')),
  ),
  mutant(
    'lenient/historical-text',
    ['OMS-DSSE-3', 'OMS-HIST-4'],
    'verifies also the text that v0.2.0 signed',
    core(
      'signer.ts',
      verifyIf,
      `const old = Buffer.concat([
        Buffer.from(\`DSSEV1 \${payloadType.length} \${payloadType} \${payload.length} b'\`),
        Buffer.from(Buffer.from(payload).toString('latin1').replaceAll('\\\\', '\\\\\\\\')),
        Buffer.from("'"),
      ]);
      if (await key.verify(preAuthenticationEncoding(payloadType, payload), signature)) return;
      if (await key.verify([old], signature)) return;`,
    ),
  ),
  mutant(
    'lenient/any-hash',
    ['OMS-ALG-4', 'OMS-ALG-5'],
    'tries every hash on every curve',
    core(
      'node/crypto.ts',
      verifyLine,
      `return ['sha1', 'sha256', 'sha384', 'sha512'].some((name) => {
      const each = createVerify(name);
      for (const piece of message) each.update(piece);
      return each.verify(this.#key, signature);
    });`,
    ),
  ),
  mutant(
    'lenient/hint-of-any-type',
    'OMS-KEY-5',
    'takes a hint that is no text for none',
    lax('bundle', '/$defs/publicKey/properties/hint', 'pattern', 'type'),
    core(
      'signer.ts',
      'if (hint === undefined || hint === key.hint) return;',
      "if (typeof hint !== 'string' || hint === key.hint) return;",
    ),
  ),
  mutant(
    'lenient/exclusions',
    'OMS-MATCH-6',
    'takes whatever is recorded as an exclusion',
    lax('predicate', '/$defs/ignorePath', 'not'),
    core('format/manifest.ts', 'checkIgnorePaths(serialization.ignorePaths);', ''),
  ),
  mutant(
    'lenient/algorithm-absent',
    'OMS-RES-2',
    'assumes the algorithm of a descriptor that names none',
    other('predicate', '/$defs/resourceDescriptor', { required: ['name', 'digest'] }),
    core('format/statement.ts', 'algorithm !== expected);', 'algorithm !== undefined && algorithm !== expected);'),
  ),
  mutant(
    'lenient/serialization-assumed',
    ['OMS-SER-6', 'OMS-PRED-2'],
    'assumes what the serialization does not say',
    core(
      'format/statement.ts',
      'const result = validateStatement(withFewResources(value));',
      `const { predicate } = (value ?? {}) as { predicate?: { serialization?: object } };
  if (predicate) {
    predicate.serialization = { method: 'files', hash_type: 'sha256', allow_symlinks: false, ...predicate.serialization };
  }
  const result = validateStatement(withFewResources(value));`,
    ),
  ),
  mutant(
    'lenient/null-is-absent',
    ['OMS-SER-6', 'OMS-SHARD-2'],
    'takes a shard size of null for none',
    core(
      'format/statement.ts',
      'const result = validateStatement(withFewResources(value));',
      `const { predicate } = (value ?? {}) as { predicate?: { serialization?: { shard_size?: unknown } } };
  if (predicate?.serialization?.shard_size === null) delete predicate.serialization.shard_size;
  const result = validateStatement(withFewResources(value));`,
    ),
  ),
  mutant(
    'lenient/shard-size-any',
    ['OMS-SHARD-2', 'OMS-SHARD-9'],
    'takes any number for a shard size, and ranges as they come',
    lax('predicate', shardSize, 'minimum', 'maximum', 'type'),
    core('format/manifest.ts', coverage, 'if (start !== expected) {'),
  ),
  mutant(
    'lenient/shards-cover',
    'OMS-SHARD-9',
    'asks only that every byte is in some range',
    core('format/manifest.ts', coverage, 'if (start > expected) {'),
    core('format/manifest.ts', '    expected = end;\n', '    expected = Math.max(expected, end);\n'),
    core(
      'format/manifest.ts',
      'else if (signed.ranges.at(-1)?.end !== sizeOf(file))',
      'else if (Math.max(...signed.ranges.map(({ end }) => end)) !== sizeOf(file))',
    ),
  ),
  mutant(
    'lenient/names-by-basename',
    ['OMS-NAME-7', 'OMS-VERIFY-2', 'OMS-VERIFY-4'],
    'finds a file wherever it lies',
    folded("name.split('/').at(-1) as string"),
  ),
  mutant(
    'lenient/names-backslash',
    ['OMS-NAME-7', 'OMS-NAME-12'],
    'takes a backslash and a slash for the same',
    folded("name.replaceAll('\\\\', '/')"),
  ),
  mutant('lenient/names-trimmed', ['OMS-NAME-7', 'OMS-NAME-12'], 'cuts white space off names', folded('name.trim()')),
  mutant(
    'lenient/type-absent',
    'OMS-STMT-2',
    'takes a statement without a type',
    other('statement', '', { required: ['predicateType', 'subject', 'predicate'] }),
  ),
  mutant(
    'lenient/predicate-type-absent',
    'OMS-STMT-4',
    'takes a statement without the type of its predicate',
    other('statement', '', { required: ['_type', 'subject', 'predicate'] }),
  ),
  mutant(
    'lenient/root-digest-any',
    'OMS-ROOT-3',
    'does not look at the root digest at all',
    lax('statement', '/$defs/rootDigest/properties', 'sha256'),
    core('format/statement.ts', 'rootDigest: subject.digest.sha256,', 'rootDigest: String(subject.digest.sha256),'),
    core('format/manifest.ts', 'if (actual !== manifest.rootDigest) {', 'if (actual === undefined) {'),
  ),
  mutant(
    'lenient/subject-name-any',
    ['OMS-SUBJECT-4', 'OMS-SUBJECT-2', 'OMS-STMT-6'],
    'takes a subject without a name',
    other('statement', '/$defs/subject', { required: ['digest'] }),
    lax('statement', '/$defs/subject/properties', 'name'),
  ),
  mutant(
    'lenient/second-subject-unread',
    'OMS-SUBJECT-2',
    'does not look at what follows the first subject',
    lax('statement', '/properties/subject', 'maxItems', 'items'),
  ),
  mutant(
    'lenient/algorithm-unknown',
    ['OMS-ALG-2', 'OMS-ALG-1', 'OMS-CONF-4'],
    'takes an algorithm that it does not know for SHA-256',
    lax('predicate', '/$defs/algorithm', 'enum'),
    other('predicate', '/$defs/plainAlgorithm', { not: { pattern: '^never$' } }),
    core(
      'node/hashing/algorithms.ts',
      '    default:\n',
      "    default:\n      if (name) return nodeAlgorithm('sha256', 'sha256');\n      return nodeAlgorithm('sha256', 'sha256');\n",
    ),
  ),
  mutant(
    'lenient/any-signer',
    ['OMS-KEY-3', 'OMS-KEY-4', 'OMS-DSSE-10'],
    'asks neither for the right key nor for a signature that holds',
    core('signer.ts', 'if (hint === undefined || hint === key.hint) return;', 'return;'),
    core('signer.ts', verifyIf, 'if (signature.length > 0) return;'),
  ),
];
