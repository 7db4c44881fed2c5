import { answersLikePrometheus, hotstuffValues } from '../../helpers/fake-prometheus.ts';
import type { FakeFleet } from '../../helpers/fake-prometheus.ts';
import { sendJson } from '../../helpers/http-server.ts';
import { well } from './case.ts';
import type { Case } from './case.ts';

const place = { job: 'hs', instance: 'a:1' };
const replica = (labels: object = {}, more: object = {}) => ({
	labels: { ...place, ...labels },
	values: hotstuffValues(100),
	...more,
});
const fleet = (...targets: FakeFleet['targets']) => ({ targets });
const ofFleet = (now: FakeFleet) => answersLikePrometheus(() => now);

export const prometheusCases: Readonly<Record<string, Case>> = {
	'a Prometheus as usual': {
		answer: ofFleet(fleet(replica())),
		expected: { ...well, members: { 'a:1': well } },
	},
	'a Prometheus whose answers lack what one store has': {
		answer: ofFleet({
			...fleet(replica()),
			beside: { warnings: ['receive series from thanos-store-b: code = Unavailable'] },
		}),
		expected: {
			status: 'degraded',
			codes: ['endpointFailed'],
			says: /queries of all its stores .*thanos-store-b/,
			members: { 'a:1': well },
		},
	},
	'a Prometheus that warns of an expression': {
		answer: ofFleet({
			...fleet(replica()),
			beside: { warnings: ['PromQL warning: metric might not be a counter'] },
		}),
		expected: { ...well, members: { 'a:1': well } },
	},
	'a VictoriaMetrics cluster that marks its answers as partial': {
		answer: ofFleet({ ...fleet(replica()), beside: { isPartial: true } }),
		expected: {
			status: 'degraded',
			codes: ['endpointFailed'],
			says: /a part of its storage does not answer/,
			members: { 'a:1': well },
		},
	},
	'a Prometheus that scraped nothing for four minutes': {
		answer: ofFleet(fleet(replica({}, { agoSeconds: 240 }))),
		expected: {
			...well,
			members: {
				'a:1': {
					status: 'unknown',
					codes: ['answersCached'],
					says: /figures are (?:3m 59s|4m .*) old/,
				},
			},
		},
	},
	'a Prometheus whose clock is an hour behind': {
		answer: ofFleet({ ...fleet(replica()), aheadSeconds: -3600 }),
		expected: { ...well, members: { 'a:1': well } },
	},
	'two nodes of two clusters at one instance': {
		answer: ofFleet(fleet(replica({ cluster: 'eu' }), replica({ cluster: 'us' }))),
		expected: { ...well, members: { 'a:1 (eu)': well, 'a:1 (us)': well } },
	},
	'one node that two replicas of Prometheus scrape': {
		answer: ofFleet(
			fleet(replica({ prometheus_replica: '1' }), replica({ prometheus_replica: '2' })),
		),
		expected: { ...well, members: { 'a:1': well } },
	},
	'an `up` that a rule made, without an instance': {
		answer: ofFleet(fleet(replica(), { labels: { job: 'hs' }, values: {} })),
		expected: { ...well, says: /1 of its 2 targets have no metrics/, members: { 'a:1': well } },
	},
	'a Prometheus without targets': {
		answer: ofFleet(fleet()),
		expected: { status: 'unknown', codes: ['selfReported'], says: /not known: it has no targets/ },
	},
	'a Prometheus of which no target is a node': {
		answer: ofFleet(fleet({ labels: place, values: { go_threads: 9 } })),
		expected: { status: 'unknown', codes: ['selfReported'], says: /none of its targets is a node/ },
	},
	'a Prometheus that ends each query': {
		answer(request, response) {
			const words = 'query processing would load too many samples into memory';
			if (/time\(\)|count/.test(request.path)) ofFleet(fleet(replica()))(request, response);
			else sendJson(response, { status: 'error', errorType: 'execution', error: words }, 422);
		},
		expected: { status: 'unknown', codes: ['nodeDown'], says: /too many samples/ },
	},
};
