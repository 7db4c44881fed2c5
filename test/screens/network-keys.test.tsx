import { afterEach, describe, expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import { screens } from '../../screens/registry.ts';
import { noActions } from '../../screens/services.ts';
import { Shell } from '../../screens/shell/shell.tsx';
import type { Reading } from '../../source/sections/snapshot.ts';
import { createFleet } from '../../source/fleet/fleet.ts';
import { createMoments } from '../../source/fleet/moments.ts';
import { createFrameGate } from '../../source/frames/frame-gate.ts';
import { createJudge } from '../../source/health/judge.ts';
import { createNetworkTracker } from '../../source/network-tests/statistics/network-tracker.ts';
import { nettestSchemaId } from '../../source/network-tests/results.ts';
import type { SampleOf, SummaryOf } from '../../source/network-tests/results.ts';
import type { ScreenTest, ScreenTestEnd } from '../../source/network-tests/screen-test.ts';
import { targetFor } from '../helpers/targets.ts';
import { renderInTty } from '../helpers/tty.ts';
import type { TestTty } from '../helpers/tty.ts';

const waiting = { timeout: 40_000, interval: 10 };
const atMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const at = new Date(atMs).toISOString();
const cleanups: (() => void)[] = [];

afterEach(() => {
	for (const cleanup of cleanups.splice(0)) cleanup();
});

const chain = { identity: { chainId: 1 } };
const nodes: Readonly<Record<string, readonly Reading[]>> = {
	alpha: [0, 1].map((n) => ({
		...chain,
		latencyMs: 4,
		identity: { ...chain.identity, nodeId: 'id-alpha' },
		network: {
			peers: 2,
			inbound: 1,
			outbound: 1,
			bytesInPerSecond: 900,
			bytesOutPerSecond: n === 0 ? 500 : 100,
			messages: [{ type: 'vote', sent: n * 20, received: n * 10, dropped: 0 }],
			peerList: [
				{ id: 'id-beta', direction: 'outbound', address: '127.0.0.1:1', latencyMs: 12 },
				{ id: 'elsewhere', direction: 'inbound', address: '203.0.113.4:30303', latencyMs: 80 },
			],
		},
	})),
	beta: [
		{
			...chain,
			identity: { ...chain.identity, nodeId: 'id-beta' },
			network: { peers: 1, peerList: [{ id: 'id-alpha', direction: 'inbound', latencyMs: 12 }] },
		},
	],
};

/** A test under way that ends, and says what it saw, when it is told to. */
interface Asked extends ScreenTest {
	readonly end: (result: ScreenTestEnd) => void;
}

function show(size: readonly [number, number] = [120, 40]) {
	const fleet = createFleet(createJudge());
	const tracker = createNetworkTracker();
	for (const [name, readings] of Object.entries(nodes)) {
		const target = targetFor(`http://127.0.0.1/${name}`, {
			name,
			kind: 'evm',
			capacityBytesPerSecond: 1000,
		});
		fleet.add(target);
		for (const [n, reading] of readings.entries()) {
			const outcome = { status: 'read', reading } as const;
			fleet.apply({ target, atMs: atMs + n * 2000, missedSlots: 0, outcome });
			for (const { snapshot } of fleet.getSnapshot().nodes) tracker.observe(snapshot);
		}
	}
	const probes = {
		at,
		address: '127.0.0.1:80',
		sent: 90,
		connectMs: 51.4,
		levelMs: 50,
		usualMs: 12,
		shiftMs: 38,
		lossRatio: 0.1,
		routeChanges: 0,
		route: { at, hops: ['10.0.0.1', '127.0.0.1'], changes: 0 },
	};
	fleet.attach('alpha', { probes }, atMs);
	const moments = createMoments(fleet, { networkOf: tracker.memoryOf });
	const gate = createFrameGate(moments, { framesPerSecond: 50 });
	const asked: Asked[] = [];
	const runNetworkTest = (test: ScreenTest): Promise<ScreenTestEnd> =>
		new Promise((end) => asked.push({ ...test, end }));
	const tty: TestTty = renderInTty(
		<Shell
			frames={gate}
			controls={{
				setIntervalMs: () => undefined,
				setPaused: gate.setPaused,
				copy: () => undefined,
				suspend: () => undefined,
				quit: () => undefined,
			}}
			screens={screens}
			look={createLook({ theme: 'dark', isAscii: false, colorDepth: 1 })}
			profile="default"
			intervalMs={1000}
			actions={{ ...noActions, runNetworkTest }}
			whyAbsent={() => undefined}
			hint={undefined}
		/>,
		...size,
	);
	cleanups.push(() => {
		tty.unmount();
		gate.stop();
	});
	return { tty, asked };
}

async function expectText(tty: TestTty, pattern: RegExp): Promise<void> {
	await expect.poll(() => tty.text(), waiting).toMatch(pattern);
}

async function nth(asked: readonly Asked[], count: number): Promise<Asked> {
	await expect.poll(() => asked.length, waiting).toBe(count);
	const last = asked[count - 1];
	if (!last) throw new Error('no test was asked for');
	return last;
}

const pinged = (seq: number, connectMs: number): SampleOf<'ping'> => ({
	schema: nettestSchemaId,
	record: 'sample',
	test: 'ping',
	target: 'alpha',
	at,
	seq,
	connectMs,
	lost: false,
});

const spread = { min: 2, avg: 3, p50: 2.5, p95: 4, p99: 4, p999: 4, max: 4, n: 2 };

const summary: SummaryOf<'ping'> = {
	schema: nettestSchemaId,
	record: 'summary',
	test: 'ping',
	target: 'alpha',
	at,
	startedAt: at,
	outcome: 'measured',
	sent: 2,
	lost: 0,
	lossRatio: 0,
};

describe('a test by its key', () => {
	it.each([
		['P', 'ping', 'Ping'],
		['B', 'bandwidth', 'Bandwidth'],
		['T', 'traceroute', 'Traceroute'],
		['C', 'connectivity', 'Connectivity'],
	])('%s runs %s of the selected node, and Esc cancels it', async (key, test, title) => {
		const { tty, asked } = show();
		await expectText(tty, /─ Nodes ─/);
		tty.press('n');
		tty.press(key);
		await expectText(tty, new RegExp(`─ ${title}: beta ─.*running…  Esc cancels`));
		const one = await nth(asked, 1);
		expect(one).toMatchObject({ node: 'beta', test, isConfirmed: false });
		expect(one.signal.aborted).toBe(false);
		tty.press('\u001B');
		await expectText(tty, /─ Nodes ─/);
		expect(one.signal.aborted).toBe(true);
	});

	it('shows samples as they come, then the figures; the key again runs it again', async () => {
		const { tty, asked } = show();
		await expectText(tty, /─ Nodes ─/);
		tty.press('P');
		const first = await nth(asked, 1);
		first.onSample(pinged(0, 40.25));
		await expectText(tty, /#1 {4}connect +40 ms/);
		first.onSample(pinged(1, 0.5));
		first.end({ kind: 'ended', summary });
		await expectText(
			tty,
			/Esc closes ─[^]*Sent +2[^]*Loss +0\.0%[^]*#1 [^]*#2 {4}connect 0\.50 ms/,
		);
		tty.press('P');
		await nth(asked, 2);
		await expectText(tty, /running…/);
		expect(tty.text()).not.toContain('#1');
		first.onSample(pinged(2, 999));
		(await nth(asked, 2)).onSample(pinged(0, 7));
		await expectText(tty, /#1 {4}connect 7\.00 ms/);
		expect(tty.text()).not.toContain('999');
	});

	it.each<[string, Partial<SummaryOf<'ping'>>, RegExp]>([
		['answered', { totalMs: spread }, /─\n ?all 2 answered, typically within 2\.50 ms/],
		['lost one', { lost: 1, lossRatio: 0.5 }, /─\n ?1 of 2 lost/],
		['was refused', { refused: 2 }, /─\n ?2 of 2 refused: its host answers, but nothing listens/],
	])('begins with its answer when it %s', async (_what, part, answer) => {
		const { tty, asked } = show();
		await expectText(tty, /─ Nodes ─/);
		tty.press('P');
		(await nth(asked, 1)).end({ kind: 'ended', summary: { ...summary, ...part } });
		await expectText(tty, answer);
	});

	it('has the spread beside the figures where it is wide, and below them where it is not', async () => {
		const histogram = [
			{ upToMs: 1, count: 3 },
			{ upToMs: 2, count: 7 },
		];
		const { tty, asked } = show([200, 60]);
		await expectText(tty, /─ Nodes ─/);
		tty.press('P');
		(await nth(asked, 1)).end({ kind: 'ended', summary: { ...summary, histogram } });
		await expectText(tty, /─ Ping: alpha ─.*─ How they spread ─[^]*Sent +2 .*2\.00 ms ━+ 7/);
		tty.resize(80, 24);
		await expectText(tty, /Sent +2[^]*\n1\.00 ms ━+.* 3\n2\.00 ms ━+ 7/);
	});

	it('has a row for each time, with its figures below one another', async () => {
		const { tty, asked } = show([80, 24]);
		await expectText(tty, /─ Nodes ─/);
		tty.press('P');
		const part = { connectMs: spread, totalMs: { ...spread, max: 40 } };
		(await nth(asked, 1)).end({ kind: 'ended', summary: { ...summary, ...part } });
		await expectText(
			tty,
			/ {15} {7}min {7}avg {7}p50 {7}p95 {7}p99 {7}max\nConnect {11}2\.00 ms {3}3\.00 ms {3}2\.50 ms {3}4\.00 ms {3}4\.00 ms {3}4\.00 ms\nTotal .* 40 ms\n/,
		);
		// Where it is narrow, what tells least of it is left out.
		tty.resize(60, 24);
		await expectText(
			tty,
			/min +avg +p50 +p99 +max\nConnect +2\.00 ms +3\.00 ms +2\.50 ms +4\.00 ms +4\.00 ms\n/,
		);
	});

	it('has charts of the node below few figures', async () => {
		const { tty, asked } = show([80, 30]);
		await expectText(tty, /─ Nodes ─/);
		tty.press('B');
		const reason = 'the node serves no bandwidth test';
		const { sent: _sent, lost: _lost, lossRatio: _ratio, ...none } = summary;
		const cannot = { ...none, test: 'bandwidth', outcome: 'cannot', reason } as const;
		(await nth(asked, 1)).end({ kind: 'ended', summary: cannot });
		await expectText(tty, /Not measured +the node serves no bandwidth test[^]*─ alpha: /);
	});

	it('asks before what is heavy; only an Enter after the question agrees', async () => {
		const { tty, asked } = show();
		await expectText(tty, /─ Nodes ─/);
		tty.press('B');
		const first = await nth(asked, 1);
		tty.press('\r');
		first.end({ kind: 'question', question: 'a bandwidth test to the public address 203.0.113.9' });
		await expectText(tty, /This is a bandwidth test to the public[^]*Enter goes on, Esc does not/);
		expect(asked).toHaveLength(1);
		tty.press('\r');
		expect(await nth(asked, 2)).toMatchObject({ test: 'bandwidth', isConfirmed: true });
		tty.press('\u001B');
		await expectText(tty, /─ Nodes ─/);
		tty.press('B');
		expect(await nth(asked, 3)).toMatchObject({ isConfirmed: false });
	});

	it('says why it is refused, and what to do', async () => {
		const { tty, asked } = show([80, 24]);
		await expectText(tty, /─ Nodes ─/);
		tty.press('P');
		(await nth(asked, 1)).end({
			kind: 'refused',
			message: 'read-only: nodetop sends no ping test',
			nextSteps: ['leave out --read-only'],
		});
		await expectText(tty, /read-only: nodetop sends no ping test[^]*→ leave out --read-only/);
		expect(tty.lines()).toHaveLength(24);
	});
});

describe('the Network screen', () => {
	it('tells what several polls and the list of peers say', async () => {
		const { tty } = show();
		tty.press('4');
		await expectText(tty, /─ alpha: network ─[^]*In, of capacity +90\.0%[^]*Peak out +500 B\/s/);
		expect(tty.text()).toMatch(/Path +51 ms, moved 12 ms → 50 ms/);
		expect(tty.text()).toMatch(/Path loss +10\.0%[^]*Route +2 hops/);
		expect(tty.text()).toMatch(/By family +2 ipv4[^]*By reach +1 loopback, 1 public/);
		expect(tty.text()).toMatch(/TYPE +SENT +RECEIVED +DROPPED +PER S[^]*vote +20 +10 +0 +15\.0/);
		tty.resize(200, 60);
		// Nobody tells failures, sizes or times: no column of dashes for them.
		await expectText(tty, /TYPE +SENT +RECEIVED +DROPPED +PER S +PEAK\/S$/m);
		expect(tty.text()).toMatch(/LATENCY +P95[^]*id-beta +↑ +127\.0\.0\.1:1 +12 ms +12 ms/);
	});

	it('lists the messages by type at the smallest usual size too', async () => {
		const { tty } = show([80, 24]);
		tty.press('4');
		await expectText(tty, /─ Messages by type ─[^]*TYPE +SENT +RECEIVED[^]*vote +20 +10 +0/);
	});

	it.each([
		[80, 24],
		[120, 40],
		[200, 60],
	] as const)('Tab shows who is connected to whom, at %i×%i', async (columns, rows) => {
		const { tty } = show([columns, rows]);
		tty.press('4');
		await expectText(tty, /─ alpha: network ─/);
		tty.press('\t');
		await expectText(tty, /─ Topology of all watched nodes ─/);
		expect(tty.text()).toMatch(/ +alpha +beta +others/);
		expect(tty.text()).toMatch(/^. alpha +[·.] +→12 ms +1/m);
		expect(tty.text()).toMatch(/^. beta +←12 ms +[·.] +0/m);
		expect(tty.lines()).toHaveLength(rows);
		tty.press('\t');
		await expectText(tty, /─ alpha: network ─/);
	});
});
