import { describe, expect, it } from 'vitest';
import { parseTime } from '../../source/domain/time-text.ts';

const nowMs = Date.UTC(2026, 0, 2, 4, 0, 0);
const iso = (text: string) => {
	const atMs = parseTime(text, nowMs);
	return atMs === undefined ? undefined : new Date(atMs).toISOString();
};

describe('a time as people write it', () => {
	it.each([
		['03:12', '2026-01-02T03:12:00.000Z'],
		['3:12:05', '2026-01-02T03:12:05.000Z'],
		['04:00:01', '2026-01-01T04:00:01.000Z'],
		['-2h', '2026-01-02T02:00:00.000Z'],
		['1.5h', '2026-01-02T02:30:00.000Z'],
		['7d', '2025-12-26T04:00:00.000Z'],
		['now', '2026-01-02T04:00:00.000Z'],
		['2025-12-31', '2025-12-31T00:00:00.000Z'],
		['2025-12-31 23:59', '2025-12-31T23:59:00.000Z'],
		['2025-12-31T23:59:10+02:00', '2025-12-31T21:59:10.000Z'],
		['2025-12-31T23:59:10.123Z', '2025-12-31T23:59:10.123Z'],
	])('%s', (text, expected) => {
		expect(iso(text)).toBe(expected);
	});

	it.each(['', '25:00', '12:61', 'yesterday', '2026-13-01', '5', '-', '2h ago'])(
		'not "%s"',
		(text) => {
			expect(iso(text)).toBeUndefined();
		},
	);
});
