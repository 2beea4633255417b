import { directory } from '../recipe.ts';

export const plainFiles = { 'config.json': '{}\n', 'weights/a.bin': 'aaaa', 'weights/b.bin': 'bbbb' } as const;

/** The model that most vectors begin with. */
export const plainModel = directory(plainFiles);
