import { afterAll, describe, expect, it } from 'vitest';
import { startDevnet } from '../../../devnet/devnet.ts';
import { createHttp } from '../../../source/adapters/http.ts';
import { prometheus } from '../../../source/adapters/prometheus/adapter.ts';
import { answerMetrics } from '../../../source/export/metrics/answer.ts';
import { toDocument } from '../../../source/fleet/document.ts';
import { fieldMetrics } from '../../../source/sections/field-metrics.ts';
import { readingSchema } from '../../../source/sections/snapshot.ts';
import type { NodeSnapshot, Reading } from '../../../source/sections/snapshot.ts';
import { valueAt } from '../../../source/sections/value-at.ts';
import { epochMs } from '../../devnet/dag/helpers.ts';
import { startServer } from '../../helpers/http-server.ts';
import { watchNodes } from '../../helpers/monitor.ts';
import { hasPrometheus, startPrometheus } from '../../helpers/prometheus-server.ts';
import type { PrometheusServer } from '../../helpers/prometheus-server.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';

const programs = (['prometheus', 'victoria-metrics'] as const).filter((program) =>
	hasPrometheus(`a fleet read from a real ${program}`, program),
);
const closing: (() => unknown)[] = [];

afterAll(async () => {
	for (const close of closing.toReversed()) await close();
});

/** A devnet that stands still, so that everybody who reads it sees the same. */
async function frozenDevnet() {
	const devnet = await startDevnet({
		nodeCount: 4,
		seed: 1,
		basePort: 0,
		version: '9.9.9',
		clock: 'manual',
		epochMs,
	});
	closing.push(() => devnet.stop());
	devnet.advance(60_000);
	return devnet;
}

/** A nodetop that watches these nodes and serves its metrics. */
async function servedNodetop(nodes: readonly { name: string; url: string; kind: string }[]) {
	const monitor = watchNodes(nodes.map(({ name, url, kind }) => targetFor(url, { name, kind })));
	closing.push(monitor.stop);
	await monitor.firstRound();
	// What a poll has beside the one before is the same from the second on.
	await expect
		.poll(() => monitor.moment().nodes.every(({ samples }) => samples.appended > 1))
		.toBe(true);
	const server = await startServer((_, response) => {
		const document = toDocument(monitor.moment(), { version: '0.0.0' });
		const { body, contentType } = answerMetrics(document, 'application/openmetrics-text');
		response.writeHead(200, { 'content-type': contentType });
		response.end(body);
	});
	closing.push(server.close);
	return { monitor, url: server.url };
}

async function readFleet({ url }: PrometheusServer): Promise<ReadonlyMap<string, Reading>> {
	const target = targetFor(url, { kind: 'prometheus' });
	const http = createHttp(target);
	const source = prometheus.open(target);
	const { members = [] } = readingSchema.parse(await source.poll(contextFor(target, { http })));
	source.close();
	return new Map(
		members.flatMap((member) =>
			'reading' in member ? [[member.target.name, member.reading] as const] : [],
		),
	);
}

/** Numbers that the devnet's process changes by itself, or each poll measures anew. */
const moving =
	/^(resources\.(?!diskTotal)|poll\.|probes\.|process\.|health\.|identity\.uptimeSeconds)/;

/** Every number of a node that has a metric and stands still. */
function stillNumbers(node: NodeSnapshot | Reading): Record<string, unknown> {
	return Object.fromEntries(
		fieldMetrics.flatMap(({ section, path }) => {
			const value = moving.test(`${section}.${path}`)
				? undefined
				: valueAt(Reflect.get(node, section), path);
			return value === undefined ? [] : [[`${section}.${path}`, value]];
		}),
	);
}

describe.runIf(programs.length > 0)('a fleet that a server scrapes', () => {
	it.each(programs)(
		'has in %s the values that the nodes gave nodetop, one by one',
		async (program) => {
			const devnet = await frozenDevnet();
			const { monitor, url } = await servedNodetop(devnet.nodes);
			const ownMetrics = devnet.nodes.filter(({ kind }) => kind === 'qudag' || kind === 'bft');
			const server = await startPrometheus(
				[
					{ job_name: 'nodes', targets: ownMetrics.map((node) => node.url) },
					{ job_name: 'nodetop', targets: [url] },
				],
				{ program },
			);
			closing.push(server.close);
			await server.scraped();
			const fleet = await readFleet(server);
			expect(fleet.size).toBe(devnet.nodes.length + ownMetrics.length);
			let compared = 0;
			for (const { snapshot } of monitor.moment().nodes) {
				const { name } = snapshot.target;
				const told = fleet.get(name);
				// A clock is compared with that of this machine by whom polls.
				const { clock: _clock, ...still } = snapshot;
				const expected = stillNumbers(still);
				expect({ name, ...stillNumbers(told ?? {}) }).toEqual({ name, ...expected });
				expect(told?.identity).toMatchObject({ version: snapshot.identity?.version });
				compared += Object.keys(expected).length;
			}
			// What the plan's own names hold is the same too.
			for (const { name, url: address, kind } of ownMetrics) {
				const direct = fleet.get(new URL(address).host);
				const polled = monitor.moment().nodes.find(({ snapshot }) => snapshot.target.name === name);
				const { consensus, dag, network } = polled?.snapshot ?? {};
				expect(direct?.network?.peers).toBe(network?.peers);
				const { round, view, height } = consensus ?? {};
				expect(direct?.consensus).toMatchObject(kind === 'qudag' ? { round } : { view, height });
				expect(direct?.dag?.tips).toBe(dag?.tips);
				expect(direct?.dag?.vertices).toBe(dag?.vertices);
				expect(direct?.dag?.depth).toBe(dag?.depth);
			}
			expect(compared).toBeGreaterThan(100);
		},
	);
});

/** A node that counts errors, the newest of them with the id of its trace. */
const pageWithExemplar = `# TYPE hotstuff2_current_view gauge
hotstuff2_current_view 7
# TYPE hotstuff2_committed_height gauge
hotstuff2_committed_height 40
# TYPE hotstuff2_rpc_errors counter
hotstuff2_rpc_errors_total{method="vote"} 3 # {trace_id="4bf92f3577b34da6a3ce929d0e0e4736"} 1
# EOF
`;

describe.runIf(programs.includes('prometheus'))('a server that keeps exemplars', () => {
	it('gives those of errors as notes of their node', async () => {
		const node = await startServer((_, response) => {
			response.writeHead(200, {
				'content-type': 'application/openmetrics-text; version=1.0.0; charset=utf-8',
			});
			response.end(pageWithExemplar);
		});
		closing.push(node.close);
		const server = await startPrometheus([{ job_name: 'nodes', targets: [node.url] }], {
			keepsExemplars: true,
		});
		closing.push(server.close);
		await server.scraped();
		const target = targetFor(server.url, { kind: 'prometheus' });
		const http = createHttp(target);
		const source = prometheus.open(target);
		closing.push(source.close);
		const poll = async () => readingSchema.parse(await source.poll(contextFor(target, { http })));
		await poll();
		const [member] = (await poll()).members ?? [];
		expect(member && 'reading' in member && member.reading.notes).toEqual([
			expect.stringMatching(
				/^one of hotstuff2_rpc_errors_total, \S+Z: trace_id=4bf92f3577b34da6a3ce929d0e0e4736$/,
			),
		]);
	});
});
