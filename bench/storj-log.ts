import { limitHeap } from '../source/app/heap.ts';
import { createScanner } from '../source/adapters/storj/log/scanner.ts';
import { createTransfers } from '../source/adapters/storj/log/transfers.ts';
import { createLogMaker } from '../test/adapters/storj/log/generated-log.ts';

/**
 * How fast a storage node's log is read on one core, and whether memory grows with it:
 * `node bench/storj-log.ts [MEGABYTES]`. Processor time counts, so that other programs do not. V8 has the flags
 * of a watch: without them its young generation grows to 200 MB in a loop that never rests.
 */
limitHeap('running');
limitHeap('loading', 1);

const megabytes = Number(process.argv[2] ?? 1000);
const chunkBytes = 64 * 1024;

for (const isDebug of [false, true]) {
	const maker = createLogMaker({ isDebug });
	let text = '';
	while (text.length < 20e6) text += maker.transfer();
	const block = Buffer.from(text, 'latin1');
	const transfers = createTransfers();
	const scanner = createScanner((line) => {
		transfers.addLine(line);
	});
	const rounds = Math.max(2, Math.ceil((megabytes * 1e6) / block.length));
	const residentBefore = process.memoryUsage.rss();
	const before = process.cpuUsage().user;
	let firstResident = 0;
	for (let round = 0; round < rounds; round += 1) {
		for (let at = 0; at < block.length; at += chunkBytes)
			scanner.feed(block.subarray(at, at + chunkBytes));
		if (round === Math.floor(rounds / 4)) firstResident = process.memoryUsage.rss();
	}
	const seconds = (process.cpuUsage().user - before) / 1e6;
	const read = (block.length * rounds) / 1e6;
	const resident = process.memoryUsage.rss();
	console.log(
		`${isDebug ? 'DEBUG, with latencies' : 'INFO'}: ${read.toFixed(0)} MB, ${transfers.counted.lines} lines, ${(read / seconds).toFixed(0)} MB/s; resident ${(residentBefore / 1e6).toFixed(0)} MB before, ${(firstResident / 1e6).toFixed(0)} MB after a quarter, ${(resident / 1e6).toFixed(0)} MB at the end`,
	);
}
