/**
 * Whether a text begins with a scheme, as the address of a signature and the name of a model in a store do, and as no path does. It
 * is asked before anything is loaded that reads such names.
 */
export function hasScheme(text: string): boolean {
  return /^[a-z][a-z0-9+.-]{0,20}:\/\//i.test(text);
}
