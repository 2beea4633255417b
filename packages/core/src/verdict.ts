/**
 * What a result says about a model, in one word.
 *
 * `verified`: every listed file was read and hashed, and the model was searched for others. `partial`: what was read is what was
 * signed, but some listed files were not looked at, or other files could not be searched for. `advertised`: names and digests that
 * the model's source states are those that were signed; for at least one file no byte was read. The weakest fact decides.
 */
export type Verdict = 'verified' | 'partial' | 'advertised';

/**
 * Whether the files of the model were compared with the signed ones as a whole, so that an unsigned file would show: `complete`; of
 * a listing that may lack files, `incomplete`; or only some files were looked for, `not-compared`.
 */
export type ListingState = 'complete' | 'incomplete' | 'not-compared';

/**
 * Which machines read the bytes: this one, `self`; or `hosts`, if the engine has its digests from other machines, whose word for them
 * is taken.
 */
export type HashedBy = 'self' | 'hosts';

/** How much of a model was looked at, and how. */
export interface Coverage {
  readonly listing: ListingState;
  readonly hashedBy: HashedBy;
  /** Names of the files whose digest is one that the model's source advertises, in canonical order: not a byte of them counted. */
  readonly advertised: readonly string[];
  /** How many signed files were not looked at. */
  readonly unchecked: number;
}

/** The weakest fact decides. */
export function verdictOf({ listing, advertised, unchecked }: Coverage): Verdict {
  if (advertised.length > 0) return 'advertised';
  return unchecked > 0 || listing !== 'complete' ? 'partial' : 'verified';
}
