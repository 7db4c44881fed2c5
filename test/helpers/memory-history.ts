import { answer } from '../../source/history/answers.ts';
import type { HistoryClient } from '../../source/history/client.ts';
import { createStore } from '../../source/domain/store.ts';
import { RecorderCore } from '../../source/history/recorder-core.ts';
import type { HistoryReader } from '../../source/history/reader.ts';
import { keepAll } from '../history/retention.ts';

export interface MemoryHistory extends HistoryClient {
	/** Seals and prunes what is due. */
	readonly tend: () => Promise<void>;
	/** When everything that was handed over is written. */
	readonly reader: () => Promise<HistoryReader>;
}

/** A history without a worker and without a disk, on a clock of choice. */
export async function openMemoryHistory(
	now: () => number,
	framePaths: readonly string[] = [],
): Promise<MemoryHistory> {
	const problem = createStore<string | undefined>(undefined);
	const options = { mode: 'write', retention: keepAll, framePaths } as const;
	const core = new RecorderCore(options, (message) => {
		problem.update(() => message);
	});
	await core.open(now());
	let queue = Promise.resolve();
	return {
		problem,
		write(batch) {
			// As what is sent to another thread is.
			const copy = structuredClone(batch);
			queue = queue.then(() => core.write(copy, now()));
			return true;
		},
		async ask(name, question) {
			await queue;
			return answer(core.reader(), name, question);
		},
		async reader() {
			await queue;
			return core.reader();
		},
		async tend() {
			await queue;
			while (await core.tend(now())) continue;
		},
		close: () => queue,
	};
}
