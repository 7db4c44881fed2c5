import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Changes the code of files or folders in many small ways, one at a time, and runs the tests of their part against
 * each change: `npm run mutate -- source/alerts/step.ts`. Tests of another place can be named after it. A change
 * that a test noticed is not run again while that test exists.
 */
const named = process.argv.slice(2);
const paths = named.filter((path) => !path.startsWith('test/'));
const namedTests = named.filter((path) => path.startsWith('test/'));
const stryker = join('node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
if (paths.length === 0 || !paths.every((path) => existsSync(path))) {
	console.error(
		'npm run mutate -- PATH… [TEST…]: files or folders of the source, and tests below test/',
	);
	process.exit(64);
}
if (!existsSync(stryker)) {
	console.error('Stryker is not installed: npm ci');
	process.exit(69);
}

const parts = new Set(paths.map(partOf));
const tests = (namedTests.length > 0 ? namedTests : [...parts].map((part) => `test/${part}`)).map(
	(path) => (/\.tsx?$/.test(path) ? path : `${path}/**/*.test.{ts,tsx}`),
);
const cache = join('node_modules', '.cache', 'mutation');
const digest = createHash('sha256').update(paths.join(' ')).digest('hex').slice(0, 8);
const name = `${(paths[0] ?? '').replaceAll(/[^\w.-]/g, '-')}-${digest}`;
mkdirSync(cache, { recursive: true });
const settings = join(cache, `${name}.settings.json`);
const incrementalFile = join(cache, `${name}.incremental.json`);
forgetSurvivors(incrementalFile);
writeFileSync(
	settings,
	JSON.stringify({
		testRunner: 'one-process',
		plugins: [resolve('scripts/mutation/runner.ts')],
		mutate: paths.map((path) => (/\.tsx?$/.test(path) ? path : `${path}/**/*.{ts,tsx}`)),
		// The sandbox is below node_modules, where Node.js runs no TypeScript.
		buildCommand: `node ${resolve('scripts/mutation/bundle-tests.ts').replaceAll(' ', '\\ ')}`,
		// TypeScript 7 has no interface for programs, with which Stryker would rewrite this file.
		tsconfigFile: 'no-tsconfig.json',
		// A second configuration of the linter, below node_modules, would stop the linter meanwhile.
		ignorePatterns: ['dist', 'docs', 'bench', 'examples', 'oxlint.config.ts'],
		concurrency: Number(process.env['NODETOP_MUTATION_CONCURRENCY'] ?? 1),
		coverageAnalysis: 'perTest',
		incremental: true,
		incrementalFile,
		tempDirName: join(cache, 'sandbox'),
		reporters: ['clear-text', 'progress-append-only'],
		clearTextReporter: { allowColor: false, reportTests: false },
		timeoutMS: 30_000,
	}),
);
// Processes that are stopped in the middle of a test leave its files behind.
const temporary = mkdtempSync(join(tmpdir(), 'nodetop-mutate-'));
try {
	const { status } = spawnSync(process.execPath, [stryker, 'run', settings], {
		stdio: 'inherit',
		env: { ...process.env, NODETOP_MUTATION_TESTS: JSON.stringify(tests), TMPDIR: temporary },
	});
	process.exitCode = status ?? 1;
} finally {
	rmSync(temporary, { recursive: true, force: true });
}

function partOf(path: string): string {
	const [first = '', second = ''] = path.split('/');
	return first === 'source' ? second : first;
}

/** All tests come in one file, of which Stryker does not see what changed: what no test noticed is tried again. */
function forgetSurvivors(file: string): void {
	if (!existsSync(file)) return;
	const report = JSON.parse(readFileSync(file, 'utf8')) as {
		files: Record<string, { mutants: { status: string }[] }>;
	};
	for (const each of Object.values(report.files)) {
		each.mutants = each.mutants.filter(({ status }) => status === 'Killed');
	}
	writeFileSync(file, JSON.stringify(report));
}
