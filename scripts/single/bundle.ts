// The command in the form in which it is put into one program: a main script, and the scripts of its threads.
import { isBuiltin } from 'node:module';
import { type BundlePlan, bundle } from '../../action/src/bundle.ts';

const THREADS = 'packages/core/dist/node/hashing';

const plan: BundlePlan = {
  title: 'this program in one file',
  entries: {
    main: 'scripts/single/program/entry.ts',
    worker: `${THREADS}/worker.js`,
    'stream-worker': `${THREADS}/stream-worker.js`,
    'range-worker': `${THREADS}/range-worker.js`,
  },
  // Both are compiled, and the native engine in the program hashes BLAKE as well.
  absent: { '@model-signing/pkcs11': [], '@napi-rs/blake-hash': [] },
  replaced: {
    [`${THREADS}/start-worker.js`]: 'scripts/single/program/start-worker.ts',
    'packages/native/dist/load.js': 'scripts/single/program/load.ts',
  },
};

/** The scripts and the packages of others in them. @throws {Error} if a script would load a file */
export async function bundleProgram(): ReturnType<typeof bundle> {
  const made = await bundle(plan);
  for (const { name, text } of made.files) {
    const outside = loadedBy(text).filter((each) => !isBuiltin(each));
    if (outside.length > 0) throw new Error(`${name} loads ${outside.join(', ')}, which is not in the program`);
  }
  return made;
}

/**
 * What a script names in calls of `require` and `import`. What follows a backtick is no call: it is text, such as that of ajv, which can
 * write such calls into files and is not asked to.
 */
export function loadedBy(text: string): string[] {
  return [...text.matchAll(/(?<!`)\b(?:require|import)\(["']([^"']+)["']\)/g)].map(([, name = '']) => name);
}
