import { defineConfig } from 'vitest/config';

/** Only the tests that scripts/mutate.ts chooses: Stryker runs them for each change. */
export default defineConfig({
	test: {
		// scripts/mutate.ts writes a list of patterns.
		include: JSON.parse(process.env['NODETOP_MUTATION_TESTS'] ?? '[]') as string[],
		// In one process Stryker counts only the tests of the first file: the others seem to cover nothing.
		isolate: true,
		testTimeout: 20_000,
	},
});
