import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import { HealthPanel } from '../../screens/node/health-panel.tsx';
import { checkLines } from '../../screens/node/check-lines.ts';
import { healthLines } from '../../screens/node/health-lines.ts';
import type {
	CheckResult,
	ComponentHealth,
} from '../../source/sections/health/component-health.ts';
import { noSamples } from '../../source/sections/samples.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { renderFrames } from '../helpers/frames.ts';

const look = createLook({ theme: 'mono', isAscii: false, colorDepth: 1 });
const when = { lastCheckAt: '2026-01-01T00:00:00.000Z', durationMs: 1 };

const node: NodeSnapshot = {
	target: { name: 'n', kind: 'evm', url: 'http://n' },
	poll: { status: 'ok', failures: 0 },
	health: {
		status: 'up',
		issues: [],
		components: [
			{
				component: 'network',
				status: 'up',
				checks: [
					{
						...when,
						name: 'peers',
						status: 'up',
						message: 'enough peers',
						values: [
							{
								name: 'peerCount',
								value: 12,
								unit: 'count',
								trouble: 'below',
								warning: 3,
								critical: 1,
							},
							{ name: 'headAge', value: 75, unit: 'seconds' },
						],
					},
					{
						...when,
						name: 'churn',
						status: 'unknown',
						message: 'the node does not list its peers',
						values: [],
					},
				],
			},
		],
	},
};

it('every check below its component: state, name, what it found or why it knows nothing, values with bounds', () => {
	const lines = checkLines(look, node, 110);
	for (const line of lines) expect(stripVTControlCharacters(line)).toHaveLength(110);
	expect(lines.map((line) => stripVTControlCharacters(line).trimEnd())).toEqual([
		'network',
		'  ● up       peers                 enough peers · peer count 12 (warning below 3, critical below 1) · head',
		'                                   age 1m 15s',
		'  ? unknown  churn                 the node does not list its peers',
	]);
});

it('what the node cannot have is no unknown: it does not apply, once, with the reason', () => {
	const none: CheckResult = {
		...when,
		name: 'tips',
		status: 'unknown',
		message: 'a chain, no DAG',
		applies: false,
		values: [],
	};
	const cpu: CheckResult = { ...when, name: 'cpu', status: 'up', message: 'idle', values: [] };
	const memory = { ...none, name: 'memory', message: 'not of this process' };
	const components: ComponentHealth[] = [
		{ component: 'dag', status: 'unknown', checks: [none, { ...none, name: 'orphans' }] },
		{ component: 'resources', status: 'up', checks: [cpu, memory] },
	];
	const other = { ...node, health: { ...node.health, components } };
	const plain = (lines: readonly string[]) =>
		lines.map((line) => stripVTControlCharacters(line).trimEnd());
	expect(plain(checkLines(look, other, 80))).toEqual([
		'dag',
		'  · n/a      2 checks              a chain, no DAG',
		'resources',
		'  ● up       cpu                   idle',
		'  · n/a      memory                not of this process',
	]);
	expect(plain(healthLines(look, other, 60))).toEqual([
		' · n/a      dag        a chain, no DAG',
		' ● up       resources  1 check',
	]);
});

it.each([
	[40, 40],
	[40, 2],
	[40, 40],
	[70, 40],
])('fills a panel of %i×%i, whatever size it had before', (width, height) => {
	const panelOf = (snapshot: NodeSnapshot) => {
		const frames = renderFrames(
			<HealthPanel
				look={look}
				node={{ snapshot, samples: noSamples }}
				nowMs={Date.parse(when.lastCheckAt)}
				width={width}
				height={height}
			/>,
			80,
			40,
		);
		const picture = frames.plain();
		frames.unmount();
		return picture;
	};
	const picture = panelOf(structuredClone(node));
	expect(picture).toContain('Health checks');
	expect(panelOf(node)).toBe(picture);
});
