import { describe, expect, it } from 'vitest';
import { compareHealth, worstHealth } from '../../source/domain/words.ts';

describe('worstHealth', () => {
	it('ranks up, degraded, unknown, down', () => {
		expect(worstHealth(['up', 'degraded'])).toBe('degraded');
		expect(worstHealth(['degraded', 'unknown'])).toBe('unknown');
		expect(worstHealth(['unknown', 'down', 'up'])).toBe('down');
	});

	it('does not know without nodes', () => {
		expect(worstHealth([])).toBe('unknown');
	});

	it('orders the same way', () => {
		expect((['down', 'up', 'unknown', 'degraded'] as const).toSorted(compareHealth)).toEqual([
			'up',
			'degraded',
			'unknown',
			'down',
		]);
	});
});
