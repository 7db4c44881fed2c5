import { globSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import type { Plugin } from 'rolldown';

/**
 * Writes all tests that scripts/mutate.ts chose into one file, in the directory where Stryker runs: it is loaded
 * anew for each change, which takes several times as long with some hundred modules.
 */
const entry = '\0tests';
const chosen = JSON.parse(process.env['NODETOP_MUTATION_TESTS'] ?? '[]') as string[];

const names = 'describe it test expect vi beforeAll afterAll beforeEach afterEach onTestFinished';

/** In the place of Vitest stands what scripts/mutation/runner.ts leaves for the tests. */
const suite: Plugin = {
	name: 'suite',
	resolveId: (id) => (id === 'vitest' ? '\0suite' : null),
	load: (id) =>
		id === '\0suite'
			? `const { ${names.replaceAll(' ', ', ')} } = globalThis.nodetopTests; export { ${names.replaceAll(' ', ', ')} };`
			: null,
};

const oneFile: Plugin = {
	name: 'one-file',
	resolveId: (id) => (id === entry ? id : null),
	// Each file is loaded within a suite of its own, so its hooks serve its own tests only.
	load: (id) =>
		id === entry
			? [
					"import { describe } from 'vitest';",
					...globSync(chosen).map(
						(file) =>
							`describe(${JSON.stringify(file)}, async () => void (await import(${JSON.stringify(`./${file}`)})));`,
					),
				].join('\n')
			: null,
	// Fixtures and programs are found from where the module stood.
	transform: (code, id) =>
		id.startsWith(process.cwd())
			? code
					.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href))
					.replaceAll('import.meta.dirname', JSON.stringify(dirname(id)))
			: null,
};

/** A module of a package that is required keeps its default export, for Node.js gives it as a module. */
const defaults: Plugin = {
	name: 'defaults',
	renderChunk: (code) =>
		code.replace('isNodeMode || !mod || !mod.__esModule', '!mod || !mod.__esModule'),
};

const bundle = await rolldown({
	input: { tests: entry },
	platform: 'node',
	plugins: [suite, oneFile, defaults],
	external: /^(?!vitest$)[^./\0]/,
	treeshake: false,
	logLevel: 'warn',
});
await bundle.write({ file: 'mutation/tests.cjs', format: 'cjs', codeSplitting: false });
await bundle.close();
