import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Changes the code of a file or a folder in many small ways, one at a time, and runs the tests of its part against
 * each change: `npm run mutate -- source/alerts/step.ts`. Tests of another place can be named after it. What did
 * not change since the last run is not run again.
 */
const [path, ...named] = process.argv.slice(2);
const stryker = join('node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
if (path === undefined || !existsSync(path)) {
	console.error('npm run mutate -- PATH [TEST…]: a file or a folder of the source');
	process.exit(64);
}
if (!existsSync(stryker)) {
	console.error('Stryker is not installed: npm ci');
	process.exit(69);
}

const [first = '', second = ''] = path.split('/');
const part = first === 'source' ? second : first;
const tests = named.length > 0 ? named : [`test/${part}/**/*.test.{ts,tsx}`];
const cache = join('node_modules', '.cache', 'mutation');
const name = path.replaceAll(/[^\w.-]/g, '-');
mkdirSync(cache, { recursive: true });
const settings = join(cache, `${name}.settings.json`);
writeFileSync(
	settings,
	JSON.stringify({
		testRunner: 'vitest',
		plugins: ['@stryker-mutator/vitest-runner'],
		vitest: { configFile: 'vitest.mutation.config.ts', related: false },
		mutate: [/\.tsx?$/.test(path) ? path : `${path}/**/*.{ts,tsx}`],
		// TypeScript 7 has no interface for programs, with which Stryker would rewrite this file.
		tsconfigFile: 'no-tsconfig.json',
		// A second configuration of the linter, below node_modules, would stop the linter meanwhile.
		ignorePatterns: ['dist', 'docs', 'bench', 'examples', 'oxlint.config.ts'],
		concurrency: 1,
		coverageAnalysis: 'perTest',
		incremental: true,
		incrementalFile: join(cache, `${name}.incremental.json`),
		tempDirName: join(cache, 'sandbox'),
		reporters: ['clear-text'],
		clearTextReporter: { allowColor: false, reportTests: false },
		timeoutMS: 20_000,
	}),
);
const { status } = spawnSync(process.execPath, [stryker, 'run', settings], {
	stdio: 'inherit',
	env: { ...process.env, NODETOP_MUTATION_TESTS: JSON.stringify(tests) },
});
process.exitCode = status ?? 1;
