import { schemaCompiler } from '../compile-validators.ts';
import { type Finding, lineOfText, type Material } from '../findings.ts';
import { LAYERS, type Layer } from '../layout.ts';
import { type Fence, jsonFences } from '../prose.ts';
import { isObject } from '../schema-documents.ts';
import { digestFaults, type ExampleFault, signatureFaults } from './example-digests.ts';

/** Every JSON example of the prose names its file and schema, equals the file, is what a producer writes, and is true. */
export function exampleFindings(material: Material): Finding[] {
  const documents = new Map<string, unknown>();
  const found = jsonFences(material.prose).flatMap((fence) => fenceFindings(fence, material, documents));
  const { examples } = material.layout;
  const modelFile = (name: string) => material.textOf(`${examples}/model/${name}`);
  const publicKey = material.textOf(`${examples}/test-key.pub.pem`);
  const faults = [
    ...digestFaults(material.layout.version, documents, modelFile),
    ...signatureFaults(documents, publicKey),
  ];
  return [...found, ...faults.map((fault) => faultFinding(fault, material))];
}

function fenceFindings(fence: Fence, material: Material, documents: Map<string, unknown>): Finding[] {
  const { file, schema, line, text } = fence;
  const report = (requirement: string | null, message: string, fix: string): Finding[] => [
    { path: material.layout.prose, line, requirement, message, fix },
  ];
  if (file === null || !isLayer(schema)) {
    return report(null, 'the example does not name its file and schema', 'Write ```json file=<name> schema=<layer>');
  }
  const content = material.textOf(`${material.layout.examples}/${file}`);
  if (content === null) return report(null, `there is no example ${file}`, 'Correct the name, or add the file');
  if (content !== `${text}\n`) return report(null, `the example differs from ${file}`, 'Run npm run fix');
  const document = parsed(text);
  if (document === undefined) return report(null, `${file} is not JSON`, 'Correct the file and run npm run fix');
  documents.set(file, document);
  const validate = schemaCompiler(material.schemas).getSchema(`${material.schemas[schema].$id}#/$defs/produced`);
  if (validate === undefined || validate(document)) return [];
  const error = validate.errors?.[0];
  const id = /^OMS-[A-Z0-9]+-\d+/.exec(String(error?.parentSchema?.$comment))?.[0] ?? null;
  return report(id, `${file} ${error?.instancePath} ${error?.message}`, 'Show what a producer writes');
}

function faultFinding({ file, needle, requirement, message }: ExampleFault, material: Material): Finding {
  const path = `${material.layout.examples}/${file}`;
  const line = lineOfText(material.textOf(path) ?? '', needle);
  return { path, line, requirement, message, fix: 'Run npm run fix' };
}

function isLayer(name: string | null): name is Layer {
  return LAYERS.some((layer) => layer === name);
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
