import { SLSA } from '../attestation-file.ts';
import { accept, set, type VerifyRecipe } from '../recipe.ts';
import { about, attesting, file, missing, PLAIN, requiring, told } from './attestation-base.ts';

/** How files of attestations are read: section 13.6.2. */
export function attestationFileRecipes(): readonly VerifyRecipe[] {
  return [...lines, ...documents, ...others, ...bounds, ...files];
}

const VULN = 'https://cosign.sigstore.dev/attestation/vuln/v1';
const accepted = (line: number, type = SLSA) => ({ line, verdict: 'accepted', type }) as const;
const unknown = (line: number) => ({ line, verdict: 'unknown' }) as const;
const refused = (line: number) => ({ line, verdict: 'refused' }) as const;
const foreign = about(({ digest }) => set(digest, 'sha256', '0'.repeat(64)));
const cut = (text: string) => text.slice(0, text.length / 2);

// biome-ignore format: each vector is a row of a table
const lines: readonly VerifyRecipe[] = [
  attesting(PLAIN, 'second-line', 'an attestation of another type is on the line before', ['OMS-ATTEST-19', 'OMS-ATTEST-24'],
    { with: { attestations: file([{ type: VULN }, {}]) } }, told(accepted(1, VULN), accepted(2))),
  attesting(PLAIN, 'first-line', 'an attestation of another type is on the line after', ['OMS-ATTEST-19', 'OMS-ATTEST-24'],
    { with: { attestations: file([{}, { type: VULN }]) } }, told(accepted(1), accepted(2, VULN))),
  attesting(PLAIN, 'blank-lines', 'blank lines are around it', ['OMS-ATTEST-19', 'OMS-ATTEST-24'],
    { with: { attestations: file(['', ' \t', {}, '']) } }, told(accepted(3))),
  attesting(PLAIN, 'carriage-returns', 'the lines end with a carriage return and a line feed', ['OMS-ATTEST-19'],
    { with: { attestations: file([{ type: VULN }, {}], (text) => text.replaceAll('\n', '\r\n')) } }),
  attesting(PLAIN, 'indented-line', 'spaces are before it', ['OMS-ATTEST-19'], { with: { attestations: file([{}], (text) => `  ${text}`) } }),
  attesting(PLAIN, 'line-without-end', 'no line feed ends the last line', ['OMS-ATTEST-19'], { with: { attestations: file([{}], (text) => text.trimEnd()) } }),
  attesting('attestation_second-line', 'second-line-removed', 'that line was removed', ['OMS-ATTEST-19', 'OMS-ATTEST-2'],
    { with: { attestations: file([{ type: VULN }]) } }, missing),
  attesting('attestation_first-line', 'first-line-removed', 'that line was removed', ['OMS-ATTEST-19', 'OMS-ATTEST-2'],
    { with: { attestations: file([{ type: VULN }]) } }, missing),
];

// biome-ignore format: each vector is a row of a table
const documents: readonly VerifyRecipe[] = [
  attesting(PLAIN, 'several-lines', 'the attestation is one document on several lines', ['OMS-ATTEST-20'], { indented: true }, told(accepted(1))),
  attesting(PLAIN, 'several-lines-in-a-list', 'documents on several lines are before and after a line', ['OMS-ATTEST-20', 'OMS-ATTEST-24'],
    { with: { inputs: requiring(SLSA, VULN), attestations: file([{ type: VULN, indented: true }, {}, { type: 'https://example.com/v1', indented: true }]) } }),
  attesting('attestation_several-lines', 'several-lines-cut', 'its last line is missing', ['OMS-ATTEST-20', 'OMS-ATTEST-2'],
    { with: { attestations: file([{ indented: true }], (text) => text.slice(0, -2)) } }, missing),
];

// biome-ignore format: each vector is a row of a table
const others: readonly VerifyRecipe[] = [
  attesting(PLAIN, 'text-before', 'a line before it is no JSON', ['OMS-ATTEST-21', 'OMS-ATTEST-24'],
    { with: { attestations: file(['# attestations of the model', {}]) } }, told(unknown(1), accepted(2))),
  attesting(PLAIN, 'text-after', 'a line after it is no JSON', ['OMS-ATTEST-21', 'OMS-ATTEST-24'],
    { with: { attestations: file([{}, 'end']) } }, told(accepted(1), unknown(2))),
  attesting(PLAIN, 'array-before', 'a line before it is a JSON array', ['OMS-ATTEST-21', 'OMS-ATTEST-24'],
    { with: { attestations: file(['[]', {}]) } }, told(unknown(1), accepted(2))),
  attesting(PLAIN, 'cut-before', 'a line before it was cut off', ['OMS-ATTEST-21', 'OMS-ATTEST-24'],
    { with: { attestations: file(['{"mediaType":"application/vnd', {}]) } }, told(unknown(1), accepted(2))),
  attesting(PLAIN, 'cut-after', 'a line after it was cut off', ['OMS-ATTEST-21', 'OMS-ATTEST-24'],
    { with: { attestations: file([{}, '{"mediaType":"application/vnd'], (text) => text.trimEnd()) } }, told(accepted(1), unknown(2))),
  attesting(PLAIN, 'empty-object-before', 'a line before it is an object without members', ['OMS-ATTEST-21', 'OMS-ATTEST-24'],
    { with: { attestations: file(['{}', {}]) } }, told(refused(1), accepted(2))),
  attesting(PLAIN, 'refused-before', 'one about another model is before it', ['OMS-ATTEST-21', 'OMS-ATTEST-24'],
    { with: { attestations: file([foreign, {}]) } }, told(refused(1), accepted(2))),
  attesting(PLAIN, 'by-another-key-before', 'one by another key is before it', ['OMS-ATTEST-21', 'OMS-ATTEST-24'],
    { with: { attestations: file([{ signer: 'p256-b' }, {}]) } }, told(refused(1), accepted(2))),
  attesting(PLAIN, 'twice', 'it is there twice', ['OMS-ATTEST-24'],
    { with: { level: 'SHOULD', attestations: file([{}, {}]) } }, told(accepted(1), { line: 2, verdict: 'duplicate' })),
  attesting(PLAIN, 'cut', 'its line was cut off', ['OMS-ATTEST-21', 'OMS-ATTEST-2'], { with: { attestations: file([{}], cut) } }, missing),
];

const empty = (count: number): string[] => Array.from({ length: count }, () => '{}');

// biome-ignore format: each vector is a row of a table
const bounds: readonly VerifyRecipe[] = [
  attesting(PLAIN, 'entry-10000', '9,999 entries without a bundle are before it', ['OMS-ATTEST-22'], { with: { attestations: file([...empty(9999), {}]) } }),
  attesting('attestation_entry-10000', 'entry-10001', '10,000 entries are before it', ['OMS-ATTEST-22'],
    { with: { attestations: file([...empty(10_000), {}]) } }, { outcome: 'reject', reasons: ['bundle/too-large'], names: ['10000'] }),
  attesting('attestation_entry-10000', 'entries-and-blank-lines', 'blank lines are there as well', ['OMS-ATTEST-22', 'OMS-ATTEST-19'],
    { with: { attestations: file(['', '', ...empty(9999), {}]) } }),
];

// biome-ignore format: each vector is a row of a table
const files: readonly VerifyRecipe[] = [
  attesting(PLAIN, 'second-file', 'another file with an attestation of another type is named first', ['OMS-ATTEST-23', 'OMS-ATTEST-24'],
    { with: { attestations: [...file([{ type: VULN }]), ...file([{}])] } }, told(accepted(1, VULN), accepted(1))),
  attesting(PLAIN, 'first-file', 'another file with an attestation of another type is named last', ['OMS-ATTEST-23', 'OMS-ATTEST-24'],
    { with: { attestations: [...file([{}]), ...file([{ type: VULN }])] } }, told(accepted(1), accepted(1, VULN))),
  attesting('attestation_second-file', 'in-no-file', 'it is in neither of them', ['OMS-ATTEST-23', 'OMS-ATTEST-2'],
    { with: { attestations: [...file([{ type: VULN }]), ...file([])] } }, missing),
  attesting(PLAIN, 'same-in-two-files', 'two files hold it', ['OMS-ATTEST-23', 'OMS-ATTEST-24'],
    { with: { attestations: [...file([{}]), ...file([{}])] } }, accept()),
];
