import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redact } from '../../source/diagnosis/redact.ts';
import type { Privacy } from '../../source/diagnosis/redact.ts';

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

describe('the values that are known to be private', () => {
	const textOf = (text: string, privacy: Partial<Privacy>) =>
		redact({ text }, { ...nothing, ...privacy }).value;

	test('are replaced whole, where one stands within another', () => {
		const names = ['val', 'val.one', 'val.two'];
		expect(textOf('val.two val val.one', { names })).toEqual({ text: 'name-2 name-3 name-1' });
		expect(textOf('val.one', { names: names.toReversed() })).toEqual({ text: 'name-1' });
	});

	test('may hold what a pattern would read as its own', () => {
		const names = ['n+1', 'a(b)', 'x|y', '[z]', 'q?', '$&'];
		for (const name of names) {
			expect(textOf(`see ${name} now`, { names: [name] })).toEqual({ text: 'see name-1 now' });
		}
		expect(textOf('nn1 is none', { names: ['n+1'] })).toEqual({ text: 'nn1 is none' });
	});

	test('are found in any case where a host or a user may be written so', () => {
		expect(textOf('BOX box Ann', { hosts: ['Box'], users: ['ANN'] })).toEqual({
			text: 'host-1 host-1 user-1',
		});
		expect(textOf('Val val', { names: ['val'] })).toEqual({ text: 'Val name-1' });
		expect(textOf('QmAb qmab', { peers: ['QmAb'] })).toEqual({ text: 'peer-1 qmab' });
	});

	test('are no names so short that they say nothing', () => {
		expect(textOf('a b', { names: ['a'], hosts: ['b'] })).toEqual({ text: 'a b' });
		expect(textOf('ab by me', { names: ['ab'], users: ['by', 'me'] })).toEqual({
			text: 'name-1 by me',
		});
		expect(textOf('abc abcd', { peers: ['abc', 'abcd'] })).toEqual({ text: 'abc peer-1' });
	});

	test('are no hosts where the host is this machine, or an address', () => {
		const hosts = ['localhost', '127.0.0.1', '198.51.100.4'];
		expect(textOf('localhost 127.0.0.1 198.51.100.4', { hosts })).toEqual({
			text: 'localhost 127.0.0.1 address-1',
		});
	});

	test('leave what is no text as it is', () => {
		const value = { a: null, b: [1, true, null], c: '' };
		expect(redact(value, nothing).value).toEqual(value);
	});
});

describe('more shapes of what is private', () => {
	const key = 'ab12'.repeat(32);
	test.each([
		[String.raw`\\server\share\ann holds it`, 'path-1 holds it'],
		['http://127.0.0.1:8545/v3/ab12cd34ef', 'http://127.0.0.1:8545/v3/path-1'],
		['ws://127.0.0.1/ab12cd34?x=1', 'ws://127.0.0.1/path-1?***'],
		['wss://127.0.0.1/12345678/abcdefgh/a1b2c3d', 'wss://127.0.0.1/12345678/abcdefgh/a1b2c3d'],
		['discord.com/api/webhooks/1/abc', 'credential-1'],
		['discordapp.com/api/webhooks/1/abc', 'credential-1'],
		['1BoatSLRHtKNngkdXEeobR76b53LETtpyT', 'wallet-1'],
		[`id ${key}`, 'id peer-1'],
		['2001:db8::1234', 'address-1'],
		['0.0.0.0:80 [::]:80', '0.0.0.0:80 [::]:80'],
		['/dns/box/tcp/1 /dnsaddr/box2', '/dns/host-1/tcp/1 /dnsaddr/host-2'],
		['EAI_AGAIN  box', 'EAI_AGAIN  host-1'],
		['ask ann.dev, or ann.co', 'ask host-1, or ann.co'],
		['http://***@localhost/', 'http://***@localhost/'],
		['http://*x@localhost/', 'http://credential-1@localhost/'],
		['http://name-7x@localhost/', 'http://credential-1@localhost/'],
		[`http://${'ab12'.repeat(10)}@localhost/`, 'http://peer-1@localhost/'],
		[`http://u:${'ab12'.repeat(10)}@localhost/`, 'http://credential-1@localhost/'],
		[`http://${'ab12'.repeat(10)}:p@localhost/`, 'http://credential-1@localhost/'],
	])('%j', (text, expected) => {
		expect(redact({ text }, nothing)).toMatchObject({ value: { text: expected }, doubts: [] });
	});

	test('of more than nine values', () => {
		const numbers = Array.from({ length: 12 }, (_, index) => index + 1);
		const enode = (n: number) =>
			`enode://${n.toString(16).padStart(128, 'c')}@box${n}.ann.example:1`;
		const { value, replaced } = redact(numbers.map(enode), nothing);
		expect(value).toEqual(numbers.map((n) => `enode://peer-${n}@host-${n}:1`));
		expect(replaced).toEqual({ peer: 12, host: 12 });
		const names = numbers.map((n) => `http://u${n}:p@localhost/`);
		expect(redact(names, nothing).value).toEqual(
			numbers.map((n) => `http://credential-${n}@localhost/`),
		);
		const hosts = numbers.map((n) => `/dns4/box${n}.ann.example/tcp/1`);
		expect(redact(hosts, nothing).value).toEqual(numbers.map((n) => `/dns4/host-${n}/tcp/1`));
	});
});

describe('an opaque value', () => {
	const opaque = '9a1f'.repeat(8);
	const doubtsOf = (value: unknown) => redact(value, nothing).doubts.map(({ path }) => path);

	test('is doubtful with letters and digits, wherever no hash stands', () => {
		expect(redact({ x: opaque }, nothing).doubts).toEqual([
			{ path: 'x', why: 'an opaque value of 32 characters' },
		]);
		expect(doubtsOf({ x: opaque.slice(1) })).toEqual([]);
		expect(doubtsOf({ x: 'a'.repeat(40), y: '1'.repeat(40) })).toEqual([]);
		expect(doubtsOf({ hash: { note: opaque }, parents: { '1x': opaque } })).toEqual([
			'hash.note',
			'parents.1x',
		]);
	});

	test('is public as the hash of a block, however many there are', () => {
		const many = Array.from({ length: 12 }, () => opaque);
		expect(doubtsOf({ recent: many.map((id) => ({ id, hash: id })), parents: many })).toEqual([]);
	});
});
