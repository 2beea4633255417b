import { type FileStore, noStore } from '../store.ts';

/** There is no directory here. */
export function directoryStore(_directory: string, _model: string, _revision: string): FileStore {
  return noStore;
}
