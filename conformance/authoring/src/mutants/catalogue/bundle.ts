import { core, lax, type Mutant, mutant, other } from '../mutant.ts';

/** Defects in reading the bundle: sections 2 and 3. */
export const bundleMutants: readonly Mutant[] = [
  mutant(
    'bundle/media-type-any',
    'OMS-BUNDLE-3',
    'takes any media type',
    lax('bundle', '/properties/mediaType', 'const'),
  ),
  mutant(
    'bundle/media-type-prefix',
    'OMS-BUNDLE-3',
    'compares the beginning of the media type only',
    lax('bundle', '/properties/mediaType', 'const'),
    other('bundle', '/properties/mediaType', {
      type: 'string',
      pattern: '^application/vnd\\.dev\\.sigstore\\.bundle\\.v0\\.3\\+json',
    }),
  ),
  mutant('bundle/media-type-absent', 'OMS-BUNDLE-3', 'takes a bundle without a media type', lax('bundle', '', 'allOf')),
  mutant(
    'bundle/media-type-older',
    'OMS-BUNDLE-3',
    'takes the media types of earlier Sigstore bundles',
    lax('bundle', '/properties/mediaType', 'const'),
    other('bundle', '/properties/mediaType', {
      enum: [
        'application/vnd.dev.sigstore.bundle.v0.3+json',
        'application/vnd.dev.sigstore.bundle+json;version=0.3',
        'application/vnd.dev.sigstore.bundle+json;version=0.2',
        'application/vnd.dev.sigstore.bundle+json;version=0.1',
      ],
    }),
  ),
  mutant(
    'bundle/unknown-members-refused',
    'OMS-BUNDLE-7',
    'refuses members of the bundle that it does not know',
    other('bundle', '', { additionalProperties: false }),
  ),
  mutant(
    'json/duplicate-member',
    'OMS-JSON-1',
    'lets the last of two members of one name count',
    core('format/encoding.ts', 'if (members.has(name)) {', 'if (members.has(name) && false) {'),
  ),
  mutant(
    'json/duplicate-member-escaped',
    'OMS-JSON-1',
    'compares names of members before their escapes are read',
    core(
      'format/encoding.ts',
      'if (memberNext) addMember(open.at(-1), stringValue(text.slice(i, end), escaped, document), document);',
      'if (memberNext) addMember(open.at(-1), text.slice(i + 1, end - 1), document);',
    ),
  ),
  mutant(
    'json/duplicate-member-statement',
    'OMS-JSON-1',
    'looks for members of one name in the bundle only',
    core('format/encoding.ts', 'if (members.has(name)) {', "if (members.has(name) && document === 'bundle') {"),
  ),
  mutant(
    'json/invalid-utf8',
    'OMS-JSON-2',
    'replaces bytes that are not UTF-8',
    core('format/encoding.ts', '{ fatal: true, ignoreBOM: true }', '{ fatal: false, ignoreBOM: true }'),
  ),
  mutant(
    'json/byte-order-mark',
    'OMS-JSON-2',
    'skips a byte order mark',
    core('format/encoding.ts', '{ fatal: true, ignoreBOM: true }', '{ fatal: true, ignoreBOM: false }'),
  ),
  mutant(
    'json/trailing-text',
    'OMS-JSON-2',
    'stops reading behind the last brace',
    core(
      'format/encoding.ts',
      'return JSON.parse(text);',
      "return JSON.parse(text.slice(0, text.lastIndexOf('}') + 1));",
    ),
  ),
  mutant(
    'json/second-value',
    'OMS-JSON-2',
    'reads the first of several lines',
    core('format/encoding.ts', 'return JSON.parse(text);', "return JSON.parse(text.split('\\n{')[0] as string);"),
  ),
  mutant(
    'json/unpaired-surrogate',
    'OMS-JSON-3',
    'takes strings with half of a surrogate pair',
    core('format/encoding.ts', 'if (!value.isWellFormed()) {', 'if (!value.isWellFormed() && false) {'),
  ),
  mutant(
    'json/exponent-refused',
    'OMS-JSON-4',
    'takes integers without an exponent only',
    core(
      'format/encoding.ts',
      'checkJson(text, document, limits);',
      "checkJson(text, document, limits);\n  if (document === 'statement' && /:\\s*-?[0-9.]+[eE]/.test(text)) throw notJson(document, null);",
    ),
  ),
  mutant(
    'base64/url-safe',
    'OMS-JSON-6',
    'takes the URL-safe alphabet',
    lax('envelope', '/$defs/base64', 'pattern'),
    core(
      'format/encoding.ts',
      'const padding = text.endsWith',
      "text = text.replaceAll('-', '+').replaceAll('_', '/');\n  const padding = text.endsWith",
    ),
  ),
  mutant(
    'base64/padding-missing',
    'OMS-JSON-6',
    'adds padding that is missing',
    core(
      'format/encoding.ts',
      'const padding = text.endsWith',
      "while (text.length % 4 !== 0) text += '=';\n  const padding = text.endsWith",
    ),
  ),
  mutant(
    'base64/white-space',
    'OMS-JSON-6',
    'skips white space',
    lax('envelope', '/$defs/base64', 'pattern'),
    core(
      'format/encoding.ts',
      'const padding = text.endsWith',
      "text = text.replace(/\\s/g, '');\n  const padding = text.endsWith",
    ),
  ),
  mutant(
    'base64/trailing-bits',
    'OMS-JSON-6',
    'drops bits behind the last byte',
    core('format/encoding.ts', "{ lastChunkHandling: 'strict' });", "{ lastChunkHandling: 'loose' } as never);"),
    core('format/encoding.ts', 'if (!bytes || text.length % 4 !== 0', 'if (!bytes || (text.length % 4 !== 0)'),
  ),
  mutant(
    'base64/garbage-skipped',
    'OMS-JSON-6',
    'skips characters that are not Base64',
    lax('envelope', '/$defs/base64', 'pattern'),
    core(
      'format/encoding.ts',
      'const padding = text.endsWith',
      "text = Buffer.from(text, 'base64').toString('base64');\n  const padding = text.endsWith",
    ),
  ),
  mutant(
    'limit/bundle-depth',
    'OMS-LIMIT-1',
    'reads JSON of any depth',
    core('format/encoding.ts', 'if (open.length > limits.maxDepth)', 'if (open.length > limits.maxDepth * 1e9)'),
  ),
  mutant(
    'method/several',
    'OMS-METHOD-2',
    'takes a bundle that names its signer in several ways',
    lax('bundle', '/$defs/verificationMaterial', 'oneOf'),
  ),
  mutant(
    'method/any-of',
    'OMS-METHOD-2',
    'asks for at least one way of naming the signer instead of exactly one',
    other('bundle', '/$defs/verificationMaterial', {
      oneOf: [{}],
      anyOf: [{ required: ['publicKey'] }, { required: ['x509CertificateChain'] }, { required: ['certificate'] }],
    }),
  ),
  mutant(
    'method/unchecked',
    'OMS-METHOD-3',
    'takes a bundle of another method than the one asked for',
    core('format/envelope.ts', 'if (method === verifier.method) return;', 'if (method !== undefined) return;'),
  ),
  mutant(
    'method/log-entries-required',
    'OMS-METHOD-5',
    'asks for tlogEntries whatever the method is',
    other('bundle', '/$defs/verificationMaterial', { required: ['tlogEntries'] }),
  ),
  mutant(
    'method/log-entries-checked',
    'OMS-METHOD-6',
    'looks into log entries that nobody asked for',
    other('bundle', '/$defs/verificationMaterial/properties/tlogEntries', { maxItems: 0 }),
  ),
  mutant(
    'method/timestamps-refused',
    'OMS-METHOD-8',
    'refuses timestamps beside a key',
    other('bundle', '/$defs/verificationMaterial/properties', { timestampVerificationData: { not: {} } }),
  ),
];
