import { chmodSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fileOf, skipReason } from '../needed-programs.ts';
import { accepted, MODEL, refused, Stage } from '../stage.ts';
import { programFor } from './environment.ts';
import { pushModel } from './push.ts';
import { SERVERS, type ServerKind, startServer } from './servers.ts';
import { startTokenService } from './token-service.ts';

const USER = 'a-user';
const PASSWORD = 'correct horse';

/** The password for a registry: as `htpasswd -B` writes it. */
const HTPASSWD = `${USER}:$2b$04$iVwOzCjHESqxsARYzMVBGuHAVyvtGjqu/8rP4HaGy8cJGMDjojVfa\n`;

const authorization = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`;

const withFiles = SERVERS.filter(({ configuration }) => configuration === 'file').map((kind) => {
  const program = programFor(kind.program);
  const title = `${kind.title} with a password${skipReason({ [kind.program]: program })}`;
  return { kind, title, isSkipped: 'unavailable' in program };
});
const distribution = programFor('distribution');

async function startWith(kind: ServerKind, auth: string) {
  const server = await startServer(kind, fileOf(programFor(kind.program)), { auth });
  onTestFinished(server.stop);
  return server.host;
}

/** What `docker login` writes into its configuration. */
function login(stage: Stage, host: string, password = PASSWORD): void {
  const auth = Buffer.from(`${USER}:${password}`).toString('base64');
  stage.write('docker/config.json', JSON.stringify({ auths: { [host]: { auth } } }));
}

const signArguments = (host: string) => ['sign', 'key', `oci://${host}/org/private:v1`, '--private-key', 'key.pem'];
const verifyArguments = (host: string) => [
  'verify',
  'key',
  `oci://${host}/org/private:v1`,
  '--public-key',
  'key.pub.pem',
];

describe.each(withFiles)('$title', ({ kind, isSkipped }) => {
  it.skipIf(isSkipped)(
    'the password of docker login signs and verifies, and none or a wrong one is refused',
    async () => {
      const stage = new Stage();
      const file = stage.write('htpasswd', HTPASSWD);
      const host = await startWith(kind, `auth: {htpasswd: {realm: a test, path: ${JSON.stringify(file)}}}`);
      await pushModel(host, 'org/private', 'v1', MODEL, { authorization });

      const unauthorized = refused(3, 'source/unauthorized');
      expect(await stage.ours(...signArguments(host))).toMatchObject(unauthorized);
      login(stage, host, 'wrong horse');
      expect(await stage.ours(...signArguments(host))).toMatchObject(unauthorized);
      login(stage, host);
      expect(await stage.ours(...signArguments(host))).toMatchObject(accepted());
      expect(await stage.ours(...verifyArguments(host))).toMatchObject(accepted({ verdict: 'verified' }));
      keepInProgram(stage, host);
      expect(await stage.ours(...verifyArguments(host))).toMatchObject(accepted());
      // Another port is another registry.
      keepInProgram(stage, '127.0.0.1:1');
      expect(await stage.ours(...verifyArguments(host))).toMatchObject(unauthorized);
      login(stage, '127.0.0.1:1');
      expect(await stage.ours(...verifyArguments(host))).toMatchObject(unauthorized);
    },
  );
});

/** A program that keeps the password, as docker calls it. */
function keepInProgram(stage: Stage, host: string): void {
  stage.write('docker/config.json', JSON.stringify({ auths: { [host]: {} }, credsStore: 'of-a-test' }));
  const answer = JSON.stringify({ ServerURL: host, Username: USER, Secret: PASSWORD });
  const missing = 'echo "credentials not found in native keychain"; exit 1';
  const script = `#!/bin/sh\nread -r server\nif [ "$server" = ${host} ]; then echo '${answer}'; else ${missing}; fi\n`;
  chmodSync(stage.write('bin/docker-credential-of-a-test', script), 0o755);
}

describe(`distribution with a token service${skipReason({ distribution })}`, () => {
  const kind = SERVERS.find(({ program }) => program === 'distribution') as ServerKind;

  it.skipIf('unavailable' in distribution)(
    'a token is asked for with the password, and only for what it is needed for',
    async () => {
      const stage = new Stage();
      const tokens = await startTokenService(USER, PASSWORD);
      onTestFinished(tokens.stop);
      const host = await startWith(kind, tokens.auth(stage.write('jwks.json', tokens.keySet)));
      await pushModel(host, 'org/private', 'v1', MODEL, { authorization: await tokens.bearer('org/private') });

      login(stage, host);
      expect(await stage.ours(...signArguments(host))).toMatchObject(accepted());
      expect(tokens.asked.every((each) => each.authorization === authorization)).toBe(true);
      tokens.asked.length = 0;
      expect(await stage.ours(...verifyArguments(host))).toMatchObject(accepted({ verdict: 'verified' }));
      expect(new Set(tokens.asked.flatMap(({ scopes }) => scopes))).toEqual(new Set(['repository:org/private:pull']));
    },
  );
});
