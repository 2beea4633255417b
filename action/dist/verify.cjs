'use strict';
require('./index.cjs')
  .act('verify')
  .catch((error) => {
    process.stderr.write(`model-signing: ${String(error && error.message).replace(/[^ -~]/g, '?')}\n`);
    process.exitCode = 3;
  });
