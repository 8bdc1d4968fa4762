import {createReadStream, existsSync} from 'node:fs';
import {stat} from 'node:fs/promises';
import {extname, join, resolve, sep} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {FastifyInstance} from 'fastify';
import {pathOf} from './http.js';
import {Refusal} from './model/refusal.js';
import type {StaticRoot} from './options.js';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
};

/**
 * The security policy of served pages: no inline script or style, Trusted Types on. The widgets must work under it.
 * Source: architecture.md "Script URLs".
 */
export const STRICT_CSP = [
  "default-src 'self'",
  "connect-src 'self' ws: wss: http://*.localhost:* http://localhost:*",
  "worker-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "frame-src 'self' http://*.localhost:*",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types lit-html cxone-crm-widgets 'allow-duplicates'",
].join('; ');

/** The file for a path below a root's folder, never one outside the folder. */
async function fileOf(
  root: StaticRoot,
  path: string,
): Promise<{file: string; size: number; modified: Date} | undefined> {
  const dir = resolve(root.dir);
  const below = path.slice(root.prefix.length);
  let file = resolve(dir, below);
  if (below.includes('\0') || (file !== dir && !file.startsWith(dir + sep))) return undefined;
  if (path.endsWith('/')) file = join(file, 'index.html');
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() ? {file, size: found.size, modified: found.mtime} : undefined;
}

/** Serves files of the roots for every `GET` that no other route answers. */
export function staticRoutes(app: FastifyInstance, roots: readonly StaticRoot[]): void {
  const longestFirst = [...roots].sort((a, b) => b.prefix.length - a.prefix.length);
  app.get('/*', async (request, reply) => {
    let path: string;
    try {
      path = decodeURIComponent(pathOf(request.url));
    } catch {
      throw new Refusal('BAD_REQUEST', 'the path is not encoded properly');
    }
    for (const root of longestFirst) {
      if (!path.startsWith(root.prefix)) continue;
      const found = await fileOf(root, path);
      if (!found) continue;
      const etag = `"${found.size.toString(16)}-${found.modified.getTime().toString(16)}"`;
      const type = TYPES[extname(found.file).toLowerCase()] ?? 'application/octet-stream';
      void reply.headers({
        'content-type': type,
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
        etag,
        ...(type.startsWith('text/html') ? {'content-security-policy': STRICT_CSP} : {}),
        ...root.headers,
      });
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      void reply.header('content-length', found.size);
      return reply.send(createReadStream(found.file));
    }
    throw new Refusal('NOT_FOUND', `there is no ${path}`);
  });
}

/** The folder of the scenario console. It differs between the sources, their build in a clone, and the installed package. */
export function consoleFolder(): string | undefined {
  const candidates = ['../demo/console/', '../../demo/console/', './console/'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  return candidates.find((dir) => existsSync(join(dir, 'console.html')));
}
