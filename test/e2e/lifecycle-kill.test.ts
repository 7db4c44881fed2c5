import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { randomFrom } from '../helpers/random.ts';
import { crashProne, isAlive, SupervisedHome } from '../helpers/supervised.ts';

/** 500 in `npm run test:slow`. */
const rounds = Number(process.env['NODETOP_LIFECYCLE_KILLS'] ?? 3);
const place = new SupervisedHome();

afterAll(() => place.close(['killed']), 60_000);

it(
	`${rounds} rounds of kill -9 of supervisor and node: never two nodes, never one that status does not know`,
	async () => {
		const random = randomFrom(20_261_129);
		const data = join(place.home, 'data');
		mkdirSync(data);
		await place.do([
			'start',
			'--name',
			'killed',
			'--restart-wait',
			'100ms',
			'--max-restarts',
			'1000',
			'--',
			...crashProne('--datadir', data),
		]);
		for (let round = 0; round < rounds; round += 1) {
			await kill(random);
			// At any time after it: also between the start of a process and its record.
			await wait(Math.floor(random() * 150));
			if (random() < 0.5) await kill(random);
			const status = await place.status('killed');
			const running = nodesOf(data);
			expect(running.length).toBeLessThanOrEqual(1);
			if (status.state === 'crashed' && status.supervisorPid === undefined) {
				// Both were killed: nobody starts it but a person.
				await place.run(['start', 'killed']);
			}
			// An end is seen within a quarter of a second: until then status shows what was.
			const isKnown = (pid: number | undefined) =>
				pid !== undefined && nodesOf(data).join() === String(pid);
			await place.until('killed', (now) => now.state === 'running' && isKnown(now.pid));
		}
		expect(existsSync(join(data, 'running.twice'))).toBe(false);
		// The journal has every end, and the log no line twice: each start says that it is ready once.
		const starts = place.journal('killed').filter(({ to }) => to === 'running').length;
		expect(starts).toBeGreaterThan(rounds / 2);
	},
	rounds * 20_000 + 60_000,
);

/** Kills the supervisor, the node or both, in any order. */
async function kill(random: () => number): Promise<void> {
	const record = join(place.directoryOf('killed'), 'node.json');
	const node = existsSync(record)
		? (/"pid":(\d+)/.exec(readFileSync(record, 'utf8'))?.[1] ?? '')
		: '';
	const supervisor = String(place.supervisorPid('killed'));
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
	await wait(0);
}

/** Only what this test started: its command line holds our directory or our node. */
function isOurs(pid: string): boolean {
	try {
		const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
		return (
			line.includes('supervisor.js') || line.includes('crash-prone') || line.includes('read -r _')
		);
	} catch {
		return false;
	}
}

/** The processes that are this test’s node now, known to a supervisor or not. */
function nodesOf(data: string): number[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name) && isAlive(Number(name)))
		.filter((name) => {
			try {
				const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
				return words[0] !== '/bin/sh' && words.includes(data);
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
