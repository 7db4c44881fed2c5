import { expect, test } from 'vitest';
import { createLook } from '../../components/look.ts';
import {
	healthLines,
	shortHealthLines,
	stackedHealthLines,
} from '../../screens/node/health-lines.ts';
import type { ComponentHealth } from '../../source/sections/health/component-health.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import type { Health, Severity } from '../../source/domain/words.ts';

const look = createLook({ theme: 'mono', isAscii: false, colorDepth: 1 });
const plain = (text: string) => text.replaceAll(/\u001B\[[\d;]*m/g, '');

type Row = readonly [Health, string, Severity?];

function component(
	name: ComponentHealth['component'],
	status: Health,
	rows: readonly Row[],
): ComponentHealth {
	const when = { lastCheckAt: '2026-01-01T00:00:00.000Z', durationMs: 1, values: [] };
	const checks = rows.map(([each, message, severity]) => ({
		name: 'check',
		status: each,
		message,
		...(severity && { severity }),
		...when,
	}));
	return { component: name, status, checks };
}

function drawn(
	components: readonly ComponentHealth[] | undefined,
	width = 60,
	form = healthLines,
): string[] {
	const node: NodeSnapshot = {
		target: { name: 'n', kind: 'evm', url: 'http://n' },
		poll: { status: 'ok', failures: 0 },
		health: { status: 'up', issues: [], ...(components && { components: [...components] }) },
	};
	return form(look, node, width).map((text) => {
		expect(plain(text)).toHaveLength(width);
		return plain(text).trimEnd();
	});
}

test('one line a component: what is wrong, how much was seen, or why nothing was', () => {
	expect(
		drawn([
			component('consensus', 'up', [
				['up', 'active'],
				['up', 'moves'],
			]),
			component('network', 'degraded', [
				['unknown', 'not told'],
				['degraded', 'few peers 2 < 3', 'warning'],
				['degraded', 'cut off from b', 'critical'],
			]),
			component('storage', 'unknown', [['unknown', 'no dataDirectory is configured']]),
			component('resources', 'up', [
				['up', 'free'],
				['unknown', 'not told'],
			]),
			component('process', 'down', [['down', 'nothing listens', 'critical']]),
		]),
	).toEqual([
		' ● up       consensus  2 checks',
		' ▲ degraded network    cut off from b',
		' ? unknown  storage    no dataDirectory is configured',
		' ● up       resources  1 of 2 known',
		' ✖ down     process    nothing listens',
	]);
});

test('nothing while no check ran; a long reason has several lines, or is cut', () => {
	expect(drawn(undefined)).toEqual([]);
	const long = component('dag', 'unknown', [['unknown', 'the node lists none of its vertices']]);
	expect(drawn([long], 40)).toEqual([
		' ? unknown  dag        the node lists',
		'                       none of its',
		'                       vertices',
	]);
	expect(drawn([long], 40, shortHealthLines)).toEqual([' ? unknown  dag        the node lists n…']);
});

test('what is no word of its own is left out where it has no room', () => {
	const known = component('dag', 'up', [
		['up', 'free'],
		['unknown', 'not told'],
	]);
	expect(drawn([known], 30)).toEqual([' ● up       dag        1 of 2']);
});

test('in a narrow panel the reason for trouble stands below its component, whole', () => {
	const components = [
		component('consensus', 'degraded', [
			['degraded', '143 rounds passed, and nothing became final', 'warning'],
		]),
		component('dag', 'up', [['up', 'grows']]),
		component('storage', 'unknown', [['unknown', 'no dataDirectory is configured']]),
	];
	expect(drawn(components, 35, stackedHealthLines)).toEqual([
		' ▲ degraded consensus',
		'   143 rounds passed, and nothing',
		'   became final',
		' ● up       dag        1 check',
		' ? unknown  storage',
	]);
	expect(drawn(components, 60, stackedHealthLines)).toEqual(
		drawn(components, 60, shortHealthLines),
	);
});
