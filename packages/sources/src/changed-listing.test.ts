import { hashModel, type Listing, type ListOptions, localModel, type Model } from '@model-signing/core';
import { modelDirectory } from '@model-signing/testing/tree';
import { expect, it } from 'vitest';
import { withoutSignature } from './discovery.ts';
import { withLfsPointers } from './lfs/lfs-pointers.ts';

/** A listing whose members are all on its class, and use private ones. */
class OwnListing implements Listing {
  readonly #inner: Listing;
  confirmed = 0;
  readonly looked: string[] = [];

  constructor(inner: Listing) {
    this.#inner = inner;
  }

  get singleFile() {
    return this.#inner.singleFile;
  }
  get files() {
    return this.#inner.files;
  }
  get excluded() {
    return this.#inner.excluded;
  }
  get unusable() {
    return this.#inner.unusable;
  }
  get externalLinks() {
    return this.#inner.externalLinks;
  }
  get signatureName() {
    return this.#inner.signatureName;
  }
  get complete() {
    return this.#inner.complete ?? true;
  }
  async findExcludedCode() {
    this.looked.push('code');
    return { names: this.#inner.excluded, complete: true };
  }
  excludesOnly(name: string) {
    this.looked.push(name);
    return true;
  }
  async confirm() {
    this.confirmed++;
    await this.#inner.confirm();
  }
}

it.each<[string, (model: Model) => Model]>([
  ['with the pointers of Git LFS', withLfsPointers],
  ['without its signature', (model) => withoutSignature(model, 'model.sig')],
])('a model whose listing is an object of a class can be read %s', async (_, decorate) => {
  const inner = localModel(modelDirectory({ 'a.bin': 'a', 'model.sig': '{}' }));
  const made: OwnListing[] = [];
  const own: Model = {
    name: 'own',
    async list(options: ListOptions) {
      const listing = new OwnListing(await inner.list(options));
      made.push(listing);
      return listing;
    },
  };
  const options = { followSymlinks: false, excludes: () => false, sizes: true };
  const listing = await decorate(own).list(options);
  expect(listing.excludesOnly?.('x', { size: 0, sha256: '' })).toBe(true);
  expect(await listing.findExcludedCode?.()).toMatchObject({ complete: true });
  expect(listing.complete).toBe(true);
  expect(made[0]?.looked).toEqual(['x', 'code']);
  await hashModel(decorate(own));
  expect(made[1]?.confirmed).toBe(1);
});
