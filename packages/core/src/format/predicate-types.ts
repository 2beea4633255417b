/** The short names of predicate types that cosign has too, and the type that each stands for. */
const shortNames = {
  slsaprovenance1: 'https://slsa.dev/provenance/v1',
  slsaprovenance: 'https://slsa.dev/provenance/v0.2',
  slsaprovenance02: 'https://slsa.dev/provenance/v0.2',
  cyclonedx: 'https://cyclonedx.org/bom',
  spdx: 'https://spdx.dev/Document',
  spdxjson: 'https://spdx.dev/Document',
  vuln: 'https://cosign.sigstore.dev/attestation/vuln/v1',
  openvex: 'https://openvex.dev/ns',
  link: 'https://in-toto.io/Link/v1',
  custom: 'https://cosign.sigstore.dev/attestation/v1',
} as const;

/** The short names of predicate types. */
export const predicateNames: readonly string[] = Object.keys(shortNames);

/** Longer than any type in use. */
const MAX_TYPE = 1000;

/** Printable characters of ASCII, as a URI has them. */
const uri = /^[a-z][a-z0-9+.-]*:[!-~]+$/i;

/**
 * The predicate type that a text names: the type of a short name such as `slsaprovenance1`, or a URI itself; null for any other text.
 *
 * @example
 * console.log(predicateTypeOf('slsaprovenance1')); // https://slsa.dev/provenance/v1
 * console.log(predicateTypeOf('https://example.com/test-results/v1'));
 */
export function predicateTypeOf(text: string): string | null {
  if (Object.hasOwn(shortNames, text)) return shortNames[text as keyof typeof shortNames];
  return text.length <= MAX_TYPE && uri.test(text) ? text : null;
}

/** What the predicate types of signatures begin with, in lowercase: those of published versions, and those of drafts. */
const signatureTypes = ['https://model_signing/', 'https://model-signing.example/draft/signature/'];

/**
 * Whether a predicate type is that of the signature of a model, in whichever version or draft, or reserved for one, so that no attestation
 * has it. Unlike `isSignatureType`, it loads nothing.
 *
 * @example
 * console.log(isReservedType('https://model_signing/signature/v2.0')); // true
 */
export function isReservedType(predicateType: string): boolean {
  const lower = predicateType.toLowerCase();
  return signatureTypes.some((start) => lower.startsWith(start));
}

/** What people call a predicate type: its first short name, or else the type itself. */
export function predicateName(predicateType: string): string {
  return Object.entries(shortNames).find(([, type]) => type === predicateType)?.[0] ?? predicateType;
}
