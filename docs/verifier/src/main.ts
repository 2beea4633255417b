// The script of the page, and of the workers that it starts with the same text: the only one that its policy lets run.
if ('document' in globalThis) void import('./page.ts');
else void import('@model-signing/core/web/hash-worker');
