import { gzipSync } from 'node:zlib';
import { sendJson } from '../../helpers/http-server.ts';
import type { Handler } from '../../helpers/http-server.ts';
import { ago, well } from './case.ts';
import type { Case, Expected } from './case.ts';

const member = (more: object = {}) => ({
	target: { name: 'a', kind: 'evm', url: 'http://10.0.0.4:8545' },
	poll: { status: 'ok', failures: 0, at: ago(2), lastGoodAt: ago(2) },
	health: { status: 'up', issues: [] },
	...more,
});
const site = (nodes: readonly object[], more: object = {}): Handler => {
	const document = {
		schema: 'nodetop/1',
		takenAt: ago(1),
		nodetop: { version: '0.1.0', instance: '0123456789abcdef' },
		nodes,
		...more,
	};
	return ({ path }, response) => {
		if (path === '/api/v1/snapshot') sendJson(response, document);
		else sendJson(response, {}, path === '/health' ? 200 : 404);
	};
};
const notKnown = (says: RegExp): Expected => ({
	status: 'unknown',
	codes: ['selfReported'],
	says: /not known: a is unknown/,
	members: { a: { status: 'unknown', codes: ['siteUnreachable'], says } },
});

export const siteCases: Readonly<Record<string, Case>> = {
	'a site as usual': { answer: site([member()]), expected: { ...well, members: { a: well } } },
	'a site that asked its node two hours ago': {
		answer: site([member({ poll: { status: 'ok', failures: 0, at: ago(7200) } })]),
		expected: notKnown(/its site asked it last (?:2h|1h 59m)/),
	},
	'a site that calls a node up which it cannot poll': {
		answer: site([member({ poll: { status: 'failed', failures: 9, at: ago(2) } })]),
		expected: notKnown(/calls it up, and could not poll it/),
	},
	'a site dated half an hour ahead': {
		answer: site([member()], { takenAt: ago(-1800) }),
		expected: { ...well, says: /dated 30 min ahead/, members: { a: well } },
	},
	'a site without a date': {
		answer: site([member()], { takenAt: undefined }),
		expected: { ...well, says: /is not dated/, members: { a: well } },
	},
	'a site without nodes': {
		answer: site([]),
		expected: { status: 'unknown', codes: ['selfReported'], says: /it watches no node/ },
	},
	'a site of another major version': {
		answer: site([member()], { schema: 'nodetop/2' }),
		expected: { status: 'unknown', codes: ['nodeDown'], says: /speaks nodetop\/2, not nodetop\/1/ },
	},
	'a site that has polled nothing yet': {
		answer: site([
			member({
				poll: { status: 'pending', failures: 0 },
				health: { status: 'unknown', issues: [] },
			}),
		]),
		expected: {
			status: 'unknown',
			codes: ['selfReported'],
			members: { a: { status: 'unknown', codes: [] } },
		},
	},
	'a site behind a proxy that cuts what it packed': {
		answer(_request, response) {
			response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' });
			response.end(gzipSync(JSON.stringify(member())).subarray(0, 60));
		},
		expected: { status: 'unknown', codes: ['nodeDown'], says: /packed, but cannot be unpacked/ },
	},
	'a Prometheus or a site behind a page to log in at': {
		answer(_request, response) {
			response.writeHead(302, { location: 'https://login.example.org/oauth2?rd=secret' });
			response.end();
		},
		expected: {
			status: 'unknown',
			codes: ['nodeDown'],
			says: /redirects to https:\/\/login\.example\.org/,
		},
	},
};
