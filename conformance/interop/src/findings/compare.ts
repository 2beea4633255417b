/**
 * Counts the results of reports by what their vectors rest on, so that a run can be compared with an earlier one, of an earlier
 * form: `node compare.ts [--basis FILE] LABEL=REPORT…`. The file gives the basis of each vector for reports that do not state it.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { markdownTable, type Row, tally } from './tally.ts';

/** A report of any form, as far as it is read. */
interface AnyReport {
  readonly results: readonly {
    readonly id: string;
    readonly basis?: string;
    readonly state?: string;
    readonly verdicts?: { readonly clarified: { readonly state: string }; readonly public: { readonly state: string } };
  }[];
}

const USAGE = 'usage: node compare.ts [--basis FILE] LABEL=REPORT…';

function rowsOf(label: string, file: string, bases: ReadonlyMap<string, string>): Row[] {
  const { results }: AnyReport = JSON.parse(readFileSync(file, 'utf8'));
  return results.map(({ id, basis, state, verdicts }) => {
    const found = basis ?? bases.get(id);
    if (found === undefined) throw new Error(`${label}: nothing says what ${id} rests on; give a file with --basis`);
    // A verdict that does not grade a vector observes it, and the other one has its state.
    const shown = verdicts
      ? (verdicts.public.state === 'observed' ? verdicts.clarified : verdicts.public).state
      : state;
    return { label, basis: found, state: shown ?? '' };
  });
}

/** Null for words that are no command line of this program. */
function readWords(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { basis: { type: 'string' } }, allowPositionals: true });
  } catch {
    return null;
  }
}

function main(args: readonly string[]): number {
  const { values, positionals } = readWords(args) ?? { values: {}, positionals: [] };
  if (positionals.length === 0 || positionals.some((each) => !each.includes('='))) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const bases = new Map<string, string>(
    values.basis ? Object.entries(JSON.parse(readFileSync(values.basis, 'utf8'))) : [],
  );
  const rows = positionals.flatMap((each) => {
    const at = each.indexOf('=');
    return rowsOf(each.slice(0, at), each.slice(at + 1), bases);
  });
  process.stdout.write(markdownTable(tally(rows)));
  return 0;
}

process.exitCode = main(process.argv.slice(2));
