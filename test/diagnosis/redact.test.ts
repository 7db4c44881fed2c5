import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redact } from '../../source/diagnosis/redact.ts';

const nothing = { peers: [], names: [], hosts: [], users: [] };

describe('what is private', () => {
	test.each([
		[
			'a wallet',
			{ text: 'pays 0x52908400098527886E0F7030069857D2E4169EE7 now' },
			'pays wallet-1 now',
		],
		['an address', { text: 'dial 203.0.113.7:30303' }, 'dial address-1:30303'],
		['an IPv6 address', { text: 'from [2001:db8::7]:30303' }, 'from [address-1]:30303'],
		['a mail address', { text: 'tell ops@example.org' }, 'tell mail-1'],
		[
			'a path of a home',
			{ text: 'open /home/ann/.ethereum/geth.ipc failed' },
			'open path-1 failed',
		],
	])('%s gets a pseudonym', (_what, value, expected) => {
		expect(redact(value, nothing)).toMatchObject({ value: { text: expected }, doubts: [] });
	});

	test.each([
		'127.0.0.1:8545',
		'http://[::1]:8545/',
		'version 1.2.3.4-beta at 12:30:45',
		'2026-06-01T12:00:00.000Z',
		'GET /api/v1/status',
	])('%j is nobody’s secret', (text) => {
		const kept = text.startsWith('version') ? 'version address-1-beta at 12:30:45' : text;
		expect(redact({ text }, nothing).value).toEqual({ text: kept });
	});

	const own = { ...nothing, names: ['home'], hosts: ['node.ann.example'], users: ['ann'] };

	test.each([
		['http://ann:pass@localhost:8545/', 'http://credential-1@localhost:8545/'],
		['http://u:p@NODE.Ann.example:1/x', 'http://credential-1@host-1:1/x'],
		['https://rpc.example.com/eth/ab12cd34?key=1', 'https://host-1/eth/path-1?***'],
		['https://hooks.slack.com/services/T000/B000/XXX', 'https://credential-1'],
		['file:///home/ann/x', 'path-1'],
		['config:/home/ann/x,', 'config:path-1,'],
		['--datadir=/usr/local/ann', '--datadir=path-1'],
		['/tmp/x /run/user/1000/bus', 'path-1 path-2'],
		[String.raw`C:\Users\ann\data is full`, 'path-1 is full'],
		['/home', 'path-1'],
		['ANN at home', 'user-1 at name-1'],
		['Ops@Mail.example ops@mail.example root@box', 'mail-1 mail-1 mail-2'],
		[`0x${'aB'.repeat(20)} 0x${'Ab'.repeat(20)}`, 'wallet-1 wallet-1'],
		['bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq', 'wallet-1'],
		['2001:db8::1 2001:0DB8:0::1', 'address-1 address-1'],
		['00:1a:2B:3c:4d:5e', 'address-1'],
		['/dns4/peer.bob.example/tcp/1', '/dns4/host-1/tcp/1'],
		['getaddrinfo ENOTFOUND box', 'getaddrinfo ENOTFOUND host-1'],
		['db.internal.corp:5432, db.internal.corp', 'host-1:5432, host-1'],
		[`${'a2b'.repeat(18)}.onion:9735`, 'host-1:9735'],
		[`enode://${'ab12'.repeat(32)}@198.51.100.4:30303`, 'enode://peer-1@address-1:30303'],
		[`/p2p/12D3KooW${'Aa1'.repeat(15)}`, '/p2p/peer-1'],
		[`enr:-IS4Q${'Aa1_'.repeat(40)}`, 'peer-1'],
	])('%j', (text, expected) => {
		expect(redact({ text }, own)).toMatchObject({ value: { text: expected }, doubts: [] });
	});

	test.each([
		'Geth/v1.14.0-stable/linux-amd64/go1.22',
		'http://127.0.0.1:8545/ext/bc/C/rpc',
		'http://[::1]:9090/debug/metrics/prometheus',
		'nodetop network test ping name-1',
		'look at resolvectl status',
		'the poll took 3.5 s: HTTP 503',
	])('%j is kept', (text) => {
		expect(redact({ text }, own)).toMatchObject({ value: { text }, doubts: [] });
	});

	test('the same value has the same pseudonym wherever it is, keys too', () => {
		const privacy = { ...nothing, peers: ['12D3KooWabcd'], names: ['us', 'validator'] };
		const { value, replaced } = redact(
			{
				nodes: [{ id: '12D3KooWabcd', name: 'validator' }],
				notes: ['validator lost 12D3KooWabcd; its status is odd, says us'],
				'12D3KooWabcd': 1,
			},
			privacy,
		);
		expect(value).toEqual({
			nodes: [{ id: 'peer-1', name: 'name-1' }],
			notes: ['name-1 lost peer-1; its status is odd, says name-2'],
			'peer-1': 1,
		});
		expect(replaced).toEqual({ peer: 1, name: 2 });
	});

	test('no private value is left, in whatever text it stands', () => {
		const around = fc.string({ maxLength: 20 }).filter((text) => !/[\w.:-]$|^[\w.:-]/.test(text));
		fc.assert(
			fc.property(around, fc.ipV4(), around, (before, address, after) => {
				fc.pre(!address.startsWith('127.') && address !== '0.0.0.0');
				const { value } = redact([`${before} ${address} ${after}`], nothing);
				expect(JSON.stringify(value)).not.toContain(` ${address} `);
			}),
		);
	});
});

describe('what is doubtful', () => {
	test.each([
		['Authorization: Bearer abc.def', 'a credential'],
		['token=hunter2', 'a credential'],
		['-----BEGIN EC PRIVATE KEY-----', 'a credential'],
		['key ZKIA1234567890ABCDEF1234567890ABCDEF', 'opaque'],
		['Authorization: Basic dXNlcjpwYXNz', 'a credential'],
		['{"access_token":"abc123"}', 'a credential'],
		['"apiKey" : "zzz"', 'a credential'],
		['passphrase: hunter2', 'a credential'],
		['private_key: 0x1', 'a credential'],
		['AKIAIOSFODNN7EXAMPLE', 'a credential'],
		['eyJhbGciOi.eyJzdWIi.sig', 'a credential'],
		['cookie: sid=1', 'a credential'],
	])('%j', (text, why) => {
		const { doubts } = redact({ nodes: [{ notes: [text] }] }, nothing);
		expect(doubts).toEqual([{ path: 'nodes.0.notes.0', why: expect.stringContaining(why) }]);
	});

	test('is what stands under the name of a secret, unless it is masked', () => {
		const { doubts } = redact({ api_key: 'zz', password: '***', tokens: 3 }, nothing);
		expect(doubts.map(({ path }) => path)).toEqual(['api_key']);
		expect(redact({ url: 'https://h/?token=***' }, nothing).doubts).toEqual([]);
	});

	test('is no hash of a chain', () => {
		const hash = `0x${'9a1f'.repeat(16)}`;
		const document = {
			chain: { head: { hash } },
			dag: { recent: [{ id: hash, parents: [hash] }] },
		};
		expect(redact(document, nothing)).toMatchObject({ value: document, doubts: [] });
	});
});
