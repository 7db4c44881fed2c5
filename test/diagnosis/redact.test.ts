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
		['key AKIA1234567890ABCDEF1234567890ABCDEF', 'opaque'],
	])('%j', (text, why) => {
		const { doubts } = redact({ nodes: [{ notes: [text] }] }, nothing);
		expect(doubts).toEqual([{ path: 'nodes.0.notes.0', why: expect.stringContaining(why) }]);
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
