import { BlockList, isIP, isIPv6 } from 'node:net';

/** Made by the first question: most runs serve nothing. */
let loopback: BlockList | undefined;

/** Whether a host name or address always means this machine. */
export function isLoopbackHost(host: string): boolean {
	if (host.toLowerCase() === 'localhost') return true;
	loopback ??= loopbackAddresses();
	return isIP(host) !== 0 && loopback.check(host, isIPv6(host) ? 'ipv6' : 'ipv4');
}

function loopbackAddresses(): BlockList {
	const addresses = new BlockList();
	addresses.addSubnet('127.0.0.0', 8, 'ipv4');
	addresses.addAddress('::1', 'ipv6');
	return addresses;
}
