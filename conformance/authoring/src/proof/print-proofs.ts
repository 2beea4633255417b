/** Prints how it is known of each refused vector, or of those that are named, that it has one fault. */
import { loadAllVectors } from '../../../suite/src/vectors/load.ts';
import { proveOneFault } from './one-fault.ts';

const loaded = loadAllVectors();
const byId = new Map(loaded.map((each) => [each.vector.id, each]));
const asked = process.argv.slice(2);
const unknown = asked.filter((id) => !byId.has(id));

if (unknown.length > 0) {
  process.stderr.write(`proofs: there is no vector ${unknown.join(', ')}; generate the vectors first\n`);
  process.exitCode = 2;
} else {
  for (const each of asked.length > 0 ? asked.flatMap((id) => byId.get(id) ?? []) : loaded) {
    const { id, expect, heavy, control } = each.vector;
    if (expect.outcome !== 'reject' || heavy) {
      if (asked.length > 0) process.stdout.write(`${id} is not refused, or too large to be judged here\n`);
      continue;
    }
    const proof = proveOneFault(each, byId.get(control ?? ''));
    if (typeof proof === 'string') process.exitCode = 1;
    const said =
      typeof proof === 'string'
        ? `not proven: ${proof}`
        : proof.by === 'check'
          ? `accepted without the check that "${proof.check}" leaves out`
          : `differs from ${control} in ${proof.place.trim()} alone`;
    process.stdout.write(`${id}: ${said}\n`);
  }
}
