import { describe, expect, it } from 'vitest';
import { readBlock, readSyncing, readTxPool } from '../../../source/adapters/evm/wire.ts';

describe('eth_syncing', () => {
	it('of erigon has its stages by name', () => {
		const stages = [
			{ stage_name: 'Headers', block_number: '0x64' },
			{ stage_name: 'Execution', block_number: '0x32' },
			{ stage_name: 7 },
			null,
		];
		expect(readSyncing({ currentBlock: '0x32', highestBlock: '0x64', stages })).toEqual({
			flag: true,
			current: 50,
			highest: 100,
			stages: { Headers: 100, Execution: 50 },
		});
	});

	it.each<[unknown, unknown]>([
		[false, { flag: false }],
		[true, { flag: true }],
		[{}, { flag: true }],
		[
			{ currentBlock: '0x0', highestBlock: '0x0' },
			{ flag: true, current: 0 },
		],
		[null, undefined],
		[[], undefined],
		['false', undefined],
	])('%j', (value, read) => {
		expect(readSyncing(value)).toEqual(read);
	});

	it('that never ends is cut', () => {
		const fields = Object.fromEntries(
			Array.from({ length: 500 }, (_, index) => [`f${index}`, '0x1']),
		);
		expect(Object.keys(readSyncing(fields)?.stages ?? {})).toHaveLength(40);
	});
});

describe('a block', () => {
	it.each([
		['in seconds', '0x6b00fd73', '2026-11-21T02:09:55.000Z'],
		['that is 0', '0x0', undefined],
		['of 1970', '0x15180', undefined],
		['of the end of 1999', '0x386d437f', undefined],
		['of the year 2000', '0x386d4380', '2000-01-01T00:00:00.000Z'],
		['past the year 9999', '0xffffffffffff', undefined],
		['that is text', 'now', undefined],
		['that is missing', undefined, undefined],
	])('with a timestamp %s', (_name, timestamp, at) => {
		const read = readBlock({ number: '0x1', hash: '0xaa', timestamp });
		expect(read?.block).toEqual({ number: 1, hash: '0xaa', ...(at !== undefined && { at }) });
		expect(read?.atMs).toBe(at === undefined ? undefined : Date.parse(at));
		const isMisdated = at === undefined && timestamp?.startsWith('0x') === true;
		expect(read?.isMisdated).toBe(isMisdated);
		// The time of many a genesis block is 0.
		expect(readBlock({ number: '0x0', timestamp })?.isMisdated).toBe(false);
	});

	it.each([null, undefined, 'x', [], {}, { number: null }, { number: '0x' }, { number: -1 }])(
		'%j is none',
		(value) => {
			expect(readBlock(value)).toBeUndefined();
		},
	);
});

describe('txpool_status', () => {
	it.each<[unknown, unknown]>([
		[
			{ pending: '0x1532', queued: '0x2a7' },
			{ pending: 5426, queued: 679 },
		],
		[{ pending: 3 }, { pending: 3 }],
		[
			{ pending: '0x0', queued: '0x0' },
			{ pending: 0, queued: 0 },
		],
		[{}, undefined],
		[null, undefined],
		['0x1', undefined],
	])('%j', (value, read) => {
		expect(readTxPool(value)).toEqual(read);
	});
});
