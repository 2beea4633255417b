/** A signature, with its path in the model if it is in it. */
export interface FoundSignature {
  readonly name: string;
  readonly file: File;
  readonly path: string | null;
}

const NAME = 'model.sig';

/** What other programs call a signature that lies in a model: `skill.oms.sig`, for example. */
const OTHER_ENDING = '.oms.sig';

/** Names that a file has only if it is a signature. */
const ENDINGS = ['.sig', '.sigstore', '.sigstore.json'];

/** Whether a file that lies beside a model is its signature, by its name. */
export function isSignatureName(name: string): boolean {
  return ENDINGS.some((ending) => name.toLowerCase().endsWith(ending));
}

/**
 * The names among which the signature of a folder is, if they are in it: as the command finds it, `model.sig`, else all `*.oms.sig`,
 * else what is left under another name of a signature.
 */
export function pickSignatures(names: readonly string[]): readonly string[] {
  const ranks = [
    names.filter((name) => name === NAME),
    names.filter((name) => name.endsWith(OTHER_ENDING) && name.length > OTHER_ENDING.length),
    names.filter((name) => name.includes('/')),
    names.filter(isSignatureName),
  ];
  return (ranks.find((rank) => rank.length > 0) ?? []).toSorted();
}
