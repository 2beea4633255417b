// The baseline: reads a file at once and gives it to the browser's own SHA-256, and nothing else.
interface Scope {
  onmessage: ((event: { readonly data: File }) => void) | null;
  postMessage(message: string): void;
}

const scope = globalThis as unknown as Scope;

scope.onmessage = async ({ data }) => {
  const digest = await crypto.subtle.digest('SHA-256', await data.arrayBuffer());
  scope.postMessage(Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join(''));
};
scope.postMessage('ready');
