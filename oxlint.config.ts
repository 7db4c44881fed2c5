import { relative } from 'node:path/posix';
import { defineConfig } from 'oxlint';
import type { OxlintOverride } from 'oxlint';
import { deepest, forbiddenIn, messageFor, walls } from './scripts/walls.ts';

/** An import is written relative to its file, so each depth of a folder has its own words for a wall. */
function wallsOf(folder: string): OxlintOverride[] {
	const isFile = /\.tsx?$/.test(folder);
	const depths = isFile ? [0] : Array.from({ length: deepest }, (_, depth) => depth);
	const { paths, packages } = forbiddenIn(folder);
	return depths.map((depth) => {
		const place = isFile ? folder : `${folder}${'/*'.repeat(depth)}/*.{ts,tsx}`;
		const words = [...paths.map((path) => relative(`${place}/..`, path)), ...packages];
		const regex = `^(?:\\./)?(?:${words.join('|').replaceAll('.', '\\.')})(?:/|$)`;
		const patterns = [{ regex, message: messageFor(folder) }];
		return { files: [place], rules: { 'no-restricted-imports': ['error', { patterns }] } };
	});
}

export default defineConfig({
	plugins: ['typescript', 'unicorn', 'import', 'react', 'oxc', 'promise', 'node', 'vitest'],
	categories: { correctness: 'error', suspicious: 'error', perf: 'error' },
	ignorePatterns: ['dist', 'coverage', 'node_modules', 'docs'],
	rules: {
		'import/no-cycle': ['error', { ignoreTypes: false }],
		'import/no-default-export': 'error',
		'typescript/no-explicit-any': 'error',
		'typescript/no-non-null-assertion': 'error',
		'typescript/no-floating-promises': 'error',
		'typescript/no-misused-promises': 'error',
		'react/rules-of-hooks': 'error',
		'react/exhaustive-deps': 'error',
		'react/react-in-jsx-scope': 'off',
		'no-await-in-loop': 'off',
		'no-shadow': 'off',
		'typescript/consistent-return': 'off',
		'typescript/unbound-method': 'off',
		'oxc/no-map-spread': 'off',
		'unicorn/consistent-function-scoping': 'off',
		'import/no-named-as-default-member': 'off',
		'typescript/no-unsafe-type-assertion': 'off',
		'typescript/no-misused-spread': 'off',
		'import/no-unassigned-import': 'off',
		'unicorn/no-array-sort': 'off',
		'max-lines': ['error', { max: 400 }],
	},
	overrides: [
		{ files: ['*.config.ts'], rules: { 'import/no-default-export': 'off' } },
		{
			files: ['{source,hooks,components,screens,devnet}/**'],
			rules: {
				'max-lines-per-function': [
					'error',
					{ max: 60, skipBlankLines: false, skipComments: false, IIFEs: true },
				],
			},
		},
		{
			files: ['test/**'],
			rules: {
				'max-lines': 'off',
				'vitest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*'] }],
			},
		},
		{
			files: [
				'source/domain/clean.ts',
				'source/domain/cell-width.ts',
				'source/terminal/sgr.ts',
				'test/**',
			],
			rules: { 'no-control-regex': 'off', 'no-misleading-character-class': 'off' },
		},
		// The folder above comes first: what is said of a folder within it replaces that.
		...Object.keys(walls)
			.toSorted((a, b) => a.length - b.length)
			.flatMap(wallsOf),
	],
});
