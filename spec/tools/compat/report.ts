import { layoutOf, SPEC_FOLDER, textIn } from '../layout.ts';
import { readSchemaDocuments } from '../schema-documents.ts';
import { findVersion } from '../versions.ts';
import { changeName, directionOf } from './changes.ts';
import { compareVersions, type ShownChange } from './compare-versions.ts';
import { seedsOf } from './seeds.ts';

/** What is compared: an earlier and a later version. */
export interface Comparison {
  readonly earlier: string;
  readonly later: string;
  readonly changes: readonly ShownChange[];
}

/** Compares two versions of the format, starting from the examples of both. */
export function compatibility(earlier: string, later: string, folder: string = SPEC_FOLDER): Comparison {
  const [before, after] = [examplesOf(earlier, folder), examplesOf(later, folder)];
  return {
    earlier: before.layout.version,
    later: after.layout.version,
    changes: compareVersions(before.schemas, after.schemas, seedsOf([before, after])),
  };
}

function examplesOf(name: string, folder: string) {
  const layout = layoutOf(findVersion(name, folder).version, folder);
  return { layout, schemas: readSchemaDocuments(layout), textOf: (path: string) => textIn(folder, path) };
}

/** The comparison for a terminal. */
export function formatComparison({ earlier, later, changes }: Comparison): string {
  if (changes.length === 0) return `${earlier} and ${later} accept the same documents, except for the predicate type.`;
  const parts = changes.map((change) => formatChange(change, earlier, later));
  const count = (effect: 'backward' | 'forward') => changes.filter((change) => change[effect]).length;
  const summary = [
    `${changes.length} ${changes.length === 1 ? 'change' : 'changes'} from ${earlier} to ${later}, the predicate type aside:`,
    `${count('backward')} may refuse what ${earlier} accepts, ${count('forward')} may accept what ${earlier} refuses.`,
  ];
  return [...parts, summary.join(' ')].join('\n\n');
}

function formatChange(change: ShownChange, earlier: string, later: string): string {
  const { witnesses, view, document } = change;
  const what = `${view === 'accepted' ? 'a verifier accepts' : 'a producer writes'} as ${document === 'envelope' ? 'an' : 'a'} ${document}`;
  const lines = [
    `${directionOf(change)}: ${changeName(change)}`,
    `  ${change.message}, for ${pointerOf(change)}: what ${what}`,
  ];
  const directions = [
    ['backward', `accepted by ${earlier}, refused by ${later}`],
    ['forward', `refused by ${earlier}, accepted by ${later}`],
  ] as const;
  for (const [effect, meaning] of directions) {
    if (!change[effect]) continue;
    const found = witnesses[effect];
    lines.push(found === undefined ? `  ${meaning}: no document was found` : `  ${meaning}:\n${shown(found)}`);
  }
  return lines.join('\n');
}

function pointerOf({ instance }: ShownChange): string {
  return instance.length === 0 ? 'the document' : `/${instance.join('/')}`;
}

const LONGEST = 1200;

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return `    ${text.length > LONGEST ? `${text.slice(0, LONGEST)}… (--json shows all of it)` : text}`;
}
