import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileAction } from '../../source/alerts/state-file.ts';
import { takeOver } from '../../source/alerts/handover.ts';
import { openAlerting } from '../../source/app/alerting.ts';
import type { Alerting } from '../../source/app/alerting.ts';
import { systemClock } from '../../source/domain/clock.ts';
import { builtInRules } from '../../source/sections/findings.ts';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import { webhook } from '../alerts/delivery/helpers.ts';
import { sendJson, startServer } from '../helpers/http-server.ts';
import type { TestServer } from '../helpers/http-server.ts';
import { startMetricNode } from '../helpers/metric-node.ts';
import type { MetricNode } from '../helpers/metric-node.ts';
import { watchNodes } from '../helpers/monitor.ts';
import type { Monitor } from '../../source/app/open-monitor.ts';
import { mountSmallDisk, whyNoDisk } from '../helpers/small-disk.ts';
import type { SmallDisk } from '../helpers/small-disk.ts';
import { targetFor } from '../helpers/targets.ts';

const waiting = { interval: 10, timeout: 40_000 };
if (whyNoDisk !== undefined) console.warn(`skipped: alerts on a full disk: ${whyNoDisk}`);

let base: string;
let disk: SmallDisk;
let directory: string;
let node: MetricNode;
let receiver: TestServer;
let watch: Monitor;
let alerting: Alerting | undefined;
let bugs: unknown[] = [];

beforeEach(async () => {
	if (whyNoDisk !== undefined) return;
	base = await mkdtemp(path.join(tmpdir(), 'nodetop-full-'));
	disk = await mountSmallDisk(base, 4);
	directory = disk.seen(path.join(base, 'alerts', 'default'));
	node = await startMetricNode();
	receiver = await startServer((_request, response) => sendJson(response, {}));
	watch = watchNodes([targetFor(node.url, { name: 'a', kind: 'bft', intervalMs: 100 })]);
});

afterEach(async () => {
	if (whyNoDisk !== undefined) return;
	await alerting?.close();
	alerting = undefined;
	watch.stop();
	await disk.close();
	await node.close();
	await receiver.close();
	await rm(base, { recursive: true, force: true });
	if (bugs.length > 0) throw new Error('the evaluation has a bug', { cause: bugs.splice(0)[0] });
});

async function open(): Promise<void> {
	const lock = await takeOver(directory, systemClock);
	alerting = await openAlerting({
		fleet: watch.fleet,
		directory,
		lock,
		settings: {
			rules: buildRuleSet(builtInRules, {
				'many-files': {
					condition: { value: { field: 'resources.openFiles' }, above: 100 },
					severity: 'critical',
					forMs: 0,
					message: '{node} has {value} open files',
				},
				'own-state': { keepFiringForMs: 0 },
			}),
			quiet: { silences: [], maintenance: {} },
			channels: [webhook(receiver.url, { groupBy: ['rule'], groupWaitMs: 0, groupIntervalMs: 0 })],
		},
		env: {},
		warn: () => undefined,
		reportBug: (error) => bugs.push(error),
	});
}

/** What the receiver was told, `event rule`. */
function told(): string[] {
	return receiver.requests.flatMap(({ body }) => {
		// The sender is our own webhook channel.
		const { incidents } = JSON.parse(body) as { incidents: { event: string; rule: string }[] };
		return incidents.map(({ event, rule }) => `${event} ${rule}`);
	});
}

const kept = (name: string): Promise<string> =>
	readFile(path.join(directory, name), 'utf8').catch(() => '');

describe.skipIf(whyNoDisk !== undefined)('alerts on a full disk', () => {
	it('begin in memory, say so once, and are kept as soon as there is room', async () => {
		disk.fill();
		await open();
		node.openFiles = 200;
		await expect.poll(told, waiting).toEqual(['fired own-state', 'fired many-files']);
		expect(await kept('state.json')).toBe('');
		expect(alerting?.state.getSnapshot().problems.join()).toMatch(/no space left on the disk/);
		disk.makeRoom();
		await expect.poll(told, waiting).toContain('resolved own-state');
		expect(await kept('delivery.jsonl')).toContain('many-files');
		await expect.poll(() => readdir(directory), waiting).toContain('lock.1');
		const lines = (await kept('history.jsonl')).split('\n');
		expect(lines.filter((line) => line.includes('"fired"'))).toHaveLength(2);

		await alerting?.close();
		await open();
		node.openFiles = 5;
		await expect
			.poll(told, waiting)
			.toEqual([
				'fired own-state',
				'fired many-files',
				'resolved own-state',
				'resolved many-files',
			]);
	});

	it('begin in memory where it is read-only, say so once, and are kept as soon as it can be written', async () => {
		await open();
		node.openFiles = 200;
		await expect.poll(told, waiting).toEqual(['fired many-files']);
		await alerting?.close();
		disk.setReadOnly(true);
		await open();
		await expect.poll(told, waiting).toEqual(['fired many-files', 'fired own-state']);
		expect(alerting?.state.getSnapshot().problems.join()).toMatch(/the disk of \S+ is read-only/);
		node.openFiles = 5;
		await expect.poll(told, waiting).toContain('resolved many-files');
		disk.setReadOnly(false);
		await expect.poll(told, waiting).toContain('resolved own-state');
		await expect.poll(() => readdir(directory), waiting).toContain('lock.2');
		expect(told().filter((each) => each.startsWith('fired'))).toHaveLength(2);
		const lines = (await kept('history.jsonl')).split('\n');
		expect(lines.filter((line) => line.includes('"resolved"'))).toHaveLength(2);
	});

	it('end where the disk became read-only, though their lock cannot be taken off', async () => {
		const lock = await takeOver(directory, systemClock);
		disk.setReadOnly(true);
		await expect(lock.release()).resolves.toBeUndefined();
		expect(await readdir(directory)).toContain('lock.1');
	});

	it('go on in space that is reserved, and lose neither a change nor an action', async () => {
		await open();
		await expect.poll(() => kept('reserve'), waiting).not.toBe('');
		disk.fill();
		node.openFiles = 200;
		await expect
			.poll(() => told().toSorted(), waiting)
			.toEqual(['fired many-files', 'fired own-state']);
		expect(await kept('state.json')).toContain('many-files');
		expect(await kept('reserve')).toBe('');
		// All room but that of the journal is gone now.
		disk.fill();
		node.openFiles = 5;
		await expect.poll(told, waiting).toContain('resolved many-files');
		expect(await kept('delivery.jsonl')).toContain('"resolved"');
		await expect
			.poll(() => watch.fleet.getSnapshot().alerts?.[0]?.message, waiting)
			.toContain('is not kept');
		disk.makeRoom();
		await expect.poll(told, waiting).toContain('resolved own-state');
		expect(told().filter((each) => each === 'fired own-state')).toHaveLength(1);
		await expect.poll(() => kept('reserve'), waiting).not.toBe('');

		disk.fill();
		const silence = { id: 's', match: { node: 'a' }, endsAt: '2100-01-01T00:00:00.000Z' };
		const name = await fileAction(directory, { type: 'silence', silence }, Date.now());
		await expect.poll(() => kept('state.json'), waiting).toContain(name);
	});
});
