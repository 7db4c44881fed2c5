import { historyStats } from './options.ts';
import type { ServeOptions } from './options.ts';
import { pairPath } from './routes/pair.ts';

interface Parameter {
	readonly name: string;
	readonly description: string;
	readonly isRequired?: boolean;
	readonly values?: readonly string[];
}

interface Operation {
	readonly method: 'get' | 'post' | 'delete';
	readonly path: string;
	readonly summary: string;
	/** Needs no token when absent. */
	readonly role?: 'read' | 'test' | 'act';
	readonly type?: string;
	readonly query?: readonly Parameter[];
	/** Properties of the JSON body, by name. */
	readonly body?: Readonly<Record<string, object>>;
	readonly required?: readonly string[];
	/** Statuses beside 200 and those of every operation. */
	readonly also?: Readonly<Record<number, string>>;
}

const span = [
	{ name: 'from', description: 'Unix ms or ISO 8601; default an hour before until' },
	{ name: 'until', description: 'Unix ms or ISO 8601; default now' },
];
const resume = { name: 'lastEventId', description: 'Resume after the message with this id' };
const minutes = { type: 'number', exclusiveMinimum: 0, maximum: 10_080 };
const noRules = 'No process evaluates alert rules';
const noHistory = { 503: 'Nothing is recorded, or it cannot be read' };
const unknownNode = { 404: 'No node has this name' };

/** Everything that the server answers. A test compares it with the routes. */
const operations: readonly Operation[] = [
	{ method: 'get', path: '/', type: 'text/html', summary: 'The page for browsers' },
	{ method: 'get', path: '/health', summary: 'Whether nodetop itself runs' },
	{
		method: 'get',
		path: '/ready',
		summary: 'Whether every node was polled at least once',
		also: { 503: 'Not yet' },
	},
	{
		method: 'get',
		path: '/api/v1/snapshot',
		role: 'read',
		summary: 'All nodes, groups and alerts (docs/snapshot.schema.json)',
	},
	{
		method: 'get',
		path: '/api/v1/nodes',
		role: 'read',
		summary: 'Name, kind and health of each node',
	},
	{
		method: 'get',
		path: '/api/v1/nodes/{name}',
		role: 'read',
		summary: 'One node of the snapshot',
		also: unknownNode,
	},
	{
		method: 'get',
		path: '/api/v1/nodes/{name}/status',
		role: 'read',
		summary: 'One node as NodeStatus of QuDAG; what is not known is absent',
		also: unknownNode,
	},
	{
		method: 'get',
		path: '/api/v1/nodes/{name}/facts',
		role: 'read',
		summary: 'What one node reported, in words, as the screens show it',
		also: unknownNode,
	},
	{
		method: 'get',
		path: '/api/v1/network/stats',
		role: 'read',
		summary: 'Network statistics of each node (schema nodetop-network-stats/1)',
		query: [{ name: 'node', description: 'Only this node' }],
		also: unknownNode,
	},
	{
		method: 'post',
		path: '/api/v1/network/test',
		role: 'test',
		type: 'application/x-ndjson',
		summary: 'Runs a network test from here; one record a line, the summary last',
		body: {
			test: { type: 'string', description: 'ping, latency, bandwidth, traceroute, …' },
			node: { type: 'string' },
			peer: { type: 'string', description: 'Test this peer of the node instead' },
			options: { type: 'object', description: 'count, intervalMs, durationMs, bytes, …' },
			confirm: { type: 'boolean', description: 'Agree to a heavy test of a public address' },
		},
		required: ['test', 'node'],
		also: { ...unknownNode, 409: 'The test has to be confirmed' },
	},
	{
		method: 'get',
		path: '/api/v1/alerts',
		role: 'read',
		summary: 'Alerts, and the state of alerting',
	},
	{
		method: 'post',
		path: '/api/v1/alerts/{fingerprint}/acknowledge',
		role: 'act',
		summary: 'No more messages unless the alert becomes worse',
		body: {},
		also: { 202: 'Accepted', 404: 'No such alert', 409: noRules },
	},
	{
		method: 'post',
		path: '/api/v1/alerts/{fingerprint}/snooze',
		role: 'act',
		summary: 'No messages for a while',
		body: { minutes },
		required: ['minutes'],
		also: { 202: 'Accepted', 404: 'No such alert', 409: noRules },
	},
	{
		method: 'post',
		path: '/api/v1/silences',
		role: 'act',
		summary: 'No messages about alerts with these labels for a while',
		body: {
			match: { type: 'object', additionalProperties: { type: 'string' } },
			minutes,
			comment: { type: 'string' },
		},
		required: ['match', 'minutes'],
		also: { 202: 'The silence', 409: noRules },
	},
	{
		method: 'delete',
		path: '/api/v1/silences/{id}',
		role: 'act',
		summary: 'Ends a silence that was made by hand',
		also: { 202: 'Accepted', 404: 'No such silence' },
	},
	{
		method: 'get',
		path: '/api/v1/history/metrics',
		role: 'read',
		summary: 'Which numbers of which nodes were recorded',
		also: noHistory,
	},
	{
		method: 'get',
		path: '/api/v1/history',
		role: 'read',
		summary: 'A number of nodes over time',
		query: [
			{ name: 'metric', description: 'Path of a field, such as network.peers', isRequired: true },
			{ name: 'node', description: 'Only this node' },
			...span,
			{ name: 'spanMs', description: 'Length of time up to until, instead of from' },
			{ name: 'stepMs', description: 'Time between two points; default for 200 points' },
			{ name: 'stat', description: 'What is taken of a step', values: historyStats },
		],
		also: noHistory,
	},
	{
		method: 'get',
		path: '/api/v1/history/events',
		role: 'read',
		summary: 'What changed: health, groups, alerts',
		query: span,
		also: noHistory,
	},
	{
		method: 'get',
		path: '/api/v1/history/snapshot',
		role: 'read',
		summary: 'The snapshot at or before a time',
		query: [{ name: 'at', description: 'Unix ms or ISO 8601', isRequired: true }],
		also: { ...noHistory, 404: 'Nothing was recorded at that time' },
	},
	{
		method: 'get',
		path: pairPath,
		role: 'act',
		summary: 'State of this watch in its pair; only with peers in the profile',
	},
	{
		method: 'post',
		path: pairPath,
		role: 'act',
		summary: 'What the active watch of a pair sends to the other one',
		body: {
			instance: { type: 'string' },
			term: { type: 'integer', minimum: 0 },
			isAwaited: { type: 'boolean' },
			files: { type: 'object' },
		},
		required: ['instance'],
	},
	{ method: 'get', path: '/api/v1/openapi.json', role: 'read', summary: 'This document' },
	{
		method: 'get',
		path: '/events',
		role: 'read',
		type: 'text/event-stream',
		summary:
			'snapshot, delta, consensusStateChanged, peerCountChanged, healthChanged, resourceThresholdExceeded, dropped',
		query: [resume],
	},
	{
		method: 'get',
		path: '/ws',
		role: 'read',
		summary: 'The same over a WebSocket: {"id", "event", "data"} a message',
		query: [resume],
		also: { 101: 'The stream begins' },
	},
];

/** OpenAPI 3.1. */
export function openApiDocument({
	version,
	pages,
}: Pick<ServeOptions, 'version' | 'pages'>): object {
	const all: readonly Operation[] = [
		...operations,
		...Object.entries(pages).map(([path, { summary }]): Operation => ({
			method: 'get',
			path,
			summary,
			role: 'read',
			type: 'text/plain',
		})),
	];
	const paths = Map.groupBy(all, ({ path }) => path);
	return {
		openapi: '3.1.0',
		info: {
			title: 'nodetop',
			version,
			description: 'Without configured tokens, the server listens on loopback and needs none.',
		},
		paths: Object.fromEntries(
			[...paths].map(([path, ways]) => [
				path,
				Object.fromEntries(ways.map((way) => [way.method, describe(way)])),
			]),
		),
		components: {
			securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
			schemas: {
				Error: {
					type: 'object',
					properties: { error: { type: 'string' } },
					required: ['error'],
				},
			},
		},
	};
}

function describe({ path, summary, role, type = 'application/json', ...way }: Operation): object {
	const { query = [], body, required = [], also = {} } = way;
	const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
		name,
		in: 'path',
		required: true,
		schema: { type: 'string' },
	}));
	const inQuery = query.map(({ name, description, isRequired = false, values }) => ({
		name,
		in: 'query',
		description,
		required: isRequired,
		schema: { type: 'string', ...(values && { enum: values }) },
	}));
	const refusals = {
		...also,
		...(role && {
			401: 'No token, or a wrong one',
			403: `Needs the role ${role}, or another Host`,
		}),
		429: 'Too many requests; Retry-After says how long to wait',
	};
	const error = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };
	return {
		summary,
		...(role && { security: [{ token: [role] }], 'x-role': role }),
		...(inPath.length + inQuery.length > 0 && { parameters: [...inPath, ...inQuery] }),
		...(body && {
			requestBody: {
				required: true,
				content: {
					'application/json': { schema: { type: 'object', properties: body, required } },
				},
			},
		}),
		responses: {
			...(202 in also || 101 in also
				? {}
				: { 200: { description: 'OK', content: { [type]: {} } } }),
			...Object.fromEntries(
				Object.entries(refusals).map(([status, description]) => [
					status,
					{ description, ...(Number(status) >= 400 && { content: error }) },
				]),
			),
		},
	};
}
