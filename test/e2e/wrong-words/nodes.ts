import { readFileSync } from 'node:fs';
import { hotstuffValues } from '../../helpers/fake-prometheus.ts';
import { sendJson } from '../../helpers/http-server.ts';
import type { Handler } from '../../helpers/http-server.ts';
import { ago, well } from './case.ts';
import type { Case, Expected } from './case.ts';

const status = (consensus: object = {}, more: object = {}): Handler => {
	const body = {
		node_id: 'n1',
		network_id: 'qudag',
		consensus_state: {
			status: 'active',
			round: 500,
			finalized_vertices: 400,
			pending_vertices: 3,
			last_finalized_time: ago(1),
			...consensus,
		},
		network_info: { peer_count: 5 },
		health: 'Healthy',
		...more,
	};
	return ({ path }, response) => {
		if (path === '/api/v1/status') sendJson(response, body);
		else sendJson(response, { error: 'Not Found' }, 404);
	};
};

export const qudagCases: Readonly<Record<string, Case>> = {
	'a QuDAG node as usual': { answer: status(), expected: well },
	'a QuDAG node that is active, with an hour without finality': {
		answer: status({ last_finalized_time: ago(3600) }),
		expected: { status: 'degraded', codes: ['noProgress'], says: /nothing has become final for/ },
	},
	'a QuDAG node with nothing to decide for an hour': {
		answer: status({ last_finalized_time: ago(3600), pending_vertices: 0 }),
		expected: well,
	},
	'a QuDAG node that calls its health a word that nobody knows': {
		answer: status({}, { health: 'Maintenance' }),
		expected: { status: 'unknown', codes: ['selfReported'], says: /not known: Maintenance/ },
	},
	'a QuDAG node that is healthy by its word, and halted': {
		answer: status({ status: 'halted' }),
		expected: { status: 'down', codes: ['consensusStalled'] },
	},
	'a QuDAG node with figures that no node has': {
		answer: status(
			{},
			{
				network_info: { peer_count: 5, average_latency: 1e12 },
				resource_usage: { cpu_usage: 4e9 },
				start_time: ago(-3 * 86_400),
			},
		),
		expected: {
			...well,
			says: /no node has such a value: network\.latencyMs\.avg, resources\.cpuRatio, identity\.startedAt/,
		},
	},
	'a QuDAG node whose status is wrapped by a gateway': {
		answer(_request, response) {
			sendJson(response, { ok: false, error: 'upstream unavailable' }, 503);
		},
		expected: { status: 'unknown', codes: ['nodeDown'], says: /HTTP 503: upstream unavailable/ },
	},
};

/** A HotStuff page with this behind each value. */
const page = (stamp: () => string, headers: object = {}): Handler => {
	return (_request, response) => {
		const lines = Object.entries(hotstuffValues(1641)).map(([name, value]) => `${name} ${value}`);
		response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4', ...headers });
		response.end(`${lines.map((line) => `${line}${stamp()}\n`).join('')}hotstuff_other 4\n`);
	};
};
const hourOld: Expected = {
	status: 'unknown',
	codes: ['answersCached'],
	says: /1h 00m|59m 59s|Age/,
};

export const metricsCases: Readonly<Record<string, Case>> = {
	'metrics stamped an hour ago': {
		path: '/metrics',
		answer: page(() => ` ${Date.now() - 3_600_000}`),
		expected: hourOld,
	},
	'metrics stamped an hour ago in seconds': {
		path: '/metrics',
		answer: page(() => ` ${Date.now() / 1000 - 3600}`),
		expected: hourOld,
	},
	'metrics stamped now': { path: '/metrics', answer: page(() => ` ${Date.now()}`), expected: well },
	'metrics that a cache kept for an hour': {
		path: '/metrics',
		answer: page(() => '', { age: '3600' }),
		expected: hourOld,
	},
};

const fixture = (name: string) =>
	readFileSync(new URL(`../../fixtures/storj/${name}`, import.meta.url), 'utf8');
const storj = (more: object, scores?: Handler): Handler => {
	const dashboard: unknown = JSON.parse(fixture('sno.v1.146.5.json'));
	return (request, response) => {
		const asked = request.path.replace(/\?.*/, '');
		if (asked === '/api/sno/satellites' && scores) scores(request, response);
		else if (asked === '/api/sno/') {
			sendJson(response, {
				...(dashboard as object),
				lastPinged: ago(20),
				satellites: [],
				...more,
			});
		} else {
			response.writeHead(200, { 'content-type': 'text/html' });
			response.end('<html><title>Node Dashboard</title></html>');
		}
	};
};
const space = {
	used: 1e12,
	available: 8e12,
	allocated: 9e12,
	trash: 0,
	overused: 0,
	reclaimable: 0,
};

export const storjCases: Readonly<Record<string, Case>> = {
	'a storage node as usual': { answer: storj({ diskSpace: space }), expected: well },
	'a storage node that no satellite reached for five hours': {
		answer: storj({ diskSpace: space, lastPinged: ago(5 * 3600) }),
		expected: { status: 'degraded', codes: ['contactLost'], says: /for 5h/ },
	},
	'a storage node whose database is locked': {
		answer: storj({ diskSpace: space }, (_request, response) => {
			sendJson(response, { error: 'consoleapi storagenode: database is locked' }, 500);
		}),
		expected: { status: 'degraded', codes: ['endpointFailed'], says: /database is locked/ },
	},
};
