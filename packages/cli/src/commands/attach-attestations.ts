import { OmsError, quote } from '@model-signing/core';
import type { Attached, OciModel } from '@model-signing/sources';
import { placedEntries } from '../attestation-files.ts';
import { filePlace } from '../attestation-places.ts';
import type { Context } from '../context.ts';
import { table } from '../output.ts';
import { formatCount } from '../sizes.ts';
import { attachedFields, sourceFields, sourceLine, ways } from './source.ts';

/** One attestation of the file, and where it is now. */
interface AttachedEntry {
  readonly line: number | null;
  readonly attached: Attached;
}

/**
 * `attach --attestations`: attaches every attestation of a file. What is none is reported, and spoils no other one.
 * @throws {OmsError} `statement/attestation-missing` if the file has none
 */
export async function attachAttestations(
  file: string,
  open: () => Promise<OciModel>,
  { output, signal }: Context,
): Promise<void> {
  let model: OciModel | null = null;
  const entries: AttachedEntry[] = [];
  const problems: string[] = [];
  for await (const entry of placedEntries([filePlace(file)], signal)) {
    signal.throwIfAborted();
    const { line } = entry.where;
    const problem = (why: string) => problems.push(`${quote(file)} line ${line} is not attached: ${why}`);
    if (entry.kind === 'unknown') problem(entry.problem);
    if (entry.kind !== 'bundle') continue;
    model ??= await open();
    try {
      entries.push({ line, attached: await model.attachAttestation(entry.bytes, signal) });
    } catch (error) {
      if (!(error instanceof OmsError)) throw error;
      problem(error.message);
    }
  }
  for (const problem of problems) output.notice('command/attestation-unknown', problem);
  if (model === null || entries.length === 0) {
    throw new OmsError('statement/attestation-missing', `there is no attestation in ${quote(file)}`);
  }
  report(file, model, entries, output);
}

function report(file: string, model: OciModel, entries: readonly AttachedEntry[], output: Context['output']): void {
  const fresh = entries.filter(({ attached }) => !attached.wasThere).length;
  const fields = {
    ...{ attestations: file, ...sourceFields(model), verified: false },
    attached: entries.map(({ line, attached }) => ({ line, ...attachedFields(attached) })),
    warnings: [],
  };
  output.success('attach', fields, () => [
    `${formatCount(fresh, 'attestation')} attached${fresh < entries.length ? `, ${entries.length - fresh} attached already` : ''}`,
    ...table([
      sourceLine(model),
      ...entries
        .slice(0, MAX_SHOWN)
        .map(({ attached }) => ['referrer', `${attached.digest} (${ways[attached.how]})`] as const),
      ['verified', 'nothing: attestations says who made them, and what of'],
    ]),
  ]);
}

const MAX_SHOWN = 20;
