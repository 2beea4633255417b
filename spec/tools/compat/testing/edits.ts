import type { Loose } from '../../example-documents.ts';

/** The four schemas, for tests to change. */
export interface LooseSchemas {
  readonly predicate: Loose;
  readonly statement: Loose;
  readonly envelope: Loose;
  readonly bundle: Loose;
}

/** The effect of an edit, worked out by hand from the meaning of JSON Schema. */
export type Truth = 'narrower' | 'wider' | 'both' | 'none';

/** An edit of the schemas: its description, its effect, and the edit itself. */
export type Edit = readonly [what: string, truth: Truth, edit: (schemas: LooseSchemas) => void];

const predicateEdits: Edit[] = [
  ['a new optional member with a type', 'narrower', (s) => (s.predicate.properties.annotations = { type: 'object' })],
  ['a new optional member that may be anything', 'none', (s) => (s.predicate.properties.annotations = true)],
  ['a new required member', 'narrower', (s) => s.predicate.required.push('annotations')],
  ['a member that need not be there', 'wider', (s) => (s.predicate.required = ['serialization'])],
  ['a closed object', 'narrower', (s) => (s.predicate.additionalProperties = false)],
  ['an opened object', 'wider', (s) => delete s.predicate.$defs.produced.allOf[1].additionalProperties],
  ['members of one type only', 'narrower', (s) => (s.predicate.additionalProperties = { type: ['object', 'array'] })],
  ['no resources', 'wider', (s) => (s.predicate.properties.resources.minItems = 0)],
  ['at least two resources', 'narrower', (s) => (s.predicate.properties.resources.minItems = 2)],
  ['at most three resources', 'narrower', (s) => (s.predicate.properties.resources.maxItems = 3)],
  ['a new algorithm', 'wider', (s) => s.predicate.$defs.algorithm.enum.push('sha512')],
  ['a removed algorithm', 'narrower', (s) => (s.predicate.$defs.algorithm.enum = ['sha256', 'blake3'])],
  ['an algorithm renamed', 'both', (s) => (s.predicate.$defs.algorithm.enum = ['sha256', 'blake2b', 'blake3-256'])],
  ['the same algorithms in another order', 'none', (s) => s.predicate.$defs.algorithm.enum.reverse()],
  ['an enum become a string', 'wider', (s) => (s.predicate.$defs.algorithm = { type: 'string' })],
  [
    'an enum become a const',
    'narrower',
    (s) => (s.predicate.$defs.serialization.properties.method = { const: 'files' }),
  ],
  ['a longer digest allowed', 'wider', (s) => (s.predicate.$defs.hex256.pattern = '^[0-9a-f]{64,66}$')],
  ['capital digits allowed', 'wider', (s) => (s.predicate.$defs.hex256.pattern = '^[0-9a-fA-F]{64}$')],
  ['a shorter digest instead', 'both', (s) => (s.predicate.$defs.hex512.pattern = '^[0-9a-f]{96}$')],
  ['a pattern removed', 'wider', (s) => delete s.predicate.$defs.hex512.pattern],
  ['a pattern added', 'narrower', (s) => (s.predicate.$defs.resourceName.pattern = '^[a-zA-Z0-9./:-]+$')],
  ['a pattern spelled otherwise', 'none', (s) => (s.predicate.$defs.hex256.pattern = '^[a-f0-9]{64}$')],
  [
    'a smaller greatest shard',
    'narrower',
    (s) => (s.predicate.$defs.serialization.properties.shard_size.maximum = 2 ** 40),
  ],
  ['a smaller least shard', 'wider', (s) => (s.predicate.$defs.serialization.properties.shard_size.minimum = 0)],
  ['fractions of bytes', 'wider', (s) => (s.predicate.$defs.serialization.properties.shard_size.type = 'number')],
  ['a condition without its else', 'wider', (s) => delete s.predicate.allOf[3].else],
  ['an else added', 'narrower', (s) => (s.predicate.allOf[0].else = { required: ['annotations'] })],
  [
    'a then that requires more',
    'narrower',
    (s) => s.predicate.$defs.serialization.allOf[0].then.required.push('ignore_paths'),
  ],
  ['an if that applies to more', 'narrower', (s) => (s.predicate.$defs.serialization.allOf[0].if = true)],
  [
    'an if that applies to another value',
    'both',
    (s) => (s.predicate.$defs.sharded.properties.serialization.properties.method.const = 'files'),
  ],
  ['a whole condition removed', 'wider', (s) => s.predicate.allOf.splice(1, 1)],
  ['an alternative removed', 'narrower', (s) => s.predicate.$defs.resourceName.anyOf.pop()],
  ['an alternative added', 'wider', (s) => s.predicate.$defs.resourceName.anyOf.push({ const: '..' })],
  ['alternatives in another order', 'none', (s) => s.predicate.$defs.resourceName.anyOf.reverse()],
  ['a not that refuses more', 'narrower', (s) => (s.predicate.$defs.plainAlgorithm.not.pattern = '[-0-9]')],
  ['a not removed', 'wider', (s) => delete s.predicate.$defs.ignorePath.not],
  ['a definition renamed', 'none', (s) => renameDefinition(s.predicate, 'hex256', 'digest256')],
  ['a member said to be refused', 'narrower', (s) => (s.predicate.properties.signature = false)],
];

const statementEdits: Edit[] = [
  ['another const', 'both', (s) => (s.statement.properties._type.const = 'https://in-toto.io/Statement/v2')],
  [
    'a const become an enum',
    'wider',
    (s) => (s.statement.properties._type = { enum: [s.statement.properties._type.const, 'v2'] }),
  ],
  ['a const removed', 'wider', (s) => delete s.statement.properties._type.const],
  ['several subjects', 'wider', (s) => delete s.statement.properties.subject.maxItems],
  ['an empty name', 'wider', (s) => (s.statement.$defs.subject.properties.name.minLength = 0)],
  ['a greatest length', 'narrower', (s) => (s.statement.$defs.subject.properties.name.maxLength = 255)],
  ['another digest required', 'narrower', (s) => s.statement.$defs.rootDigest.required.push('sha512')],
  [
    'a required member moved into allOf',
    'none',
    (s) => {
      s.statement.required.pop();
      s.statement.allOf = [{ required: ['predicate'] }];
    },
  ],
  ['a reference to another file that leads to less', 'wider', (s) => delete s.statement.properties.predicate.$ref],
  [
    'a referenced file that requires more',
    'narrower',
    (s) => s.predicate.$defs.resourceDescriptor.required.push('size'),
  ],
  [
    'a member of the producer removed',
    'narrower',
    (s) => delete s.statement.$defs.produced.allOf[1].properties.subject,
  ],
];

const envelopeEdits: Edit[] = [
  ['standard Base64 alone', 'narrower', (s) => (s.envelope.$defs.base64.pattern = '^[A-Za-z0-9+/]+={0,2}$')],
  [
    'a key identifier that is a string',
    'narrower',
    (s) => (s.envelope.$defs.signature.properties.keyid.type = 'string'),
  ],
  ['a key identifier of any type', 'wider', (s) => delete s.envelope.$defs.signature.properties.keyid.type],
  ['two signatures', 'wider', (s) => (s.envelope.properties.signatures.maxItems = 2)],
  ['unique signatures', 'none', (s) => (s.envelope.properties.signatures.uniqueItems = true)],
  [
    'a producer that may write null as keyid',
    'wider',
    (s) => delete s.envelope.$defs.produced.allOf[1].properties.signatures.items.properties.keyid.type,
  ],
  [
    'a reference replaced by what it leads to',
    'none',
    (s) => (s.envelope.properties.payload = structuredClone(s.envelope.$defs.base64)),
  ],
  ['names of members by a pattern', 'narrower', (s) => (s.envelope.propertyNames = { pattern: '^[a-zA-Z]+$' })],
  [
    'a member required beside another',
    'narrower',
    (s) => (s.envelope.$defs.signature.dependentRequired = { sig: ['keyid'] }),
  ],
  ['members closed by unevaluatedProperties', 'narrower', (s) => (s.envelope.unevaluatedProperties = false)],
];

const bundleEdits: Edit[] = [
  ['a fourth method', 'both', (s) => s.bundle.$defs.verificationMaterial.oneOf.push({ required: ['kms'] })],
  ['a method removed', 'both', (s) => s.bundle.$defs.verificationMaterial.oneOf.pop()],
  [
    'methods side by side',
    'wider',
    (s) => {
      s.bundle.$defs.verificationMaterial.anyOf = s.bundle.$defs.verificationMaterial.oneOf;
      delete s.bundle.$defs.verificationMaterial.oneOf;
    },
  ],
  [
    'a later media type as well',
    'wider',
    (s) =>
      (s.bundle.properties.mediaType = {
        enum: [...s.bundle.properties.mediaType.enum, 'application/vnd.dev.sigstore.bundle.v0.4+json'],
      }),
  ],
  ['a hint of one form', 'narrower', (s) => (s.bundle.$defs.publicKey.properties.hint.pattern = '^[0-9a-f]{40}$')],
  ['a log entry without a proof', 'wider', (s) => delete s.bundle.$defs.logEntry.anyOf],
  ['a log entry with a proof only', 'narrower', (s) => s.bundle.$defs.logEntry.anyOf.pop()],
  [
    'a definition in another file that allows more',
    'wider',
    (s) => (s.envelope.$defs.base64.pattern = '^[A-Za-z0-9+/ _-]+={0,2}$'),
  ],
  [
    'a reference to another definition',
    'wider',
    (s) => (s.bundle.$defs.publicKey.properties.rawBytes.$ref = '#/$defs/publicKey/properties/hint'),
  ],
  [
    'no log entry for the method sigstore',
    'wider',
    (s) => (s.bundle.$defs.verificationMaterial.then.properties.tlogEntries.minItems = 0),
  ],
  [
    'a producer that may write rawBytes',
    'wider',
    (s) =>
      delete s.bundle.$defs.produced.allOf[1].properties.verificationMaterial.properties.publicKey.properties.rawBytes,
  ],
  ['entries as an object', 'both', (s) => (s.bundle.$defs.verificationMaterial.properties.tlogEntries.type = 'object')],
  ['a description', 'none', (s) => (s.bundle.$defs.publicKey.description = 'a key')],
  [
    'contains and its bounds',
    'narrower',
    (s) => (s.bundle.$defs.x509CertificateChain.properties.certificates.contains = { required: ['rawBytes', 'leaf'] }),
  ],
  ['an unknown keyword', 'none', (s) => (s.bundle.$defs.publicKey.keyStrength = 128)],
];

/** Edits of all four schemas. */
export const edits: readonly Edit[] = [...predicateEdits, ...statementEdits, ...envelopeEdits, ...bundleEdits];

function renameDefinition(schema: Loose, from: string, to: string): void {
  schema.$defs[to] = schema.$defs[from];
  delete schema.$defs[from];
  const walk = (part: Loose): void => {
    if (typeof part !== 'object' || part === null) return;
    if (part.$ref === `#/$defs/${from}`) part.$ref = `#/$defs/${to}`;
    for (const each of Object.values(part)) walk(each);
  };
  walk(schema);
}
