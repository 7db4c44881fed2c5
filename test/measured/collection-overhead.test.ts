import { expect, it } from 'vitest';
import { startDevnet } from '../../devnet/devnet.ts';
import { watchUrl } from '../adapters/bft/watching.ts';

/**
 * What it costs a node to be collected from: processor time of the devnet's process, in which the replicas
 * run and serve, with nodetop polling one replica every 2 s from a process that is this one. The replicas
 * do the same work in virtual time with and without polls, so that the difference is that of the polls.
 */
const seconds = 120;
const everySeconds = 2;
/** Of one core. */
const mostShare = 0.01;

async function work(isPolled: boolean): Promise<number> {
	const devnet = await startDevnet({
		nodeCount: 1,
		seed: 11,
		version: '1',
		basePort: 0,
		clock: 'manual',
		epochMs: Date.UTC(2026, 0, 1),
	});
	const url = devnet.nodes.find(({ kind }) => kind === 'bft')?.url ?? '';
	const node = watchUrl(url);
	try {
		await node.poll(devnet.hotstuff.wallNowMs());
		const before = process.cpuUsage();
		for (let second = 0; second < seconds; second += everySeconds) {
			devnet.hotstuff.advance(everySeconds * 1000);
			if (isPolled) await node.poll(devnet.hotstuff.wallNowMs());
		}
		const { user, system } = process.cpuUsage(before);
		return (user + system) / 1e6;
	} finally {
		await devnet.stop();
	}
}

it('being collected from, and collecting, costs under 1 % of a core', async () => {
	await work(true);
	const alone = await work(false);
	const polled = await work(true);
	const share = (polled - alone) / seconds;
	process.stdout.write(
		`collection: ${(share * 100).toFixed(2)} % of a core at one poll in ${everySeconds} s, both sides\n`,
	);
	expect(share).toBeLessThan(mostShare);
});
