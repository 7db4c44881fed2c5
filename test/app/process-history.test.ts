import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { framePaths } from '../../source/app/frame-paths.ts';
import { createMonitorEvents } from '../../source/app/monitor-events.ts';
import { createProcessWatch } from '../../source/app/process-watch.ts';
import { createRecorder } from '../../source/app/recorder.ts';
import type { HistoryClient } from '../../source/history/client.ts';
import { appendJournal } from '../../source/lifecycle/journal.ts';
import type { JournalEntry } from '../../source/lifecycle/journal.ts';
import { placeOf } from '../../source/lifecycle/paths.ts';
import { writeSmall } from '../../source/lifecycle/small-file.ts';
import { defaultHealthSettings, defaultPolicy } from '../../source/lifecycle/spec.ts';
import type { Spec } from '../../source/lifecycle/spec.ts';
import { openMemoryHistory } from '../helpers/memory-history.ts';
import { createRichFleet } from '../helpers/rich-fleet.ts';
import { createTestClock } from '../helpers/test-clock.ts';

const startMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const spec: Spec = {
	name: 'geth',
	command: ['geth'],
	cwd: '/',
	env: {},
	graceMs: 1000,
	policy: defaultPolicy,
	health: { ...defaultHealthSettings, rpcUrl: 'http://127.0.0.1:8545' },
};

/** Whether what was begun has been done: files are read. */
async function settled(isDone: () => boolean): Promise<void> {
	await expect.poll(isDone, { timeout: 40_000 }).toBe(true);
}

async function supervised() {
	const root = join(mkdtempSync(join(tmpdir(), 'nodetop-ph-')), 'process');
	const place = placeOf(root, 'geth', '/run');
	mkdirSync(place.directory, { recursive: true });
	writeSmall(place.spec, spec);
	// Not one of ours: a process that no watched node is.
	mkdirSync(join(root, 'other'));
	writeFileSync(join(root, 'other', 'spec.json'), '{}');
	const clock = createTestClock(startMs);
	const client = await openMemoryHistory(clock.now, framePaths());
	let secondsAgo = 3600;
	const journal = (
		entry: Omit<JournalEntry, 'at' | 'restarts'> & { readonly restarts?: number },
		secondsLater = 1,
	) => {
		secondsAgo -= secondsLater;
		const at = new Date(startMs - secondsAgo * 1000).toISOString();
		appendJournal(place.journal, { at, restarts: 0, ...entry });
	};
	return { root, clock, client, journal };
}

/** A monitor with the watch of processes, until it is closed. */
function watched({ root, clock, client }: Awaited<ReturnType<typeof supervised>>) {
	const problems: unknown[] = [];
	const events = createMonitorEvents((error) => problems.push(error));
	const { moments } = createRichFleet(clock);
	const seen: string[] = [];
	events.on((event) => {
		if (event.type === 'processChanged')
			seen.push(`${event.node} ${event.change.from} → ${event.change.to}`);
	});
	const shared: Pick<HistoryClient, 'write' | 'close' | 'problem'> = {
		write: client.write,
		problem: client.problem,
		close: () => Promise.resolve(),
	};
	const monitor = { moment: moments.getSnapshot, on: events.on };
	const recorder = createRecorder({ monitor, client: shared, clock });
	const processes = createProcessWatch({
		supervision: { root, runtime: '/run', entry: '', env: {} },
		clock,
		nodes: () => [{ name: 'validator', url: 'http://127.0.0.1:8545' }],
		onProcess: () => undefined,
		onChange: (node, change, atMs) => {
			events.emit({ type: 'processChanged', node, change, atMs });
		},
		reportBug: (error) => problems.push(error),
	});
	return {
		seen,
		problems,
		processes,
		async close() {
			processes.stop();
			await recorder.close();
		},
	};
}

it('what a process did stands in the history once, also what it did while nobody watched', async () => {
	const place = await supervised();
	const { journal, client, clock } = place;
	journal({ from: 'stopped', to: 'starting', reason: 'started by a person' });
	// Within one millisecond.
	journal({ from: 'starting', to: 'running', reason: 'started by a person', pid: 7 }, 0);
	const first = watched(place);
	await settled(() => first.seen.length === 2);
	journal({ from: 'running', to: 'crashed', reason: 'was ended by SIGKILL', signal: 'SIGKILL' });
	journal({ from: 'crashed', to: 'starting', reason: 'was ended by SIGKILL', restarts: 1 });
	journal({ from: 'starting', to: 'running', reason: 'was ended by SIGKILL', restarts: 1 });
	await settled(() => {
		clock.advance(2000);
		return first.seen.length >= 5;
	});
	expect(first.seen).toEqual([
		'validator stopped → starting',
		'validator starting → running',
		'validator running → crashed',
		'validator crashed → starting',
		'validator starting → running',
	]);
	await first.close();

	journal({ from: 'running', to: 'upgrading', reason: 'upgrade to 2.0' });
	journal({ from: 'upgrading', to: 'running', reason: 'rolled back: it ended' });
	journal({ from: 'running', to: 'stopping', reason: 'restarted by a person' });
	journal({ from: 'stopping', to: 'starting', reason: 'restarted by a person; ended with code 0' });
	journal({ from: 'starting', to: 'running', reason: 'restarted by a person; ended with code 0' });
	journal({ from: 'running', to: 'error', reason: 'ended with code 1: one of its ports is taken' });
	journal({ from: 'error', to: 'stopped', reason: 'stopped by a person' });
	journal({ from: 'running', to: 'stopping', reason: 'unhealthy: too few peers', restarts: 1 });
	// Another run of nodetop reads the same journal from its begin.
	const second = watched(place);
	await settled(() => second.seen.length === 13);
	await second.close();
	expect([...first.problems, ...second.problems]).toEqual([]);

	const span = { fromMs: startMs - 4_000_000, untilMs: startMs };
	expect(await client.ask('events', { ...span, kinds: ['process'] })).toHaveLength(13);
	const marks = await client.ask('marks', span);
	expect(marks.map(({ kind, about, text }) => `${kind} ${about} ${text}`)).toEqual([
		'change validator process started by a person',
		'change validator process crashed: was ended by SIGKILL',
		'change validator process started again, restart 1',
		'change validator process stops for its upgrade to 2.0',
		'change validator process runs: rolled back: it ended',
		'change validator process restarted by a person',
		'change validator process needs a person: ended with code 1: one of its ports is taken',
		'change validator process stopped: stopped by a person',
		'change validator process stops: unhealthy: too few peers',
	]);
	expect(marks[1]?.atMs).toBe(startMs - 3598 * 1000);
});
