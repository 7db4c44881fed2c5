import { describe, expect, it } from 'vitest';
import { servedPages } from '../../source/app/served-pages.ts';
import { planHealthOf, planHealthWords } from '../../source/export/plan-health.ts';
import { toDocument } from '../../source/fleet/document.ts';
import type { PageRequest } from '../../source/serve/options.ts';
import { createRichFleet } from '../helpers/rich-fleet.ts';
import { createTestClock } from '../helpers/test-clock.ts';

const pages = servedPages((moment) => toDocument(moment, { version: '0.1.0' }));
const fleet = createRichFleet(createTestClock(Date.UTC(2026, 0, 2)));
fleet.goOn(1);

async function read(path: string, request: Partial<PageRequest> = {}) {
	const write = await pages[path]?.load();
	if (!write) throw new Error(`nothing is at ${path}`);
	return write(fleet.moments.getSnapshot(), {
		accept: '',
		query: new URLSearchParams(),
		...request,
	});
}

describe('/metrics', () => {
	it('has every node, and the form that the scraper accepts', async () => {
		const { body, contentType } = await read('/metrics');
		expect(contentType).toMatch(/^text\/plain; version=0\.0\.4/);
		for (const node of ['dag-1', 'evm-1', 'east/judged']) expect(body).toContain(`node="${node}"`);
		const open = await read('/metrics', { accept: 'application/openmetrics-text; version=1.0.0' });
		expect(open.contentType).toMatch(/^application\/openmetrics-text/);
	});

	it('has peers and another prefix only when asked', async () => {
		expect((await read('/metrics')).body).not.toContain('_network_peer_latency_seconds');
		const query = new URLSearchParams('peers=true&prefix=mynet');
		const { body } = await read('/metrics', { query });
		expect(body).toContain('mynet_network_peer_latency_seconds{node="dag-1",kind="qudag"');
		await expect(read('/metrics', { query: new URLSearchParams('prefix=9') })).rejects.toThrow(
			'cannot begin the name of a metric',
		);
	});
});

describe('/metrics/seed', () => {
	it('counts a poll once, however often it is scraped', async () => {
		const count = async () => {
			const { body } = await read('/metrics/seed');
			const series = /^consensus_finality_time_histogram_count{node="dag-1",kind="qudag"} (\d+)$/m;
			return Number(series.exec(body)?.[1]);
		};
		expect(await count()).toBe(1);
		expect(await count()).toBe(1);
		fleet.goOn(1);
		expect(await count()).toBe(2);
	});
});

describe('/api/v1/health', () => {
	it('says in the words of the metrics plan how all nodes are, and each', async () => {
		const { body, contentType } = await read('/api/v1/health');
		expect(contentType).toBe('application/json');
		const { nodes } = toDocument(fleet.moments.getSnapshot(), { version: '0.1.0' });
		const words = new Set(nodes.map(({ health }) => planHealthOf(health).status));
		const worst = planHealthWords.find((word) => words.has(word));
		expect(worst).not.toBe('Healthy');
		expect(JSON.parse(body)).toMatchObject({
			plan: { status: worst, issues: expect.any(Array) },
			nodes: nodes.map(({ target, health }) => ({
				name: target.name,
				plan: { status: planHealthOf(health).status, components: expect.any(Object) },
			})),
		});
	});
});
