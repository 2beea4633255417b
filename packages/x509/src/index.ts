export { type Budgets, defaultBudgets } from './budget.ts';
export { type Certificate, parseCertificate } from './certificate.ts';
export { X509Error, type X509ErrorCode, type X509ErrorOptions, x509ErrorCodes } from './errors.ts';
export {
  type AuthorityKey,
  type BasicConstraints,
  ExtendedKeyUsage,
  type Extension,
  type Extensions,
  type KeyUsage,
  type NameConstraints,
} from './extensions.ts';
export { type DistinguishedName, type GeneralName, parseDerString, type RelativeName } from './names.ts';
export { type Path, type PathOptions, verifyPath } from './path.ts';
export { parsePemCertificates } from './pem.ts';
export type { Hash, PublicKey, SignatureScheme } from './public-key.ts';
export type { Usage } from './rules.ts';
export { type Timestamp, type TimestampOptions, verifyTimestamp } from './timestamp.ts';
export { createTimestampRequest, type TimestampRequest, type TimestampRequestOptions } from './timestamp-request.ts';
export { parseTimestampResponse, type TimestampResponse, type TimestampToken } from './timestamp-response.ts';
