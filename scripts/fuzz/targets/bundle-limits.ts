/** The permitted bounds of OMS-LIMIT-5 and OMS-LIMIT-6, which the oracle has no reason to apply. */
const MAX_NAME_BYTES = 4096;
const MAX_MEMBER_NAME = 1000;
const MAX_MEMBERS = 10_000;
const MAX_VALUES = 100_000;

/** Whether a bundle exceeds a bound that the format permits, and the code of its refusal says so. */
export function exceedsLimit(code: string | undefined, bundle: Buffer): boolean {
  const documents = [bundle, payloadOf(bundle)].map(parsed);
  if (code === 'bundle/too-large' || code === 'statement/too-large') return documents.some(isTooLarge);
  const predicate = memberOf(documents[1], 'predicate');
  if (code === 'manifest/ignore-path-invalid') {
    return textsIn(memberOf(memberOf(predicate, 'serialization'), 'ignore_paths')).some(isTooLong);
  }
  if (code !== 'manifest/name-invalid') return false;
  const resources = memberOf(predicate, 'resources');
  return Array.isArray(resources) && resources.some((each) => textsIn([memberOf(each, 'name')]).some(isTooLong));
}

function isTooLong(name: string): boolean {
  return Buffer.byteLength(name) > MAX_NAME_BYTES;
}

function isTooLarge(document: unknown): boolean {
  let values = 0;
  const left = [document];
  while (left.length > 0) {
    const value = left.pop();
    if (++values > MAX_VALUES) return true;
    if (typeof value !== 'object' || value === null) continue;
    const names = Array.isArray(value) ? [] : Object.keys(value);
    if (names.length > MAX_MEMBERS || names.some((name) => name.length > MAX_MEMBER_NAME)) return true;
    left.push(...Object.values(value));
  }
  return false;
}

function payloadOf(bundle: Buffer): Buffer {
  const payload = memberOf(memberOf(parsed(bundle), 'dsseEnvelope'), 'payload');
  return Buffer.from(typeof payload === 'string' ? payload : '', 'base64');
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return null;
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
