import type { Reading } from '../source/sections/snapshot.ts';
import type { Target } from '../source/domain/target.ts';
import { limitHeap } from '../source/app/heap.ts';
import { createFleet } from '../source/fleet/fleet.ts';
import { createMoments } from '../source/fleet/moments.ts';
import { createJudge } from '../source/health/judge.ts';
import { runScreen } from '../source/main.tsx';
import { settingsWith } from '../test/helpers/settings.ts';

/**
 * The real screen over made-up readings of N nodes a second, without any polling: what the screen
 * alone costs. For the benchmark only.
 */
const count = Number(process.argv[2] ?? 10);
const fleet = createFleet(createJudge());
const targets = Array.from({ length: count }, (_, index): Target => ({
	name: `node-${index}`,
	kind: 'evm',
	url: `http://127.0.0.1:${10_000 + index}`,
	intervalMs: 1000,
	timeoutMs: 1000,
}));
for (const target of targets) fleet.add(target);

let round = 0;
function readingOf(index: number, nowMs: number): Reading {
	const wave = 1 + Math.sin(round / 7 + index);
	return {
		latencyMs: 3 + wave * 20,
		identity: { client: 'anvil', version: '1.7.1', chainId: 31_337, uptimeSeconds: 3600 + round },
		consensus: { status: 'active', height: 1_000_000 + round },
		chain: {
			head: { number: 1_000_000 + round, hash: '0x9a1f', at: new Date(nowMs - 400).toISOString() },
		},
		network: { peers: 25 + Math.round(wave * 10) },
		resources: {
			source: 'node',
			cpuRatio: wave / 4,
			memoryResidentBytes: 1e8 + Math.round(wave * 1e6),
		},
	};
}

/** As the scheduler does, spread over the second: nobody polls a thousand nodes at one instant. */
const slices = Math.min(count, 50);
const sliceMs = 1000 / slices;

function feed(slice: number): void {
	const atMs = Date.now();
	for (let index = slice; index < targets.length; index += slices) {
		const target = targets[index];
		if (!target) continue;
		const reading = readingOf(index, atMs);
		fleet.apply({ target, atMs, missedSlots: 0, outcome: { status: 'read', reading } });
	}
}

for (let slice = 0; slice < slices; slice++) feed(slice);
limitHeap('running', count);
let next = 0;
const timer = setInterval(() => {
	if (next === 0) round++;
	feed(next);
	next = (next + 1) % slices;
}, sliceMs);
const isHeadless = process.argv[3] === 'headless';
if (isHeadless) await new Promise(() => undefined);
await runScreen({
	settings: settingsWith({ profile: 'bench', targets }),
	moments: createMoments(fleet),
	startWatch: () =>
		Promise.resolve({
			pollNow: () => undefined,
			setIntervalMs: () => undefined,
			stop: () => {
				clearInterval(timer);
			},
		}),
	stdin: process.stdin,
	stdout: process.stdout,
	signal: new AbortController().signal,
});
process.exit(0);
