import { createPublicKey } from 'node:crypto';
import { exampleEnvelope, keyHint } from './example-envelope.ts';
import { exampleSubjects, filesPredicate, shardsPredicate } from './example-model.ts';
import { type Layout, readText, textIn } from './layout.ts';
import { partAt, readSchemaDocuments } from './schema-documents.ts';

/** The shard size of the example: small enough that the largest file of the model has two shards. */
const SHARD_SIZE = 64;

/** Every JSON file of the examples, made from the example model and its test key. */
export function exampleFiles(layout: Layout): Map<string, string> {
  const { folder, examples, version } = layout;
  const model = `${folder}${examples}/model`;
  const annotations = textIn(folder, `${examples}/annotations.json`);
  const predicate = { ...filesPredicate(model), ...(annotations && { annotations: JSON.parse(annotations) }) };
  const { statement: schema } = readSchemaDocuments(layout);
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: exampleSubjects('model', predicate, version, schema),
    predicateType: partAt(schema, '/properties/predicateType/const'),
    predicate,
  };
  const privateKey = readText(`${examples}/test-key.pem`, folder);
  const envelope = exampleEnvelope(Buffer.from(JSON.stringify(statement)), privateKey, earlierSignature(layout));
  const bundle = {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: keyHint(createPublicKey(privateKey)) }, tlogEntries: [] },
    dsseEnvelope: envelope,
  };
  const documents = {
    'predicate-files': predicate,
    'predicate-shards': shardsPredicate(model, SHARD_SIZE),
    statement,
    envelope,
    'bundle-key': bundle,
  };
  return new Map(Object.entries(documents).map(([name, value]) => [`${examples}/${name}.json`, exampleText(value)]));
}

/** JSON as people write it: indented, but short lists of strings in one line. */
function exampleText(value: unknown): string {
  const text = JSON.stringify(value, null, 2).replaceAll(
    /\[\s+("[^"]*"(?:,\s+"[^"]*")*)\s+\]/g,
    (_list, items: string) => {
      return `[${items.replaceAll(/,\s+/g, ', ')}]`;
    },
  );
  return `${text}\n`;
}

/** The prose with the content of each fenced example replaced by the file it names. */
export function withExamples(prose: string, { examples }: Layout, files: ReadonlyMap<string, string>): string {
  return prose.replaceAll(
    /(```json file=(\S+)[^\n]*\n)[\s\S]*?(```)/g,
    (all, open: string, file: string, close: string) => {
      const content = files.get(`${examples}/${file}`);
      return content === undefined ? all : `${open}${content}${close}`;
    },
  );
}

function earlierSignature({ folder, examples }: Layout): string | null {
  const text = textIn(folder, `${examples}/envelope.json`);
  if (text === null) return null;
  const signature = partAt(JSON.parse(text), '/signatures/0/sig');
  return typeof signature === 'string' ? signature : null;
}
