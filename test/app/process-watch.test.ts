import { describe, expect, it } from 'vitest';
import { nodeOf } from '../../source/app/process-watch.ts';

const nodes = [
	{ name: 'validator', url: 'http://localhost:8545' },
	{ name: 'backup', url: 'http://10.0.0.4:8545' },
	{ name: 'site', url: 'https://node.example' },
];

describe('which node a supervised process is', () => {
	it.each([
		[{ name: 'geth', rpcUrl: 'http://127.0.0.1:8545' }, 'validator'],
		[{ name: 'geth', rpcUrl: 'http://[::1]:8545' }, 'validator'],
		[{ name: 'backup', rpcUrl: 'http://10.0.0.4:8545' }, 'backup'],
		[{ name: 'x', rpcUrl: 'https://node.example:443/path' }, 'site'],
		// Its address is not known: the name, on this machine.
		[{ name: 'validator' }, 'validator'],
		// The same name on another machine is another node.
		[{ name: 'backup' }, undefined],
		[{ name: 'geth', rpcUrl: 'http://127.0.0.1:9999' }, undefined],
		[{ name: 'geth', rpcUrl: 'no url' }, undefined],
	])('%j', (status, node) => {
		expect(nodeOf(status, nodes)).toBe(node);
	});
});
