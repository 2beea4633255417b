/** Bundles the actions and the command into files that a runner starts without installing anything. */
import path from 'node:path';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';

const root = path.resolve(import.meta.dirname, '../..');

/** What is bundled, each in one file: all but the hashing threads, and what each kind of those loads. */
const entries: Readonly<Record<string, string>> = {
  index: 'action/src/index.ts',
  worker: 'packages/core/dist/node/hashing/worker.js',
  'stream-worker': 'packages/core/dist/node/hashing/stream-worker.js',
};

/**
 * Packages that are compiled for one platform, or of no use in a job, with what the command imports from each by name. The bundle
 * has none of them and looks for none, because what lies in the folders above an action is not part of it.
 */
const absent: Readonly<Record<string, readonly string[]>> = {
  '@bomb.sh/tab': ['RootCommand'],
  '@model-signing/native': ['loadBinding', 'nativeEngine'],
  '@model-signing/pkcs11': [],
  '@napi-rs/blake-hash': [],
  // The schemas of claims, and what reads them: the actions attest nothing, and they are as large as half of the rest.
  './predicate-schemas.ts': [],
};

const ABSENT = '\0absent:';

const withoutThem: Plugin = {
  name: 'without-packages',
  resolveId: (name) => (Object.hasOwn(absent, name) ? `${ABSENT}${name}` : null),
  load: (id) => (id.startsWith(ABSENT) ? absentModule(id.slice(ABSENT.length)) : null),
};

/** Fails when it is imported, or, if something imports it before it knows whether it needs it, when it is used. */
function absentModule(name: string): string {
  const message = JSON.stringify(`the action does not have ${name}`);
  const error = `Object.assign(new Error(${message}), { code: 'ERR_MODULE_NOT_FOUND' })`;
  const names = absent[name] ?? [];
  if (names.length === 0) return `throw ${error};\nexport {};`;
  return names.map((one) => `export function ${one}() { throw ${error}; }`).join('\n');
}

/** A file of the bundle. */
export interface BundledFile {
  readonly name: string;
  readonly text: string;
}

/** The bundle, and the folders of the packages of others that are in it. The same sources always make the same bundle. */
export async function bundle(): Promise<{
  readonly files: readonly BundledFile[];
  readonly packages: readonly string[];
}> {
  const files: BundledFile[] = [];
  const packages = new Set<string>();
  for (const [name, input] of Object.entries(entries)) {
    const { code, moduleIds } = await bundled(name, input);
    files.push({ name: `${name}.cjs`, text: code });
    for (const id of moduleIds) {
      const found = packageOf(id);
      if (found !== null) packages.add(found);
    }
  }
  return { files, packages: [...packages].sort() };
}

async function bundled(name: string, input: string): Promise<OutputChunk> {
  const built = await rolldown({
    cwd: root,
    input: { [name]: input },
    platform: 'node',
    plugins: [withoutThem],
    experimental: { attachDebugInfo: 'none' },
    logLevel: 'warn',
  });
  try {
    const { output } = await built.generate({
      format: 'cjs',
      codeSplitting: false,
      comments: { legal: true, jsdoc: false, annotation: false },
    });
    const [chunk, ...others] = output;
    if (others.length > 0) throw new Error(`${name} is not bundled in one file`);
    return chunk;
  } finally {
    await built.close();
  }
}

/** The folder of the installed package that a module is of, relative to the root; null for a module of this repository. */
function packageOf(id: string): string | null {
  const relative = path.relative(root, id).replaceAll(path.sep, '/');
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(relative)?.[0] ?? null;
}
