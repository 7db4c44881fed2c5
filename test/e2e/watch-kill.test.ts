import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { alertStateSchema } from '../../source/alerts/alert-state.ts';
import { fileAction } from '../../source/alerts/state-file.ts';
import { startServer } from '../helpers/http-server.ts';
import { metricsPage } from '../helpers/metric-node.ts';
import type { TestServer } from '../helpers/http-server.ts';
import { startUnreliableReceiver } from '../helpers/unreliable-receiver.ts';
import type { UnreliableReceiver } from '../helpers/unreliable-receiver.ts';
import { startWatchProcess, watchHome, writeConfig } from '../helpers/watch-process.ts';
import type { WatchHome, WatchProcess } from '../helpers/watch-process.ts';

/** `npm run test:slow` asks for 200. */
const rounds = Number(process.env['NODETOP_KILL_ROUNDS'] ?? 6);
const seed = Number(process.env['NODETOP_KILL_SEED'] ?? 20_260_102);
/** A message that failed ten times is tried again after five minutes. */
const patience = { timeout: 420_000, interval: 100 };
const moments = ['pending', 'firing', 'silenced', 'queueing', 'any'] as const;

/** A node with one trouble in its life: a node that has it over and over would be flapping. */
interface Patient {
	readonly name: string;
	readonly isSilenced: boolean;
	openFiles: number;
	/** Rounds since its trouble ended, or since it began where nobody is told. */
	age: number;
}

let home: WatchHome;
let nodes: TestServer;
let receiver: UnreliableReceiver;
let running: WatchProcess | undefined;
let patients: Patient[] = [];
const everyone: Patient[] = [];
const errors: string[] = [];
/** What it said when it ended without being killed. */
const ownExits: string[] = [];
const kills = { pending: 0, firing: 0, silenced: 0, queueing: 0, any: 0, byReceiver: 0 };
let nextRandom = seed;

/** Mulberry32. */
function random(): number {
	nextRandom = (nextRandom + 0x6d_2b_79_f5) | 0;
	let mixed = Math.imul(nextRandom ^ (nextRandom >>> 15), 1 | nextRandom);
	mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
	return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
}

async function kill(moment: keyof typeof kills): Promise<void> {
	const { child, exited, stderr } = running ?? {};
	running = undefined;
	if (child === undefined) return;
	kills[moment] += 1;
	child.kill('SIGKILL');
	await exited;
	errors.push(stderr?.() ?? '');
}

async function start(): Promise<void> {
	await writeConfig(home, {
		intervalMs: 100,
		nodes: patients.map(({ name }) => ({ name, kind: 'bft', url: `${nodes.url}/${name}/metrics` })),
		rules: {
			'many-files': {
				condition: { value: { field: 'resources.openFiles' }, above: 100 },
				severity: 'critical',
				forMs: 300,
				message: '{node} has {value} open files',
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
				timeoutMs: 250,
			},
		},
	});
	running ??= startWatchProcess(home);
}

/** Events of messages that say it. `ended` is one message for both: the first was accepted, its answer lost. */
const saying = { fired: ['fired', 'ended'], resolved: ['resolved', 'ended'] } as const;

const told = (event: string, { name }: Patient) =>
	receiver.accepted.filter((each) => each.event === event && each.node === name);
const wasNotified = (event: keyof typeof saying, patient: Patient): boolean =>
	saying[event].some((each) => told(each, patient).length > 0);

/** What the state on disk says of a patient's alert; it may be about to change. */
async function phaseOf({ name }: Patient): Promise<string | undefined> {
	const text = await readFile(path.join(home.alertDirectory, 'state.json'), 'utf8').catch(() => '');
	if (text === '') return undefined;
	const { alerts } = alertStateSchema.parse(JSON.parse(text));
	return Object.values(alerts).find(({ identity }) => identity['node'] === name)?.phase;
}

/** Waits until the moment has come to kill, or until somebody else did. */
async function untilMoment(moment: (typeof moments)[number], patient: Patient): Promise<void> {
	const requestsBefore = receiver.counts.requests;
	const reached: Readonly<Record<typeof moment, () => Promise<boolean>>> = {
		pending: async () => (await phaseOf(patient)) !== undefined,
		firing: async () => (await phaseOf(patient)) === 'firing',
		silenced: async () => (await phaseOf(patient)) === 'firing',
		queueing: () => Promise.resolve(receiver.counts.requests > requestsBefore),
		any: () => Promise.resolve(true),
	};
	await vi.waitFor(
		async () => {
			if (running === undefined || (await reached[moment]())) return;
			const { child, stderr } = running;
			const state = `exit code ${child.exitCode}, it said: ${stderr()}`;
			throw new Error(`${patient.name} is not yet at the moment "${moment}"; ${state}`);
		},
		{ timeout: 120_000, interval: 5 },
	);
	// Where exactly within it, is left to chance.
	await sleep(random() * (moment === 'any' ? 900 : 60));
}

/** As a service manager would, keeps it running until all were told. */
async function untilNotified(
	event: keyof typeof saying,
	awaited: readonly Patient[],
): Promise<void> {
	await vi.waitFor(async () => {
		const { child, stderr } = running ?? {};
		if (child && child.exitCode !== null) {
			ownExits.push(`${child.exitCode}: ${stderr?.()}`);
			running = undefined;
		}
		if (running === undefined) await start();
		expect(awaited.filter((each) => !wasNotified(event, each)).map(({ name }) => name)).toEqual([]);
	}, patience);
}

async function fallIll(round: number, isSilenced: boolean): Promise<Patient> {
	const patient: Patient = { name: `n${round}`, isSilenced, openFiles: 5, age: 0 };
	patients.push(patient);
	everyone.push(patient);
	if (isSilenced) {
		const match = { node: patient.name };
		const silence = { id: `s${round}`, match, endsAt: '2100-01-01T00:00:00.000Z' };
		await fileAction(home.alertDirectory, { type: 'silence', silence }, Date.now());
	}
	patient.openFiles = 200;
	return patient;
}

/** Whose end was told is watched for two more rounds, in case the end is told twice. */
function discharge(): void {
	for (const patient of patients) {
		if (patient.isSilenced || wasNotified('resolved', patient)) patient.age += 1;
		else if (wasNotified('fired', patient) && random() < 0.4) patient.openFiles = 5;
	}
	patients = patients.filter(({ age, isSilenced }) => age < (isSilenced ? 4 : 3));
}

beforeAll(async () => {
	home = watchHome(await mkdtemp(path.join(tmpdir(), 'nodetop-kill-')));
	nodes = await startServer(({ path: asked }, response) => {
		const { openFiles } = everyone.find(({ name }) => asked === `/${name}/metrics`) ?? {};
		if (openFiles === undefined) response.writeHead(404).end();
		else {
			response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
			response.end(metricsPage(openFiles));
		}
	});
	receiver = await startUnreliableReceiver(random, () => void kill('byReceiver'));
});

afterAll(async () => {
	await kill('any');
	await nodes.close();
	await receiver.close();
	await rm(home.directory, { recursive: true, force: true });
});

describe('kill -9 of nodetop watch', () => {
	it(`tells each alert exactly once over ${rounds} rounds`, { timeout: 1_800_000 }, async () => {
		for (let round = 0; round < rounds; round += 1) {
			const moment = moments[round % moments.length] ?? 'any';
			const patient = await fallIll(round, moment === 'silenced');
			await start();
			await untilMoment(moment, patient);
			await kill(moment);
			discharge();
		}
		receiver.isCalm = true;
		const awaited = everyone.filter(({ isSilenced }) => !isSilenced);
		await untilNotified('fired', awaited);
		for (const each of everyone) each.openFiles = 5;
		await untilNotified('resolved', awaited);

		const silenced = everyone.filter(({ isSilenced }) => isSilenced);
		const times = (events: readonly string[], patient: Patient) => {
			const accepted = events.flatMap((event) => told(event, patient));
			return {
				incidents: new Set(accepted.map(({ incidentId }) => incidentId)).size,
				messages: new Set(accepted.map(({ messageId }) => messageId)).size,
			};
		};
		const counted = awaited.flatMap((each) => [
			times(['fired'], each),
			times(saying.resolved, each),
		]);
		const duplicates = counted.filter(({ incidents, messages }) => incidents > 1 || messages > 1);
		const losses = awaited.filter(
			(each) => !wasNotified('fired', each) || !wasNotified('resolved', each),
		);
		process.stdout.write(
			`${JSON.stringify({ rounds, seed, alerts: awaited.length, silenced: silenced.length, kills, ...receiver.counts, duplicates: duplicates.length, losses: losses.length })}\n`,
		);
		expect(duplicates).toEqual([]);
		// Each repeat has its reason: the answer was lost, or the sender died before it was marked.
		const killCount = Object.values(kills).reduce((sum, count) => sum + count, 0);
		expect(receiver.counts.repeats).toBeLessThanOrEqual(receiver.counts.unanswered + killCount);
		expect(losses).toEqual([]);
		expect(ownExits).toEqual([]);
		expect(silenced.filter((each) => wasNotified('fired', each))).toEqual([]);
		expect(silenced.filter((each) => wasNotified('resolved', each))).toEqual([]);
		const lines = errors.join('').split('\n');
		expect(lines.filter((line) => /bug of nodetop|makes no sense|damaged/.test(line))).toEqual([]);
	});
});
