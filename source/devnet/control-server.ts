import { Hono } from 'hono';
import { UserError } from '../domain/errors.ts';
import type { DagNetwork, NodeSlot } from './dag/dag-network.ts';
import { parseFault } from './faults.ts';
import { loopbackOnly } from './guard.ts';
import { listen } from './listening.ts';
import type { Listening } from './listening.ts';
import { networkId } from './dag/status.ts';
import { consensusStatus } from './dag/verdict.ts';
import type { ConsensusStatus } from './dag/verdict.ts';

interface ControlOptions {
	readonly network: DagNetwork;
	readonly seed: number;
	readonly port: number;
	readonly urls: ReadonlyMap<string, string>;
	/** Brings virtual time to now. */
	readonly catchUp: () => void;
	/** Resolves when the servers of the nodes stand as the faults say. */
	readonly settle: () => Promise<void>;
}

const maxBodyBytes = 16 * 1024;

/**
 * Where faults are put in and taken out: `GET /`, `POST /faults` with a fault as JSON, `DELETE
 * /faults`. Each answers with the nodes and the faults that last.
 */
export function startControlServer(options: ControlOptions): Promise<Listening> {
	const { network, catchUp, settle } = options;
	const names = network.slots.map(({ name }) => name);
	const describe = () => ({
		network: {
			id: networkId,
			seed: options.seed,
			uptime: Math.floor(network.nowMs() / 1000),
			links: network.links.all.length,
		},
		nodes: network.slots.map((slot) => ({
			name: slot.name,
			url: options.urls.get(slot.name),
			state: stateOf(slot, network.nowMs()),
		})),
		faults: network.faults(),
	});

	const app = new Hono();
	app.use(loopbackOnly);
	app.get('/', (context) => {
		catchUp();
		return context.json(describe());
	});
	app.post('/faults', async (context) => {
		// A form or plain text needs no preflight, so a page on the web could send it.
		if (!/^application\/json\b/i.test(context.req.header('content-type') ?? '')) {
			return context.json({ error: 'send the fault as application/json' }, 415);
		}
		// Node reads no more than was announced, so the announcement is enough to bound it.
		const sizeBytes = Number(context.req.header('content-length') ?? Infinity);
		if (!(sizeBytes <= maxBodyBytes)) {
			return context.json({ error: `a fault is at most ${maxBodyBytes} bytes long` }, 413);
		}
		const fault = parseFault(readJson(await context.req.text()), names);
		catchUp();
		network.apply(fault);
		await settle();
		return context.json(describe());
	});
	app.delete('/faults', async (context) => {
		catchUp();
		network.clear();
		await settle();
		return context.json(describe());
	});
	app.notFound((context) => context.json({ error: 'Not Found' }, 404));
	app.onError((error, context) => {
		if (error instanceof UserError) {
			return context.json({ error: error.message, nextSteps: error.nextSteps }, 400);
		}
		process.stderr.write(`${error.stack ?? error.message}\n`);
		return context.json({ error: 'internal error' }, 500);
	});
	return listen(app, options.port);
}

function stateOf({ node }: NodeSlot, nowMs: number): ConsensusStatus | 'crashed' {
	return node ? consensusStatus(node, nowMs) : 'crashed';
}

function readJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (cause) {
		throw new UserError('the body is not JSON', { cause });
	}
}
