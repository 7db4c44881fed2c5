import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { bft } from '../../../source/adapters/bft/adapter.ts';
import type { PollContext, ProbeMatch, Source } from '../../../source/adapters/adapter.ts';
import { createHttp } from '../../../source/adapters/http.ts';
import { PollError } from '../../../source/domain/errors.ts';
import { readingSchema } from '../../../source/sections/snapshot.ts';
import type { Reading } from '../../../source/sections/snapshot.ts';
import type { Target } from '../../../source/domain/target.ts';
import { startServer } from '../../helpers/http-server.ts';
import type { Handler, TestServer } from '../../helpers/http-server.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';

export function fixture(path: string): string {
	return readFileSync(new URL(`../../fixtures/${path}`, import.meta.url), 'utf8');
}

export interface Watched {
	readonly target: Target;
	readonly source: Source;
	probe(): Promise<ProbeMatch | undefined>;
	/** Fits the document's schema, as `attempt` asks for. `atMs` is the time of the poll. */
	poll(atMs?: number): Promise<Reading>;
	failure(): Promise<PollError>;
}

/** A source of the kind as the program opens it, without a probe before. */
export function watchUrl(
	url: string,
	overrides: Partial<Target> = {},
	circumstances: Partial<PollContext> = {},
): Watched {
	const target = targetFor(url, { kind: 'bft', ...overrides });
	const http = createHttp(target);
	const source = bft.open(target, http);
	const context = (atMs?: number): PollContext =>
		contextFor(target, {
			http,
			...circumstances,
			...(atMs !== undefined && { now: () => atMs }),
		});
	const poll = async (atMs?: number) => readingSchema.parse(await source.poll(context(atMs)));
	return {
		target,
		source,
		probe: () => bft.probe(target, context()),
		poll,
		async failure() {
			try {
				await poll();
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

export async function closeServers(): Promise<void> {
	await Promise.all(running.splice(0).map((server) => server.close()));
}

export async function watch(
	handler: Handler,
	overrides: Partial<Target> = {},
): Promise<WatchedServer> {
	const server = await startServer(handler);
	running.push(server);
	return { server, ...watchUrl(server.url, overrides) };
}

/** A node with metrics at one path and nothing else. The text is asked for anew at each request. */
export function exposing(text: () => string, path = '/metrics'): Handler {
	return (request, response) => {
		if (request.method === 'GET' && request.path === path) sendMetrics(response, text());
		else sendNotFound(response);
	};
}

/** Readings of two polls ten seconds apart, which a rate needs. */
export async function twice(
	first: string,
	second: string,
	{ atMs, mine }: { readonly atMs: number; readonly mine?: readonly string[] | undefined },
) {
	let text = first;
	const node = await watch(
		exposing(() => text),
		{ ...(mine && { mine }) },
	);
	const before = await node.poll(atMs);
	text = second;
	return [before, await node.poll(atMs + 10_000)] as const;
}

export function sendMetrics(response: ServerResponse, text: string): void {
	response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
	response.end(text);
}

export function sendNotFound(response: ServerResponse): void {
	response.writeHead(404, { 'content-type': 'text/plain' });
	response.end('404 page not found\n');
}
