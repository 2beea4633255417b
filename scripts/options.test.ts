import path from 'node:path';
import * as core from '@model-signing/core';
import * as keys from '@model-signing/keys';
import * as native from '@model-signing/native';
import * as pkcs11 from '@model-signing/pkcs11';
import * as policies from '@model-signing/policy';
import * as sigstore from '@model-signing/sigstore';
import * as sources from '@model-signing/sources';
import { makeCertificate } from '@model-signing/testing/certificates';
import { testKey } from '@model-signing/testing/forge';
import * as transformers from '@model-signing/transformers';
import * as x509 from '@model-signing/x509';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** One value of each kind that a caller could give by mistake. */
const values: Readonly<Record<string, unknown>> = {
  null: null,
  true: true,
  false: false,
  zero: 0,
  minus: -1,
  nan: Number.NaN,
  huge: 2 ** 31,
  text: 'no',
  empty: '',
  object: {},
  array: [],
  function: () => {},
  symbol: Symbol('wrong'),
};

const flag = 'true false';
const text = 'text empty';
const number = 'zero minus nan huge';

const reading = {
  ignorePaths: 'array',
  ignoreGitPaths: flag,
  threads: 'huge',
  concurrency: 'huge',
  onProgress: 'function',
  engine: '',
  signal: '',
};
const hashing = {
  ...reading,
  allowSymlinks: flag,
  strict: flag,
  hashAlgorithm: text,
  method: '',
  shardSize: number,
  draft: text,
  extensions: 'array',
  subManifests: 'array',
  excludeAttestations: flag,
  annotations: 'object array',
};
const privateKey = { privateKey: text, passphrase: text, key: '', 'key.publicKey': text, 'key.sign': 'function' };
const budgets = {
  budgets: 'object',
  'budgets.signatures': 'zero huge',
  'budgets.steps': 'zero huge',
  'budgets.depth': 'zero huge',
  'budgets.nameComparisons': 'zero huge',
};
const call = { signal: '', environment: 'object', timeout: '' };
const token = { pin: 'function', module: 'text', certificate: text, signal: '' };
const trust = {
  trust: '',
  'trust.trustedRoot': text,
  'trust.signingConfig': text,
  'trust.trustConfig': text,
  'trust.instance': '',
  'trust.refresh': flag,
  'trust.cacheDirectory': 'text',
};

/** The values that each option of each exported function may have. All others are refused. */
const accepted: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  signModel: { ...hashing, evidence: '' },
  hashModel: { ...hashing, evidence: '' },
  planModel: { ...hashing, evidence: '' },
  verifyModel: {
    ...reading,
    allowSymlinks: flag,
    strict: flag,
    draft: text,
    extensions: 'array',
    evidence: '',
    ignoredFiles: 'array',
    ignoreUnsignedFiles: flag,
  },
  verifySigned: {
    ...reading,
    allowSymlinks: flag,
    strict: flag,
    evidence: '',
    ignoredFiles: 'array',
    ignoreUnsignedFiles: flag,
  },
  verifySeveral: {
    ...reading,
    allowSymlinks: flag,
    strict: flag,
    evidence: '',
    ignoredFiles: 'array',
    ignoreUnsignedFiles: flag,
  },
  verifySome: {
    threads: 'huge',
    concurrency: 'huge',
    onProgress: 'function',
    engine: '',
    signal: '',
    allowSymlinks: flag,
    strict: flag,
    evidence: '',
  },
  openVerified: {
    threads: 'huge',
    concurrency: 'huge',
    cacheBytes: 'zero huge',
    readAhead: 'huge',
    maxUnitBytes: 'huge',
    engine: '',
    signal: '',
    allowSymlinks: flag,
    strict: flag,
    draft: text,
    extensions: 'array',
  },
  openSignature: { strict: flag, draft: text, extensions: 'array', signal: '' },
  attest: { perFile: flag, strict: flag, signal: '' },
  openAttestation: { strict: flag, signal: '' },
  localModel: { signaturePath: text, allowExternalSymlinks: flag, hubCache: flag },
  keySigner: { ...privateKey, extensions: 'array' },
  keyVerifier: { publicKey: text, extensions: 'array' },
  keyVerifierOf: { ...privateKey, extensions: 'array' },
  timestampedVerifier: { timestampRoots: 'array' },
  reuseDigests: {
    ...{ previous: '', evidence: '', engine: '', rehash: 'array' },
    ...{ audit: '', 'audit.share': '', 'audit.bytes': 'huge' },
  },
  certificateSigner: { ...privateKey, certificate: text, chain: 'array', usage: '', timestampAuthority: 'function' },
  certificateVerifier: {
    trusted: 'array',
    timestampRoots: 'array',
    systemRoots: flag,
    requireSelfSignedRoot: flag,
    verificationTime: '',
    usage: '',
  },
  httpTimestampAuthority: { timeout: '', signal: '' },
  sigstoreSigner: {
    token: '',
    'token.token': text,
    'token.ambient': 'true',
    'token.login': '',
    'token.login.show': 'function',
    'token.login.readCode': 'function',
    'token.clientSecret': text,
    ...trust,
    clientId: 'text',
    deadline: '',
    signal: '',
  },
  sigstoreVerifier: { identity: 'text', identityPattern: 'text', issuer: 'text', ...trust, signal: '' },
  loggedSigner: { log: '', 'log.url': 'text', 'log.version': '', ...trust, deadline: '', signal: '' },
  loggedVerifier: { ...trust, signal: '' },
  verifyPath: {
    leaf: '',
    intermediates: 'array',
    anchors: 'array',
    time: '',
    usage: '',
    requireSelfSignedRoot: flag,
    ...budgets,
  },
  verifyTimestamp: { response: '', signature: '', roots: 'array', intermediates: 'array', nonce: '', ...budgets },
  createTimestampRequest: { signature: '', hash: '', nonce: '' },
  ociModel: {
    credentials: 'null',
    'credentials.username': '',
    'credentials.password': '',
    'credentials.identityToken': 'text',
    'credentials.registryToken': 'text',
    fetch: 'function',
    view: '',
    requirePinned: flag,
    signal: '',
  },
  ociManifestModel: { name: text, view: '' },
  fetchSignature: { fetch: 'function', signal: '' },
  openSourceModel: { requirePinned: flag, signal: '' },
  pull: {
    to: 'text',
    bundle: '',
    signatureName: 'text',
    only: 'array',
    verifyOptions: 'object',
    engine: '',
    concurrency: 'huge',
    onProgress: 'function',
    signal: '',
  },
  copyVerified: { to: 'text', model: 'text', reflink: flag, sync: flag, engine: '', onFolder: 'function', signal: '' },
  nativeEngine: { use: '', onUnavailable: 'function' },
  verifySkill: { ignoredFiles: 'array', strict: flag, engine: '', signal: '' },
  openServiceKey: { ...call, fetch: 'function' },
  openTransitKey: { ...call, fetch: 'function' },
  openPluginKey: call,
  openPkcs11Key: token,
  readPkcs11PublicKey: token,
  loadPolicy: { readFile: 'function', requireDigests: flag },
  checkPolicy: { now: '' },
  policyVerifier: { openSigstore: 'function', now: 'function' },
  statementJudge: { openSigstore: 'function', now: 'function', draft: text, signal: '' },
  guard: {
    model: 'text',
    revision: 'text',
    verifier: '',
    signature: 'text',
    cache: 'null',
    inMemory: flag,
    engine: '',
    unguarded: 'array',
    strict: flag,
    draft: text,
    signal: '',
  },
  huggingFaceModel: { endpoint: text, token: 'null text empty', fetch: 'function', requirePinned: flag, signal: '' },
};

const key = testKey();
const made = makeCertificate();
const leaf = x509.parsePemCertificates(made.pem)[0] as x509.Certificate;

let touched = 0;

const model: core.Model = {
  name: 'm',
  list() {
    touched++;
    throw new Error('the model was listed');
  },
};

const { bundle } = await core.signModel(
  {
    name: 'm',
    list: async () => ({
      singleFile: false,
      files: [{ name: 'a', size: 0, content: { read: async function* () {} } }],
      excluded: [],
      unusable: [],
      externalLinks: [],
      signatureName: null,
      confirm: async () => {},
    }),
  },
  core.keySigner(key),
);
const signed = await core.openSignature(bundle, core.keyVerifier(key));
const attestedClaim = { predicateType: 'https://example.com/v1', predicate: {} };

const policy = await policies.loadPolicy(
  JSON.stringify({
    policyVersion: 1,
    signers: { alice: { method: 'key', publicKey: key.publicKey } },
    models: [{ match: ['m'], require: { signedBy: ['alice'] } }],
  }),
);

const unused = { show: () => void touched++ };

/** Options with which each function is right, except those that are tried. */
const bases: Readonly<Record<string, object>> = {
  keySigner: key,
  keyVerifier: key,
  keyVerifierOf: key,
  reuseDigests: { evidence: { bundle: null, look: () => null, isStill: () => false }, engine: core.defaultEngine },
  certificateSigner: { privateKey: made.privateKeyPem, certificate: made.pem },
  certificateVerifier: { trusted: [made.pem] },
  sigstoreSigner: { token: { login: unused } },
  sigstoreVerifier: { identity: 'a', issuer: 'b' },
  loggedSigner: { log: { url: 'https://log.example', version: 1 } },
  timestampedVerifier: { timestampRoots: [made.pem] },
  ociManifestModel: { name: 'm' },
  verifyPath: { leaf, anchors: [leaf], time: new Date(), usage: 'any' },
  verifyTimestamp: { response: new Uint8Array(), signature: new Uint8Array(), roots: [leaf] },
  createTimestampRequest: { signature: new Uint8Array() },
  pull: { to: 'm', bundle: new Uint8Array() },
  copyVerified: { to: 'm' },
  guard: { model: 'org/m', revision: 'main', verifier: core.keyVerifier(key) },
};

/** The options that one must stand beside, inside another one. */
const companions: Readonly<Record<string, object>> = {
  'key.publicKey': { sign: async () => new Uint8Array() },
  'key.sign': { publicKey: key.publicKey },
  'log.url': { version: 1 },
  'log.version': { url: 'https://log.example' },
  'token.login.readCode': unused,
  'token.clientSecret': { login: unused },
  'trust.signingConfig': { trustedRoot: '{}' },
  'trust.refresh': { instance: 'staging' },
  'trust.cacheDirectory': { instance: 'staging' },
};

/** The options of a base that would stand in the way of one that is tried. */
const excluded: Readonly<Record<string, readonly string[]>> = {
  'key.publicKey': ['privateKey'],
  'key.sign': ['privateKey'],
};

type Call = (options: unknown) => unknown;

const calls: Readonly<Record<string, Call>> = Object.fromEntries(
  Object.entries({
    ...core,
    ...keys,
    ...native,
    ...pkcs11,
    ...policies,
    ...sigstore,
    ...sources,
    ...transformers,
    ...x509,
  }).flatMap(([name, value]) => (typeof value === 'function' ? [[name, value as unknown as Call]] : [])),
);

const absentToken = 'pkcs11:token=a?module-path=/nowhere/module.so';

const reference = { kind: 'huggingface', type: 'model', repository: 'org/model', revision: null } as const;

const withModel: Readonly<Record<string, Call>> = {
  signModel: (options) => core.signModel(model, core.keySigner(key), options as object),
  hashModel: (options) => core.hashModel(model, options as object),
  planModel: (options) => core.planModel(model, options as object),
  verifyModel: (options) => core.verifyModel(model, new Uint8Array(), core.keyVerifier(key), options as object),
  verifySigned: (options) => core.verifySigned(signed, model, options as object),
  verifySeveral: (options) => core.verifySeveral([signed], model, options as object),
  verifySome: (options) => core.verifySome(signed, model, ['a'], options as object),
  attest: (options) => core.attest(signed, attestedClaim, core.keySigner(key), options as object),
  openAttestation: (options) => core.openAttestation(new Uint8Array(), core.keyVerifier(key), options as object),
  openVerified: (options) => core.openVerified(model, new Uint8Array(), core.keyVerifier(key), options as object),
  loggedSigner: (options) => sigstore.loggedSigner(core.keySigner(key), options as never),
  loggedVerifier: (options) => sigstore.loggedVerifier(core.keyVerifier(key), options as object),
  timestampedVerifier: (options) => core.timestampedVerifier(core.keyVerifier(key), options as never),
  openSignature: (options) => core.openSignature(new Uint8Array(), core.keyVerifier(key), options as object),
  localModel: (options) => core.localModel('m', options as object),
  ociModel: (options) => sources.ociModel('oci://localhost:1/model', options as object),
  ociManifestModel: (options) => sources.ociManifestModel(new Uint8Array(), options as never),
  fetchSignature: (options) => sources.fetchSignature('http://127.0.0.1:1/', options as object),
  openServiceKey: (options) => keys.openServiceKey('openbao://key', options as object),
  openTransitKey: (options) => keys.openTransitKey('openbao://key', options as object),
  openPluginKey: (options) => keys.openPluginKey('test://key', options as object),
  openPkcs11Key: (options) => pkcs11.openPkcs11Key(absentToken, options as object),
  readPkcs11PublicKey: (options) => pkcs11.readPkcs11PublicKey(absentToken, options as object),
  openSourceModel: (options) => sources.openSourceModel(reference, options as object),
  verifySkill: (options) => sources.verifySkill('/nowhere', core.keyVerifier(key), options as object),
  pull: (options) => sources.pull(model, signed, options as { to: string; bundle: Uint8Array }),
  copyVerified: (options) =>
    sources.copyVerified(async () => Promise.reject(new Error('verified')), options as { to: string }),
  loadPolicy: (options) => policies.loadPolicy(JSON.stringify(policy.document), options as object),
  checkPolicy: (options) => policies.checkPolicy(policy, options as object),
  policyVerifier: (options) => policies.policyVerifier(policy, 'm', options as object),
  statementJudge: (options) => policies.statementJudge(policy, options as object),
  guard: (options) => transformers.guard({} as never, options as never),
  huggingFaceModel: (options) => sources.huggingFaceModel('hf://org/model', options as object),
  httpTimestampAuthority: (options) => core.httpTimestampAuthority('http://127.0.0.1:1/', options as object),
};

async function outcomeOf(name: string, options: unknown): Promise<unknown> {
  touched = 0;
  try {
    await (withModel[name] ?? calls[name])?.(options);
    return 'accepted';
  } catch (error) {
    return error;
  }
}

function optionsWith(name: string, option: string, value: unknown): object {
  const base: Record<string, unknown> = { ...bases[name] };
  for (const other of excluded[option] ?? []) delete base[other];
  const [outer, middle, inner] = option.split('.') as [string, string?, string?];
  if (middle === undefined) return { ...base, [outer]: value };
  const beside = companions[option];
  const within = inner === undefined ? { ...beside, [middle]: value } : { [middle]: { ...beside, [inner]: value } };
  return { ...base, [outer]: within };
}

interface Declared {
  readonly options: readonly string[];
  readonly required: readonly string[];
}

/** The options of the exported functions, as the declarations have them. */
function declaredOptions(): Map<string, Declared> {
  const root = path.resolve(import.meta.dirname, '..');
  const files = ['core', 'keys', 'native', 'pkcs11', 'policy', 'sigstore', 'sources', 'transformers', 'x509'].map(
    (each) => path.join(root, 'packages', each, 'src/index.ts'),
  );
  const program = ts.createProgram(files, {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2024,
    customConditions: ['@model-signing/source'],
    allowImportingTsExtensions: true,
    strict: true,
    noEmit: true,
  });
  const checker = program.getTypeChecker();
  const found = new Map<string, Declared>();
  for (const file of files) {
    const source = program.getSourceFile(file) as ts.SourceFile;
    const module = checker.getSymbolAtLocation(source) as ts.Symbol;
    for (const exported of checker.getExportsOfModule(module)) {
      const [signature] = checker.getTypeOfSymbol(aliased(exported, checker)).getCallSignatures();
      const options = signature?.parameters.find(({ name }) => name === 'options');
      if (options) found.set(exported.name, declaredBy(checker.getTypeOfSymbol(options), checker));
    }
  }
  return found;
}

function aliased(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function declaredBy(type: ts.Type, checker: ts.TypeChecker): Declared {
  const required = checker
    .getPropertiesOfType(type)
    .filter((property) => !(property.flags & ts.SymbolFlags.Optional))
    .filter((property) => !isOptional(checker.getTypeOfSymbol(property)))
    .map(({ name }) => name);
  return { options: optionsIn(type, checker, ''), required };
}

function isOptional(type: ts.Type): boolean {
  return type.isUnion() && type.types.some(({ flags }) => flags & ts.TypeFlags.Undefined);
}

/** Values that are no groups of options. */
const whole = new Set([
  'engine',
  'previous',
  'evidence',
  'cache',
  'verifier',
  'environment',
  'annotations',
  'leaf',
  'verifyOptions',
]);

function optionsIn(type: ts.Type, checker: ts.TypeChecker, prefix: string): string[] {
  const names = new Set<string>();
  const parts = (type.isUnion() ? type.types : [type]).filter(
    ({ flags }) => flags & ts.TypeFlags.Object || flags & ts.TypeFlags.Intersection,
  );
  for (const part of parts) {
    for (const property of checker.getPropertiesOfType(part)) {
      names.add(prefix + property.name);
      if (whole.has(property.name)) continue;
      for (const inner of groupsIn(checker.getTypeOfSymbol(property), checker)) {
        for (const name of optionsIn(inner, checker, `${prefix}${property.name}.`)) names.add(name);
      }
    }
  }
  return [...names];
}

/** The types of the alternatives of an option that are groups of options, declared in this repository. */
function groupsIn(type: ts.Type, checker: ts.TypeChecker): ts.Type[] {
  const parts = type.isUnion() ? type.types : [type];
  return parts.filter((part) => {
    const [declaration] = checker.getPropertiesOfType(part)[0]?.declarations ?? [];
    const isOurs = declaration?.getSourceFile().fileName.includes('/packages/') === true;
    return isOurs && part.getCallSignatures().length === 0 && !checker.isArrayType(part) && !part.isClass();
  });
}

const declared = declaredOptions();

const cases = Object.entries(accepted).flatMap(([name, options]) =>
  Object.entries(options).flatMap(([option, right]) =>
    Object.keys(values)
      .filter((value) => !right.split(' ').includes(value))
      .map((value) => [name, option, value] as const),
  ),
);

describe('the options of the exported functions', () => {
  it('the table of options has every option of every exported function', () => {
    const listed = Object.entries(accepted).map(([name, options]) => [name, Object.keys(options).sort()]);
    const expected = [...declared].map(([name, { options }]) => [name, options.toSorted()]);
    expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(expected));
  });

  it.each(cases)('%s refuses the option %s as a TypeError that names it if it is %s', async (name, option, value) => {
    const error = await outcomeOf(name, optionsWith(name, option, values[value]));
    expect(error).toBeInstanceOf(TypeError);
    const names = option.split('.').map((_, depth, all) => all.slice(0, depth + 1).join('.'));
    expect(
      names.some((each) => (error as Error).message.startsWith(`the option ${each} `)),
      String(error),
    ).toBe(true);
    expect(touched).toBe(0);
  });

  it.each(Object.keys(accepted))('%s refuses a missing option as a TypeError that names it', async (name) => {
    for (const option of declared.get(name)?.required ?? []) {
      const error = await outcomeOf(name, optionsWith(name, option, undefined));
      expect(error, option).toBeInstanceOf(TypeError);
      expect((error as Error).message).toContain(`the option ${option} `);
    }
  });

  it.each(Object.keys(accepted))('%s refuses options that are no object', async (name) => {
    for (const options of [null, 'strict', 1, [], () => {}]) {
      const error = await outcomeOf(name, options);
      expect((error as Error).message).toMatch(/^the options must be an object, and are /);
    }
  });
});
