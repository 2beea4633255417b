import type { Model } from '../model.ts';

/** @throws {TypeError} a browser has no paths */
export function localModel(_modelPath: string, _options?: object): Model {
  throw new TypeError(
    'a browser cannot open a path: @model-signing/core/web makes models of the files and folders that a user chooses or drops',
  );
}
