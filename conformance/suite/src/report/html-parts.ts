import { requirements } from '@model-signing/spec/requirements';
import { requirements as draftRequirements } from '@model-signing/spec/v1.1/requirements';
import type { Judgement } from '../run/judge.ts';
import type { AnyRequirement } from '../vectors/sentences.ts';
import type { Profile } from '../vectors/vector.ts';
import { isBinding, type VerdictName } from '../vectors/verdicts.ts';
import type { CaseResult, Report } from './report.ts';

/** The parts of the page, which are kept apart: what one says is not said by another. */
export const partNames = ['public', 'clarified', 'observed'] as const;

export type PartName = (typeof partNames)[number];

export const partTitles: Readonly<Record<PartName, { readonly title: string; readonly lede: string }>> = {
  public: {
    title: 'By the public text',
    lede: 'What the public text of the format demands, or a document that it makes normative. A refusal for another reason counts as a refusal.',
  },
  clarified: {
    title: 'With the clarifications of this specification',
    lede: 'What this specification decides where the public text is silent or open, and the reasons, warnings and reports that the suite asks for. None of it is a fault by the public text.',
  },
  observed: {
    title: 'Observed',
    lede: 'What the format leaves open: no answer is right or wrong. A cell has the number of vectors that were accepted, and of those that were refused.',
  },
};

/** A row of a table. The draft has its own rows, because it words some requirements differently. */
export interface Row {
  readonly requirement: AnyRequirement;
  readonly draft: boolean;
}

/** A part of the page with the vectors that it is about. */
export interface Part {
  readonly name: PartName;
  readonly ids: ReadonlySet<string>;
  readonly rows: readonly Row[];
}

/** The parts that reports have results for. */
export function partsOf(reports: readonly Report[]): Part[] {
  const results = reports.flatMap((report) => report.results);
  return partNames
    .map((name): Part => {
      const mine = results.filter((result) => isIn(name, result));
      const about = new Set(mine.flatMap((result) => result.requirements.map((id) => keyOf(id, isOfDraft(result)))));
      const rows = [
        ...requirements.map((requirement): Row => ({ requirement, draft: false })),
        ...draftRequirements.map((requirement): Row => ({ requirement, draft: true })),
      ].filter(({ requirement: { id }, draft }) => about.has(keyOf(id, draft)));
      return { name, ids: new Set(mine.map(({ id }) => id)), rows };
    })
    .filter(({ ids }) => ids.size > 0);
}

/** A vector of the public text is in the second part too if the clarifications judge it otherwise. */
function isIn(name: PartName, { basis, verdicts }: CaseResult): boolean {
  if (name === 'observed') return basis === 'open';
  if (name === 'public') return isBinding(basis);
  return basis !== 'open' && (!isBinding(basis) || verdicts.clarified.state !== verdicts.public.state);
}

/** The verdict that a part shows. */
function verdictOf(name: PartName): VerdictName {
  return name === 'public' ? 'public' : 'clarified';
}

export function judgementIn(name: PartName, { verdicts }: CaseResult): Judgement {
  return verdicts[verdictOf(name)];
}

/** The name of a row; vectors of the draft are about requirements of the draft. */
export const keyOf = (id: string, draft: boolean) => (draft ? `${id} (draft)` : id);

export const isOfDraft = ({ profile }: { readonly profile: Profile }) => profile === 'draft';

/** The results of a report for a row of a part. */
export function resultsOf({ results }: Report, { ids }: Part, { requirement: { id }, draft }: Row): CaseResult[] {
  return results.filter(
    (result) => ids.has(result.id) && isOfDraft(result) === draft && result.requirements.some((one) => one === id),
  );
}
