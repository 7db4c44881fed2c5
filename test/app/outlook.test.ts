import { expect, it } from 'vitest';
import { judgedMetrics } from '../../source/app/judged-metrics.ts';
import { startOutlook } from '../../source/app/outlook.ts';
import type { Attached } from '../../source/fleet/node-state.ts';
import { createRichFleet } from '../helpers/rich-fleet.ts';
import { openMemoryHistory } from '../helpers/memory-history.ts';
import { createTestClock } from '../helpers/test-clock.ts';

const startMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const minuteMs = 60_000;

it('each number that is judged is one that is recorded', () => {
	expect(judgedMetrics().filter(({ name, title }) => title === name)).toEqual([]);
	expect(judgedMetrics().find(({ name }) => name === 'finalized')).toMatchObject({
		isCounter: true,
		unit: 'perSecond',
	});
});

it('says of each node what is unusual, in the words and units of its fields', async () => {
	const clock = createTestClock(startMs);
	const { moments } = createRichFleet(clock);
	const moment = moments.getSnapshot();
	const node = moment.nodes[0]?.snapshot.target.name ?? '';
	const client = await openMemoryHistory(clock.now);
	const days = 3 * 24 * 60;
	const rows = Array.from({ length: days }, (_, index) => {
		const isLate = index >= days - 30;
		return {
			node,
			track: 'polls' as const,
			atMs: startMs - (days - index) * minuteMs,
			names: ['poll.latencyMs', 'finalized'],
			// Finalizes once a second, and then not at all.
			values: isLate ? [400, 60 * (days - 30)] : [20 + (index % 5), 60 * index + (index % 3)],
		};
	});
	client.write({ rows: [], past: rows, events: [], nodes: [] });
	const attached = new Map<string, Attached>();
	const outlook = startOutlook({
		monitor: { moment: () => moment, attach: (name, part) => attached.set(name, part) },
		client: () => client,
		clock,
	});
	await expect.poll(() => attached.size).toBe(moment.nodes.length);
	await outlook.stop();
	expect(attached.get(node)?.outlook?.unusual).toMatchObject([
		{
			metric: 'poll.latencyMs',
			class: 'latency',
			reason: expect.stringMatching(/ms since/) as string,
		},
		{ metric: 'finalized', class: 'other', reason: expect.stringMatching(/\/s/) as string },
	]);
});
