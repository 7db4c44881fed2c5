import { afterEach, describe, expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import { screens } from '../../screens/registry.ts';
import { noActions, noPast } from '../../screens/services.ts';
import { Shell } from '../../screens/shell/shell.tsx';
import { createFrameGate } from '../../source/frames/frame-gate.ts';
import type { Past } from '../../source/history/past.ts';
import { nettestSchemaId } from '../../source/network-tests/results.ts';
import type { ScreenTestEnd } from '../../source/network-tests/screen-test.ts';
import { hidesSomething, largestBlank } from '../helpers/blank.ts';
import { renderFrames } from '../helpers/frames.ts';
import { createRichFleet } from '../helpers/rich-fleet.ts';
import { createTestClock } from '../helpers/test-clock.ts';

/** Of the picture: more is wasted where something else is cut. */
const mostBlank = 0.08;
const waiting = { timeout: 40_000, interval: 5 };
const cleanups: (() => void)[] = [];

afterEach(() => {
	for (const cleanup of cleanups.splice(0)) cleanup();
});

function shown(columns: number, rows: number, past = noPast) {
	const clock = createTestClock(Date.UTC(2026, 0, 2, 3, 4, 5));
	const rich = createRichFleet(clock);
	rich.goOn(60);
	const gate = createFrameGate(rich.moments, { framesPerSecond: 4, clock });
	gate.setPaused(true);
	const shell = renderFrames(
		<Shell
			frames={gate}
			controls={{
				setIntervalMs: () => undefined,
				setPaused: gate.setPaused,
				copy: () => undefined,
				suspend: () => undefined,
				quit: () => undefined,
			}}
			actions={{ ...noActions, runNetworkTest: () => Promise.resolve(refusedPing) }}
			past={past}
			screens={screens}
			look={createLook({ theme: 'mono', isAscii: false, colorDepth: 1 })}
			profile="default"
			intervalMs={1000}
			whyAbsent={() => undefined}
			hint={undefined}
		/>,
		columns,
		rows,
	);
	cleanups.push(() => {
		shell.unmount();
		gate.stop();
	});
	return shell;
}

const at = '2026-01-02T03:04:05.000Z';
/** A ping that nothing answered: few lines, and no spread. */
const refusedPing: ScreenTestEnd = {
	kind: 'ended',
	summary: {
		schema: nettestSchemaId,
		record: 'summary',
		test: 'ping',
		target: 'evm-1',
		at,
		startedAt: at,
		outcome: 'measured',
		sent: 10,
		lost: 0,
		lossRatio: 0,
		refused: 10,
	},
};
/** More changes than one column has room for. */
const manyChanges: Past = {
	...noPast,
	changes: ({ fromMs, untilMs }) =>
		Promise.resolve({
			fromMs,
			untilMs,
			changes: Array.from({ length: 90 }, (_, index) => ({
				kind: 'finding' as const,
				node: `node-${Math.floor(index / 3)}`,
				what: 'peersFew',
				to: `few peers: ${index}`,
			})),
		}),
};

/** Each screen that has something to show, by the keys that lead to it, and what only it shows. */
const views: readonly (readonly [keys: readonly string[], shows: RegExp])[] = [
	[['1', 's'], /─ Nodes ─.*as configured/],
	[['2'], /─ dag-1: consensus ─/],
	[['3'], /─ dag-1: DAG ─/],
	[['4'], /─ dag-1: network ─/],
	[['\t'], /─ Topology of all watched nodes ─/],
	[['\t', '5'], /─ dag-1: use ─/],
	[['6'], /─ Alerts ─/],
	[['1', '\r'], /─ dag-1 ─.*Esc closes/],
	[['\u001B', 'X'], /─ Why: dag-1 ─/],
	[['1', 'e'], /▸ What is wrong ─/],
	[['e'], /─ Groups ─/],
	[['n', 'n', '2'], /─ evm-1: consensus ─/],
	[['4'], /─ evm-1: network ─/],
	[['n', '2'], /─ bft-1: consensus ─/],
	[['5'], /─ bft-1: resources ─/],
	[['7'], /─ bft-1: storage ─/],
	[['1', ':'], /─ What to do ─/],
	[['\u001B', '?'], /─ Help: /],
	[['\u001B', 'p', 'P'], /10 of 10 refused/],
];

/** What shows the history. */
const recordedViews: typeof views = [
	[['8'], /─ gone: log ─[^]*node-0/],
	[['1', 'd'], /─ What changed in the 10m[^]*node-0/],
];

describe.each([
	[120, 40],
	[200, 60],
] as const)('the use of space at %i×%i', (columns, rows) => {
	it.each([
		['watched', views, noPast],
		['recorded', recordedViews, manyChanges],
	])('no panel of what is %s scrolls or cuts beside a blank of 8 %%', async (_is, list, past) => {
		const shell = shown(columns, rows, past);
		const wasted: string[] = [];
		for (const [keys, shows] of list) {
			await shell.pressEach(keys);
			await expect.poll(() => shell.plain(), waiting).toMatch(shows);
			const text = shell.plain();
			const blank = largestBlank(text.split('\n').slice(0, rows), columns);
			// The screens of one node have more to chart than fits: they waste nothing.
			const isOfNode = /(dag|evm)-1: (consensus|DAG|network)/.test(shows.source);
			const isAllowed = !hidesSomething(text) && !isOfNode;
			if (isAllowed || blank.ratio <= mostBlank) continue;
			const { width, height, row, column, ratio } = blank;
			const share = `${(ratio * 100).toFixed(1)} %`;
			wasted.push(`${shows.source}: ${width}×${height} at ${row},${column} is ${share}`);
		}
		expect(wasted).toEqual([]);
	});
});

it('the topology of a wide screen goes on with links, figures and charts', async () => {
	const wide = shown(200, 60);
	await wide.pressEach(['4', '\t']);
	await expect.poll(() => wide.plain(), waiting).toMatch(/─ Topology of all watched nodes ─/);
	expect(wide.plain()).toMatch(/\n. evm-1 .* bft-1 .* gone/);
	expect(wide.plain()).toMatch(/─ Slowest links ─[^]*dag-\d → dag-\d ━+╸? \d+(\.\d+)? ms/);
	expect(wide.plain()).toMatch(/─ Network of each node ─[^]*dag-2 +● up +\d/);
	expect(wide.plain()).toMatch(/─ dag-1: Bandwidth ─/);
	const narrow = shown(80, 24);
	await narrow.pressEach(['4', '\t']);
	await expect.poll(() => narrow.plain(), waiting).toMatch(/─ Topology of all watched nodes ─/);
	expect(narrow.plain()).not.toMatch(/─ dag-1: Bandwidth ─/);
});

it('a number that stood still has a line, no chart', async () => {
	const shell = shown(120, 40);
	await shell.pressEach(['n', 'n', '2']);
	await expect.poll(() => shell.plain(), waiting).toMatch(/─ evm-1: consensus ─/);
	expect(shell.plain()).toMatch(/Heights per second|Pending/);
	expect(shell.plain()).toMatch(/─ Movement ─/);
	expect(shell.plain()).toMatch(/\n.*Finalized per second +\d\S* .*·/);
});

it('a screen of what the node does not have shows the nodes that do', async () => {
	const shell = shown(120, 40);
	await shell.pressEach(['n', 'n', '3']);
	await expect
		.poll(() => shell.plain(), waiting)
		.toMatch(/─ Nodes that report a DAG ─.* 2 of \d+ nodes/);
	expect(shell.plain()).toMatch(/NODE +HEALTH +VERTICES/);
	expect(shell.plain()).toMatch(/dag-2 +● up +\d/);
	expect(shell.plain()).toMatch(/─ dag-1: /);
});

it('a screen of what no listed node has shows how the selected node moves otherwise', async () => {
	const shell = shown(200, 60);
	await shell.pressEach(['/', 'e', 'v', 'm', '\r', '3']);
	await expect.poll(() => shell.plain(), waiting).toMatch(/─ evm-1: DAG ─/);
	expect(shell.plain()).not.toMatch(/─ Nodes that report/);
	expect(shell.plain()).toMatch(/─ evm-1: Peers ─/);
	expect(largestBlank(shell.plain().split('\n').slice(0, 60), 200).ratio).toBeLessThan(mostBlank);
});

it('the measure finds a blank rectangle, and none in a chart', () => {
	const picture = [
		'─ Panel ────────────',
		'a                   ',
		'b                   ',
		' 5┤                 ',
		' 0│     .           ',
		'  └──── −1s ──── now',
	];
	expect(largestBlank(picture, 20)).toMatchObject({ width: 19, height: 2, row: 1, column: 1 });
});
