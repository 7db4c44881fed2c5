import { defineConfig } from 'vitest/config';

/** Tests of pure functions, which share a process: to start one for each file takes longer than they do. */
const pure = [
	'analysis',
	'diagnosis',
	'domain',
	'export',
	'fleet',
	'keys',
	'sections',
	'terminal',
].map((folder) => `test/${folder}/**/*.test.{ts,tsx}`);
/** What measures real time has a run of its own: vitest.measured.config.ts. */
const measured = 'test/measured/**';

export default defineConfig({
	test: {
		globalSetup: ['test/helpers/before-all.ts'],
		projects: [
			{ extends: true, test: { name: 'pure', include: pure, isolate: false } },
			{
				extends: true,
				test: { name: 'other', include: ['test/**/*.test.{ts,tsx}'], exclude: [...pure, measured] },
			},
		],
		testTimeout: 60_000,
		hookTimeout: 20_000,
		// Of two cores: many tests wait for real clocks, sockets and programs.
		maxWorkers: 3,
		coverage: {
			provider: 'v8',
			include: [
				'source/**/*.{ts,tsx}',
				'devnet/**/*.ts',
				'components/**/*.{ts,tsx}',
				'hooks/**/*.ts',
				'screens/**/*.{ts,tsx}',
			],
			reporter: ['text-summary'],
			reportOnFailure: true,
			thresholds: { lines: 85 },
		},
	},
});
