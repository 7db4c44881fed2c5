import { describe, expect, it } from 'vitest';
import {
	areFinal,
	findBranches,
	isDeep,
	partingOf,
	readWindow,
} from '../../source/analysis/branches.ts';
import type { Branch, Window } from '../../source/analysis/branches.ts';
import type { Block } from '../../source/sections/chain/schema.ts';
import { at, chain, nowMs } from './nodes.ts';
import type { ChainText } from './nodes.ts';

const block = (number: number | string, hash?: string): Block => ({
	number,
	...(hash !== undefined && { hash }),
});

describe('what a node reports about its chain', () => {
	it('is all hashes that it names, the newest height first', () => {
		const window = readWindow({
			recent: [block(7, '0x7'), block('8', '0x8')],
			finalized: block(2, '0x2'),
			safe: block(5, '0x5'),
			head: { ...block(9, '0x9'), at: at(3) },
		});
		expect(window).toEqual({
			hashes: new Map([
				[7, '0x7'],
				[8, '0x8'],
				[2, '0x2'],
				[5, '0x5'],
				[9, '0x9'],
			]),
			heights: [9, 8, 7, 5, 2],
			finalized: 2,
			headAtMs: nowMs - 3000,
		});
	});

	it('takes blocks that were seen go by, where the node lists none itself', () => {
		const seen = [block(3, '0x3')];
		expect(readWindow({}, seen)?.heights).toEqual([3]);
		expect(readWindow(undefined, seen)).toMatchObject({ heights: [3], finalized: undefined });
		expect(readWindow({ recent: [block(4, '0x4')] }, seen)?.heights).toEqual([4]);
	});

	it('is nothing without a hash, or at heights past what is counted exactly', () => {
		expect(readWindow(undefined)).toBeUndefined();
		expect(readWindow({})).toBeUndefined();
		expect(readWindow({ head: block(9) })).toBeUndefined();
		expect(readWindow({ head: block('9007199254740993', '0x9') })).toBeUndefined();
		expect(readWindow({ head: block(9), safe: block(5, '0x5') })?.heights).toEqual([5]);
	});

	it('leaves out finality and time where the node does not report them', () => {
		const window = readWindow({ head: block(9, '0x9') });
		expect(window).toMatchObject({ finalized: undefined, headAtMs: undefined });
		expect(readWindow({ head: block(9, '0x9'), finalized: block('x') })?.finalized).toBeUndefined();
	});
});

/** Windows by name, each of a chain given by its letters. */
const windowsOf = (chains: Readonly<Record<string, string | ChainText>>) =>
	new Map(
		Object.entries(chains).flatMap(([name, text]): [string, Window][] => {
			const window = readWindow(chain(typeof text === 'string' ? { blocks: text } : text));
			return window ? [[name, window]] : [];
		}),
	);
const branchesOf = (chains: Parameters<typeof windowsOf>[0]) => findBranches(windowsOf(chains));
const nodesOf = (chains: Parameters<typeof windowsOf>[0]) =>
	branchesOf(chains).map(({ nodes }) => nodes.toSorted().join(''));

describe('branches', () => {
	it('hold a chain and its prefixes, the most nodes first, then the higher head, then the hash', () => {
		expect(nodesOf({ a: 'xxaa', b: 'xxbbb', c: 'xxbb' })).toEqual(['bc', 'a']);
		expect(nodesOf({ a: 'xxaa', b: 'xxbbb' })).toEqual(['b', 'a']);
		expect(nodesOf({ b: 'xxbb', a: 'xxaa' })).toEqual(['a', 'b']);
	});

	it('leave out who stands below the parting, for it may go either way, and who shares no height', () => {
		expect(nodesOf({ a: 'xxaa', b: 'xxbb', low: 'x' })).toEqual(['a', 'b']);
		expect(nodesOf({ a: { blocks: 'x'.repeat(9), told: 2 }, far: 'xxx' })).toEqual(['a']);
	});

	it('reach back as far as any of their nodes, with the highest finality that one of them tells', () => {
		const short: ChainText = { blocks: 'xxxxa', told: 2, finalized: 3 };
		const long: ChainText = { blocks: 'xxxx', finalized: 1 };
		const [branch] = branchesOf({ a: short, b: long });
		expect([...(branch?.hashes.keys() ?? [])].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
		expect(branch?.hashes.get(0)).toBe('0xx');
		expect(branch).toMatchObject({ head: 4, finalized: 3, headAtMs: nowMs });
		const [later] = branchesOf({ a: { ...short, finalized: 9 }, b: long });
		expect(later?.finalized).toBe(1);
		const [none] = branchesOf({ a: 'xxx', b: 'xx' });
		expect(none?.finalized).toBeUndefined();
		const [final] = branchesOf({ a: { blocks: 'xxx' }, b: { blocks: 'xx', finalized: 0 } });
		expect(final?.finalized).toBe(0);
	});

	it('take the time of their head from the first node that tells it', () => {
		const windows = windowsOf({ a: 'xxx', b: { blocks: 'xx', ageSeconds: 5 } });
		const [a, b] = [windows.get('a'), windows.get('b')];
		if (!a || !b) throw new Error('no windows');
		const headAtMs = (of: Window) => findBranches(new Map(windows).set('a', of))[0]?.headAtMs;
		expect(headAtMs(a)).toBe(nowMs);
		expect(headAtMs({ ...a, headAtMs: undefined })).toBe(nowMs - 5000);
	});

	it('of equal heads begin with the node that reaches back the furthest, then by name', () => {
		const [branch] = branchesOf({ a: { blocks: 'xxx', told: 1 }, b: 'xxx', c: 'xxx' });
		expect(branch?.nodes).toEqual(['b', 'c', 'a']);
	});
});

describe('where two branches part', () => {
	const pair = (a: string | ChainText, b: string | ChainText): readonly [Branch, Branch] => {
		const [one] = branchesOf({ a });
		const [other] = branchesOf({ b });
		if (!one || !other) throw new Error('no branches');
		return [one, other];
	};
	const parting = (a: string | ChainText, b: string | ChainText) => partingOf(...pair(a, b));

	it('is the last block that both have, if they tell of it', () => {
		expect(parting('xxxaa', 'xxxbb')).toEqual({ common: 2, lowestDifferent: 3 });
		expect(parting('xxxaa', { blocks: 'xxxbb', told: 2 })).toEqual({
			common: undefined,
			lowestDifferent: 3,
		});
		// Between the last block that both have and the first that differs, one node reports no block.
		const [a, b] = pair('xxxxaa', 'xxxxbb');
		for (const height of [2, 3]) b.hashes.delete(height);
		expect(partingOf(a, b)).toEqual({ common: undefined, lowestDifferent: 4 });
	});

	it('is not known where they do not part, or have no height in common', () => {
		expect(parting('xxxx', 'xx')).toBeUndefined();
		expect(parting({ blocks: 'xxxxxx', told: 1 }, 'xx')).toBeUndefined();
	});

	const deep = (a: string | ChainText, b: string | ChainText) => {
		const found = parting(a, b);
		return found && isDeep(...pair(a, b), found);
	};

	it('is a fork once both went on by two blocks, or one by three', () => {
		expect(deep('xxa', 'xxb')).toBe(false);
		expect(deep('xxaa', 'xxb')).toBe(false);
		expect(deep('xxaa', 'xxbb')).toBe(true);
		expect(deep('xxaaa', 'xxb')).toBe(true);
	});

	it('is a fork at once where what differs is final for both', () => {
		const final = (blocks: string, finalized: number) => ({ blocks, finalized });
		expect(deep(final('xxa', 2), final('xxb', 2))).toBe(true);
		expect(deep(final('xxa', 2), final('xxb', 1))).toBe(false);
		expect(deep(final('xxa', 2), 'xxb')).toBe(false);
		const [a, b] = pair(final('xxa', 2), final('xxb', 2));
		expect(areFinal(a, b, { common: 1, lowestDifferent: 2 })).toBe(true);
		expect(areFinal(a, b, { common: 2, lowestDifferent: 3 })).toBe(false);
	});
});
