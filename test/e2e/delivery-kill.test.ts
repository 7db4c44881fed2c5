import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Incident } from '../../source/alerts/incident.ts';
import { buildEntry } from '../helpers/build-entry.ts';
import { sendJson, startServer } from '../helpers/http-server.ts';
import type { TestServer } from '../helpers/http-server.ts';

/** `npm run test:slow` asks for 200. */
const rounds = Number(process.env['NODETOP_KILL_ROUNDS'] ?? 20);
const seed = Number(process.env['NODETOP_KILL_SEED'] ?? 20_260_102);

let entry = '';
let directory = '';
let receiver: TestServer;
let child: ChildProcess | undefined;
/** The last one started, dead or alive. */
let sender: ChildProcess | undefined;
let stderr = '';
let nextRandom = seed;

/** Mulberry32. */
function random(): number {
	nextRandom = (nextRandom + 0x6d_2b_79_f5) | 0;
	let mixed = Math.imul(nextRandom ^ (nextRandom >>> 15), 1 | nextRandom);
	mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
	return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
}

const counts = {
	kills: 0,
	requests: 0,
	failures: 0,
	stalls: 0,
	unanswered: 0,
	repeats: 0,
	needlessRepeats: 0,
};
/** Message ids under which each `event incident` was accepted. */
const accepted = new Map<string, Set<string>>();
const acceptedIds = new Map<string, { by: ChildProcess; atMs: number; isAnswered: boolean }>();
const killedAtMs = new Map<ChildProcess, number>();
/** Longer than any fsync: by then the sender has marked what was answered. */
const markedAfterMs = 300;
let isCalm = false;

function accept(body: string, isAnswered: boolean): void {
	// The child is our own webhook channel.
	const { id, incidents } = JSON.parse(body) as {
		id: string;
		incidents: { event: string; id: string }[];
	};
	const by = sender;
	if (by === undefined) throw new Error('nobody was started');
	const before = acceptedIds.get(id);
	if (before !== undefined) {
		counts.repeats += 1;
		const livedMs = (killedAtMs.get(before.by) ?? Infinity) - before.atMs;
		if (before.isAnswered && livedMs > markedAfterMs) counts.needlessRepeats += 1;
	}
	acceptedIds.set(id, { by, atMs: Date.now(), isAnswered });
	for (const incident of incidents) {
		const key = `${incident.event} ${incident.id}`;
		accepted.set(key, (accepted.get(key) ?? new Set()).add(id));
	}
}

const wasTold = (event: string, { id }: Incident): boolean => accepted.has(`${event} ${id}`);

function kill(): void {
	if (child === undefined) return;
	counts.kills += 1;
	killedAtMs.set(child, Date.now());
	child.kill('SIGKILL');
	child = undefined;
}

/** A receiver that fails, stalls, asks for patience, dies before it answers, and sees the sender die. */
function startReceiver(): Promise<TestServer> {
	return startServer(({ body }, response) => {
		counts.requests += 1;
		const dice = isCalm ? 1 : random();
		if (dice < 0.12) {
			counts.failures += 1;
			sendJson(response, {}, 500);
		} else if (dice < 0.2) {
			counts.failures += 1;
			response.writeHead(429, { 'retry-after': '0' }).end();
		} else if (dice < 0.28) counts.stalls += 1;
		else if (dice < 0.42) {
			counts.unanswered += 1;
			accept(body, false);
			response.destroy();
		} else if (dice < 0.54) {
			accept(body, false);
			kill();
			sendJson(response, {});
		} else {
			accept(body, true);
			sendJson(response, {});
			if (dice < 0.7) response.once('finish', kill);
		}
	});
}

function start(): void {
	const args = [entry, path.join(directory, 'state'), path.join(directory, 'world'), receiver.url];
	const started = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
	started.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
	child = started;
	sender = started;
}

/** What the engine would say: it has its own file, which is replaced as a whole. */
async function tell(incidents: ReadonlyMap<string, Incident>): Promise<void> {
	const file = path.join(directory, 'world');
	await writeFile(`${file}.new`, JSON.stringify([...incidents.values()]));
	await rename(`${file}.new`, file);
}

function newIncident(round: number): Incident {
	const since = new Date().toISOString();
	const node = `n${round}`;
	return {
		id: `${node}/${since}`,
		fingerprint: node,
		rule: 'node-down',
		labels: { node, group: `g${round % 3}` },
		severity: random() < 0.5 ? 'critical' : 'warning',
		state: 'firing',
		message: 'no answer',
		since,
	};
}

const ended = (incident: Incident): Incident => ({
	...incident,
	state: 'resolved',
	resolvedAt: new Date().toISOString(),
});

beforeAll(async () => {
	entry = await buildEntry('test/entries/delivery-child.ts');
	directory = await mkdtemp(path.join(tmpdir(), 'nodetop-kill-'));
	receiver = await startReceiver();
});

afterAll(async () => {
	kill();
	await receiver.close();
	await rm(directory, { recursive: true, force: true });
});

describe('kill -9 at random moments', () => {
	it(`delivers each alert exactly once over ${rounds} rounds`, { timeout: 900_000 }, async () => {
		const world = new Map<string, Incident>();
		const awaited: Incident[] = [];
		const silenced: Incident[] = [];
		const short: Incident[] = [];
		const put = (incident: Incident) => world.set(incident.id, incident);
		await tell(world);
		for (let round = 0; round < rounds; round += 1) {
			if (child === undefined) start();
			const incident = newIncident(round);
			// Killed while the alert is still pending.
			await sleep(random() * 150);
			const kind = random();
			if (kind < 0.15) {
				silenced.push(incident);
				put({ ...incident, muted: 'silenced' });
			} else if (kind < 0.3) {
				awaited.push(incident);
				put({ ...incident, muted: 'silenced' });
				await tell(world);
				await sleep(random() * 100);
				put(incident);
			} else if (kind < 0.4) {
				short.push(incident);
				put(incident);
				await tell(world);
				await sleep(random() * 100);
				put(ended(incident));
			} else {
				awaited.push(incident);
				put(incident);
			}
			for (const each of awaited) {
				if (wasTold('fired', each) && random() < 0.3) put(ended(each));
			}
			await tell(world);
			await sleep(random() * 700);
			kill();
		}
		isCalm = true;
		start();
		const patience = { timeout: 120_000, interval: 50 };
		await vi.waitFor(() => {
			expect(awaited.filter((each) => !wasTold('fired', each))).toEqual([]);
		}, patience);
		for (const each of [...awaited, ...silenced]) put(ended(each));
		await tell(world);
		await vi.waitFor(() => {
			expect(awaited.filter((each) => !wasTold('resolved', each))).toEqual([]);
		}, patience);
		// A last one in each group, behind everything that could still be in the queue.
		const last = [rounds, rounds + 1, rounds + 2].map((round) => newIncident(round));
		for (const each of last) put(each);
		await tell(world);
		await vi.waitFor(() => {
			expect(last.filter((each) => !wasTold('fired', each))).toEqual([]);
		}, patience);

		const duplicates = [...accepted].filter(([, ids]) => ids.size > 1).map(([key]) => key);
		const lost = awaited.filter((each) => !wasTold('fired', each) || !wasTold('resolved', each));
		process.stdout.write(
			`${JSON.stringify({ rounds, seed, alerts: awaited.length, silenced: silenced.length, short: short.length, ...counts, duplicates: duplicates.length, losses: lost.length })}\n`,
		);
		expect(duplicates).toEqual([]);
		expect(lost).toEqual([]);
		expect(counts.needlessRepeats).toBe(0);
		expect(silenced.filter((each) => wasTold('fired', each) || wasTold('resolved', each))).toEqual(
			[],
		);
		// What was short was told whole or not at all.
		expect(short.filter((each) => wasTold('fired', each) !== wasTold('resolved', each))).toEqual(
			[],
		);
		expect(counts.kills).toBeGreaterThanOrEqual(rounds);
		expect(stderr).toBe('');
	});
});
