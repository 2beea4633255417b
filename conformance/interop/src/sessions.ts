/** Prints the terminal sessions one after another, or those that are named: `npm run session -- policies`. */
const SESSIONS: Readonly<Record<string, () => Promise<unknown>>> = {
  registries: () => import('./registries/session.ts'),
  keys: () => import('./keys/session.ts'),
  policies: () => import('./policies/session.ts'),
  attestations: () => import('./attestations/session.ts'),
};

const named = process.argv.slice(2);
const unknown = named.find((name) => !Object.hasOwn(SESSIONS, name));
if (unknown !== undefined) throw new Error(`there is no session ${unknown}, but ${Object.keys(SESSIONS).join(', ')}`);
for (const [name, print] of Object.entries(SESSIONS)) if (named.length === 0 || named.includes(name)) await print();
