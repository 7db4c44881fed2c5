import { defineConfig } from 'vitest/config';

/** What measures real time: one test at a time, on a machine that does little else, with its own retries. */
export default defineConfig({
	test: {
		include: ['test/measured/**/*.test.ts'],
		globalSetup: ['test/helpers/before-all.ts', 'test/helpers/show-load.ts'],
		testTimeout: 120_000,
		hookTimeout: 60_000,
		retry: 3,
		maxWorkers: 1,
		sequence: { concurrent: false },
	},
});
