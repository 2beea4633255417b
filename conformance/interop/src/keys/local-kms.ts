/** A server of the API of AWS KMS on loopback, and what Sigstore's provider needs to reach it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startProcess } from '../server-process.ts';

export interface LocalKms {
  /** What the SDK of AWS reads. */
  readonly environment: Readonly<Record<string, string>>;
  /** Makes a key and an alias for it. */
  createKey(alias: string, spec: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startLocalKms(program: string): Promise<LocalKms> {
  const folder = mkdtempSync(path.join(tmpdir(), 'local-kms-'));
  const server = await startProcess({
    title: 'local-kms',
    command: [program, '--address=127.0.0.1:0', `--data=${path.join(folder, 'data')}`],
    folder,
    environment: process.env,
  });
  const url = `http://127.0.0.1:${server.port}`;
  const stop = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const environment = {
    AWS_ENDPOINT_URL_KMS: url,
    AWS_REGION: 'eu-west-2',
    AWS_ACCESS_KEY_ID: 'of-a-test',
    AWS_SECRET_ACCESS_KEY: 'of-a-test',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const createKey = async (alias: string, spec: string) => {
    const made = await call(url, 'CreateKey', { KeySpec: spec, KeyUsage: 'SIGN_VERIFY' });
    const { KeyId } = made.KeyMetadata as { KeyId: string };
    await call(url, 'CreateAlias', { AliasName: `alias/${alias}`, TargetKeyId: KeyId });
  };
  return { environment, createKey, stop };
}

/** The server checks no signature of a request. */
async function call(url: string, action: string, body: object): Promise<Readonly<Record<string, unknown>>> {
  const headers = {
    'Content-Type': 'application/x-amz-json-1.1',
    'X-Amz-Target': `TrentService.${action}`,
    Authorization: 'AWS4-HMAC-SHA256 Credential=of-a-test/20260101/eu-west-2/kms/aws4_request',
  };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${action}: ${response.status} ${text}`);
  return text === '' ? {} : JSON.parse(text);
}
