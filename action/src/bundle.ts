/** Bundles the command, with what starts it, into files that Node starts without anything that is installed. */
import path from 'node:path';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';

const root = path.resolve(import.meta.dirname, '../..');

/** What is bundled, and what it does without. */
export interface BundlePlan {
  /** What the message of a missing package calls the bundle. */
  readonly title: string;
  /** What is bundled, each in one file, by its path in the repository. */
  readonly entries: Readonly<Record<string, string>>;
  /** Packages that the bundle has not and does not look for, with what the command imports from each by name. */
  readonly absent: Readonly<Record<string, readonly string[]>>;
  /** Modules that others take the place of, by their paths in the repository. */
  readonly replaced?: Readonly<Record<string, string>>;
}

const ofTheAction: BundlePlan = {
  title: 'the action',
  // All but the hashing threads, and what each kind of those loads.
  entries: {
    index: 'action/src/index.ts',
    worker: 'packages/core/dist/node/hashing/worker.js',
    'stream-worker': 'packages/core/dist/node/hashing/stream-worker.js',
  },
  // They are compiled for one platform, or of no use in a job. What lies in the folders above an action is not part of it.
  absent: {
    '@bomb.sh/tab': ['RootCommand'],
    '@model-signing/native': ['loadBinding', 'nativeEngine'],
    '@model-signing/pkcs11': [],
    '@napi-rs/blake-hash': [],
    // The schemas of claims, and what reads them: the actions attest nothing, and they are as large as half of the rest.
    './predicate-schemas.ts': [],
  },
};

const ABSENT = '\0absent:';

function withoutPackages({ title, absent }: BundlePlan): Plugin {
  return {
    name: 'without-packages',
    resolveId: (name) => (Object.hasOwn(absent, name) ? `${ABSENT}${name}` : null),
    load(id) {
      if (!id.startsWith(ABSENT)) return null;
      const name = id.slice(ABSENT.length);
      return absentModule(`${title} does not have ${name}`, absent[name] ?? []);
    },
  };
}

function withReplaced({ replaced = {} }: BundlePlan): Plugin {
  const others = new Map(
    Object.entries(replaced).map((pair) => pair.map((file) => path.join(root, file)) as [string, string]),
  );
  return {
    name: 'with-replaced-modules',
    async resolveId(name, importer, options) {
      if (importer === undefined) return null;
      const resolved = await this.resolve(name, importer, { ...options, skipSelf: true });
      return resolved === null ? null : (others.get(resolved.id) ?? null);
    },
  };
}

/** Fails when it is imported, or, if something imports it before it knows whether it needs it, when it is used. */
function absentModule(text: string, names: readonly string[]): string {
  const error = `Object.assign(new Error(${JSON.stringify(text)}), { code: 'ERR_MODULE_NOT_FOUND' })`;
  if (names.length === 0) return `throw ${error};\nexport {};`;
  return names.map((one) => `export function ${one}() { throw ${error}; }`).join('\n');
}

/** A file of the bundle. */
export interface BundledFile {
  readonly name: string;
  readonly text: string;
}

/** The bundle, and the folders of the packages of others that are in it. The same sources always make the same bundle. */
export async function bundle(plan: BundlePlan = ofTheAction): Promise<{
  readonly files: readonly BundledFile[];
  readonly packages: readonly string[];
}> {
  const files: BundledFile[] = [];
  const packages = new Set<string>();
  for (const [name, input] of Object.entries(plan.entries)) {
    const { code, moduleIds } = await bundled(name, input, plan);
    files.push({ name: `${name}.cjs`, text: code });
    for (const id of moduleIds) {
      const found = packageOf(id);
      if (found !== null) packages.add(found);
    }
  }
  return { files, packages: [...packages].sort() };
}

async function bundled(name: string, input: string, plan: BundlePlan): Promise<OutputChunk> {
  const built = await rolldown({
    cwd: root,
    input: { [name]: input },
    platform: 'node',
    plugins: [withoutPackages(plan), ...(plan.replaced ? [withReplaced(plan)] : [])],
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
