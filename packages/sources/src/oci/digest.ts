/**
 * The digest of content in memory, as registries write it: `sha256:…`.
 * @param like a digest with whose algorithm to compute it
 */
export async function digestOf(bytes: Uint8Array, like = 'sha256:'): Promise<string> {
  const [name, algorithm] = like.startsWith('sha512:') ? ['sha512', 'SHA-512'] : ['sha256', 'SHA-256'];
  const digest = new Uint8Array(await crypto.subtle.digest(algorithm as string, bytes as Uint8Array<ArrayBuffer>));
  return `${name}:${Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
