import { describe, expect, it } from 'vitest';
import { viewChains } from '../../source/analysis/forks.ts';
import type { ChainView } from '../../source/analysis/forks.ts';
import type { Member } from '../../source/analysis/member.ts';
import { createGroupMemory } from '../../source/analysis/memory.ts';
import type { GroupMemory } from '../../source/analysis/memory.ts';
import type { Chain } from '../../source/sections/chain/schema.ts';
import { at, chain, node, nowMs } from './nodes.ts';
import type { ChainText } from './nodes.ts';

/** A chain by its letters; its head is undated, so that its age says nothing. */
function undated(text: ChainText | string): Chain {
	const made = chain(typeof text === 'string' ? { blocks: text } : text);
	const { at: _at, ...head } = made.head ?? { number: 0 };
	return { ...made, head };
}

const member = (name: string, told: Chain, readAtMs = nowMs): Member => ({
	name,
	node: node(name, { chain: told }),
	readAtMs,
});

interface Look {
	readonly afterMs?: number;
	/** How long before that the nodes were read. */
	readonly agoMs?: number;
	readonly gapMs?: number | undefined;
	readonly memory?: GroupMemory;
}

/** Names with the chains that they tell, in letters. */
function look(
	chains: Readonly<Record<string, ChainText | string>>,
	{ afterMs = 0, agoMs = 0, memory = createGroupMemory(), ...pace }: Look = {},
): ChainView {
	const gapMs = 'gapMs' in pace ? pace.gapMs : 1000;
	const members = Object.entries(chains).map(([name, text]) =>
		member(name, undated(text), nowMs + afterMs - agoMs),
	);
	return viewChains(members, memory, gapMs, nowMs + afterMs);
}

const branchesOf = ({ fork }: ChainView) => fork?.branches.map(({ nodes }) => nodes.join());

describe('one chain', () => {
	it('has a main branch, all compared, and the newest block that most have', () => {
		const view = look({ a: 'aaaaaaaaaa', b: 'aaaaaaaaa', c: 'aaaaaaa' });
		expect(view).toMatchObject({
			compared: 3,
			fork: undefined,
			forked: new Set(),
			phantomAt: undefined,
			rejoiningAt: undefined,
			common: { height: 6, hash: '0xaaaaaaa', by: 3 },
		});
		expect(view.main?.nodes.toSorted()).toEqual(['a', 'b', 'c']);
	});

	it('has as common the highest block of most where none has them all', () => {
		const full = chain({ blocks: 'aaaaaaaaaa' });
		const part = (from: number, until: number): Chain => ({
			recent: (full.recent ?? []).slice(from, until),
			...(full.recent?.[until - 1] && { head: full.recent[until - 1] }),
		});
		const members = [
			member('a', full),
			member('b', part(7, 10)),
			member('c', part(3, 6)),
			member('d', {}),
		];
		const view = viewChains(members, createGroupMemory(), 1000, nowMs);
		expect([view.compared, view.common]).toEqual([3, { height: 9, hash: '0xaaaaaaaaaa', by: 2 }]);
	});

	it('has nothing in common with itself alone, and none is none', () => {
		expect(look({ a: 'aaa' })).toMatchObject({ compared: 1, common: undefined });
		expect(look({})).toEqual({
			main: undefined,
			compared: 0,
			fork: undefined,
			forked: new Set(),
			phantomAt: undefined,
			rejoiningAt: undefined,
			mayRejoin: false,
			common: undefined,
		});
	});

	it('is read again from a node that tells other blocks', () => {
		const memory = createGroupMemory();
		const told = undated('aaaa');
		const [a, b] = [member('a', told), member('b', undated('aabb'))];
		for (let times = 0; times < 2; times += 1) {
			expect(viewChains([a, b], memory, 1000, nowMs).rejoiningAt).toBeUndefined();
			expect(branchesOf(viewChains([a, b], memory, 1000, nowMs))).toEqual(['a', 'b']);
		}
	});
});

describe('two tips', () => {
	const tips = { a: 'aaaaab', b: 'aaaaac', c: 'aaaaac' };

	it('do not stand side by side for longer while nobody reads their nodes', () => {
		const memory = createGroupMemory();
		look(tips, { memory });
		const afterMs = 60_000;
		expect(look(tips, { memory, afterMs, agoMs: afterMs }).fork).toBeUndefined();
		expect(look(tips, { memory, afterMs }).fork).toBeDefined();
	});

	it('are no fork at first, and both are of the common block before', () => {
		const view = look(tips);
		expect(view).toMatchObject({
			compared: 3,
			fork: undefined,
			phantomAt: 5,
			forked: new Set(),
			common: { height: 4, by: 3 },
		});
		expect(view.main?.nodes.toSorted()).toEqual(['b', 'c']);
	});

	it.each([
		[1000, 10_000],
		[8000, 16_000],
		[undefined, 30_000],
	])('at a pace of %s ms are one after %i ms', (gapMs, limitMs) => {
		const memory = createGroupMemory();
		look(tips, { memory, gapMs });
		expect(look(tips, { memory, gapMs, afterMs: limitMs }).fork).toBeUndefined();
		const view = look(tips, { memory, gapMs, afterMs: limitMs + 1 });
		expect(branchesOf(view)).toEqual(['b,c', 'a']);
		expect(view).toMatchObject({
			fork: { number: 4 },
			forked: new Set(['a']),
			phantomAt: undefined,
			common: { height: 5, by: 2 },
		});
	});

	it('are the same two, with their nodes exchanged', () => {
		const memory = createGroupMemory();
		look({ a: 'aaaaab', b: 'aaaaac', c: 'aaaaac' }, { memory });
		look({ a: 'aaaaab', b: 'aaaaab', c: 'aaaaac' }, { memory, afterMs: 6000 });
		const view = look({ a: 'aaaaab', b: 'aaaaac', c: 'aaaaac' }, { memory, afterMs: 10_001 });
		expect(branchesOf(view)).toEqual(['b,c', 'a']);
	});

	it('of three begin with the first of them, in any order of the nodes', () => {
		const memory = createGroupMemory();
		look({ a: 'ab', b: 'ab', c: 'ac', d: 'ad' }, { memory });
		look({ a: 'ab', b: 'ac', c: 'ad', d: 'ad' }, { memory, afterMs: 6000 });
		expect(
			branchesOf(
				look({ a: 'ac', b: 'ac', c: 'ab', d: 'ad' }, { memory, afterMs: 10_001 }),
			)?.toSorted(),
		).toEqual(['a,b', 'c', 'd']);
	});

	it('of another height begin anew', () => {
		const memory = createGroupMemory();
		look({ a: 'aaab', b: 'aaac' }, { memory });
		look({ a: 'aaaad', b: 'aaaae' }, { memory, afterMs: 9000 });
		expect(look({ a: 'aaaad', b: 'aaaae' }, { memory, afterMs: 12_000 }).fork).toBeUndefined();
	});

	it.each([
		[31, 31, 1000, true],
		[31, 29, 1000, false],
		[29, 31, 1000, false],
		[30, 30, 1000, false],
		[39, 39, 20_000, false],
		[41, 41, 20_000, true],
		[41, undefined, 20_000, false],
	])('%s s and %s s old at a pace of %i ms: %s', (ageA, ageB, gapMs, isFork) => {
		const dated = (blocks: string, ageSeconds: number | undefined): Chain => {
			const made = undated(blocks);
			const head = made.head ?? { number: 0 };
			return ageSeconds === undefined ? made : { ...made, head: { ...head, at: at(ageSeconds) } };
		};
		const members = [
			member('a', dated('aaab', ageA)),
			member('b', dated('aaac', ageB)),
			member('c', dated('aaac', ageB)),
		];
		const { fork } = viewChains(members, createGroupMemory(), gapMs, nowMs);
		expect(fork !== undefined).toBe(isFork);
	});
});

describe('a fork', () => {
	it('of equals has no main branch, and all are on one of its branches', () => {
		const view = look({ a: 'aabb', b: 'aacc' });
		expect(view).toMatchObject({ main: undefined, common: undefined, compared: 2 });
		expect(view.forked).toEqual(new Set(['a', 'b']));
		expect(view.fork).toEqual({
			number: 1,
			mayResolve: true,
			branches: [
				{ hash: '0xaabb', height: 3, nodes: ['a'] },
				{ hash: '0xaacc', height: 3, nodes: ['b'] },
			],
		});
	});

	it('of three chains is told from the earliest parting', () => {
		expect(look({ a: 'aaaabbb', b: 'aaaaccc', c: 'addddddd' }).fork).toMatchObject({ number: 0 });
	});

	it.each<[string, Readonly<Record<string, ChainText>>, object]>([
		[
			'that nobody tells back to its beginning is told as at or before',
			{ a: { blocks: 'aabbbbbb', told: 3 }, b: { blocks: 'aacccccc', told: 3 } },
			{ atOrBefore: 4 },
		],
		[
			'known from two, is before what the third does not tell',
			{
				a: { blocks: 'aaaabbbb' },
				b: { blocks: 'aaaacccc' },
				c: { blocks: 'aaaadddd', told: 2 },
			},
			{ number: 3 },
		],
		[
			'that may be earlier by what the third tells',
			{
				a: { blocks: 'aaaaaabb' },
				b: { blocks: 'aaaaaacc' },
				c: { blocks: 'dddddddd', told: 7 },
			},
			{ atOrBefore: 0 },
		],
		[
			'of two bounds is the lower',
			{
				a: { blocks: 'bbbbbbbb', told: 6 },
				b: { blocks: 'cccccccc', told: 6 },
				c: { blocks: 'dddddddd', told: 3 },
			},
			{ atOrBefore: 1 },
		],
	])('%s', (_what, chains, from) => {
		const { number, atOrBefore } = look(chains).fork ?? {};
		expect({
			...(number !== undefined && { number }),
			...(atOrBefore !== undefined && { atOrBefore }),
		}).toEqual(from);
	});

	it('is waited for where one joined again lately; what is final on both sides is not', () => {
		const joining = (): GroupMemory => ({
			...createGroupMemory(),
			rejoined: { lastedMs: 30_000, atMs: nowMs },
		});
		const deep = { a: 'aabbb', b: 'aaccc', c: 'aaccc' };
		expect(look(deep, { memory: joining() })).toMatchObject({ fork: undefined, rejoiningAt: 2 });
		// Two of three are final on their own: the third may still join.
		const view = look(
			{
				a: { blocks: 'aabbb', finalized: 3 },
				b: { blocks: 'aaccc', finalized: 3 },
				c: 'aaddd',
				d: { blocks: 'aaccc', finalized: 3 },
			},
			{ memory: joining() },
		);
		expect(branchesOf(view)).toEqual(['b,d', 'a']);
		expect(view.forked).toEqual(new Set(['a']));
		expect([view.rejoiningAt, view.mayRejoin]).toEqual([undefined, false]);
	});

	it('of one poll may resolve: it is for good once both branches were read again', () => {
		const memory = createGroupMemory();
		const short = { a: 'aaaabb', b: 'aaaacc', c: 'aaaacc' };
		const read = (afterMs: number, agoMs: Readonly<Record<string, number>>) => {
			const members = Object.entries(short).map(([name, text]) =>
				member(name, undated(text), nowMs + afterMs - (agoMs[name] ?? 0)),
			);
			return viewChains(members, memory, 12_000, nowMs + afterMs).fork?.mayResolve ?? false;
		};
		const atOnce = read(0, { a: 10 });
		// Evaluated again without a poll; then only one branch is polled, then the other.
		const without = read(15_000, { a: 15_010, b: 15_000, c: 15_000 });
		const one = read(30_000, { a: 30_010 });
		const both = read(40_000, { b: 10_000, c: 10_000 });
		expect([atOnce, without, one, both]).toEqual([true, true, true, false]);
	});

	it('that is gone and comes again may resolve again', () => {
		const memory = createGroupMemory();
		const fork = { a: 'aaaabb', b: 'aaaacc' };
		look(fork, { memory });
		// Joined for a look, and by a second poll parted anew.
		look({ a: 'aaaaccc', b: 'aaaaccc' }, { memory, afterMs: 200_000 });
		memory.rejoined = undefined;
		expect(look({ a: 'aaaaccccdd', b: 'aaaacccxxx' }, { memory, afterMs: 400_000 }).fork).toEqual(
			expect.objectContaining({ mayResolve: true }),
		);
	});

	it.each([
		['both deeper than any chain drops by itself', 'a'.repeat(4), 7, undefined, false],
		['no deeper than that', 'a'.repeat(4), 6, undefined, true],
		['no deeper than reorganisations that were seen of this chain', 'a'.repeat(4), 9, 9, true],
		['deeper than those', 'a'.repeat(4), 10, 9, false],
	])('of one poll, %s', (_what, trunk, blocks, lastDepth, mayResolve) => {
		const told = (letter: string): Chain => ({
			...undated(`${trunk}${letter.repeat(blocks)}`),
			...(lastDepth !== undefined && { reorgs: { count: 1, lastDepth } }),
		});
		const members = [member('a', told('b')), member('b', told('c'))];
		const { fork } = viewChains(members, createGroupMemory(), 1000, nowMs);
		expect(fork?.mayResolve ?? false).toBe(mayResolve);
	});

	it('may be of lost blocks where such chains joined again lately', () => {
		const deep = { a: 'aabbb', b: 'aaccc', c: 'aaccc' };
		const since = (agoMs: number) => ({
			...createGroupMemory(),
			rejoined: { lastedMs: 100, atMs: nowMs - agoMs },
		});
		const forkedAfter = (agoMs: number): boolean => {
			const memory = since(agoMs);
			look(deep, { memory });
			return look(deep, { memory, afterMs: 1000 }).mayRejoin;
		};
		expect([forkedAfter(0), forkedAfter(599_000), forkedAfter(599_001)]).toEqual([
			true,
			true,
			false,
		]);
		expect(look(deep).mayRejoin).toBe(false);
		// While it is waited for there is no fork.
		expect(look(deep, { memory: since(0) })).toMatchObject({ fork: undefined, mayRejoin: false });
	});
});
