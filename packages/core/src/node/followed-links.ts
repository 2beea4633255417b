import { lstatSync, realpathSync } from 'node:fs';
import { type FileIdentity, identityOf } from './file-identity.ts';
import { modelChanged } from './model-errors.ts';
import { attempt } from './system-errors.ts';

interface FollowedLink {
  readonly name: string;
  readonly path: string;
  /** The real path that it leads to. */
  readonly target: string;
  readonly identity: FileIdentity;
}

/** The links that were followed, so that they can be looked at again after reading. */
export class FollowedLinks {
  readonly #links: FollowedLink[] = [];

  add(link: FollowedLink): void {
    this.#links.push(link);
  }

  /** @throws {OmsError} `model/changed` if a link leads elsewhere, or its target was replaced */
  confirm(): void {
    for (const { name, path, target, identity } of this.#links) {
      const found = attempt(() => lstatSync(target, { bigint: true }));
      if (!found || identityOf(found) !== identity || attempt(() => realpathSync.native(path)) !== target) {
        throw modelChanged('link', name);
      }
    }
  }
}
