import { PollError } from '../../domain/errors.ts';
import type { Clock } from '../../sections/clock/schema.ts';
import type { Endpoint } from '../../sections/poll/schema.ts';
import type { Reading } from '../../sections/snapshot.ts';
import type { PollContext, Source } from '../adapter.ts';
import { clockFrom } from '../clock.ts';
import { parseJson } from '../http.ts';
import type { Reply } from '../http.ts';
import { beginSecondary, statusOf } from '../secondary.ts';
import { hasCamelCase, snakeCased } from './fields.ts';
import { readMcpDemo } from './mcp.ts';
import { readNodeStatus } from './node-status.ts';
import { createVertexReader } from './recent-vertices.ts';
import type { VertexReader } from './recent-vertices.ts';
import { readTestnetHealth, readTestnetStatus, readTestnetVerdict } from './testnet.ts';
import { createTrafficRates } from './traffic-rates.ts';
import type { TrafficRates } from './traffic-rates.ts';

/** What answers over HTTP, distinguished by content, for ports and paths are shared. */
type Dialect = 'nodeStatus' | 'testnet' | 'testnetHealth' | 'mcp';

/** What is kept from poll to poll. */
interface Memory {
	readonly rates: TrafficRates;
	readonly readVertices: VertexReader;
}

interface HttpAnswer {
	readonly path: string;
	readonly dialect: Dialect;
	readonly latencyMs: number;
	readonly clock: Clock | undefined;
	readonly reading: Reading;
}

const healthPath = '/health';
const statusPaths = ['/api/v1/status', '/api/v1/nodes/self/status', '/status', healthPath];
const probePaths = ['/api/v1/status', healthPath];

/**
 * A QuDAG node over HTTP. The first poll tries the known paths until one is not 404 and recognises
 * the dialect; later polls ask that path alone, until one fails. Connections are fresh unless the
 * node is known to speak the NodeStatus API, for the testnet node writes after its replies.
 */
export function createHttpSource(base: URL, timeoutMs: number): Source {
	const memory: Memory = { rates: createTrafficRates(), readVertices: createVertexReader() };
	let known: HttpAnswer | undefined;
	return {
		async poll(context) {
			const paths = known ? [known.path] : pathsFor(base, statusPaths);
			const spoken = known?.dialect;
			known = undefined;
			const answer = await askFirst(base, paths, memory, context, spoken);
			known = answer;
			return answer.dialect === 'testnet' && hasNoPath(base)
				? addVerdict(answer, base, context, timeoutMs)
				: withEndpoints(answer, []);
		},
		close() {
			known = undefined;
		},
	};
}

/** One question, and a second only to a node that says 404 to the first. */
export async function probeHttp(base: URL, context: PollContext): Promise<HttpAnswer | undefined> {
	const memory = { rates: createTrafficRates(), readVertices: createVertexReader() };
	try {
		return await askFirst(base, pathsFor(base, probePaths), memory, context);
	} catch (error) {
		const isOther =
			error instanceof PollError && (error.code === 'unsupported' || error.code === 'badResponse');
		if (isOther) return undefined;
		throw error;
	}
}

async function askFirst(
	base: URL,
	paths: readonly string[],
	memory: Memory,
	context: PollContext,
	spoken?: Dialect,
): Promise<HttpAnswer> {
	const keepAlive = spoken === 'nodeStatus';
	for (const path of paths) {
		const reply = await get(base, path, context, keepAlive, [404, 405]);
		if (reply.status === 404 || reply.status === 405) continue;
		const json = parseJson(reply);
		const body = hasCamelCase(reply.body) ? snakeCased(json) : json;
		const read = recognise(body, memory, context.now(), spoken);
		const clock = clockFrom(reply, context.now());
		if (read) return { path, latencyMs: reply.latencyMs, clock, ...read };
		throw new PollError('unsupported', `what answers at ${pathOf(path)} is not a QuDAG node`, {
			nextStep: 'check the port and the kind: `nodetop add URL` finds out what answers there',
		});
	}
	throw new PollError('unsupported', `nothing at ${paths.map(pathOf).join(', ')} (HTTP 404)`, {
		nextStep:
			'check the URL; for the RPC of a QuDAG node write tcp://host:port, for its socket unix:/path',
	});
}

/** Reads a body in each dialect, the most telling first. */
const readers: Readonly<
	Record<Dialect, (body: unknown, memory: Memory, atMs: number) => Reading | undefined>
> = {
	testnet: (body, { rates }, atMs) => readTestnetStatus(body, rates, atMs),
	testnetHealth: (body, { rates }, atMs) => readTestnetHealth(body, rates, atMs),
	mcp: readMcpDemo,
	nodeStatus: (body, { readVertices }) => readNodeStatus(body, readVertices),
};
const dialects = ['testnet', 'testnetHealth', 'mcp', 'nodeStatus'] as const satisfies Dialect[];

/** A node that spoke one dialect is heard in that one first. */
function recognise(
	body: unknown,
	memory: Memory,
	atMs: number,
	spoken: Dialect | undefined,
): { dialect: Dialect; reading: Reading } | undefined {
	for (const dialect of spoken ? [spoken, ...dialects] : dialects) {
		const reading = readers[dialect](body, memory, atMs);
		if (reading) return { dialect, reading };
	}
	return undefined;
}

/** Asks the testnet node's `/health` for its verdict; a failure there fails no poll. */
async function addVerdict(
	answer: HttpAnswer,
	base: URL,
	context: PollContext,
	timeoutMs: number,
): Promise<Reading> {
	const secondary = beginSecondary(context, timeoutMs);
	try {
		const { signal } = secondary;
		const reply = await get(base, healthPath, { ...context, signal }, false, [503]);
		const selfReport = readTestnetVerdict(parseJson(reply));
		const endpoint: Endpoint = { name: healthPath, status: 'ok', latencyMs: reply.latencyMs };
		return { ...withEndpoints(answer, [endpoint]), ...(selfReport && { selfReport }) };
	} catch (error) {
		if (!(error instanceof PollError) || context.signal.aborted) throw error;
		return withEndpoints(answer, [secondary.endpoint(healthPath, error, statusOf(error))]);
	} finally {
		secondary.end();
	}
}

function withEndpoints(answer: HttpAnswer, others: readonly Endpoint[]): Reading {
	const { latencyMs, path, clock, reading } = answer;
	const main: Endpoint = { name: pathOf(path), status: 'ok', latencyMs };
	return { ...reading, latencyMs, ...(clock && { clock }), endpoints: [main, ...others] };
}

function get(
	base: URL,
	path: string,
	context: PollContext,
	keepAlive: boolean,
	acceptStatus: readonly number[],
): Promise<Reply> {
	return context.http.request({
		url: new URL(path, base).href,
		signal: context.signal,
		freshConnection: !keepAlive,
		acceptStatus,
	});
}

/** A URL with a path is asked as it is, its query included. */
function pathsFor(base: URL, paths: readonly string[]): readonly string[] {
	return hasNoPath(base) ? paths : [`${base.pathname}${base.search}`];
}

function hasNoPath(base: URL): boolean {
	return base.pathname === '/' && base.search === '';
}

/** Without the query, which may hold a token. */
function pathOf(path: string): string {
	return path.split('?', 1)[0] ?? path;
}
