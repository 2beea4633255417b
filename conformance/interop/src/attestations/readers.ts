/** How each tool is asked whether a bundle is about a digest and of a type. */
import path from 'node:path';
import { otherSignatureOf, type Sample, type Signatory, signatureOf, type Trust } from './sample.ts';
import { verifyBySigstoreJs } from './sigstore-js.ts';
import type { Outcome, Workshop } from './workshop.ts';

/** In the order of the table. */
export const READERS = ['model-signing', 'sigstore-go', '@sigstore/verify', 'sigstore-python', 'cosign'] as const;
export type ReaderName = (typeof READERS)[number];

/** What a reader is asked about: what the bundle says, or one thing else. */
export type Question = 'right' | WrongQuestion;
export type WrongQuestion = 'wrong-digest' | 'wrong-type';

export interface Reader {
  readonly name: ReaderName;
  /** What it says to each wrong question that it can be asked: a library may leave the digest or the type to its caller. */
  readonly refusals: Readonly<Partial<Record<WrongQuestion, RegExp>>>;
  read(sample: Sample, question: Question): Promise<Pick<Outcome, 'code' | 'printed'>>;
}

const WRONG_TYPE = 'https://cosign.sigstore.dev/attestation/vuln/v1';
const WRONG_DIGEST = '0'.repeat(64);

const digestFor = (sample: Sample, question: Question) => (question === 'wrong-digest' ? WRONG_DIGEST : sample.digest);
const typeFor = (sample: Sample, question: Question) => (question === 'wrong-type' ? WRONG_TYPE : sample.type);

/** Our command: the model, or another one that the same signatory signed, has to have an attestation of the type. */
export function ourReader(workshop: Workshop): Reader {
  return {
    name: 'model-signing',
    refusals: {
      'wrong-digest': /\[(?:statement\/other-subject|model\/mismatch)/,
      'wrong-type': /there is no attestation "vuln".*\[statement\/attestation-missing/,
    },
    read(sample, question) {
      const { signatory, what, file } = sample;
      const model = question === 'wrong-digest' ? 'other' : 'model';
      const own = question === 'wrong-digest' ? otherSignatureOf(signatory) : signatureOf(signatory);
      const required = ['--attestations', file, '--require-attestation', typeFor(sample, question)];
      const signature = what === 'attestation' ? own : file;
      // A signature needs no type: the question is whether an attestation passes as one.
      const isTyped = what === 'attestation' || question === 'wrong-type';
      const args = [model, '--signature', signature, ...(isTyped ? required : []), ...signatory.verifying];
      return workshop.ours('verify', signatory.trust.method, ...args);
    },
  };
}

/** Sigstore's library for Go, by a small program. It prints the type, and leaves what it should be to its caller. */
export function sigstoreGoReader(workshop: Workshop, program: string): Reader {
  const whom = (trust: Trust, digest: string): [verb: string, ...rest: string[]] => {
    if (trust.method === 'key') return ['verify', trust.publicKey, digest];
    if (trust.method === 'certificate') return ['verify-certificate', trust.root, digest, trust.identity];
    return ['verify-identity', trust.trustedRoot, digest, trust.identity, trust.issuer];
  };
  return {
    name: 'sigstore-go',
    refusals: { 'wrong-digest': /provided artifact digest does not match any digest in statement/ },
    async read(sample, question) {
      const [verb, ...rest] = whom(sample.signatory.trust, digestFor(sample, question));
      const outcome = await workshop.run([program, verb, sample.file, ...rest]);
      const type = outcome.stdout.trim();
      if (outcome.code === 0 && type !== sample.type) throw new Error(`sigstore-go read the type ${type}`);
      return outcome;
    },
  };
}

export function sigstoreJsReader(workshop: Workshop): Reader {
  const open = (name: string) => path.resolve(workshop.folder, name);
  return {
    name: '@sigstore/verify',
    refusals: {},
    async read({ file, signatory }) {
      try {
        verifyBySigstoreJs(workshop.path(file), signatory.trust, open);
        return { code: 0, printed: '' };
      } catch (error) {
        const { name, message, code = '' } = error as Error & { code?: string };
        return { code: 1, printed: `${name} ${code}: ${message}` };
      }
    },
  };
}

/** sigstore-python, whose trust is always a trusted root and an identity: for keys and other certificates, those of `other`. */
export function sigstorePythonReader(workshop: Workshop, python: string, other: Signatory): Reader {
  const script = path.resolve(import.meta.dirname, '../../attestations/sigstore_python.py');
  return {
    name: 'sigstore-python',
    refusals: {},
    read({ file, signatory: { trust } }) {
      const named = trust.method === 'sigstore' ? trust : other.trust;
      if (named.method !== 'sigstore') throw new Error('sigstore-python needs an identity');
      return workshop.run([python, script, file, named.trustedRoot, named.identity, named.issuer]);
    },
  };
}

/** cosign itself. */
export function cosignReader(workshop: Workshop, program: string): Reader {
  const whom = async ({ trust, name }: Signatory): Promise<string[]> => {
    if (trust.method === 'key') return ['--key', trust.publicKey, '--insecure-ignore-tlog'];
    if (trust.method === 'sigstore') {
      const identity = ['--certificate-identity', trust.identity, '--certificate-oidc-issuer', trust.issuer];
      return ['--trusted-root', trust.trustedRoot, ...identity];
    }
    const trustedRoot = `${name}.trusted-root.json`;
    const fulcio = `url=https://ca.example,certificate-chain=${trust.root}`;
    await workshop.succeed([program, 'trusted-root', 'create', `--fulcio=${fulcio}`, '--out', trustedRoot]);
    const identity = ['--certificate-identity', trust.identity, '--certificate-oidc-issuer-regexp', '.*'];
    const lenient = ['--allow-certificate-chain', '--insecure-ignore-tlog', '--insecure-ignore-sct'];
    return ['--trusted-root', trustedRoot, ...identity, ...lenient];
  };
  return {
    name: 'cosign',
    refusals: { 'wrong-digest': /digest/, 'wrong-type': /predicate type/ },
    async read(sample, question) {
      const about = [
        '--digest',
        digestFor(sample, question),
        '--digestAlg',
        'sha256',
        '--type',
        typeFor(sample, question),
      ];
      const command = [program, 'verify-blob-attestation', '--bundle', sample.file, ...about];
      return workshop.run([...command, ...(await whom(sample.signatory))]);
    },
  };
}
