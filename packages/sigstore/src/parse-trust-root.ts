import { OmsError, quote } from '@model-signing/core';
import {
  type TimeRange,
  type TransparencyLogInstance,
  TrustedRoot,
  type TrustMaterial,
  toTrustMaterial,
} from '#sigstore-js';
import { readMessage } from './protobuf-json.ts';
import { reasonOf } from './reason.ts';

/** Trust roots have a few kilobytes. */
const MAX_BYTES = 4 * 1024 * 1024;

/** The media types of a trust root. Two spellings of version 0.1 are in use. */
const mediaTypes = new Set([
  'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
  'application/vnd.dev.sigstore.trustedroot.v0.1+json',
  'application/vnd.dev.sigstore.trustedroot.v0.2+json',
]);

/** Creates the error that refuses a file of the caller. */
export function unreadable(what: string, why: string, cause?: unknown): OmsError {
  return new OmsError('signer/trust-unreadable', `the ${what} cannot be used: ${why}`, { cause });
}

/**
 * Parses a JSON object that the caller gave.
 * @throws {OmsError} `signer/trust-unreadable`
 */
export function parseJsonObject(document: string | Uint8Array, what: string): Record<string, unknown> {
  const text = textOf(document, what);
  try {
    return asObject(JSON.parse(text), what);
  } catch (error) {
    if (error instanceof OmsError) throw error;
    const count = linesOf(text).length;
    if (count > 1 && isJsonLines(text)) throw unreadable(what, `it is a file of ${count} JSON documents, one a line`);
    throw unreadable(what, `it is not JSON${placeOf(error)}`);
  }
}

/** Where it is not JSON. The rest of the message would quote a file that may be a key, given by mistake. */
function placeOf(error: unknown): string {
  const [place] = /at position \d+( \(line \d+ column \d+\))?$/.exec((error as Error).message) ?? [];
  return place === undefined ? '' : ` (${place})`;
}

function textOf(document: string | Uint8Array, what: string): string {
  if (document.length > MAX_BYTES) throw unreadable(what, `it has more than ${MAX_BYTES} bytes`);
  if (typeof document === 'string') return document.replace(/^\uFEFF/, '');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(document);
  } catch (error) {
    throw unreadable(what, 'it is not UTF-8 text', error);
  }
}

function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw unreadable(what, 'it is not a JSON object');
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

/** Whether the first line is a document by itself, unlike that of a document with line breaks. */
function isJsonLines(text: string): boolean {
  try {
    return typeof JSON.parse(linesOf(text)[0] ?? '') === 'object';
  } catch {
    return false;
  }
}

/** More alternatives than any tool writes. */
const MAX_TRUST_ROOTS = 16;

/**
 * Parses one trust root, or several in JSON Lines, as `gh attestation trusted-root` and `cosign` write them.
 * @throws {OmsError} `signer/trust-unreadable`
 */
export function parseTrustRoots(document: string | Uint8Array, what: string): TrustMaterial[] {
  const text = textOf(document, what);
  const lines = linesOf(text);
  if (lines.length < 2 || !isJsonLines(text)) return [parseTrustRoot(parseJsonObject(text, what), what)];
  if (lines.length > MAX_TRUST_ROOTS) {
    throw unreadable(what, `it has ${lines.length} lines, and at most ${MAX_TRUST_ROOTS} trust roots are read`);
  }
  const roots = lines.map((line, at) => {
    const which = `${what} on line ${at + 1}`;
    return parseTrustRoot(parseJsonObject(line, which), which, false);
  });
  // That of GitHub, which `gh` writes beside the public one, has no log, so that nothing verifies with it (OMS-SIGSTORE-3).
  const usable = roots.filter(({ tlogs }) => tlogs.length > 0);
  if (usable.length === 0) throw unreadable(what, 'none of its lines names a transparency log');
  return usable;
}

/**
 * Parses a trust root in JSON form (section 3.4).
 * @throws {OmsError} `signer/trust-unreadable`
 */
export function parseTrustRoot(json: unknown, what: string, needsLog = true): TrustMaterial {
  const mediaType = (json as { mediaType?: unknown } | null | undefined)?.mediaType;
  if (typeof mediaType !== 'string' || !mediaTypes.has(mediaType)) {
    throw unreadable(what, `its mediaType is not ${[...mediaTypes].join(' or ')}`);
  }
  try {
    const root = readMessage(TrustedRoot, json);
    checkComplete(root, what);
    if (needsLog && root.tlogs.length === 0) throw unreadable(what, 'it names no transparency log');
    return toTrustMaterial({ ...root, tlogs: root.tlogs.map(withoutCheckpointKeyId) });
  } catch (error) {
    if (error instanceof OmsError) throw error;
    throw unreadable(what, reasonOf(error), error);
  }
}

/** Removes the checkpoint key ID that version 0.2 adds: entries name their log by the log ID, of which it is a prefix. */
function withoutCheckpointKeyId(log: TransparencyLogInstance): TransparencyLogInstance {
  return { ...log, checkpointKeyId: undefined };
}

/** Requires what verifying needs. A key without a start would be valid at all times (OMS-TRUST-2). */
function checkComplete(
  { certificateAuthorities, timestampAuthorities, tlogs, ctlogs }: TrustedRoot,
  what: string,
): void {
  if (certificateAuthorities.length === 0) throw unreadable(what, 'it names no certificate authority');
  for (const { uri, certChain, validFor } of [...certificateAuthorities, ...timestampAuthorities]) {
    const authority = `the authority ${quote(uri)}`;
    if (!certChain?.certificates.length) throw unreadable(what, `${authority} has no certChain.certificates`);
    checkPeriod(validFor, authority, what);
  }
  for (const { baseUrl, publicKey, logId } of [...tlogs, ...ctlogs]) {
    const log = `the log ${quote(baseUrl)}`;
    if (!logId) throw unreadable(what, `${log} has no logId`);
    if (!publicKey?.validFor?.start) throw unreadable(what, `the key of ${log} has no validFor.start`);
    checkPeriod(publicKey.validFor, `the key of ${log}`, what);
  }
}

/** Refuses an invalid date: it compares with nothing, and every signature would be refused without a reason. */
function checkPeriod(period: TimeRange | undefined, whose: string, what: string): void {
  const dates = Object.entries({ start: period?.start, end: period?.end });
  for (const [name, date] of dates) {
    if (date && Number.isNaN(date.getTime())) throw unreadable(what, `validFor.${name} of ${whose} is not a time`);
  }
}
