import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** What the bundle is made of. */
const inputs = [
	'{source,devnet,hooks,components,screens}/**/*.{ts,tsx}',
	'source/serve/page/*.{html,css}',
	'{rolldown.config,scripts/build,scripts/built,scripts/chunks,scripts/licenses,scripts/schemas-on-first-use}.ts',
	'package.json',
	'package-lock.json',
];
/** Of which inputs `dist` is made; it is not shipped. */
const stamp = join(root, 'dist/.made-of');

/** Whether `dist` is made of the sources as they are: by content, as a checkout changes the times. */
export function isBuilt(): boolean {
	return existsSync(stamp) && readFileSync(stamp, 'utf8') === digestOfInputs();
}

export function digestOfInputs(): string {
	const digest = createHash('sha256');
	for (const file of globSync(inputs, { cwd: root }).toSorted())
		digest
			.update(`${file}\0`)
			.update(readFileSync(join(root, file)))
			.update('\0');
	return digest.digest('hex');
}

export function markBuilt(digest: string): void {
	writeFileSync(stamp, digest);
}
