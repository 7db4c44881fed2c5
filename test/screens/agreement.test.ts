import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { cellWidth } from '../../source/domain/cell-width.ts';
import { createLook } from '../../components/look.ts';
import { countLines, phaseLines, progressLines } from '../../screens/consensus/agreement.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';

const look = createLook({ theme: 'dark', isAscii: false, colorDepth: 8 });
const ascii = createLook({ theme: 'mono', isAscii: true, colorDepth: 1 });
const nowMs = Date.parse('2026-01-01T12:00:00Z');

function node(more: Partial<NodeSnapshot>): NodeSnapshot {
	return {
		target: { name: 'n', kind: 'bft', url: 'http://127.0.0.1:1' },
		poll: { status: 'ok', failures: 0 },
		health: { status: 'up', issues: [] },
		...more,
	};
}

const ago = (seconds: number) => new Date(nowMs - seconds * 1000).toISOString();
const plain = (lines: string[]) => lines.map((line) => stripVTControlCharacters(line).trimEnd());

describe('time since progress', () => {
	test.each([
		[4.2, ['█ █   ▀▀█', '▀▀█   █▀▀', '  ▀ ▄ ▀▀▀ s since progress']],
		[59, ['█▀▀ █▀█', '▀▀█ ▀▀█', '▀▀▀ ▀▀▀ s since progress']],
	])('of %d s is three rows high', (seconds, rows) => {
		const lines = progressLines(look, node({ lastProgressAt: ago(seconds) }), nowMs, 40);
		expect(plain(lines)).toEqual(rows);
	});

	test('of a stalled node is bad, whatever explains it; of one that is silent it is unknown', () => {
		const stalled = { lastProgressAt: ago(70), consensus: { status: 'stalled' as const } };
		const tones = (more: Partial<NodeSnapshot>) =>
			progressLines(look, node(more), nowMs, 40).join('');
		const drawnIn = (tone: 'bad' | 'good' | 'unknown') => look.paint(tone, 'x').split('x')[0] ?? '';
		expect(tones(stalled)).toContain(drawnIn('bad'));
		expect(tones(stalled)).not.toContain(drawnIn('good'));
		expect(tones({ ...stalled, poll: { status: 'failed', failures: 2 } })).toContain(
			drawnIn('unknown'),
		);
		expect(tones({ ...stalled, consensus: { status: 'active' } })).toContain(drawnIn('good'));
	});

	test.each([
		[187, 'min since progress'],
		[18_187, 'h since progress'],
	])('of %d s says its unit', (seconds, unit) => {
		const lines = progressLines(ascii, node({ lastProgressAt: ago(seconds) }), nowMs, 50);
		expect(lines.join('\n')).toContain(unit);
		expect(lines.every((line) => cellWidth(line) === 50)).toBe(true);
	});

	test('is since something became final, as seen, else as the node tells; else since progress', () => {
		const told = node({
			consensus: { lastFinalizedAt: ago(120) },
			chain: { head: { number: 1, at: ago(7200) } },
		});
		expect(progressLines(look, told, nowMs, 40).join('')).toContain('min since');
		const seen = { ...told, lastProgressAt: ago(1) };
		expect(progressLines(look, seen, nowMs, 40).join('')).toContain('min since finality');
		const final = { ...told, lastProgressAt: ago(1), lastFinalAt: ago(3) };
		expect(plain(progressLines(look, final, nowMs, 40))[2]).toContain(' s since finality');
		expect(progressLines(look, node({}), nowMs, 40)).toEqual([]);
	});

	test('never counts from the future', () => {
		expect(plain(progressLines(look, node({ lastProgressAt: ago(-30) }), nowMs, 40))[2]).toContain(
			's since progress',
		);
	});

	test('takes its colour from what is found about consensus', () => {
		const stalled = node({
			lastProgressAt: ago(90),
			health: {
				status: 'degraded',
				issues: [
					{ code: 'x', component: 'consensus', severity: 'critical', message: '', since: ago(1) },
				],
			},
		});
		const good = progressLines(look, node({ lastProgressAt: ago(90) }), nowMs, 40)[0];
		expect(progressLines(look, stalled, nowMs, 40)[0]).not.toBe(good);
	});
});

describe('phases and reasons', () => {
	const told = node({
		consensus: {
			latenciesMs: { commit: { p50: 4, p99: 128, n: 1200 }, diskSync: { p50: 1.5, n: 7 } },
			viewChangeReasons: { timeout: 3, leaderCrashed: 12 },
		},
	});

	test('a phase is a line, in columns, a percentile that none tells left out', () => {
		const lines = plain(phaseLines(look, told, 60));
		expect(lines[0]).toMatch(/^phase +p50 +p99 +n$/);
		expect(lines[1]).toMatch(/^commit +4(\.0)? ms +128 ms +1,200$/);
		expect(lines[2]).toMatch(/^disk sync +1\.5 ms +— +7$/);
		expect(phaseLines(look, node({}), 60)).toEqual([]);
	});

	test('the commonest reason is the first', () => {
		expect(
			plain(countLines(look, told.consensus?.viewChangeReasons, 40)).map(
				(line) => line.split(/ {2,}/)[0],
			),
		).toEqual(['leader crashed', 'timeout']);
	});
});
