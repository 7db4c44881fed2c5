import type { Clock } from '../domain/clock.ts';
import { UserError } from '../domain/errors.ts';
import { openHistory } from '../history/client.ts';
import { framePaths } from './frame-paths.ts';
import type { Monitor } from './open-monitor.ts';
import { createRecorder } from './recorder.ts';
import type { Recorder } from './recorder.ts';
import { historyEntry } from './run-history.ts';

const endless = Number.MAX_SAFE_INTEGER / 2;

export interface RecordToOptions {
	readonly file: string;
	/** Of nodetop. */
	readonly version: string;
	readonly masksAddresses: boolean;
	readonly clock: Clock;
	readonly entry?: string;
}

/** Records into a database beside the file, which survives a kill, and writes the file from it at the end. */
export function recordTo({ file, clock, entry = historyEntry, ...rest }: RecordToOptions) {
	const partial = `${file}.partial`;
	const client = openHistory(entry, {
		file: partial,
		mode: 'write',
		framePaths: framePaths(),
		retention: {
			rawMs: endless,
			minutesMs: endless,
			hoursMs: endless,
			momentsMs: endless,
			maxBytes: endless,
		},
	});
	let recorder: Recorder | undefined;
	return {
		partial,
		start(monitor: Pick<Monitor, 'moment' | 'on'>): void {
			recorder = createRecorder({ monitor, client, clock });
		},
		/** Resolves with the size of the file, in bytes. */
		async finish(): Promise<number> {
			await recorder?.stop();
			try {
				const problem = client.problem.getSnapshot();
				if (problem !== undefined) throw new UserError(problem);
				return await client.ask('export', { file, ...rest });
			} finally {
				await client.close();
			}
		},
	};
}
