/** Has every tool write, and every tool read what was written. */
import { gapFor } from './gaps.ts';
import type { Lab, LogVersion } from './lab.ts';
import {
  cosignReader,
  ourReader,
  type Question,
  READERS,
  type Reader,
  sigstoreGoReader,
  sigstoreJsReader,
  sigstorePythonReader,
  type WrongQuestion,
} from './readers.ts';
import type { Cell, Found, Row } from './record.ts';
import { CURVES, prepareModels, type Sample, type Signatory } from './sample.ts';
import { certificateSignatory, jobSignatory, keySignatory, personSignatory, signModels } from './signatories.ts';
import type { Workshop } from './workshop.ts';
import {
  NO_SERVICES,
  signingByCosign,
  writtenByAction,
  writtenByCosign,
  writtenBySigstoreGo,
  writtenByUs,
} from './writers.ts';

/** What is there to write and read with. */
export interface Tools {
  readonly files: Readonly<Record<'sigstore-go' | 'cosign-attest' | '@actions/attest' | 'sigstore-python', string>>;
  /** cosign itself, if someone has it. */
  readonly cosign: string | null;
  readonly lab: Lab;
}

const VERSIONS: readonly LogVersion[] = [1, 2];

interface Signatories {
  readonly keys: readonly Signatory[];
  readonly certificates: readonly Signatory[];
  readonly people: readonly Signatory[];
  readonly job: Signatory;
}

async function prepareSignatories(workshop: Workshop, lab: Lab): Promise<Signatories> {
  const signatories = {
    keys: CURVES.map((curve) => keySignatory(workshop, curve)),
    certificates: CURVES.map((curve) => certificateSignatory(workshop, curve)),
    people: VERSIONS.map((version) => personSignatory(workshop, lab, version)),
    job: jobSignatory(workshop, lab),
  };
  const { keys, certificates, people, job } = signatories;
  for (const each of [...keys, ...certificates, ...people, job]) await signModels(workshop, each);
  return signatories;
}

async function writeSamples(workshop: Workshop, signatories: Signatories, tools: Tools): Promise<Sample[]> {
  const { keys, certificates, people, job } = signatories;
  const { files, cosign, lab } = tools;
  const all = [...keys, ...certificates, ...people];
  const samples: Sample[] = [];
  for (const each of all) samples.push(...(await writtenByUs(workshop, each)));
  const byCosign = async (by: string, command: readonly string[], prefix: string) => {
    // Its library checks what a log of version 2 answers, and takes a port in the address of the log for none of its name.
    for (const each of all.filter((signatory) => signatory !== people[1])) {
      const signing = signingByCosign(each, lab, prefix);
      samples.push(await writtenByCosign(workshop, each, by, command, signing));
    }
  };
  await byCosign('cosign-attest', [files['cosign-attest']], '');
  // cosign takes a key in a file only in its own form, and any other by a plugin.
  if (cosign !== null) await byCosign('cosign', [cosign, 'attest-blob', '--yes'], `filekey://${workshop.folder}/`);
  for (const each of keys) samples.push(await writtenBySigstoreGo(workshop, each, files['sigstore-go']));
  samples.push(await writtenByAction(workshop, job, lab, files['@actions/attest']));
  return samples;
}

/** Asks a reader about a sample. What it accepts, it has to refuse when it is asked about anything else. */
async function cellOf(reader: Reader, sample: Sample): Promise<Cell> {
  const about = `the ${sample.what} by ${sample.by}, ${sample.signatory.title}`;
  const ask = (question: Question) => reader.read(sample, question);
  const { code, printed } = await ask('right');
  if (code !== 0) return { refused: gapFor(reader.name, printed, about) };
  for (const [question, says] of Object.entries(reader.refusals)) {
    const outcome = await ask(question as WrongQuestion);
    if (outcome.code === 0 || !says.test(outcome.printed)) {
      throw new Error(`${reader.name}, ${question}, ${about}: exit code ${outcome.code}\n${outcome.printed}`);
    }
  }
  return 'read';
}

/**
 * Writes and reads everything.
 * @param tell called with a sentence about each sample
 * @throws {Error} if a tool cannot write, accepts what it is asked wrongly about, or refuses for a reason that is not known
 */
export async function tryAll(workshop: Workshop, tools: Tools, tell: (text: string) => void): Promise<Found['rows']> {
  const { files, cosign, lab } = tools;
  prepareModels(workshop);
  workshop.write('no-services.json', NO_SERVICES);
  const signatories = await prepareSignatories(workshop, lab);
  const samples = await writeSamples(workshop, signatories, tools);
  const readers = [
    ourReader(workshop),
    sigstoreGoReader(workshop, files['sigstore-go']),
    sigstoreJsReader(workshop),
    sigstorePythonReader(workshop, files['sigstore-python'], signatories.people[0] as Signatory),
    ...(cosign === null ? [] : [cosignReader(workshop, cosign)]),
  ];
  const rows: Row[] = [];
  for (const sample of samples) {
    const { by, what, signatory } = sample;
    const cells: Record<string, Cell> = { cosign: 'not-run' };
    for (const reader of readers) cells[reader.name] = await cellOf(reader, sample);
    const ordered = Object.fromEntries(READERS.map((name) => [name, cells[name]])) as Row['cells'];
    rows.push({ by, what, signatory: signatory.title, cells: ordered });
    tell(`${what} by ${by}, ${signatory.title}: ${READERS.map((name) => shown(ordered[name])).join(', ')}`);
  }
  return rows;
}

const shown = (cell: Cell) => (typeof cell === 'string' ? cell : `refused (${cell.refused})`);
