import { readFileSync } from 'node:fs';
import { dag } from '../../../source/adapters/dag/adapter.ts';
import type { PollContext, Source } from '../../../source/adapters/adapter.ts';
import { createHttp } from '../../../source/adapters/http.ts';
import { PollError } from '../../../source/domain/errors.ts';
import { readingSchema } from '../../../source/sections/snapshot.ts';
import type { Reading } from '../../../source/sections/snapshot.ts';
import type { Target } from '../../../source/domain/target.ts';
import { sendJson, startServer } from '../../helpers/http-server.ts';
import type { Handler, TestServer } from '../../helpers/http-server.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';

export function fixture(name: string): string {
	return readFileSync(new URL(`../../fixtures/dag/${name}`, import.meta.url), 'utf8');
}

type Json = Readonly<Record<string, unknown>>;

/** A fixture, with other values at the paths given: `{ 'status.isHealthy': false }`. */
export function json(name: string, changes: Json = {}): Json {
	const root = JSON.parse(fixture(name)) as Json; // Each fixture is an object, or is not changed.
	for (const [path, value] of Object.entries(changes)) {
		const keys = path.split('.');
		const last = keys.pop() ?? path;
		// What is on the way to a value is an object or an array.
		const holder = keys.reduce<Json>((at, key) => at[key] as Json, root);
		Object.assign(holder, { [last]: value });
	}
	return root;
}

export interface Watched {
	readonly source: Source;
	poll(overrides?: Partial<PollContext>): Promise<Reading>;
	failure(overrides?: Partial<PollContext>): Promise<PollError>;
}

/** A source as the program opens it; each reading fits the document's schema. */
export function watchUrl(url: string, overrides: Partial<Target> = {}): Watched {
	const target = targetFor(url, overrides);
	const http = createHttp(target);
	const source = dag.open(target, http);
	const poll = async (context: Partial<PollContext> = {}) =>
		readingSchema.parse(await source.poll(contextFor(target, { http, ...context })));
	return {
		source,
		poll,
		async failure(context) {
			try {
				await poll(context);
			} catch (error) {
				if (error instanceof PollError) return error;
				throw error;
			}
			throw new Error('the poll succeeded');
		},
	};
}

export interface WatchedServer extends Watched {
	readonly server: TestServer;
}

const running: TestServer[] = [];

export async function watch(
	handler: Handler,
	overrides: Partial<Target> = {},
): Promise<WatchedServer> {
	const server = await startServer(handler);
	running.push(server);
	return { server, ...watchUrl(server.url, overrides) };
}

export async function closeServers(): Promise<void> {
	await Promise.all(running.splice(0).map((server) => server.close()));
}

/** What is answered to a path, without its query: a body, or a body under another status. */
export type Routes = Readonly<Record<string, unknown>>;

export class Status {
	readonly status: number;
	readonly body: unknown;
	constructor(status: number, body: unknown = {}) {
		this.status = status;
		this.body = body;
	}
}

/** GET by path, POST by JSON-RPC method; 404 and -32601 for the rest. */
export function replaying(routes: () => Routes): Handler {
	return ({ method, path, body }, response) => {
		const name = path.split('?', 1)[0] ?? path;
		const held = routes();
		if (method === 'POST' && !(name in held)) {
			const {
				id,
				method: asked,
				params,
			} = JSON.parse(body) as {
				id: number;
				method: string;
				params: unknown;
			};
			const reply = held[`${asked} ${JSON.stringify(params)}`] ?? held[asked];
			if (reply instanceof Status) sendJson(response, reply.body, reply.status);
			else if (reply === undefined) {
				sendJson(response, { ...json('conflux.error.method.json'), id });
			} else sendJson(response, reply);
			return;
		}
		const reply = held[name];
		if (reply === undefined) sendJson(response, json('hornet.error.404.json'), 404);
		else if (reply instanceof Status) sendJson(response, reply.body, reply.status);
		else if (typeof reply === 'string') {
			response.writeHead(200, { 'content-type': 'text/plain' });
			response.end(reply);
		} else sendJson(response, reply);
	};
}

export function endpointOf(reading: Reading, name: string) {
	return reading.endpoints?.find((endpoint) => endpoint.name === name);
}
