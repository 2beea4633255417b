import { lstatSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { Directory } from './directory.ts';
import { type FileState, stateOf } from './file-identity.ts';
import { modelChanged } from './model-errors.ts';
import { attempt } from './system-errors.ts';

/** Without its own path, since a model may have very many links. */
interface FollowedLink {
  readonly directory: Directory;
  readonly basename: string;
  /** The real path that it leads to. */
  readonly target: string;
  readonly state: FileState;
}

/** The links that were followed, so that they can be looked at again after reading. */
export class FollowedLinks {
  readonly #links: FollowedLink[] = [];

  add(link: FollowedLink): void {
    this.#links.push(link);
  }

  /** @throws {OmsError} `model/changed` if a link leads elsewhere, or its target changed, was replaced or was away */
  confirm(): void {
    for (const { directory, basename, target, state } of this.#links) {
      const found = attempt(() => lstatSync(target, { bigint: true }));
      const link = directory.path + path.sep + basename;
      if (!found || stateOf(found) !== state || attempt(() => realpathSync.native(link)) !== target) {
        throw modelChanged('link', directory.prefix + basename);
      }
    }
  }
}
