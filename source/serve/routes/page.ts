import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ServeApp } from '../app-types.ts';
import type { ServeOptions } from '../options.ts';

const files = {
	'/': { name: 'index.html', type: 'text/html; charset=utf-8' },
	'/page/app.js': { name: 'app.js', type: 'text/javascript; charset=utf-8' },
	'/page/style.css': { name: 'style.css', type: 'text/css; charset=utf-8' },
} as const;

/** It runs and shows only what came from here, and no other page may hold it in a frame. */
const policy = [
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'self'",
	"connect-src 'self'",
	'img-src data:',
	"base-uri 'none'",
	"form-action 'none'",
	"frame-ancestors 'none'",
].join('; ');

/** The page for browsers: files that hold no data, so they need no token. */
export function addPage(
	app: ServeApp,
	{ pageDirectory }: Pick<ServeOptions, 'pageDirectory'>,
): void {
	const read = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
	for (const [path, { name, type }] of Object.entries(files)) {
		app.get(path, async (context) => {
			const file = read.get(name) ?? readWhole(new URL(name, pageDirectory));
			read.set(name, file);
			try {
				const headers = { 'content-type': type, 'content-security-policy': policy };
				return context.body(await file, 200, headers);
			} catch {
				read.delete(name);
				return context.json({ error: 'the page was not built: npm run build' }, 404);
			}
		});
	}
}

async function readWhole(url: URL): Promise<Uint8Array<ArrayBuffer>> {
	return new Uint8Array(await readFile(fileURLToPath(url)));
}
