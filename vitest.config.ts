import { defineConfig } from 'vitest/config';

/**
 * Tests that run programs, change what a process has once (environment, directory), or take a core for long:
 * each file has a process of its own. The others share one: starting one for each file takes as long as
 * they do.
 */
const alone = [
	'test/contributing/**',
	'test/devnet/**',
	'test/docs/**',
	'test/e2e/**',
	'test/lint/**',
	'test/scripts/**',
	'test/alerts/delivery/channels/local.test.ts',
];
/** What measures real time has a run of its own: vitest.measured.config.ts. */
const measured = 'test/measured/**';

export default defineConfig({
	test: {
		globalSetup: ['test/helpers/before-all.ts'],
		projects: [
			{
				extends: true,
				test: {
					name: 'shared',
					include: ['test/**/*.test.{ts,tsx}'],
					exclude: [...alone, measured],
					isolate: false,
				},
			},
			{ extends: true, test: { name: 'alone', include: alone.map(testFilesOf) } },
		],
		testTimeout: 60_000,
		hookTimeout: 20_000,
		// On a busy machine a second, the default, is soon over.
		expect: { poll: { timeout: 20_000 } },
		// Of two cores: many tests wait for real clocks, sockets and programs.
		maxWorkers: 4,
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
			thresholds: { lines: 85, 'source/lifecycle/**': { lines: 90 } },
		},
	},
});

function testFilesOf(pattern: string): string {
	return pattern.replace(/\*\*$/, '**/*.test.{ts,tsx}');
}
