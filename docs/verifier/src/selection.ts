// The model and the signatures that the user chose last.
import { MAX_BUNDLE_BYTES } from '@model-signing/core';
import type { Signature } from './check.ts';
import type { ChosenModel } from './chosen-model.ts';
import type { Dropped } from './dropped.ts';
import type { FoundSignature } from './find-signature.ts';
import { Problem } from './problem.ts';

/** The signatures to check, and which files of the model they are. */
export interface ReadSignatures {
  readonly signatures: readonly Signature[];
  /** The paths of those that are in the model, which are no part of it. */
  readonly paths: readonly string[];
}

export class Selection {
  model: ChosenModel | null = null;
  /** Signatures that were dropped or chosen by themselves; they go before those that are found in the model. */
  #given: readonly FoundSignature[] = [];
  #found: readonly FoundSignature[] = [];

  get signatures(): readonly FoundSignature[] {
    return this.#given.length > 0 ? this.#given : this.#found;
  }

  async take({ model, signatures }: Dropped): Promise<void> {
    if (signatures.length > 0) this.#given = signatures.map((file) => ({ name: file.name, file, path: null }));
    if (!model) return;
    // A signature that was given with another model is not that of this one.
    if (this.model && signatures.length === 0) this.#given = [];
    this.model = model;
    this.#found = [];
    this.#found = await model.signatures();
  }

  /**
   * Reads the signatures.
   * @throws {Problem} if there are none, or several and only one is wanted
   */
  async read(wantsOne: boolean): Promise<ReadSignatures> {
    const { signatures } = this;
    if (signatures.length === 0) {
      throw new Problem(
        this.model
          ? 'There is no signature with the model: choose its signature.'
          : 'Drop or choose a model and its signature first.',
        this.model ? 'choose-signature' : 'choose-folder',
      );
    }
    if (wantsOne && signatures.length > 1) {
      const names = signatures.map(({ name }) => name).join(' and ');
      throw new Problem(`There are several signatures, ${names}: choose one.`, 'choose-signature');
    }
    const read: Signature[] = [];
    const paths: string[] = [];
    for (const { name, file, path } of signatures) {
      if (file.size > MAX_BUNDLE_BYTES) throw new Problem(`The file ${name} is too large to be a signature.`);
      const bundle = new Uint8Array(await file.arrayBuffer());
      read.push({ name, bundle });
      const inside = path ?? (await this.#pathOf(name, bundle));
      if (inside !== null) paths.push(inside);
    }
    return { signatures: read, paths };
  }

  /** The path in the model of a signature that was chosen by itself: a file of this name with these bytes. */
  async #pathOf(name: string, bundle: Uint8Array): Promise<string | null> {
    const file = await this.model?.topFile(name);
    if (!file || file.size !== bundle.length) return null;
    const content = new Uint8Array(await file.arrayBuffer());
    return content.every((byte, index) => byte === bundle[index]) ? name : null;
  }
}
