import { anObject, type Rule } from '@model-signing/x509/options';

/** What a registry or its token service accepts from a user. */
export type OciCredentials =
  | { readonly username: string; readonly password: string }
  /** Exchanged for a token by the token service, as programs for credentials keep it. */
  | { readonly identityToken: string }
  /** Sent to the registry as it is. */
  | { readonly registryToken: string };

/** `Basic …` for a name and a password. */
export function basicAuthorization({ username, password }: { username: string; password: string }): string {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

const forms: readonly (readonly string[])[] = [['username', 'password'], ['identityToken'], ['registryToken']];

/** One form of credentials, with text that can stand in a header; or null. */
export const credentialsRule: Rule = {
  expected: 'null, or an object with username and password, with identityToken or with registryToken',
  accepts: (value) => value === null || (anObject.accepts(value) && hasOneForm(value as Record<string, unknown>)),
};

function hasOneForm(value: Readonly<Record<string, unknown>>): boolean {
  const given = Object.keys(value);
  const form = forms.find(([first = '']) => given.includes(first));
  return form?.every((name) => isUsable(name, value[name])) === true && given.length === form.length;
}

/** Of a token, every character can stand in a header. */
function isUsable(name: string, text: unknown): boolean {
  if (typeof text !== 'string' || text === '') return false;
  return name !== 'registryToken' || /^[\x21-\x7e]+$/.test(text);
}
