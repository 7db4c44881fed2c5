import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { emptyAlertState } from '../../source/alerts/alert-state.ts';
import { createAlertCore } from '../../source/alerts/core.ts';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import { builtInRules } from '../../source/sections/findings.ts';
import { systemClock } from '../../source/domain/clock.ts';
import { createFleet } from '../../source/fleet/fleet.ts';
import { createJudge } from '../../source/health/judge.ts';
import { createRateLimiter } from '../../source/network-tests/rate-limit.ts';
import { createProbing } from '../../source/app/probing.ts';

/**
 * Probes one address from within a network namespace, asks the built-in rules of what is found, and prints
 * each alert that fires or ends, and how many probes there were. Time passes 200 times as fast: the ten
 * seconds between two probes are 50 ms.
 */
const [url = ''] = process.argv.slice(2);
const speed = 200;
const intervalMs = 10_000 / speed;
const startMs = Date.UTC(2026, 0, 1);
const elapsedMs = () => performance.now() * speed;
const now = () => startMs + elapsedMs();

const fleet = createFleet(createJudge());
const target = { name: 'n', kind: 'evm', url, intervalMs: 1000, timeoutMs: 1000 };
fleet.add(target);
const limiter = createRateLimiter(mkdtempSync(path.join(tmpdir(), 'nodetop-shift-')), now);
const settings = { intervalMs, peers: false, route: false, routeIntervalMs: 60_000 };
createProbing({
	settings,
	limiter,
	clock: { ...systemClock, now },
	nodes: () => fleet.getSnapshot().nodes.map(({ snapshot }) => ({ name: 'n', url, snapshot })),
	onProbed: (name, probes) => {
		fleet.attach(name, { probes }, now());
	},
	reportBug: (error) => {
		throw error;
	},
});
const rules = buildRuleSet(builtInRules, {});
const core = createAlertCore(emptyAlertState(), rules, { silences: [], maintenance: {} });
let sentBefore = 0;
setInterval(() => {
	const outcome = { status: 'read', reading: { latencyMs: 1 } } as const;
	fleet.apply({ target, atMs: now(), missedSlots: 0, outcome });
	const { nodes, groups } = fleet.getSnapshot();
	const input = { nodes: nodes.map(({ snapshot }) => snapshot), groups };
	const observed = fleet.judge.observe(input, now());
	const { transitions } = core.evaluate(
		{ ...input, observed },
		{ wallMs: now(), steadyMs: elapsedMs() },
	);
	for (const { event, incident } of transitions) {
		process.stdout.write(`${event} ${incident.rule}: ${incident.message}\n`);
	}
	const sent = nodes[0]?.snapshot.probes?.sent ?? 0;
	if (Math.floor(sent / 10) > Math.floor(sentBefore / 10)) process.stdout.write(`sent ${sent}\n`);
	sentBefore = sent;
}, intervalMs / 2);
