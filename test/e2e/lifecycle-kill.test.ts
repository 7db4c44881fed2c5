import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startSupervisor } from '../../source/lifecycle/client.ts';
import { readSmall } from '../../source/lifecycle/small-file.ts';
import { specSchema } from '../../source/lifecycle/spec.ts';
import { randomFrom } from '../helpers/random.ts';
import { isAlive, SupervisedHome } from '../helpers/supervised.ts';

/** 500 in `npm run test:slow`, over all nodes. */
const rounds = Number(process.env['NODETOP_LIFECYCLE_KILLS'] ?? 4);
const seed = Number(process.env['NODETOP_KILL_SEED'] ?? 20_261_129);
/** A round mostly waits, so several nodes are killed side by side. */
const names = ['a', 'b', 'c', 'd'];
const place = new SupervisedHome();

afterAll(() => place.close(names), 60_000);

it.concurrent.each(names)(
	`${rounds / names.length} rounds of kill -9 of the supervisor and the node %s: never two nodes, never one that status does not know`,
	async (name) => {
		const random = randomFrom(seed + names.indexOf(name));
		const data = join(place.home, `data-${name}`);
		mkdirSync(data);
		const policy = ['--restart-wait', '100ms', '--max-restarts', '1000'];
		const command = [resolve('test/entries/kept-node.sh'), data, '--datadir', data];
		await place.do(['start', '--name', name, ...policy, '--', ...command]);
		for (let round = 0; round < rounds / names.length; round += 1) {
			kill(name, random);
			// At any time after it: also between the start of a process and its record.
			await wait(Math.floor(random() * 150));
			if (random() < 0.5) kill(name, random);
			const status = await place.status(name);
			expect(nodesOf(data).length).toBeLessThanOrEqual(1);
			// Both were killed: nobody starts it but a person.
			if (status.state === 'crashed' && status.supervisorPid === undefined) await start(name);
			// An end is seen within a quarter of a second: until then status shows what was.
			const isKnown = (pid: number | undefined) =>
				pid !== undefined && nodesOf(data).join() === String(pid);
			await place.until(name, (now) => now.state === 'running' && isKnown(now.pid));
		}
		expect(existsSync(join(data, 'running.twice'))).toBe(false);
		const starts = place.journal(name).filter(({ to }) => to === 'running').length;
		expect(starts).toBeGreaterThan(rounds / names.length / 4);
	},
	rounds * 5000 + 60_000,
);

/** As the command does it, without the time that the command needs to begin. */
async function start(name: string): Promise<void> {
	const spec = readSmall(join(place.directoryOf(name), 'spec.json'), specSchema);
	await startSupervisor(place.supervision, name, spec);
}

/** Kills the supervisor, the node or both, in any order. */
function kill(name: string, random: () => number): void {
	const record = join(place.directoryOf(name), 'node.json');
	const node = existsSync(record)
		? (/"pid":(\d+)/.exec(readFileSync(record, 'utf8'))?.[1] ?? '')
		: '';
	const supervisor = String(place.supervisorPid(name));
	const choice = random();
	const victims =
		choice < 0.35
			? [supervisor]
			: choice < 0.7
				? [node]
				: choice < 0.85
					? [supervisor, node]
					: [node, supervisor];
	for (const victim of victims) {
		if (victim === '' || !isOurs(victim)) continue;
		try {
			process.kill(Number(victim), 'SIGKILL');
		} catch {
			// It has just ended by itself.
		}
	}
}

/** Only what this test started has its home. */
function isOurs(pid: string): boolean {
	try {
		return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`HOME=${place.home}`);
	} catch {
		return false;
	}
}

/** The processes that are a node now, known to a supervisor or not; what waits in front of the gate is none. */
function nodesOf(data: string): number[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name) && isAlive(Number(name)))
		.filter((name) => {
			try {
				const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
				return words[1] !== '-c' && words.some((word) => word.startsWith(data));
			} catch {
				return false;
			}
		})
		.map(Number);
}

function wait(ms: number): Promise<void> {
	return new Promise((resolve) => {
		setTimeout(resolve, ms);
	});
}
