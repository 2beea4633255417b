import type { Json, JsonObject } from './json.ts';
import { type Judge, Refusal } from './judgement.ts';
import { nameFault } from './names.ts';

/** The extension of section 4.5.1, which is the only one that a manifest names. */
const SUB_MANIFESTS = 'https://model-signing.example/draft/extension/sub-manifests/v1';

const MOST_EXTENSIONS = 16;
const LONGEST_IDENTIFIER = 256;
const MOST_SUB_MANIFESTS = 10_000;

/** A directory with the digest of its sub-manifest. */
interface Listed {
  readonly name: string;
  readonly digest: string;
  readonly algorithm: string;
}

/** What the extensions of a predicate add to it: section 4.5. */
export function readExtended(
  { extensions, sub_manifests: listed }: JsonObject,
  asked: readonly string[],
  hashType: string,
  judge: Judge,
): Listed[] {
  const named = readExtensions(extensions, judge);
  for (const each of named) {
    const lacking = each === SUB_MANIFESTS ? 'extension-unasked' : 'extension-unknown-passed';
    const accepted = each === SUB_MANIFESTS && asked.includes(each);
    judge.refuseIf(!accepted, lacking, 'manifest/extension-unsupported', each);
  }
  const isNamed = named.includes(SUB_MANIFESTS);
  if (listed === undefined) {
    judge.refuseIf(isNamed, 'sub-manifests-may-be-absent', 'manifest/sub-manifest-invalid', 'none');
    return [];
  }
  judge.refuseIf(!isNamed, 'sub-manifests-without-identifier', 'manifest/sub-manifest-invalid', 'not named');
  return readDescriptors(listed, hashType, judge);
}

function readExtensions(value: Json | undefined, judge: Judge): string[] {
  if (value === undefined) return [];
  const list = Array.isArray(value) ? value : [];
  const texts = list.filter((each): each is string => typeof each === 'string');
  const lengths = texts.map((each) => [...each].length);
  const broken =
    texts.length === 0 ||
    texts.length > MOST_EXTENSIONS ||
    texts.length < list.length ||
    new Set(texts).size < texts.length ||
    lengths.some((length) => length === 0 || length > LONGEST_IDENTIFIER);
  judge.refuseIf(broken, 'extensions-of-any-form', 'manifest/extensions-invalid', 'another form');
  return broken ? texts.filter((each) => each === SUB_MANIFESTS) : texts;
}

function readDescriptors(listed: Json, hashType: string, judge: Judge): Listed[] {
  const list = Array.isArray(listed) ? listed : [];
  const broken = list.length === 0 || list.length > MOST_SUB_MANIFESTS;
  judge.refuseIf(broken, 'sub-manifests-of-any-form', 'manifest/sub-manifest-invalid', 'no list of them');
  return list.map((each) => {
    const { name, digest, algorithm } = each as { name?: Json; digest?: Json; algorithm?: Json };
    const read = typeof name === 'string' && typeof digest === 'string' && typeof algorithm === 'string';
    if (!read || nameFault(name) !== null) throw new Refusal('manifest/sub-manifest-invalid', 'a descriptor');
    const other = algorithm !== hashType;
    judge.refuseIf(other, 'sub-manifest-algorithm-ignored', 'manifest/sub-manifest-invalid', algorithm);
    return { name, digest, algorithm };
  });
}

/** What the root text has of sub-manifests: their directories by a name that ends in a slash. */
export function rootLinesOf(subManifests: readonly Listed[], judge: Judge): Listed[] {
  if (judge.has('root-without-sub-manifests')) return [];
  return subManifests.map((each) => ({ ...each, name: `${each.name}/` }));
}
