/**
 * Supervises a node on a small disk of its own that is full for a while: run it in a mount namespace. Prints as JSON
 * what was said meanwhile, and what is on the disk at the end.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../source/domain/errors.ts';
import { readJournal } from '../../source/lifecycle/journal.ts';
import { lastLines } from '../../source/lifecycle/log/query.ts';
import { placeOf } from '../../source/lifecycle/paths.ts';
import { runSupervisor } from '../../source/lifecycle/run.ts';
import { defaultHealthSettings, defaultPolicy } from '../../source/lifecycle/spec.ts';

const [disk = ''] = process.argv.slice(2);
const { status, stderr } = spawnSync('mount', [
	'-t',
	'tmpfs',
	'-o',
	'size=4m,nr_inodes=200',
	'tmpfs',
	disk,
]);
if (status !== 0) throw new Error(String(stderr));

const root = join(disk, 'process');
const script = 'i=0; while :; do i=$((i+1)); echo line $i; sleep 0.02; done 2>/dev/null';
const spec = {
	name: 'node',
	command: ['/bin/sh', '-c', script],
	cwd: '/',
	env: {},
	graceMs: 20_000,
	policy: { ...defaultPolicy, firstWaitMs: 200, longestWaitMs: 400 },
	health: { ...defaultHealthSettings, intervalMs: 100 },
};
const place = placeOf(root, 'node', disk);

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
	while (!(await isSo()))
		await new Promise((resolve) => {
			setTimeout(resolve, 20);
		});
}

const ballast = join(disk, 'ballast');
mkdirSync(ballast);
let files = 0;
/** To the last byte and the last file. */
function fill(): void {
	const file = openSync(join(ballast, 'bytes'), 'a');
	try {
		for (const bytes of [1_048_576, 4096, 1])
			for (;;) {
				try {
					writeSync(file, Buffer.alloc(bytes));
				} catch {
					break;
				}
			}
	} finally {
		closeSync(file);
	}
	for (;;) {
		try {
			closeSync(openSync(join(ballast, String(files)), 'w'));
			files += 1;
		} catch {
			return;
		}
	}
}

const run = await runSupervisor({ root, runtime: disk, name: 'node', spec }, process.env);
const { supervisor } = run;
await until(() => supervisor.machine.state === 'running');
await until(async () => (await lastLines(place.log, 100)).some(({ text }) => text === 'line 5'));
fill();
// What is freed meanwhile is taken too.
const filling = setInterval(fill, 5);
await until(() => supervisor.status().problem !== undefined);
const whileFull = supervisor.status();
await supervisor.signal('SIGKILL');
await until(() => supervisor.machine.state === 'error');
const stopped = supervisor.status();
const newNode = await runSupervisor(
	{ root, runtime: disk, name: 'other', spec: { ...spec, name: 'other' } },
	process.env,
).then(
	() => 'started',
	(error: unknown) => messageOf(error),
);
const leftovers = readdirSync(place.directory).filter((name) => name.endsWith('.new'));

clearInterval(filling);
rmSync(ballast, { recursive: true });
supervisor.start('started by a person');
await until(() => supervisor.machine.state === 'running');
await until(() => supervisor.status().problem === undefined);
const journal = await readJournal(place.journal, 100);
const lines = await lastLines(place.log, 10_000);
supervisor.apply({ type: 'stop', reason: 'the test is over', next: 'stop' });
await run.over;
await run.close();
process.stdout.write(
	JSON.stringify({
		whileFull,
		stopped,
		newNode,
		leftovers,
		journal: journal.map(({ from, to }) => `${from} → ${to}`),
		lines: lines.map(({ text }) => text).filter((text) => text.startsWith('line')),
	}),
);
