import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openAlerting } from '../../source/app/alerting.ts';
import { builtInRules } from '../../source/sections/findings.ts';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import { webhook } from '../alerts/delivery/helpers.ts';
import { sendJson, startServer } from '../helpers/http-server.ts';
import { watchNodes } from '../helpers/monitor.ts';
import { targetFor } from '../helpers/targets.ts';

const runs = 100;
const mostMs = 1000;

/** From the poll that shows a safety violation to the receiver of the webhook, in milliseconds. */
async function once(): Promise<number> {
	let violations = 0;
	const node = await startServer((_request, response) => {
		response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
		const view = Math.floor(Date.now() / 10);
		response.end(`hotstuff2_current_view ${view}\nhotstuff2_safety_violations ${violations}\n`);
	});
	let toldAtMs = 0;
	const receiver = await startServer(({ body }, response) => {
		if (body.includes('safety-violated') && toldAtMs === 0) toldAtMs = performance.now();
		sendJson(response, {});
	});
	const directory = path.join(await mkdtemp(path.join(tmpdir(), 'nodetop-safety-')), 'default');
	const watch = watchNodes([targetFor(`${node.url}/metrics`, { kind: 'bft', intervalMs: 100 })]);
	let readAtMs = 0;
	watch.fleet.subscribe(() => {
		const [first] = watch.fleet.getSnapshot().nodes;
		const isRead = first?.snapshot.consensus?.safetyViolations === 1;
		if (isRead && readAtMs === 0) readAtMs = performance.now();
	});
	const alerting = await openAlerting({
		fleet: watch.fleet,
		directory,
		settings: {
			rules: buildRuleSet(builtInRules),
			quiet: { silences: [], maintenance: {} },
			channels: [webhook(receiver.url)],
		},
		env: {},
		warn: () => undefined,
		onTransition: () => undefined,
		reportBug: (error) => {
			throw error;
		},
	});
	try {
		await watch.firstRound();
		await expect.poll(() => watch.fleet.getSnapshot().alerts).toEqual([]);
		violations = 1;
		await expect.poll(() => toldAtMs, { interval: 5, timeout: 15_000 }).toBeGreaterThan(0);
		return toldAtMs - readAtMs;
	} finally {
		await alerting.close();
		watch.stop();
		await node.close();
		await receiver.close();
		await rm(path.dirname(directory), { recursive: true, force: true });
	}
}

it(`a safety violation is at the receiver within 1 s of its reading, ${runs} times of ${runs}`, async () => {
	const all: number[] = [];
	for (let run = 0; run < runs; run += 1) all.push(await once());
	const sorted = all.toSorted((a, b) => a - b);
	const at = (share: number) => (sorted[Math.ceil(share * runs) - 1] ?? 0).toFixed(0);
	process.stdout.write(
		`safety violation to webhook: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms\n`,
	);
	expect(sorted.at(-1)).toBeLessThan(mostMs);
}, 300_000);
