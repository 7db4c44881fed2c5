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

async function storageScreen(columns: number, rows: number): Promise<string[]> {
	const fleet = createFleet(createJudge());
	const target = targetFor('http://127.0.0.1:14002', { name: 'attic', kind: 'storj' });
	fleet.add(target);
	fleet.apply({ target, atMs, missedSlots: 0, outcome: { status: 'read', reading } });
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
	await expect.poll(() => frames.plain(), { timeout: 20_000 }).toContain('attic');
	frames.press('7');
	await expect.poll(() => frames.plain(), { timeout: 20_000 }).toContain('attic: space');
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
