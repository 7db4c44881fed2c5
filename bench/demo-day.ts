/**
 * Records a day of the demo's networks, with faults, in virtual time, as one recording:
 * `node bench/demo-day.ts [--hours 24] [--interval 10] FILE`. Then `nodetop history report --file FILE`, with --html
 * or --markdown, and `nodetop replay FILE`.
 */
import { parseArgs } from 'node:util';
import { framePaths } from '../source/app/frame-paths.ts';
import type { MonitorEvent } from '../source/app/monitor-events.ts';
import { createRecorder } from '../source/app/recorder.ts';
import { createMoments } from '../source/fleet/moments.ts';
import { version } from '../source/version.ts';
import { openMemoryHistory } from '../test/helpers/memory-history.ts';
import { createTestClock } from '../test/helpers/test-clock.ts';
import { startDevnetWatch } from '../test/helpers/virtual-watch.ts';

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		hours: { type: 'string', default: '24' },
		interval: { type: 'string', default: '10' },
	},
});
const [file] = positionals;
if (file === undefined) throw new Error('name the file of the recording');
const intervalMs = Number(values.interval) * 1000;
const rounds = (Number(values.hours) * 3_600_000) / intervalMs;
const epochMs = Date.UTC(2026, 2, 1);

/** What happens, by the share of the day; nothing else is wrong from an undefined one on. */
const faults: readonly (readonly [share: number, fault: object | undefined])[] = [
	[
		0.133,
		{
			fault: 'partition',
			groups: [
				['dag-1', 'dag-2'],
				['dag-3', 'dag-4'],
			],
		},
	],
	[0.14, undefined],
	[0.3, { fault: 'crash', node: 'hotstuff-2' }],
	[0.32, { fault: 'restart', node: 'hotstuff-2', data: 'kept' }],
	[0.5, { fault: 'loss', node: 'dag-3', ratio: 0.5 }],
	[0.51, undefined],
	[0.7, { fault: 'reorg', node: 'evm-1', depth: 3 }],
	[0.8, { fault: 'stall', node: 'hotstuff-1' }],
	[0.82, undefined],
];

const watch = await startDevnetWatch({ seed: 7, storageNodes: 2, epochMs, intervalMs });
const clock = createTestClock(epochMs + 2000);
const client = await openMemoryHistory(clock.now, framePaths());
let tell: ((event: MonitorEvent) => void) | undefined;
const recorder = createRecorder({
	monitor: {
		moment: createMoments(watch.fleet, { clock }).getSnapshot,
		on(listener) {
			tell = listener;
			return () => undefined;
		},
	},
	client,
	clock,
});
const waiting = [...faults];
for (let round = 0; round < rounds; round += 1) {
	while (waiting[0] && waiting[0][0] * rounds <= round) {
		const [, fault] = waiting.shift() ?? [];
		await (fault ? watch.fault(fault) : watch.heal());
	}
	const { transitions, alerts } = await watch.round();
	watch.fleet.setAlerts(alerts);
	clock.advance(intervalMs);
	for (const transition of transitions)
		tell?.({ type: 'alertChanged', transition, atMs: Date.parse(transition.at) });
	await new Promise(setImmediate);
	if (round % 60 === 59) await client.tend();
}
await recorder.close();
const bytes = await client.ask('export', { file, version, masksAddresses: false });
await watch.stop();
console.log(`${bytes} bytes`);
process.exit(0);
