import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePorts } from '../helpers/free-ports.ts';
import { startServer } from '../helpers/http-server.ts';
import type { TestServer } from '../helpers/http-server.ts';
import { startUnreliableReceiver } from '../helpers/unreliable-receiver.ts';
import type { Accepted, UnreliableReceiver } from '../helpers/unreliable-receiver.ts';
import { startWatchProcess, watchHome, writeConfig } from '../helpers/watch-process.ts';
import type { WatchHome, WatchProcess } from '../helpers/watch-process.ts';

/** `npm run test:slow` asks for 60. */
const rounds = Number(process.env['NODETOP_PAIR_ROUNDS'] ?? 2);
const seed = Number(process.env['NODETOP_KILL_SEED'] ?? 20_260_102);
/** A message that failed ten times is tried again after five minutes. */
const patience = { timeout: 420_000, interval: 100 };

interface Watch {
	readonly home: WatchHome;
	readonly port: number;
	process: WatchProcess | undefined;
	said: string;
}

/**
 * A node with two troubles in its life, one after the other: the second is news for a message that may still
 * wait for its answer. A node that has a trouble over and over would be flapping.
 */
interface Patient {
	readonly name: string;
	openFiles: number;
	threads: number;
}
const well = 5;
const ill = 200;
/** The rule of each trouble. */
const troubles = { openFiles: 'many-files', threads: 'many-threads' } as const;

let nodes: TestServer;
let receiver: UnreliableReceiver;
const watches: Watch[] = [];
const patients: Patient[] = [];
let kills = 0;
let nextRandom = seed;

/** Mulberry32. */
function random(): number {
	nextRandom = (nextRandom + 0x6d_2b_79_f5) | 0;
	let mixed = Math.imul(nextRandom ^ (nextRandom >>> 15), 1 | nextRandom);
	mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
	return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
}

async function stateOf({ port }: Watch): Promise<string | undefined> {
	const answer = await fetch(`http://127.0.0.1:${port}/api/v1/pair`).catch(() => undefined);
	const { state } = ((await answer?.json()) ?? {}) as { state?: string };
	return state;
}

async function activeOne(): Promise<Watch> {
	return vi.waitFor(async () => {
		const states = await Promise.all(watches.map(stateOf));
		const index = states.indexOf('active');
		expect([states, index]).toEqual([states, states.lastIndexOf('active')]);
		const active = watches[index];
		if (!active)
			throw new Error(
				`none is active: ${states.join()} ${watches.map(({ process: of }) => of?.stderr()).join('\n')}`,
			);
		return active;
	}, patience);
}

/** Both are there, and the standby has what the active one knows: a pair withstands the end of one of them. */
async function isPair(): Promise<boolean> {
	const states = await Promise.all(watches.map(stateOf));
	return states.includes('active') && states.includes('standby');
}

async function kill(watch: Watch): Promise<void> {
	const { process: running } = watch;
	watch.process = undefined;
	if (!running) return;
	kills += 1;
	running.child.kill('SIGKILL');
	await running.exited;
	watch.said += running.stderr();
}

async function configure(): Promise<void> {
	for (const [index, { home, port }] of watches.entries()) {
		const other = watches[1 - index]?.port;
		await writeConfig(home, {
			intervalMs: 200,
			nodes: patients.map(({ name }) => ({
				name,
				kind: 'bft',
				url: `${nodes.url}/${name}/metrics`,
			})),
			serve: { listen: `127.0.0.1:${port}` },
			peers: [{ url: `http://127.0.0.1:${other}` }],
			history: { enabled: false },
			rules: {
				'not-recognised': { enabled: false },
				'many-files': {
					condition: { value: { field: 'resources.openFiles' }, above: 100 },
					severity: 'critical',
					forMs: 300,
					message: '{node} has {value} open files',
				},
				'many-threads': {
					condition: { value: { field: 'resources.threads' }, above: 100 },
					severity: 'critical',
					forMs: 300,
					message: '{node} has {value} threads',
				},
			},
			channels: {
				hook: {
					type: 'webhook',
					url: receiver.url,
					groupBy: ['node'],
					groupWaitMs: 0,
					groupIntervalMs: 0,
					burst: 1000,
					messagesPerMinute: 6000,
					timeoutMs: 1000,
				},
			},
		});
	}
}

/** What watches said that ended by themselves. */
const ends: string[] = [];

function startAll(): void {
	for (const watch of watches) {
		const { process: running } = watch;
		// While a watch is dead, another program of this machine may be given its port.
		if (running && running.child.exitCode !== null) {
			ends.push(running.stderr());
			watch.said += running.stderr();
			watch.process = undefined;
		}
		watch.process ??= startWatchProcess(watch.home, ['--serve']);
	}
}

/** Events of messages that say it. `ended` is one message for both: the first was accepted, its answer lost. */
const saying = { fired: ['fired', 'ended'], resolved: ['resolved', 'ended'] } as const;
type Said = keyof typeof saying;

const isSaid = (said: Said, { event }: Accepted): boolean =>
	saying[said].some((each) => each === event);

function isTold(said: Said, { name }: Patient, rule: string): boolean {
	return receiver.accepted.some(
		(each) => isSaid(said, each) && each.node === name && each.rule === rule,
	);
}

/** The alerts of which nobody was told that, as `node rule`. */
const untold = (said: Said): string[] =>
	patients.flatMap((patient) =>
		Object.values(troubles)
			.filter((rule) => !isTold(said, patient, rule))
			.map((rule) => `${patient.name} ${rule}`),
	);

async function untilTold(said: Said): Promise<void> {
	await vi.waitFor(() => {
		startAll();
		if (said === 'fired') for (const each of patients) change(each, 1);
		// What is told twice by now is no less wrong when another alert is late.
		expect({ untold: untold(said), again: toldAgain() }).toEqual({ untold: [], again: [] });
	}, patience);
}

/** Each trouble begins once, the second after the first one was told, and ends after it was told. */
function change(patient: Patient, chance: number): void {
	const { threads } = patient;
	const isFirstTold = isTold('fired', patient, troubles.openFiles);
	if (threads === 0 && isFirstTold && random() < chance) patient.threads = ill;
	if (isFirstTold && random() < chance) patient.openFiles = well;
	if (threads === ill && isTold('fired', patient, troubles.threads)) {
		if (random() < chance) patient.threads = well;
	}
}

/** What was told more than once: an alert by more than one message, or a trouble as more than one alert. */
function toldAgain(): readonly (readonly Accepted[])[] {
	// A beginning that may have arrived, and whose alert is over, is followed by one message for both.
	const messages = [['fired'], saying.resolved].flatMap((events) => [
		...Map.groupBy(
			receiver.accepted.filter(({ event }) => events.some((each) => each === event)),
			({ incidentId }) => incidentId,
		).values(),
	]);
	const alerts = Map.groupBy(
		receiver.accepted.filter(({ rule }) => Object.values(troubles).some((each) => each === rule)),
		({ node, rule }) => `${node} ${rule}`,
	);
	return [
		...messages.filter((all) => new Set(all.map(({ messageId }) => messageId)).size > 1),
		...[...alerts.values()].filter(
			(all) => new Set(all.map(({ incidentId }) => incidentId)).size > 1,
		),
	];
}

/** The one that sends is the one that is active. */
async function killSender(): Promise<void> {
	const states = await Promise.all(watches.map(stateOf));
	const sender = states.includes('standby') && watches[states.indexOf('active')];
	if (sender) await kill(sender);
}

beforeAll(async () => {
	nodes = await startServer(({ path: asked }, response) => {
		const patient = patients.find(({ name }) => asked === `/${name}/metrics`);
		if (!patient) response.writeHead(404).end();
		else {
			const { openFiles, threads } = patient;
			response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
			response.end(
				`# TYPE process_open_fds gauge\nprocess_open_fds ${openFiles}\n# TYPE process_threads gauge\nprocess_threads ${threads}\n`,
			);
		}
	});
	receiver = await startUnreliableReceiver(random, () => {
		void killSender();
	});
	const [a = 0, b = 0] = await freePorts(2);
	for (const port of [a, b]) {
		const home = watchHome(await mkdtemp(path.join(tmpdir(), 'nodetop-pair-')));
		watches.push({ home, port, process: undefined, said: '' });
	}
});

afterAll(async () => {
	for (const watch of watches) await kill(watch);
	await nodes.close();
	await receiver.close();
	for (const { home } of watches) await rm(home.directory, { recursive: true, force: true });
});

describe('kill -9 of one of a pair', () => {
	it(`tells each alert exactly once over ${rounds} rounds`, { timeout: 3_600_000 }, async () => {
		for (let round = 0; round < rounds; round += 1) {
			const patient: Patient = { name: `n${round}`, openFiles: well, threads: 0 };
			patients.push(patient);
			await configure();
			await vi.waitFor(async () => {
				startAll();
				expect(await isPair()).toBe(true);
			}, patience);
			const active = await activeOne();
			patient.openFiles = ill;
			// Anywhere from before it is pending to after it was told.
			await sleep(random() * 1500);
			await kill(active);
			// The other one takes over, or this one is back before that.
			if (random() < 0.5) await sleep(random() * 5000);
			startAll();
			for (const each of patients) change(each, 0.3);
		}
		receiver.isCalm = true;
		await untilTold('fired');
		for (const each of patients) Object.assign(each, { openFiles: well, threads: well });
		await untilTold('resolved');
		const again = toldAgain();
		process.stdout.write(
			`${JSON.stringify({ rounds, seed, alerts: 2 * patients.length, kills, ...receiver.counts, again: again.length })}\n`,
		);
		expect(again).toEqual([]);
		const said = watches.map((watch) => watch.said + (watch.process?.stderr() ?? '')).join('');
		expect(said.split('\n').filter((line) => /bug of nodetop|damaged/.test(line))).toEqual([]);
		expect(ends.filter((text) => !text.includes('another program listens there'))).toEqual([]);
		expect(await activeOne()).toBeDefined();
	});
});
