import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { cellWidth } from '../../source/domain/cell-width.ts';
import { createLook } from '../../components/look.ts';
import { roundLines } from '../../screens/consensus/round-bar.ts';
import { validatorLines } from '../../screens/consensus/validator-grid.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import type { Validator } from '../../source/sections/validators/schema.ts';

const look = createLook({ theme: 'mono', isAscii: true, colorDepth: 1 });
const plain = (lines: readonly string[]) => lines.map((line) => stripVTControlCharacters(line));

function node(latenciesMs: NonNullable<NodeSnapshot['consensus']>['latenciesMs']): NodeSnapshot {
	return {
		target: { name: 'n', kind: 'bft', url: 'http://127.0.0.1:1' },
		poll: { status: 'ok', failures: 0 },
		health: { status: 'up', issues: [] },
		consensus: { latenciesMs },
	};
}

describe('a round as a bar', () => {
	it('has a stretch for each phase, and the commit without what vote and certificate took', () => {
		const [bar = '', legend] = plain(
			roundLines(
				look,
				node({
					propose: { p50: 400 },
					vote: { p50: 100 },
					certify: { p50: 100 },
					commit: { p50: 600 },
				}),
				80,
			),
		);
		expect(bar).toMatch(/^#+\|#+\|#+\|#+ 1 s$/);
		expect(bar).toHaveLength(80);
		expect(legend).toMatch(/propose 400 ms +# vote 100 ms +# certify 100 ms +# commit 400 ms/);
	});

	it('has the time of every phase where together they fit, or of none', () => {
		const some = node({
			propose: { p50: 375 },
			vote: { p50: 1.5 },
			certify: { p50: 38 },
			commit: { p50: 840 },
		});
		expect(plain(roundLines(look, some, 68))[1]).toMatch(
			/^# propose 375 ms {3}# vote 1\.5 ms {3}# certify 38 ms {3}# commit 801 ms *$/,
		);
		expect(plain(roundLines(look, some, 67))[1]).toMatch(
			/^# propose {3}# vote {3}# certify {3}# commit *$/,
		);
	});

	it('names the phases alone where it is narrow, and nothing of what is not known', () => {
		const some = node({
			propose: { p50: 400 },
			vote: { p50: 1 },
			certify: { p50: 9 },
			commit: { avg: 90 },
		});
		expect(plain(roundLines(look, some, 44))[1]).toMatch(/propose +# vote +# certify +# c/);
		expect(roundLines(look, node({ commit: { p50: 5 } }), 80)).toEqual([]);
		expect(roundLines(look, node(undefined), 80)).toEqual([]);
	});
});

const validator = (more: Partial<Validator>): Validator => ({
	validator: 'x',
	mine: false,
	...more,
});

describe('the grid of validators', () => {
	const list = [
		validator({ validator: 'well', score: 1, scores: [1, 1], missed: 0 }),
		validator({ validator: 'ours', mine: true, score: 1, missed: 0 }),
		validator({ validator: 'late', score: 0.6, missedInRow: 4, missed: 40 }),
		validator({ validator: 'gone', mine: true, jailed: true }),
		validator({ validator: 'thief', byzantine: 2, score: 1 }),
	];

	it('begins with the trouble of one’s own, then that of others; who is well comes last', () => {
		const lines = plain(validatorLines(look, list, 70, 9));
		expect(lines.map((line) => line.trim().split(/ +/)[0])).toEqual([
			'VALIDATOR',
			'*gone',
			'late',
			'thief',
			'*ours',
			'well',
		]);
		expect(lines.map((line) => line.trim().split(/ +/).at(-1))).toEqual([
			'STATE',
			'jailed',
			'-4',
			'byzantine',
			'votes',
			'votes',
		]);
		expect(lines.every((line) => cellWidth(line) === 70)).toBe(true);
	});

	it('says how many it leaves out, and is nothing without validators', () => {
		const lines = plain(validatorLines(look, list, 70, 4));
		expect(lines).toHaveLength(4);
		expect(lines.at(-1)?.trim()).toBe('3 more');
		expect(validatorLines(look, [], 70, 9)).toEqual([]);
	});

	it('takes a thousand of them within a screen', () => {
		const many = Array.from({ length: 1000 }, (_, index) => validator({ validator: `v${index}` }));
		expect(validatorLines(look, many, 70, 20)).toHaveLength(20);
	});
});
