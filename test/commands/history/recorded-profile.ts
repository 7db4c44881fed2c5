import { mkdtempSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { framePaths } from '../../../source/app/frame-paths.ts';
import { createRecorder } from '../../../source/app/recorder.ts';
import type { Command } from '../../../source/commands/command.ts';
import { systemClock } from '../../../source/domain/clock.ts';
import { RecorderCore } from '../../../source/history/recorder-core.ts';
import { createStore } from '../../../source/domain/store.ts';
import { writeWithMode } from '../../config/temporary-directory.ts';
import { createRichFleet } from '../../helpers/rich-fleet.ts';
import { createTestClock } from '../../helpers/test-clock.ts';
import { keepAll } from '../../history/retention.ts';
import { runCommand } from '../command-run.ts';

export const startMs = Date.UTC(2026, 0, 2, 3, 4, 5);

export interface RecordedProfile {
	readonly home: string;
	readonly directory: string;
	readonly file: string;
	/** The end of what was recorded. */
	readonly endMs: number;
	/** Runs a command over the profile, as of the end of what was recorded. */
	readonly run: (command: Command, ...argv: string[]) => ReturnType<typeof runCommand>;
}

/** A profile with a history of so many seconds on disk, written as the product writes it. */
export async function recordProfile(seconds: number): Promise<RecordedProfile> {
	const home = mkdtempSync(join(tmpdir(), 'nodetop-recorded-'));
	const directory = `${home}/state/nodetop/history/default`;
	const file = `${directory}/history.db`;
	await mkdir(directory, { recursive: true, mode: 0o700 });
	const config = await writeWithMode(
		`${home}/config.json`,
		JSON.stringify({
			profiles: { default: { nodes: [{ name: 'a', url: 'http://127.0.0.1:1' }] } },
		}),
	);
	const clock = createTestClock(startMs);
	const core = new RecorderCore(
		{ file, mode: 'write', retention: keepAll, framePaths: framePaths() },
		(problem) => {
			if (problem !== undefined) throw new Error(problem);
		},
	);
	await core.open(clock.now());
	let writing = Promise.resolve();
	const rich = createRichFleet(clock);
	const recorder = createRecorder({
		monitor: { moment: rich.moments.getSnapshot, on: () => () => undefined },
		client: {
			write(batch) {
				writing = writing.then(() => core.write(batch, clock.now()));
				return true;
			},
			problem: createStore<string | undefined>(undefined),
			close: () => writing,
		},
		clock,
	});
	for (let second = 0; second < seconds; second += 1) {
		rich.goOn(1);
		await new Promise((resolve) => setImmediate(resolve));
	}
	await recorder.close();
	core.close();
	const endMs = clock.now();
	return {
		home,
		directory,
		file,
		endMs,
		run: (command, ...argv) =>
			runCommand(command, [...argv, '--config', config], {
				env: { XDG_STATE_HOME: `${home}/state` },
				clock: { ...systemClock, now: () => endMs },
			}),
	};
}
