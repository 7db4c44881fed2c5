import { describe, expect, it } from 'vitest';
import { reachOf } from '../../source/domain/reach.ts';
import { resolveEndpoint } from '../../source/network-tests/endpoint.ts';
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
		['[fe80::1%eth0]:30303', 'ipv6', 'private', 'fe80:0::/32'],
		['fe80::1%25', 'ipv6', 'private', 'fe80:0::/32'],
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
		'',
	])('takes nothing to dial from "%s"', (address) => {
		expect(readPeerAddress({ id: 'p', address })).not.toHaveProperty('host');
	});
});
