import { afterEach, expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import { screens } from '../../screens/registry.ts';
import { noActions } from '../../screens/services.ts';
import { Shell } from '../../screens/shell/shell.tsx';
import { createFleet } from '../../source/fleet/fleet.ts';
import { createMoments } from '../../source/fleet/moments.ts';
import { createFrameGate } from '../../source/frames/frame-gate.ts';
import { createJudge } from '../../source/health/judge.ts';
import type { Reading } from '../../source/sections/snapshot.ts';
import { renderFrames } from '../helpers/frames.ts';
import { targetFor } from '../helpers/targets.ts';

const atMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const reading: Reading = {
	latencyMs: 4,
	storage: {
		capacityBytes: 9e12,
		usedBytes: 6.5e12,
		trashBytes: 1e12,
		freeBytes: 1.5e12,
		daysUntilFull: { expected: 120, low: 100, high: 150 },
	},
	reputation: {
		satellites: [
			{
				satellite: 'us1.storj.io',
				auditScore: 1,
				onlineScore: 0.99,
				failuresLeft: 41,
				vettedAt: '2024-01-01T00:00:00Z',
			},
			{
				satellite: 'ap1.storj.io',
				auditScore: 0.958,
				disqualifiedAt: '2025-01-01T00:00:00Z',
				failuresLeft: 0,
			},
			{ satellite: 'new.storj.io' },
		],
	},
	earnings: { monthUsd: 2.486, satellites: [{ satellite: 'us1.storj.io', monthUsd: 1.234 }] },
};

let close = () => undefined as void;
afterEach(() => {
	close();
});

type Readings = Readonly<Record<string, Reading>>;

async function storageScreen(
	columns: number,
	rows: number,
	readings: Readings = { attic: reading },
	until = ': space',
): Promise<string[]> {
	const fleet = createFleet(createJudge());
	for (const [name, each] of Object.entries(readings)) {
		const target = targetFor('http://127.0.0.1:14002', { name, kind: 'storj' });
		fleet.add(target);
		for (const n of [2, 1, 0]) {
			const polled = { ...each, latencyMs: 4 + n };
			const outcome = { status: 'read', reading: polled } as const;
			fleet.apply({ target, atMs: atMs - n * 1000, missedSlots: 0, outcome });
		}
	}
	const gate = createFrameGate(createMoments(fleet), { framesPerSecond: 50 });
	const nothing = () => undefined;
	const frames = renderFrames(
		<Shell
			frames={gate}
			controls={{
				setIntervalMs: nothing,
				setPaused: gate.setPaused,
				copy: nothing,
				suspend: nothing,
				quit: nothing,
			}}
			screens={screens}
			look={createLook({ theme: 'mono', isAscii: false, colorDepth: 1 })}
			profile="default"
			intervalMs={1000}
			actions={noActions}
			whyAbsent={() => undefined}
			hint={undefined}
		/>,
		columns,
		rows,
	);
	close = () => {
		frames.unmount();
		gate.stop();
	};
	await expect.poll(() => frames.plain(), { timeout: 40_000 }).toContain('attic');
	frames.press('7');
	await expect.poll(() => frames.plain(), { timeout: 40_000 }).toContain(until);
	return frames.plain().split('\n');
}

it.each([
	[80, 24],
	[120, 40],
	[200, 60],
])('shows space, satellites and earnings at %d×%d', async (columns, rows) => {
	const lines = await storageScreen(columns, rows);
	const text = lines.join('\n');
	expect(text).toMatch(/─ attic: space ─/);
	expect(text).toMatch(/━+.* 83\.3%/);
	expect(text).toContain('6.5 TB and 1 TB of trash in 9 TB; full in 120 (100–150) days');
	expect(text).toMatch(/us1\.storj\.io +vetted +100\.00% +41 .*99\.00% +\$1\.23/);
	expect(text).toMatch(/ap1\.storj\.io +✖ disqualified +95\.80% +—/);
	expect(text).toMatch(/new\.storj\.io +new +— /);
	expect(text).toMatch(/This month +\$2\.49/);
	expect(lines).toHaveLength(rows);
});

it('charts a node that neither stores nor has a disk, where no other does', async () => {
	const lines = await storageScreen(80, 24, { attic: { latencyMs: 4 } }, ': storage');
	expect(lines.join('\n')).toMatch(/─ attic: storage ─[^]*─ attic: Movement ─+\nPoll latency /);
});

it('sums a fleet of thirty nodes, and begins with the worst reputation', async () => {
	const readings = Object.fromEntries(
		Array.from({ length: 30 }, (_, index): [string, Reading] => [
			index === 17 ? 'attic' : `node-${String(index).padStart(2, '0')}`,
			{
				...reading,
				reputation: { worstAudit: index === 17 ? 0.965 : 1, worstOnline: 0.999, satellites: [] },
				earnings: { monthUsd: 1.5, estimateUsd: 4 },
			},
		]),
	);
	const lines = await storageScreen(120, 40, readings);
	const at = lines.findIndex((line) => line.includes('30 storage nodes, worst reputation first'));
	expect(lines[at + 1]).toContain('$45.00 this month, $120.00 expected, 225 TB of 270 TB used');
	expect(lines[at + 2]).toMatch(/NODE +AUDIT +ONLINE +USED +FULL IN +EARNED$/);
	expect(lines[at + 3]).toMatch(/^ +attic +96\.50% +99\.90% +83\.3% +120 d +\$1\.50$/);
	expect(lines.filter((line) => /^ +node-\d\d +100\.00%/.test(line)).length).toBeGreaterThan(1);
});

it('leaves whole figures out where there is no room for all', async () => {
	const reputation = { worstAudit: 1, worstOnline: 1, satellites: [] };
	const well: Reading = { ...reading, reputation, earnings: { monthUsd: 1.5 } };
	const rowsAt = async (width: number, each: Reading = well) => {
		const lines = await storageScreen(width, 40, { shed: each, attic: each });
		const at = lines.findIndex((line) => line.includes('2 storage nodes, worst reputation first'));
		return lines.slice(at + 2, at + 5);
	};
	const wide = await rowsAt(80);
	expect(wide[0]).toMatch(/ONLINE +USED +FULL IN +EARNED$/);
	expect(wide[1]).toMatch(/120 d +\$1\.50$/);
	const narrow = await rowsAt(62);
	expect(narrow[0]).toMatch(/ONLINE.* FULL IN$/);
	for (const line of [...wide, ...narrow]) expect(line).not.toContain('…');
	const young = await rowsAt(80, { ...well, storage: { capacityBytes: 10, usedBytes: 1 } });
	expect(young[0]).toMatch(/USED +EARNED$/);
});

it('names the node that lost a satellite first, in place of the score of those that are left', async () => {
	const well: Reading = { ...reading, reputation: { worstAudit: 1, satellites: [] } };
	const lines = await storageScreen(120, 40, { shed: well, attic: reading });
	const at = lines.findIndex((line) => line.includes('2 storage nodes, worst reputation first'));
	expect(lines[at + 3]).toMatch(/^ +attic +✖ disqualified /);
	expect(lines[at + 4]).toMatch(/^ +shed +100\.00% /);
});

it('shows how long transfers take, the slowest ten and errors by kind', async () => {
	const transfers: Reading['transfers'] = {
		succeeded: 90,
		canceled: 5,
		failed: 5,
		lostPieces: 0,
		latencyMs: { p50: 300, p99: 12_000 },
		latencies: [
			{ action: 'GET', below1s: 80, below5s: 10, below10s: 3, above10s: 7, p99Ms: 12_000 },
		],
		slowest: [
			{
				action: 'GET',
				satellite: 'us1.storj.io',
				at: '2026-01-02T03:04:05Z',
				durationMs: 45_000,
				sizeBytes: 1e6,
				remoteAddress: '[2001:db8::1]:7',
			},
		],
		errors: [{ signature: 'download failed: file does not exist', count: 4, isError: true }],
	};
	const text = (await storageScreen(120, 40, { attic: { ...reading, transfers } })).join('\n');
	expect(text).toMatch(/below 1 s +━+─* +80\b/);
	expect(text).toMatch(/above 10 s +━+─* +7\b/);
	expect(text).toMatch(/45 s +GET +us1\.storj\.io +1 MB 03:04:05 \[2001:db8::/);
	expect(text).toContain('4 download failed: file does not exist');
});

it('says no more than whole seconds show, and what the debug port adds', async () => {
	const counts = { succeeded: 9, canceled: 0, failed: 0 };
	const slow = { action: 'GET', satellite: 'us1', at: '2026-01-02T03:04:05Z' };
	const ofLog: Reading['transfers'] = {
		...counts,
		latencyStepMs: 1000,
		latencyMs: { p50: 0, p99: 3000 },
		latencies: [{ action: 'GET', below1s: 8, below5s: 1, p99Ms: 0 }],
		slowest: [
			{ ...slow, durationMs: 3000 },
			{ ...slow, durationMs: 0 },
		],
	};
	const text = (await storageScreen(120, 40, { attic: { ...reading, transfers: ofLog } })).join(
		'\n',
	);
	expect(text).toMatch(/GET +8 +1 +0 +0 {2}p99 < 1 s/);
	expect(text).toMatch(/3 s GET/);
	expect(text).toMatch(/< 1 s GET/);
	close();
	const ofDebug: Reading['transfers'] = {
		...counts,
		latencyFrom: 'debugPort',
		latencies: [
			{ action: 'GET', avgMs: 706, p50Ms: 300, p99Ms: 12_000 },
			{ action: 'PUT', avgMs: 5 },
		],
	};
	const debug = (await storageScreen(120, 40, { attic: { ...reading, transfers: ofDebug } })).join(
		'\n',
	);
	expect(debug).toMatch(/GET +mean +706 ms +p50 +300 ms +p99 +12 s/);
	expect(debug).toMatch(/PUT +mean +5\.0 ms +p50 +— +p99 +—/);
});

it('says why no latency is known', async () => {
	const transfers: Reading['transfers'] = {
		succeeded: 90,
		canceled: 5,
		failed: 5,
		lostPieces: 0,
		latencyAbsent: 'not available: no start lines',
	};
	const lines = await storageScreen(120, 40, { attic: { latencyMs: 4, transfers } });
	expect(lines.join('\n')).toContain('not available: no start lines');
	expect(lines.join('\n')).toContain('its space is not known');
});
