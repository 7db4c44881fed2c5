import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isOtlpPath, labelsOf, receive } from '../export/otlp/receiver.ts';
import type { ReceivedMetric } from '../export/otlp/receiver.ts';
import { documentOf, downNode, evmNode, partialNode, qudagNode } from '../export/nodes.ts';
import { sendJson, startServer } from '../helpers/http-server.ts';
import type { TestServer } from '../helpers/http-server.ts';
import { parsePrometheusText } from '../../source/adapters/prometheus-text.ts';
import { runNodetop } from '../helpers/run-nodetop.ts';

const takenAt = new Date().toISOString();
const fleet = documentOf([qudagNode(), evmNode(), partialNode(), downNode()], { takenAt });
let site: TestServer;
let receiver: TestServer;

beforeAll(async () => {
	site = await startServer((_, response) => {
		sendJson(response, fleet);
	});
	receiver = await startServer(({ path, body }, response) => {
		try {
			if (!isOtlpPath(path)) throw new Error(`nothing is received at ${path}`);
			receive(path, body);
			sendJson(response, {});
		} catch (error) {
			sendJson(response, { code: 3, message: String(error) }, 400);
		}
	});
});
afterAll(async () => {
	await site.close();
	await receiver.close();
});

async function push(format: string): Promise<string> {
	const { exitCode, stderr } = await runNodetop([
		'export',
		format,
		`site=${site.url}`,
		'--push',
		receiver.url,
	]);
	expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
	return receiver.requests.at(-1)?.body ?? '';
}

function pointsOf({ name, gauge, sum }: ReceivedMetric): [string, number | undefined][] {
	return (
		(gauge ?? sum)?.dataPoints.map((point) => [keyOf(name, labelsOf(point)), point.asDouble]) ?? []
	);
}

function keyOf(name: string, labels: Readonly<Record<string, string | undefined>>): string {
	const sorted = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
	return `${name} ${JSON.stringify(sorted)}`;
}

/** Of this run of nodetop, not of the nodes. */
const isOfRun = ([key]: readonly [string, unknown]) =>
	/^nodetop_(?:taken_timestamp|build_info|process_)|\["node","site"\]/.test(key);

describe('an OTLP receiver', () => {
	it('reads each value that Prometheus would scrape', async () => {
		const { resourceMetrics } = receive('/v1/metrics', await push('otlp'));
		const metrics = resourceMetrics.flatMap(({ scopeMetrics }) =>
			scopeMetrics.flatMap((scope) => scope.metrics),
		);
		const received = metrics.flatMap(pointsOf).filter((point) => !isOfRun(point));
		const { stdout } = await runNodetop(['export', 'prometheus', `site=${site.url}`]);
		const scraped = parsePrometheusText(stdout)
			.samples.map(({ name, labels, value }): [string, number] => [keyOf(name, labels), value])
			.filter((sample) => !isOfRun(sample));
		expect(received.length).toBeGreaterThan(100);
		expect(new Map(received)).toEqual(new Map(scraped));
	});

	it('reads the polls as traces', async () => {
		const { resourceSpans } = receive('/v1/traces', await push('otlp-traces'));
		const spans = resourceSpans.flatMap(({ scopeSpans }) =>
			scopeSpans.flatMap((scope) => scope.spans),
		);
		const ofPoll = (node: string) => spans.find(({ name }) => name === `poll ${node}`);
		expect(ofPoll('site/anvil')?.status).toEqual({ code: 2, message: 'connection refused' });
		const root = ofPoll('site/partial');
		const steps = spans.filter(({ parentSpanId }) => parentSpanId === root?.spanId);
		expect(steps.map(({ name, traceId }) => [name, traceId === root?.traceId])).toEqual([
			['eth_getBlockByNumber', true],
			['txpool_status', true],
		]);
	});
});
