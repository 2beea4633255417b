import { loadBinding } from '@model-signing/native';

/** What would hash large models, for the version in JSON: which native engine, or why there is none. */
export function engineState() {
  const loaded = loadBinding();
  return loaded.binding === null
    ? { engine: 'node', engineProblem: loaded.problem }
    : { engine: 'native', enginePlatform: loaded.platform };
}
