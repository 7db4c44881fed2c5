import { parentPort, workerData } from 'node:worker_threads';
import type { FromWorker, ToWorker, WorkerOptions } from './protocol.ts';
import { RecorderCore } from './recorder-core.ts';

/** Between two steps of sealing and pruning: the next polls are written meanwhile. */
const stepPauseMs = 100;
const restMs = 2000;
const tidyEveryMs = 10_000;

const port = parentPort;
if (!port) throw new Error('this is a worker of nodetop');
const options = workerData as WorkerOptions; // Of our own process.
const send = (message: FromWorker): void => {
	port.postMessage(message, []);
};
const core = new RecorderCore(options, (message) => {
	send({ type: 'problem', message });
});

let tending: NodeJS.Timeout | undefined;
let tidying: NodeJS.Timeout | undefined;
/** One message after the other, in their order. */
let queue = core.open(Date.now());

async function inTurn(work: () => Promise<void>): Promise<void> {
	await queue;
	await work();
}

function tendAfter(delayMs: number): void {
	tending = setTimeout(() => {
		queue = inTurn(async () => {
			const hasMore = await core.tend(Date.now());
			tendAfter(hasMore ? stepPauseMs : restMs);
		});
	}, delayMs);
}

if (options.mode === 'write') {
	tendAfter(restMs);
	tidying = setInterval(() => {
		queue = inTurn(() => core.tidy(Date.now()));
	}, tidyEveryMs);
}

async function take(message: ToWorker): Promise<void> {
	switch (message.type) {
		case 'write':
			await core.write(message.batch, Date.now());
			send({ type: 'written' });
			return;
		case 'ask':
			try {
				send({ type: 'answer', id: message.id, value: await answerTo(message) });
			} catch (error) {
				const text = error instanceof Error ? error.message : String(error);
				send({ type: 'refused', id: message.id, message: text });
			}
			return;
		case 'close':
			clearTimeout(tending);
			clearInterval(tidying);
			core.close();
			send({ type: 'closed' });
			port?.close();
	}
}

async function answerTo(message: Extract<ToWorker, { type: 'ask' }>): Promise<unknown> {
	if (message.name === 'outlook') {
		const { outlooksOf } = await import('./outlooks.ts');
		return outlooksOf(core.reader(), message.question);
	}
	// What these need is a third of this thread's memory: not before somebody asks.
	const { answer } = await import('./answers.ts');
	switch (message.name) {
		case 'moment':
			return answer(core.reader(), 'moment', message.question);
		case 'span':
			return answer(core.reader(), 'span', message.question);
		case 'list':
			return answer(core.reader(), 'list', message.question);
		case 'buckets':
			return answer(core.reader(), 'buckets', message.question);
		case 'events':
			return answer(core.reader(), 'events', message.question);
		case 'curves':
			return answer(core.reader(), 'curves', message.question);
		case 'marks':
			return answer(core.reader(), 'marks', message.question);
		case 'changeTimes':
			return answer(core.reader(), 'changeTimes', message.question);
		case 'export':
			return answer(core.reader(), 'export', message.question);
	}
}

port.on('message', (message: ToWorker) => {
	queue = inTurn(() => take(message));
});
