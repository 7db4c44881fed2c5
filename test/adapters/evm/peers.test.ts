import { describe, expect, it } from 'vitest';
import { readPeers } from '../../../source/adapters/evm/peers.ts';

const claiming = (latestBlock: unknown) => ({
	id: `p${String(latestBlock)}`,
	protocols: { eth: { version: 69, latestBlock } },
});

describe('the peers’ best head', () => {
	it.each<[string, unknown[], number | string | undefined]>([
		['no peer', [], undefined],
		['one peer', [claiming(70)], 70],
		['two peers', [claiming(70), claiming(90)], 70],
		['one that boasts among many', [claiming(90), claiming(9e15), claiming(91)], 91],
		[
			'peers of before eth/69',
			[{ protocols: { eth: { version: 68, difficulty: 1e30 } } }],
			undefined,
		],
		[
			'peers in their handshake',
			[{ protocols: { eth: 'handshake' } }, { protocols: null }],
			undefined,
		],
		[
			'heads past 2^53',
			[claiming('9007199254740993'), claiming('9007199254740995')],
			'9007199254740993',
		],
		['negative and broken heads', [claiming(-1), claiming(1.5), claiming('x')], undefined],
	])('of %s', (_name, list, best) => {
		expect(readPeers(list)?.bestHead).toBe(best);
	});
});

describe('a peer', () => {
	it('of besu is read', () => {
		const peer = {
			version: '0x5',
			name: 'besu/v24.1.0/linux-x86_64/openjdk-java-17',
			network: {
				localAddress: '10.0.0.5:30303',
				remoteAddress: '198.51.100.7:30303',
				inbound: true,
			},
			id: '0xabc',
			protocols: { eth: { difficulty: '0x1', head: '0x2', version: 68 } },
		};
		expect(readPeers([peer])).toEqual({
			count: 1,
			bestHead: undefined,
			network: {
				inbound: 1,
				outbound: 0,
				clients: { besu: 1 },
				protocolVersions: { 'eth/68': 1 },
				peerList: [
					{
						id: '0xabc',
						address: '198.51.100.7:30303',
						direction: 'inbound',
						client: 'besu',
						version: '24.1.0',
					},
				],
			},
		});
	});

	it('without an id has that of its enode, or is only counted', () => {
		const enode = 'enode://0a23@192.0.2.1:30303';
		const read = readPeers([{ enode }, { enode: 'enr:abc' }, {}]);
		expect(read?.count).toBe(3);
		expect(read?.network.peerList).toEqual([{ id: '0a23' }]);
	});

	it('that does not tell its direction leaves the sums out', () => {
		const read = readPeers([
			{ id: 'a', network: { inbound: true } },
			{ id: 'b', network: {} },
		]);
		expect(read?.network).not.toHaveProperty('inbound');
		expect(read?.network).not.toHaveProperty('outbound');
		expect(read?.network.peerList?.[0]?.direction).toBe('inbound');
	});

	it('among thousands is counted, but only the first 500 are listed', () => {
		const many = Array.from({ length: 2000 }, (_, index) => ({
			id: `${index}`,
			network: { inbound: false },
		}));
		const read = readPeers(many);
		expect(read?.count).toBe(2000);
		expect(read?.network.peerList).toHaveLength(500);
		expect(read?.network).not.toHaveProperty('outbound');
	});

	it.each([undefined, null, {}, 'x', 7])('list that is %j is none', (value) => {
		expect(readPeers(value)).toBeUndefined();
	});
});
