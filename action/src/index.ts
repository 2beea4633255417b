/** All that an action consists of, in one file once it is bundled: what its steps run, and the command that they start. */
export { main as command } from '../../packages/cli/src/main.ts';
export { act } from './act.ts';
