import { digestSize, type HashAlgorithm, isHashAlgorithm } from '../format/algorithms.ts';
import { OmsError } from '../format/errors.ts';
import { quote } from '../format/text.ts';

/** @throws {OmsError} `manifest/algorithm-unsupported` */
export function checkAlgorithm(name: string): HashAlgorithm {
  if (isHashAlgorithm(name)) return name;
  const known = Object.keys(digestSize).join(', ');
  throw new OmsError('manifest/algorithm-unsupported', `the digest algorithm ${quote(name)} is not one of ${known}`);
}
