import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Runs once before all tests: they test the sources as they are, see nothing of the user's configuration,
 * and leave nothing behind.
 */
export async function setup(): Promise<() => void> {
	requireSupportedNode();
	const { build } = await import('../../scripts/build.ts');
	await build();
	return moveHome();
}

/** On an old Node the tests would fail in ways that explain nothing. */
function requireSupportedNode(): void {
	const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
	if (major < 22 || (major === 22 && minor < 13)) {
		throw new Error(
			`the tests need Node.js 22.13 or newer, but this is ${process.version}; run them with npm test`,
		);
	}
}

/** Workers and the programs they start inherit these. The name is short: paths of sockets are limited. */
function moveHome(): () => void {
	const directory = mkdtempSync(join(tmpdir(), 'nt-'));
	const home = join(directory, 'home');
	mkdirSync(home);
	for (const name of ['XDG_CONFIG_HOME', 'XDG_STATE_HOME', 'XDG_CACHE_HOME', 'XDG_DATA_HOME'])
		delete process.env[name];
	Object.assign(process.env, { TMPDIR: directory, HOME: home });
	return () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
}
