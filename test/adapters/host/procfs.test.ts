import { describe, expect, it } from 'vitest';
import { parseInterfaces, sumDisks } from '../../../source/adapters/host/procfs.ts';

describe('/proc/diskstats', () => {
	const text = [
		'   8       0 sda 100 5 2000 30 40 6 800 70 0 90 100 0 0 0 0 0 0',
		'   8       1 sda1 90 5 1900 30 40 6 800 70 0 90 100',
		' 259       0 nvme0n1 7 0 0 0 9 0 0 0 0 0 0',
		' 253       0 dm-0 95 0 0 0 41 0 0 0 0 0 0',
		'',
	].join('\n');

	it('counts whole disks, once', () => {
		expect(sumDisks(text, new Set(['sda', 'nvme0n1']))).toEqual({ reads: 107, writes: 49 });
	});

	it('is 0 for a machine without disks', () => {
		expect(sumDisks(text, new Set())).toEqual({ reads: 0, writes: 0 });
	});
});

describe('/proc/net/dev', () => {
	it('tells bytes in and out, also where the name touches the number', () => {
		const text = [
			'Inter-|   Receive                                                |  Transmit',
			' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs',
			'    lo: 11 1 0 0 0 0 0 0 12 1 0 0 0 0 0 0',
			'  eth0:4294967296 9 0 0 0 0 0 0 77 1 0 0 0 0 0 0',
			'eth0:1: 5 9 0 0 0 0 0 0 6 1 0 0 0 0 0 0',
			'broken',
			'',
		].join('\n');
		expect(parseInterfaces(text)).toEqual([
			{ name: 'lo', bytesIn: 11, bytesOut: 12 },
			{ name: 'eth0', bytesIn: 4_294_967_296, bytesOut: 77 },
			{ name: 'eth0:1', bytesIn: 5, bytesOut: 6 },
		]);
	});
});
