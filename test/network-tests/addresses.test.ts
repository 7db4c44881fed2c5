import { describe, expect, it } from 'vitest';
import { reachOf } from '../../source/domain/reach.ts';
import { resolveEndpoint, resolvePeer } from '../../source/network-tests/endpoint.ts';
import { placeOfPeer } from '../../source/network-tests/peers/peer-place.ts';
import { readPeerAddress } from '../../source/network-tests/peers/peer-address.ts';

describe('reach of an address', () => {
	it.each([
		['127.0.0.1', 'loopback'],
		['127.255.0.9', 'loopback'],
		['::1', 'loopback'],
		['::ffff:127.0.0.1', 'loopback'],
		['10.1.2.3', 'private'],
		['172.31.255.255', 'private'],
		['172.32.0.1', 'public'],
		['192.168.0.1', 'private'],
		['169.254.169.254', 'private'],
		['::ffff:7f00:1', 'loopback'],
		['::ffff:a9fe:a9fe', 'private'],
		['::ffff:203.0.113.7', 'public'],
		['64:ff9b::7f00:1', 'loopback'],
		['64:ff9b::a00:1', 'private'],
		['2002:7f00:1::1', 'loopback'],
		['2002:c0a8:101::1', 'private'],
		['2606:4700::1111', 'public'],
		['fe80::1%eth0', 'private'],
		['100::1', undefined],
		['240.0.0.1', undefined],
		// Programs read these differently: 127.0.0.1, 8.0.0.1 or 10.0.0.1.
		['127.1', undefined],
		['0x7f000001', undefined],
		['2130706433', undefined],
		['010.0.0.1', undefined],
		['100.64.0.1', 'private'],
		['100.128.0.1', 'public'],
		['fd00::1', 'private'],
		['fe80::1', 'private'],
		['2001:db8::1', 'public'],
		['8.8.8.8', 'public'],
		['0.0.0.0', undefined],
		['224.0.0.1', undefined],
		['255.255.255.255', undefined],
		['ff02::1', undefined],
		['not an address', undefined],
	])('%s is %s', (address, reach) => {
		expect(reachOf(address)).toBe(reach);
	});

	it('resolves a node once, with port and path', async () => {
		expect(await resolveEndpoint('https://[::1]/api?x=1')).toEqual({
			host: '::1',
			address: '::1',
			port: 443,
			isTls: true,
			isHttp: true,
			path: '/api?x=1',
			reach: 'loopback',
		});
		expect(await resolveEndpoint('tcp://127.0.0.1:9090')).toMatchObject({
			isHttp: false,
			port: 9090,
		});
	});

	it.each(['unix:/run/qudag.sock', 'host:'])('%s has no path to test', async (url) => {
		await expect(resolveEndpoint(url)).rejects.toMatchObject({ code: 'unsupported' });
	});

	it('says of a name that does not resolve that it does not', async () => {
		await expect(resolveEndpoint('http://no-such-host.invalid/')).rejects.toMatchObject({
			code: 'unreachable',
		});
	});
});

describe('place of a peer, asking nobody', () => {
	it.each([
		['203.0.113.7', 'ipv4', 'public', '203.0.0.0/16'],
		['203.0.113.7:99999', 'ipv4', 'public', '203.0.0.0/16'],
		['2001:0DB8::1', 'ipv6', 'public', '2001:db8::/32'],
		['[fe80::1%eth0]:30303', 'ipv6', 'private', 'fe80::/32'],
		['fe80::1%25', 'ipv6', 'private', 'fe80::/32'],
		['[::ffff:203.0.113.7]:30303', 'ipv4', 'public', '203.0.0.0/16'],
		['enode://ab12@169.254.1.1:30303', 'ipv4', 'private', '169.254.0.0/16'],
		['/ip6/2001:db8::7/udp/4001/quic-v1', 'ipv6', 'public', '2001:db8::/32'],
		['/ip4/10.1.2.3/udp/9000', 'ipv4', 'private', '10.1.0.0/16'],
		['/dnsaddr/bootstrap.example', 'name', undefined, undefined],
		['/onion3/vww6ybal4bd7szmg:9735', 'onion', undefined, undefined],
		['vww6ybal4bd7szmg.onion:9735', 'onion', undefined, undefined],
	])('%s', (address, family, reach, network) => {
		expect(placeOfPeer({ id: 'p', address })).toEqual({
			family,
			...(reach !== undefined && { reach }),
			...(network !== undefined && { network }),
		});
	});

	it.each(['peer7', 'enr:-IS4QHCYrYZb', '', '::', 'a b', '/unix/run/x', ':30303'])(
		'"%s" tells no place that could be counted as one of a peer',
		(address) => {
			expect(placeOfPeer({ id: 'p', address })).not.toHaveProperty('reach');
		},
	);
});

describe('address of a peer', () => {
	it.each([
		['203.0.113.7:30303', '203.0.113.7', 30_303],
		['[2001:db8::1]:9000', '2001:db8::1', 9000],
		['node.example:26656', 'node.example', 26_656],
		['/ip4/203.0.113.7/tcp/4001/p2p/12D3Koo', '203.0.113.7', 4001],
		['/ip6/2001:db8::1/tcp/4001', '2001:db8::1', 4001],
		['/dns4/seed.example/tcp/443/wss', 'seed.example', 443],
		['enode://ab12@203.0.113.7:30303?discport=0', '203.0.113.7', 30_303],
		['http://127.0.0.1:80/', '127.0.0.1', 80],
		['[::ffff:203.0.113.7]:9000', '203.0.113.7', 9000],
		['/ip6/::ffff:cb00:7107/tcp/4001', '203.0.113.7', 4001],
	])('%s', (address, host, port) => {
		expect(readPeerAddress({ id: 'p', address })).toMatchObject({ host, port });
	});

	it.each([
		'-oProxyCommand=touch:22',
		'$(id):80',
		'`id`:80',
		';id:80',
		'203.0.113.7',
		'203.0.113.7:0',
		'203.0.113.7:99999',
		'/ip4/203.0.113.7/udp/4001/quic',
		'/ip4/-x/tcp/1',
		'127.1:80',
		'0x7f000001:80',
		'2130706433:80',
		'0177.0.0.1:80',
		'010.0.0.1:80',
		'localhost.127:80',
		'http://2130706433:80/',
		'enode://ab12@0x7f.1:30303',
		'/ip4/127.1/tcp/4001',
		'[fe80::1%eth0]:30303',
		'/ip6/fe80::1%25eth0/tcp/4001',
		'',
	])('takes nothing to dial from "%s"', (address) => {
		expect(readPeerAddress({ id: 'p', address })).not.toHaveProperty('host');
	});
});

describe('resolving a peer', () => {
	it.each([
		['169.254.169.254', 'public', 'a link-local address: not dialled'],
		['169.254.169.254', 'private', 'a link-local address: not dialled'],
		['169.254.169.254', 'loopback', 'a link-local address: not dialled'],
		['fe80::1', 'private', 'a link-local address: not dialled'],
		['::ffff:169.254.169.254', 'private', 'a link-local address: not dialled'],
		['127.0.0.1', 'public', 'a public node names a loopback address: not dialled'],
		['::ffff:7f00:1', 'public', 'a public node names a loopback address: not dialled'],
		['64:ff9b::a00:1', 'public', 'a public node names a private address: not dialled'],
		['127.0.0.1', 'private', 'a private node names a loopback address: not dialled'],
		['224.0.0.1', 'loopback', '224.0.0.1 is not the address of one machine'],
	] as const)('refuses %s of a %s node', async (host, reach, message) => {
		await expect(resolvePeer(host, { reach })).rejects.toMatchObject({
			code: 'unsupported',
			message,
		});
	});

	it.each([
		['203.0.113.7', 'public'],
		['10.0.0.7', 'private'],
		['203.0.113.7', 'loopback'],
	] as const)('resolves %s of a %s node', async (host, reach) => {
		expect(await resolvePeer(host, { reach })).toMatchObject({ address: host });
	});
});
