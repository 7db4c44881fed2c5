import { expect, it } from 'vitest';
import { NodeMetrics } from '../../devnet/node-metrics.ts';

it('leaves out what has no value yet, with labels or without', async () => {
	const metrics = new NodeMetrics<number | undefined>([
		{ name: 'plain', help: 'p', type: 'gauge', read: (value) => value },
		{
			name: 'labelled',
			help: 'l',
			type: 'gauge',
			labels: ['reason'],
			read: (value) => (value === undefined ? undefined : [[{ reason: 'timeout' }, value]]),
		},
	]);
	const series = async (value: number | undefined) =>
		(await metrics.render(value)).split('\n').filter((line) => /^[a-z]/.test(line));
	expect(await series(undefined)).toEqual([]);
	expect(await series(7)).toEqual(['plain 7', 'labelled{reason="timeout"} 7']);
	expect(await series(undefined)).toEqual([]);
});
