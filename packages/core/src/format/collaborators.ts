import { anObject, checkArgument, oneOf, type Rule, withFunctions } from '@model-signing/x509/options';
import type { Listing, ListOptions, Model, ModelFile } from '../model.ts';
import type { Signer, Verifier } from '../signer.ts';
import { unlessAborted } from './abort.ts';
import { OmsError } from './errors.ts';
import { quote } from './text.ts';

const someMethods: Rule = {
  expected: 'an array of methods',
  accepts: (value) => Array.isArray(value) && value.every(oneOf('key', 'certificate', 'sigstore').accepts),
};

/** @throws {TypeError} for what is no signer, before anything is read */
export function checkSigner(signer: Signer): void {
  checkArgument('the signer', signer, withFunctions(['sign']));
}

/** @throws {TypeError} for what is no verifier, before anything is read */
export function checkVerifier(verifier: Verifier): void {
  checkArgument('the verifier', verifier, withFunctions(['verify']));
  checkArgument('the member `methods` of the verifier', verifier.methods, someMethods);
}

/**
 * Checks a model before anything is read.
 * @throws {TypeError} for what is no model
 * @throws {OmsError} `model/name-not-utf8` for a name that no statement can hold
 */
export function checkModel(model: Model): void {
  checkArgument('the model', model, withFunctions(['list']));
  const { name } = model;
  if (typeof name !== 'string') throw new TypeError('the name of the model must be a string');
  if (name.isWellFormed()) return;
  throw new OmsError('model/name-not-utf8', `the name of the model, ${quote(name)}, is not valid Unicode`);
}

/**
 * Lists a model, which may not be our code, and checks the listing.
 * @throws {TypeError} for a listing that is none
 */
export async function listModel(model: Model, options: ListOptions): Promise<Listing> {
  const listing = await unlessAborted(options.signal, () => model.list(options));
  checkArgument('the listing of the model', listing, withFunctions(['confirm'], ['findExcludedCode', 'excludesOnly']));
  const { files, excluded, unusable, externalLinks, hubLinks = [], signatureName, complete = true } = listing;
  checkList('files', files, aFile);
  checkList('excluded', excluded, aName);
  checkList('externalLinks', externalLinks, aName);
  checkList('unusable', unusable, anEntry);
  checkList('hubLinks', hubLinks, aLink);
  if (typeof complete !== 'boolean') {
    throw new TypeError('the `complete` in the listing of the model must be true or false');
  }
  if (signatureName === null || typeof signatureName === 'string') return listing;
  throw new TypeError('the `signatureName` in the listing of the model must be a string or null');
}

const aName: Rule = { expected: 'a name', accepts: (value) => typeof value === 'string' };

const aFile: Rule = {
  expected: 'a file with a `name`, a `size` and a `content` that has a `path` or a function `read`',
  accepts: (value) => {
    if (!anObject.accepts(value)) return false;
    const { name, content } = value as ModelFile;
    if (typeof name !== 'string' || !anObject.accepts(content)) return false;
    return 'path' in content ? typeof content.path === 'string' : typeof content.read === 'function';
  },
};

const anEntry: Rule = {
  expected: 'an entry with a `name` and an `error` of the class OmsError',
  accepts: (value) => {
    if (!anObject.accepts(value)) return false;
    const { name } = value as Listing['unusable'][number];
    const own = Object.getOwnPropertyDescriptor(value, 'error');
    // A getter makes the error when it is needed: reading it here would keep all of them.
    const hasError = own && 'value' in own ? own.value instanceof OmsError : 'error' in (value as object);
    return typeof name === 'string' && hasError;
  },
};

const aLink: Rule = {
  expected: 'a link with a `path` and a `target`',
  accepts: (value) => {
    const { path, target } = (value ?? {}) as { readonly path?: unknown; readonly target?: unknown };
    return typeof path === 'string' && typeof target === 'string';
  },
};

function checkList(name: string, list: unknown, { expected, accepts }: Rule): void {
  if (!Array.isArray(list)) throw new TypeError(`the \`${name}\` in the listing of the model must be an array`);
  if (list.every(accepts)) return;
  throw new TypeError(`each of the \`${name}\` in the listing of the model must be ${expected}`);
}
