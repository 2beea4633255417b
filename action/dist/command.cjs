'use strict';
require('./index.cjs')
  .command()
  .catch((error) => {
    process.stderr.write(`model-signing: ${String(error && error.message).replace(/[^ -~]/g, '?')}\n`);
    process.exitCode = 3;
  });
