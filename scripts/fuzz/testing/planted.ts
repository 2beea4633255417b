import { writeSync } from 'node:fs';
import { accepted, refusalBy, refused, type Target, type Verdict, WrongVerdict } from '../target.ts';

// Targets with one defect each, which the fuzzer must find, and one without.

/** Takes an octet. The octet 7, which is the eighth seed, meets the defect. */
function planted(name: string, defect: () => Verdict | Promise<Verdict>): () => Promise<Target> {
  return async () => ({
    name,
    description: `a target with a planted defect: ${name}`,
    seeds: () => Array.from({ length: 10 }, (_, octet) => Buffer.of(octet)),
    generate: (random) => Buffer.of(8 + random.below(100)),
    mutate: (_, random) => Buffer.of(8 + random.below(100)),
    check: (input) => (input[0] === 7 ? defect() : refused('odd', String(input[0]))),
  });
}

/** What the check of a target throws when something is accepted that must not be. */
function acceptsWrongly(): Verdict {
  throw new WrongVerdict('accepted what must be refused');
}

function throwsUntyped(): Verdict {
  try {
    return accepted(String((null as unknown as { readonly length: number }).length));
  } catch (error) {
    return refusalBy(error);
  }
}

function hangs(): Verdict {
  for (;;) {
    // It never ends, and nothing else in this process runs.
  }
}

function tellsAndHangs(): Verdict {
  writeSync(1, `process ${process.pid} hangs\n`);
  return hangs();
}

function neverSettles(): Promise<Verdict> {
  return new Promise(() => {});
}

function allocates(): Verdict {
  const bytes = Buffer.alloc(600 * 2 ** 20, 1);
  return accepted(String(bytes.length));
}

function fillsTheHeap(): Verdict {
  const lists: number[][] = [];
  for (;;) lists.push(new Array(1_000_000).fill(lists.length + 0.5));
}

function rejectsLater(): Promise<Verdict> {
  void Promise.reject(new Error('of which nothing is told'));
  return new Promise((resolve) => setTimeout(() => resolve(accepted()), 10));
}

function dies(): Verdict {
  process.kill(process.pid, 'SIGKILL');
  return hangs();
}

export const targets: Readonly<Record<string, () => Promise<Target>>> = {
  none: planted('none', accepted),
  'accepts-wrongly': planted('accepts-wrongly', acceptsWrongly),
  'throws-untyped': planted('throws-untyped', throwsUntyped),
  hangs: planted('hangs', hangs),
  'tells-and-hangs': planted('tells-and-hangs', tellsAndHangs),
  'never-settles': planted('never-settles', neverSettles),
  allocates: planted('allocates', allocates),
  'fills-the-heap': planted('fills-the-heap', fillsTheHeap),
  'rejects-later': planted('rejects-later', rejectsLater),
  dies: planted('dies', dies),
};
