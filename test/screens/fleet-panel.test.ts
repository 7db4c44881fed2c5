import { expect, it } from 'vitest';
import { fleetHeightWithin } from '../../screens/storage/fleet-panel.tsx';

it.each([
	[0, 20, 0],
	[1, 20, 4],
	[2, 20, 5],
	[30, 20, 9],
	[2, 4, 4],
	[2, 3, 0],
	[30, 6, 6],
	[2, 2, 0],
])('%i storage nodes take of %i rows %i', (nodes, height, rows) => {
	expect(fleetHeightWithin(nodes, height)).toBe(rows);
});
