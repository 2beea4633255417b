import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, type LateLog, otherChain, otherKey, startLateLog, type TrustedRoot } from './forgery.ts';
import { lab, Stage, skipReason } from './stage.ts';
import { LAB_VARIABLE } from './surroundings.ts';

const reason = skipReason(LAB_VARIABLE);

let lateLog: LateLog;
beforeAll(async () => {
  if (!reason) lateLog = await startLateLog();
});
afterAll(() => lateLog?.close());

/** A stage with a valid signature. */
async function signedStage(): Promise<Stage> {
  const stage = new Stage();
  const { code, stderr } = await stage.sign();
  if (code !== 0) throw new Error(stderr);
  return stage;
}

/** Changes one thing in the signature, and returns the code of the refusal. */
async function codeAfter(stage: Stage, change: (bundle: Bundle) => unknown): Promise<string | undefined> {
  const bundle = stage.readJson<Bundle>('model.sig');
  await change(bundle);
  stage.writeJson('changed.sig', bundle);
  const { result } = await stage.verify({ signature: 'changed.sig' });
  return result.error?.code;
}

/** Changes one thing in the trust root, and returns the code of the refusal of a good signature. */
async function codeWithRoot(change: (root: TrustedRoot, stage: Stage) => void): Promise<string | undefined> {
  const stage = await signedStage();
  const root = stage.readJson<TrustedRoot>(lab.file('trustedRoot'));
  change(root, stage);
  return (await stage.verify({ trustedRoot: stage.writeJson('root.json', root) })).result.error?.code;
}

describe.skipIf(reason)(`verifying keyless signatures${reason}`, () => {
  it('the command refuses a keyless signature for another identity, even one that a pattern would match', async () => {
    const stage = await signedStage();
    for (const identity of ['other@example.com', 'dev@example.comx', '.*', 'devXexample.com']) {
      expect((await stage.verify({ identity })).result.error?.code).toBe('signer/identity-mismatch');
    }
  });

  it('the command refuses a keyless signature for another issuer', async () => {
    const stage = await signedStage();
    const { issuer } = lab.services;
    for (const other of ['https://example.com', `${issuer}/`, issuer.slice(0, -1)]) {
      expect((await stage.verify({ issuer: other })).result.error?.code).toBe('signer/issuer-mismatch');
    }
  });

  it.each([
    ['another certificate authority', 'signer/certificate-untrusted', trustsOtherAuthority],
    ['another certificate transparency log', 'signer/sct-invalid', trustsOtherCtLog],
    ['another log', 'signer/log-invalid', trustsOtherLogs],
    ['another timestamp authority', 'signer/timestamp-invalid', trustsOtherTimestamps],
    ['no log', 'signer/trust-unreadable', (root: TrustedRoot) => root.tlogs.splice(0)],
  ] as const)('the command refuses a keyless signature by a root that trusts %s', async (_, code, change) => {
    expect(await codeWithRoot(change)).toBe(code);
  });

  it('the command refuses a keyless signature after its payload was changed', async () => {
    const code = await codeAfter(await signedStage(), ({ dsseEnvelope }) => {
      const payload = Buffer.from(dsseEnvelope.payload, 'base64').toString().replace('weights', 'Weights');
      dsseEnvelope.payload = Buffer.from(payload).toString('base64');
    });
    expect(code).toBe('envelope/signature-invalid');
  });

  it('the command refuses a keyless signature with the log entry of another artefact', async () => {
    const stage = await signedStage();
    // Logged later, so that the certificate is valid at the logged time.
    const other = new Stage();
    other.write('model/weights.bin', 'another');
    expect((await other.sign()).code).toBe(0);
    const foreign = other.readJson<Bundle>('model.sig').verificationMaterial.tlogEntries;
    const code = await codeAfter(stage, ({ verificationMaterial }) => {
      verificationMaterial.tlogEntries = foreign;
    });
    expect(code).toBe('signer/log-invalid');
  });

  it('the command refuses a keyless signature without the inclusion proof of its log entry', async () => {
    const code = await codeAfter(await signedStage(), ({ verificationMaterial }) => {
      delete verificationMaterial.tlogEntries[0]?.inclusionProof;
    });
    expect(code).toBe('signer/log-invalid');
  });

  it('the command refuses a keyless signature without a log entry', async () => {
    const code = await codeAfter(await signedStage(), ({ verificationMaterial }) => {
      verificationMaterial.tlogEntries = [];
    });
    expect(code).toBe('signer/log-missing');
  });

  it('the command refuses a keyless signature with the timestamp of another signature', async () => {
    const other = (await signedStage()).readJson<Bundle>('model.sig').verificationMaterial;
    const code = await codeAfter(await signedStage(), ({ verificationMaterial }) => {
      Object.assign(verificationMaterial, { timestampVerificationData: other.timestampVerificationData });
    });
    expect(code).toBe('signer/timestamp-invalid');
  });

  it('the command refuses a keyless signature with the certificate of another signature of the same signer', async () => {
    const other = (await signedStage()).readJson<Bundle>('model.sig').verificationMaterial;
    const code = await codeAfter(await signedStage(), ({ verificationMaterial }) => {
      verificationMaterial.certificate = other.certificate;
    });
    expect(code).toBe('envelope/signature-invalid');
  });

  it('the command refuses a keyless signature that was logged after its certificate had expired', async () => {
    const code = await codeAfter(await signedStage(), async ({ verificationMaterial, dsseEnvelope }) => {
      verificationMaterial.tlogEntries = [await lateLog.log(dsseEnvelope, verificationMaterial.certificate.rawBytes)];
    });
    expect(code).toBe('signer/certificate-untrusted');
  });
});

function trustsOtherAuthority(root: TrustedRoot, stage: Stage): void {
  for (const authority of root.certificateAuthorities) authority.certChain = otherChain(stage);
}

function trustsOtherTimestamps(root: TrustedRoot, stage: Stage): void {
  for (const authority of root.timestampAuthorities) authority.certChain = otherChain(stage);
}

function trustsOtherCtLog(root: TrustedRoot): void {
  for (const log of root.ctlogs) log.publicKey.rawBytes = otherKey();
}

function trustsOtherLogs(root: TrustedRoot): void {
  // Keeps only the Ed25519 key; the entry is in the other log.
  if (root.tlogs[0]) root.tlogs[0].publicKey.rawBytes = otherKey();
}
