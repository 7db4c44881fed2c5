import { Hono } from 'hono';
import { UserError } from '../source/domain/errors.ts';
import { faultGuide, faultWithin, parseFault } from './faults.ts';
import type { FaultPlace } from './faults.ts';
import { loopbackOnly } from './guard.ts';
import { listen } from './listening.ts';
import type { Listening } from './listening.ts';
import type { OpenedPart } from './part.ts';

interface ControlOptions {
	readonly parts: readonly OpenedPart[];
	readonly seed: number;
	readonly port: number;
	readonly urls: ReadonlyMap<string, string>;
	/** Brings virtual time to now. */
	readonly catchUp: () => void;
	/** Resolves when the servers of the nodes stand as the faults say. */
	readonly settle: () => Promise<void>;
}

const maxBodyBytes = 16 * 1024;

const actions = [
	{
		request: 'GET /',
		does: 'tells the networks, their nodes, the faults that last, and this list',
	},
	{ request: 'DELETE /faults', does: 'ends all faults; crashed nodes restart with their data' },
	{ request: 'DELETE /faults?node=NAME', does: 'ends the faults of one node' },
	...faultGuide.map(({ example, does }) => ({ request: 'POST /faults', body: example, does })),
];

/**
 * Where faults are put in and taken out: `GET /`, `POST /faults` with a fault as JSON, `DELETE
 * /faults`. Each answers with the networks, their nodes and the faults that last; `GET /` also with
 * every action there is. What is wrong with a request is a 400 that says it, and nothing is done.
 */
export function startControlServer(options: ControlOptions): Promise<Listening> {
	const { parts, catchUp, settle } = options;
	const places = parts.map(({ network }) => placeOf(network));
	const names = places.flatMap(({ nodes }) => nodes);
	const describe = () => ({
		seed: options.seed,
		uptime: Math.floor((parts[0]?.network.nowMs() ?? 0) / 1000),
		networks: parts.map(({ network, networkId, kind }) => ({
			name: network.name,
			id: networkId,
			kind,
			links: network.links.all.length,
			nodes: network.slots.map(({ name }) => name),
		})),
		nodes: parts.flatMap((part) =>
			part.network.slots.map(({ name }) => ({
				name,
				url: options.urls.get(name),
				network: part.network.name,
				kind: part.kind,
				state: part.stateAt(name),
			})),
		),
		faults: parts.flatMap(({ network }) => network.faults()),
	});

	const app = new Hono();
	app.use(loopbackOnly);
	app.get('/', (context) => {
		catchUp();
		return context.json({ ...describe(), actions });
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
		const fault = parseFault(readJson(await context.req.text()), places);
		catchUp();
		for (const { network } of parts) {
			const within = faultWithin(fault, placeOf(network));
			if (within) network.apply(within);
		}
		await settle();
		return context.json(describe());
	});
	app.delete('/faults', async (context) => {
		const node = context.req.query('node');
		if (node !== undefined && !names.includes(node)) {
			throw new UserError(`there is no node "${node}"`, {
				nextSteps: [`the nodes are ${names.join(', ')}`],
			});
		}
		catchUp();
		for (const { network } of parts) {
			if (node === undefined || placeOf(network).nodes.includes(node)) network.clear(node);
		}
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

function placeOf({ name, slots, ownFaults }: OpenedPart['network']): FaultPlace {
	return { name, nodes: slots.map((slot) => slot.name), ownFaults };
}

function readJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (cause) {
		throw new UserError('the body is not JSON', { cause });
	}
}
