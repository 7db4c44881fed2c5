import { describe, expect, it } from 'vitest';
import { parseClientVersion } from '../../../source/adapters/evm/client-version.ts';

describe('a client version', () => {
	it.each([
		['Geth/v1.16.4-stable-41714b49/linux-amd64/go1.24.7', 'Geth', '1.16.4-stable-41714b49'],
		['Geth/my-node/v1.10.8-stable/linux-amd64/go1.17', 'Geth', '1.10.8-stable'],
		['Gwemix/v0.10.9-stable/linux-amd64/go1.19', 'Gwemix', '0.10.9-stable'],
		['anvil/v1.7.1', 'anvil', '1.7.1'],
		['Ganache/v7.9.2/EthereumJS TestRPC/v7.9.2/ethereum-js', 'Ganache', '7.9.2'],
		['HardhatNetwork/2.29.1/@nomicfoundation/edr/0.3.8', 'HardhatNetwork', '2.29.1'],
		['Nethermind/v1.31.0+bd2a5d7/linux-x64/dotnet9.0.0', 'Nethermind', '1.31.0+bd2a5d7'],
		['erigon/2.60.1/linux-amd64/go1.21.5', 'erigon', '2.60.1'],
		['besu/v24.1.0/linux-x86_64/openjdk-java-17', 'besu', '24.1.0'],
		['reth/v1.0.0-5bfbdf0/x86_64-unknown-linux-gnu', 'reth', '1.0.0-5bfbdf0'],
		['Parity-Ethereum//v2.7.2-stable-2662d19/x86_64', 'Parity-Ethereum', '2.7.2-stable-2662d19'],
		['v0.15.0', undefined, '0.15.0'],
		['Something', 'Something', undefined],
		['', undefined, undefined],
		['///', undefined, undefined],
	])('%s', (text, client, version) => {
		const parsed = parseClientVersion(text);
		expect(parsed.client).toBe(client);
		expect(parsed.version).toBe(version);
	});
});
