import { describe, expect, it } from 'vitest';
import { flowed, flowFor } from '../../components/flow.ts';

describe('a list that flows', () => {
	it('stays in one column while it fits', () => {
		expect(flowFor(10, 10, 200, 40)).toEqual({ columns: 1, width: 200 });
	});

	it('takes as many columns as it needs, and no more than have their least width', () => {
		expect(flowFor(11, 10, 200, 40)).toEqual({ columns: 2, width: 98 });
		expect(flowFor(1000, 10, 200, 40)).toEqual({ columns: 4, width: 47 });
		expect(flowFor(1000, 10, 30, 40)).toEqual({ columns: 1, width: 30 });
	});

	it('goes down one column after the other, and cuts what has no room', () => {
		const flow = { columns: 2, width: 2 };
		expect(flowed(['a1', 'a2', 'b1'], 2, flow)).toEqual(['a1   b1', 'a2     ']);
		expect(flowed(['a1', 'a2', 'b1', 'b2', 'c1'], 2, flow)).toEqual(['a1   b1', 'a2   b2']);
		expect(flowed(['a1'], 2, flow)).toEqual(['a1     ']);
	});
});
