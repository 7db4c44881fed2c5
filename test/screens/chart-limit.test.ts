import { expect, it } from 'vitest';
import { nearLimit } from '../../screens/node/chart-limit.ts';
import type { Limit } from '../../source/sections/limits.ts';

const values = (...given: number[]) => ({ times: given.map((_, index) => index), values: given });
const limit = (value: number, severity: Limit['severity'] = 'warning') => ({ value, severity });

it.each([
	['within what moved', [limit(15)], values(10, 20), 15],
	['as far above as the values moved', [limit(30)], values(10, 20), 30],
	['further than that', [limit(31)], values(10, 20), undefined],
	['below, as far', [limit(5)], values(10, 15), 5],
	['half of a value that stands still', [limit(150)], values(100, 100), 150],
	['further than half of it', [limit(151)], values(100, 100), undefined],
	['the nearest of several', [limit(90), limit(30, 'critical'), limit(25)], values(10, 20), 25],
	['without values', [limit(5)], values(Number.NaN), undefined],
	['without limits', [], values(1), undefined],
])('a limit %s', (_what, limits, data, expected) => {
	expect(nearLimit(limits, data)?.value).toBe(expected);
});

it('has the colour of its severity', () => {
	expect(nearLimit([limit(1, 'critical')], values(1))?.tone).toBe('bad');
	expect(nearLimit([limit(1)], values(1))?.tone).toBe('warn');
	expect(nearLimit([limit(1, 'info')], values(1))?.tone).toBe('warn');
});
