import { Hono } from 'hono';
import { UserError } from '../source/domain/errors.ts';
import { faultGuide, faultWithin, parseFault } from './faults.ts';
import type { FaultPlace } from './faults.ts';
import { loopbackOnly } from './guard.ts';
import { readJsonBody } from './json-body.ts';
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
	/** Resolves when the servers of the nodes are open or closed as the faults require. */
	readonly settle: () => Promise<void>;
}

const maxBodyBytes = 16 * 1024;

const actions = [
	{
		request: 'GET /',
		does: 'lists the networks, their nodes, the active faults, and these actions',
	},
	{ request: 'DELETE /faults', does: 'ends all faults; crashed nodes restart with their data' },
	{ request: 'DELETE /faults?node=NAME', does: 'ends the faults of one node' },
	...faultGuide.map(({ example, does }) => ({ request: 'POST /faults', body: example, does })),
];

/**
 * Where faults are started and ended: `GET /`, `POST /faults` with a fault as JSON, `DELETE /faults`.
 * Each answers with the networks, their nodes and the active faults; `GET /` also with every action. A
 * wrong request changes nothing and gets a 400 with the reason.
 */
export function startControlServer(options: ControlOptions): Promise<Listening> {
	const { catchUp } = options;
	const app = new Hono();
	app.use(loopbackOnly);
	app.get('/', (context) => {
		catchUp();
		return context.json({ ...describe(options), actions });
	});
	app.post('/faults', async (context) => {
		const body = await readJsonBody(context.req, maxBodyBytes);
		if ('refused' in body) {
			return body.refused === 'type'
				? context.json({ error: 'send the fault as application/json' }, 415)
				: context.json({ error: `a fault is at most ${maxBodyBytes} bytes long` }, 413);
		}
		await applyFault(parseJson(body.text), options);
		return context.json(describe(options));
	});
	app.delete('/faults', async (context) => {
		await clearFaults(context.req.query('node'), options);
		return context.json(describe(options));
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

function describe({ parts, seed, urls }: ControlOptions) {
	return {
		seed,
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
				url: urls.get(name),
				network: part.network.name,
				kind: part.kind,
				state: part.stateAt(name),
			})),
		),
		faults: parts.flatMap(({ network }) => network.faults()),
	};
}

async function applyFault(value: unknown, { parts, catchUp, settle }: ControlOptions) {
	const places = parts.map(({ network }) => placeOf(network));
	const fault = parseFault(value, places);
	catchUp();
	for (const { network } of parts) {
		const within = faultWithin(fault, placeOf(network));
		if (within) network.apply(within);
	}
	await settle();
}

async function clearFaults(node: string | undefined, { parts, catchUp, settle }: ControlOptions) {
	const names = parts.flatMap(({ network }) => placeOf(network).nodes);
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
}

function placeOf({ name, slots, ownFaults }: OpenedPart['network']): FaultPlace {
	return { name, nodes: slots.map((slot) => slot.name), ownFaults };
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (cause) {
		throw new UserError('the body is not JSON', { cause });
	}
}
