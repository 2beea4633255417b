import type { Flag } from '../grammar.ts';

/** Names an extension of the draft. It is not in the help: what it adds may vanish with any release. */
export const extensionFlag: Flag = {
  name: 'extension',
  value: 'name',
  description: 'with --draft: use this extension of the draft',
  choices: ['ml-dsa-65'],
  hidden: true,
};
