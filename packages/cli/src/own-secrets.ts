/** The variables with secrets that this command alone uses. */
const variables = ['MODEL_SIGNING_PASSPHRASE', 'MODEL_SIGNING_PIN', 'MODEL_SIGNING_PRIVATE_KEY'] as const;

const taken = new Map<string, string>();

/** Takes the secrets of this command out of the environment, so that no program that it starts gets them: plugins, browsers, credential programs. */
export function takeOwnSecrets(): void {
  for (const name of variables) {
    const value = process.env[name];
    if (value !== undefined) taken.set(name, value);
    delete process.env[name];
  }
}

/** The value of a variable of the environment, even if it was taken out; an empty one counts as unset. */
export function variableOf(name: string): string | undefined {
  return process.env[name] || taken.get(name) || undefined;
}
