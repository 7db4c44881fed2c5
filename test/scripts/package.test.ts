import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { smokeTest } from '../../scripts/smoke-test.ts';
import { version } from '../../source/version.ts';

const packageFile = fileURLToPath(new URL('../../package.json', import.meta.url));

it('the package installs alone, runs, names the licences in it, and leaves package.json as it is', async () => {
	const before = readFileSync(packageFile);
	const packed = await smokeTest();
	expect(packed).toMatchObject({ version, alsoInstalled: [], pollStatus: 'ok' });
	expect(packed.files).toEqual(
		expect.arrayContaining(['license', 'changelog.md', 'dist/licenses.txt', 'dist/cli.js']),
	);
	for (const file of ['source', 'test', 'dist/.made-of', 'toolchain'])
		expect(packed.files).not.toContain(file);
	expect(readFileSync(packageFile)).toEqual(before);
});

it('licences are those of what is really in the bundle', () => {
	const text = readFileSync(new URL('../../dist/licenses.txt', import.meta.url), 'utf8');
	for (const name of ['ink', 'react', 'got', 'conf', 'zod', 'systeminformation'])
		expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(MIT\\)$`, 'm'));
	expect(text).toContain('Permission is hereby granted');
	// Of the tests and the build, not of the program.
	for (const name of ['vitest', 'rolldown', 'fast-check', 'typescript'])
		expect(text).not.toMatch(new RegExp(`^${name} `, 'm'));
});
