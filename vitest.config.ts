import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: {
		include: ['test/**/*.test.{ts,tsx}'],
		globalSetup: ['test/helpers/require-supported-node.ts'],
		testTimeout: 60_000,
		hookTimeout: 20_000,
		// Of two cores: many tests wait for real clocks, sockets and programs.
		maxWorkers: 3,
		coverage: {
			provider: 'v8',
			include: [
				'source/**/*.{ts,tsx}',
				'devnet/**/*.ts',
				'components/**/*.tsx',
				'hooks/**/*.ts',
				'screens/**/*.tsx',
			],
			reporter: ['text-summary'],
			thresholds: { lines: 85 },
		},
	},
});
