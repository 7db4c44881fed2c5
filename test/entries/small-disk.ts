/**
 * Records onto a small disk of its own, which is full for a while and then read-only: run it in a mount
 * namespace. Prints as JSON what was reported, and what is in the file at the end.
 */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { RecorderCore } from '../../source/history/recorder-core.ts';

const [disk = ''] = process.argv.slice(2);
const mount = (...options: string[]): void => {
	const { status, stderr } = spawnSync('mount', options);
	if (status !== 0) throw new Error(String(stderr));
};
mount('-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk);

const file = join(disk, 'history', 'history.db');
const day = 86_400_000;
const reported: (string | null)[] = [];
const core = new RecorderCore(
	{
		file,
		mode: 'write',
		retention: { rawMs: day, minutesMs: day, hoursMs: day, momentsMs: day, maxBytes: 1e9 },
		framePaths: [],
	},
	(problem) => reported.push(problem ?? null),
);
let second = 0;

/** Some seconds of one node, the first of which may be retried after ten seconds. */
async function record(seconds: number): Promise<void> {
	for (let count = 0; count < seconds; count += 1) {
		second += 1;
		const atMs = second * 1000;
		await core.write(
			{
				rows: [{ node: 'a', track: 'polls', atMs, names: ['x'], values: [second] }],
				events: [{ atMs, kind: 'test', data: 'x'.repeat(2000) }],
				nodes: [['a', `{"n":${second}}`]],
				frame: { text: `{"schema":"x","atMs":${atMs},"nodes":[]}`, names: ['a'] },
			},
			atMs,
		);
		await core.tend(atMs);
	}
}

await core.open(0);
await record(20);
const beforeFull = second;
const ballast = join(disk, 'ballast');
try {
	writeFileSync(ballast, Buffer.alloc(4 * 1024 * 1024));
} catch {
	// The disk is full now.
}
await record(400);
rmSync(ballast);
await record(20);
const beforeReadOnly = second;
core.close();

// Nothing may be open for writing when a disk becomes read-only.
mount('-o', 'remount,ro', disk);
const later = new RecorderCore(
	{
		file,
		mode: 'write',
		retention: { rawMs: day, minutesMs: day, hoursMs: day, momentsMs: day, maxBytes: 1e9 },
		framePaths: [],
	},
	(problem) => reported.push(problem ?? null),
);
await later.open(second * 1000);
await later.write(
	{ rows: [], events: [{ atMs: 1, kind: 'lost', data: '' }], nodes: [] },
	second * 1000,
);
mount('-o', 'remount,rw', disk);
second += 20;
await later.write(
	{ rows: [], events: [{ atMs: second * 1000, kind: 'again', data: '' }], nodes: [] },
	second * 1000,
);
const { values } = later
	.reader()
	.numbers('a', 'x', { fromMs: 0, untilMs: Number.MAX_SAFE_INTEGER });
const again = later.reader().events({ fromMs: 0, untilMs: Number.MAX_SAFE_INTEGER }, ['again']);
later.close();
const db = new DatabaseSync(file, { readOnly: true });
const integrity = db.prepare('PRAGMA integrity_check').get();
db.close();
process.stdout.write(
	JSON.stringify({
		reported,
		beforeFull,
		beforeReadOnly,
		values: [...values],
		again: again.length,
		integrity: integrity?.['integrity_check'],
	}),
);
