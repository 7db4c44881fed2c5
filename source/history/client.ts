import { Worker } from 'node:worker_threads';
import { createStore } from '../domain/store.ts';
import type { ReadableStore } from '../domain/store.ts';
import type {
	Batch,
	FromWorker,
	QuestionName,
	Questions,
	ToWorker,
	WorkerOptions,
} from './protocol.ts';

/** A history as the rest of the program sees it: everything happens in a worker. */
export interface HistoryClient {
	/** Hands a batch over; false where it is lost, because the disk is so slow that many wait. */
	readonly write: (batch: Batch) => boolean;
	/** Rejects with what is wrong. */
	readonly ask: <Name extends QuestionName>(
		name: Name,
		question: Questions[Name]['ask'],
	) => Promise<Questions[Name]['answer']>;
	/** What is wrong with it now; undefined when nothing is. */
	readonly problem: ReadableStore<string | undefined>;
	/** Resolves when everything that was handed over is written. */
	readonly close: () => Promise<void>;
}

/** A slow disk is waited for so long; later batches are lost, and that is said. */
const mostWaiting = 60;
/** The worker's heap: it holds the last frame and what it is writing. */
const heapLimits = { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 2 };

/** Starts the worker from its file. */
export function openHistory(entry: string, options: WorkerOptions): HistoryClient {
	const line = new Line(new Worker(entry, { workerData: options, resourceLimits: heapLimits }));
	return {
		problem: line.problem,
		write: (batch) => line.write(batch),
		// The worker answers by `Questions`, where the name decides what the answer is.
		ask: (name, question) => line.ask({ name, question }) as Promise<never>,
		close: () => line.close(),
	};
}

type Ask = Extract<ToWorker, { type: 'ask' }>;
/** A name with its own question. */
type Asked = Ask extends infer Each ? Omit<Extract<Each, Ask>, 'type' | 'id'> : never;

/** What goes to the worker, and what comes back. */
class Line {
	readonly problem = createStore<string | undefined>(undefined);
	readonly #worker: Worker;
	readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
	readonly #ended = Promise.withResolvers<void>();
	#unwritten = 0;
	#lastId = 0;
	#isOver = false;

	constructor(worker: Worker) {
		this.#worker = worker;
		worker.on('message', (message: FromWorker) => {
			this.#take(message);
		});
		worker.on('error', (error: unknown) => {
			const text = error instanceof Error ? error.message : String(error);
			this.problem.update(() => `history: not recorded: ${text}`);
			this.#end(text);
		});
		worker.on('exit', () => {
			this.#end('the history has ended');
		});
		// A run ends when its work is done, and its questions are answered.
		worker.unref();
	}

	write(batch: Batch): boolean {
		if (this.#isOver) return false;
		if (this.#unwritten >= mostWaiting) {
			this.problem.update(() => 'history: the disk is too slow, polls are not recorded');
			return false;
		}
		this.#unwritten += 1;
		this.#post({ type: 'write', batch });
		return true;
	}

	ask(asked: Asked): Promise<unknown> {
		if (this.#isOver) return Promise.reject(new Error('the history is closed'));
		this.#lastId += 1;
		const answer = Promise.withResolvers<unknown>();
		this.#waiting.set(this.#lastId, answer);
		this.#worker.ref();
		this.#post({ type: 'ask', id: this.#lastId, ...asked } as Ask);
		return answer.promise;
	}

	async close(): Promise<void> {
		if (!this.#isOver) {
			this.#worker.ref();
			this.#post({ type: 'close' });
		}
		await this.#ended.promise;
		await this.#worker.terminate();
	}

	#post(message: ToWorker): void {
		this.#worker.postMessage(message, []);
	}

	#take(message: FromWorker): void {
		if (message.type === 'written') this.#unwritten -= 1;
		else if (message.type === 'problem') this.problem.update(() => message.message);
		else if (message.type === 'closed') this.#end('the history is closed');
		else this.#settle(message);
	}

	#settle(message: Extract<FromWorker, { id: number }>): void {
		const answer = this.#waiting.get(message.id);
		this.#waiting.delete(message.id);
		if (message.type === 'answer') answer?.resolve(message.value);
		else answer?.reject(new Error(message.message));
		if (this.#waiting.size === 0) this.#worker.unref();
	}

	#end(why: string): void {
		if (this.#isOver) return;
		this.#isOver = true;
		for (const { reject } of this.#waiting.values()) reject(new Error(why));
		this.#waiting.clear();
		this.#ended.resolve();
	}
}
