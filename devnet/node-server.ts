import { Hono } from 'hono';
import { loopbackOnly } from './guard.ts';
import { listen } from './listening.ts';
import type { Listening } from './listening.ts';
import { addNettestRoutes } from './nettest-routes.ts';
import type { NodeSlot } from './node-process.ts';

/** Where a node says more than at its address. */
export interface NodePlaces {
	/** The path of its log, or `tcp://HOST:PORT` of a forwarder. */
	readonly log?: string;
	readonly fallbackUrls?: readonly string[];
	readonly metricsUrl?: string;
}

/** The HTTP server of one node. */
export interface NodeServer {
	readonly url: string;
	readonly places?: NodePlaces;
	/** Closes after a crash of the node and opens after a restart. */
	follow(): Promise<void>;
	close(): Promise<void>;
}

interface NodeServerOptions {
	readonly slot: NodeSlot<unknown>;
	/** 0 takes a free one; it is kept over restarts. */
	readonly port: number;
	readonly app: Hono;
	/** Another server of the same node, whose address is not the node's. */
	readonly isSide?: boolean;
	/** Called before the server closes. */
	readonly onClose?: () => void;
}

export async function startNodeServer(options: NodeServerOptions): Promise<NodeServer> {
	const { slot, app, onClose } = options;
	const first = await listen(app, options.port);
	let listening: Listening | undefined = first;
	if (options.isSide !== true) slot.address = `127.0.0.1:${first.port}`;

	const close = async (): Promise<void> => {
		const open = listening;
		listening = undefined;
		onClose?.();
		await open?.close();
	};
	// Serialised, so that a crash and a restart at the same moment end with an open server.
	let before: Promise<unknown> = Promise.resolve();
	const inTurn = (task: () => Promise<void>): Promise<void> => {
		const result = (async () => {
			await before;
			await task();
		})();
		before = Promise.allSettled([result]);
		return result;
	};
	return {
		url: first.url,
		follow: () =>
			inTurn(async () => {
				if (slot.node === undefined) await close();
				else listening ??= await listen(app, first.port);
			}),
		close: () => inTurn(close),
	};
}

/** An app whose answers have the delay and the clock of the node. */
export function createNodeApp(slot: NodeSlot<unknown>): Hono {
	const app = new Hono();
	app.use(loopbackOnly, async (context, next) => {
		if (slot.slowMs > 0) await pause(slot.slowMs);
		await next();
		context.header('date', new Date(slot.wallNowMs()).toUTCString());
	});
	addNettestRoutes(app, slot);
	app.notFound((context) => context.json({ error: 'Not Found' }, 404));
	return app;
}

function pause(durationMs: number): Promise<void> {
	return new Promise((resolve) => {
		setTimeout(resolve, durationMs);
	});
}
