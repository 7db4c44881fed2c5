import { expect, it } from 'vitest';
import { systemClock } from '../../source/domain/clock.ts';

it('runs at once what was due a moment ago, without a warning of Node', async () => {
	const warnings: Error[] = [];
	const hear = (warning: Error): void => {
		if (warning.name === 'TimeoutNegativeWarning') warnings.push(warning);
	};
	process.on('warning', hear);
	await new Promise<void>((resolve) => {
		systemClock.setTimeout(resolve, -0.5);
	});
	// Node emits a warning on the next tick.
	await new Promise(setImmediate);
	process.off('warning', hear);
	expect(warnings).toEqual([]);
});
