#!/usr/bin/env node
// This file needs no build, because npm links a command only if its file exists at install time.
import {existsSync} from 'node:fs';

const command = new URL('./dist/cli.js', import.meta.url);
if (existsSync(command)) {
  await import(command.href);
} else {
  console.error('cxone-simulator is not built yet. In a clone, run: npm run build');
  process.exitCode = 1;
}
