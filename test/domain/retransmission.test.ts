import { expect, it } from 'vitest';
import { isRetransmitted } from '../../source/domain/retransmission.ts';

it.each([
	[1012, 10, true],
	[3050, 40, true],
	[7010, 2, true],
	[15_100, 90, true],
	// A node that hangs, a queue that is full, a processor that is busy: late, but nothing was lost.
	[240, 10, false],
	[600, 10, false],
	[2000, 10, false],
	[5000, 10, false],
	[10, 10, false],
])('a connection of %i ms where others take %i ms waited for a packet: %s', (ms, usual, isLost) => {
	expect(isRetransmitted(ms, usual)).toBe(isLost);
});
