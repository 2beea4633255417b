// Hashes the files of a folder in a process that is restricted: ENGINE RESTRICTION FOLDER. Prints the outcome as JSON.
import { closeSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { defaultEngine, type HashJob, isOmsError } from '@model-signing/core';
import { engines } from './engines.ts';

const [index, restriction = '', folder = ''] = process.argv.slice(2);
const { engine } = engines[Number(index)] ?? { engine: defaultEngine };

const jobs = readdirSync(folder)
  .sort()
  .map((name): HashJob => {
    const at = path.join(folder, name);
    return { file: { name, size: statSync(at).size, content: { path: at } }, start: 0, end: null };
  });

const hash = () => engine.hash(jobs, { algorithm: 'sha256', threads: 4 });

/** What may restrict the process; each returns how many files it has opened. */
const restrictions: Readonly<Record<string, () => number>> = {
  none: () => 0,
  'few descriptors': () => openAllExcept(12),
  'no descriptors': () => openAllExcept(0),
  'another user': () => {
    process.seteuid?.(65_534);
    return 0;
  },
};

function openAllExcept(left: number): number {
  const open: number[] = [];
  try {
    for (;;) open.push(openSync('/dev/null', 'r'));
  } catch {}
  for (const descriptor of open.splice(0, left)) closeSync(descriptor);
  return open.length;
}

async function outcome() {
  try {
    return { digests: await hash() };
  } catch (error) {
    return isOmsError(error) ? { code: error.code, message: error.message } : { bug: String(error) };
  }
}

const before = await outcome(); // whatever is loaded later might be out of reach
const open = restrictions[restriction]?.();
writeSync(1, JSON.stringify({ before, open, after: await outcome() }));
process.exit();
