import { methodOf } from '../format/bundle.ts';
import { checkVerifier } from '../format/collaborators.ts';
import { judgeCopy } from '../format/copies.ts';
import { OmsError } from '../format/errors.ts';
import type { SignerIdentity, VerifiedSignature, Verifier, Warn } from '../signer.ts';

/** The identity that a verifier establishes. */
type IdentityOf<V> = V extends Verifier<infer Identity> ? Identity : never;

/**
 * Accepts a signature if any of the verifiers accepts it. Each verifier judges only signatures of its own methods.
 *
 * Of several verifiers for the method of a bundle, the first that accepts without a warning decides, else the first that accepts
 * with one. If all refuse, the error has the code of the first refusal, and its message has the reason of each. The only verifier for a method throws its own error.
 * @throws {TypeError} if there is no verifier
 *
 * @example
 * const keys = [await readFile('old.pub.pem'), await readFile('new.pub.pem')];
 * const verifier = anyOf(keys.map((publicKey) => keyVerifier({ publicKey })));
 * const { signer } = await verifyModel(localModel('my-model'), await readFile('model.sig'), verifier);
 * console.log(`signed by ${signer.hint}`);
 */
export function anyOf<const V extends readonly Verifier[]>(verifiers: V): Verifier<IdentityOf<V[number]>> {
  if (!Array.isArray(verifiers) || verifiers.length === 0) throw new TypeError('anyOf needs at least one verifier');
  for (const verifier of verifiers) checkVerifier(verifier);
  const all = [...verifiers] as readonly Verifier[] as readonly Verifier<IdentityOf<V[number]>>[];
  return {
    methods: [...new Set(all.flatMap(({ methods }) => methods))],
    verify(content, signature, material, warn) {
      const method = methodOf(material);
      const responsible = all.filter(({ methods }) => methods.includes(method));
      const judged = [content, signature, material] as const;
      return firstToAccept(responsible, (verifier, warn) => judgeCopy(verifier, judged, warn), warn);
    },
  };
}

async function firstToAccept<Identity extends SignerIdentity>(
  verifiers: readonly Verifier<Identity>[],
  attempt: (verifier: Verifier<Identity>, warn: Warn) => Promise<VerifiedSignature<Identity>>,
  warn: Warn,
): Promise<VerifiedSignature<Identity>> {
  const [only, ...others] = verifiers;
  if (only && others.length === 0) return attempt(only, warn);
  const refusals: OmsError[] = [];
  let reserved: { accepted: VerifiedSignature<Identity>; warnings: Parameters<Warn>[] } | undefined;
  for (const verifier of verifiers) {
    const warnings: Parameters<Warn>[] = [];
    let settled = false;
    try {
      const accepted = await attempt(verifier, (...warning) => {
        if (settled)
          warn(...warning); // it came too late to be weighed, and must not be lost
        else warnings.push(warning);
      });
      if (warnings.length === 0) return accepted;
      reserved ??= { accepted, warnings };
    } catch (error) {
      if (!(error instanceof OmsError)) throw error;
      refusals.push(error);
    } finally {
      settled = true;
    }
  }
  if (!reserved) throw allRefused(refusals);
  for (const warning of reserved.warnings) warn(...warning);
  return reserved.accepted;
}

function allRefused(refusals: readonly OmsError[]): OmsError {
  const [first] = refusals;
  if (!first) throw new TypeError('no verifier was given for the method of the signature');
  const reasons = refusals.map(({ message }, i) => `(${i + 1}) ${message}`).join('; ');
  return new OmsError(first.code, `none of ${refusals.length} verifiers accepts the signature: ${reasons}`, {
    requirement: first.requirement,
    cause: new AggregateError(refusals),
  });
}
